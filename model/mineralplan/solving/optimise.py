"""From a case to a searched program: build, compile, search, each timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import lines
from mineralplan.solving.apart import search_apart
from mineralplan.solving.compile import compile_model
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Progress, Settings
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.reach import Reach, within_reach
from mineralplan.solving.search import Aim, Found, search
from mineralplan.solving.start import Known

TIE_BREAK = "haul"
"""Among plans with the same decisions and cost, the one that hauls least."""
LARGE = 20_000
"""Nonzeros from which on a program is worth the half second that a process of its own takes to start."""


@dataclass(frozen=True)
class Search:
    """A program, what the search gave, the seconds of each phase, and what was left out of the program."""

    program: Program
    found: Found
    seconds: dict[str, float]
    reach: Reach | None = None


def optimise(
    case: Case, settings: Settings, watch: Callable[[str, Progress], None] | None = None, *, apart: bool | None = None,
    compiled: Compiled | None = None, start: Callable[[Program], Vector] | None = None,
) -> Search:
    """Build, compile and search a case.

    Parameters
    ----------
    case : Case
    settings : Settings
    watch : callable, optional
        Called with the objective's name and each `Progress`.
    apart : bool, optional
        Whether the solver runs in a process of its own, so that a crash of it takes nothing along; where it is not
        said, large programs do.
    compiled : Compiled, optional
        A model to set to the case, in place of a fresh build; it has every link, whatever the case's reach.
    start : callable, optional
        Returns the decisions of a plan to begin from, as a point of the program.
    """
    clock, aims = _Clock(), [Aim(name, lines(name, case)) for name in case.objective]
    near = within_reach(case, aims[0], settings) if compiled is None and _may_leave_out(case) else None
    if near is not None:
        program = near.program
    elif compiled is None:
        model = build(case)
        clock.lap("build")
        program = compile_model(model)
    else:
        program = compiled.program(case)
    clock.lap("compile" if near is None else "reach")
    tie = Aim(TIE_BREAK, lines(TIE_BREAK, case))
    how = search_apart if (program.matrix.nnz >= LARGE if apart is None else apart) else search
    basis = near.basis if near else compiled.basis(case, aims[0]) if compiled else None
    known = Known(start(program) if start else None, basis)
    found = how(program, aims, tie, settings.after(clock.laps.get("reach", 0.0)), watch, known)
    clock.lap("solve")
    if near is None:
        return Search(program, found, clock.laps)
    if found.status == "infeasible":  # that says nothing of the links that were left out
        whole = replace(case, options=case.options.model_copy(update={"reach_km": None}))
        left = settings.after(sum(clock.laps.values()))
        return optimise(whole, left, watch, apart=apart, start=start)
    return Search(program, near.reach.judged(found, settings.gap), clock.laps, near.reach.beside(found))


def _may_leave_out(case: Case) -> bool:
    """Return whether links may be left out: their bound is known for a first objective alone."""
    return case.options.reach_km is not None and len(case.objective) == 1


class _Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.laps[phase], self._last = now - self._last, now
