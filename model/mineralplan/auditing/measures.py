"""What a plan can be judged by besides its cost, computed again in exact fractions.

A term posts amounts to years: it yields (year, amount) as often as it has something to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from mineralplan.auditing.ledger import NOTHING, Ledger, sums
from mineralplan.case import Block
from mineralplan.rules.rule import exact

Posting = tuple[int, Fraction]
Term = Callable[[Ledger], Iterable[Posting]]


def unmet(ledger: Ledger) -> Iterator[Posting]:
    """Demand of the district that is not met, 10⁴ t."""
    for (_, zone, year), short in ledger.shortage.items():
        if not ledger.case.exported(zone):
            yield year, short


def haul(ledger: Ledger) -> Iterator[Posting]:
    """Haulage, 10⁴ t·km."""
    yield from ledger.tonne_km.items()


def emissions(ledger: Ledger) -> Iterator[Posting]:
    """Carbon of mining and haulage, t CO₂e; 10⁴ t · kg/t are 10 t."""
    mined, hauled = ledger.case.economics.mining_carbon, exact(ledger.case.economics.haul_carbon)
    yield from per_output(ledger, lambda block: 10 * exact(mined.get(block.mineral, 0.0)))
    yield from ((year, 10 * hauled * amount) for year, amount in ledger.tonne_km.items())


def land(ledger: Ledger) -> Iterator[Posting]:
    """Area of the blocks at work, km²·years."""
    for code, year in ledger.capacity:
        yield year, exact(ledger.case.blocks[code].area_km2)


def new_blocks(ledger: Ledger) -> Iterator[Posting]:
    """New blocks licensed."""
    for code, year in ledger.first.items():
        if ledger.case.blocks[code].status == "new":
            yield year, Fraction(1)


def mines(ledger: Ledger) -> Iterator[Posting]:
    """Mines at work in the target year, or in the last planned one where that lies outside."""
    years, target = ledger.case.years, ledger.case.target_year
    counted = target if target in years else years[-1]
    yield from ((year, Fraction(1)) for _, year in ledger.capacity if year == counted)


def per_output(ledger: Ledger, rate: Callable[[Block], Fraction]) -> Iterator[Posting]:
    """Yield ``rate × output`` of every mine."""
    rates = {code: rate(block) for code, block in ledger.case.blocks.items()}
    for (code, year), mined in ledger.output.items():
        if rates[code]:
            yield year, rates[code] * mined


def by_year(term: Term, ledger: Ledger) -> dict[int, Fraction]:
    """Return what a term posts, summed for every year of the plan."""
    return dict.fromkeys(ledger.case.years, NOTHING) | sums(term(ledger))


MEASURES: dict[str, Term] = {
    "shortage": unmet, "haul": haul, "carbon": emissions, "land": land, "new_blocks": new_blocks,
    "mines": mines,
}
"""Objectives other than cost, by the name that a scenario gives."""
