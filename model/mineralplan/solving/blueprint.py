"""A compiled model whose figures are symbols: from the figures of a case to its program, without Pyomo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.core.expr.numeric_expr import (
    DivisionExpression,
    NegationExpression,
    ProductExpression,
    SumExpression,
)
from pyomo.repn.plugins.parameterized_standard_form import ParameterizedLinearStandardFormCompiler
from scipy import sparse

from mineralplan.solving.compile import columns_of, named
from mineralplan.solving.program import Program, Vector

Polynomial = dict[tuple[int, ...], float]
"""Numbers of the symbols of each product → coefficient; the empty product is the constant."""
FACTORS = 2
"""Most symbols in one product."""


@dataclass(frozen=True)
class Entries:
    """Some numbers of a program as polynomials of the figures.

    Attributes
    ----------
    constant : numpy.ndarray, shape (entries,)
    entry : numpy.ndarray of int, shape (terms,)
        Which number a term adds to.
    coefficient : numpy.ndarray, shape (terms,)
    symbols : numpy.ndarray of int, shape (terms, 2)
        The figures it multiplies; one past the last figure stands for 1.
    """

    constant: Vector
    entry: npt.NDArray[np.int64]
    coefficient: Vector
    symbols: npt.NDArray[np.int64]

    def at(self, figures: Vector) -> Vector:
        """Return the numbers at some figures."""
        known = np.append(figures, 1.0)
        terms = self.coefficient * known[self.symbols].prod(axis=1)
        changed: Vector = self.constant + np.bincount(self.entry, terms, minlength=len(self.constant))
        return changed


@dataclass(frozen=True)
class Blueprint:
    """A program whose figures are open.

    Attributes
    ----------
    program : Program
        With every figure at 0.
    figures : tuple
        The names of the figures, in the order of the vectors that `at` takes.
    matrix, rhs, lines, offsets : Entries
        The matrix entries, the right-hand sides, the entries and the constants of the lines.
    kinds : numpy.ndarray of int, shape (rows,)
        Which side a right-hand side bounds: -1 below, 1 above, 0 both.
    upper_columns, upper_figures : numpy.ndarray of int
        Columns whose upper bound is a figure, and which.
    """

    program: Program
    figures: tuple[Any, ...]
    matrix: Entries
    rhs: Entries
    lines: Entries
    offsets: Entries
    kinds: npt.NDArray[np.int64]
    upper_columns: npt.NDArray[np.int64]
    upper_figures: npt.NDArray[np.int64]

    def at(self, figures: Vector) -> Program:
        """Return the program at some figures, shape (figures,)."""
        program, rhs = self.program, self.rhs.at(figures)
        upper = program.upper.copy()
        upper[self.upper_columns] = figures[self.upper_figures]
        return replace(
            program,
            matrix=_with(program.matrix, self.matrix.at(figures)),
            lines=sparse.csr_array(_with(program.lines, self.lines.at(figures))),
            line_offset=self.offsets.at(figures), upper=upper,
            row_lower=np.where(self.kinds <= 0, rhs, -np.inf), row_upper=np.where(self.kinds >= 0, rhs, np.inf),
        )


def _with(matrix: Any, data: Vector) -> Any:
    """Return a sparse matrix of the same pattern with some entries; what is 0 is left out."""
    other = sparse.csc_array((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)
    other.eliminate_zeros()
    return other


def compile_blueprint(model: Any) -> Blueprint:
    """Return the blueprint of a model that was built with symbols."""
    names, symbols = tuple(model.given.symbols), list(model.symbol.values())
    form = ParameterizedLinearStandardFormCompiler().write(model, mixed_form=True, wrt=[model.symbol])
    read = _Reader(symbols)
    figure = {name: i for i, name in enumerate(names)}
    position = {id(column): i for i, column in enumerate(form.columns)}
    uppers = [(position[id(c)], figure[name]) for c, name in model.given.uppers if id(c) in position]
    rows, columns, objectives = named(form)
    program = Program(
        matrix=_pattern(form.A), row_lower=np.empty(len(rows)), row_upper=np.empty(len(rows)), **columns_of(form),
        cost=np.zeros(len(columns)), offset=0.0, columns=columns, rows=rows, lines=_pattern(form.c),
        line_offset=np.empty(len(objectives)), line_names=objectives,
    )
    return Blueprint(
        program, names, read.entries(_data(form.A)), read.entries(form.rhs), read.entries(_data(form.c)),
        read.entries(form.c_offset), np.array([entry.bound_type for entry in form.rows], dtype=int),
        np.array([column for column, _ in uppers], dtype=int), np.array([which for _, which in uppers], dtype=int),
    )


def _data(matrix: Any) -> Any:
    # What the compiler cancelled lies beyond the last column.
    return matrix.data[: matrix.indptr[-1]]


def _pattern(matrix: Any) -> Any:
    """Return the pattern of a matrix by columns, without its entries."""
    count = int(matrix.indptr[-1])
    return sparse.csc_array((np.zeros(count), matrix.indices[:count], matrix.indptr), shape=matrix.shape)


class _Reader:
    """Reads the compiler's expressions as polynomials of the symbols."""

    def __init__(self, symbols: Iterable[Any]) -> None:
        self.number = {id(symbol): i for i, symbol in enumerate(symbols)}

    def entries(self, expressions: Iterable[Any]) -> Entries:
        constants: list[float] = []
        terms: list[tuple[int, float, int, int]] = []
        one = len(self.number)
        for entry, expression in enumerate(expressions):
            polynomial = self.polynomial(expression)
            constants.append(polynomial.pop((), 0.0))
            for product, coefficient in polynomial.items():
                first, second = (*product, one, one)[:FACTORS]
                if len(product) > FACTORS:
                    raise ValueError(f"a product of {len(product)} figures: {expression}")
                terms.append((entry, coefficient, first, second))
        table = np.array(terms, dtype=float).reshape(-1, 4)
        return Entries(
            np.array(constants, dtype=float), table[:, 0].astype(np.int64), table[:, 1], table[:, 2:].astype(np.int64)
        )

    def polynomial(self, expression: Any) -> Polynomial:
        if id(expression) in self.number:
            return {(self.number[id(expression)],): 1.0}
        kind = expression.__class__
        if not hasattr(expression, "args"):
            return {(): float(expression)}
        parts = [self.polynomial(part) for part in expression.args]
        if issubclass(kind, SumExpression):
            return _sum(parts)
        if issubclass(kind, NegationExpression):
            return {product: -coefficient for product, coefficient in parts[0].items()}
        if issubclass(kind, DivisionExpression) and set(parts[1]) == {()}:
            return {product: coefficient / parts[1][()] for product, coefficient in parts[0].items()}
        if issubclass(kind, ProductExpression):  # a monomial is one
            return _product(*parts)
        raise ValueError(f"no polynomial of the figures: {expression}")


def _sum(parts: Iterable[Polynomial]) -> Polynomial:
    total: Polynomial = {}
    for part in parts:
        for product, coefficient in part.items():
            total[product] = total.get(product, 0.0) + coefficient
    return total


def _product(left: Polynomial, right: Polynomial) -> Polynomial:
    return _sum(
        {tuple(sorted((*a, *b))): x * y} for a, x in left.items() for b, y in right.items()
    )
