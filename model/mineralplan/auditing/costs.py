"""What a plan costs, computed again from the case and the allocation in exact fractions, 10⁴ CNY of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from mineralplan.auditing.ledger import Ledger, sums, total
from mineralplan.auditing.measures import Posting, Term, by_year, emissions, per_output
from mineralplan.case import Block, Case
from mineralplan.economics import Economics
from mineralplan.rules import registry
from mineralplan.rules.rule import exact


def capital_recovery_factor(economics: Economics) -> Fraction:
    """Return ``r / (1 − (1 + r)^−n)``: exact where n is whole, otherwise the decimal of the float."""
    rate, life = exact(economics.discount_rate), exact(economics.capital_life)
    if rate == 0:
        return 1 / life
    if life.denominator != 1:
        return exact(economics.capital_recovery_factor)
    return rate / (1 - (1 + rate) ** -life.numerator)


def discount(case: Case, year: int) -> Fraction:
    """Return the present value in the base year of one unit in ``year``."""
    return (1 + exact(case.economics.discount_rate)) ** (case.base_year - year)


def capital(ledger: Ledger) -> Iterator[Posting]:
    """``CRF × capital`` of every option taken up since the base year, to the horizon, whether or not it still works."""
    factor, blocks = capital_recovery_factor(ledger.case.economics), ledger.case.blocks
    taken: dict[tuple[str, int], int] = {}
    for (code, year), held in ledger.option.items():
        for k in range(2 if blocks[code].existing else 1, held + 1):
            taken[code, k] = min(year, taken.get((code, k), year))
    for (code, k), since in taken.items():
        payment = factor * exact(blocks[code].options[k - 1].capital)
        yield from ((year, payment) for year in ledger.case.years if year >= since)


def green_upgrade(ledger: Ledger) -> Iterator[Posting]:
    """``CRF × price × capacity`` of the mines that work as they are and are upgraded to the green standard."""
    economics, blocks = ledger.case.economics, ledger.case.blocks
    price = capital_recovery_factor(economics) * exact(economics.green_upgrade)
    for code, year in ledger.green:
        if not blocks[code].green and ledger.option[code, year] == 1:
            yield year, price * exact(blocks[code].options[0].capacity)


def fixed(ledger: Ledger) -> Iterator[Posting]:
    """``fixed cost × licensed capacity``."""
    for (code, year), held in ledger.capacity.items():
        yield year, exact(ledger.case.blocks[code].fixed_cost) * held


def mining(ledger: Ledger) -> Iterator[Posting]:
    """``operating cost × output``."""
    yield from per_output(ledger, lambda block: exact(block.operating_cost))


def resource_tax(ledger: Ledger) -> Iterator[Posting]:
    """``rate × output``."""
    rates = ledger.case.economics.resource_tax
    yield from per_output(ledger, lambda block: exact(rates.get(block.mineral, 0.0)))


def concession(ledger: Ledger) -> Iterator[Posting]:
    """``rate × output ÷ (usable share × recovery)``: paid on the resource consumed."""
    rates = ledger.case.economics.concession

    def rate(block: Block) -> Fraction:
        return exact(rates.get(block.mineral, 0.0)) / (exact(block.usable_share) * exact(block.recovery))

    yield from per_output(ledger, rate)


def restoration(ledger: Ledger) -> Iterator[Posting]:
    """``rate × output``."""
    rates = ledger.case.economics.restoration
    yield from per_output(ledger, lambda block: exact(rates.get(block.mineral, 0.0)))


def haulage(ledger: Ledger) -> Iterator[Posting]:
    """``(loading + price × km) × quantity``, shipped or brought."""
    loading, price = exact(ledger.case.economics.loading), exact(ledger.case.economics.haul)
    yield from ((year, loading * amount) for year, amount in ledger.tonnes.items())
    yield from ((year, price * amount) for year, amount in ledger.tonne_km.items())


def imports(ledger: Ledger) -> Iterator[Posting]:
    """``price at the source × quantity``."""
    yield from _bought(ledger, "import")


def recycled(ledger: Ledger) -> Iterator[Posting]:
    """``price at the source × quantity``."""
    yield from _bought(ledger, "recycled")


def spoil(ledger: Ledger) -> Iterator[Posting]:
    """``price of preparing × quantity``."""
    yield from _bought(ledger, "spoil")


def _bought(ledger: Ledger, kind: str) -> Iterator[Posting]:
    for (source, _, year), amount in ledger.hauled.items():
        supply = ledger.case.supplies.get(source)
        if supply is not None and supply.kind == kind:
            yield year, exact(supply.price.get(year, 0.0)) * amount


def shortage(ledger: Ledger) -> Iterator[Posting]:
    """``value of unserved demand × shortage``."""
    for market, short in ledger.shortage.items():
        yield market[2], exact(ledger.case.unserved_cost.get(market, 0.0)) * short


def penalties(ledger: Ledger) -> Iterator[Posting]:
    """``penalty × what is missed`` of the expected indicators, in the unit of each rule's rows."""
    for name in ledger.case.rules:
        rule = registry()[name]
        for requirement in rule.requirements(ledger.case):
            penalty = exact(requirement.indicator.penalty)
            if penalty and requirement.nature == "expected":
                yield requirement.year, penalty * rule.missed(ledger.case, ledger.allocation, requirement)


def closure(ledger: Ledger) -> Iterator[Posting]:
    """``closure cost`` of the mines that worked in the year before and work no longer."""
    for code, block in ledger.case.blocks.items():
        for year in ledger.known.years:
            if (code, year) not in ledger.capacity and ledger.worked_before(block, year):
                yield year, exact(block.closure_cost)


def carbon(ledger: Ledger) -> Iterator[Posting]:
    """``price × emissions``, CNY per t CO₂e."""
    price = exact(ledger.case.economics.carbon_price) / 10**4
    if price:
        yield from ((year, price * amount) for year, amount in emissions(ledger))


TERMS: dict[str, Term] = {
    term.__name__: term
    for term in (
        capital, green_upgrade, fixed, mining, resource_tax, concession, restoration, haulage, imports, recycled,
        spoil, shortage, penalties, closure, carbon,
    )
}
"""Every cost term by its name, in the order of reports."""


def costs(ledger: Ledger) -> dict[tuple[str, int], Fraction]:
    """Return every cost term by year, 10⁴ CNY of that year."""
    return {(name, year): amount for name, term in TERMS.items() for year, amount in by_year(term, ledger).items()}


def discounted(case: Case, terms: Mapping[tuple[str, int], Fraction]) -> Fraction:
    """Return the sum of the cost terms, discounted to the base year, 10⁴ CNY."""
    yearly = sums((year, amount) for (_, year), amount in terms.items())
    return total([discount(case, year) * amount for year, amount in yearly.items()])
