"""What ships loads: the published plan, every scenario, and the same region moved to another round of the plan."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mineralplan.case import Case
from mineralplan.inputs.faults import InputFaults
from mineralplan.loading import load

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
REGION = ROOT / "model" / "mineralplan" / "regions" / "kaizhou"


@pytest.fixture(scope="module")
def baseline() -> Case:
    return load(ROOT / "scenarios" / "baseline.yaml")


def test_the_published_plan(baseline: Case) -> None:
    """The figures of the document's first box, by their unit and nature."""
    caps = {item: (i.schedule.at(2025), i.nature) for item, i in baseline.rules["output_cap"].items()}

    assert (baseline.base_year, baseline.target_year, baseline.years[-1]) == (2020, 2025, 2035)
    assert caps["building_limestone"] == (900, "binding")
    assert caps["cement_limestone"] == (200, "binding")
    assert {nature for item, (_, nature) in caps.items() if not item.endswith(("g_limestone", "t_limestone"))} \
        == {"expected"}
    assert baseline.rules["mine_count"]["all"].schedule.at(2025) == 38
    share = baseline.rules["size_share"]["all"]
    assert (share.schedule.at(2025), share.nature_in(2024), share.nature_in(2025)) == (0.6, "expected", "binding")


def test_there_are_scenarios() -> None:
    assert {"baseline", "relaxed_caps", "no_trade", "conflict"} <= {path.stem for path in SCENARIOS}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario(path: Path) -> None:
    """It loads without a fault, is named in both languages, and says at its top what it is for."""
    case = load(path)

    assert case.name == path.stem
    assert case.title.en != path.stem
    assert re.search(r"[\u4e00-\u9fff]", case.title.zh)
    assert re.match(r"# \S.+\.\n", path.read_text("utf-8"))


@pytest.mark.parametrize("path", [path for path in SCENARIOS if path.stem != "baseline"], ids=lambda path: path.stem)
def test_a_shipped_scenario_changes_something(path: Path, baseline: Case) -> None:
    case = load(path)
    parts = ("rules", "blocks", "supplies", "demand", "economics", "size_class_reading", "objective", "years")

    assert [part for part in parts if getattr(case, part) != getattr(baseline, part)]


def test_what_the_circular_scenario_asks_for() -> None:
    """Recycled aggregate doubles from 2025 to 2030 and stays so; the cap of building limestone falls in steps.

    The rate of recycling is 0.26 of the demolition waste in 2025, and 0.56 and 0.72 in place of 0.28 and 0.36 later.
    """
    base, case = (load(ROOT / "scenarios" / f"{name}.yaml") for name in ("baseline", "circular"))
    limit = [case.supplies["recycled_aggregate"].limit[y] / base.supplies["recycled_aggregate"].limit[y]
             for y in range(2025, 2036)]
    cap = case.rules["output_cap"]["building_limestone"].schedule

    assert [limit[0], limit[5], limit[10]] == pytest.approx([1, 2, 2])
    assert limit[:6] == sorted(limit[:6])
    assert [cap.at(y) for y in (2025, 2026, 2029, 2030, 2032, 2033)] == [900, 850, 750, 650, 650, 550]


@pytest.fixture
def next_round(tmp_path: Path) -> Path:
    """The shipped region as the plan of 2026–2030 would have it: base year 2025, horizon 2035."""
    folder = tmp_path / "next"
    shutil.copytree(REGION, folder, ignore=shutil.ignore_patterns("*.py", "raw", "__pycache__"))
    plan = folder / "plan.yaml"
    text = plan.read_text("utf-8")
    for old, new in (("base_year: 2020", "base_year: 2025"), ("target_year: 2025", "target_year: 2030"),
                     ("report_years: [2025, 2030, 2035]", "report_years: [2030, 2035]")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    plan.write_text(text, "utf-8")
    done = _drop(folder / "demand" / "projects.csv", lambda row: int(row["end_year"]) < 2025)
    _drop(folder / "demand" / "project_towns.csv", lambda row: row["project"] in done)
    scenario = tmp_path / "next.yaml"
    scenario.write_text("title: {en: Next round, zh: 下一轮}\nregion: next\ndemand.interpolate.all: monotone\n",
                        "utf-8")
    return scenario


def _drop(path: Path, unwanted: Callable[[dict[str, str]], bool]) -> set[str]:
    """Take rows out of a table and return their first cells."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if not unwanted(row))
    return {next(iter(row.values())) for row in rows if unwanted(row)}


def test_another_round_of_the_plan(next_round: Path) -> None:
    """The years are data: ten planned years after 2025, demand for each of them, and nothing before."""
    case = load(next_round)

    assert case.years == tuple(range(2026, 2036))
    assert (case.base_year, case.target_year, case.report_years) == (2025, 2030, (2030, 2035))
    assert {year for _, _, year in case.demand} == set(case.years)
    assert case.discount(2026) == pytest.approx(1 / 1.08)
    assert all(supply.limit.keys() == set(case.years) for supply in case.supplies.values())


def test_the_old_round_is_refused_there(next_round: Path) -> None:
    with pytest.raises(InputFaults, match="a first year after the base year 2025"):
        load(next_round, {"years": [2021, 2035]})
