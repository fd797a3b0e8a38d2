"""The search on a compiled program: objectives in their order, exact integers, ties broken, nothing unchecked.

It knows arrays alone, so that it can run in a process of its own that never loads the modeller.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.solving.highs import Outcome, Progress, Settings, SolverFailure, polish, relative_gap, solve
from mineralplan.solving.location.search import search_location
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.safe_bound import safe_bound
from mineralplan.solving.start import NOTHING, Known, first_plan

SLACK = 1e-9
"""Relative room that an objective already settled leaves to the next, so that rounding does not close it."""

Watch = Callable[[str, Progress], None]


@dataclass(frozen=True)
class Aim:
    """One objective of the lexicographic order: its name, and the weights of the program's lines."""

    name: str
    weights: Mapping[tuple[str, int], float]


@dataclass(frozen=True)
class Stage:
    """One objective of the lexicographic order and how well it was settled.

    Attributes
    ----------
    bound : float
        The best bound: the solver's, or the safe one.
    safe_bound : float
        Bound of the linear relaxation that exact arithmetic proved; minus infinity where there is none.
    """

    objective: str
    value: float
    bound: float
    safe_bound: float = -np.inf

    @property
    def gap(self) -> float:
        """Relative gap that is proven."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Attributes
    ----------
    status : str
        As in `mineralplan.solving.highs.Outcome`.
    x : numpy.ndarray or None
        The plan, integers exact.
    stages : tuple of Stage
        One per objective, in order.
    stopped : str
        ``"time"``, ``"interrupt"`` or ``"crash"`` where the search ended before its gap.
    """

    status: str
    x: Vector | None
    stages: tuple[Stage, ...] = ()
    stopped: str = ""


def search(
    program: Program, aims: Sequence[Aim], tie: Aim, settings: Settings, watch: Watch | None = None,
    known: Known = NOTHING, on_stage: Callable[[Stage], None] = lambda _: None,
) -> Found:
    """Find the best plan of a program.

    Objectives are taken in their order: each later one may choose only among plans that are as good as the earlier
    ones were proven. Then the integers are set to whole numbers, the linear program is solved again, and what costs
    the same is settled by ``tie``.

    Parameters
    ----------
    known : Known, optional
        What the search for the first objective may begin from.
    """
    began = time.perf_counter()
    start, stopped = None, ""
    stages: list[Stage] = []
    for aim in aims:
        aimed = program.minimising(aim.weights)
        left = settings.after(time.perf_counter() - began)
        outcome = _settle(aimed, left, _named(watch, aim.name), start, known)
        if outcome.x is None:
            if start is None:
                return Found(outcome.status, None, tuple(stages), outcome.stopped)
            if not outcome.stopped:
                raise SolverFailure(f"a plan exists, and yet the objective {aim.name} ended with: {outcome.status}")
            stopped = outcome.stopped
            break
        exact = _exact(aimed, outcome.x, settings)
        start, stopped = exact.x, stopped or outcome.stopped
        stages.append(_stage(aim.name, outcome, exact))
        on_stage(stages[-1])
        last = aimed.fixed(outcome.x), exact
        program = settled(program, aimed, exact.objective)
        if outcome.stopped == "interrupt":
            break
    x = _without_ties(*last, tie, settings)
    return Found("feasible" if stopped else "optimal", x, tuple(stages), stopped)


def finish(
    program: Program, aims: Sequence[Aim], tie: Aim, settings: Settings, x: Vector, stages: Sequence[Stage],
    bound: float,
) -> Found:
    """Make a plan of the best point of a search that ended unfinished; ``stages`` are those it had settled.

    Parameters
    ----------
    bound : float
        The bound that stood for the objective it was at.
    """
    for aim, stage in zip(aims, stages, strict=False):
        program = settled(program, program.minimising(aim.weights), stage.value)
    aim = aims[len(stages)]
    aimed = program.minimising(aim.weights)
    exact = _exact(aimed, x, settings)
    last = Stage(aim.name, exact.objective, min(bound, exact.objective))
    return Found("feasible", _without_ties(aimed.fixed(x), exact, tie, settings), (*stages, last))


def settled(program: Program, aimed: Program, value: float) -> Program:
    """Return the program in which an objective may get no worse than the value that it was settled at."""
    return program.with_row(aimed.cost, value - aimed.offset + SLACK * max(1.0, abs(value)))


def _stage(name: str, outcome: Outcome, exact: Outcome) -> Stage:
    bound = max(outcome.bound, outcome.safe_bound)
    return Stage(name, exact.objective, min(bound, exact.objective), min(outcome.safe_bound, exact.objective))


def _exact(program: Program, x: Vector, settings: Settings) -> Outcome:
    outcome = polish(program, x, settings)
    if outcome.x is None:
        raise SolverFailure("the plan is feasible only within the solver's tolerance, not with whole numbers")
    return outcome


def _settle(
    program: Program, settings: Settings, watch: Callable[[Progress], None] | None, start: Vector | None,
    known: Known = NOTHING,
) -> Outcome:
    """Minimise one objective, by prices where that is enough, from a first plan where none is settled yet."""
    began = time.perf_counter()
    if start is not None or not program.integer.any():
        found = solve(program, settings, on_progress=watch, start=start)
        if found.duals is not None:  # a linear program is its own relaxation
            found = replace(found, safe_bound=safe_bound(program, found.duals))
        return found
    located = search_location(program, settings, watch)
    if located is not None:
        return located
    left = settings.after(time.perf_counter() - began)
    before = first_plan(program, left, watch, known)
    first = before.outcome
    if first.stopped == "interrupt" or (first.x is not None and first.gap <= settings.gap):
        return first
    found = solve(before.lean, settings.after(time.perf_counter() - began), on_progress=watch, start=first.x)
    if first.x is None:
        return _with_bounds_of(first, found)
    if found.status == "no plan":  # stopped before it took up the plan it was given
        return replace(first, status="feasible", stopped=found.stopped)
    found = _with_bounds_of(first, found)
    return found if found.objective <= first.objective else replace(found, x=first.x, objective=first.objective)


def _with_bounds_of(first: Outcome, found: Outcome) -> Outcome:
    return replace(found, bound=max(found.bound, first.bound), safe_bound=first.safe_bound)


def _without_ties(fixed: Program, best: Outcome, tie: Aim, settings: Settings) -> Vector:
    """Break ties: decisions fixed, among all plans as good as the best the one that is best in ``tie``."""
    assert best.x is not None and best.duals is not None and best.reduced is not None
    face = fixed.face(best.x, best.duals, best.reduced).minimising(tie.weights)
    outcome = solve(face, replace(settings, time_limit_s=None))
    return best.x if outcome.x is None else outcome.x


def _named(watch: Watch | None, objective: str) -> Callable[[Progress], None] | None:
    return None if watch is None else lambda progress: watch(objective, progress)
