"""Questions to the solver, one at a time: counted, timed and announced."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.analysis.members import Member
from mineralplan.solving.highs import Outcome, Settings, relative_gap, solve
from mineralplan.solving.program import Program, Vector

GAP = 1e-6
"""Relative gap to which a least change is searched."""


@dataclass(frozen=True)
class Question:
    """What is being asked.

    Attributes
    ----------
    number : int
        From 1 on.
    kind : str
        ``whole`` (can all of it be met), ``shortlist`` (who takes part in the relaxation), ``collide`` (do these),
        ``without`` (do the others without these), ``relaxed`` (the same with fractions of mines), ``settle`` (by how
        much these have to give way to hold together), ``years`` (do they collide in some years alone), ``alone`` and
        ``together`` (the least change), ``check`` (is there a plan with it).
    members : tuple of Member
        Whom it is about.
    seconds : float
        Since the first question.
    """

    number: int
    kind: str
    members: tuple[Member, ...]
    seconds: float


class Asker:
    """Puts questions to the solver.

    Parameters
    ----------
    settings : Settings
        The time limit holds for each question.
    watch : callable, optional
        Called with each `Question` before it is asked.
    """

    def __init__(self, settings: Settings, watch: Callable[[Question], None] | None = None) -> None:
        self.settings, self.watch = settings, watch
        self.asked, self.began = 0, time.perf_counter()

    def possible(self, program: Program, kind: str, members: tuple[Member, ...] = ()) -> bool | None:
        """Return whether a program has any plan, None where the time was too short to tell.

        The linear relaxation is asked first: it is quick to say no.
        """
        self._announce(kind, members)
        bare = replace(program, cost=np.zeros_like(program.cost), offset=0.0)
        relaxed = self._solve(replace(bare, integer=np.zeros_like(bare.integer)))
        if relaxed.status != "optimal":
            return False if relaxed.status == "infeasible" else None
        outcome = self._solve(bare) if bare.integer.any() else relaxed
        return True if outcome.x is not None else False if outcome.status == "infeasible" else None

    def least(
        self, program: Program, kind: str, members: tuple[Member, ...], start: Vector | None = None
    ) -> Outcome:
        """Minimise a program; what its linear relaxation already says is not asked again.

        Parameters
        ----------
        start : numpy.ndarray, optional
            A plan to begin from.
        """
        self._announce(kind, members)
        relaxed = self._solve(replace(program, integer=np.zeros_like(program.integer)))
        if relaxed.x is None or not program.integer.any():
            return relaxed
        if start is not None and relative_gap(program.objective(start), relaxed.bound) <= GAP:
            return replace(relaxed, x=start, objective=program.objective(start))
        return self._solve(program, start)

    def exact(self, program: Program, x: Vector) -> Vector | None:
        """Return the point with its integers whole and the rest optimal for them, None where there is none."""
        outcome = solve(program.fixed(x), replace(self.settings, time_limit_s=None))
        if outcome.x is None:
            return None
        whole: Vector = np.where(program.integer, np.rint(x), outcome.x)
        return whole

    def _solve(self, program: Program, start: Vector | None = None) -> Outcome:
        outcome = solve(program, replace(self.settings, gap=GAP), start=start)
        if outcome.stopped == "interrupt":
            raise KeyboardInterrupt
        return outcome

    def _announce(self, kind: str, members: tuple[Member, ...]) -> None:
        self.asked += 1
        if self.watch:
            self.watch(Question(self.asked, kind, members, time.perf_counter() - self.began))
