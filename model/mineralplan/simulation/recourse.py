"""How a plan does in a draw: its decisions stand, output, flows and shortage are decided anew at least cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from mineralplan.case import Case
from mineralplan.formulation.given import figures
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.simulation.elastic import Elastic
from mineralplan.simulation.part import Figures, PartLP
from mineralplan.simulation.settling import EMPTY, Index, Part, settle
from mineralplan.solving.blueprint import Blueprint, Entries, compile_blueprint
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program, Vector

TOLERANCE = 1e-6
"""How far a row may be missed by rounding, in its own unit: as everywhere."""
Miss = tuple[str, tuple[Any, ...], float]


@dataclass(frozen=True)
class Fate:
    """What becomes of a plan in one draw.

    Attributes
    ----------
    status : str
        ``optimal``; ``missed`` where rows had to give way; ``infeasible`` where even that is no way out.
    objective : float
        Discounted cost, 10⁴ CNY; NaN where there is none.
    lines : numpy.ndarray, shape (lines,)
        Cost terms and measures by year, in the order of `Recourse.line_names`.
    short, exported, output : numpy.ndarray
        Shortage of the district by (use, year), of exports by (use, year), output by (mineral, year), 10⁴ t: in the
        order of `Recourse.uses`, `Recourse.minerals` and the case's years.
    misses : tuple of (row, index, amount)
        Rows that gave way, and by how much.
    """

    status: str
    objective: float
    lines: Vector
    short: Vector
    exported: Vector
    output: Vector
    misses: tuple[Miss, ...] = ()


@dataclass(frozen=True)
class _Ends:
    """Bounds and costs in one draw: of the program's rows without what is settled, and of the settled."""

    given: tuple[Vector, Vector]
    rows: tuple[Vector, Vector]
    columns: tuple[Vector, Vector]
    cost: Vector


class Recourse:
    """A plan's decisions, ready to be tried in one draw after the other.

    Parameters
    ----------
    case : Case
    widest : Case
        The same with demand wherever any draw has some: its model has every row that a draw needs.
    decide : callable
        From a program to a point of it with the plan's decisions.
    settings : Settings, optional
    keep_all : bool
        Keep rows that cannot bind at the case's own figures: where draws change more than demand, supply and prices.

    Attributes
    ----------
    typical : sequence of numpy.ndarray
        Figures of some draws, set before the first is tried: their optima are what others begin from.
    """

    def __init__(
        self, case: Case, widest: Case, decide: Callable[[Program], Vector], settings: Settings | None = None, *,
        keep_all: bool = False,
    ) -> None:
        self.case, self.settings = case, settings or Settings()
        self.blueprint: Blueprint = compile_blueprint(build(widest, symbols=True, strong=False))
        self.position = {name: i for i, name in enumerate(self.blueprint.figures)}
        self._widest = dict(figures(widest))
        program = self.blueprint.at(self.values(widest))
        self.line_names = program.line_names
        weights = lines(COST, case)
        self.weight = np.array([weights.get(name, 0.0) for name in program.line_names])
        self.settled = settle(program, _with_begun(program, decide(program)), keep_all=keep_all)
        self._of_matrix, self._of_lines = (_symbols(self.blueprint.matrix), _symbols(
            self.blueprint.lines, self.blueprint.offsets))
        self._known: dict[str, tuple[Vector, Any]] = {}
        self._solvers: dict[int, PartLP] = {}
        self._elastics: dict[int, Elastic] = {}
        self.typical: Sequence[Vector] = ()

    @cached_property
    def uses(self) -> tuple[str, ...]:
        """The uses, in the order of `Fate`."""
        return tuple(self.case.uses)

    @cached_property
    def minerals(self) -> tuple[str, ...]:
        """The minerals, in the order of `Fate`."""
        return tuple(self.case.minerals)

    def values(self, case: Case) -> Vector:
        """Return the figures of a case, shape (figures,); demand that the case has not is 0."""
        numbers = dict(figures(case))
        return np.array([
            numbers.get(name, 0.0 if name[0] == "demand" else self._widest[name]) for name in self.blueprint.figures
        ])

    def places(self, keys: tuple[tuple[Any, ...], ...], kind: str) -> tuple[Index, Index]:
        """Return where figures of a kind stand: positions among the keys, and in a vector of `values`."""
        found = [(i, self.position[kind, *key]) for i, key in enumerate(keys) if (kind, *key) in self.position]
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def at(self, values: Vector) -> Fate:
        """Return what becomes of the plan at some figures."""
        x, misses, sound = self._solved(ends := self._ends(values))
        misses += self._broken(*ends.given)
        matrix, constant = self._cached("lines", self._of_lines, values, self._lines)
        value = matrix @ x + constant
        status = "infeasible" if not sound else "missed" if misses else "optimal"
        if not sound:
            value = np.full(len(value), np.nan)
        short, exported, output = (totals @ x if sound else np.full(totals.shape[0], np.nan) for totals in self._totals)
        return Fate(status, float(value @ self.weight), value, short, exported, output, misses)

    def _ends(self, values: Vector) -> _Ends:
        """Return bounds and costs at some figures."""
        blueprint = self.blueprint
        settled = self._cached("settled", self._of_matrix, values, self._settled)
        matrix, _ = self._cached("lines", self._of_lines, values, self._lines)
        rhs = blueprint.rhs.at(values)
        low = np.where(blueprint.kinds <= 0, rhs, -np.inf) - settled
        high = np.where(blueprint.kinds >= 0, rhs, np.inf) - settled
        return _Ends((low, high), self.settled.bounds(low, high), self._column_bounds(low, high),
                     np.asarray(matrix.T @ self.weight))

    def _solved(self, ends: _Ends) -> tuple[Vector, tuple[Miss, ...], bool]:
        """Return the open columns, what gave way, and whether there is an answer at all."""
        settled = self.settled
        x = np.where(ends.cost >= 0, *ends.columns)
        missed: dict[int, tuple[Miss, ...]] = {}
        together = self._together
        for number, part in enumerate((*settled.parts, *settled.joint)):
            if number in together and not self._solve_part(number, part, ends, x, missed):
                return x, (), False
        # Few draws exhaust another resource: only where one does, the years it ties together are solved together.
        spent = settled.over_years & (settled.matrix @ x > ends.rows[1] + TOLERANCE)
        for number, part in enumerate(settled.joint, start=len(settled.parts)):
            if number in together or not spent[part.rows].any():
                continue
            for other, small in enumerate(settled.parts):
                if other in missed and np.isin(small.rows, part.rows).any():
                    del missed[other]
            if not self._solve_part(number, part, ends, x, missed):
                return x, (), False
        return x, tuple(miss for own in missed.values() for miss in own), bool(np.isfinite(x).all())

    @cached_property
    def _together(self) -> frozenset[int]:
        """The parts to solve at first: the years together where most typical draws exhaust the resource, else apart."""
        settled, count = self.settled, len(self.settled.parts)
        exhausted = np.zeros(len(settled.over_years))
        for least, most, lower, upper, cost in self._references:
            x = np.where(cost >= 0, lower, upper)
            for number, part in enumerate(settled.parts):
                found = self._live(number, part).solve((least, most, lower, upper, cost))
                if found is not None:
                    x[part.columns] = found
            exhausted += settled.over_years & (settled.matrix @ x > most + TOLERANCE)
        often = [number for number, part in enumerate(settled.joint, start=count)
                 if exhausted[part.rows].max() > len(self._references) / 2]
        covered = np.concatenate([settled.joint[n - count].rows for n in often] or [np.empty(0, np.int64)])
        apart = [n for n, part in enumerate(settled.parts) if not np.isin(part.rows, covered).all()]
        return frozenset((*often, *apart))

    def _solve_part(self, number: int, part: Part, ends: _Ends, x: Vector, missed: dict[int, tuple[Miss, ...]]) -> bool:
        """Solve one part, where need be with rows that give way; put its columns into ``x``."""
        _, _, lower, upper, _ = figures = (*ends.rows, *ends.columns, ends.cost)
        found = self._live(number, part).solve(figures)
        if found is None:
            found, missed[number] = self._elastic(number, part).solve(figures, ends.given)
        if found is None:
            return False
        x[part.columns] = np.clip(found, lower[part.columns], upper[part.columns])
        return True

    def _column_bounds(self, low: Vector, high: Vector) -> tuple[Vector, Vector]:
        program, kept = self.blueprint.program, self.settled.kept
        return self.settled.column_bounds(low, high, program.lower[kept], program.upper[kept])

    def _live(self, number: int, part: Part) -> PartLP:
        """Return the solver of a part, which begins from what is best at the case's own figures or a typical draw's."""
        if number not in self._solvers:
            self._solvers[number] = PartLP(self.settled.matrix, part, self._references, self.settings)
        return self._solvers[number]

    def _elastic(self, number: int, part: Part) -> Elastic:
        """Return the part with rows that may give way."""
        if number not in self._elastics:
            self._elastics[number] = Elastic(self.blueprint.program, self.settled, part, self._references[0],
                                             self.settings)
        return self._elastics[number]

    @cached_property
    def _references(self) -> list[Figures]:
        ends = [self._ends(values) for values in (self.values(self.case), *self.typical)]
        return [(*entry.rows, *entry.columns, entry.cost) for entry in ends]

    def _broken(self, low: Vector, high: Vector) -> tuple[Miss, ...]:
        """Return the rows that the decisions alone break, whatever is shipped."""
        alone = self.settled.group == EMPTY
        amount = np.where(alone, np.maximum(low, -high), 0.0)
        rows = self.blueprint.program.rows
        return tuple((*_named(rows[i]), float(amount[i])) for i in np.flatnonzero(amount > TOLERANCE))

    def _cached(self, name: str, which: Vector, values: Vector, make: Callable[[Vector], Any]) -> Any:
        """Return what some figures lead to; most draws leave most figures as they were."""
        own = values[which]
        known = self._known.get(name)
        if known is None or not np.array_equal(known[0], own):
            self._known[name] = known = own, make(values)
        return known[1]

    def _settled(self, values: Vector) -> Vector:
        program = self.blueprint.program
        entries = self.blueprint.matrix.at(values)
        matrix = sparse.csc_array((entries, program.matrix.indices, program.matrix.indptr), shape=program.matrix.shape)
        return np.asarray(matrix @ self.settled.point)

    def _lines(self, values: Vector) -> tuple[Any, Vector]:
        program = self.blueprint.program
        entries = self.blueprint.lines.at(values)
        matrix = sparse.csc_array((entries, program.lines.indices, program.lines.indptr), shape=program.lines.shape)
        return (sparse.csr_array(matrix @ self.settled.fill),
                np.asarray(matrix @ self.settled.point) + self.blueprint.offsets.at(values))

    @cached_property
    def _totals(self) -> tuple[Any, Any, Any]:
        """Sums of the open columns: shortage of the district and of exports, and output."""
        case, years = self.case, {year: n for n, year in enumerate(self.case.years)}
        use, mineral = ({name: n for n, name in enumerate(names)} for names in (self.uses, self.minerals))
        entries: tuple[list[tuple[int, int]], ...] = ([], [], [])
        for j, (name, index) in enumerate(self.blueprint.program.columns):
            if name == "shortage":
                u, zone, year = index
                entries[int(case.exported(zone))].append((use[u] * len(years) + years[year], j))
            elif name == "output":
                block, year = index
                entries[2].append((mineral[case.blocks[block].mineral] * len(years) + years[year], j))
        counts = len(use) * len(years), len(use) * len(years), len(mineral) * len(years)
        columns = len(self.blueprint.program.columns)
        return tuple(
            _summing(which, count, columns) @ self.settled.fill for which, count in zip(entries, counts, strict=True)
        )


def _summing(entries: list[tuple[int, int]], rows: int, columns: int) -> Any:
    pairs = np.array(entries, dtype=np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(rows, columns))


def _named(row: tuple[str, Any]) -> tuple[str, tuple[Any, ...]]:
    name, index = row
    return name, index if isinstance(index, tuple) else (index,)


def _symbols(*entries: Entries) -> Any:
    """Return which figures some numbers depend on."""
    used = np.unique(np.concatenate([entry.symbols.ravel() for entry in entries]))
    # One past the last figure stands for 1.
    return used[:-1] if len(used) else used


def _with_begun(program: Program, x: Vector) -> Vector:
    """Return a plan's decisions with what was begun by each year: the first year it is held, and ever after."""
    held: dict[tuple[Hashable, Hashable], int] = {}
    for (name, index), value in zip(program.columns, x, strict=True):
        if name == "at_least" and value > 0.5:
            key, year = (index[0], index[1]), index[2]
            held[key] = min(year, held.get(key, year))
    return np.array([
        float(index[2] >= held.get((index[0], index[1]), np.inf)) if name == "begun" else value
        for (name, index), value in zip(program.columns, x, strict=True)
    ])
