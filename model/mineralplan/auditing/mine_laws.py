"""What is true of every mine: its scale, its years, its life, its output and resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from mineralplan.auditing.law import ONE, Check
from mineralplan.auditing.ledger import HALF_DIGIT, NOTHING, Ledger, Mine
from mineralplan.case import Block
from mineralplan.rules.rule import TOLERANCE, exact


def option(ledger: Ledger) -> Iterator[Check]:
    """A licensed capacity is one of the block's options: ``min_k |capacity − C_k| = 0``."""
    for (code, year), held in ledger.capacity.items():
        apart = min(abs(held - exact(o.capacity)) for o in ledger.case.blocks[code].options)
        yield Check((code,), year, apart, held)


def allowed_years(ledger: Ledger) -> Iterator[Check]:
    """A mine works neither before its earliest year nor after its latest."""
    for code, year in ledger.capacity:
        block = ledger.case.blocks[code]
        early = 0 if block.earliest is None else block.earliest - year
        late = 0 if block.latest is None else year - block.latest
        yield Check((code,), year, Fraction(max(early, late)))


def capacity(ledger: Ledger) -> Iterator[Check]:
    """``output ≤ licensed capacity × share of the year``; what is not licensed mines nothing."""
    for mine, mined in ledger.output.items():
        usable = ledger.available(mine) * ledger.capacity.get(mine, NOTHING)
        yield Check((mine[0],), mine[1], mined - usable, usable)


def working_rate(ledger: Ledger) -> Iterator[Check]:
    """A mine that works gives at least ``rate × licensed capacity × share of the year``."""
    rate = exact(ledger.case.economics.working_rate)
    for mine, held in ledger.capacity.items() if rate else ():
        least = rate * ledger.available(mine) * held
        yield Check((mine[0],), mine[1], least - ledger.output.get(mine, NOTHING), least)


def life(ledger: Ledger) -> Iterator[Check]:
    """A mine starts once and stops once: one that stood still does not work again. Amount: the years it stood still.

    A mine of the base year has started then; one that does not work in the first year has stopped.
    """
    for code, block in ledger.case.blocks.items():
        begun, stopped = block.existing, None
        for year in ledger.known.years:
            if (code, year) in ledger.capacity:
                yield Check((code,), year, NOTHING if stopped is None else Fraction(year - stopped))
                begun, stopped = True, None
            elif begun and stopped is None:
                stopped = year


def expansion(ledger: Ledger) -> Iterator[Check]:
    """A capacity never falls while the mine works."""
    for before, year in pairwise(ledger.known.years):
        for code in ledger.case.blocks:
            then, now = ledger.capacity.get((code, before)), ledger.capacity.get((code, year))
            if then is not None and now is not None:
                yield Check((code,), year, then - now, then)


def merger(ledger: Ledger) -> Iterator[Check]:
    """A merged mine starts when every parent worked the year before, and from then on no parent works."""
    for code, begins in ledger.first.items():
        for name in ledger.case.blocks[code].parents:
            parent = ledger.case.blocks[name]
            if ledger.worked_before(parent, begins) is not None:
                yield Check((code, name), begins, NOTHING if ledger.worked_before(parent, begins) else ONE)
            for year in ledger.known.years:
                if year >= begins:
                    yield Check((code, name), year, ONE if (name, year) in ledger.capacity else NOTHING)


def resource(ledger: Ledger) -> Iterator[Check]:
    """``Σ_{t ≤ y} output ÷ (usable share × recovery) ≤ what the deposit holds of what is known by y``.

    A merged mine draws on what its parents left: what they drew counts, and so does what is added to them.
    """
    blocks = ledger.case.blocks
    drawn: dict[str, Fraction] = dict.fromkeys(blocks, NOTHING)
    terms = dict.fromkeys(blocks, 0)
    for year in ledger.known.years:
        for code, block in blocks.items():
            if (code, year) in ledger.output:
                drawn[code] += ledger.output[code, year] / _recoverable(block)
                terms[code] += 1
        for code, block in blocks.items():
            if (code, year) in ledger.output:
                sources = (code, *block.parents)
                own = max(NOTHING, exact(block.resource) + exact(block.surprise) + _added(block, year))
                there = own + sum(_added(blocks[parent], year) for parent in block.parents)
                gone = sum((drawn[source] for source in sources), NOTHING)
                rounding = sum((terms[s] * HALF_DIGIT / _recoverable(blocks[s]) for s in sources), NOTHING)
                yield Check((code,), year, gone - there, there, TOLERANCE + rounding)


def _recoverable(block: Block) -> Fraction:
    return exact(block.usable_share) * exact(block.recovery)


def _added(block: Block, year: int) -> Fraction:
    return sum((exact(amount) for start, amount in block.additions if start <= year), NOTHING)


def green(ledger: Ledger) -> Iterator[Check]:
    """A mine is green by the case, by an expansion or by an upgrade; an upgrade stays while it works as it is."""
    years = ledger.known.years
    for before, year in pairwise((years[0] - 1, *years) if years else ()):
        for code, block in ledger.case.blocks.items():
            if (code, year) not in ledger.capacity:
                continue
            by_itself = block.green or ledger.option[code, year] > 1
            upgraded = (code, before) in ledger.green
            lost = (by_itself or upgraded) and (code, year) not in ledger.green
            yield Check((code,), year, ONE if lost else NOTHING)


def states(ledger: Ledger) -> Iterator[Check]:
    """What is said to work has a licensed capacity, and nothing else has."""
    for mine, works in ledger.states.items():
        yield Check((mine[0],), mine[1], ONE if works != (mine in ledger.capacity) else NOTHING)


def observed(ledger: Ledger) -> Iterator[Check]:
    """The output of an observed year is what was seen."""
    yield from _as_seen(ledger, ledger.output, "output")


def observed_scale(ledger: Ledger) -> Iterator[Check]:
    """The licensed capacity of an observed year is what was seen."""
    yield from _as_seen(ledger, ledger.capacity, "capacity")


def _as_seen(ledger: Ledger, figures: Mapping[Mine, Fraction], name: str) -> Iterator[Check]:
    """Yield how far figures are from what was seen of every block; what has no entry did not work."""
    case = ledger.case
    for year in (year for year in case.observed_years if year in ledger.known.years):
        for code in case.blocks:
            entry = case.observed.get((code, year))
            seen = NOTHING if entry is None else exact(getattr(entry, name))
            yield Check((code,), year, abs(figures.get((code, year), NOTHING) - seen), seen)
