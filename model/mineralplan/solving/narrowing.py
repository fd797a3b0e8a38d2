"""What follows for whole numbers from the bounds of the others: bounds that every plan keeps anyway."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from mineralplan.solving.program import Program, Vector

ROUNDS = 20
"""Rounds of conclusions; what is drawn in fewer than all that there are is still right."""
ROUNDING = 1e-6


class Narrowing:
    """The rows of a program that hold integers, ready to draw conclusions from bounds.

    A row ``a · x ≤ b`` whose least value within the bounds is m leaves an integer of coefficient a_j room for
    (b − m) ÷ |a_j| from the side of its bounds that is the least for the row. It is this that tells, without a linear
    program, that a fifth mine has no room under the limit of an area.
    """

    def __init__(self, program: Program) -> None:
        held = np.flatnonzero(abs(program.matrix) @ program.integer)
        matrix = sparse.csr_array(program.matrix)[held]
        both = sparse.vstack([matrix, -matrix], format="csr")
        both.eliminate_zeros()
        most = np.concatenate([program.row_upper[held], -program.row_lower[held]])
        limits = np.flatnonzero(np.isfinite(most))
        part = sparse.coo_array(both[limits])
        self._most, (self._row, self._column), self._value = most[limits], part.coords, part.data
        self._integer = program.integer[self._column]

    def __call__(self, lower: Vector, upper: Vector) -> tuple[Vector, Vector] | None:
        """Return narrower bounds, shape (columns,) each, None where a row cannot be kept."""
        value, column = self._value, self._column
        for _ in range(ROUNDS):
            least = value * np.where(value > 0, lower[column], upper[column])
            room = self._most - np.bincount(self._row, least, len(self._most))
            if (room < -ROUNDING * np.maximum(1.0, np.abs(self._most))).any():
                return None
            reach = np.maximum(0.0, np.floor(room[self._row] / np.abs(value) + ROUNDING))
            tight = self._integer & (reach < upper[column] - lower[column])
            if not tight.any():
                return lower, upper
            up, down = tight & (value > 0), tight & (value < 0)
            low, high = lower.copy(), upper.copy()
            np.minimum.at(high, column[up], lower[column[up]] + reach[up])
            np.maximum.at(low, column[down], upper[column[down]] - reach[down])
            lower, upper = low, high
        return lower, upper
