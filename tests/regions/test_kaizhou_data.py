"""The region folder of Kaizhou keeps what the published plan counts, and hangs together."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from kaizhou import REGION, Row, plan, table

SOURCE_ROOT = Path(__file__).parents[2] / "model"
TABLES = sorted(path.relative_to(REGION).as_posix() for path in REGION.rglob("*.csv"))
PROVENANCE = {"published", "derived", "illustrative", "measured", "judgement"}
GRADED = {"demand/parameters.csv", "demand/projects.csv"}
NAMES_ONLY = "demand/quantities.csv"
"""Names and units: there is nothing in it that could have a source."""
BOM = b"\xef\xbb\xbf"


def candidates() -> list[Row]:
    return table("blocks.csv") + table("merges.csv")


def blocks(**wanted: str) -> list[Row]:
    return [row for row in table("blocks.csv") if all(row[key] == value for key, value in wanted.items())]


def capacities(row: Row) -> list[float]:
    return [float(row[key]) for key in ("capacity_10kt_a", "expanded_capacity_10kt_a") if row[key]]


def size_class(mineral: str, capacity: float, reading: str) -> str:
    readings = plan()["minerals"][mineral].get("size_classes", {})
    thresholds = readings.get(reading) or readings["standard"]
    if capacity >= thresholds["large"]:
        return "large"
    return "medium" if capacity >= thresholds["medium"] else "small"


def economics(parameter: str, item: str = "") -> float:
    (value,) = (row["value"] for row in table("economics.csv") if (row["parameter"], row["item"]) == (parameter, item))
    return float(value)


def road_km(first: str, second: str) -> float:
    zones = {row["zone"]: row for row in table("zones.csv")}
    (lon1, lat1), (lon2, lat2) = (
        (math.radians(float(zones[code]["lon"])), math.radians(float(zones[code]["lat"]))) for code in (first, second)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return economics("detour") * 2 * 6371.0 * math.asin(math.sqrt(half))


# --- files -----------------------------------------------------------------------------------------------------


def test_generator_reproduces_the_committed_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mineralplan.regions.kaizhou.generate", str(tmp_path)]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(SOURCE_ROOT)})
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {name: (REGION / name).read_bytes() for name in ("blocks.csv", "merges.csv")}


@pytest.mark.parametrize("name", TABLES)
def test_table_opens_in_excel_and_says_where_each_row_comes_from(name: str) -> None:
    raw = (REGION / name).read_bytes()
    assert raw.startswith(BOM)
    assert b"\r" not in raw
    rows = table(name)
    assert rows
    for number, row in enumerate(rows if name != NAMES_ONLY else [], start=2):
        assert list(row)[-2:] == ["basis", "source"], f"line {number}"
        assert row["basis"] in PROVENANCE, f"line {number}"
        assert row["source"].strip(), f"line {number}"
        assert None not in row.values(), f"line {number} has too few cells"
        assert row.get("grade", "E") in set("ABCDE"), f"line {number}"
    assert ("grade" in rows[0]) == (name in GRADED)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("zones.csv", ("zone",)),
        ("blocks.csv", ("block",)),
        ("merges.csv", ("block",)),
        ("additions.csv", ("block", "year")),
        ("exploration.csv", ("exploration_block",)),
        ("futures.csv", ("parameter",)),
        ("supplies.csv", ("supply", "from_year")),
        ("exports.csv", ("export", "from_year")),
        ("economics.csv", ("parameter", "item")),
        ("demand/parameters.csv", ("parameter", "year")),
        ("demand/quantities.csv", ("quantity",)),
        ("demand/chain.csv", ("estimator", "quantity", "of")),
        ("demand/projects.csv", ("project",)),
        ("demand/project_towns.csv", ("project", "zone")),
        ("demand/places.csv", ("use", "zone")),
    ],
)
def test_no_row_stands_twice(name: str, key: tuple[str, ...]) -> None:
    keys = Counter(tuple(row[column] for column in key) for row in table(name))
    assert max(keys.values()) == 1


# --- what the plan counts ----------------------------------------------------------------------------------------


def test_blocks_are_as_many_as_the_plan_lays_out() -> None:
    assert len(blocks()) == plan()["layout"]["mining_blocks"]["value"] == 47
    assert len(blocks(status="existing")) == plan()["status"]["mines"]["value"] == 28
    assert len(blocks(status="new")) == 19


def test_existing_mines_have_the_size_classes_of_the_base_year() -> None:
    reading = plan()["size_class_reading"]
    found = Counter(size_class(row["mineral"], capacities(row)[0], reading) for row in blocks(status="existing"))
    assert found == {"large": 2, "medium": 10, "small": 16}
    assert found == {size: plan()["status"][size]["value"] for size in ("large", "medium", "small")}


def test_share_of_the_base_year_is_twelve_of_twenty_eight() -> None:
    share = plan()["rules"]["size_share"]["all"]["limit"][2020]
    assert share == pytest.approx(12 / 28, abs=1e-12)
    assert round(share, 3) == plan()["status"]["large_medium_share"]["value"]


def test_existing_mines_of_building_materials() -> None:
    minerals = plan()["minerals"]
    found = sum(minerals[row["mineral"]]["building_material"] for row in blocks(status="existing"))
    assert found == plan()["status"]["building_material_mines"]["value"] == 25


def test_minerals_worked_in_the_base_year_are_the_nine_of_the_plan() -> None:
    worked = {row["mineral"] for row in blocks(status="existing")}
    assert worked == set(plan()["status"]["minerals_worked"]["value"])
    assert len(worked) == 9


def test_concentrated_area_holds_its_blocks_and_rights() -> None:
    ((name, area),) = plan()["areas"].items()
    inside = blocks(area=name)
    assert Counter(row["mineral"] for row in inside) == area["blocks"] == {"building_limestone": 5, "lime_limestone": 2}
    rights = [row for row in inside if row["status"] == "existing"]
    assert len(rights) == area["existing_rights"] == 2
    assert {row["mineral"] for row in rights} == {area["mineral"]}
    assert sum(float(row["area_km2"]) for row in inside) < area["area_km2"]
    township = {row["zone"]: row["name_zh"] for row in table("zones.csv")}
    assert {township[row["zone"]] for row in inside} == {"南门镇", "铁桥镇", "临江镇"}


def test_area_limit_is_a_real_decision() -> None:
    ((name, area),) = plan()["areas"].items()
    largest = sum(max(capacities(row)) for row in blocks(area=name, mineral=area["mineral"]))
    assert largest > plan()["rules"]["area_capacity"][name]["limit"]


def test_plan_has_the_twelve_caps_and_minimum_scales() -> None:
    caps = {mineral: entry["limit"] for mineral, entry in plan()["rules"]["output_cap"].items()}
    scales = {mineral: entry["limit"] for mineral, entry in plan()["rules"]["minimum_scale"].items()}
    assert caps == {
        "building_limestone": 900, "cement_limestone": 200, "iron": 20, "lime_limestone": 500,
        "building_sandstone": 200, "cement_sandstone": 60, "ceramic_sandstone": 200, "brick_shale": 100,
        "silica_powder": 50, "gypsum": 30, "geothermal": 10, "mineral_water": 20,
    }
    assert scales == {
        "iron": 10, "building_limestone": 20, "cement_limestone": 100, "lime_limestone": 20,
        "building_sandstone": 5, "cement_sandstone": 10, "ceramic_sandstone": 5, "silica_powder": 5,
        "gypsum": 10, "brick_shale": 5, "geothermal": 5, "mineral_water": 5,
    }


def test_only_the_two_totals_under_control_are_binding() -> None:
    natures = {mineral: entry["nature"] for mineral, entry in plan()["rules"]["output_cap"].items()}
    assert {mineral for mineral, nature in natures.items() if nature == "binding"} == {
        "building_limestone",
        "cement_limestone",
    }


def test_every_indicator_says_limit_unit_nature_and_clause() -> None:
    for rule, items in plan()["rules"].items():
        for item, entry in items.items():
            assert {"limit", "unit", "nature", "clause"} <= set(entry), f"{rule}.{item}"
            assert entry["nature"] in ("binding", "expected"), f"{rule}.{item}"
            if entry["nature"] == "expected":
                assert "penalty" in entry, f"{rule}.{item}"
            if entry.get("basis") == "judgement" or "existing_from" in entry:
                assert entry.get("note"), f"{rule}.{item} is a judgement without a reason"


# --- what every block must meet ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", blocks(status="new") + table("merges.csv"), ids=lambda row: row["block"])
def test_new_and_merged_blocks_reach_the_minimum_scale(row: Row) -> None:
    assert capacities(row)[0] >= plan()["rules"]["minimum_scale"][row["mineral"]]["limit"]


@pytest.mark.parametrize("reading", ["building_stone", "limestone"])
@pytest.mark.parametrize("row", candidates(), ids=lambda row: row["block"])
def test_scale_matches_the_resource(row: Row, reading: str) -> None:
    """Every scale that could be licensed after the base year lasts as long as its size class asks."""
    recoverable = float(row["resource_10kt"]) * float(row["usable_share"]) * float(row["recovery"])
    for capacity in capacities(row)[1 if row["status"] == "existing" else 0 :]:
        years = plan()["rules"]["life_match"][size_class(row["mineral"], capacity, reading)]["limit"]
        assert recoverable / capacity >= years


@pytest.mark.parametrize("row", candidates(), ids=lambda row: row["block"])
def test_block_is_possible(row: Row) -> None:
    assert capacities(row) == sorted(set(capacities(row)))
    assert bool(row["expanded_capacity_10kt_a"]) == bool(row["expansion_capital_10kcny"])
    assert bool(row["earliest_year"]) == (row["status"] != "existing")
    assert (float(row["capital_10kcny"]) == 0) == (row["status"] == "existing")
    if row["method"] == "open_pit":
        assert float(row["recovery"]) >= plan()["rules"]["recovery"]["open_pit"]["limit"]
    assert row["overlap"] == ""
    assert row["basis"] == "illustrative"
    assert "示例" in row["name_zh"]
    assert "Example" in row["name_en"]
    seat = next(zone for zone in table("zones.csv") if zone["zone"] == row["zone"])
    assert abs(float(row["lon"]) - float(seat["lon"])) < 0.05
    assert abs(float(row["lat"]) - float(seat["lat"])) < 0.05


def test_coal_is_gone_before_the_first_model_year() -> None:
    (coal,) = blocks(mineral="coal")
    assert coal["latest_year"] == str(plan()["base_year"])


@pytest.mark.parametrize("reading", ["building_stone", "limestone"])
def test_size_share_of_2025_is_within_reach_of_the_existing_mines(reading: str) -> None:
    """When every mine that can grow has grown, the share is there without a new mine and without a closure."""
    target = plan()["rules"]["size_share"]["all"]["limit"][2025]
    mines = [row for row in blocks(status="existing") if not row["latest_year"]]
    grown = Counter(size_class(row["mineral"], max(capacities(row)), reading) != "small" for row in mines)
    assert grown[True] / grown.total() >= target


def test_alternative_reading_leaves_enough_medium_building_limestone() -> None:
    mines = blocks(mineral="building_limestone", status="existing")
    assert sum(size_class(row["mineral"], max(capacities(row)), "limestone") != "small" for row in mines) >= 5


def test_merges_join_small_neighbours_of_one_mineral() -> None:
    reading, mines = plan()["size_class_reading"], {row["block"]: row for row in blocks()}
    for merge in table("merges.csv"):
        parents = [mines[parent] for parent in merge["parents"].split("+")]
        assert len(parents) >= 2
        for parent in parents:
            assert parent["status"] == "existing"
            assert (parent["mineral"], parent["zone"]) == (merge["mineral"], merge["zone"])
            assert size_class(parent["mineral"], capacities(parent)[0], reading) == "small"
        assert size_class(merge["mineral"], capacities(merge)[0], reading) != "small"
        assert capacities(merge)[0] > sum(capacities(parent)[0] for parent in parents)
        assert float(merge["resource_10kt"]) > sum(float(parent["resource_10kt"]) for parent in parents)
    everyone = [parent for merge in table("merges.csv") for parent in merge["parents"].split("+")]
    assert len(everyone) == len(set(everyone))


def test_additions_stay_within_the_exploration_targets() -> None:
    mines, found = {row["block"]: row for row in candidates()}, Counter[str]()
    for row in table("additions.csv"):
        found[mines[row["block"]]["mineral"]] += int(row["resource_10kt"])
    for mineral, amount in found.items():
        assert amount <= plan()["exploration"][mineral]["target"], mineral


# --- places, demand, trade ---------------------------------------------------------------------------------------


def test_zones_are_forty_townships_and_six_neighbours() -> None:
    kinds = Counter(row["kind"] for row in table("zones.csv"))
    assert kinds == {"township": 40, "neighbour": 6}
    for row in table("zones.csv"):
        assert (float(row["population"]) > 0) == (row["kind"] == "township")
        assert 107.7 < float(row["lon"]) < 109.5
        assert 30.6 < float(row["lat"]) < 32.0


def test_township_populations_add_up_to_the_census() -> None:
    """The census of 2020 counts 1,203,306; forty rounded estimates may miss it by a few."""
    assert sum(int(row["population"]) for row in table("zones.csv")) == pytest.approx(1_203_306, abs=20)


@pytest.mark.parametrize(("name", "column"), [("demand/places.csv", "use"), ("demand/project_towns.csv", "project")])
def test_shares_of_the_townships_are_all_of_it(name: str, column: str) -> None:
    shares: dict[str, list[float]] = {}
    for row in table(name):
        shares.setdefault(row[column], []).append(float(row["share"]))
    for item, parts in shares.items():
        assert math.fsum(parts) == pytest.approx(1, abs=1e-12), item


def test_every_code_named_exists() -> None:
    minerals, uses, areas = (set(plan()[key]) for key in ("minerals", "uses", "areas"))
    zones = {row["zone"]: row["kind"] for row in table("zones.csv")}
    ids = {row["block"] for row in candidates()}
    for row in candidates():
        assert row["mineral"] in minerals
        assert zones[row["zone"]] == "township"
        assert row["area"] in areas | {""}
        assert row["overlap"] in set(plan()["rules"]["excluded_land"]) | {""}
    assert {row["block"] for row in table("additions.csv")} <= ids
    assert {row["use"] for name in ("supplies.csv", "exports.csv", "demand/places.csv") for row in table(name)} <= uses
    for row in table("supplies.csv"):
        wanted = {"import": "neighbour", "recycled": "township", "spoil": None}[row["kind"]]
        assert zones.get(row["zone"]) == wanted, row["supply"]
    assert {zones[row["zone"]] for row in table("exports.csv")} == {"neighbour"}
    for name in ("demand/places.csv", "demand/project_towns.csv"):
        assert {zones[row["zone"]] for row in table(name)} == {"township"}
    assert {row["item"] for row in table("economics.csv")} <= minerals | uses | {""}
    assert {mineral for use in plan()["uses"].values() for mineral in use["served_by"]} <= minerals
    for rule in ("output_cap", "minimum_scale", "mineral_control"):
        assert set(plan()["rules"][rule]) <= minerals
    assert set(plan()["rules"]["area_capacity"]) <= areas
    assert set(plan()["rules"]["supply_guarantee"]) <= uses
    assert set(plan()["exploration"]) <= minerals | {"new_deposits"}


def test_every_mineral_and_use_in_play_is_priced() -> None:
    priced = {(row["parameter"], row["item"]) for row in table("economics.csv")}
    for parameter in ("resource_tax", "concession", "restoration", "mining_carbon"):
        for mineral in {row["mineral"] for row in blocks()}:
            assert (parameter, mineral) in priced
    for use in plan()["uses"]:
        assert ("shortage", use) in priced


def test_shortage_is_dearer_than_an_import_at_the_farthest_township() -> None:
    townships = [row["zone"] for row in table("zones.csv") if row["kind"] == "township"]
    for row in table("supplies.csv"):
        # Stone of a project's own works goes no farther than the project.
        farthest = max(road_km(row["zone"], township) for township in townships) if row["zone"] else 0.0
        delivered = float(row["price_cny_t"]) + economics("loading") + economics("haul") * farthest
        assert economics("shortage", row["use"]) > 1.25 * delivered, row["supply"]


def test_exports_cannot_be_served_by_imports_passing_through() -> None:
    """An import is dearer at the buyer's door than the buyer pays, so exports are the district's own stone."""
    for export in table("exports.csv"):
        for supply in table("supplies.csv"):
            if supply["kind"] == "import" and supply["use"] == export["use"]:
                haul = economics("haul") * road_km(supply["zone"], export["zone"])
                delivered = float(supply["price_cny_t"]) + economics("loading") + haul
                assert delivered > float(export["value_cny_t"]), (supply["supply"], export["zone"])
