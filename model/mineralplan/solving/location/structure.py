"""What a location problem is made of, read off a compiled program, or the word that it is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.program import Program, Vector

Indices = npt.NDArray[np.intp]
KNOWN_COLUMNS = frozenset({"nothing", "at_least", "begun", "output", "ship", "shortage"})
KNOWN_ROWS = frozenset({
    "balance", "shipped", "within_capacity", "resource", "strong_link", "begun_if_held", "begun_stays",
    "begun_when_held", "stops_not_negative",
})
"""Any other row couples blocks or years, or asks for something else: then prices on the demand do not part them."""


@dataclass(frozen=True, eq=False)
class Location:
    """Blocks that open or not, zones that are served from what is open: no other rule, one year, one scale.

    Attributes
    ----------
    capacity, opening : numpy.ndarray, shape (blocks,)
        What an open block can mine, within licence and resource, and what it costs to open it.
    lower, upper : numpy.ndarray, shape (blocks,)
        Bounds of the decision.
    demand, unserved : numpy.ndarray, shape (zones,)
        What a use of a zone needs, and the price of a tonne that it does not get.
    block, zone : numpy.ndarray of int, shape (links,)
        The ends of every link, blocks in rising order.
    cost, weight : numpy.ndarray, shape (links,)
        What a tonne costs that is shipped over it, and the tonnes mined for it, which are the same for all of a zone.
    offset : float
    columns : mapping of str to numpy.ndarray of int
        Where the program holds ``at_least``, ``output`` (blocks), ``begun`` (blocks, −1 where there is none), ``ship``
        (links) and ``shortage`` (zones).
    """

    capacity: Vector
    opening: Vector
    lower: Vector
    upper: Vector
    demand: Vector
    unserved: Vector
    block: Indices
    zone: Indices
    cost: Vector
    weight: Vector
    offset: float
    columns: dict[str, Indices]

    @cached_property
    def mined(self) -> Vector:
        """Return what is to be mined for a tonne that a zone gets, shape (zones,); 0 where no block reaches it."""
        least = np.zeros(len(self.demand))
        least[self.zone] = self.weight
        return least

    def point(self, opened: Vector, shipped: Vector, short: Vector, size: int) -> Vector:
        """Return a plan as a point of the program with ``size`` columns."""
        x = np.zeros(size)
        x[self.columns["at_least"]] = opened
        begun = self.columns["begun"]
        x[begun[begun >= 0]] = opened[begun >= 0]
        x[self.columns["ship"]] = shipped
        x[self.columns["output"]] = np.bincount(self.block, shipped * self.weight, len(opened))
        x[self.columns["shortage"]] = short
        return x


def recognised(program: Program) -> Location | None:
    """Return the location problem that a program is, None where it is anything else.

    Every number is checked and not only the names: whoever adds a rule under a known name is not misread.
    """
    if not {name for name, _ in program.rows} <= KNOWN_ROWS or not program.integer.any():
        return None
    places = _places(program)
    if places is None:
        return None
    rows: dict[str, list[int]] = {name: [] for name in KNOWN_ROWS}
    for i, (name, _) in enumerate(program.rows):
        rows[name].append(i)
    parts = {name: sparse.csr_array(program.matrix)[np.array(where, dtype=np.intp)] for name, where in rows.items()}
    return _read(program, places, {name: np.array(where, dtype=np.intp) for name, where in rows.items()}, parts)


def _places(program: Program) -> dict[str, dict[Any, int]] | None:
    """Return where each variable stands by name and index, None where there is more than a location problem has."""
    places: dict[str, dict[Any, int]] = {name: {} for name in KNOWN_COLUMNS}
    years = set()
    for j, (name, index) in enumerate(program.columns):
        if name not in KNOWN_COLUMNS:
            return None
        if name == "at_least":
            years.add(index[2])
            if index[1] > 1 or len(years) > 1:
                return None
        places[name][index] = j
    return places


def _read(
    program: Program, places: dict[str, dict[Any, int]], rows: dict[str, Indices], parts: dict[str, Any]
) -> Location | None:
    blocks = [(b, y) for b, _, y in places["at_least"]]
    columns = {
        "at_least": _array(places["at_least"].values()),
        "begun": _array(places["begun"].get((b, 1, y), -1) for b, y in blocks),
        "output": _array(places["output"].get(mine, -1) for mine in blocks),
    }
    number = np.full(len(program.columns), -1)
    number[columns["output"]] = np.arange(len(blocks))
    capacity = _capacity(program, parts, columns, rows, number)
    links = _links(program, parts["shipped"], number, len(places["ship"]))
    zones = _zones(program, rows["balance"], parts["balance"], places)
    plain = _plain(program, columns, parts, rows)
    if (columns["output"] < 0).any() or capacity is None or links is None or zones is None or not plain:
        return None
    block, ship, weight = links
    at = np.full(len(program.columns), -1)
    balance = sparse.coo_array(parts["balance"])
    at[balance.coords[1]] = balance.coords[0]
    begun = columns["begun"]
    light, heavy = np.full(len(zones), np.inf), np.zeros(len(zones))
    np.minimum.at(light, at[ship], weight)
    np.maximum.at(heavy, at[ship], weight)
    if (heavy > light).any():
        return None
    opening = program.cost[columns["at_least"]] + np.where(begun >= 0, program.cost[begun], 0.0)
    return Location(
        capacity, opening, program.lower[columns["at_least"]], program.upper[columns["at_least"]],
        program.row_lower[rows["balance"]], program.cost[zones], block, at[ship],
        program.cost[ship] + weight * program.cost[columns["output"]][block], weight, program.offset,
        {**columns, "ship": ship, "shortage": zones},
    )


def _array(numbers: Any) -> Indices:
    return np.fromiter(numbers, dtype=np.intp)


def _plain(program: Program, columns: dict[str, Indices], parts: dict[str, Any], rows: dict[str, Indices]) -> bool:
    """Return whether what was begun is what works, only that is whole, and flows have no bounds but zero."""
    decisions = np.zeros(len(program.columns), dtype=bool)
    decisions[columns["at_least"]] = True
    begun = columns["begun"]
    with_begun = begun[begun >= 0]
    point = decisions.astype(float)
    point[with_begun] = 1.0
    states = np.concatenate([columns["at_least"], with_begun])
    loose = np.ones(len(program.columns), dtype=bool)
    loose[states] = False
    named = [name for name in parts if name.startswith(("begun", "stops"))]
    fits = all(
        np.all(parts[name][:, loose].nnz == 0)
        and np.all(program.row_lower[rows[name]] <= 0) and np.all(program.row_upper[rows[name]] >= 0)
        and np.all(parts[name] @ point <= program.row_upper[rows[name]])
        and np.all(parts[name] @ point >= program.row_lower[rows[name]])
        for name in named
    )
    nothing = np.array([name == "nothing" for name, _ in program.columns])
    free = loose & ~nothing
    return bool(
        fits
        and np.array_equal(program.integer, decisions)
        and len(rows["begun_if_held"]) == len(with_begun) and np.all(program.cost[with_begun] >= 0)
        and np.all(program.upper[with_begun] >= 1) and np.all(program.lower[with_begun] <= 0)
        and np.all(program.lower[free] == 0) and np.all(np.isinf(program.upper[free]))
        and np.all(program.upper[nothing] == 0) and np.all(program.lower[nothing] == 0)
    )


def _capacity(
    program: Program, parts: dict[str, Any], columns: dict[str, Indices], rows: dict[str, Indices], number: Indices,
) -> Vector | None:
    """Return what each open block can mine: ``output ≤ capacity × open`` and ``output ÷ recovery ≤ resource``."""
    capacity = np.full(len(columns["output"]), np.nan)
    works = np.full(len(program.columns), -1)
    works[columns["at_least"]] = np.arange(len(capacity))
    for i, entries in zip(rows["within_capacity"], _entries(parts["within_capacity"]), strict=True):
        mined = [(number[j], value) for j, value in entries if number[j] >= 0]
        opened = [(works[j], value) for j, value in entries if works[j] >= 0]
        if len(entries) != 2 or len(mined) != 1 or len(opened) != 1 or mined[0][0] != opened[0][0]:
            return None
        if mined[0][1] != 1 or program.row_upper[i] != 0 or opened[0][1] > 0 or np.isfinite(program.row_lower[i]):
            return None
        capacity[mined[0][0]] = -opened[0][1]
    for i, entries in zip(rows["resource"], _entries(parts["resource"]), strict=True):
        if len(entries) != 1 or number[entries[0][0]] < 0 or entries[0][1] <= 0 or program.row_upper[i] < 0:
            return None
        k = number[entries[0][0]]
        capacity[k] = min(capacity[k], program.row_upper[i] / entries[0][1])
    return None if np.isnan(capacity).any() else capacity


def _entries(part: Any) -> Iterator[list[tuple[int, float]]]:
    for start, end in zip(part.indptr[:-1], part.indptr[1:], strict=True):
        yield list(zip(part.indices[start:end].tolist(), part.data[start:end].tolist(), strict=True))


def _links(program: Program, part: Any, number: Indices, count: int) -> tuple[Indices, Indices, Vector] | None:
    """Return block, column and weight of every shipment: ``output − Σ weight × ship = 0``."""
    found = sparse.coo_array(part)
    row, column, value = found.coords[0], found.coords[1], found.data
    mined = number[column] >= 0
    if not (np.all(value[mined] == 1) and len(np.unique(row[mined])) == mined.sum() == part.shape[0]):
        return None
    owner = np.full(part.shape[0], -1)
    owner[row[mined]] = number[column[mined]]
    block, ship, weight = owner[row[~mined]], column[~mined], -value[~mined]
    if len(ship) != count or (weight <= 0).any() or {program.columns[j][0] for j in ship} - {"ship"}:
        return None
    order = np.lexsort((ship, block))
    return block[order], ship[order].astype(np.intp), weight[order]


def _zones(program: Program, rows: Indices, part: Any, places: dict[str, dict[Any, int]]) -> Indices | None:
    """Return the column of each balance's shortage: ``Σ ship + shortage = demand``, each shipment in one of them."""
    short = _array(places["shortage"].get(program.rows[i][1], -1) for i in rows)
    flows = len(places["ship"]) + len(places["shortage"])
    demand = program.row_lower[rows]
    columns = np.unique(part.indices)
    each_once = part.nnz == flows == len(columns)
    names = {program.columns[j][0] for j in columns}
    known = each_once and names <= {"ship", "shortage"} and bool(np.all(part.data == 1)) and not (short < 0).any()
    return short if known and np.array_equal(demand, program.row_upper[rows]) and bool(np.all(demand > 0)) else None


@dataclass(frozen=True)
class Count:
    """How many blocks have to open: ``Σ open + Σ mined × shortage ÷ short ≥ least``.

    The ``least − 1`` largest blocks leave ``short`` tonnes of the demand unmined, and each block fewer at least as much
    again, because the larger ones come first. So the row holds for blocks of unequal capacity, too.
    """

    least: int
    short: Fraction


def count_of(location: Location) -> Count:
    """Return the number of blocks without which somebody stays unserved; 0 where even all of them do not do."""
    need = sum((Fraction(float(q)) * Fraction(float(g)) for q, g in zip(location.demand, location.mined, strict=True)),
               Fraction(0))
    usable = sorted((Fraction(float(a)) for a in location.capacity[location.upper > 0]), reverse=True)
    mined = Fraction(0)
    for n, capacity in enumerate(usable, start=1):
        if mined + capacity >= need:
            return Count(n, need - mined) if need > mined else Count(0, Fraction(1))
        mined += capacity
    return Count(0, Fraction(1))
