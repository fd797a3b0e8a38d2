"""What every measurement of a search shares: seconds of the processor, and when which gap was proven.

Seconds of the processor and not of the wall, because a machine is seldom idle; those of finished children count too.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Progress, relative_gap
from mineralplan.solving.program import Program

INFINITE = float("inf")


def cpu_seconds() -> float:
    """Return the processor's seconds of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """Return the largest memory that this process or one of its children has held so far, MB."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def size(program: Program) -> dict[str, int]:
    """Return rows, columns, nonzeros and integers."""
    rows, columns = program.matrix.shape
    return {"rows": rows, "columns": columns, "nonzeros": int(program.matrix.nnz),
            "integers": int(program.integer.sum())}


class Clock:
    """Seconds of the processor, and the peak memory after it, of each phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_mb: dict[str, float] = {}
        self._last = cpu_seconds()

    def lap(self, phase: str) -> None:
        """End a phase."""
        now = cpu_seconds()
        self.seconds[phase], self.peak_mb[phase], self._last = now - self._last, peak_mb(), now


class Afresh:
    """Stands where a search takes a compiled model: builds and compiles as it would itself, each clocked.

    Parameters
    ----------
    ready : callable
        Called when the program is compiled and the search is about to begin.
    """

    def __init__(self, clock: Clock, ready: Callable[[], None] = lambda: None) -> None:
        self.clock, self.ready = clock, ready

    def program(self, case: Case) -> Program:
        """Build and compile a case."""
        model = build(case)
        self.clock.lap("build")
        program = compile_model(model)
        self.clock.lap("compile")
        self.ready()
        return program

    def basis(self, *_: object) -> None:
        """Know none."""


class Notes:
    """When which gap was proven: to be called with every `Progress`.

    Attributes
    ----------
    found : list of (float, float)
        Seconds since the notes began and relative gap, whenever it was smaller than ever before.
    """

    def __init__(self) -> None:
        self.found = list[tuple[float, float]]()
        self._incumbent, self._bound = INFINITE, -INFINITE
        self.begin()

    def begin(self) -> None:
        """Let the seconds begin."""
        self.began = cpu_seconds()

    def __call__(self, *told: Any) -> None:
        """Take up a `Progress`; the name of the objective may come before it."""
        now: Progress = told[-1]
        self.take(now.incumbent, now.bound)

    def take(self, incumbent: float, bound: float) -> None:
        """Note the gap of a plan and a bound, each the best so far."""
        self._incumbent, self._bound = min(self._incumbent, incumbent), max(self._bound, bound)
        gap = relative_gap(self._incumbent, self._bound)
        if gap < (self.found[-1][1] if self.found else INFINITE):
            self.found.append((cpu_seconds() - self.began, gap))

    def ended(self, objective: float, bound: float, wanted: float, stopped: str) -> dict[str, Any]:
        """Return what the search gave; the wanted gap counts as proven when the search returned, not before."""
        seconds, gap = cpu_seconds() - self.began, relative_gap(objective, bound)
        notes = [note for note in self.found if note[1] > max(wanted, gap)]
        if gap < INFINITE:
            notes.append((seconds, gap))
        return {"seconds": seconds, "objective": objective, "bound": bound, "gap": gap, "wanted": wanted,
                "stopped": stopped, "notes": notes}
