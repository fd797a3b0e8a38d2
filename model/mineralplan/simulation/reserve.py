"""What the resource left behind a look-ahead is worth: the cost of the later years as a function of it.

The later years, with the decisions of a reference plan, are a linear program of what is left of every resource: their
cost is convex in it, so that each solved point and its duals bound it from below everywhere (Kelley 1960; in stochastic
planning of reservoirs: Pereira and Pinto 1991, doi:10.1007/BF01582895). A look-ahead pays for the largest of these
bounds, and mines nothing early that is worth more later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mineralplan.formulation.calendar import OVER_YEARS
from mineralplan.simulation.settling import WORKING_RATE
from mineralplan.simulation.window import Window, held
from mineralplan.solving.highs import Settings, solve
from mineralplan.solving.program import PRICE, Program, Vector
from mineralplan.solving.search import Aim

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
"""Of what the reference plan leaves, at which the later years are solved."""
LATER = "later"
"""The column and the line of the later years' cost, over that of the reference plan."""


@dataclass(frozen=True)
class Cut:
    """A lower bound on the cost of the later years: ``constant + Σ slope · resource left``.

    Attributes
    ----------
    constant : float
        10⁴ CNY, discounted.
    slopes : mapping of row to float
        10⁴ CNY per 10⁴ t of resource, never positive, by the index of the resource's row.
    """

    constant: float
    slopes: Mapping[Any, float]


def cuts(program: Program, window: Window, aim: Aim, x: Vector, settings: Settings) -> tuple[Cut, ...]:
    """Return what the years of a window cost at several amounts of resource, over their cost in the reference plan.

    Parameters
    ----------
    program : Program
        Of the whole horizon, as forecast.
    window : Window
        The later years.
    x : numpy.ndarray
        The reference plan.
    """
    own = window.program(program, x).minimising(aim.weights)
    fixed = held(own, x[window.columns], own.integer)
    # Working rates do not hold: a mine with little left would make the later years impossible, not dear.
    slack = np.array([name == WORKING_RATE for name, _ in own.rows], dtype=bool)
    later = fixed.freed(slack)
    rows = [i for i, (name, _) in enumerate(own.rows) if name == OVER_YEARS]
    drawn = _outputs(own)
    settled = (own.matrix @ np.where(drawn, 0.0, x[window.columns]))[rows]
    left = own.row_upper[rows] - settled
    found: list[Cut] = []
    for share in SHARES:
        upper = later.row_upper.copy()
        upper[rows] = settled + share * np.maximum(left, 0.0)
        outcome = solve(replace(later, row_upper=upper), settings)
        if outcome.x is None or outcome.duals is None:
            continue  # so little that a binding clause cannot hold: no bound is known there
        prices = outcome.duals[rows]
        slopes = {own.rows[i][1]: float(price) for i, price in zip(rows, prices, strict=True) if price < -PRICE}
        there = {own.rows[i][1]: float(upper[i]) for i in rows}
        found.append(Cut(outcome.objective - sum(slope * there[row] for row, slope in slopes.items()), slopes))
    base = _at(found, {own.rows[i][1]: float(own.row_upper[i]) for i in rows})
    return tuple(replace(cut, constant=cut.constant - base) for cut in found)


def _outputs(program: Program) -> Any:
    return np.array([name == "output" for name, _ in program.columns], dtype=bool)


def _at(found: list[Cut], left: Mapping[Any, float]) -> float:
    """Return the largest bound at some amounts of resource."""
    return max((cut.constant + sum(slope * left[row] for row, slope in cut.slopes.items()) for cut in found),
               default=0.0)


def with_reserve(program: Program, found: tuple[Cut, ...], last: int) -> Program:
    """Return a window's program with the cost of what comes after ``last``, as line ``("later", last)``.

    What is left of a resource is the right-hand side of its row less what the window mines.
    """
    if not found:
        return program
    wider = program.with_column((LATER, None), -np.inf, np.inf)
    one = np.zeros(len(wider.columns))
    one[-1] = 1.0
    wider = wider.with_line((LATER, last), one)
    place = {index: i for i, (name, index) in enumerate(program.rows) if name == OVER_YEARS}
    drawn, rows = _outputs(program), program.matrix.tocsr()
    for cut in found:
        known = {row: slope for row, slope in cut.slopes.items() if row in place}
        mined = sum((slope * np.where(drawn, rows[[place[row]]].toarray()[0], 0.0) for row, slope in known.items()),
                    np.zeros(len(drawn)))
        there = cut.constant + sum(slope * program.row_upper[place[row]] for row, slope in known.items())
        wider = wider.with_row(-np.append(mined, 1.0), -there)
    return wider


def paying(aim: Aim, last: int) -> Aim:
    """Return an objective that pays for the later years too."""
    return Aim(aim.name, {**aim.weights, (LATER, last): 1.0})
