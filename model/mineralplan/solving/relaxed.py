"""The linear relaxation of a program, with the rows that are hardly ever needed added only when they are broken."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.highs import Basis, Outcome, Settings, solve
from mineralplan.solving.highs.growing import BASIC, GrowingLP
from mineralplan.solving.program import Program, Vector

LAZY = ("strong_link",)
"""Constraints of which few rows hold anything back: a shipment is at most min(demand, capacity) × open.

For whole mines they follow from capacity and demand, so that a search may leave out what its relaxation never needed.
"""
BROKEN = 1e-7
"""By how much a row is broken when it is taken up: the solver's own tolerance."""


class Relaxation:
    """The linear relaxation of a program, ready to be solved within other bounds of its columns.

    Parameters
    ----------
    program : Program
        Its integers are taken as continuous.
    settings : Settings, optional
        The time limit is that of each call of `solve`.
    lazy : collection of str
        The names of the constraints whose rows wait until they are broken.
    basis : tuple of numpy.ndarray, optional
        Of the relaxation with all its rows, to begin from: the rows that it has tight do not wait.
    fine : float
        Where it is not 0, broken rows go on waiting when the last ones raised the optimum by less than this part of it:
        the point may break some, and bound and duals are as valid as with all of them.
    """

    def __init__(
        self, program: Program, settings: Settings | None = None, *, lazy: Collection[str] = LAZY,
        basis: Basis | None = None, fine: float = 0.0,
    ) -> None:
        self.program, self.settings, self._fine = program, settings or Settings(), fine
        self._waiting = _named(program, lazy)
        if basis is not None:
            self._waiting &= basis[1] == BASIC
        first = ~self._waiting
        self._grown = GrowingLP(program, np.flatnonzero(first), self.settings,
                                None if basis is None else (basis[0], basis[1][first]))

    @property
    def lean(self) -> Program:
        """The program without the rows that nothing has needed so far: with whole integers the same."""
        rows = np.flatnonzero(~self._waiting)
        program = self.program
        return replace(
            program, matrix=sparse.csc_array(sparse.csr_array(program.matrix)[rows]),
            row_lower=program.row_lower[rows], row_upper=program.row_upper[rows],
            rows=tuple(program.rows[i] for i in rows),
        )

    def solve(self, lower: Vector | None = None, upper: Vector | None = None) -> Outcome:
        """Minimise, within other bounds where they are given; the solver begins from the last basis.

        Returns
        -------
        Outcome
            As `mineralplan.solving.highs.solve` gives it for the relaxation with all rows, with a dual for each of
            them (0 where it was not needed) and a basis for all. Cut short it has no point, and yet the bound and duals
            of the last round, which fewer rows make weaker and not wrong.
        """
        began, last = time.perf_counter(), None
        if lower is not None and upper is not None:
            self._grown.within(lower, upper)
        while True:
            outcome = self._grown.solve()
            spent = time.perf_counter() - began
            limit = self.settings.time_limit_s
            if outcome.stopped or (last and limit is not None and spent > limit):
                return _cut_short(outcome if outcome.stopped else replace(outcome, stopped="time"), last, spent)
            if outcome.x is None:
                return self._doubted(lower, upper, spent)
            before, last = last, self._with_all_rows(outcome, spent)
            broken = np.flatnonzero(self._waiting & _broken(self.program, outcome))
            raised = outcome.objective - before.objective if before else np.inf
            if not len(broken) or (self._fine and raised < self._fine * abs(outcome.objective)):
                return last
            self._waiting[broken] = False
            self._grown.add(broken)

    def _doubted(self, lower: Vector | None, upper: Vector | None, spent: float) -> Outcome:
        """Ask again where there is said to be nothing: that is believed only of the whole, asked twice."""
        program = self.program
        return solve(replace(
            program, integer=np.zeros_like(program.integer), lower=program.lower if lower is None else lower,
            upper=program.upper if upper is None else upper), self.settings.after(spent))

    def _with_all_rows(self, outcome: Outcome, seconds: float) -> Outcome:
        assert outcome.duals is not None and outcome.basis is not None
        count, rows = len(self.program.rows), self._grown.rows
        duals, states = np.zeros(count), np.full(count, BASIC, dtype=np.int8)
        duals[rows], states[rows] = outcome.duals, outcome.basis[1]
        return replace(outcome, duals=duals, basis=(outcome.basis[0], states), seconds=seconds)


def relaxed(
    program: Program, settings: Settings | None = None, *, lazy: Collection[str] = LAZY, basis: Basis | None = None,
) -> Outcome:
    """Solve the linear relaxation of a program once: `Relaxation.solve`."""
    return Relaxation(program, settings, lazy=lazy, basis=basis).solve()


def _named(program: Program, names: Collection[str]) -> npt.NDArray[np.bool_]:
    return np.fromiter((name in names for name, _ in program.rows), dtype=bool, count=len(program.rows))


def _broken(program: Program, outcome: Outcome) -> npt.NDArray[np.bool_]:
    activity = program.matrix @ outcome.x
    found: npt.NDArray[np.bool_] = (activity > program.row_upper + BROKEN) | (activity < program.row_lower - BROKEN)
    return found


def _cut_short(outcome: Outcome, last: Outcome | None, seconds: float) -> Outcome:
    nothing = replace(outcome, status="no plan", x=None, objective=np.inf, seconds=seconds, basis=None)
    if last is None:
        return replace(nothing, bound=-np.inf, duals=None, reduced=None)
    return replace(nothing, bound=last.bound, duals=last.duals, reduced=last.reduced)
