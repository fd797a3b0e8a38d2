"""Names that lead somewhere else: a scenario reads inside its project, and its results stay in their folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command_line import call, hashes, refused

from quick import only_summary
from small_region import SCENARIO, SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    """A project with scenario and region in one folder, and another region outside of it."""
    shutil.copytree(write_small_region(tmp_path / "outside").folder, tmp_path / "elsewhere" / "county")
    return write_small_region(tmp_path / "project" / "land")


@pytest.mark.parametrize("name", ["../../elsewhere/county", "../../../../../../../../etc", "..\\..\\elsewhere\\county",
                                  "{outside}/elsewhere/county", "/", "out", "a" * 5000, "loop"])
def test_a_region_outside_the_project(region: SmallRegion, tmp_path: Path, name: str) -> None:
    """Also by an absolute path, a link, a name that is too long or a link that leads to itself."""
    (region.scenario.parent / "out").symlink_to(tmp_path / "elsewhere" / "county")
    (region.scenario.parent / "loop").symlink_to("loop")
    region.swap("scenario", "region: county", f"region: '{name.format(outside=tmp_path)}'")

    assert f"line 2: region: expected a path inside the project, {tmp_path / 'project'}" in refused(region.scenario)[0]


@pytest.mark.parametrize("name", ["''", "nowhere", ".", "C:\\county", '"a\\nb"', "[county]"])
def test_a_region_that_does_not_exist(region: SmallRegion, name: str) -> None:
    region.swap("scenario", "region: county", f"region: {name}")

    assert "line 2: region: expected" in refused(region.scenario)[0]


@pytest.mark.parametrize("name", ["sub/county", "sub\\county", "./sub/../sub/county", "{work}/sub/county", "县 域"])
def test_a_region_inside_the_project(region: SmallRegion, name: str) -> None:
    """A backslash of Windows parts folders on every system; names may have spaces and Chinese characters."""
    folder = region.scenario.parent / ("县 域" if name == "县 域" else "sub/county")
    folder.parent.mkdir(exist_ok=True)
    region.folder.rename(folder)
    region.swap("scenario", "region: county", f"region: '{name.format(work=region.scenario.parent)}'")

    assert call("check", region.scenario).exit_code == 0


def test_scenarios_and_regions_may_lie_beside_each_other(region: SmallRegion) -> None:
    (region.scenario.parents[1] / "scenarios").mkdir()
    scenario = region.scenario.parents[1] / "scenarios" / "a.yaml"
    scenario.write_text(SCENARIO.replace("region: county", "region: ../land/county"), "utf-8")

    assert call("check", scenario).exit_code == 0


def test_what_is_typed_may_lie_anywhere(region: SmallRegion, tmp_path: Path) -> None:
    """The user's own command is no file of a stranger."""
    shutil.rmtree(region.folder)

    assert call("check", region.scenario, "--set", f"region={tmp_path / 'elsewhere' / 'county'}").exit_code == 0


@pytest.mark.parametrize("key", ["extends", "demand.observed"])
@pytest.mark.parametrize("name", ["../../secret", "{outside}/secret", "out"])
def test_other_files_outside_the_project(region: SmallRegion, tmp_path: Path, key: str, name: str) -> None:
    """Nothing of the file is repeated."""
    (tmp_path / "secret").write_text("password", "utf-8")
    (region.scenario.parent / "out").symlink_to(tmp_path / "secret")
    region.adds(f"{key}: {name.format(outside=tmp_path)}\n")

    report = refused(region.scenario)
    assert f"{key}: expected a path inside the project" in report[0]
    assert "password" not in str(report)


@pytest.mark.parametrize(("text", "expected"), [
    ("extends: small.yaml", "a scenario that does not extend itself; found small.yaml → small.yaml"),
    ("extends: a.yaml", "a scenario that does not extend itself; found small.yaml → a.yaml → small.yaml"),
    ("extends: nowhere.yaml", "an existing scenario file"), ("extends: county", "an existing scenario file"),
    ("extends: [[a]]", "an existing scenario file"),
    ("extends: p0.yaml", "at most 20 scenarios that extend one another"),
])
def test_what_a_scenario_cannot_extend(region: SmallRegion, text: str, expected: str) -> None:
    region.says("extends: small.yaml\n", "a.yaml")
    for number in range(50):
        region.says(f"extends: p{number + 1}.yaml\n", f"p{number}.yaml")
    region.adds(f"{text}\n")

    assert expected in refused(region.scenario)[0]


def test_parents_that_are_extended_over_and_over(region: SmallRegion) -> None:
    """Fifteen files that extend the next one twice would be read 2¹⁵ times; each is read once."""
    for number in range(15):
        region.says(f"extends: [d{number + 1}.yaml, d{number + 1}.yaml]\n", f"d{number}.yaml")
    region.says("caps: {limestone: 50}\n", "d15.yaml")

    case = region.case("extends: d0.yaml\n")

    assert case.rules["output_cap"]["limestone"].schedule.at(2022) == 50
    assert len(case.inputs) == len({entry.name for entry in case.inputs})


@pytest.mark.parametrize(
    "name", ["..", ".", " ", ".hidden", "a\nb", "a\x1b[31mb", "a|b", "a\\b", "a:b", "a.", "x" * 220]
)
def test_a_file_name_that_is_no_name_for_results(region: SmallRegion, name: str) -> None:
    """``..yaml`` would write its results over the folder that holds all results, ``...yaml`` above it."""
    scenario = region.scenario.with_name(f"{name}.yaml")
    region.scenario.rename(scenario)

    assert "a file whose name can name the folder of its results" in refused(scenario)[0]


@pytest.mark.parametrize("code", ["../../L2", "/etc/L2", "a/b", "..", "~", "$(touch made)", "NA", "-", "L2;rm"])
@pytest.mark.usefixtures("_no_figures")
def test_a_code_with_parts_of_a_path(region: SmallRegion, code: str) -> None:
    """No code names a file: all that is written lies in the folder of the results."""
    region.cell("blocks.csv", 3, "block", code)
    results = region.scenario.parents[2] / "results"
    before = hashes(results.parent)

    assert call("run", region.scenario, "--out", results).exit_code == 0
    assert {name for name in hashes(results.parent) if name not in before and not name.startswith("results/small/")} \
        == set()
    assert hashes(results.parent).items() >= before.items()


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    only_summary(monkeypatch)
