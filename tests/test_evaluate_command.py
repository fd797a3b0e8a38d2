"""The command ``evaluate``: what it writes and says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mineralplan.cli import app
from small_region import SmallRegion, write_small_region

SEEN = """\
block,year,state,capacity_10kt_a,output_10kt,basis,source
L1,2021,kept,20,18,illustrative,made up
L3,2021,kept,10,9,illustrative,made up
S1,2021,closed,,,illustrative,made up
"""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    made = write_small_region(tmp_path)
    made.says(SEEN, "seen.csv")
    return made


def call(region: SmallRegion, *more: object) -> Result:
    out = region.scenario.parent / "results"
    return CliRunner().invoke(app, ["evaluate", str(region.scenario), "--out", str(out), "--lang", "en",
                                    *map(str, more)])


def test_it_writes_and_says_the_evaluation(region: SmallRegion) -> None:
    result = call(region, "--set", "actuals=" + (region.scenario.parent / "seen.csv").as_posix())
    folder = region.scenario.parent / "results" / "small_evaluate"

    assert result.exit_code == 0, result.output
    assert {path.name for path in folder.glob("*.csv")} == {f"{name}.csv" for name in (
        "evaluation", "reasons", "adjustments", "least_change", "conflicts", "paths", "scales")}
    assert {path.name for path in (folder / "figures").iterdir()} == {
        f"{name}.{ending}" for name in ("paths", "timeline") for ending in ("png", "svg")}
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (said["study"], said["observed_years"], said["audit"]["verdict"]) == ("evaluate", [2021], "holds")
    assert "On course as things stand" in result.stdout
    assert "observed years 3 of 3 rows" in (folder / "evaluate.md").read_text("utf-8")


def test_without_observed_years(region: SmallRegion) -> None:
    result = call(region)

    assert result.exit_code == 2
    assert "no observed years" in result.output
    assert "actuals" in result.output


@pytest.mark.slow
def test_a_folder_that_is_no_published_plan(region: SmallRegion, tmp_path: Path) -> None:
    """A plan that was changed after it was written is none."""
    region.adds("actuals: seen.csv\n")
    out = tmp_path / "plans"
    plain = region.says("extends: small.yaml\nactuals: ''\n", "plain.yaml")
    assert CliRunner().invoke(app, ["run", str(plain), "--out", str(out)]).exit_code == 0
    whole = call(region, "--plan", out / "plain")
    table = out / "plain" / "production.csv"
    table.write_text(table.read_text("utf-8-sig").replace("kept", "opened"), "utf-8")
    changed = call(region, "--plan", out / "plain")

    assert whole.exit_code == 0, whole.output
    assert changed.exit_code == 2
    assert "not the published plan" in changed.output


def test_strict(region: SmallRegion) -> None:
    """A cap of shale under the least that a mine of it gives in 2023 is off course even in the re-plan."""
    region.adds("actuals: seen.csv\n")
    region.swap("plan.yaml", "shale: {limit: 20, unit: 10kt/a, nature: expected",
                "shale: {limit: 0.5, unit: 10kt/a, nature: expected")

    assert call(region).exit_code == 0
    assert call(region, "--strict").exit_code == 1


def test_what_was_observed_leaves_no_way(region: SmallRegion) -> None:
    """Both mines of shale have closed for good, and bricks must be made of it: the clause is named."""
    region.swap("plan.yaml", "    aggregate: {limit: 1.0", "    bricks: {limit: 0.5, unit: share, nature: binding, "
                "clause: part 7}\n    aggregate: {limit: 1.0")
    region.adds("actuals: seen.csv\n")
    rows = ["S2,2021,opened,12,10,illustrative,made up", "L1,2022,kept,20,18,illustrative,made up",
            "L3,2022,kept,10,9,illustrative,made up", "S2,2022,closed,,,illustrative,made up"]
    region.says(SEEN + "\n".join([*rows, ""]), "seen.csv")

    result = call(region)

    assert result.exit_code == 1, result.output
    assert "no plan keeps every binding clause" in result.stdout
    assert "part 7" in result.stdout or "Demand met" in result.stdout
