"""Writes the illustrative block tables of Kaizhou: ``blocks.csv`` and ``merges.csv``.

The published plan counts its mines and blocks but lists none. The sites of ``raw/sites.csv`` reproduce those
counts; resource, area and cost are drawn around figures of real auctions and appraisals in Chongqing and its
neighbours (``raw/geology.csv`` and the constants below). No row describes a real mine.

Run ``python -m mineralplan.regions.kaizhou.generate [OUT_DIR]``; without OUT_DIR the tables of this folder
are rewritten.
"""

from __future__ import annotations

import csv
import math
import sys
import zlib
from pathlib import Path
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, str]

HERE = Path(__file__).parent
SEED = 2020

# ln capacity = 0.74 + 0.556 ln resource, residual sd 0.35: fit to building limestone of Chongqing and its neighbours
# among 72 auctions and appraisals. They are biased to large mines, hence the factor on capacity for a district like
# Kaizhou (judgement).
FIT_INTERCEPT, FIT_SLOPE, FIT_RESIDUAL, FIT_SCALE = 0.74, 0.556, 0.35, 0.7
FIT_RANGE = (250.0, 8000.0)
FIT_FROM = 20.0  # 10^4 t/a; below it no auction was found and the fit would give a few years of stone

# The longest life that the plan's rule asks of any size class, with room for the years before an expansion.
# Open pits that cannot expand are near their end, which is why they cannot.
DESIGN_LIFE, OLD_LIFE, LIFE_MARGIN = 10.0, 6.0, 1.25
# Wells: the plan's exploration targets (专栏1), m3 a day, over the longest licence term.
WELL_TARGETS, WELL_TERM = {"geothermal": 300.0, "mineral_water": 600.0}, 30.0

# Capital of a mine with crushing plant, 10^4 CNY: a line through the Dingjunshan appraisal (500 x 10^4 t/a,
# 30,000) and the Wuxi environmental statement (51 x 10^4 t/a, 5,000). Below Wuxi the line overstates small
# plants; there the power law through the same two points is used.
CAPITAL_FIXED, CAPITAL_SLOPE = 2160.0, 55.7
POWER_ANCHOR, POWER_EXPONENT = (51.0, 5000.0), 0.78
EXPANSION_FIXED = 0.3  # part of the fixed capital that an expansion pays again (judgement)
# Crushed stone, CNY/t: the upper end for small pits at 20 x 10^4 t/a, the Dingjunshan appraisal at 500.
SMALL_COST, LARGE_COST = (20.0, 32.0), (500.0, 26.27)
FIXED_BASE, FIXED_PER_T = 40.0, 8.0  # 10^4 CNY a year (judgement)
CLOSURE_BASE, CLOSURE_PER_T = 40.0, 3.0  # Wuxi: 194 of environmental capital at 51 x 10^4 t/a

# Mergers: capacity in 10^4 t/a and first year, by judgement.
MERGERS = {"KZ-MG-01": (10.0, 2022), "KZ-MG-02": (30.0, 2023), "KZ-MG-03": (15.0, 2022)}
SETTLEMENT = 100.0  # 10^4 CNY for each licence given up (judgement)
BOUNDARY_PILLAR = 1.10  # stone between two licences that neither may take alone (judgement)

KM_PER_DEGREE = 111.32
COLUMNS = [
    "block", "name_zh", "name_en", "mineral", "status", "zone", "lon", "lat", "area_km2", "resource_10kt",
    "usable_share", "recovery", "method", "capacity_10kt_a", "expanded_capacity_10kt_a", "earliest_year", "latest_year",
    "area", "overlap", "green", "capital_10kcny", "expansion_capital_10kcny", "fixed_10kcny_a", "operating_cny_t",
    "closure_10kcny", "basis", "source",
]
MERGE_COLUMNS = [*COLUMNS[:5], "parents", *COLUMNS[5:]]


class Draws:
    """Random numbers of one name, so that a new site leaves all others as they are.

    Only uniform doubles are drawn: their stream is the same in all numpy releases, that of `normal` is not.
    """

    def __init__(self, name: str) -> None:
        self._rng = np.random.Generator(np.random.PCG64([SEED, zlib.crc32(name.encode())]))

    def between(self, low: float, high: float) -> float:
        """Return a uniform number from `low` to `high`."""
        return low + (high - low) * float(self._rng.random())

    def normal(self, sd: float) -> float:
        """Return a normal number with mean zero, cut at its 2.5 and 97.5 percentiles."""
        return NormalDist(0.0, sd).inv_cdf(self.between(0.025, 0.975))


def resource(site: Row, rock: Row, planned: float, product_share: float, draws: Draws) -> float:
    """Return the resource of a block in 10^4 t (10^4 m3 for geothermal water).

    Parameters
    ----------
    site, rock : dict
        Rows of ``raw/sites.csv`` and ``raw/geology.csv``.
    planned : float
        Largest scale that the block may be worked at, 10^4 t/a.
    product_share : float
        Product per tonne of resource: usable share times recovery.
    draws : Draws
        The block's random numbers.
    """
    if rock["method"] == "well":
        return WELL_TARGETS[site["mineral"]] * 365 * WELL_TERM / 1e4
    existing, grows = not site["earliest_year"], planned > float(site["capacity_10kt_a"])
    old = existing and not grows and rock["method"] == "open_pit"
    need = planned * (OLD_LIFE if old else DESIGN_LIFE) * LIFE_MARGIN / product_share
    if not site["mineral"].endswith("limestone") or planned < FIT_FROM:
        return need * draws.between(1.0, 1.6)
    fitted = math.exp((math.log(planned / FIT_SCALE) - FIT_INTERCEPT) / FIT_SLOPE + draws.normal(FIT_RESIDUAL))
    return max(need, min(max(fitted, FIT_RANGE[0]), FIT_RANGE[1]))


def new_capital(rock: Row, capacity: float) -> float:
    """Return the capital in 10^4 CNY of a new mine of `capacity` (10^4 t/a)."""
    if rock["capital_cny_t_a"]:
        return float(rock["capital_cny_t_a"]) * capacity
    if capacity < POWER_ANCHOR[0]:
        return POWER_ANCHOR[1] * math.pow(capacity / POWER_ANCHOR[0], POWER_EXPONENT)
    return CAPITAL_FIXED + CAPITAL_SLOPE * capacity


def growth_capital(rock: Row, capacity: float, grown: float) -> float:
    """Return the capital in 10^4 CNY of growing from `capacity` to `grown` (10^4 t/a)."""
    if rock["capital_cny_t_a"]:
        return float(rock["capital_cny_t_a"]) * (grown - capacity)
    # Adding to a small plant cannot cost more than building the larger one anew.
    line = EXPANSION_FIXED * CAPITAL_FIXED + CAPITAL_SLOPE * (grown - capacity)
    return min(line, new_capital(rock, grown))


def running_costs(rock: Row, capacity: float, planned: float, draws: Draws) -> Row:
    """Return fixed, operating and closure cost; the pit to restore is that of the `planned` scale."""
    (small, dear), (large, cheap) = SMALL_COST, LARGE_COST
    scale = math.sqrt(capacity * planned)  # one cost has to do for the mine before and after its expansion
    level = dear + (cheap - dear) * math.log(scale / small) / math.log(large / small)
    if rock["operating_cny_t"]:
        level = float(rock["operating_cny_t"])
    return {
        "fixed_10kcny_a": f"{FIXED_BASE + FIXED_PER_T * capacity:.0f}",
        "operating_cny_t": f"{level * math.exp(draws.normal(0.04)):.1f}",
        "closure_10kcny": f"{CLOSURE_BASE + CLOSURE_PER_T * planned:.0f}",
    }


def position(site: Row, seat: Row, draws: Draws) -> Row:
    """Return longitude and latitude: blocks of one mineral in one township lie side by side."""
    shared = Draws(f"{site['zone']} {site['mineral']}")
    lon, lat = float(seat["lon"]), float(seat["lat"])
    for source, nearest, farthest in ((shared, 1.0, 2.2), (draws, 0.3, 0.8)):
        distance, bearing = source.between(nearest, farthest), source.between(0.0, 2.0 * math.pi)
        lat += distance * math.cos(bearing) / KM_PER_DEGREE
        lon += distance * math.sin(bearing) / (KM_PER_DEGREE * math.cos(math.radians(lat)))
    return {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}


def block_row(number: int, site: Row, rock: Row, seat: Row, merged_share: float) -> Row:
    """Return one row of ``blocks.csv``; `merged_share` is the block's part of a merger's capacity, or 0."""
    draws = Draws(site["block"])
    capacity = float(site["capacity_10kt_a"])
    expanded = float(site["expanded_capacity_10kt_a"] or 0.0)
    planned = max(capacity, expanded, merged_share)
    spread = 0.0 if rock["method"] == "well" else 1.0
    usable = float(rock["usable_share"]) + spread * draws.between(-0.03, 0.03)
    recovery = float(rock["recovery"]) + spread * draws.between(-0.015, 0.015)
    stock = resource(site, rock, planned, usable * recovery, draws)
    area = stock / float(rock["density_10kt_km2"]) * math.exp(draws.normal(0.2))
    own = {
        "name_zh": f"示例{number:02d}·{seat['name_zh']}{rock['name_zh']}",
        "name_en": f"Example {number:02d}, {seat['name_en']} {rock['name_en']}",
        "status": "new" if site["earliest_year"] else "existing",
        "area_km2": f"{area:.4f}",
        "resource_10kt": f"{stock:.1f}",
        "usable_share": f"{usable:.3f}",
        "recovery": f"{recovery:.3f}",
        "method": rock["method"],
        "overlap": "",
        "capital_10kcny": f"{new_capital(rock, capacity):.0f}" if site["earliest_year"] else "0",
        "expansion_capital_10kcny": f"{growth_capital(rock, capacity, expanded):.0f}" if expanded else "",
        "source": f"{site['source']}. {rock['source']}",
    }
    row = site | own | position(site, seat, draws) | running_costs(rock, capacity, planned, draws)
    return {column: row[column] for column in COLUMNS}


def merge_row(block: str, rock: Row, seat: Row, parents: Sequence[Row]) -> Row:
    """Return one row of ``merges.csv``: the licence that replaces `parents`."""
    capacity, earliest = MERGERS[block]
    old = sum(float(parent["capacity_10kt_a"]) for parent in parents)
    stock = sum(float(parent["resource_10kt"]) for parent in parents) * BOUNDARY_PILLAR
    area = sum(float(parent["area_km2"]) for parent in parents) * BOUNDARY_PILLAR
    number = block.rpartition("-")[2]
    own = {
        "block": block,
        "name_zh": f"示例整合{number}·{seat['name_zh']}{rock['name_zh']}",
        "name_en": f"Example merger {number}, {seat['name_en']} {rock['name_en']}",
        "status": "merged",
        "parents": "+".join(parent["block"] for parent in parents),
        "area_km2": f"{area:.4f}",
        "resource_10kt": f"{stock:.1f}",
        "capacity_10kt_a": f"{capacity:g}",
        "expanded_capacity_10kt_a": "",
        "earliest_year": str(earliest),
        "green": "yes",  # a merged licence is a new one, held to the standard (四（三）4)
        "capital_10kcny": f"{growth_capital(rock, old, capacity) + SETTLEMENT * len(parents):.0f}",
        "expansion_capital_10kcny": "",
        "source": "Resource of the parents and of the pillar between them; merger after 三（三）2 and 六（二）; "
        "scale, year and settlement by judgement",
    }
    for key, places in (("lon", 5), ("lat", 5), ("usable_share", 3), ("recovery", 3)):
        own[key] = f"{fmean(float(parent[key]) for parent in parents):.{places}f}"
    row = parents[0] | own | running_costs(rock, capacity, capacity, Draws(block))
    return {column: row[column] for column in MERGE_COLUMNS}


def read(name: str, key: str) -> dict[str, Row]:
    """Return a table of this folder as rows by the column `key`."""
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def tables() -> tuple[list[Row], list[Row]]:
    """Return the rows of ``blocks.csv`` and of ``merges.csv``."""
    sites, rocks, seats = read("raw/sites.csv", "block"), read("raw/geology.csv", "mineral"), read("zones.csv", "zone")
    parents = {merger: [s["block"] for s in sites.values() if s["merges_into"] == merger] for merger in MERGERS}
    old = {merger: sum(float(sites[b]["capacity_10kt_a"]) for b in names) for merger, names in parents.items()}
    blocks: dict[str, Row] = {}
    for number, (block, site) in enumerate(sites.items(), start=1):
        merger, share = site["merges_into"], 0.0
        if merger:
            share = MERGERS[merger][0] * float(site["capacity_10kt_a"]) / old[merger]
        blocks[block] = block_row(number, site, rocks[site["mineral"]], seats[site["zone"]], share)
    merges = []
    for merger, names in parents.items():
        first = blocks[names[0]]
        row = merge_row(merger, rocks[first["mineral"]], seats[first["zone"]], [blocks[name] for name in names])
        merges.append(row)
    return list(blocks.values()), merges


def write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write one table as UTF-8 with a byte order mark, which Excel needs to read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: Sequence[str]) -> None:
    """Write both tables into the folder named first in `arguments`, or beside this file."""
    folder = Path(arguments[0]) if arguments else HERE
    folder.mkdir(parents=True, exist_ok=True)
    blocks, merges = tables()
    write(folder / "blocks.csv", COLUMNS, blocks)
    write(folder / "merges.csv", MERGE_COLUMNS, merges)


if __name__ == "__main__":
    main(sys.argv[1:])
