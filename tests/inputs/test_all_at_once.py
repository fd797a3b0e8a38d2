"""Every fault of every file in one report, in both languages; the command line ends with 2 and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mineralplan.cli import app
from mineralplan.inputs.faults import InputFaults
from mineralplan.loading import load
from small_region import SCENARIO, SmallRegion, shown, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def broken(region: SmallRegion) -> SmallRegion:
    """Thirteen faults in nine files."""
    region.cell("blocks.csv", 3, "resource_10kt", "-5")
    region.cell("blocks.csv", 4, "mineral", "limstone")
    region.cell("blocks.csv", 5, "recovery", "０.9")
    region.cell("demand/places.csv", 2, "zone", "T9")
    region.cell("exports.csv", 2, "zone", "N9")
    region.cell("economics.csv", 4, "value", "1,000")
    region.cell("economics.csv", 5, "parameter", "loadng")
    region.cell("supplies.csv", 4, "kind", "gift")
    region.cell("demand/parameters.csv", 17, "central", "6")
    region.cell("demand/chain.csv", 8, "of", "populaton")
    region.cell("demand/project_towns.csv", 2, "share", "0.5")
    region.adds("caps: {gold: 5}\nsupplies: {import_agregate: {limit_scale: 0}}\n")
    return region


EXPECTED = [
    ("blocks.csv", 3, "resource_10kt (L2)"), ("blocks.csv", 4, "mineral (L3)"), ("blocks.csv", 5, "recovery (S1)"),
    ("places.csv", 2, "zone (bricks T9)"), ("exports.csv", 2, "zone (stone_sold 2022)"),
    ("economics.csv", 4, "value (haul)"),
    ("economics.csv", 5, "parameter (loadng)"), ("supplies.csv", 4, "kind (old_concrete 2021)"),
    ("parameters.csv", 17, "high (stone_per_head)"), ("chain.csv", 8, "of (bricks populaton)"),
    ("project_towns.csv", 2, "share (bypass)"),
    ("small.yaml", 6, "caps.gold"), ("small.yaml", 7, "supplies.import_agregate"),
]


def test_one_report_names_them_all(broken: SmallRegion) -> None:
    found = [shown(fault)[:3] for fault in broken.faults()]

    assert sorted(found, key=str) == sorted(EXPECTED, key=str)


def test_in_english_and_in_chinese(broken: SmallRegion) -> None:
    with pytest.raises(InputFaults) as caught:
        load(broken.scenario)

    english, chinese = caught.value.text("en").splitlines(), caught.value.text("zh").splitlines()
    assert english[0] == "13 fault(s) in the input; nothing was written:"
    assert chinese[0] == "输入有 13 处错误，未写入任何文件："
    assert len(english) == len(chinese) == 14
    assert "  county/blocks.csv, line 3: resource_10kt (L2): expected a value > 0; found '-5'" in english
    assert "  county/blocks.csv 第 3 行：resource_10kt (L2)：应为> 0 的数；实为 '-5'" in chinese
    assert str(caught.value) == caught.value.text("en")


@pytest.mark.parametrize(("lang", "word"), [("en", "13 fault(s)"), ("zh", "13 处错误")])
@pytest.mark.parametrize("command", ["run", "check", "demand"])
def test_the_command_line_ends_with_2_and_writes_nothing(
    broken: SmallRegion, tmp_path: Path, command: str, lang: str, word: str
) -> None:
    out = ["--out", str(tmp_path / "results")] if command != "check" else []
    before = sorted(tmp_path.rglob("*"))

    result = CliRunner().invoke(app, [command, str(broken.scenario), *out, "--lang", lang])

    assert result.exit_code == 2
    assert word in result.stderr
    assert len(result.stderr.splitlines()) == 14
    assert "Traceback" not in result.output
    assert sorted(tmp_path.rglob("*")) == before


def test_two_scenarios_are_read_before_anything_is_said(region: SmallRegion) -> None:
    """A fault in each of two scenarios, one in the table that both read: three lines, not four."""
    region.cell("blocks.csv", 3, "resource_10kt", "-5")
    region.adds("caps: {gold: 5}\n")
    other = region.says(SCENARIO + "mines: few\n", "other.yaml")

    result = CliRunner().invoke(app, ["check", str(region.scenario), str(other), "--lang", "en"])

    assert result.exit_code == 2
    assert result.stderr.count("resource_10kt (L2)") == 1
    assert "caps.gold" in result.stderr
    assert "other.yaml, line 6: mines: expected a number; found 'few'" in result.stderr
    assert result.stderr.startswith("3 fault(s)")


def test_an_unknown_objective_stands_in_the_same_report(region: SmallRegion) -> None:
    region.cell("blocks.csv", 3, "resource_10kt", "-5")
    region.adds("objective: costs\n")

    assert sorted(fault.item for fault in region.faults()) == ["objective", "resource_10kt (L2)"]
