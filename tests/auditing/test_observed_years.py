"""The audit of a plan with observed years: the past is not rewritten, and what was missed in it breaks no plan."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import YEARS, audited, found, whole
from typer.testing import CliRunner

from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.case import Case
from mineralplan.cli import app
from mineralplan.unknowns import Observation
from quick import only_summary
from small_region import SmallRegion, write_small_region
from tiny import block, case, indicator, mine

DEMAND = 10.0


def known(seen: dict[tuple[str, int], tuple[float, float]], **values: Any) -> Case:
    """Return a district of two mines that wants 10 a year and of which something was seen."""
    return case([mine("E", 10), block("N", 6)], dict.fromkeys(YEARS, DEMAND), years=YEARS,
                observed={key: Observation(*figures) for key, figures in seen.items()}, **values)


def test_a_plan_that_keeps_the_past_holds() -> None:
    one = known({("E", 2021): (10.0, 7.0)})

    audit = audited(one, whole(one, {("E", 2021): (10, 7), ("E", 2022): 10, ("E", 2023): 10}))

    assert audit.verdict == "holds" and audit.conflicts == ()
    assert audit.checks["observed"] == audit.checks["observed_scale"] == 2


def test_a_plan_that_rewrites_the_past_is_broken() -> None:
    """E was seen to give 7 and N not to work: 9 is 2 too much, and N's licence of 6 and its 1 were never there."""
    one = known({("E", 2021): (10.0, 7.0)})

    assert found(one, whole(one, {("E", 2021): (10, 9), ("N", 2021): (6, 1), ("N", 2022): 6, ("N", 2023): 6,
                                  ("E", 2022): (10, 4), ("E", 2023): (10, 4)})) == [
        ("observed", ("E",), 2021, 2), ("observed", ("N",), 2021, 1), ("observed_scale", ("N",), 2021, 6)]


def test_a_mine_that_was_seen_and_is_left_out_is_missed_by_all_of_it() -> None:
    one = known({("E", 2021): (10.0, 7.0)})

    assert found(one, whole(one, {("N", 2022): 6, ("N", 2023): 6})) == [
        ("observed", ("E",), 2021, 7), ("observed_scale", ("E",), 2021, 10)]


def test_rounding_of_what_was_seen_is_no_breach() -> None:
    """A third in nine decimals is the third that was seen; 2·10⁻⁶ more is not."""
    one = known({("E", 2021): (10.0, 1 / 3)})
    later = {("E", 2022): (10.0, 10.0), ("E", 2023): (10.0, 10.0)}

    assert found(one, whole(one, {("E", 2021): (10, 0.333333333), **later})) == []
    assert [name for name, *_ in found(one, whole(one, {("E", 2021): (10, 1 / 3 + 2e-6), **later}))] == ["observed"]


def test_output_without_demand_is_allowed_only_where_it_was_seen() -> None:
    """Nothing is delivered of what E gives: in 2021 it stays unsold, in 2022 the 4 are lost."""
    one = known({("E", 2021): (10.0, 7.0)})
    mines = {("E", 2021): (10.0, 7.0), ("E", 2022): (10.0, 4.0), ("E", 2023): (10.0, 5.0)}

    assert found(one, whole(one, mines, without=[("E", 2021), ("E", 2022)])) == [("shipped", ("E",), 2022, 4)]


def test_more_delivered_than_was_seen_to_be_mined_is_a_breach() -> None:
    one = known({("E", 2021): (10.0, 7.0)})
    mines = {("E", 2021): (10.0, 7.0), ("E", 2022): (10.0, 10.0), ("E", 2023): (10.0, 10.0)}
    plan = whole(one, mines, without=[("E", 2021)], more=[(2021, "E", "works", "town", 8.0)])

    assert found(one, plan) == [("shipped", ("E",), 2021, 1)]


def test_a_clause_missed_in_an_observed_year_is_a_conflict_and_later_a_breach() -> None:
    """A cap of 6: 7 in 2021 were seen, 8 in 2022 are planned."""
    one = known({("E", 2021): (10.0, 7.0)}, rules={"output_cap": {"stone": indicator(6)}})
    kept = audited(one, whole(one, {("E", 2021): (10, 7), ("E", 2022): (10, 6), ("E", 2023): (10, 6)}))
    more = audited(one, whole(one, {("E", 2021): (10, 7), ("E", 2022): (10, 8), ("E", 2023): (10, 6)}))

    assert kept.verdict == "holds"
    assert [(f.rule, f.year, float(f.margin or 0)) for f in kept.conflicts] == [("output_cap", 2021, -1)]
    assert kept.as_dict()["observed_conflicts"] == 1
    assert (more.verdict, [(b.name, b.year) for b in more.breaches]) == ("broken", [("output_cap", 2022)])
    assert len(more.conflicts) == 1
    for audit in (kept, more):
        assert "In observed years 1 requirement(s) that bind were missed" in verdict_sentence(audit, "en")
        assert "已发生年份中有 1 项约束性要求未满足" in verdict_sentence(audit, "zh")


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(seen=st.integers(0, 10), claimed=st.integers(0, 10))
def test_the_past_is_rewritten_by_what_differs(seen: int, claimed: int) -> None:
    one = known({("E", 2021): (10.0, float(seen))})
    breaches = found(one, whole(one, {("E", 2021): (10, claimed), ("E", 2022): 10, ("E", 2023): 10}))

    assert breaches == ([] if seen == claimed else [("observed", ("E",), 2021, abs(seen - claimed))])


ROWS = ("L1,2021,kept,20,15", "L3,2021,kept,10,1", "S1,2021,suspended,6,", "L1,2022,expanded,40,40",
        "L3,2022,kept,10,10", "S1,2022,kept,6,6", "L2,2022,opened,50,50")
"""In 2022 the three limestone mines give 100 where 60 are allowed, and hold 90 in the area where 80 are."""


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    made = write_small_region(tmp_path)
    (made.folder / "actuals.csv").write_text(
        "\n".join(["block,year,state,capacity_10kt_a,output_10kt", *ROWS, ""]), "utf-8")
    return made


@pytest.fixture
def results(region: SmallRegion, monkeypatch: pytest.MonkeyPatch) -> Path:
    only_summary(monkeypatch)
    out = region.scenario.parent / "results"
    done = call("run", region.scenario, "--out", out, "--lang", "en")
    assert done.exit_code == 0, done.output
    return out / "small"


def test_a_run_keeps_and_reports_what_was_seen(results: Path) -> None:
    """The years are observed to the tonne; caps, working rates and unsold output stand in conflicts.csv.

    Of 100 mined in 2022 at most (41.6 + 5) ÷ 0.8 = 58.25 find a demand: 4 t for each of 10.4, and 5 exported.
    """
    rows = {(row["block"], row["year"]): row for row in table(results / "production.csv")}
    said = json.loads((results / "manifest.json").read_text("utf-8"))
    conflicts = table(results / "conflicts.csv")
    summary = (results / "summary.md").read_text("utf-8")

    assert {year for (_, year), row in rows.items() if row["observed"] == "True"} == {"2021", "2022"}
    assert [(rows[b, y]["capacity_10kt_a"], rows[b, y]["output_10kt"]) for b, y in (
        ("L1", "2021"), ("L3", "2021"), ("S1", "2021"), ("L1", "2022"), ("L2", "2022"))] == [
        ("20", "15"), ("10", "1"), ("6", "0"), ("40", "40"), ("50", "50")]
    assert said["audit"]["verdict"] == "holds"
    assert said["observed"] == {"years": [2021, 2022], "file": "county/actuals.csv"}
    kinds = [(row["year"], row["kind"], row["rule"] or row["block"], row["amount"]) for row in conflicts]
    assert ("2022", "clause", "output_cap", "40") in kinds
    assert ("2021", "working_rate", "L3", "2") in kinds and ("2021", "working_rate", "S1", "1.8") in kinds
    unsold = sum(float(row["amount"]) for row in conflicts if row["kind"] == "unsold" and row["year"] == "2022")
    shipped = sum(float(row["quantity_10kt"]) for row in table(results / "flows.csv")
                  if row["year"] == "2022" and row["source"].startswith("L"))
    assert unsold >= 41.75 - 1e-6
    assert shipped / 0.8 + unsold == pytest.approx(100)
    assert "## Observed years" in summary and "2021–2022: observed, not decided (actuals.csv)" in summary
    assert "Output cap · Limestone: 100 against 60 10⁴ t/a, off by 40 (box 1)" in summary


def test_a_folder_that_rewrites_the_past_does_not_pass(results: Path, region: SmallRegion) -> None:
    """The run as it is passes; the same tables against a scenario with another past do not."""
    assert call("audit", results, "--lang", "en").exit_code == 0
    other = results.parent / "other"
    shutil.copytree(results, other)
    text = (region.folder / "actuals.csv").read_text("utf-8")
    (region.folder / "actuals.csv").write_text(text.replace("kept,20,15", "kept,20,16"), "utf-8")

    done = call("audit", other, "--scenario", region.scenario, "--lang", "en")

    assert done.exit_code == 1
    assert "The output of observed years is what was seen" in done.output


def test_a_sheet_that_rewrites_the_past_does_not_pass(results: Path, region: SmallRegion) -> None:
    """A planner's sheet says that L1 gave 14 of its 20 in 2021; 15 were seen."""
    sheet = results.parent / "sheet.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["block", "year", "capacity", "output"])
    for row in table(results / "production.csv"):
        changed = 14 if (row["block"], row["year"]) == ("L1", "2021") else float(row["output_10kt"])
        book.active.append([row["block"], int(row["year"]), float(row["capacity_10kt_a"]), changed])
    book.save(sheet)

    done = call("audit", sheet, "--scenario", region.scenario, "--lang", "en")

    assert done.exit_code == 1
    assert "The output of observed years is what was seen" in done.output


def test_without_observed_years_there_is_no_table_of_conflicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_summary(monkeypatch)
    made = write_small_region(tmp_path)
    assert call("run", made.scenario, "--out", tmp_path / "results").exit_code == 0

    assert not (tmp_path / "results" / "small" / "conflicts.csv").exists()
    assert not pd.read_csv(tmp_path / "results" / "small" / "production.csv")["observed"].any()
