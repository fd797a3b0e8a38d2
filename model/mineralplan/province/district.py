"""A district of a province as an ordinary case: open to trade, or with what was agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mineralplan.case import Case, Supply, Zone
from mineralplan.inputs.plan import Indicator, Label
from mineralplan.inputs.schedule import Schedule
from mineralplan.province.province import Key, Province, TradeLink
from mineralplan.rules.output_cap import OutputCap

SHARED = "province"
"""The clause of a cap that a district has only from the province."""


def open_to_trade(province: Province, name: str) -> Case:
    """Return a district that may send and receive up to the most of every link, at the price of handling alone.

    What it does not send is missed by nobody: a shortage at the border costs nothing.
    """
    return _with_trade(province, name, province.most, lambda _: 0.0)


def as_agreed(province: Province, name: str, agreed: Mapping[Key, float], shares: Mapping[Key, float]) -> Case:
    """Return a district with what was agreed: a demand at the border, a limit of what comes in, caps of its own.

    Parameters
    ----------
    agreed : mapping of (link, year) to float
        10⁴ t.
    shares : mapping of (mineral, year) to float
        What the district may mine of a capped mineral, 10⁴ t; where its own cap is lower, that one holds.

    Notes
    -----
    What was promised and is not sent costs what the district's own dearest demand of the use costs unserved.
    """
    case = province.districts[name]
    dearest = {
        use: max((cost for (of, _, _), cost in case.unserved_cost.items() if of == use),
                 default=case.economics.shortage.get(use, 0.0))
        for use in case.uses
    }
    traded = _with_trade(province, name, agreed, lambda link: dearest[link.use])
    caps = dict(case.rules.get(OutputCap.name, {}))
    for mineral in province.caps:
        caps[mineral] = _capped(caps.get(mineral), {year: shares[mineral, year] for year in case.years})
    return replace(traded, rules={**case.rules, OutputCap.name: caps}) if caps else traded


def _with_trade(
    province: Province, name: str, quantity: Mapping[Key, float], unserved: Callable[[TradeLink], float]
) -> Case:
    """Return a district with a neighbour and a demand for what it sends, a supply for what it receives."""
    case = province.districts[name]
    zones, demand, cost, supplies = dict(case.zones), dict(case.demand), dict(case.unserved_cost), dict(case.supplies)
    for link in province.links_of(name):
        yearly = {year: quantity.get((link.code, year), 0.0) for year in case.years}
        away = province.districts[link.target if link.source == name else link.source].district
        zones[link.zone] = Zone(link.zone, away, link.place, kind="neighbour")
        if link.source == name:
            demand |= {(link.use, link.zone, year): much for year, much in yearly.items()}
            cost |= {(link.use, link.zone, year): unserved(link) for year in yearly}
        else:
            handling = {year: link.handling[year] for year in case.years}
            supplies[link.code] = Supply(
                link.code, "import", link.use, link.zone, link.place, handling, yearly,
                Label(zh=f"{away.zh} {case.uses[link.use].zh}", en=f"{away.en} {case.uses[link.use].en}"),
            )
    return replace(case, zones=zones, demand=demand, unserved_cost=cost, supplies=supplies)


def _capped(own: Indicator | None, limits: Mapping[int, float]) -> Indicator:
    """Return a binding cap by year: the share of the district, or its own cap where that is lower."""
    steps = []
    for year, limit in limits.items():
        before = None if own is None else own.schedule.at(year)
        steps.append((year, limit if before is None else min(before, limit)))
    base = own or Indicator(limit=Schedule(()), unit="10kt/a", nature="binding", clause=SHARED)
    return base.model_copy(update={"limit": Schedule(tuple(steps)), "between": "step"})
