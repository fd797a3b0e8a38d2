"""One part of a settled program, solved draw after draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from mineralplan.simulation.settling import Part
from mineralplan.solving.highs import LiveLP, Settings
from mineralplan.solving.program import Program, Vector

Figures = tuple[Vector, Vector, Vector, Vector, Vector]
"""Bounds of rows and of columns below and above, and costs."""


class PartLP:
    """A part, ready to be solved at other bounds and costs.

    Parameters
    ----------
    matrix : scipy.sparse array, shape (rows, columns)
        Of the whole settled program.
    references : sequence of tuple
        Bounds and costs of the whole in typical draws, the central ones first: their optima are begun from.
    """

    def __init__(self, matrix: Any, part: Part, references: Sequence[Figures], settings: Settings) -> None:
        self.part = part
        first, *others = (self._own(reference) for reference in references)
        own = sparse.csr_array(matrix[part.rows])[:, part.columns]
        self.live = LiveLP(part_program(own, *first), settings)
        for reference in others:
            self.live.learn(*reference)

    def solve(self, figures: Figures) -> Vector | None:
        """Return the best values of the part's columns at bounds and costs of the whole, None where there are none."""
        own = self._own(figures)
        x = self.live.solve(*own).x
        return None if x is None else np.clip(x, own[2], own[3])

    def _own(self, figures: Figures) -> Figures:
        least, most, lower, upper, cost = figures
        rows, columns = self.part.rows, self.part.columns
        return least[rows], most[rows], lower[columns], upper[columns], cost[columns]


def part_program(matrix: Any, least: Vector, most: Vector, lower: Vector, upper: Vector, cost: Vector) -> Program:
    """Return a linear program without names."""
    rows, columns = matrix.shape
    return Program(
        matrix=sparse.csc_array(matrix), row_lower=least, row_upper=most, lower=lower, upper=upper,
        integer=np.zeros(columns, dtype=bool), cost=cost, offset=0.0, columns=(("", None),) * columns,
        rows=(("", None),) * rows, lines=sparse.csr_array((0, columns)), line_offset=np.zeros(0), line_names=(),
    )
