"""What a notebook shows of a case, of a plan and of a run read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import mineralplan as mp
from mineralplan.case import Provenance
from mineralplan.inputs.plan import Label
from small_region import write_small_region
from tiny import ALL_MET, block, case, indicator, mine, solved

RULES = {"supply_guarantee": ALL_MET, "mine_count": {"all": indicator(3, unit="mines")}}


def test_a_case_shows_how_much_it_holds_and_what_is_illustrative(tmp_path: Path) -> None:
    """The small region has five blocks (three of them mines), six indicators (four binding).

    10 × 10⁴ people and 4 + 1 t a head are 50 in 2020; with 10.6 × 10⁴ it is 53 in 2023, and 5 are exported.
    """
    html = write_small_region(tmp_path).case()._repr_html_()

    for name, figures in (("Planned years (base year)", "2021–2023 (2020)"), ("Zones", "3"),
                          ("Candidate blocks and merges (existing mines)", "5 (3)"), ("Indicators (binding)", "6 (4)")):
        assert f"<td>{name}</td>\n      <td>{figures}</td>" in html
    assert "→ 58</td>" in html
    assert "<em>Illustrative data" in html
    assert "<em>Uncalibrated" in html


def test_what_stands_in_names_is_text_and_no_markup() -> None:
    named = replace(case([], 0), title=Label(zh="<b>", en="<script>"))

    assert "<script>" not in named._repr_html_()
    assert "&lt;script&gt;" in named._repr_html_()


def test_changes_of_a_case_are_shown(tmp_path: Path) -> None:
    changed = write_small_region(tmp_path).case().change({"caps.limestone": 50})

    assert "<code>caps.limestone = 50</code>" in changed._repr_html_()


def test_a_case_speaks_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINERALPLAN_LANG", "zh")
    shown = replace(case([mine("A")], 0), provenance=(Provenance("blocks", 1, 1),))._repr_html_()

    assert "规划年份（基期）" in shown
    assert "Planned" not in shown


def test_the_scorecard_in_words() -> None:
    """One mine of 10 serves a demand of 10: all is met by one of at most three mines."""
    plan = solved(case([mine("A", 10), block("B", 10, capital=50)], 10, rules=RULES))
    table = plan.indicators("en")

    assert list(table.columns) == ["Indicator", "Item", "Limit", "2021", "Verdict", "Clause"]
    assert [tuple(row) for row in table[["Limit", "2021", "Verdict"]].itertuples(index=False)] == [
        ("≥ 1", "1", "holds"), ("≤ 3 mines", "1", "holds")]
    assert "≤ 3 mines" in plan._repr_html_()
    assert list(plan.indicators("zh")["2021"]) == list(table["2021"])


def test_a_run_read_back_shows_first_what_stands_against_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mineralplan.report.documents.DOCUMENTS", {})
    folder = mp.solve(write_small_region(tmp_path).case()).report(tmp_path / "results" / "small")
    assert "#a33000" not in mp.read_results(folder)._repr_html_()

    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "gap": 0.5}), "utf-8")
    html = mp.read_results(folder)._repr_html_()

    assert html.index("#a33000") < html.index("<table")
