"""The front between objectives of a case, as tables, figure and page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.analysis.pareto import Front, NoFront, Point, front
from mineralplan.analysis.remembered import Searches
from mineralplan.auditing.audit import Audit, audit
from mineralplan.case import Case
from mineralplan.formulation.objectives import OBJECTIVES
from mineralplan.inputs.faults import Faults, one_of
from mineralplan.outputs import extract
from mineralplan.outputs.study import write_study
from mineralplan.outputs.tables import actions
from mineralplan.planning import NoPlan
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.record import Record
from mineralplan.report.studies.pareto_text import html, page
from mineralplan.report.studies.study_documents import figures_of, write_documents
from mineralplan.simulation.store import Store
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program
from mineralplan.words import default_language

FEWEST, MOST = 2, 3
"""Objectives of a front."""


@dataclass(frozen=True)
class Pareto:
    """The front between two or three objectives of a case.

    Attributes
    ----------
    case : Case
    objectives : tuple of str
        The first one was minimised under limits of the others.
    tables : mapping of str to pandas.DataFrame
        ``front``, ``steps``, ``actions``, ``removed``, ``payoff``, ``compared``, as docs/pareto.md describes them.
    said : mapping
        What the manifest says: gap, counts, whether the front is proven complete, seconds.
    """

    case: Case
    objectives: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    said: Mapping[str, Any]

    @property
    def figures(self) -> Gallery:
        """The figure: ``pareto.figures.front(lang="zh")``."""
        return figures_of("pareto", self.case, self.tables)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.objectives, self.tables, self.said, lang or default_language())

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figure, page and manifest into ``folder``, whole or not at all; it is replaced."""
        spoken = lang or default_language()
        return write_study(
            Path(folder), self.case, "pareto", self.tables, self.said,
            lambda new: write_documents(new, "pareto", self.case, self.tables, self.text(spoken), spoken), command,
        )

    def _repr_html_(self) -> str:
        return html(self.case, self.objectives, self.tables, self.said, default_language())


def pareto(
    case: Case, objectives: Sequence[str], *, points: int | None = None, gap: float | None = None,
    compare: Sequence[Record] = (), watch: Callable[[int, int], None] | None = None, store: Store | None = None,
    compiled: Compiled | None = None,
) -> Pareto:
    """Find the front between two or three objectives: plans of which none is better in one and no worse in the others.

    Parameters
    ----------
    case : Case
    objectives : sequence of str
        Of ``cost``, ``shortage``, ``haul``, ``carbon``, ``land``, ``new_blocks``, ``mines``; the first is minimised
        under limits of the others.
    points : int, optional
        Limits to try at most; otherwise 8, or every whole number of a second objective in whole numbers.
    gap : float, optional
        Relative gap of each search; the scenario's otherwise. At 0 the points are proven efficient.
    compare : sequence of Record
        Plans to show beside the front, as `mineralplan.read_results` gives them.
    watch : callable, optional
        Called with the number of searches done, and of all.
    store : Store, optional
        Keeps what is found, for a second start.
    compiled : Compiled, optional
        The compiled model of the case.

    Raises
    ------
    InputFaults
        When an objective does not exist.
    ValueError
        When there are not two or three of them, or fewer than two points are asked for.
    NoPlan
        When the case has none.
    """
    names, began = tuple(objectives), time.perf_counter()
    check_front(names, points)
    options = case.options
    settings = Settings(options.gap if gap is None else gap, options.time_limit_s, options.threads, options.seed)
    program = (compiled or Compiled(case)).program(case)
    try:
        found = front(case, program, names, settings, points=points, searches=Searches(store), watch=watch)
    except NoFront as nothing:
        raise NoPlan(nothing.status, case) from None
    tables = _tables(case, program, found, compare)
    said = {
        "objectives": list(names), "wanted_gap": settings.gap, "points": len(found.points),
        "removed": len(found.removed), "impossible": [dict(limits) for limits in found.impossible],
        "unanswered": [dict(limits) for limits in found.unanswered],
        "levels": {name: list(limits) for name, limits in found.levels.items()}, "complete": found.complete,
        "efficient": sum(point.efficient for point in found.points), "searches": found.searches,
        "seconds": {"pareto": time.perf_counter() - began}, "threads": options.threads, "seed": options.seed,
    }
    return Pareto(case, names, tables, said)


def check_front(names: Sequence[str], points: int | None = None) -> None:
    """Raise what `pareto` would raise of its objectives and points, before anything is read or solved.

    Raises
    ------
    InputFaults
        With every objective that does not exist.
    ValueError
        When there are not two or three different ones, or fewer than two points are asked for.
    """
    faults = Faults()
    for name in names:
        if name not in OBJECTIVES:
            faults.add("objectives", None, name, one_of(OBJECTIVES, name), repr(name))
    faults.raise_if_any()
    if not FEWEST <= len(set(names)) == len(names) <= MOST:
        raise ValueError(f"a front is between two or three different objectives, not {', '.join(names)}")
    if points is not None and points < FEWEST:
        raise ValueError(f"a front has at least two points, not {points}")


def _tables(case: Case, program: Program, found: Front, compare: Sequence[Record]) -> dict[str, pd.DataFrame]:
    numbered = list(enumerate(found.points, start=1))
    plans = {number: extract.allocation(case, program, point.x) for number, point in numbered}
    audits = {number: audit(case, plan) for number, plan in plans.items()}
    done = [actions(case, plan).assign(point=number) for number, plan in plans.items()]
    acts = pd.concat(done, ignore_index=True)
    return {
        "front": _front_table(found, audits),
        "steps": _steps(found),
        "actions": acts[["point", *(name for name in acts.columns if name != "point")]],
        "removed": _removed_table(found),
        "payoff": pd.DataFrame([{"first": name, **p.values} for name, p in zip(found.names, found.payoff, strict=True)],
                               columns=["first", *found.names]),
        "compared": _compared(found, [record for record in compare if record.audit.objectives]),
    }


def _compared(found: Front, records: Sequence[Record]) -> pd.DataFrame:
    """Return other plans, each with its own case's figures, in the objectives of the front."""
    rows = [
        {"scenario": record.case.name, "title_zh": record.case.title.zh, "title_en": record.case.title.en,
         **{name: float(record.audit.objectives[name]) for name in found.names}}
        for record in records
    ]
    return pd.DataFrame(rows, columns=["scenario", "title_zh", "title_en", *found.names])


def _limits(found: Front, point: Point) -> dict[str, float | None]:
    return {f"limit_{name}": point.limits.get(name) for name in found.names[1:]}


def _front_table(found: Front, audits: Mapping[int, Audit]) -> pd.DataFrame:
    limits = [f"limit_{name}" for name in found.names[1:]]
    columns = ["point", *found.names, *limits, "bound", "gap", "proven", "audit"]
    rows = [
        {"point": number, **point.values, **_limits(found, point), "bound": point.bound, "gap": point.gap,
         "proven": "efficient" if point.efficient else "within_gap", "audit": audits[number].verdict}
        for number, point in enumerate(found.points, start=1)
    ]
    return pd.DataFrame(rows, columns=columns)


def _removed_table(found: Front) -> pd.DataFrame:
    place = {id(point): number for number, point in enumerate(found.points, start=1)}
    rows = [
        {**entry.point.values, **_limits(found, entry.point), "by_point": place[id(entry.by)]}
        for entry in found.removed
    ]
    return pd.DataFrame(rows, columns=[*found.names, *(f"limit_{name}" for name in found.names[1:]), "by_point"])


def _steps(found: Front) -> pd.DataFrame:
    """Return what a step along a front of two objectives gives and takes, with what is proven of it."""
    columns = ["from_point", "to_point", "given", "taken", "taken_least", "taken_most", "per_unit", "per_unit_least",
               "per_unit_most"]
    rows = []
    if len(found.names) == FEWEST:
        first, second = found.names
        # From much of the second objective to little: each step gives some of it up and takes more of the first.
        for number, (here, there) in enumerate(zip(found.points, found.points[1:], strict=False), start=1):
            given = here.values[second] - there.values[second]
            taken = there.values[first] - here.values[first]
            low, high = there.bound - here.values[first], there.values[first] - here.bound
            rows.append((number, number + 1, given, taken, low, high, taken / given, low / given, high / given))
    return pd.DataFrame(rows, columns=columns)
