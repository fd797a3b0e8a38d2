"""What is left of a program once its decisions stand: a small linear program, in parts that do not touch.

Columns that a plan has settled become constants, output follows from what is shipped, rows that say the same are one
row, rows of one column are its bounds, and rows that can never bind are gone. What remains falls apart by use and
year, where no resource runs out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from mineralplan.formulation.calendar import OVER_YEARS
from mineralplan.solving.program import Program, Vector

FREE = frozenset({"output", "ship", "bring", "shortage", "unsold"})
"""What is decided anew in every draw; what an expected indicator is missed by (``….missed``) is, too."""
Mask = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]
ROOM = 1e-9
BUNDLE = 300
"""Columns up to which small parts are solved together."""
BOUND, EMPTY, IDLE = -1, -2, -3
"""Of a row of the program that no row here stands for: a column's bound, nothing open in it, never binding."""


WORKING_RATE = "working_rate"
"""Rows of the least output of a mine that works."""


def gives_way(row: str) -> bool:
    """Return whether a row may be missed where a draw leaves no other way out: a plan's rule, or the working rate."""
    return row == WORKING_RATE or (row.startswith("rule_") and row.endswith(".hard"))


@dataclass(frozen=True)
class Part:
    """Rows and columns of a settled program that touch no others."""

    rows: Index
    columns: Index


@dataclass(frozen=True)
class Settled:
    """A program with its decisions settled.

    Attributes
    ----------
    kept : numpy.ndarray of int, shape (columns,)
        Columns of the program that are still open.
    fill : scipy.sparse.csr_array, shape (program's columns, columns)
        From the open columns to every column that follows from them.
    point : numpy.ndarray, shape (program's columns,)
        The settled columns, 0 where a column is open or follows.
    matrix : scipy.sparse.csr_array, shape (rows, columns)
    group : numpy.ndarray of int, shape (program's rows,)
        The row here that stands for a row of the program, or `BOUND`, `EMPTY`, `IDLE`.
    factor : numpy.ndarray, shape (program's rows,)
        What the row of the program is times its row here, or times its one column.
    single : numpy.ndarray of int, shape (program's rows,)
        The column that a row bounds.
    parts : tuple of Part
        Without the rows over years.
    joint : tuple of Part
        With them: what a row over years that binds holds together.
    over_years : numpy.ndarray of bool, shape (rows,)
    """

    kept: Index
    fill: Any
    point: Vector
    matrix: Any
    group: Index
    factor: Vector
    single: Index
    parts: tuple[Part, ...]
    joint: tuple[Part, ...]
    over_years: Mask

    def bounds(self, lower: Vector, upper: Vector) -> tuple[Vector, Vector]:
        """Return the bounds of the rows here; those of the program's rows must be without the settled columns."""
        count = self.matrix.shape[0]
        return self._narrowed(lower, upper, self.group, np.full(count, -np.inf), np.full(count, np.inf))

    def column_bounds(self, lower: Vector, upper: Vector, low: Vector, high: Vector) -> tuple[Vector, Vector]:
        """Return the columns' bounds ``low`` and ``high`` narrowed by the rows that hold one column."""
        return self._narrowed(lower, upper, self.single, low.copy(), high.copy())

    def _narrowed(
        self, lower: Vector, upper: Vector, target: Index, low: Vector, high: Vector
    ) -> tuple[Vector, Vector]:
        where = np.flatnonzero(target >= 0)
        ends = np.stack([lower[where], upper[where]]) / self.factor[where]
        np.maximum.at(low, target[where], ends.min(axis=0))
        np.minimum.at(high, target[where], ends.max(axis=0))
        return low, high


def settle(program: Program, x: Vector, *, keep_all: bool = False) -> Settled:
    """Settle what a plan decides.

    Parameters
    ----------
    program : Program
        At the widest figures that a draw has: what cannot bind here must not bind in any draw.
    x : numpy.ndarray
        A point with the plan's decisions.
    keep_all : bool
        Keep rows that cannot bind here: where a draw may narrow them.
    """
    free = np.array([name in FREE or name.endswith(".missed") for name, _ in program.columns])
    point = np.where(free, 0.0, np.where(program.integer, np.rint(x), x))
    fill, kept = _open_columns(program, x, free)
    rows = sparse.csr_array(program.matrix)
    idle = np.zeros(len(program.rows), bool) if keep_all else _never_binds(program, rows, rows @ point, free)
    narrow = sparse.csr_array(rows @ fill)
    narrow.data[np.abs(narrow.data) < ROOM] = 0.0
    narrow.eliminate_zeros()
    yielding = np.array([gives_way(name) for name, _ in program.rows], dtype=bool)
    group, factor, single, first = _grouped(narrow, idle, yielding)
    matrix = sparse.csr_array(narrow[first]) if len(first) else sparse.csr_array((0, len(kept)))
    over_years = np.array([program.rows[i][0] == OVER_YEARS for i in first], dtype=bool)
    parts, joint = _parts(matrix, over_years)
    return Settled(kept, fill, point, matrix, group, factor, single, parts, joint, over_years)


def _open_columns(program: Program, x: Vector, free: Mask) -> tuple[Any, Index]:
    """Return the columns that stay open, and from them every column: output is what is shipped ÷ yield."""
    outputs = {index: j for j, (name, index) in enumerate(program.columns) if name == "output"}
    held = {(index[0], index[2]) for (name, index), value in zip(program.columns, x, strict=True)
            if name == "at_least" and value > 0.5}

    def stays(j: int) -> bool:
        name, index = program.columns[j]
        return name != "output" and (name != "ship" or (index[0], index[3]) in held)

    kept = np.array([j for j in np.flatnonzero(free) if stays(int(j))], dtype=np.int64)
    place = np.full(len(program.columns), -1)
    place[kept] = np.arange(len(kept))
    rows = sparse.csr_array(program.matrix)
    entries = [(int(j), int(place[j]), 1.0) for j in kept]
    for i, (name, index) in enumerate(program.rows):
        if name != "shipped":
            continue
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        own = dict(zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True))
        scale = own.pop(outputs[index])
        entries += [(outputs[index], int(place[j]), -value / scale) for j, value in own.items() if place[j] >= 0]
    table = np.array(entries, dtype=float).reshape(-1, 3)
    where = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    return sparse.csr_array((table[:, 2], where), shape=(len(program.columns), len(kept))), kept


def _never_binds(program: Program, rows: Any, settled: Vector, free: Mask) -> Mask:
    """Return the rows over output that all mines at full capacity keep; what misses them need not be counted on."""
    most = np.full(len(program.columns), np.inf)
    for i, (name, index) in enumerate(program.rows):
        if name == "within_capacity":
            for k in range(rows.indptr[i], rows.indptr[i + 1]):
                if program.columns[rows.indices[k]] == ("output", index) and rows.data[k] > 0:
                    most[rows.indices[k]] = (program.row_upper[i] - settled[i]) / rows.data[k]
    idle = np.zeros(len(program.rows), bool)
    for i, (name, _) in enumerate(program.rows):
        if name == "within_capacity" or np.isfinite(program.row_lower[i]):
            continue
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        columns, values = rows.indices[span], rows.data[span]
        counted = free[columns] & (values > 0)
        if any(program.columns[j][0] == "output" for j in columns):
            idle[i] = settled[i] + values[counted] @ most[columns[counted]] <= program.row_upper[i] - ROOM
    return idle


def _grouped(narrow: Any, idle: Mask, yielding: Mask) -> tuple[Index, Vector, Index, Index]:
    """Return for every row which row stands for it, at which factor, which column it bounds; and the rows that stay.

    A row that may give way is never a mere bound.
    """
    count = narrow.shape[0]
    group, factor = np.full(count, EMPTY, dtype=np.int64), np.ones(count)
    single, first, scales = np.full(count, -1, dtype=np.int64), list[int](), list[float]()
    known: dict[tuple[bytes, bytes], int] = {}
    for i in range(count):
        span = slice(narrow.indptr[i], narrow.indptr[i + 1])
        order = np.argsort(narrow.indices[span])
        columns, values = narrow.indices[span][order], narrow.data[span][order]
        if not len(columns):
            continue
        if idle[i]:
            group[i] = IDLE
        elif len(columns) == 1 and not yielding[i]:
            group[i], single[i], factor[i] = BOUND, columns[0], values[0]
        else:
            key = columns.tobytes(), np.round(values / values[0], 12).tobytes()
            if key not in known:
                known[key] = len(first)
                first.append(i)
                scales.append(float(values[0]))
            group[i] = known[key]
            factor[i] = values[0] / scales[known[key]]
    return group, factor, single, np.array(first, dtype=np.int64)


def _parts(matrix: Any, over_years: Mask) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the parts that share no column without the rows over years, and those that these hold together."""
    used = np.diff(sparse.csc_array(matrix).indptr) > 0
    apart = _components(matrix, np.flatnonzero(~over_years), used)
    joint = [part for part in _components(matrix, np.arange(matrix.shape[0]), used) if over_years[part.rows].any()]
    return _bundled(apart), tuple(joint)


def _components(matrix: Any, rows: Index, used: Mask) -> list[Part]:
    own = sparse.csr_array(matrix[rows] != 0, dtype=float)
    graph: Any = sparse.block_array([[None, own], [own.T, None]], format="csr")
    _, label = connected_components(graph, directed=False)
    of_row, of_column = label[:len(rows)], label[len(rows):]
    order = {part: n for n, part in enumerate(dict.fromkeys(of_row.tolist()))}
    members: list[tuple[list[int], list[int]]] = [([], []) for _ in order]
    for row, part in zip(rows.tolist(), of_row.tolist(), strict=True):
        members[order[part]][0].append(row)
    for column in np.flatnonzero(used).tolist():
        if of_column[column] in order:
            members[order[of_column[column]]][1].append(column)
    return [Part(np.array(r, dtype=np.int64), np.array(c, dtype=np.int64)) for r, c in members]


def _bundled(parts: list[Part]) -> tuple[Part, ...]:
    """Put small parts together: each call of the solver takes a while of its own."""
    bundled: list[Part] = []
    for part in parts:
        if bundled and len(bundled[-1].columns) + len(part.columns) <= BUNDLE:
            last = bundled[-1]
            bundled[-1] = Part(np.sort(np.append(last.rows, part.rows)), np.sort(np.append(last.columns, part.columns)))
        else:
            bundled.append(part)
    return tuple(bundled)
