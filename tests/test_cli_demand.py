"""``mineralplan demand`` on the small region: what is printed, what is written, and what is not."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mineralplan.cli import app
from mineralplan.outputs.demand_tables import DemandTables
from plain import rows
from small_region import SCENARIO, SmallRegion, write_small_region

FEW = ("--draws", "16")


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are tested elsewhere and take seconds."""
    monkeypatch.setattr("mineralplan.report.figures.save_all_demand", lambda *_: None)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


def call(*words: object) -> Any:
    return CliRunner().invoke(app, ["demand", *(str(word) for word in words)])


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_everything_is_written_beside_the_plans_folder(region: SmallRegion, results: Path) -> None:
    """All tables, figures, the methods page and the manifest, in a folder of its own."""
    result = call(region.scenario, "--out", results, *FEW, "--lang", "en")
    folder = results / "small_demand"

    assert result.exit_code == 0, result.output
    assert {path.name for path in results.iterdir()} == {"small_demand"}
    assert {path.name for path in folder.iterdir()} == {
        *(f"{entry.name}.csv" for entry in fields(DemandTables)), "figures", "methods.md", "manifest.json"}
    assert list((folder / "figures").glob("*.png"))
    assert "small_demand" in result.stdout.replace("\n", "")


@pytest.mark.usefixtures("_no_figures")
def test_what_is_written_is_what_the_scenario_says(region: SmallRegion, results: Path) -> None:
    """2021: 40.8 of aggregate over 60 : 40 people, by hand; of the export 5 from 2022 on."""
    assert call(region.scenario, "--out", results, *FEW, "--seed", "5").exit_code == 0
    folder = results / "small_demand"
    demand = {(row["year"], row["use"], row["zone"]): float(row["central"]) for row in rows(folder / "demand.csv")}

    assert (demand["2021", "aggregate", "T1"], demand["2021", "aggregate", "T2"]) == pytest.approx((24.48, 16.32))
    assert demand["2022", "aggregate", "N1"] == 5
    written = manifest(folder)
    assert (written["draws"], written["seed"], written["demand"]["estimator"], written["demand"]["calibration"]) \
        == (16, 5, "bottom_up", "uncalibrated")
    assert {entry["file"] for entry in written["inputs"]} >= {"county/demand/parameters.csv",
                                                              region.scenario.as_posix()}


@pytest.mark.usefixtures("_no_figures")
def test_set_changes_an_input_and_is_written_down(region: SmallRegion, results: Path) -> None:
    change = "demand.estimator=per_head"
    assert call(region.scenario, "--out", results, *FEW, "--set", change).exit_code == 0

    written = manifest(results / "small_demand")
    assert written["demand"]["estimator"] == "per_head"
    assert written["changes"] == ["demand.estimator = per_head"]


@pytest.mark.usefixtures("_no_figures")
def test_the_same_seed_gives_the_same_files(region: SmallRegion, results: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert call(region.scenario, "--out", results / name, *FEW, "--seed", seed).exit_code == 0
    a, b, c = ((results / name / "small_demand" / "demand.csv").read_bytes() for name in "abc")

    assert a == b
    assert a != c


@pytest.mark.parametrize("options", [("--draws", "1"), ("--seed", "-1"), ("--draws", "many")])
def test_a_band_that_cannot_be_drawn(region: SmallRegion, results: Path, options: tuple[str, str]) -> None:
    result = call(region.scenario, "--out", results, *options)

    assert result.exit_code == 2
    assert not results.exists()


@pytest.mark.parametrize(("change", "item"), [("demand.parameters.stone_per_haed=4", "stone_per_haed"),
                                              ("demand.estimator=guess", "demand.estimator"),
                                              ("demand.projects.farm_tracks.cancelled=true", "farm_tracks"),
                                              ("demand.observed=none.csv", "demand.observed")])
def test_a_change_that_cannot_be(region: SmallRegion, results: Path, change: str, item: str) -> None:
    result = call(region.scenario, "--out", results, *FEW, "--set", change)

    assert result.exit_code == 2
    assert "--set" in result.stderr
    assert item in result.stderr
    assert not results.exists()


@pytest.mark.usefixtures("_no_figures")
def test_a_fault_leaves_the_old_results(region: SmallRegion, results: Path) -> None:
    assert call(region.scenario, "--out", results, *FEW).exit_code == 0
    before = (results / "small_demand" / "manifest.json").read_bytes()
    region.cell("demand/parameters.csv", 17, "central", "many")

    assert call(region.scenario, "--out", results, *FEW).exit_code == 2
    assert (results / "small_demand" / "manifest.json").read_bytes() == before


@pytest.mark.usefixtures("_no_figures")
def test_several_scenarios(region: SmallRegion, results: Path) -> None:
    other = region.says(SCENARIO + "demand.scale.all: 2\n", "twice.yaml")

    assert call(region.scenario, other, "--out", results, *FEW).exit_code == 0
    once, twice = ({row["central"] for row in rows(results / f"{name}_demand" / "uses.csv")
                    if (row["year"], row["use"]) == ("2021", "bricks")} for name in ("small", "twice"))
    assert (once, twice) == ({"10.2"}, {"20.4"})
