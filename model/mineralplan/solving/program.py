"""A mixed-integer linear program as sparse arrays: all that the solver sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Vector = npt.NDArray[np.float64]
PRICE = 1e-7
"""Duals under this are the solver's noise."""


@dataclass(frozen=True)
class Program:
    """A mixed-integer linear program, minimised: ``row_lower ≤ A x ≤ row_upper``, ``lower ≤ x ≤ upper``.

    Attributes
    ----------
    matrix : scipy.sparse.csc_array, shape (rows, columns)
    integer : numpy.ndarray of bool, shape (columns,)
    cost : numpy.ndarray, shape (columns,)
    offset : float
        Constant of the objective.
    columns : tuple of (str, index)
        Variable and index of every column.
    rows : tuple of (str, index)
        Constraint and index of every row.
    lines : scipy.sparse.csr_array, shape (lines, columns)
        The cost terms and measures by year; ``line_offset`` holds their constants, ``line_names`` their names.
    """

    matrix: Any
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector
    integer: npt.NDArray[np.bool_]
    cost: Vector
    offset: float
    columns: tuple[tuple[str, Any], ...]
    rows: tuple[tuple[str, Any], ...]
    lines: Any
    line_offset: Vector
    line_names: tuple[tuple[str, int], ...]

    def minimising(self, weights: Mapping[tuple[str, int], float]) -> Program:
        """Return the program with the weighted sum of some lines as its objective."""
        weight = np.array([weights.get(name, 0.0) for name in self.line_names])
        return replace(self, cost=np.asarray(self.lines.T @ weight), offset=float(self.line_offset @ weight))

    def line_values(self, x: Vector) -> dict[tuple[str, int], float]:
        """Return the value of every line at a point."""
        values = self.lines @ x + self.line_offset
        return dict(zip(self.line_names, (float(v) for v in values), strict=True))

    def objective(self, x: Vector) -> float:
        """Return the objective at a point."""
        return float(self.cost @ x) + self.offset

    def column_values(self, x: Vector) -> dict[str, dict[Any, float]]:
        """Return the values of a point by variable and index."""
        values: dict[str, dict[Any, float]] = {}
        for (name, index), value in zip(self.columns, x, strict=True):
            values.setdefault(name, {})[index] = float(value)
        return values

    def with_row(self, row: Vector, upper: float) -> Program:
        """Return the program with one more row ``row · x ≤ upper``."""
        return replace(
            self,
            matrix=sparse.vstack([self.matrix, sparse.csr_array(row.reshape(1, -1))], format="csc"),
            row_lower=np.append(self.row_lower, -np.inf),
            row_upper=np.append(self.row_upper, upper),
            rows=(*self.rows, ("bound", None)),
        )

    def with_column(self, name: tuple[str, Any], lower: float, upper: float) -> Program:
        """Return the program with one more column, in no row or line yet."""
        rows, lines = self.matrix.shape[0], self.lines.shape[0]
        return replace(
            self, matrix=sparse.hstack([self.matrix, sparse.csc_array((rows, 1))], format="csc"),
            lower=np.append(self.lower, lower), upper=np.append(self.upper, upper),
            integer=np.append(self.integer, False), cost=np.append(self.cost, 0.0), columns=(*self.columns, name),
            lines=sparse.hstack([self.lines, sparse.csr_array((lines, 1))], format="csr"),
        )

    def with_line(self, name: tuple[str, int], line: Vector, offset: float = 0.0) -> Program:
        """Return the program with one more line ``line · x + offset``."""
        return replace(
            self, lines=sparse.vstack([self.lines, sparse.csr_array(line.reshape(1, -1))], format="csr"),
            line_offset=np.append(self.line_offset, offset), line_names=(*self.line_names, name),
        )

    def fixed(self, x: Vector) -> Program:
        """Return the linear program in which the integers stand at the rounded values of ``x``.

        It has no plan where one of them lies outside its bounds: what is forbidden is not allowed by being held.
        """
        exact = np.where(self.integer, np.rint(x), 0.0)
        return replace(
            self,
            lower=np.where(self.integer, np.maximum(exact, self.lower), self.lower),
            upper=np.where(self.integer, np.minimum(exact, self.upper), self.upper),
            integer=np.zeros_like(self.integer),
        )

    def face(self, x: Vector, duals: Vector, reduced: Vector) -> Program:
        """Return the program held on its optimal face: what has a price stays where the optimum ``x`` has it.

        By complementary slackness every point of the face is optimal and no other is, so that a second objective
        chooses among equals without any slack.
        """
        tight, priced = np.abs(duals) > PRICE, np.abs(reduced) > PRICE
        activity = self.matrix @ x
        return replace(
            self,
            row_lower=np.where(tight, activity, self.row_lower),
            row_upper=np.where(tight, activity, self.row_upper),
            lower=np.where(priced, x, self.lower),
            upper=np.where(priced, x, self.upper),
        )

    def freed(self, rows: npt.NDArray[np.bool_]) -> Program:
        """Return the program in which some rows (a mask, shape (rows,)) hold nothing back."""
        return replace(
            self,
            row_lower=np.where(rows, -np.inf, self.row_lower),
            row_upper=np.where(rows, np.inf, self.row_upper),
        )
