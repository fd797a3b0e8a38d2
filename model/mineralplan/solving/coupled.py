"""Programs that share something: each with what it takes of it, priced, and its part of a common bound.

Part i of a whole takes ``use_i(x) = B_i x + β_i`` of what is shared, and all parts together may take ``Σ use_i ≤ b``.
For any prices p ≥ 0

    Σ cost_i(x_i)  ≥  Σ_i min over x of [cost_i(x) + p · use_i(x)]  −  p · b

because what is added is never positive for a plan that keeps to b (Lagrangian duality). Every part is minimised alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from mineralplan.solving.program import Program, Vector
from mineralplan.solving.safe_bound import safe_bound

GRID = 2.0**20
"""Prices are whole multiples of 2⁻²⁰, so that a cost and a price add up without rounding."""


@dataclass(frozen=True)
class Part:
    """One of the programs.

    Attributes
    ----------
    program : Program
        With its own objective.
    takes : scipy.sparse.csr_array, shape (shared, columns)
        What a column takes of what is shared, less where it gives: 1 or −1, of columns that are never negative.
    constant : numpy.ndarray, shape (shared,)
        What is taken whatever the plan.
    """

    program: Program
    takes: Any
    constant: Vector

    def priced(self, prices: Vector) -> Program:
        """Return the program that pays for what it takes, at prices of shape (shared,)."""
        program = self.program
        return replace(program, cost=program.cost + self.takes.T @ prices,
                       offset=program.offset + float(self.constant @ prices))

    def use(self, x: Vector) -> Vector:
        """Return what a point takes, shape (shared,)."""
        taken: Vector = self.takes @ x + self.constant
        return taken

    def safe_bound(self, prices: Vector, duals: Vector) -> Fraction | None:
        """Return a bound of the priced program that exact arithmetic proves; None where nothing is proven.

        Parameters
        ----------
        prices : numpy.ndarray, shape (shared,)
            As `on_grid` gives them.
        duals : numpy.ndarray, shape (rows,)
            Of the linear relaxation at these prices; any vector gives a valid bound.

        Notes
        -----
        Costs of priced columns are rounded down to the grid, which can only lower the bound; then a cost with its
        price is a float without rounding.
        """
        touched = np.diff(self.takes.tocsc().indptr) > 0
        if np.any(self.program.lower[touched] < 0):
            raise ValueError("what is shared is taken by columns that are never negative")
        cost = np.where(touched, np.floor(self.program.cost * GRID) / GRID, self.program.cost)
        bound = safe_bound(replace(self.program, cost=cost + self.takes.T @ prices), duals)
        if math.isinf(bound):
            return None
        return Fraction(bound) + _dot(prices, self.constant)


def on_grid(prices: Vector) -> Vector:
    """Return prices that are whole multiples of the grid and not negative."""
    rounded: Vector = np.maximum(np.rint(prices * GRID), 0.0) / GRID
    return rounded


def whole_bound(bounds: Iterable[Fraction | None], prices: Vector, limits: Vector) -> float:
    """Return what the bounds of all parts prove of the whole, rounded down.

    Parameters
    ----------
    bounds : iterable of Fraction or None
        Of every part at the prices.
    limits : numpy.ndarray, shape (shared,)
    """
    total = -_dot(prices, limits)
    for bound in bounds:
        if bound is None:
            return -math.inf
        total += bound
    nearest = float(total)
    return nearest if Fraction(nearest) <= total else math.nextafter(nearest, -math.inf)


def _dot(prices: Vector, amounts: Vector) -> Fraction:
    pairs = ((p, a) for p, a in zip(prices.tolist(), amounts.tolist(), strict=True) if p and a)
    return sum((Fraction(p) * Fraction(a) for p, a in pairs), Fraction(0))
