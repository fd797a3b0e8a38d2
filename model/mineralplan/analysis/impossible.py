"""Simple impossibilities: what is needed and what there can be, by arithmetic alone, without a solver.

Each is a necessary condition that fails, and so a proof that no plan exists; none is claimed of a case that has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor
from typing import Literal

from mineralplan.analysis.members import RESOURCE, Member
from mineralplan.analysis.relief import district_demand
from mineralplan.analysis.usable import Usable, binding, usable
from mineralplan.case import Case

Kind = Literal["capacity", "cap", "mines", "resource"]
Failure = tuple[Kind, tuple[str, ...], float, float, tuple[Member, ...]]
"""Kind, uses, what is needed, what there is, and the members that it follows from."""
SURE = 1e-4
"""10⁴ t by which a need has to pass what there is: far more than a solver's tolerance could hide."""


@dataclass(frozen=True)
class Impossibility:
    """More is needed than there can be.

    Attributes
    ----------
    kind : {"capacity", "cap", "mines", "resource"}
        The usable blocks and outside supply give too little; under the output caps they do; more mines are needed than
        may work; the known resource runs out.
    uses : tuple of str
        Whose guarantee needs it; together where they share a mineral.
    years : tuple of int
        Each year by itself; for a resource the years that draw on it together.
    needed, available : tuple of float
        10⁴ t of product, or mines; by year, for a resource one figure.
    members : tuple of Member
        The rules and data that it follows from.
    """

    kind: Kind
    uses: tuple[str, ...]
    years: tuple[int, ...]
    needed: tuple[float, ...]
    available: tuple[float, ...]
    members: tuple[Member, ...]

    @property
    def short(self) -> float:
        """The largest difference of a year."""
        return max(need - there for need, there in zip(self.needed, self.available, strict=True))


def impossibilities(case: Case) -> tuple[Impossibility, ...]:
    """Return every simple impossibility of a case; none where it has a plan."""
    views = [_Year(case, year) for year in case.years]
    found: dict[tuple[Kind, tuple[str, ...], tuple[Member, ...]], list[tuple[int, float, float]]] = {}
    failed: dict[tuple[str, ...], int] = {}
    for view in views:
        for kind, uses, needed, available, members in view.failures():
            found.setdefault((kind, uses, members), []).append((view.year, needed, available))
            if kind != "mines":
                failed.setdefault(uses, view.year)
    each = [
        Impossibility(kind, uses, tuple(year for year, _, _ in rows), tuple(need for _, need, _ in rows),
                      tuple(there for _, _, there in rows), members)
        for (kind, uses, members), rows in found.items()
    ]
    return (*each, *_exhausted(case, views, failed))


class _Year:
    """Need and supply of one year."""

    def __init__(self, case: Case, year: int) -> None:
        self.case, self.year = case, year
        asked = {r.item: r.limit * district_demand(case, r.item, year) for r in binding(case, "supply_guarantee", year)}
        self.required = {use: amount for use, amount in asked.items() if amount > 0}
        self.blocks = usable(case, year) if self.required else Usable({}, {}, frozenset(), frozenset(), {})
        self.outside = {use: self._outside(use) for use in self.required}
        self.caps = {r.item: r.limit for r in binding(case, "output_cap", year)}

    def _outside(self, use: str) -> float:
        """Return what outside supply can bring for a use: no more than the zones it reaches ask for."""
        total = 0.0
        for supply in self.case.supplies.values():
            if supply.use == use:
                reached = sum(
                    self.case.demand.get((use, zone, self.year), 0.0) for zone in self.case.markets[use]
                    if not self.case.exported(zone) and (not supply.reach or zone in supply.reach)
                )
                total += min(supply.limit[self.year], reached)
        return total

    def deficit(self, uses: Iterable[str]) -> float:
        """Return what the mines have to give for some uses, 10⁴ t of product."""
        return sum(max(0.0, self.required[use] - self.outside[use]) for use in uses)

    def groups(self) -> list[tuple[str, ...]]:
        """Return each use by itself, and those that share minerals together."""
        return [*((use,) for use in self.required), *(group for group in self.linked() if len(group) > 1)]

    def linked(self) -> list[tuple[str, ...]]:
        """Return the uses that are linked by minerals, group by group."""
        groups = [{use} for use in self.required]
        for one, other in combinations(self.required, 2):
            if self.minerals((one,)).keys() & self.minerals((other,)).keys():
                joined = [group for group in groups if one in group or other in group]
                groups = [group for group in groups if group not in joined] + [set().union(*joined)]
        return [tuple(sorted(group)) for group in groups]

    def minerals(self, uses: Sequence[str]) -> Mapping[str, float]:
        """Return the minerals that serve some uses, each with the best of its yields."""
        best: dict[str, float] = {}
        for use in uses:
            for mineral, gain in self.case.uses[use].served_by.items():
                best[mineral] = max(gain, best.get(mineral, 0.0))
        return best

    def blocks_for(self, uses: Sequence[str], capacities: Mapping[str, float]) -> dict[str, float]:
        """Return what the blocks give for some uses at most, 10⁴ t of product."""
        gains = self.minerals(uses)
        return {code: gains[self.case.blocks[code].mineral] * capacity for code, capacity in capacities.items()
                if self.case.blocks[code].mineral in gains}

    def gives(self, uses: Sequence[str], capacities: Mapping[str, float], caps: Mapping[str, float]) -> float:
        """Return what mines can give for some uses, 10⁴ t of product."""
        return sum(gain * min(self._capacity(mineral, capacities), caps.get(mineral, float("inf")))
                   for mineral, gain in self.minerals(uses).items())

    def _capacity(self, mineral: str, capacities: Mapping[str, float]) -> float:
        """Return a mineral's capacity; a merged mine and those it replaces do not work at once."""
        total, replaced = 0.0, set[str]()
        for block in self.case.blocks_of(mineral):
            held = capacities.get(block.code, 0.0)
            mine = [parent for parent in block.parents if parent not in replaced]
            total += max(0.0, held - sum(capacities.get(parent, 0.0) for parent in mine)) if block.parents else held
            replaced |= set(mine) if block.parents else set()
        return total

    def failures(self) -> Iterator[Failure]:
        """Yield what cannot be in the year."""
        alone: set[str] = set()
        for uses in self.groups():
            if len(uses) > 1 and alone & set(uses):
                continue
            failure = self._short(uses)
            if failure:
                alone |= set(uses)
                yield failure
        failure = self._too_few(alone)
        if failure:
            yield failure

    def _short(self, uses: tuple[str, ...]) -> Failure | None:
        """Return the simplest proof that some uses get too little in the year."""
        shut = {member for code in self.blocks_for(uses, self.blocks.every) for member in self.blocks.shut[code]}
        blocks = self.blocks
        tight = {m: cap for m, cap in self.caps.items()
                 if m in self.minerals(uses) and cap < self._capacity(m, blocks.every)}
        capped = {Member("output_cap", mineral) for mineral in tight}
        proofs: tuple[tuple[Kind, Mapping[str, float], Mapping[str, float], set[Member]], ...] = (
            ("capacity", blocks.every, {}, set()), ("capacity", blocks.allowed, {}, shut),
            ("cap", blocks.every, tight, capped), ("cap", blocks.allowed, tight, capped | shut),
        )
        for kind, capacities, caps, because in proofs:
            given = self.gives(uses, capacities, caps)
            if self.deficit(uses) > given + SURE:
                there = sum(min(self.outside[use], self.required[use]) for use in uses) + given
                return kind, uses, sum(self.required[use] for use in uses), there, self._members(uses, because)
        return None

    def _too_few(self, failed: set[str]) -> Failure | None:
        """Return the simplest proof that more mines are needed than may work."""
        groups = [uses for uses in self.linked() if self.deficit(uses) > SURE and not failed & set(uses)]
        uses = tuple(use for group in groups for use in group)
        blocks, every = self.blocks, {member for members in self.blocks.shut.values() for member in members}
        for capacities, above, shut in (
            (blocks.every, blocks.above_small, set[Member]()), (blocks.allowed, blocks.allowed_above_small, every)
        ):
            limit, because = self._most_mines(len(above))
            needed = sum(self._fewest(group, capacities) for group in groups)
            if needed > limit:
                return "mines", uses, float(needed), float(limit), self._members(uses, because | shut)
        return None

    def _most_mines(self, above_small: int) -> tuple[float, set[Member]]:
        """Return how many mines can work where so many can be large or medium, and what limits them."""
        found: list[tuple[float, set[Member]]] = [(float("inf"), set())]
        for r in binding(self.case, "mine_count", self.year):
            found.append((floor(r.limit + SURE), {Member("mine_count", r.item)}))
        for r in binding(self.case, "size_share", self.year):
            if r.limit > 0:
                found.append((floor(above_small / r.limit + SURE), {Member("size_share", r.item)}))
        return min(found, key=lambda entry: entry[0])

    def _fewest(self, uses: Sequence[str], capacities: Mapping[str, float]) -> int:
        """Return how many mines are needed for some uses, the largest first."""
        left, number = self.deficit(uses) - SURE, 0
        for given in sorted(self.blocks_for(uses, capacities).values(), reverse=True):
            if left <= 0:
                break
            left, number = left - given, number + 1
        return number

    def _members(self, uses: Sequence[str], because: Iterable[Member]) -> tuple[Member, ...]:
        outside = {Member(supply.kind, supply.use) for supply in self.case.supplies.values()
                   if supply.use in uses and supply.limit[self.year] > 0}
        return tuple(sorted({*(Member("supply_guarantee", use) for use in uses), *because, *outside}))


def _exhausted(case: Case, views: Sequence[_Year], failed: Mapping[tuple[str, ...], int]) -> Iterator[Impossibility]:
    """Yield where the resource known by a year is less than what is needed until then."""
    for uses in dict.fromkeys(group for view in views for group in view.groups()):
        needed, drawn, open_to = 0.0, [], set[str]()
        for view in views:
            asked = [use for use in uses if use in view.required]
            open_to |= view.blocks_for(uses, view.blocks.every).keys()
            if not asked or view.year >= failed.get(uses, view.year + 1):
                continue
            needed += view.deficit(asked)
            drawn.append(view.year)
            gains = view.minerals(uses)
            there = sum(
                gains[block.mineral] * block.recoverable_share * block.resource_by(view.year)
                for code in open_to for block in (case.blocks[code],)
            )
            if needed > there + SURE:
                members = {Member(RESOURCE, case.blocks[code].mineral) for code in open_to}
                yield Impossibility("resource", uses, tuple(drawn), (needed,), (there,),
                                    tuple(sorted({*(Member("supply_guarantee", use) for use in uses), *members})))
                break
