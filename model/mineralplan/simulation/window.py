"""Some years of a program: what lies before them is settled, what lies behind them is not decided yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.formulation.calendar import OVER_YEARS, year_of
from mineralplan.solving.program import Program, Vector

Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Window:
    """The years from ``first`` to ``last`` of a program.

    Rows that speak of a later year are left out, but those over years: with nothing mined later they say what may
    be mined by then. A merged mine that starts in the window has begun in every later year too.

    Attributes
    ----------
    columns, rows : numpy.ndarray of int
        Those of the program that the window has.
    before : numpy.ndarray of bool, shape (columns of the program,)
        What is settled.
    chosen : scipy.sparse array, shape (columns of the program, columns)
        From a point of the window to one of the program.
    """

    first: int
    last: int
    columns: Index
    rows: Index
    lines: Index
    before: Mask
    chosen: Any

    @classmethod
    def of(cls, program: Program, first: int, last: int) -> Window:
        """Return the window of a program, and of every other with the same columns and rows.

        Parameters
        ----------
        program : Program
            With its entries as full as any to which the window is applied.
        """
        years = np.array([year_of(name, index) for name, index in program.columns])
        inside = ((years >= first) & (years <= last)) | (years == 0)
        columns = np.flatnonzero(inside)
        of_row = np.array([year_of(name, index) for name, index in program.rows])
        over = np.array([name == OVER_YEARS for name, _ in program.rows], dtype=bool)
        touched = np.diff(sparse.csr_array(sparse.csr_array(program.matrix)[:, columns]).indptr) > 0
        rows = np.flatnonzero(touched & ((of_row <= last) | over))
        lines = np.array([i for i, (_, year) in enumerate(program.line_names) if first <= year <= last], dtype=np.int64)
        return cls(first, last, columns, rows, lines, (years > 0) & (years < first),
                   _chosen(program, columns, years, last))

    def program(self, program: Program, x: Vector) -> Program:
        """Return the window's program.

        Parameters
        ----------
        program : Program
            Of the whole horizon.
        x : numpy.ndarray, shape (columns of the program,)
            A point of it; what lies before the window is read.
        """
        past = np.where(self.before, x, 0.0)
        rows = sparse.csr_array(program.matrix)[self.rows]
        lines = program.lines[self.lines]
        settled = rows @ past
        return Program(
            matrix=sparse.csc_array(rows @ self.chosen),
            row_lower=program.row_lower[self.rows] - settled, row_upper=program.row_upper[self.rows] - settled,
            lower=program.lower[self.columns], upper=program.upper[self.columns],
            integer=program.integer[self.columns], cost=np.zeros(len(self.columns)), offset=0.0,
            columns=tuple(program.columns[j] for j in self.columns),
            rows=tuple(program.rows[i] for i in self.rows),
            lines=sparse.csr_array(lines @ self.chosen), line_offset=program.line_offset[self.lines] + lines @ past,
            line_names=tuple(program.line_names[i] for i in self.lines),
        )

    def into(self, x: Vector, inside: Vector) -> Vector:
        """Return a point of the program with the window's columns at the values of a point of the window."""
        whole = x.copy()
        whole[self.columns] = inside[: len(self.columns)]
        return whole


def _chosen(program: Program, columns: Index, years: Index, last: int) -> Any:
    """Return the matrix from a window's columns to the program's; what has begun by ``last`` has begun later."""
    place = {(program.columns[j][0], program.columns[j][1]): n for n, j in enumerate(columns)}
    entries = [(int(j), n) for n, j in enumerate(columns)]
    for j in np.flatnonzero(years > last):
        name, index = program.columns[j]
        if name == "begun" and (name, (*index[:-1], last)) in place:
            entries.append((int(j), place[name, (*index[:-1], last)]))
    where = np.array(entries, dtype=np.int64).reshape(-1, 2)
    shape = (len(program.columns), len(columns))
    return sparse.csr_array((np.ones(len(where)), (where[:, 0], where[:, 1])), shape=shape)


def held(program: Program, x: Vector, fixed: Mask) -> Program:
    """Return a program in which some columns stand where a point has them; its other integers stay to be decided."""
    value = np.where(program.integer, np.rint(x), x)
    return replace(
        program, lower=np.where(fixed, value, program.lower), upper=np.where(fixed, value, program.upper),
        integer=program.integer & ~fixed,
    )
