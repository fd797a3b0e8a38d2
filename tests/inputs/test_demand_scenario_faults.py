"""What a scenario and its observations may not say of the demand; and every fault of all of it in one report.

Lines are those of `small_region.TABLES`, header = 1; what a test adds to the scenario stands in line `LINE`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mineralplan.cli import app
from small_region import SCENARIO, SmallRegion, write_small_region

LINE = len(SCENARIO.splitlines()) + 1
PARAMETERS, QUANTITIES, CHAIN = (f"demand/{name}.csv" for name in ("parameters", "quantities", "chain"))
PROJECTS, TOWNS, PLACES = (f"demand/{name}.csv" for name in ("projects", "project_towns", "places"))


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


# --- observations ----------------------------------------------------------------------------------------------------


BASE = "2020,aggregate,42,10kt"


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([BASE.replace("10kt", "km")], [(2, "unit (aggregate)", "a unit that converts to 10kt", "'km'")]),
        ([BASE, "2019,aggregate,40,10kt", "2024,aggregate,50,10kt"],
         [(3, "year (aggregate)", "years within 2020–2023", "2019"),
          (4, "year (aggregate)", "years within 2020–2023", "2024")]),
        (["2021,aggregate,42,10kt", "2022,aggregate,43,10kt"],
         [(None, "year", "an observation of the base year 2020", "2021, 2022")]),
        (["2020,agregate,42,10kt"],
         [(2, "use (2020 agregate)", "a known name (did you mean 'aggregate'?)", "'agregate'")]),
        (["2020,bricks,10,10kt"], [(2, "use (2020 bricks)", "one of: aggregate", "'bricks'")]),
        (["2020,aggregate,much,10kt"], [(2, "quantity (2020 aggregate)", "a number", "'much'")]),
        (["2020,aggregate,0,10kt"], [(2, "quantity (2020 aggregate)", "a value > 0", "'0'")]),
        ([BASE, BASE], [(3, "2020 aggregate", "a name not used before (line 2 has it)", "2020 aggregate")]),
    ],
    ids=["unit", "year", "no base year", "unknown use", "not moved", "no number", "nothing", "twice"],
)
def test_an_observation_that_cannot_be(
    region: SmallRegion, rows: list[str], faults: list[tuple[int | None, str, str, str]]
) -> None:
    """κ moves aggregate and not bricks: no κ explains 10 of bricks."""
    region.observes(*rows)
    region.adds("demand.observed: seen.csv\n")

    assert region.shown() == [("seen.csv", *fault) for fault in faults]


def test_an_observation_below_what_no_calibration_moves(region: SmallRegion) -> None:
    """Half a tonne a head beside κ: 5 in 2020 whatever κ is. 4 cannot be reached, 6 can."""
    region.row(CHAIN, "bottom_up,aggregate,population,0.5,,derived,test")
    region.adds("demand.observed: seen.csv\n")
    region.observes("2020,aggregate,4,10kt")
    assert region.shown() == [("seen.csv", 2, "quantity (2020 aggregate)", "a value > 5", "4")]

    region.observes("2020,aggregate,6,10kt")
    assert region.shown() == []


def test_an_observation_of_what_only_another_estimator_computes(region: SmallRegion) -> None:
    """Observations are held against the bottom-up estimate, which says nothing of clinker here."""
    region.row(QUANTITIES, "clinker,熟料,Clinker,10kt")
    region.row(CHAIN, "cement,clinker,cement,0.7,,derived,test")
    region.observes(BASE, "2020,clinker,4,10kt")
    region.adds("demand.observed: seen.csv\n")

    assert [entry[:3] for entry in region.shown()] == [("seen.csv", 3, "use (2020 clinker)")]


def test_the_regions_own_observations(region: SmallRegion) -> None:
    region.observes("2020,bricks,10,10kt").rename(region.folder / "demand/observed_use.csv")

    assert [entry[:3] for entry in region.shown()] == [("observed_use.csv", 2, "use (2020 bricks)")]


def test_a_file_of_observations_that_is_not_there(region: SmallRegion) -> None:
    """Said of the line of the scenario that names it; it is looked for beside that scenario."""
    region.adds("demand.observed: none.csv\n")

    assert region.shown() == [("small.yaml", LINE, "demand.observed", "a file that can be read",
                                 repr(region.scenario.with_name("none.csv").as_posix()))]


# --- scenarios -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "item", "expected", "found"),
    [
        ("demand: {parameters: {stone_per_haed: 4}}", "demand.parameters.stone_per_haed",
         "a known name (did you mean 'stone_per_head'?)", "'stone_per_haed'"),
        ("demand: {projects: {bipass: {size: 4}}}", "demand.projects.bipass", "a known name (did you mean 'bypass'?)",
         "'bipass'"),
        ("exports: {stone_sol: {on: false}}", "exports.stone_sol", "a known name (did you mean 'stone_sold'?)",
         "'stone_sol'"),
        ("demand: {scale: {brick: 2}}", "demand.scale.brick", "a known name (did you mean 'bricks'?)", "'brick'"),
        ("demand: {estimator: bottomup}", "demand.estimator", "a known name (did you mean 'bottom_up'?)",
         "'bottomup'"),
        ("demand: {estimator: guess}", "demand.estimator", "one of: bottom_up, cement, per_head", "'guess'"),
        ("demand: {interpolate: {populaton: linear}}", "demand.interpolate.populaton",
         "a known name (did you mean 'population'?)", "'populaton'"),
        ("demand: {interpolate: {population: cubic}}", "demand.interpolate.population", "one of: linear, monotone",
         "'cubic'"),
        ("demand: {parameters: {stone_per_head: -4}}", "demand.parameters.stone_per_head", "a value ≥ 0", "-4"),
        ("demand: {parameters: {stone_per_head: {low: few}}}", "demand.parameters.stone_per_head.low", "a number",
         "'few'"),
        ("demand: {parameters: {stone_per_head: {low: 6}}}", "demand.parameters.stone_per_head",
         "low ≤ central ≤ high", "6, 4, 5"),
        ("demand: {parameters: {stone_per_head: {high: 1}}}", "demand.parameters.stone_per_head",
         "low ≤ central ≤ high", "3, 4, 1"),
        ("demand: {parameters: {stone_per_head: {central: 4, high: {2020: 5, 2023: 2}}}}",
         "demand.parameters.stone_per_head", "low ≤ central ≤ high", "3, 4, 3"),
        ("demand: {parameters: {stone_per_head: {2021: 4, 2023: 5}}}", "demand.parameters.stone_per_head",
         "a figure for 2020 too: nothing is carried on beyond the first and last one given", "2021, 2023"),
        ("demand: {parameters: {stone_per_head: {low: {2020: 4, 2022: 3}}}}", "demand.parameters.stone_per_head",
         "a figure for 2023 too: nothing is carried on beyond the first and last one given", "2020, 2022"),
        ("demand: {parameters: {urban_share: 54}}", "demand.parameters.urban_share", "a value ≤ 1", "54"),
        ("demand: {parameters: {kappa: 0}}", "demand.parameters.kappa", "a value > 0", "0"),
        ("demand: {projects: {bypass: {size: 0}}}", "demand.projects.bypass.size", "a value > 0", "0"),
        ("demand: {projects: {bypass: {delay_years: -1}}}", "demand.projects.bypass.delay_years", "a value ≥ 0", "-1"),
        ("demand: {projects: {bypass: {end_year: 2021}}}", "demand.projects.bypass.end_year", "a value ≥ 2022",
         "2021"),
        ("demand: {projects: {bypass: {start_year: 2024}}}", "demand.projects.bypass.start_year", "a value ≤ 2023",
         "2024"),
        ("demand: {projects: {bypass: {start_year: 2030, end_year: 2032}}}", "demand.projects.bypass.start_year",
         "years within 2020–2023", "2030–2032"),
        ("demand: {projects: {farm_tracks: {end_year: 2019}}}", "demand.projects.farm_tracks.end_year",
         "years within 2020–2023", "2019–2019"),
        ("demand: {projects: {farm_tracks: {delay_years: 1}}}", "demand.projects.farm_tracks.delay_years",
         "no delay and no cancellation of what is built", "1.0"),
        ("demand: {projects: {farm_tracks: {cancelled: true}}}", "demand.projects.farm_tracks.cancelled",
         "no delay and no cancellation of what is built", "True"),
        ("demand: {reason: because}", "demand.reason", "keys with values", "'because'"),
        ("demand: {draws: 1}", "demand.draws", "a value ≥ 2", "1"),
        ("demand: {draws: many}", "demand.draws", "a number", "'many'"),
        ("demand: {seed: 0.5}", "demand.seed", "a whole number", "0.5"),
        ("demand: {factors: {bricks: 2}}", "demand.factors",
         "one of: draws, estimator, interpolate, observed, parameters, projects, reason, scale, seed", "'factors'"),
        ("demand: {projects: {bypass: {delay: 1}}}", "demand.projects.bypass.delay",
         "a known name (did you mean 'delay_years'?)", "'delay'"),
        ("demand: {parameters: {kappa: {hihg: 2}}}", "demand.parameters.kappa.hihg",
         "a known name (did you mean 'high'?)", "'hihg'"),
        ("exports: {stone_sold: {scal: 2}}", "exports.stone_sold.scal", "a known name (did you mean 'scale'?)",
         "'scal'"),
        ("exports: {stone_sold: {scale: -1}}", "exports.stone_sold.scale", "a value ≥ 0", "-1"),
        ("exports: {stone_sold: {on: perhaps}}", "exports.stone_sold.on", "true or false", "'perhaps'"),
    ],
)
def test_a_scenario_that_cannot_be(region: SmallRegion, text: str, item: str, expected: str, found: str) -> None:
    region.adds(f"{text}\n")

    assert region.shown() == [("small.yaml", LINE, item, expected, found)]


def test_a_gap_in_a_scenario(region: SmallRegion) -> None:
    """Its anchors are no steps: what holds in 2021 and 2022 must be said, here by interpolating all the others."""
    region.swap("scenario", "all: linear\n", "population: linear\ndemand.interpolate.cement_per_head: linear\n")
    region.adds("demand.parameters.stone_per_head: {2020: 4, 2023: 5}\n")

    assert region.shown() == [
        ("small.yaml", LINE + 1, "demand.parameters.stone_per_head",
         "a figure for 2021–2022 too, or demand.interpolate to say how gaps are filled", "2020, 2023")]


# --- all at once -----------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(region: SmallRegion) -> SmallRegion:
    """One fault in every table of the demand, two more of them in parameters, and six of the scenario."""
    region.cell(PARAMETERS, 17, "high", "3.5")
    region.row(PARAMETERS, "bricks_per_head,2022,,5,,t/person,no,A,measured,test")
    region.swap(PARAMETERS, "shared_correlation,,,0.5,,-,no,E,judgement,test\n", "")
    region.cell(QUANTITIES, 3, "unit", "t")
    region.cell(CHAIN, 8, "of", "populaton")
    region.cell(PROJECTS, 2, "intensity", "bypass_per_kn")
    region.cell(TOWNS, 2, "share", "0.5")
    region.cell(PLACES, 2, "zone", "T9")
    region.cell("zones.csv", 3, "urban_population", "50000")
    region.cell("exports.csv", 2, "zone", "T1")
    region.cell("supplies.csv", 2, "limit_10kt_a", "")
    region.observes("2021,aggregate,42,10kt")
    region.adds("""\
demand:
  observed: seen.csv
  estimator: cemnt
  interpolate: {populaton: linear}
  scale: {brick: 2}
  projects: {farm_tracks: {delay_years: 1}, bipass: {size: 2}}
exports: {stone_sol: {on: false}}
""")
    return region


BROKEN = [
    ("parameters.csv", 16, "high (stone_per_head)"), ("parameters.csv", 17, "year (bricks_per_head)"),
    ("parameters.csv", None, "shared_correlation"), ("quantities.csv", 3, "unit (aggregate)"),
    ("chain.csv", 8, "of (bricks populaton)"), ("projects.csv", 2, "intensity (bypass)"),
    ("project_towns.csv", 2, "share (bypass)"), ("places.csv", 2, "zone (bricks T9)"),
    ("zones.csv", 3, "urban_population (T2)"), ("exports.csv", 2, "zone (stone_sold 2022)"),
    ("supplies.csv", 2, "limit_10kt_a (import_aggregate 2021)"), ("seen.csv", None, "year"),
    ("small.yaml", LINE + 2, "demand.estimator"), ("small.yaml", LINE + 3, "demand.interpolate.populaton"),
    ("small.yaml", LINE + 4, "demand.scale.brick"), ("small.yaml", LINE + 5, "demand.projects.farm_tracks.delay_years"),
    ("small.yaml", LINE + 5, "demand.projects.bipass"), ("small.yaml", LINE + 6, "exports.stone_sol"),
]


def test_one_report_names_them_all(broken: SmallRegion) -> None:
    assert sorted((entry[:3] for entry in broken.shown()), key=str) == sorted(BROKEN, key=str)


def test_what_is_said_in_chinese_is_chinese(broken: SmallRegion) -> None:
    """Names and figures aside, no English word is left in what a fault says was expected, and none was found."""
    for fault in broken.faults():
        sentence = fault.text("zh")
        assert "expected" not in sentence
        assert "应为" in sentence
        assert fault.expected.text("zh") != fault.expected.text("en")


@pytest.mark.parametrize("command", ["check", "run", "demand"])
def test_the_command_line_ends_with_2_and_writes_nothing(broken: SmallRegion, tmp_path: Path, command: str) -> None:
    out = [] if command == "check" else ["--out", str(tmp_path / "results")]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    result = CliRunner().invoke(app, [command, str(broken.scenario), *out, "--lang", "en"])

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{len(BROKEN)} fault(s) in the input; nothing was written:")
    assert len(result.stderr.splitlines()) == len(BROKEN) + 1
    assert "Traceback" not in result.output
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_projection_of_two_scenarios_is_refused_as_a_whole(region: SmallRegion, tmp_path: Path) -> None:
    """One of two scenarios is at fault: neither is projected."""
    other = region.says(SCENARIO + "demand.estimator: guess\n", "other.yaml")

    result = CliRunner().invoke(app, ["demand", str(region.scenario), str(other), "--out", str(tmp_path / "results"),
                                      "--lang", "en"])

    assert result.exit_code == 2
    assert "demand.estimator" in result.stderr
    assert not (tmp_path / "results").exists()
