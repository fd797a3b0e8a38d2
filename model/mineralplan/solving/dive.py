"""A dive: whole numbers settled a few at a time on the linear relaxation, which is solved again after each step."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from mineralplan.solving.highs import Basis, DivingLP, Settings
from mineralplan.solving.narrowing import Narrowing
from mineralplan.solving.program import Program, Vector

WHOLE = 1e-6
"""How near to a whole number counts as whole."""
SHARES = (1 / 3, 1 / 12)
"""Shares of the undecided decisions that a step settles, those nearest to a whole number; one after the other is tried
where the step costs too much."""
UP = 0.1
"""By how much a decision counts as nearer to the number above: a mine too many costs less than one that is missing."""
RISE, CAREFUL = 0.01, 0.002
"""How much a step of the first dive may cost, as a part of the relaxation, and a step of those after it: they are
slower and come only where the first was not good enough."""
WORTH = 1e-4
"""What a further dive must win, as a part of the plan's cost: without it dives would go on for rounding's sake."""
FAR = 0.5
"""A decision of a plan that is as far from the relaxation is not the nearest to it."""
FEW = 4
"""Inequalities of so few entries tie the decisions of one place together."""

Bounds = tuple[Vector, Vector]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Point:
    """The relaxation within bounds: its optimum and what that costs."""

    x: Vector
    objective: float
    bounds: Bounds


class Dive:
    """Dives on one relaxation, each from where the last one left the solver.

    Parameters
    ----------
    program : Program
        Without the rows that its relaxation does not need, so that each step is quick.
    relaxed : Point
        The optimum of its relaxation.
    basis : tuple of numpy.ndarray
        Of the same.
    settings : Settings
        The time limit is that of all dives together.

    Attributes
    ----------
    interrupted : bool
        A dive was ended by Ctrl-C.
    """

    def __init__(self, program: Program, relaxed: Point, basis: Basis, settings: Settings) -> None:
        self._program, self._relaxed, self._limit = program, relaxed, settings.time_limit_s
        self._lp, self._narrowing = DivingLP(program, basis, settings), Narrowing(program)
        self._rise, self._ceiling = RISE * abs(relaxed.objective), np.inf
        self._began, self.interrupted = time.perf_counter(), False

    def first(self) -> Point | None:
        """Return a plan, None where the dive ends at none."""
        return self._down(self._relaxed)

    def again(self, plan: Point) -> Point | None:
        """Return a better plan from a dive where a place is far from the relaxation, None where it finds none."""
        program, place = self._program, _places(self._program)
        self._rise = CAREFUL * abs(self._relaxed.objective)
        self._ceiling = plan.objective - WORTH * abs(plan.objective)
        far = program.integer & (np.abs(plan.x - self._relaxed.x) > FAR)
        held = program.integer & ~np.isin(place, place[far])
        return self._down(self._solved(_settled(self._relaxed.bounds, held, plan.x)))

    def _down(self, point: Point | None) -> Point | None:
        program = self._program
        while point is not None and undecided(program, point.x).any():
            point = self._step(point)
        return None if point is None else self._solved(_settled(point.bounds, program.integer, np.rint(point.x)))

    def _step(self, last: Point) -> Point | None:
        """Settle many decisions where that costs little, else the surest alone, the better of both ways."""
        x, open_ = last.x, undecided(self._program, last.x)
        near = np.where(open_, np.floor(x + 0.5 + UP), np.rint(x))
        many = [_nearest(open_, x, near, share) for share in SHARES]
        for settle in (many[0] | (self._program.integer & ~open_), *many):
            point = self._solved(_settled(last.bounds, settle, near), last.objective + self._rise)
            if point is not None:
                return point
        surest, other = _nearest(open_, x, near, 0.0), np.where(near > x, near - 1, near + 1)
        ways = [self._solved(_settled(last.bounds, surest, to)) for to in (near, other)]
        return min((way for way in ways if way is not None), key=lambda way: way.objective, default=None)

    def _solved(self, bounds: Bounds, ceiling: float = np.inf) -> Point | None:
        """Return the relaxation within bounds and what follows from them, None where it has none, or no time."""
        late = self._limit is not None and time.perf_counter() - self._began > self._limit
        narrow = None if late or self.interrupted else self._narrowing(*bounds)
        found = None if narrow is None else self._lp.solve(*narrow, min(ceiling, self._ceiling))
        self.interrupted |= self._lp.interrupted
        return None if found is None or narrow is None else Point(*found, narrow)


def undecided(program: Program, x: Vector) -> Mask:
    """Return the integers that are not whole at a point."""
    found: Mask = program.integer & (np.abs(x - np.rint(x)) >= WHOLE)
    return found


def _settled(bounds: Bounds, settle: Mask, value: Vector) -> Bounds:
    """Hold some columns at a value, within their bounds."""
    lower, upper = bounds
    held = np.clip(value, lower, upper)
    return np.where(settle, held, lower), np.where(settle, held, upper)


def _nearest(open_: Mask, x: Vector, near: Vector, share: float) -> Mask:
    """Return a share of the open decisions, those nearest to ``near``, at least one, and all that are as near.

    The years of one mine are often equal in the relaxation: settled apart they would tear a mine's life in two.
    """
    far = np.abs(x - near)
    order = np.sort(far[open_])
    found: Mask = open_ & (far <= order[max(0, int(np.ceil(share * len(order))) - 1)] + WHOLE)
    return found


def _places(program: Program) -> npt.NDArray[np.int32]:
    """Return for each column the number of its place: columns tied by inequalities of few entries share one."""
    matrix = sparse.csr_array(program.matrix)
    few = np.flatnonzero((np.diff(matrix.indptr) <= FEW) & (program.row_lower < program.row_upper))
    ties = matrix[few]
    number: npt.NDArray[np.int32] = csgraph.connected_components(abs(ties.T) @ abs(ties), directed=False)[1]
    return number
