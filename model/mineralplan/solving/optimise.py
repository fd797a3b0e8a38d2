"""From a case to a searched program: build, compile, search, each timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import lines
from mineralplan.solving.apart import search_apart
from mineralplan.solving.compile import compile_model
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Progress, Settings
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, Found, search
from mineralplan.solving.start import Known

TIE_BREAK = "haul"
"""Among plans with the same decisions and cost, the one that hauls least."""
LARGE = 20_000
"""Nonzeros from which on a program is worth the half second that a process of its own takes to start."""


@dataclass(frozen=True)
class Search:
    """A program, what the search gave, and the seconds of each phase."""

    program: Program
    found: Found
    seconds: dict[str, float]


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
        A model to set to the case, in place of a fresh build.
    start : callable, optional
        Returns the decisions of a plan to begin from, as a point of the program.
    """
    clock = _Clock()
    if compiled is None:
        model = build(case)
        clock.lap("build")
        program = compile_model(model)
    else:
        program = compiled.program(case)
    clock.lap("compile")
    aims = [Aim(name, lines(name, case)) for name in case.objective]
    tie = Aim(TIE_BREAK, lines(TIE_BREAK, case))
    how = search_apart if (program.matrix.nnz >= LARGE if apart is None else apart) else search
    known = Known(start(program) if start else None, compiled.basis(case, aims[0]) if compiled else None)
    found = how(program, aims, tie, settings, watch, known)
    clock.lap("solve")
    return Search(program, found, clock.laps)


class _Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.laps[phase], self._last = now - self._last, now
