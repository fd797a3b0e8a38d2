"""Regions drawn at random in which every rule there is has something to say, small enough to try every plan."""

from __future__ import annotations

import random
from typing import Any

from mineralplan.case import Block, Case, Supply, Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Area, Indicator, Mineral, SizeRow, Use
from mineralplan.rules import registry
from tiny import block, case, indicator, km, label, mine, supply

MINERALS = {
    "stone": Mineral(zh="stone", en="stone", size_classes={"standard": SizeRow(large=14, medium=9, source="test")}),
    "clay": Mineral(zh="clay", en="clay", size_classes={"standard": SizeRow(large=9, medium=5, source="test")}),
}
USES = {"works": Use(zh="works", en="works", served_by={"stone": 0.8}),
        "bricks": Use(zh="bricks", en="bricks", served_by={"clay": 1.0, "stone": 0.5})}
ZONES = {"town": Zone("town", label("town"), km(0)), "east": Zone("east", label("east"), km(30)),
         "abroad": Zone("abroad", label("abroad"), km(70), "neighbour")}
QUARRY = {"quarry": Area(zh="quarry", en="quarry", area_km2=1, mineral="stone", clause="test")}


def ruled(seed: int) -> Case:
    """Return a region of two minerals and uses under every rule of the registry, the same for the same seed.

    Each indicator binds, or is expected at a penalty, or merely reported, or binds only from the second year on. The
    limits are such that most rules of most regions exclude or price something, and some regions have no plan at all.
    """
    dice = random.Random(seed)
    years = dice.choice(((2021, 2022), (2021, 2022), (2021, 2022, 2023)))
    busy = {year: dice.choice((0.4, 1.0)) for year in years}
    demand = {(use, zone, year): busy[year] * dice.randint(low, high) for use, zone, low, high in (
        ("works", "town", 3, 10), ("works", "east", 0, 5), ("works", "abroad", 0, 4), ("bricks", "town", 0, 6),
    ) for year in years}
    rules = _rules(dice)
    assert rules.keys() == registry().keys()
    return case(
        _blocks(dice, len(years)), demand, years=years, rules=rules, minerals=MINERALS, uses=USES, zones=ZONES,
        areas=QUARRY, supplies=_supplies(dice, years), economics=_economics(dice),
        unserved_cost={key: float(dice.randint(25, 70)) for key in demand},
    )


def _blocks(dice: random.Random, horizon: int) -> list[Block]:
    """Return mines to keep, expand, upgrade, merge and open; fewer of them over a longer horizon."""
    def site(code: str, make: Any, low: int, high: int, **values: Any) -> Block:
        capacity = dice.randint(low, high)
        expanded = capacity + dice.randint(3, 8) if values.pop("grows", False) else None
        return make(
            code, capacity, expanded=expanded, capital=dice.randint(5, 50), expansion_capital=dice.randint(5, 30),
            fixed_cost=dice.randint(1, 20) / 10, operating_cost=dice.randint(20, 90) / 10,
            closure_cost=dice.randint(0, 9), place=km(dice.randint(0, 60)),
            recovery=dice.choice((0.7, 0.85, 0.95)), usable_share=dice.choice((0.8, 1.0)),
            method=dice.choice(("open_pit", "open_pit", "underground")), area=dice.choice(("", "quarry", "quarry")),
            overlap=dice.choice(("",) * 5 + ("ecological_red_line", "permanent_farmland", "urban_boundary")),
            **{"resource": dice.randint(12, 60), **values},
        )

    added = ((dice.choice((2021, 2022)), dice.randint(4, 12)),)
    first = site("P1", mine, 4, 9, grows=dice.random() < 0.7, green=False, additions=added,
                 resource=dice.randint(6, 24))
    second = site("P2", mine, 4, 9, green=dice.random() < 0.5, additions=added if dice.random() < 0.5 else (),
                  resource=dice.randint(6, 20))
    merged = site("M", block, 9, 16, status="merged", parents=("P1", "P2"), earliest=dice.choice((None, 2022)),
                  resource=first.resource + second.resource)
    opened = site("N", block, 4, 10, grows=horizon == 2,
                  earliest=dice.choice((None, None, 2022)), latest=dice.choice((None, None, 2021)))
    clay = site("K", dice.choice((mine, block)), 3, 7, mineral="clay")
    if horizon > 2:
        return [first, opened, clay] if dice.random() < 0.5 else [first, second, merged]
    return [first, second, merged, opened] if dice.random() < 0.5 else [first, second, opened, clay]


def _rules(dice: random.Random) -> dict[str, dict[str, Indicator]]:
    def limit(figure: float | dict[int, float], **values: Any) -> Indicator:
        nature, price, since = dice.choice((
            ("binding", 0, None), ("expected", dice.randint(3, 30), None), ("expected", 0, None),
            ("binding", dice.randint(3, 30), 2022)))
        return indicator(figure, nature, penalty=price, binding_from=since, **values)

    def deadline() -> int | None:
        return dice.choice((None, 2022))

    return {
        "area_capacity": {"quarry": limit(dice.randint(6, 18))},
        "excluded_land": {land: limit(0, existing_from=deadline())
                          for land in ("ecological_red_line", "permanent_farmland", "urban_boundary")},
        "existing_first": {"all": indicator(0, "expected", penalty=dice.randint(2, 25))},
        "green_share": {size: limit(dice.choice((0.5, 1.0, {2021: 1.0, 2022: 0.0})))
                        for size in ("large", "medium", "small")},
        "life_match": {"large": limit(dice.randint(2, 5)), "medium": limit(dice.randint(2, 4)), "small": limit(2)},
        "mine_count": {"all": limit({2021: dice.randint(1, 3), 2022: dice.randint(1, 3)})},
        "mineral_control": {"stone": limit(dice.randint(0, 1), control="restricted"),
                            "clay": limit(dice.randint(0, 1), control=dice.choice(("restricted", "prohibited")))},
        "minimum_scale": {"stone": limit(dice.randint(5, 9), existing_from=deadline()), "clay": limit(4)},
        "new_licences": {"all": limit({2021: dice.randint(0, 1), 2022: dice.randint(0, 1)})},
        "new_small": {"all": limit(0)},
        "output_cap": {"stone": limit({2021: dice.randint(8, 20), 2022: dice.randint(8, 20)}),
                       "clay": limit(dice.randint(2, 7))},
        "recovery": {"open_pit": limit(dice.choice((0.75, 0.9))), "underground": limit(0.75)},
        "size_share": {"all": limit(dice.choice((0.3, 0.5, 0.6)))},
        "small_resource": {"all": limit(dice.choice((0, 2)))},
        "supply_guarantee": {"works": limit(dice.choice((0.5, 0.7, 0.9))), "bricks": limit(0.6)},
    }


def _supplies(dice: random.Random, years: tuple[int, ...]) -> dict[str, Supply]:
    bought = supply("I", dice.randint(10, 30), dice.randint(0, 6), at=90, years=years)
    old = supply("R", dice.randint(3, 9), dice.randint(0, 2), kind="recycled", use="bricks", at=5, years=years)
    dug = Supply("D", "spoil", "works", "", km(10), dict.fromkeys(years, 4.0), dict.fromkeys(years, 1.5), label("D"),
                 reach=("east",))
    return {"I": bought, "R": old, "D": dug}


def _economics(dice: random.Random) -> Economics:
    return Economics(
        discount_rate=0.05, capital_life=12, haul=0.3, loading=1.0, detour=1.2,
        working_rate=dice.choice((0.0, 0.3, 0.5)), green_upgrade=dice.randint(2, 12), carbon_price=80, haul_carbon=0.1,
        resource_tax={"stone": 2, "clay": 1}, concession={"stone": 1.5, "clay": 0.5}, restoration={"stone": 1},
        mining_carbon={"stone": 4, "clay": 6},
    )
