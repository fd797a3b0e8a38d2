"""What is true of every tonne that is delivered: where it comes from, where it may go, that nothing gets lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from mineralplan.auditing.law import Check
from mineralplan.auditing.ledger import HALF_DIGIT, NOTHING, Ledger, sums
from mineralplan.rules.rule import TOLERANCE, exact


def balance(ledger: Ledger) -> Iterator[Check]:
    """``arrived + short = demand``; nothing arrives, and nothing is short, where there is no demand."""
    arrived = sums(((use, zone, year), amount) for (_, use, zone, year), amount in ledger.delivered.items())
    sources = _sources(ledger)
    for market in {**ledger.demand, **arrived, **ledger.shortage}:
        wanted = ledger.demand.get(market, NOTHING)
        met = arrived.get(market, NOTHING) + ledger.shortage.get(market, NOTHING)
        yield Check(market[:2], market[2], abs(met - wanted), wanted, _rounding(sources[market[0]] + 1))


def shortage(ledger: Ledger) -> Iterator[Check]:
    """What is short is not negative: no more arrives than is wanted."""
    sources = _sources(ledger)
    for (use, zone, year), amount in ledger.shortage.items():
        wanted = ledger.demand.get((use, zone, year), NOTHING)
        yield Check((use, zone), year, -amount, wanted, _rounding(sources[use]))


def shipped(ledger: Ledger) -> Iterator[Check]:
    """What a block ships is what it mines: ``Σ shipped ÷ yield = output``; no more than that in an observed year."""
    case = ledger.case
    gains = {(code, use): ledger.yield_of(block, use) for code, block in case.blocks.items() for use in case.uses}
    left = sums(
        ((source, year), amount / gain)
        for (source, use, _, year), amount in ledger.delivered.items() if (gain := gains.get((source, use)))
    )
    lost = dict.fromkeys(case.blocks, HALF_DIGIT)
    for (code, use), gain in gains.items():
        lost[code] += len(case.markets[use]) * HALF_DIGIT / gain if gain else NOTHING
    for mine in {**ledger.output, **left}:
        mined = ledger.output.get(mine, NOTHING)
        more = left.get(mine, NOTHING) - mined
        apart = more if mine[1] in case.observed_years else abs(more)
        yield Check((mine[0],), mine[1], apart, mined, TOLERANCE + lost[mine[0]])


def serves(ledger: Ledger) -> Iterator[Check]:
    """A block serves only the uses of its mineral; an outside supply its own use."""
    case = ledger.case
    right = {(supply.code, supply.use) for supply in case.supplies.values()}
    right |= {(b.code, use) for b in case.blocks.values() for use in case.uses if ledger.yield_of(b, use) is not None}
    for (source, use, zone, year), amount in ledger.delivered.items():
        yield Check((source, use, zone), year, NOTHING if (source, use) in right else amount, amount)


def supply_limit(ledger: Ledger) -> Iterator[Check]:
    """What an outside supply delivers in a year is at most its limit."""
    supplies, delivered = ledger.case.supplies, ledger.delivered
    drawn = [((source, year), amount) for (source, _, _, year), amount in delivered.items() if source in supplies]
    links = Counter(key for key, _ in drawn)
    for (source, year), amount in sums(drawn).items():
        limit = exact(supplies[source].limit.get(year, 0.0))
        yield Check((source,), year, amount - limit, limit, _rounding(links[source, year]))


def reach(ledger: Ledger) -> Iterator[Check]:
    """An outside supply serves the zones in its reach, and no exports."""
    for (source, use, zone, year), amount in ledger.delivered.items():
        supply = ledger.case.supplies.get(source)
        if supply is not None:
            beyond = ledger.case.exported(zone) or (bool(supply.reach) and zone not in supply.reach)
            yield Check((source, use, zone), year, amount if beyond else NOTHING, amount)


def not_negative(ledger: Ledger) -> Iterator[Check]:
    """No output and no delivery is negative."""
    for mine, mined in ledger.output.items():
        yield Check((mine[0],), mine[1], -mined, mined)
    for (source, use, zone, year), amount in ledger.delivered.items():
        yield Check((source, use, zone), year, -amount, amount)


def _sources(ledger: Ledger) -> dict[str, int]:
    """Return how many sources there are for each use: as many figures, rounded or left out as nothing, arrive."""
    found = dict.fromkeys(ledger.case.uses, 0)
    for block in ledger.case.blocks.values():
        for use in found:
            found[use] += ledger.yield_of(block, use) is not None
    for supply in ledger.case.supplies.values():
        found[supply.use] += 1
    return found


def _rounding(terms: int) -> Fraction:
    """Return what a sum of rounded figures may be off by."""
    return TOLERANCE + terms * HALF_DIGIT
