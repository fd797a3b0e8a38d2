"""A results folder, written and audited; and with one figure changed. From Python and from the command line."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import mineralplan as mp
from mineralplan.auditing.laws import LAWS
from mineralplan.case import Case
from mineralplan.cli import app
from mineralplan.outputs import extract
from quick import only_summary
from small_region import SmallRegion, write_small_region
from tiny import drawn, solved

TONNE = 1e-4
"""10⁴ t."""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are tested elsewhere and take seconds."""
    only_summary(monkeypatch)


@pytest.fixture
def results(region: SmallRegion, _no_figures: None) -> Path:
    """Return the results of the small region, made with a change."""
    out = region.scenario.parent / "results"
    done = call("run", region.scenario, "--out", out, "--set", "mines={2022: 4}")
    assert done.exit_code == 0, done.output
    return out / "small"


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def change(path: Path, column: str, new: Callable[[dict[str, str]], object], where: Callable[[dict[str, str]], bool]) \
        -> dict[str, str]:
    """Change one cell, in the first row where that holds, and return the row as it was."""
    rows = table(path)
    row = next(row for row in rows if where(row))
    before = dict(row)
    row[column] = str(new(row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows(rows)
    return before


def test_a_folder_is_sound(results: Path) -> None:
    """Everything is decided: the scenario and its change come from the manifest."""
    done = call("audit", results, "--lang", "en")

    assert done.exit_code == 0, done.output
    for word in ("Small holds", "Output cap", "≤ 60 10⁴ t/a", "box 1", "Discounted cost", "Computed again", "Stated"):
        assert word in done.stdout, word
    assert "Not decided" not in done.stdout


def test_the_change_is_taken_from_the_manifest(results: Path) -> None:
    """A limit of 4 mines from 2022: in force where the manifest says so; 1 mine may be laid over it."""
    done = call("audit", results, "--set", "mines=1")

    assert "≤ 4 mines" in call("audit", results).stdout
    assert done.exit_code == 1
    assert "≤ 1 mines" in done.stdout


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_tonne_more_is_found(results: Path, lang: str) -> None:
    """It is said which law, which mine, which year, and that it is 1 t."""
    row = change(results / "production.csv", "output_10kt", lambda row: float(row["output_10kt"]) + TONNE,
                 lambda row: float(row["output_10kt"]) > 0)

    done = call("audit", results, "--lang", lang)

    assert done.exit_code == 1
    line = next(line for line in done.stdout.splitlines() if {"en": "shipped", "zh": "外运量"}[lang] in line
                and row["block"] in line and row["year"] in line)
    assert {"en": "1 t", "zh": "1 吨"}[lang] in line


@pytest.mark.parametrize(("file", "column", "where", "new", "broken"), [
    ("production.csv", "state", lambda r: r["state"] == "kept", "idle", {"states"}),
    ("production.csv", "green", lambda r: r["green"] == "True", "False", {"green"}),
    ("flows.csv", "quantity_10kt", lambda r: float(r["quantity_10kt"]) > 2, 1,
     {"shipped", "stated_cost", "stated_objective"}),
    ("costs.csv", "cost_10kcny", lambda r: r["term"] == "fixed", 1, {"stated_cost"}),
])
def test_what_was_changed_is_found(
    results: Path, region: SmallRegion, file: str, column: str, where: Callable[[dict[str, str]], bool], new: object,
    broken: set[str],
) -> None:
    change(results / file, column, lambda _: new, where)

    audit = mp.audit(mp.load(region.scenario, {"mines": {2022: 4}}), results)

    assert broken <= {breach.name for breach in audit.breaches}
    assert {breach.name for breach in audit.breaches} <= {*broken, "shipped", "supply_limit"}


def test_an_objective_that_is_not_so(results: Path) -> None:
    """A ten-thousandth less than it is."""
    path = results / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["objectives"][0]["value"] *= 0.9999
    path.write_text(json.dumps(manifest), "utf-8")

    done = call("audit", results, "--lang", "en")

    assert done.exit_code == 1
    assert "The stated objective is what the tables add up to" in done.stdout


@pytest.mark.parametrize(("file", "column", "new", "expected"), [
    ("production.csv", "block", "L11", "did you mean"), ("production.csv", "year", "2040", "years within 2021–2023"),
    ("production.csv", "output_10kt", "nan", "a number"), ("production.csv", "green", "so", "true or false"),
    ("flows.csv", "zone", "T11", "did you mean"), ("flows.csv", "quantity_10kt", "", "not an empty cell"),
    ("costs.csv", "cost_10kcny", "1e999", "a finite number"),
])
def test_a_folder_with_faults(results: Path, file: str, column: str, new: str, expected: str) -> None:
    """Code 2 and one report; a fault in another file stands beside it."""
    change(results / file, column, lambda _: new, lambda _: True)
    (results / "manifest.json").write_text(
        (results / "manifest.json").read_text("utf-8").replace('"name": "cost"', '"name": "beauty"'), "utf-8")

    done = call("audit", results, "--lang", "en")

    assert done.exit_code == 2
    assert f"{file}, line 2" in done.stderr
    assert expected in done.stderr
    assert "beauty" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("file", ["production.csv", "flows.csv", "costs.csv"])
def test_a_table_that_is_missing(results: Path, region: SmallRegion, file: str) -> None:
    (results / file).unlink()

    done = call("audit", results, "--scenario", region.scenario, "--lang", "en")

    assert done.exit_code == 2
    assert file in done.stderr


def test_a_manifest_that_names_no_scenario(results: Path, region: SmallRegion) -> None:
    path = results / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["certificate"]
    path.write_text(json.dumps({**manifest, "scenario_file": "", "overrides": {}}), "utf-8")

    assert call("audit", results).exit_code == 2
    assert "--scenario" in call("audit", results).stderr
    assert call("audit", results, "--scenario", region.scenario).exit_code == 0


def test_a_scenario_that_is_gone(results: Path, region: SmallRegion) -> None:
    region.scenario.unlink()

    done = call("audit", results)

    assert done.exit_code == 2
    assert "--scenario" in done.stderr


def test_a_sheet_needs_a_scenario(region: SmallRegion, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("block,year,capacity,output\nL1,2021,20,15\n", "utf-8")

    without, against = call("audit", sheet), call("audit", sheet, "--scenario", region.scenario, "--lang", "en")

    assert without.exit_code == 2
    assert "--scenario" in without.stderr
    assert against.exit_code == 0
    assert "Not decided" in against.stdout
    assert "2022–2023 do not appear" in against.stdout


def test_every_year_and_a_file_of_everything(results: Path, tmp_path: Path) -> None:
    """Three lines for the mine count instead of one; one row of the CSV for every requirement and breach."""
    out = tmp_path / "all.csv"
    change(results / "production.csv", "output_10kt", lambda row: float(row["output_10kt"]) + TONNE,
           lambda row: float(row["output_10kt"]) > 0)

    short, long = call("audit", results, "--lang", "en"), call("audit", results, "--lang", "en", "--all", "--csv", out)

    assert [text.stdout.count("Number of mines") for text in (short, long)] == [1, 3]
    rows = table(out)
    assert {row["kind"] for row in rows} == {"law", "rule", "stated"}
    assert len([row for row in rows if row["name"] == "mine_count"]) == 3
    (found,) = (row for row in rows if row["name"] == "shipped")
    assert (float(found["missed"]), found["unit"], found["holds"]) == (TONNE, "10kt", "False")
    assert [path.name for path in tmp_path.iterdir() if "all.csv" in path.name] == ["all.csv"]


def test_neither_the_modeller_nor_the_solver_is_imported(results: Path) -> None:
    """Both are blocked, as if they were not installed; the audit is complete all the same."""
    code = ("import sys\n"
            "sys.modules.update(dict.fromkeys(('pyomo', 'pyomo.environ', 'highspy'), None))\n"
            "from mineralplan.cli import main\n"
            "main()\n")
    done = subprocess.run([sys.executable, "-c", code, "audit", str(results), "--lang", "en"], capture_output=True,
                          text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Small holds" in done.stdout


def test_the_audit_in_the_manifest(results: Path) -> None:
    """It stands where the check of the rules stood: every law was tried, and the objective computed again."""
    said = json.loads((results / "manifest.json").read_text("utf-8"))["audit"]

    assert (said["verdict"], said["breaches"], said["worst"], said["undecided"]) == ("holds", 0, None, [])
    assert said["law_checks"] > len(LAWS)
    assert said["rule_checks"] > 0
    assert abs(said["difference"]) <= 2e-9 * said["objective"]


@pytest.mark.usefixtures("_no_figures")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_answer_of_the_solver_is_found(
    region: SmallRegion, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """A tonne is planted between the solver and the tables: loudly said, written down, and code 1."""
    honest = extract.allocation

    def planted(*given: Any) -> mp.Allocation:
        found = honest(*given)
        output = found.mines["output_10kt"]
        return replace(found, mines=found.mines.assign(output_10kt=output + TONNE * (output.index == 0)))

    monkeypatch.setattr(extract, "allocation", planted)
    out = region.scenario.parent / "results"

    done = call("run", region.scenario, "--out", out, "--lang", lang)

    assert done.exit_code == 1
    assert {"en": "BROKEN", "zh": "不符合"}[lang] in done.stdout
    assert {"en": "1 t", "zh": "1 吨"}[lang] in done.stdout
    assert {"en": "BROKEN", "zh": "不符合"}[lang] in (out / "small" / "summary.md").read_text("utf-8")
    said = json.loads((out / "small" / "manifest.json").read_text("utf-8"))["audit"]
    assert said["verdict"] == "broken"
    assert said["worst"]["amount"] > 0


@pytest.mark.usefixtures("_no_figures")
@pytest.mark.parametrize("seed", range(4))
def test_tables_on_disk_say_the_same_as_in_memory(seed: int, tmp_path: Path) -> None:
    """Shortage by zone is not written: it is what is wanted less what arrives, and the audit is the same."""
    plan = solved(drawn(seed))
    folder = plan.report(tmp_path / "out")

    audit = mp.audit(plan.case, folder)

    assert audit.verdict == "holds"
    assert [(f.rule, f.year, f.holds) for f in audit.findings] == [(f.rule, f.year, f.holds) for f in plan.findings]
    assert float(audit.objectives["cost"]) == pytest.approx(float(plan.audit.objectives["cost"]), rel=1e-9)


def test_an_allocation_in_python(tmp_path: Path) -> None:
    """The plan's own allocation holds; with a tonne of a delivery moved to another zone it does not."""
    plan = solved(drawn(1))
    given: Case = plan.case
    flows = plan.allocation.flows

    moved = pd.concat([flows, flows.iloc[[0]].assign(zone="nowhere", quantity_10kt=TONNE)], ignore_index=True)

    assert mp.audit(given, plan.allocation).verdict == "holds"
    assert mp.audit(given, replace(plan.allocation, flows=moved)).verdict == "broken"


def test_a_sheet_of_the_district_with_a_mine_too_many_and_one_too_small(tmp_path: Path) -> None:
    """39 mines where 38 may work, and a new mine far under its minimum scale: both faults, each with its clause."""
    root = Path(__file__).parents[2]
    case = mp.load(root / "scenarios" / "baseline.yaml", {"years": [2021, 2023]})
    made = table(root / "results" / "reference" / "production.csv")
    year = str(case.years[-1])
    columns = ("block", "year", "capacity_10kt_a", "output_10kt")
    rows = [[row[name] for name in columns] for row in made if float(row["capacity_10kt_a"])]
    idle = [case.blocks[row["block"]] for row in made if row["year"] == year and not float(row["capacity_10kt_a"])]
    working = sum(row[1] == year for row in rows)
    more = sorted(idle, key=lambda block: block.status != "new")[: 39 - working]
    assert len(more) + working == 39
    small = next(block for block in more if block.mineral in case.rules["minimum_scale"])
    rows += [[b.code, year, *([1, 1] if b is small else [b.options[0].capacity] * 2)] for b in more]
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("区块编号", "年份", "产能（万吨/年）", "产量（万吨）"), *rows):
        book.active.append(list(row))
    book.save(tmp_path / "by_hand.xlsx")

    audit = mp.audit(case, tmp_path / "by_hand.xlsx")

    found = {b.name: b for b in audit.breaches if b.kind == "rule" and b.year == int(year)}
    assert found["mine_count"].amount == 1
    assert found["mine_count"].clause == case.rules["mine_count"]["all"].clause
    assert found["minimum_scale"].where == (small.mineral,)
    assert found["minimum_scale"].clause == case.rules["minimum_scale"][small.mineral].clause
