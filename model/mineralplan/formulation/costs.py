"""The cost terms: each one a named expression by year, in 10⁴ CNY of that year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mineralplan.case import Case

Term = Callable[[Any, Case, int], Any]


def capital(model: Any, case: Case, year: int) -> Any:
    """Annualised capital cost of every option taken up since the base year.

    ``CRF · Σ capital of the option · begun``. A yearly payment to the horizon, so that no mine looks dear because the
    horizon ends; paid on what was begun and not on what still works, so that closing early does not get it back.
    """
    return sum(
        model.given["annuity", b.code, k] * model.begun[b.code, k, year]
        for b in case.blocks.values()
        for k, option in enumerate(b.options, start=1)
        if option.capital and (b.code, k, year) in model.begun
    )


def green_upgrade(model: Any, case: Case, year: int) -> Any:
    """Annualised cost of bringing existing mines, as they are, to the green standard."""
    price = model.given[("green_upgrade",)]
    return sum(
        price * case.blocks[b].options[0].capacity * upgraded
        for (b, y), upgraded in model.upgraded.items()
        if y == year
    )


def fixed(model: Any, case: Case, year: int) -> Any:
    """Fixed cost of the licensed capacity."""
    given = model.given
    return sum(given["fixed", b.code] * model.capacity[b.code, year] for b in case.blocks.values() if b.fixed_cost)


def mining(model: Any, case: Case, year: int) -> Any:
    """Mining and processing."""
    given = model.given
    return sum(given["mining", b.code] * model.output[b.code, year] for b in case.blocks.values() if b.operating_cost)


def resource_tax(model: Any, case: Case, year: int) -> Any:
    """Resource tax (资源税) on output."""
    return _per_output(model, case, year, "resource_tax")


def concession(model: Any, case: Case, year: int) -> Any:
    """Concession payment (采矿权出让收益) on the resource consumed: output ÷ recoverable share."""
    return sum(
        model.given["concession", b.mineral] / b.recoverable_share * model.output[b.code, year]
        for b in case.blocks.values()
        if case.economics.concession.get(b.mineral)
    )


def restoration(model: Any, case: Case, year: int) -> Any:
    """Payments to the restoration fund (治理恢复基金) on output."""
    return _per_output(model, case, year, "restoration")


def haulage(model: Any, case: Case, year: int) -> Any:
    """Loading and haulage of what is shipped and brought."""
    price, loading = model.given[("haul",)], model.given[("loading",)]
    return sum((loading + price * km) * quantity for km, quantity in model.hauled[year])


def imports(model: Any, case: Case, year: int) -> Any:
    """Price at the source of what is imported."""
    return _bought(model, case, year, "import")


def recycled(model: Any, case: Case, year: int) -> Any:
    """Price at the source of recycled material."""
    return _bought(model, case, year, "recycled")


def spoil(model: Any, case: Case, year: int) -> Any:
    """Price of preparing the stone that projects dig in their own works."""
    return _bought(model, case, year, "spoil")


def shortage(model: Any, case: Case, year: int) -> Any:
    """Value of the demand that is not met."""
    return sum(
        model.given["unserved", use, zone, y] * quantity
        for (use, zone, y), quantity in model.shortage.items()
        if y == year
    )


def penalties(model: Any, case: Case, year: int) -> Any:
    """Penalties of the expected indicators that are missed, and the price of preferences."""
    return sum(model.penalties[year])


def closure(model: Any, case: Case, year: int) -> Any:
    """Closure and restoration of the mines that stop."""
    given = model.given
    return sum(given["closure", b.code] * model.stops[b.code, year] for b in case.blocks.values() if b.closure_cost)


def carbon(model: Any, case: Case, year: int) -> Any:
    """Price of the carbon emitted by mining and haulage; 0 where carbon has no price."""
    # 10⁴ t · kg/t = 10 t CO₂e; at CNY per t that is a thousandth of 10⁴ CNY per kg/t and 10⁴ t.
    if not case.economics.carbon_price:
        return 0.0
    return model.given[("carbon",)] / 1000 * carbon_kg_t(model, case, year)


def carbon_kg_t(model: Any, case: Case, year: int) -> Any:
    """Return the carbon emitted in a year, 10⁴ t · kg/t (= 10 t CO₂e)."""
    haul = model.given[("haul_carbon",)] * haul_km(model, case, year) if case.economics.haul_carbon else 0.0
    return _per_output(model, case, year, "mining_carbon") + haul


def haul_km(model: Any, case: Case, year: int) -> Any:
    """Return the haulage of a year, 10⁴ t·km."""
    return sum(km * quantity for km, quantity in model.hauled[year])


def _per_output(model: Any, case: Case, year: int, rate: str) -> Any:
    rates = getattr(case.economics, rate)
    return sum(
        model.given[rate, b.mineral] * model.output[b.code, year]
        for b in case.blocks.values()
        if rates.get(b.mineral)
    )


def _bought(model: Any, case: Case, year: int, kind: str) -> Any:
    return sum(
        model.given["price", code, y] * quantity
        for (code, _, _, y), quantity in model.bring.items()
        if y == year and case.supplies[code].kind == kind
    )


TERMS: dict[str, Term] = {
    term.__name__: term
    for term in (
        capital, green_upgrade, fixed, mining, resource_tax, concession, restoration, haulage, imports, recycled,
        spoil, shortage, penalties, closure, carbon,
    )
}
"""Every cost term by its name, in the order of reports."""
