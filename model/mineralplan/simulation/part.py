"""One part of a settled program, solved draw after draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from mineralplan.simulation.settling import Part
from mineralplan.solving.highs import LiveLP, Outcome, Settings
from mineralplan.solving.program import Program, Vector

Figures = tuple[Vector, Vector, Vector, Vector, Vector]
"""Bounds of rows and of columns below and above, and costs."""


NEAR = 4.0
"""Columns that cost at most so much more than they are worth in some typical draw are in the small program, CNY/t."""
DEAREST = 1e-7
"""How far below its cost's worth a column left out may be: the solver's own tolerance of reduced costs."""
MANY = 1000
"""Columns from which a small program pays."""


class PartLP:
    """A part, ready to be solved at other bounds and costs.

    A large part is solved over the columns that were, or nearly were, of use in typical draws (sifting). Prices show
    whether a column left out would help; only then the whole is solved, so that the answer is always the whole's.

    Parameters
    ----------
    matrix : scipy.sparse array, shape (rows, columns)
        Of the whole settled program.
    references : sequence of tuple
        Bounds and costs of the whole in typical draws, the central ones first: their optima are begun from.
    """

    def __init__(self, matrix: Any, part: Part, references: Sequence[Figures], settings: Settings) -> None:
        self.part = part
        own = [self._own(reference) for reference in references]
        rows = sparse.csr_array(matrix[part.rows])[:, part.columns]
        self.whole, found = _learned(rows, own, settings)
        self.sifted: LiveLP | None = None
        if len(part.columns) < MANY:
            return
        near = np.zeros(len(part.columns), dtype=bool)
        for (*_, cost), outcome in zip(own, found, strict=True):
            if outcome.x is not None and outcome.duals is not None:
                near |= (cost - rows.T @ outcome.duals <= NEAR) | (outcome.x > 0)
        self._near, self._out = np.flatnonzero(near), np.flatnonzero(~near)
        self._left = sparse.csr_array(rows[:, self._out].T)
        self.sifted, _ = _learned(rows[:, self._near], [self._small(one) for one in own], settings)

    def solve(self, figures: Figures) -> Vector | None:
        """Return the best values of the part's columns at bounds and costs of the whole, None where there are none."""
        own = self._own(figures)
        x = self._sifted(own)
        if x is None:
            x = self.whole.solve(*own).x
        return None if x is None else np.clip(x, own[2], own[3])

    def _sifted(self, own: Figures) -> Vector | None:
        """Return the best values where the columns left out are proven to be of no use, None where they are not."""
        _, _, lower, _, cost = own
        if self.sifted is None or lower[self._out].any():
            return None
        outcome = self.sifted.solve(*self._small(own))
        if outcome.x is None or outcome.duals is None:
            return None
        if (cost[self._out] - self._left @ outcome.duals).min(initial=0.0) < -DEAREST:
            return None
        x = np.zeros(len(cost))
        x[self._near] = outcome.x
        return x

    def _own(self, figures: Figures) -> Figures:
        least, most, lower, upper, cost = figures
        rows, columns = self.part.rows, self.part.columns
        return least[rows], most[rows], lower[columns], upper[columns], cost[columns]

    def _small(self, own: Figures) -> Figures:
        least, most, lower, upper, cost = own
        return least, most, lower[self._near], upper[self._near], cost[self._near]


def _learned(matrix: Any, references: Sequence[Figures], settings: Settings) -> tuple[LiveLP, list[Outcome]]:
    """Return a live program that knows some references, and their optima."""
    first, *others = references
    live = LiveLP(part_program(matrix, *first), settings)
    return live, [live.reference, *(live.learn(*reference) for reference in others)]


def part_program(matrix: Any, least: Vector, most: Vector, lower: Vector, upper: Vector, cost: Vector) -> Program:
    """Return a linear program without names."""
    rows, columns = matrix.shape
    return Program(
        matrix=sparse.csc_array(matrix), row_lower=least, row_upper=most, lower=lower, upper=upper,
        integer=np.zeros(columns, dtype=bool), cost=cost, offset=0.0, columns=(("", None),) * columns,
        rows=(("", None),) * rows, lines=sparse.csr_array((0, columns)), line_offset=np.zeros(0), line_names=(),
    )
