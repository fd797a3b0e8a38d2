"""A bound that holds whatever the solver's tolerance was: from its duals, by exact arithmetic.

Whatever the multipliers y of the rows are, every point x of the program has

    c·x  =  y·(A x) + (c − Aᵀy)·x  ≥  Σ_i min over the row's limits of y_i a_i  +  Σ_j min over the bounds of d_j x_j

with d = c − Aᵀy (weak duality). With the duals of the linear relaxation for y this is, but for rounding, its optimum.
Here every product and sum is one of whole numbers, so what comes out is a bound of the compiled program without any
"up to tolerance" (Neumaier and Shcherbina, Safe bounds in linear and mixed-integer linear programming, 2004).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.program import Program, Vector

Wholes = npt.NDArray[np.object_]
DUAL_BITS = 30
"""Duals are rounded to multiples of 2⁻³⁰: any multipliers give a bound, short ones give it quickly."""


def safe_bound(program: Program, duals: Vector) -> float:
    """Return a proven lower bound of a program, in the unit of its objective.

    Parameters
    ----------
    program : Program
    duals : numpy.ndarray, shape (rows,)
        Row duals of its linear relaxation; any vector gives a valid bound, good ones a good bound.

    Returns
    -------
    float
        Rounded down; minus infinity where a column without bounds has a reduced cost of the wrong sign.
    """
    wholes = _multipliers(program, duals)
    reduced, unit = _reduced_costs(program, wholes)
    total = Fraction(program.offset)
    for i in np.flatnonzero(wholes):
        limit = program.row_lower[i] if wholes[i] > 0 else program.row_upper[i]
        total += Fraction(int(wholes[i]), 1 << DUAL_BITS) * Fraction(float(limit))
    rows, by_value = sparse.csr_array(program.matrix), dict[float, int]()
    for j in np.flatnonzero(reduced):
        value = float(program.lower[j] if reduced[j] > 0 else program.upper[j])
        if math.isinf(value):
            implied = _implied_upper(program, rows, int(j)) if reduced[j] < 0 else None
            if implied is None:
                return -math.inf
            total += Fraction(int(reduced[j]), unit) * implied
        elif value:
            by_value[value] = by_value.get(value, 0) + int(reduced[j])
    total += sum((Fraction(amount, unit) * Fraction(value) for value, amount in by_value.items()), Fraction(0))
    nearest = float(total)
    return nearest if Fraction(nearest) <= total else math.nextafter(nearest, -math.inf)


def multipliers(program: Program, duals: Vector) -> Vector:
    """Return the multipliers that `safe_bound` takes for some duals, shape (rows,)."""
    return _multipliers(program, duals).astype(float) / 2.0**DUAL_BITS


def _multipliers(program: Program, duals: Vector) -> Wholes:
    """Return the duals in units of 2⁻³⁰, none that leans on a side where its row has no limit."""
    finite = np.where(np.isfinite(duals), duals, 0.0)
    leaning = np.where(finite > 0, program.row_lower, program.row_upper)
    scaled = np.rint(np.where(np.isfinite(leaning), finite, 0.0) * 2.0**DUAL_BITS)
    wholes = np.array([int(y) for y in scaled], dtype=object)
    # A column of one row and without an upper bound (what a rule is missed by): its reduced cost must not be negative.
    single = np.flatnonzero(np.isinf(program.upper) & (np.diff(program.matrix.indptr) == 1))
    for j in single:
        k = program.matrix.indptr[j]
        i, entry = program.matrix.indices[k], Fraction(float(program.matrix.data[k]))
        limit = Fraction(float(program.cost[j])) / entry * (1 << DUAL_BITS)
        wholes[i] = min(wholes[i], math.floor(limit)) if entry > 0 else max(wholes[i], math.ceil(limit))
    wrong_side = np.array([
        (y > 0 and math.isinf(low)) or (y < 0 and math.isinf(high))
        for y, low, high in zip(wholes, program.row_lower, program.row_upper, strict=True)
    ], dtype=bool)
    wholes[wrong_side] = 0
    return wholes


def _reduced_costs(program: Program, multipliers: Wholes) -> tuple[Wholes, int]:
    """Return c − Aᵀy exactly, as whole numbers of 1 ÷ unit."""
    values, bits = _as_wholes(np.concatenate([program.matrix.data, program.cost]))
    entries, cost = values[: program.matrix.nnz], values[program.matrix.nnz :]
    reduced = cost * (1 << DUAL_BITS)
    starts = program.matrix.indptr
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        products = entries * multipliers[program.matrix.indices]
        reduced[filled] -= np.add.reduceat(products, starts[filled])
    return reduced, 1 << (bits + DUAL_BITS)


def _as_wholes(values: Vector) -> tuple[Wholes, int]:
    """Return floats as whole numbers of 2⁻ᵇⁱᵗˢ, exactly, and the bits that this takes."""
    mantissa, exponent = np.frexp(values)
    digits = (mantissa * 2.0**53).astype(np.int64).astype(object)
    shift = np.where(mantissa == 0, 0, exponent - 53)
    bits = max(0, -int(shift.min(initial=0)))
    scale = (shift + bits).astype(object)
    wholes: Any = digits * np.array([1 << int(s) for s in scale], dtype=object)
    return wholes, bits


def _implied_upper(program: Program, rows: Any, column: int) -> Fraction | None:
    """Return an upper bound of a column that follows from one of its rows and the bounds of the others there."""
    best: Fraction | None = None
    matrix = program.matrix
    for k in range(matrix.indptr[column], matrix.indptr[column + 1]):
        i, entry = matrix.indices[k], Fraction(float(matrix.data[k]))
        sign = 1 if entry > 0 else -1
        limit = float(program.row_upper[i] if sign > 0 else -program.row_lower[i])
        if math.isinf(limit):
            continue
        least = _least_of_others(program, rows, int(i), column, sign)
        if least is not None:
            bound = (Fraction(limit) - least) / (sign * entry)
            best = bound if best is None else min(best, bound)
    return best


def _least_of_others(program: Program, rows: Any, row: int, column: int, sign: int) -> Fraction | None:
    """Return the least that the other columns of a row, times ``sign``, can add up to."""
    least = Fraction(0)
    for k in range(rows.indptr[row], rows.indptr[row + 1]):
        other = rows.indices[k]
        if other == column:
            continue
        entry = sign * float(rows.data[k])
        bound = float(program.lower[other] if entry > 0 else program.upper[other])
        if math.isinf(bound):
            return None
        if bound:  # most lower bounds are 0, and fractions are slow
            least += Fraction(entry) * Fraction(bound)
    return least
