"""The linear relaxation of a program, with the rows that are hardly ever needed added only when they are broken."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mineralplan.solving.highs import Basis, Outcome, Settings, solve
from mineralplan.solving.highs.growing import BASIC, GrowingLP
from mineralplan.solving.program import Program

LAZY = ("strong_link",)
"""Constraints of which few rows hold anything back: a shipment is at most min(demand, capacity) × open."""
BROKEN = 1e-7
"""By how much a row is broken when it is taken up: the solver's own tolerance."""


def relaxed(
    program: Program, settings: Settings | None = None, *, lazy: Collection[str] = LAZY, basis: Basis | None = None,
) -> Outcome:
    """Solve the linear relaxation of a program, some of whose rows come in only when they are broken.

    Parameters
    ----------
    program : Program
        Its integers are taken as continuous.
    settings : Settings, optional
    lazy : collection of str
        The names of the constraints whose rows wait.
    basis : tuple of numpy.ndarray, optional
        Of the relaxation with all its rows, to begin from: the rows that it has tight do not wait.

    Returns
    -------
    Outcome
        As `mineralplan.solving.highs.solve` gives it for the relaxation with all rows, with a dual for each of them
        (0 where it was not needed) and a basis for all. Cut short it has no point, and yet the bound and duals of the
        last round, which fewer rows make weaker and not wrong.
    """
    began, settings = time.perf_counter(), settings or Settings()
    waiting = _named(program, lazy)
    if basis is not None:
        waiting &= basis[1] == BASIC
    grown = GrowingLP(program, np.flatnonzero(~waiting), settings, None if basis is None else _of(basis, ~waiting))
    last: Outcome | None = None
    while True:
        outcome = grown.solve()
        spent = time.perf_counter() - began
        if outcome.stopped or (last and settings.time_limit_s is not None and spent > settings.time_limit_s):
            return _cut_short(outcome if outcome.stopped else replace(outcome, stopped="time"), last, spent)
        if outcome.x is None:
            # Believed only of the whole, asked twice.
            return solve(replace(program, integer=np.zeros_like(program.integer)), settings.after(spent))
        last = _with_all_rows(program, grown, outcome, spent)
        broken = np.flatnonzero(waiting & _broken(program, outcome))
        if not len(broken):
            return last
        waiting[broken] = False
        grown.add(broken)


def _named(program: Program, names: Collection[str]) -> npt.NDArray[np.bool_]:
    return np.fromiter((name in names for name, _ in program.rows), dtype=bool, count=len(program.rows))


def _of(basis: Basis, rows: npt.NDArray[np.bool_]) -> Basis:
    return basis[0], basis[1][rows]


def _broken(program: Program, outcome: Outcome) -> npt.NDArray[np.bool_]:
    activity = program.matrix @ outcome.x
    found: npt.NDArray[np.bool_] = (activity > program.row_upper + BROKEN) | (activity < program.row_lower - BROKEN)
    return found


def _with_all_rows(program: Program, grown: GrowingLP, outcome: Outcome, seconds: float) -> Outcome:
    assert outcome.duals is not None and outcome.basis is not None
    duals, states = np.zeros(len(program.rows)), np.full(len(program.rows), BASIC, dtype=np.int8)
    duals[grown.rows], states[grown.rows] = outcome.duals, outcome.basis[1]
    return replace(outcome, duals=duals, basis=(outcome.basis[0], states), seconds=seconds)


def _cut_short(outcome: Outcome, last: Outcome | None, seconds: float) -> Outcome:
    nothing = replace(outcome, status="no plan", x=None, objective=np.inf, seconds=seconds, basis=None)
    if last is None:
        return replace(nothing, bound=-np.inf, duals=None, reduced=None)
    return replace(nothing, bound=last.bound, duals=last.duals, reduced=last.reduced)
