"""What the result files say by themselves: read with the csv module, compared with plan.yaml as plain YAML.

Nothing of the package is used, so that a fault in it cannot hide here.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

REGION = Path(__file__).parents[1] / "model" / "mineralplan" / "regions" / "kaizhou"
TOLERANCE = Fraction(1, 10**6)
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def plan() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(REGION / "plan.yaml")
    return document


def check_results(folder: Path) -> None:
    """Assert every acceptance line that the published plan sets, from the CSV files alone."""
    made, published = rows(folder / "production.csv"), plan()
    blocks = {row["block"]: row for name in ("blocks.csv", "merges.csv") for row in rows(REGION / name)}
    working = [row for row in made if Fraction(row["capacity_10kt_a"])]
    _caps(working, published)
    _counts(working, published)
    _area(working, blocks, published)
    _scales(working, blocks, published)
    _resources(working, blocks)
    _balances(rows(folder / "balance.csv"))
    _flows(rows(folder / "flows.csv"), made)
    total = sum(Fraction(row["discounted_10kcny"]) for row in rows(folder / "costs.csv"))
    objective = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["objective"]
    assert abs(float(total) - objective) <= 1e-9 * abs(objective)


def _caps(working: list[Row], published: dict[str, Any]) -> None:
    output: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in working:
        output[row["mineral"], row["year"]] += Fraction(row["output_10kt"])
    binding = {m: i["limit"] for m, i in published["rules"]["output_cap"].items() if i["nature"] == "binding"}
    assert binding
    for (mineral, year), quantity in output.items():
        if mineral in binding:
            assert quantity <= binding[mineral] + TOLERANCE, (mineral, year)


def _counts(working: list[Row], published: dict[str, Any]) -> None:
    limit = published["rules"]["mine_count"]["all"]["limit"]
    for year in {row["year"] for row in working}:
        mines = [row for row in working if row["year"] == year]
        assert len(mines) <= limit, year
        if int(year) >= published["target_year"]:
            large = sum(row["size_class"] in ("large", "medium") for row in mines)
            assert Fraction(large, len(mines)) >= Fraction(6, 10), year


def _area(working: list[Row], blocks: dict[str, Row], published: dict[str, Any]) -> None:
    (area,) = published["areas"]
    mineral, limit = published["areas"][area]["mineral"], published["rules"]["area_capacity"][area]["limit"]
    for year in {row["year"] for row in working}:
        inside = [r for r in working if r["year"] == year and blocks[r["block"]]["area"] == area]
        assert sum(Fraction(r["capacity_10kt_a"]) for r in inside if r["mineral"] == mineral) <= limit, year


def _scales(working: list[Row], blocks: dict[str, Row], published: dict[str, Any]) -> None:
    minimum = published["rules"]["minimum_scale"]
    for row in working:
        if blocks[row["block"]]["status"] != "existing" and row["mineral"] in minimum:
            assert Fraction(row["capacity_10kt_a"]) >= minimum[row["mineral"]]["limit"], row


def _resources(working: list[Row], blocks: dict[str, Row]) -> None:
    added: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows(REGION / "additions.csv"):
        added[row["block"]] += Fraction(row["resource_10kt"])
    mined: dict[str, Fraction] = defaultdict(Fraction)
    for row in working:
        mined[row["block"]] += Fraction(row["output_10kt"])
        assert Fraction(row["output_10kt"]) <= Fraction(row["capacity_10kt_a"]) + TOLERANCE, row
    for code, quantity in mined.items():
        resource = Fraction(blocks[code]["resource_10kt"]) + added[code]
        assert quantity <= resource * Fraction(blocks[code]["recovery"]) + TOLERANCE, code


def _balances(table: list[Row]) -> None:
    for row in table:
        met = sum(Fraction(row[f"{part}_10kt"]) for part in ("local", "recycled", "spoil", "imported", "shortage"))
        assert abs(met - Fraction(row["demand_10kt"])) <= TOLERANCE, row


def _flows(table: list[Row], made: list[Row]) -> None:
    """What leaves a block, divided by the yield, is its output."""
    uses = plan()["uses"]
    mineral = {row["block"]: row["mineral"] for row in made}
    left: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in table:
        if row["source"] in mineral:
            gain = Fraction(str(uses[row["use"]]["served_by"][mineral[row["source"]]]))
            left[row["source"], row["year"]] += Fraction(row["quantity_10kt"]) / gain
    for row in made:
        assert abs(left[row["block"], row["year"]] - Fraction(row["output_10kt"])) <= TOLERANCE, row
