"""The whole search: objectives in their order, exact integers, ties broken, nothing believed unchecked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import lines
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Outcome, Progress, Settings, SolverFailure, polish, relative_gap, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.start import first_plan

TIE_BREAK = "haul"
"""Among plans with the same decisions and cost, the one that hauls least."""
SLACK = 1e-9
"""Relative room that an objective already settled leaves to the next, so that rounding does not close it."""

Watch = Callable[[str, Progress], None]


@dataclass(frozen=True)
class Stage:
    """One objective of the lexicographic order and how well it was settled."""

    objective: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Relative gap that is proven."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True)
class Search:
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
        ``"time"`` or ``"interrupt"`` where the search ended before its gap.
    seconds : dict
        By phase.
    """

    program: Program
    status: str
    x: Vector | None
    stages: tuple[Stage, ...] = ()
    stopped: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def search(case: Case, settings: Settings, watch: Watch | None = None) -> Search:
    """Build, compile and solve a case.

    Objectives are taken in the case's order: each later one may choose only among plans that are as good as the
    earlier ones were proven. Then the integers are set to whole numbers, the linear program is solved again, and
    shipments of equal cost are settled by least haulage.
    """
    clock = _Clock()
    model = build(case)
    clock.lap("build")
    program = compile_model(model)
    clock.lap("compile")
    result = _lexicographic(program, case, settings, watch)
    clock.lap("solve")
    return replace(result, seconds=clock.laps)


def _lexicographic(program: Program, case: Case, settings: Settings, watch: Watch | None) -> Search:
    deadline = None if settings.time_limit_s is None else time.perf_counter() + settings.time_limit_s
    whole, start, stopped = program, None, ""
    stages: list[Stage] = []
    for name in case.objective:
        aimed = program.minimising(lines(name, case))
        remaining = None if deadline is None else max(1.0, deadline - time.perf_counter())
        outcome = _settle(aimed, replace(settings, time_limit_s=remaining), _named(watch, name), start)
        if outcome.x is None:
            if start is None:
                return Search(whole, outcome.status, None, tuple(stages), outcome.stopped)
            if not outcome.stopped:
                raise SolverFailure(f"a plan exists, and yet the objective {name} ended with: {outcome.status}")
            stopped = outcome.stopped
            break
        exact = _exact(aimed, outcome.x, settings)
        start, stopped = exact.x, stopped or outcome.stopped
        stages.append(Stage(name, exact.objective, min(outcome.bound, exact.objective)))
        last = aimed.fixed(outcome.x), exact
        program = program.with_row(aimed.cost, exact.objective - aimed.offset + SLACK * max(1.0, abs(exact.objective)))
        if outcome.stopped == "interrupt":
            break
    x = _fewest_kilometres(*last, case, settings)
    return Search(whole, "feasible" if stopped else "optimal", x, tuple(stages), stopped)


def _exact(program: Program, x: Vector, settings: Settings) -> Outcome:
    outcome = polish(program, x, settings)
    if outcome.x is None:
        raise SolverFailure("the plan is feasible only within the solver's tolerance, not with whole numbers")
    return outcome


def _settle(
    program: Program, settings: Settings, watch: Callable[[Progress], None] | None, start: Vector | None
) -> Outcome:
    """Minimise one objective, from a first plan where none is given."""
    began, first = time.perf_counter(), None
    if start is None and program.integer.any():
        first = first_plan(program, settings, watch)
        start = first.x
        if first.stopped == "interrupt":
            return first
    if settings.time_limit_s is not None:
        used = time.perf_counter() - began
        settings = replace(settings, time_limit_s=max(1.0, settings.time_limit_s - used))
    found = solve(program, settings, on_progress=watch, start=start)
    if first is None:
        return found
    if first.x is None:
        return replace(found, bound=max(found.bound, first.bound))
    if found.status == "no plan":  # stopped before it took up the plan it was given
        return replace(first, status="feasible", stopped=found.stopped)
    return replace(found, bound=max(found.bound, first.bound))


def _fewest_kilometres(fixed: Program, best: Outcome, case: Case, settings: Settings) -> Vector:
    """Break ties between shipments: decisions fixed, among all plans as good as the best the one that hauls least."""
    assert best.x is not None and best.duals is not None and best.reduced is not None
    face = fixed.face(best.x, best.duals, best.reduced).minimising(lines(TIE_BREAK, case))
    outcome = solve(face, replace(settings, time_limit_s=None))
    return best.x if outcome.x is None else outcome.x


def _named(watch: Watch | None, objective: str) -> Callable[[Progress], None] | None:
    return None if watch is None else lambda progress: watch(objective, progress)


class _Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.laps[phase], self._last = now - self._last, now


def is_feasible(program: Program, settings: Settings) -> bool:
    """Return whether a program has any plan; the linear relaxation is asked first, it is quick to say no.

    Raises
    ------
    SolverFailure
        When the time was too short to tell.
    """
    bare = replace(program, cost=np.zeros_like(program.cost), offset=0.0)
    if solve(replace(bare, integer=np.zeros_like(bare.integer)), settings).x is None:
        return False
    outcome = solve(bare, settings)
    if outcome.status == "no plan":
        raise SolverFailure("too little time to tell whether a plan exists")
    return outcome.x is not None
