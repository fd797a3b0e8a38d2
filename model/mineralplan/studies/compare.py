"""Several runs beside each other: what differs in inputs, indicators, balances, actions, cost, and what is proven."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.analysis import run_differences
from mineralplan.analysis.input_differences import input_differences
from mineralplan.analysis.run_differences import Result
from mineralplan.case import Case
from mineralplan.inputs.faults import Faults, InputFaults
from mineralplan.outputs.study import write_study
from mineralplan.planning import Plan
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.record import Record
from mineralplan.report.studies.compare_text import html, page
from mineralplan.report.studies.study_documents import figures_of, write_documents
from mineralplan.results import read_results
from mineralplan.words import default_language

Run = Plan | Record | str | Path


class NoCommonYear(ValueError):  # noqa: N818 - an answer, not an error of the program
    """The runs have no year in common."""


@dataclass(frozen=True)
class Compare:
    """Runs beside each other.

    Attributes
    ----------
    runs : mapping of str to Record
        By name; the first is what the others are compared with.
    tables : mapping of str to pandas.DataFrame
        ``inputs``, ``objective``, ``pairs``, ``indicators``, ``balance``, ``actions``, ``costs``, as docs/compare.md
        describes them.
    said : mapping
        What the manifest says: the runs with their certificates, the common years, seconds.
    """

    runs: Mapping[str, Record] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    said: Mapping[str, Any]

    @property
    def case(self) -> Case:
        """The case of the first run: names and notices come from it."""
        return next(iter(self.runs.values())).case

    @property
    def inputs(self) -> pd.DataFrame:
        """Every input that differs, with its value in each run and the line where it was written."""
        return self.tables["inputs"]

    @property
    def pairs(self) -> pd.DataFrame:
        """The difference of each two objectives, as a certified interval, and whether it is proven."""
        return self.tables["pairs"]

    @property
    def figures(self) -> Gallery:
        """The figure: ``compared.figures.compare(lang="zh")``."""
        return figures_of("compare", self.case, self.tables)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.runs, self.tables, self.said, lang or default_language())

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figure, page and manifest into ``folder``, whole or not at all; it is replaced."""
        spoken = lang or default_language()
        return write_study(
            Path(folder), self.case, "compare", self.tables, self.said,
            lambda new: write_documents(new, "compare", self.case, self.tables, self.text(spoken), spoken), command,
        )

    def _repr_html_(self) -> str:
        return html(self.runs, self.tables, self.said, default_language())


def compare(runs: Sequence[Run]) -> Compare:
    """Compare runs: what differs in their inputs, what in their results, and whether the difference in cost is proven.

    Parameters
    ----------
    runs : sequence of Plan, Record, str or pathlib.Path
        Plans, records or results folders, at least two; the first is what the others are compared with.

    Raises
    ------
    InputFaults
        With every fault of every folder that is no result.
    ValueError
        When there are fewer than two.
    NoCommonYear
        When no year is planned in all of them.
    """
    if len(runs) < 2:
        raise ValueError(f"at least two runs are compared, not {len(runs)}")
    began = time.perf_counter()
    named = _named(runs)
    years = [year for year in next(iter(named.values())).case.years
             if all(year in record.case.years for record in named.values())]
    if not years:
        raise NoCommonYear
    fresh = {name for name, run in zip(named, runs, strict=True) if isinstance(run, Plan)}
    results = {name: _result(record, fresh=name in fresh) for name, record in named.items()}
    made = {name: record.tables for name, record in named.items()}
    tables = {
        "inputs": input_differences({name: record.case for name, record in named.items()}),
        "objective": run_differences.objectives(results),
        "pairs": run_differences.pairs(results),
        "indicators": run_differences.indicators(made, years),
        "balance": run_differences.balance(made, years),
        "actions": run_differences.actions(made, years),
        "costs": run_differences.costs(made, years),
    }
    said = {
        "runs": [{"run": name, "scenario": record.case.name, "certificate": record.manifest.get("certificate", ""),
                  "solved_here": name in fresh} for name, record in named.items()],
        "years": [years[0], years[-1]], "all_years": all(list(r.years) == years for r in results.values()),
        "seconds": {"compare": time.perf_counter() - began},
    }
    return Compare(named, tables, said)


def _named(runs: Sequence[Run]) -> dict[str, Record]:
    """Return the records by name: a folder's own, else the scenario's; the same name again is numbered."""
    faults = Faults()
    found: dict[str, Record] = {}
    for run in runs:
        try:
            record = run.record() if isinstance(run, Plan) else run if isinstance(run, Record) else read_results(run)
        except InputFaults as error:
            for fault in error.faults:
                faults.add(fault.file, fault.line, fault.item, fault.expected, fault.found)
            continue
        name = Path(run).resolve().name if isinstance(run, str | Path) else record.case.name
        count = sum(known == name or known.startswith(f"{name} (") for known in found)
        found[f"{name} ({count + 1})" if count else name] = record
    faults.raise_if_any()
    return found


def _result(record: Record, *, fresh: bool) -> Result:
    said, case = record.manifest, record.case
    sealed = fresh or (record.certified is not None and record.certified.holds)
    return Result(
        said["objectives"][0]["name"], float(said["objective"]), float(said["bound"]), float(said["gap"]), case.years,
        case.base_year, sealed and record.audit.verdict != "broken", run_differences.standing(case),
    )
