"""Inputs varied over a grid: what each combination costs, needs and decides, and what of it is proven."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.analysis.dominance import Place, place, tightened
from mineralplan.analysis.sweep_grid import Grid, Index
from mineralplan.analysis.sweep_points import (
    Answer,
    Point,
    actions_table,
    indicators_table,
    measured,
    points_table,
)
from mineralplan.auditing.audit import audit
from mineralplan.case import Case
from mineralplan.explanation import first_reasons
from mineralplan.outputs import tables
from mineralplan.outputs.manifest import versions
from mineralplan.outputs.study import write_study
from mineralplan.planning import NoPlan, solve
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.studies.study_documents import figures_of, write_documents
from mineralplan.report.studies.sweep_text import html, page, reason, reasons
from mineralplan.simulation.store import Store, digest
from mineralplan.simulation.workers import Crew, Failed, Task
from mineralplan.solving.compiled import Compiled
from mineralplan.studies.sweep_file import Design, design, read_design
from mineralplan.words import LANGUAGES, default_language


@dataclass(frozen=True)
class Sweep:
    """A sweep that was solved.

    Attributes
    ----------
    case : Case
        The scenario, with the title of the sweep where it has one.
    name : str
    grid : Grid
    points : tuple of Point
    said : mapping
        What the manifest says of it.
    """

    case: Case
    name: str
    grid: Grid
    points: tuple[Point, ...] = field(repr=False)
    said: Mapping[str, Any] = field(repr=False)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """``points``, ``indicators`` and ``actions``, as written to the folder."""
        missing = [point for point in self.points if not point.found]
        why = {lang: {point.number: reason(point, lang) for point in missing} for lang in LANGUAGES}
        return {
            "points": points_table(self.grid, self.points, why),
            "indicators": indicators_table(self.grid, self.points),
            "actions": actions_table(self.case, self.grid, self.points),
        }

    @property
    def figures(self) -> Gallery:
        """Its figure: ``sweep.figures.sweep(lang="zh")``."""
        return figures_of("sweep", self.case, self.tables)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.said, lang or default_language())

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figure, page and manifest into ``folder``, whole or not at all; it is replaced."""
        spoken = lang or default_language()
        return write_study(
            Path(folder), self.case, "sweep", self.tables, self.said,
            lambda new: write_documents(new, "sweep", self.case, self.tables, self.text(spoken), spoken), command,
        )

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.said, default_language())


def sweep(
    what: str | Path | Case | Design, axes: Mapping[str, Sequence[Any]] | None = None, *,
    base: Mapping[str, Any] | None = None, gap: float | None = None, workers: int = 1, cluster: str = "",
    store: Store | None = None, watch: Callable[[int, int, int], None] | None = None,
) -> Sweep:
    """Solve every combination of some values of some inputs.

    Parameters
    ----------
    what : path, Case or Design
        A sweep's file, or the case whose inputs ``axes`` vary.
    axes : mapping of str to sequence, optional
        Dotted name → values; with a case only.
    base : mapping, optional
        Dotted name → value at the point that the others are compared with; the case's own values otherwise.
    gap : float, optional
        Relative gap wanted of each point; 0.01 where neither this nor the file says it.
    workers : int
        Processes. Their number changes no result.
    cluster : str
        Address of a Dask scheduler, in place of processes.
    store : Store, optional
        Keeps what is finished, for a second start.
    watch : callable, optional
        Called with how many points are done, of how many, and how many were known before.

    Raises
    ------
    InputFaults
        With every fault of the file or of the axes.
    """
    began = time.perf_counter()
    if isinstance(what, Case):
        plan = design(what, axes or {}, base=base or {}, gap=gap)
    else:
        plan = what if isinstance(what, Design) else read_design(Path(what), gap=gap)
    answers = _answers(plan, workers, cluster, store, watch)
    points = _points(plan, answers)
    said = {
        "axes": {axis.name: list(axis.values) for axis in plan.grid.axes},
        "base": plan.grid.values(plan.grid.base), "points": plan.grid.size, "wanted_gap": plan.gap,
        "proven": sum(point.status == "optimal" for point in points),
        "without_plan": sum(point.found is None for point in points),
        "plans_taken_over": sum(point.found is not None and point.plan_of != point.number for point in points),
        "bounds_taken_over": sum(point.bound_of != point.number for point in points),
        "threads": plan.case.options.threads, "seed": plan.case.options.seed,
        "seconds": {"sweep": time.perf_counter() - began},
    }
    case = plan.case if plan.title is None else replace(plan.case, title=plan.title)
    return Sweep(case, plan.name, plan.grid, points, said)


@dataclass
class _Setup:
    """What every point needs; the model is compiled where it is used first."""

    case: Case
    gap: float

    @cached_property
    def compiled(self) -> Compiled:
        return Compiled(self.case)


@dataclass(frozen=True)
class _Payload:
    """A point to solve: its inputs, the plan to begin from, and the points that are known to have no plan."""

    values: Mapping[str, Any]
    start: Allocation | None
    impossible: tuple[tuple[int, Place], ...]


def _prepare(setup: _Setup) -> _Setup:
    return setup


def _work(setup: _Setup, payload: _Payload) -> Answer:
    case = setup.case.change(payload.values)
    here = place(case)
    for number, other in payload.impossible:
        if here.within(other):
            return Answer(here, "infeasible", bound=inf, implied_by=number)
    try:
        plan = solve(case, gap=setup.gap, start=payload.start, compiled=setup.compiled)
    except NoPlan as nothing:
        if nothing.status != "infeasible":
            return Answer(here, nothing.status)
        return Answer(here, nothing.status, bound=inf, reasons=reasons(case, *first_reasons(case)))
    certificate = plan.certificate
    if certificate.stopped == "interrupt":  # half a search is no answer to keep
        raise KeyboardInterrupt
    found = measured(case, plan.allocation, plan.costs, plan.scorecard, plan.audit.verdict)
    return Answer(here, certificate.status, certificate.objective, certificate.bound, found)


@dataclass
class _Count:
    """Tells a watch of all rounds what a crew tells of one."""

    watch: Callable[[int, int, int], None] | None
    total: int
    before: tuple[int, int] = (0, 0)
    now: tuple[int, int] = (0, 0)

    def __call__(self, done: int, _: int, known: int) -> None:
        self.now = (self.before[0] + done, self.before[1] + known)
        if self.watch:
            self.watch(self.now[0], self.total, self.now[1])

    def next_round(self) -> None:
        self.before = self.now


def _answers(
    plan: Design, workers: int, cluster: str, store: Store | None, watch: Callable[[int, int, int], None] | None
) -> dict[Index, Answer]:
    """Return the answer of every point, round by round from the base outwards."""
    grid, setup = plan.grid, _Setup(plan.case, plan.gap)
    study = digest(versions(), repr(plan.case), plan.gap)
    keys: dict[Index, str] = {}
    found: dict[Index, Answer] = {}
    count = _Count(watch, grid.size)
    with Crew(_prepare, setup, _work, workers=workers, cluster=cluster) as crew:
        for points in grid.rounds():
            barred = tuple((grid.number[p], a.place) for p, a in found.items() if a.status == "infeasible"
                           and not a.implied_by)
            tasks = []
            for point in points:
                giver = _giver(grid, point, found)
                values = grid.values(point)
                known = keys[giver] if giver else ""
                keys[point] = digest(study, repr(values), known, [number for number, _ in barred])
                start = found[giver].found if giver else None
                tasks.append(Task(keys[point], _Payload(values, start.allocation if start else None, barred)))
            answers = crew.run(tasks, store=store, watch=count)
            count.next_round()
            for point, task in zip(points, tasks, strict=True):
                answer = answers[task.key]
                if isinstance(answer, Failed):
                    case = plan.case.change(grid.values(point))
                    answer = Answer(place(case), "failed", ended=answer.reason)
                found[point] = answer
    return found


def _giver(grid: Grid, point: Index, found: Mapping[Index, Answer]) -> Index | None:
    """Return the nearest point towards the base that has a plan."""
    parent = grid.parent(point)
    while parent is not None and not found[parent].found:
        parent = grid.parent(parent)
    return parent


def _points(plan: Design, answers: Mapping[Index, Answer]) -> tuple[Point, ...]:
    """Return every point with the best plan and bound that the points prove of one another."""
    grid = plan.grid
    given = [answers[point] for point in grid.points]
    standings = tightened([a.place for a in given], [a.objective for a in given], [a.bound for a in given])
    points = []
    for number, (index, answer, standing) in enumerate(zip(grid.points, given, standings, strict=True), start=1):
        giver = given[standing.plan_of]
        found = giver.found
        if found is not None and standing.plan_of != number - 1:
            case = plan.case.change(grid.values(index))
            checked = audit(case, found.allocation)
            found = measured(case, found.allocation, found.costs, tables.scorecard(checked.findings), checked.verdict)
        point = Point(index, number, answer.status, answer, found, standing, standing.plan_of + 1,
                      standing.bound_of + 1)
        points.append(replace(point, status=_status(point, plan.gap)))
    return tuple(points)


def _status(point: Point, gap: float) -> str:
    if point.found:
        return "optimal" if point.gap <= gap else "feasible"
    return "infeasible" if point.standing.impossible else point.answer.status
