"""What is left of a location problem when blocks are settled and links are left out, as a program for the solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.location.prices import Priced
from mineralplan.solving.location.structure import Count, Indices, Location
from mineralplan.solving.program import Program, Vector

NEAREST = 4
"""Links that every zone keeps, those that cost it least at the prices."""
ALL_IN = 12
"""Links that are kept, as a multiple of the zones."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """A program over the blocks that may open and the links that are kept; the others lead through one pool.

    What a block sends over links that are not kept goes into the pool, and is paid there what its capacity is worth at
    the prices; a zone takes from it at the cheapest of its own links that lead there, that payment added. So every
    plan of the location problem is one of this program, at no higher cost, and a bound of the program is one of the
    problem. Where an optimum leaves the pool empty it is a plan of the problem, and its best.

    Attributes
    ----------
    blocks, links : numpy.ndarray of int
        Of the location problem: those that have columns here, in their order. First come the blocks' decisions, then
        shipments, what blocks send into the pool, what zones take from it, and shortage.
    """

    program: Program
    blocks: Indices
    links: Indices
    location: Location

    def opened(self, x: Vector) -> Vector:
        """Return the decisions of a point, whole, over all blocks."""
        found = self.location.lower.copy()
        found[self.blocks] = np.rint(x[: len(self.blocks)])
        return found

    def pooled(self, x: Vector) -> Vector:
        """Return what each zone takes from the pool."""
        first = 2 * len(self.blocks) + len(self.links)
        return x[first : first + len(self.location.demand)]

    def flows(self, x: Vector) -> tuple[Vector, Vector]:
        """Return shipments over all links, and shortage."""
        shipped = np.zeros(len(self.location.zone))
        shipped[self.links] = np.maximum(x[len(self.blocks) : len(self.blocks) + len(self.links)], 0.0)
        return shipped, np.maximum(x[-len(self.location.demand) :], 0.0)

    def start(self, opened: Vector) -> Vector:
        """Return decisions as a point; the rest of it says nothing."""
        x = np.zeros(len(self.program.columns))
        x[: len(self.blocks)] = opened[self.blocks]
        return x


def worth_keeping(location: Location, found: Priced, all_in: int = ALL_IN) -> npt.NDArray[np.bool_]:
    """Return the links that a good plan may use: the cheapest of every zone at the prices, and of all the next."""
    able = location.upper[location.block] > 0
    value = location.cost - found.price[location.zone] + location.weight * found.edge[location.block]
    value = np.where(able, value, np.inf)
    order = np.lexsort((value, location.zone))
    zone = location.zone[order]
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order)) - np.searchsorted(zone, np.arange(len(location.demand)))[zone]
    most = min(all_in * len(location.demand), int(able.sum()))
    limit = np.partition(value, most - 1)[most - 1] if most else -np.inf
    kept: npt.NDArray[np.bool_] = able & ((rank < NEAREST) | (value <= limit))
    return kept


def reduce(location: Location, count: Count, kept: npt.NDArray[np.bool_], edge: Vector | None = None) -> Reduced:
    """Return the program over the blocks that may open and the links that are kept.

    Parameters
    ----------
    edge : numpy.ndarray, shape (blocks,), optional
        What a tonne of a block's capacity is worth; without it there is no pool, and other links are given up.
    """
    blocks, links = np.flatnonzero(location.upper > 0), np.flatnonzero(kept)
    place = np.full(len(location.capacity), -1)
    place[blocks] = np.arange(len(blocks))
    nb, nl, nz = len(blocks), len(links), len(location.demand)
    worth = np.zeros(len(location.capacity)) if edge is None else edge
    pool_cost = _pool_cost(location, kept, worth)
    block, zone = place[location.block[links]], location.zone[links]
    y, ship = np.arange(nb), nb + np.arange(nl)
    into, out, short = nb + nl + np.arange(nb), 2 * nb + nl + np.arange(nz), 2 * nb + nl + nz + np.arange(nz)
    table = _Rows(2 * nb + nl + 2 * nz)
    all_zones = np.arange(nz)
    table.add("balance", location.demand, location.demand, nz, (zone, ship, 1.0), (all_zones, out, 1.0),
              (all_zones, short, 1.0))
    table.add("within_capacity", np.full(nb, -np.inf), np.zeros(nb), nb, (block, ship, location.weight[links]),
              (y, into, 1.0), (y, y, -location.capacity[blocks]))
    table.add("pool", np.zeros(1), np.zeros(1), 1, (0 * y, into, 1.0), (0 * all_zones, out, -location.mined))
    if count.least:
        table.add("count", np.full(1, float(count.least)), np.full(1, np.inf), 1, (0 * y, y, 1.0),
                  (0 * all_zones, short, location.mined / float(count.short)))
    loose = np.flatnonzero(location.lower[location.block[links]] < 1)
    most = np.minimum(location.demand[zone], location.capacity[blocks][block] / location.weight[links])[loose]
    table.add("strong_link", np.full(len(loose), -np.inf), np.zeros(len(loose)), len(loose),
              (np.arange(len(loose)), ship[loose], 1.0), (np.arange(len(loose)), block[loose], -most))
    cost = np.concatenate([
        location.opening[blocks], location.cost[links], -worth[blocks], pool_cost, location.unserved])
    program = table.program(location, blocks, cost)
    program.upper[out] = np.where(np.isfinite(pool_cost) & (edge is not None), np.inf, 0.0)
    program.cost[out] = np.where(np.isfinite(pool_cost), pool_cost, 0.0)
    return Reduced(program, blocks, links, location)


def _pool_cost(location: Location, kept: npt.NDArray[np.bool_], worth: Vector) -> Vector:
    """Return the cheapest of every zone's links that are not kept, infinite where there is none."""
    rest = np.flatnonzero(~kept & (location.upper[location.block] > 0))
    cheapest = np.full(len(location.demand), np.inf)
    np.minimum.at(cheapest, location.zone[rest], (location.cost + location.weight * worth[location.block])[rest])
    return cheapest


class _Rows:
    """Collects rows of a program."""

    def __init__(self, columns: int) -> None:
        self.columns, self.rows = columns, 0
        self.lower, self.upper, self.names = list[Vector](), list[Vector](), list[tuple[str, int]]()
        self.entries: list[tuple[Indices, Indices, Vector]] = []

    def add(
        self, name: str, lower: Vector, upper: Vector, count: int, *entries: tuple[Indices, Indices, object]
    ) -> None:
        """Add ``count`` rows; every entry is (row, column, value), rows from 0 on."""
        for row, column, value in entries:
            self.entries.append((row + self.rows, column, np.broadcast_to(np.asarray(value, dtype=float), row.shape)))
        self.lower.append(lower)
        self.upper.append(upper)
        self.names += [(name, i) for i in range(count)]
        self.rows += count

    def program(self, location: Location, blocks: Indices, cost: Vector) -> Program:
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        whole = np.arange(self.columns) < len(blocks)
        lower, upper = np.zeros(self.columns), np.full(self.columns, np.inf)
        lower[whole], upper[whole] = location.lower[blocks], location.upper[blocks]
        return Program(
            sparse.csc_array((value, (row, column)), shape=(self.rows, self.columns)),
            np.concatenate(self.lower), np.concatenate(self.upper), lower, upper, whole, cost, location.offset,
            tuple(("column", j) for j in range(self.columns)), tuple(self.names),
            sparse.csr_array((0, self.columns)), np.zeros(0), (),
        )
