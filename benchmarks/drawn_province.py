"""A province drawn from a seed: districts like the shipped one, on a map, with trade over their borders."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import mineralplan as mp
from mineralplan.case import Block, Case, Option, Place, Supply, Zone
from mineralplan.inputs.plan import Label
from mineralplan.province.province import Province, TradeLink

SCENARIO = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"
TOWNSHIPS, RADIUS_KM, APART_KM, NEAR_KM = 21, 22.0, 40.0, 45.0
"""Townships of a district and how far they lie from its middle; between middles; how near districts trade."""
KM_PER_DEGREE = 111.19
TRADED = {"concrete_aggregate": (30, 60), "masonry_stone": (8, 20)}
"""What crosses borders, and between which figures the most of a link and year is drawn, 10⁴ t."""
CAPPED, CAP_SHARE = "building_limestone", 0.8
"""The mineral under the municipal cap, and the cap as a share of what all districts would need of it alone."""
FROM_OUTSIDE = 0.3
"""What is left of the imports of a traded use: the neighbours of the shipped district are districts here."""
HANDLING = 3.0
SPREAD = 0.15


def draw(count: int, seed: int, like: Case | None = None, townships: int = TOWNSHIPS) -> Province:
    """Return a province of ``count`` districts; the first districts of a seed are the same for every count.

    Parameters
    ----------
    like : Case, optional
        What the districts are drawn around; the shipped baseline otherwise.
    townships : int
        Of every district.
    """
    like = like or mp.load(SCENARIO)
    middles = _middles(count, random.Random(f"{seed} map"))
    cases = {f"D{i + 1:02d}": _district(like, f"D{i + 1:02d}", middle, townships, random.Random(f"{seed} {i}"))
             for i, middle in enumerate(middles)}
    places = dict(zip(cases, middles, strict=True))
    links = [
        _link(like, a, b, use, places, random.Random(f"{seed} {a} {b} {use}"))
        for a, b in permutations(cases, 2) for use in TRADED if places[a].great_circle_km(places[b]) <= NEAR_KM
    ]
    return Province(cases, tuple(links), {CAPPED: _cap(cases)})


def _middles(count: int, dice: random.Random) -> list[Place]:
    """Return the middles of the districts: a honeycomb, each cell moved a little, from the inside out."""
    cells = [(i + (j % 2) / 2, j * math.sqrt(3) / 2) for i in range(-6, 7) for j in range(-6, 7)]
    cells.sort(key=lambda cell: (round(math.hypot(*cell), 6), cell))
    return [_away(Place(108.0, 31.0), APART_KM * x + dice.uniform(-5, 5), APART_KM * y + dice.uniform(-5, 5))
            for x, y in cells[:count]]


def _away(place: Place, east_km: float, north_km: float) -> Place:
    lat = place.lat + north_km / KM_PER_DEGREE
    return Place(place.lon + east_km / (KM_PER_DEGREE * math.cos(math.radians(place.lat))), lat)


def _somewhere(middle: Place, dice: random.Random, far: float = RADIUS_KM) -> Place:
    turn, out = dice.uniform(0, 2 * math.pi), far * math.sqrt(dice.random())
    return _away(middle, out * math.cos(turn), out * math.sin(turn))


def _link(like: Case, a: str, b: str, use: str, places: Mapping[str, Place], dice: random.Random) -> TradeLink:
    one, other = places[a], places[b]
    most = float(dice.randint(*TRADED[use]))
    border = Place((one.lon + other.lon) / 2, (one.lat + other.lat) / 2)
    return TradeLink(a, b, use, border, dict.fromkeys(like.years, HANDLING), dict.fromkeys(like.years, most))


def _cap(cases: Mapping[str, Case]) -> dict[int, float]:
    """Return the municipal cap: a share of the stone that the demand of all districts would take."""
    total = {}
    for case in cases.values():
        for (use, zone, year), quantity in case.demand.items():
            if use in TRADED and not case.exported(zone):
                gain = case.uses[use].served_by[CAPPED]
                total[year] = total.get(year, 0.0) + quantity / gain
    return {year: round(CAP_SHARE * quantity, 3) for year, quantity in total.items()}


def _district(like: Case, name: str, middle: Place, townships: int, dice: random.Random) -> Case:
    size = dice.uniform(0.7, 1.3)
    towns = [Zone(f"T{i:02d}", _label(f"{name}-T{i:02d}"), _somewhere(middle, dice)) for i in range(townships)]
    weights = [dice.lognormvariate(0, 0.8) for _ in towns]
    towns = [replace(town, population=round(30_000 * weight)) for town, weight in zip(towns, weights, strict=True)]
    outside = Zone("OUT", _label(f"{name}-outside"), _beyond(middle, dice), kind="neighbour")
    zones = {zone.code: zone for zone in (*towns, outside)}
    demand, unserved = _demand(like, towns, weights, size, dice)
    supplies = {code: _supply(like, supply, towns, weights, outside, size, dice)
                for code, supply in like.supplies.items()}
    return replace(
        like, name=name, title=_label(name), district=_label(name), zones=zones, demand=demand, unserved_cost=unserved,
        blocks={code: _block(like, block, towns, middle, dice) for code, block in like.blocks.items()},
        supplies=supplies, routes={}, outline=(), inputs=(), provenance=(), scenario_file="", overrides={},
        prospects=(), outlook=None, recipe=None,
    )


def _label(text: str) -> Label:
    return Label(zh=text, en=text)


def _beyond(middle: Place, dice: random.Random) -> Place:
    turn = dice.uniform(0, 2 * math.pi)
    return _away(middle, 55 * math.cos(turn), 55 * math.sin(turn))


def _demand(
    like: Case, towns: list[Zone], weights: list[float], size: float, dice: random.Random
) -> tuple[dict[tuple[str, str, int], float], dict[tuple[str, str, int], float]]:
    """Return demand and its value: the totals of the shipped district, scaled, over the townships by weight."""
    demand: dict[tuple[str, str, int], float] = {}
    value: dict[tuple[str, str, int], float] = {}
    for use, market in like.markets.items():
        own = [zone for zone in market if not like.exported(zone)]
        served = towns if len(own) > len(towns) else dice.sample(towns, len(own))
        share = [weights[towns.index(town)] * dice.lognormvariate(0, 0.2) for town in served]
        scale = size * dice.lognormvariate(0, 0.1)
        for year in like.years:
            total = scale * sum(like.demand.get((use, zone, year), 0.0) for zone in own)
            for town, part in zip(served, share, strict=True):
                demand[use, town.code, year] = round(total * part / sum(share), 6)
                value[use, town.code, year] = like.economics.shortage[use]
            away = [zone for zone in market if like.exported(zone) and use not in TRADED]
            if away:
                demand[use, "OUT", year] = round(sum(like.demand.get((use, zone, year), 0.0) for zone in away), 6)
                value[use, "OUT", year] = max(like.unserved_cost.get((use, zone, year), 0.0) for zone in away)
    return demand, value


def _supply(
    like: Case, supply: Supply, towns: list[Zone], weights: list[float], outside: Zone, size: float,
    dice: random.Random,
) -> Supply:
    biggest = towns[max(range(len(towns)), key=weights.__getitem__)]
    home = outside if supply.kind == "import" else biggest
    price, much = dice.lognormvariate(0, SPREAD / 2), size
    if supply.kind == "import" and supply.use in TRADED:
        much *= FROM_OUTSIDE
    return replace(
        supply, zone=home.code, place=home.place,
        price={year: round(price * figure, 2) for year, figure in supply.price.items()},
        limit={year: round(much * figure, 6) for year, figure in supply.limit.items()},
        reach=tuple(town.code for town in dice.sample(towns, 3)) if supply.reach else (),
    )


def _block(like: Case, block: Block, towns: list[Zone], middle: Place, dice: random.Random) -> Block:
    """Return a block like one of the shipped table: another place, other figures, the same standing."""
    scale, cost = dice.lognormvariate(0, SPREAD), dice.lognormvariate(0, SPREAD)
    least = like.rules["minimum_scale"].get(block.mineral)
    floor = (least.schedule.at(like.years[0]) or 0.0) if least else 0.0
    options: list[Option] = []
    for option in block.options:
        capacity = max(min(option.capacity, floor), float(round(option.capacity * scale)), 1.0)
        if not options or capacity > options[-1].capacity:
            options.append(Option(capacity, round(option.capital * cost * capacity / option.capacity, 3)))
    grown = options[-1].capacity / block.options[-1].capacity
    richer = max(grown, 1.0) * dice.lognormvariate(0.05, 0.1)
    place = _somewhere(middle, dice)
    return replace(
        block, label=_label(block.code), options=tuple(options), place=place,
        zone=min(towns, key=lambda town: town.place.great_circle_km(place)).code,
        resource=round(block.resource * richer, 3), fixed_cost=round(block.fixed_cost * cost, 4),
        operating_cost=round(block.operating_cost * dice.lognormvariate(0, SPREAD), 3),
        closure_cost=round(block.closure_cost * cost, 3),
    )
