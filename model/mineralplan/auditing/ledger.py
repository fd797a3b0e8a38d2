"""The figures of an allocation as exact numbers, each found at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TypeVar

from mineralplan.allocation import Allocation
from mineralplan.auditing.claim import Known
from mineralplan.case import Block, Case
from mineralplan.rules.rule import TOLERANCE, exact

HALF_DIGIT = Fraction(1, 2 * 10**9)
"""What a figure that is written with 9 decimals may be off by."""
NOTHING = Fraction(0)
Mine = tuple[str, int]
Market = tuple[str, str, int]
Key = TypeVar("Key")


def total(amounts: Collection[Fraction]) -> Fraction:
    """Return a sum, on one denominator: much sooner than fraction by fraction."""
    whole = lcm(*(amount.denominator for amount in amounts))
    return Fraction(sum(amount.numerator * (whole // amount.denominator) for amount in amounts), whole)


def sums(entries: Iterable[tuple[Key, Fraction]]) -> dict[Key, Fraction]:
    """Return the sum of the amounts of every key."""
    found: dict[Key, list[Fraction]] = {}
    for key, amount in entries:
        found.setdefault(key, []).append(amount)
    return {key: total(amounts) for key, amounts in found.items()}


@dataclass(frozen=True)
class Ledger:
    """An allocation that names only what the case knows, with everything the laws and costs are computed from.

    Attributes
    ----------
    states : mapping of (block, year) to bool
        Whether the block is said to work.
    """

    case: Case
    allocation: Allocation
    known: Known
    states: Mapping[Mine, bool] = field(default_factory=dict)

    @cached_property
    def capacity(self) -> dict[Mine, Fraction]:
        """Licensed capacity of the mines that work, 10⁴ t/a."""
        return {mine: exact(value) for mine, value in self.allocation.capacity.items()}

    @cached_property
    def output(self) -> dict[Mine, Fraction]:
        """Output, 10⁴ t."""
        return {mine: exact(value) for mine, value in self.allocation.output.items()}

    def available(self, mine: Mine) -> Fraction:
        """Return the share of a year in which a mine can work."""
        return exact(self.case.blocks[mine[0]].available.get(mine[1], 1.0))

    @cached_property
    def green(self) -> frozenset[Mine]:
        """The working mines that are said to meet the green standard."""
        return self.allocation.green & self.capacity.keys()

    @cached_property
    def option(self) -> dict[Mine, int]:
        """The number of the highest option that a working mine's capacity reaches, at least 1."""
        return {
            (code, year): max(1, sum(exact(o.capacity) <= held + TOLERANCE for o in self.case.blocks[code].options))
            for (code, year), held in self.capacity.items()
        }

    @cached_property
    def first(self) -> dict[str, int]:
        """The first known year in which a block works."""
        found: dict[str, int] = {}
        for code, year in self.capacity:
            found[code] = min(year, found.get(code, year))
        return found

    def worked_before(self, block: Block, year: int) -> bool | None:
        """Return whether a block worked in the year before; None where that year is not known."""
        if year == self.case.years[0]:
            return block.existing
        return (block.code, year - 1) in self.capacity if year - 1 in self.known.years else None

    @cached_property
    def delivered(self) -> dict[tuple[str, str, str, int], Fraction]:
        """Product delivered by (source, use, zone, year), 10⁴ t."""
        table = self.allocation.flows
        columns = (table[name] for name in ("source", "use", "zone", "year", "quantity_10kt"))
        return {
            (str(source), str(use), str(zone), int(year)): exact(quantity)
            for source, use, zone, year, quantity in zip(*columns, strict=True)
        }

    @cached_property
    def shortage(self) -> dict[Market, Fraction]:
        """Demand not met by (use, zone, year), 10⁴ t."""
        table = self.allocation.shortage
        columns = (table[name] for name in ("use", "zone", "year", "quantity_10kt"))
        return {
            (str(use), str(zone), int(year)): exact(quantity)
            for use, zone, year, quantity in zip(*columns, strict=True)
        }

    @cached_property
    def demand(self) -> dict[Market, Fraction]:
        """Demand by (use, zone, year) in the years that are known, 10⁴ t."""
        years = frozenset(self.known.years)
        return {key: exact(q) for key, q in self.case.demand.items() if q > 0 and key[2] in years}

    @cached_property
    def hauled(self) -> dict[tuple[str, str, int], Fraction]:
        """Product hauled by (source, zone, year), 10⁴ t."""
        return sums(((source, zone, year), amount) for (source, _, zone, year), amount in self.delivered.items())

    @cached_property
    def tonnes(self) -> dict[int, Fraction]:
        """Product hauled by year, 10⁴ t."""
        return sums((year, amount) for (_, _, year), amount in self.hauled.items())

    @cached_property
    def tonne_km(self) -> dict[int, Fraction]:
        """Haulage by year, 10⁴ t·km."""
        pairs = {(source, zone) for source, zone, _ in self.hauled}
        km = {pair: exact(self.case.distance_km(*pair)) for pair in pairs}
        return sums((year, km[source, zone] * amount) for (source, zone, year), amount in self.hauled.items())

    def yield_of(self, block: Block, use: str) -> Fraction | None:
        """Return the tonnes of product per tonne mined; None where the block's mineral does not serve the use."""
        gain = self.case.uses[use].served_by.get(block.mineral)
        return None if gain is None else exact(gain)
