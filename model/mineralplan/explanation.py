"""Why a case cannot be met, and the least changes after which it can."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.analysis.conflict import Collision, first_conflict
from mineralplan.analysis.conflict import TooLittleTime as TooLittleTime
from mineralplan.analysis.diagnosis import Diagnosis, diagnose
from mineralplan.analysis.impossible import Impossibility, impossibilities
from mineralplan.analysis.questions import Asker, Question
from mineralplan.analysis.remedy import Remedy
from mineralplan.case import Case
from mineralplan.inputs.schedule import spans_of
from mineralplan.outputs import files
from mineralplan.outputs.folder import whole_folder
from mineralplan.outputs.manifest import made_from, sealed, with_documents
from mineralplan.report.explanation_text import explanation, html, limit_text, yaml_value
from mineralplan.solving.highs import Settings
from mineralplan.words import default_language

TIME_LIMIT_S = 120.0
"""For each question to the solver."""
CONFLICTS = ["conflict", "name", "item", "years", "limit", "clause"]
REMEDIES = ["conflict", "remedy", "status", "verified", "missed", "bound", "name", "item", "code", "year", "old", "new",
            "unit", "scenario_name", "scenario_value"]
IMPOSSIBLE = ["kind", "use", "years", "year", "needed", "available", "short"]


@dataclass(frozen=True)
class Explanation:
    """Why a case cannot be met, and what would change that.

    Attributes
    ----------
    case : Case
    diagnosis : Diagnosis
    questions : int
        Put to the solver.
    seconds : float
    time_limit_s : float
        For each question.
    """

    case: Case
    diagnosis: Diagnosis
    questions: int
    seconds: float
    time_limit_s: float = field(default=TIME_LIMIT_S)

    @property
    def feasible(self) -> bool:
        """Whether the case can be met: then there is nothing to explain."""
        return self.diagnosis.feasible

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """Every remedy: of each conflict those of its members, then the least change of all together."""
        each = tuple(remedy for conflict in self.diagnosis.conflicts for remedy in conflict.remedies)
        return (*each, self.diagnosis.combined) if self.diagnosis.combined else each

    @cached_property
    def impossible_table(self) -> pd.DataFrame:
        """Simple impossibilities: kind, use, years, and by year what is needed, what there is and the difference.

        In 10⁴ t of product, or mines; a resource has one row, for all its years.
        """
        rows = [
            (i.kind, " + ".join(i.uses), spans_of(i.years), year, needed, available, needed - available)
            for i in self.diagnosis.impossibilities
            for year, needed, available in zip(i.years[-len(i.needed):], i.needed, i.available, strict=True)
        ]
        return pd.DataFrame(rows, columns=IMPOSSIBLE)

    @cached_property
    def conflict_table(self) -> pd.DataFrame:
        """One row per member of each conflict: its years, what it allows or asks there, and its clause."""
        rows = [
            (number, member.name, member.item, spans_of(conflict.years),
             limit_text(self.case, member, conflict.years, "en"), member.clause(self.case))
            for number, conflict in enumerate(self.diagnosis.conflicts, start=1) for member in conflict.members
        ]
        return pd.DataFrame(rows, columns=CONFLICTS)

    @cached_property
    def remedy_table(self) -> pd.DataFrame:
        """One row per figure and year that a remedy changes; conflict 0 is the least change of all together.

        ``missed`` and ``bound`` are as in `Remedy`; year 0 stands for the whole horizon.
        """
        rows: list[tuple[object, ...]] = []
        for conflict, number, remedy in self._numbered():
            head = (conflict, number, remedy.status, remedy.verified, remedy.total, remedy.bound)
            if not remedy.amounts:
                rows += [(*head, member.name, member.item, "", 0, None, None, "", "", "") for member in remedy.members]
            for amount in remedy.amounts:
                figures = zip(amount.years or (0,), amount.old, amount.new, strict=True)
                rows += [
                    (*head, amount.member.name, amount.member.item, " ".join(amount.codes), year, old, new, amount.unit,
                     amount.name, yaml_value(amount.value) if amount.name else "")
                    for year, old, new in figures
                ]
        return pd.DataFrame(rows, columns=REMEDIES)

    def text(self, lang: str | None = None) -> str:
        """Return the explanation as Markdown."""
        return explanation(self.case, self.diagnosis, lang or default_language())

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write the page to read, the tables and the manifest into ``folder``, whole or not at all.

        Parameters
        ----------
        folder : str or pathlib.Path
            Replaced when it exists.
        lang : str, optional
            Language of the page.
        command : str, optional
            The command line, for the manifest.
        """
        target = Path(folder)
        with whole_folder(target) as new:
            (new / "explanation.md").write_text(self.text(lang), encoding="utf-8")
            files.write_csv(new / "conflicts.csv", self.conflict_table)
            files.write_csv(new / "remedies.csv", self.remedy_table)
            said = sealed(self.manifest(command), new, target, self.case)
            files.write_manifest(new / "manifest.json", with_documents(said, new))
        return target

    def manifest(self, command: str) -> dict[str, Any]:
        """Return what a reader needs to repeat the explanation."""
        found = self.diagnosis
        return {
            "scenario": self.case.name,
            "feasible": found.feasible,
            "impossibilities": len(found.impossibilities),
            "conflicts": len(found.conflicts),
            "remedies": sum(remedy.status == "found" for remedy in self.remedies),
            "verified": sum(remedy.verified for remedy in self.remedies),
            "questions": self.questions,
            "seconds": {"explain": self.seconds},
            "time_limit_s": self.time_limit_s,
            "threads": self.case.options.threads,
            "seed": self.case.options.seed,
            "platform": f"{platform.system()} {platform.machine()}",
            **made_from(self.case),
            "command": command,
        }

    def _numbered(self) -> list[tuple[int, int, Remedy]]:
        owners = [i for i, conflict in enumerate(self.diagnosis.conflicts, start=1) for _ in conflict.remedies]
        return [(owner, number, remedy) for number, (owner, remedy)
                in enumerate(zip([*owners, 0], self.remedies, strict=False), start=1)]

    def _repr_html_(self) -> str:
        return html(self.case, self.diagnosis, default_language())


def explain(
    case: Case, *, time_limit_s: float = TIME_LIMIT_S, watch: Callable[[Question], None] | None = None
) -> Explanation:
    """Explain why a case cannot be met: simple impossibilities, conflicts, and the least changes.

    Parameters
    ----------
    case : Case
    time_limit_s : float
        For each question to the solver.
    watch : callable, optional
        Called with each `Question` before it is asked.

    Raises
    ------
    TooLittleTime
        When a time limit was too short to say anything.
    """
    asker = Asker(_settings(case, time_limit_s), watch)
    began = time.perf_counter()
    diagnosis = diagnose(case, asker)
    return Explanation(case, diagnosis, asker.asked, time.perf_counter() - began, time_limit_s)


def first_reasons(case: Case) -> tuple[tuple[Impossibility, ...], Collision | None]:
    """Return what can be said quickly of a case that cannot be met: impossibilities and one conflict."""
    return impossibilities(case), first_conflict(case, Asker(_settings(case, None)))


def _settings(case: Case, time_limit_s: float | None) -> Settings:
    return Settings(time_limit_s=time_limit_s, threads=case.options.threads, seed=case.options.seed)
