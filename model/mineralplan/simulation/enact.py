"""Carrying a year out: what is proposed is made possible, then the year comes as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import sparse

from mineralplan.simulation.forward import Forward
from mineralplan.simulation.policies import Proposal
from mineralplan.simulation.reserve import paying, with_reserve
from mineralplan.simulation.rolling import Reserve
from mineralplan.simulation.settling import WORKING_RATE, gives_way
from mineralplan.simulation.window import held
from mineralplan.solving.highs import Settings, SolverFailure, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, search

CHANGES = "changes"
"""The line that counts what is changed of a proposal."""
GAVE_WAY = "gives_way"
"""The columns and the line of what rows are missed by."""
GIVING_WAY = 1e5
"""Price of a unit by which a row gives way where there is no other way out, 10⁴ CNY: above any cost it could save."""


def possible(
    forward: Forward, program: Program, x: Vector, year: int, proposal: Proposal, settings: Settings
) -> tuple[Vector, int]:
    """Return a proposal's decisions of the year as a point, changed as little as can be where they are not possible.

    Parameters
    ----------
    program : Program
        Of the whole horizon, with the mines as they truly are and demand as forecast: what the year will bring of
        demand and accidents is not known when it is decided.
    x : numpy.ndarray
        The years before.
    """
    window = forward.window(year, year)
    own = window.program(program, x)
    wanted = np.zeros(len(program.columns))
    states = np.zeros(len(program.columns), dtype=bool)
    for column, code, k in forward.levels(year):
        states[column] = True
        wanted[column] = proposal.capacity.get(code, 0.0) >= forward.case.blocks[code].options[k - 1].capacity
    target, fixed = wanted[window.columns], states[window.columns]
    if (target[fixed] <= own.upper[fixed]).all() and (target[fixed] >= own.lower[fixed]).all():
        fixed_as_wanted = held(own.minimising(forward.cost.weights), target, fixed)
        found = solve(fixed_as_wanted, replace(settings, gap=0.0))
        if found.x is not None:
            return window.into(x, np.where(own.integer, np.rint(found.x), found.x)), 0
    away = np.where(fixed, 1.0 - 2.0 * target, 0.0)
    counted = own.with_line((CHANGES, year), away, float(target[fixed].sum()))
    fewest = Aim(CHANGES, {(CHANGES, year): 1.0})
    nearest = search(counted, [fewest, forward.cost], forward.tie, replace(settings, gap=0.0))
    if nearest.x is None:
        nearest = search(elastic(counted), [yielding(fewest), yielding(forward.cost)], forward.tie, settings)
    if nearest.x is None:
        raise SolverFailure(f"{forward.case.name} {year}: no decision is possible, not even to close every mine")
    changed = int(np.rint(np.abs(nearest.x[: len(target)] - target)[fixed].sum()))
    return window.into(x, nearest.x), changed


def come(
    forward: Forward, program: Program, x: Vector, decided: Vector, year: int, proposal: Proposal, reserve: Reserve,
    settings: Settings,
) -> tuple[Vector, bool]:
    """Return the year as it comes, its decisions standing: output and flows at least cost, with an eye on what is left.

    Later years that the proposal decides are looked at with its decisions, so that nothing is mined now that they need;
    where they are not decided, or can no longer be so, what is left has its worth.

    Parameters
    ----------
    program : Program
        Of the whole horizon, true up to the year, as forecast after it.
    decided : numpy.ndarray
        A point with the year's decisions.

    Returns
    -------
    tuple
        A point settled up to the year, and whether clauses had to give way. A working rate gives way before them.
    """
    if proposal.ahead is not None and proposal.last is not None and proposal.last > year:
        now = forward.window(year, year).columns
        planned = proposal.ahead.copy()
        planned[now] = decided[now]
        own, aim = _looking(forward, program, x, year, proposal.last, reserve)
        point = _padded(planned[forward.window(year, proposal.last).columns], own)
        found = solve(held(own.minimising(aim.weights), point, own.integer), settings)
        if found.x is not None:
            return _only(forward, x, forward.window(year, proposal.last).into(x, found.x), decided, year), False
    own, aim = _looking(forward, program, x, year, year, reserve)
    window = forward.window(year, year)
    settled = held(own, _padded(decided[window.columns], own), own.integer)
    # First the working rates alone: where there is too little demand a mine stands still for a part of the year.
    for gives in (None, WORKING_RATE.__eq__, gives_way):
        tried, wanted = (settled, aim) if gives is None else (elastic(settled, gives), yielding(aim))
        found = solve(tried.minimising(wanted.weights), settings)
        if found.x is not None:
            return _only(forward, x, window.into(x, found.x), decided, year), gives is gives_way
    raise SolverFailure(f"{forward.case.name} {year}: the year's decisions leave no way to carry it out")


def _looking(
    forward: Forward, program: Program, x: Vector, year: int, last: int, reserve: Reserve
) -> tuple[Program, Aim]:
    """Return the program of the years up to ``last`` with the worth of what is left, and what to minimise."""
    window = forward.window(year, last).program(program, x)
    return with_reserve(window, reserve(last), last), paying(forward.cost, last)


def _padded(point: Vector, program: Program) -> Vector:
    """Return a point of a window as one of its program with more columns."""
    return np.append(point, np.zeros(len(program.columns) - len(point)))


def _only(forward: Forward, x: Vector, ahead: Vector, decided: Vector, year: int) -> Vector:
    """Return the years before with this year's columns taken over: its integers exact, nothing of later years."""
    columns = forward.window(year, year).columns
    settled = x.copy()
    settled[columns] = np.where(forward.full.integer[columns], np.rint(decided[columns]), ahead[columns])
    return settled


def elastic(program: Program, gives: Callable[[str], bool] = gives_way) -> Program:
    """Return a program some of whose rows may be missed, with a line that says by how much.

    Parameters
    ----------
    gives : callable
        Whether the rows of a name give way; rules and working rates otherwise.
    """
    open_rows = np.flatnonzero([gives(name) for name, _ in program.rows])
    count, lines = 2 * len(open_rows), len(program.line_names)
    helps = sparse.csc_array((np.ones(len(open_rows)), (open_rows, np.arange(len(open_rows)))),
                             shape=(len(program.rows), len(open_rows)))
    wider = replace(
        program, matrix=sparse.hstack([program.matrix, helps, -helps], format="csc"),
        lower=np.append(program.lower, np.zeros(count)), upper=np.append(program.upper, np.full(count, np.inf)),
        integer=np.append(program.integer, np.zeros(count, dtype=bool)), cost=np.append(program.cost, np.zeros(count)),
        columns=(*program.columns, *(((GAVE_WAY, None),) * count)),
        lines=sparse.hstack([program.lines, sparse.csr_array((lines, count))], format="csr"),
    )
    return wider.with_line((GAVE_WAY, 0), np.append(np.zeros(len(program.columns)), np.ones(count)))


def yielding(aim: Aim) -> Aim:
    """Return an objective of an elastic program: what gives way is dearer than anything it could save."""
    return Aim(aim.name, {**aim.weights, (GAVE_WAY, 0): GIVING_WAY})
