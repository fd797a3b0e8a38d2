"""What is written and printed: no text of the user's becomes a formula, a column, a heading or a command."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import call

from mineralplan.outputs.files import read_csv, write_csv, write_manifest
from mineralplan.report.markdown import table
from quick import only_summary
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture(autouse=True)
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    only_summary(monkeypatch)


STARTS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1"]


@pytest.mark.parametrize("text", [*STARTS, "'=1+1", "''=1", "'text'", "'"])
def test_a_formula_is_text(tmp_path: Path, text: str) -> None:
    """An apostrophe stands before it in the file; read again it is as it was, also what had an apostrophe before.

    A carriage return comes back as the line break that it is.
    """
    frame = pd.DataFrame({"clause": [text], "value": [-1.0]})
    write_csv(tmp_path / "t.csv", frame)

    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        cell, figure = list(csv.reader(file))[1]
    assert not cell.startswith(tuple(sign[0] for sign in STARTS))
    assert figure == "-1"
    assert list(read_csv(tmp_path / "t.csv")["clause"]) == [text.replace("\r", "\n")]


@pytest.mark.parametrize("code", ["=HYPERLINK(1)", "@L2", "-L2", "＝L2"])
def test_a_code_that_a_spreadsheet_would_run(region: SmallRegion, code: str) -> None:
    """The code of a block on its whole way: from blocks.csv over the plan into the results, and through the audit."""
    region.cell("blocks.csv", 3, "block", code)
    results = region.scenario.with_name("results")

    assert call("run", region.scenario, "--out", results).exit_code == 0
    written = (results / "small" / "production.csv").read_text("utf-8-sig")
    assert f",'{code}," in written
    assert f",{code}," not in written
    assert code in set(read_csv(results / "small" / "production.csv")["block"])
    assert call("audit", results / "small").exit_code == 0


@pytest.mark.parametrize(
    ("cell", "written"),
    [("a|b", "a\\|b"), ("a\\|b", "a\\\\\\|b"), ("a\nb", "a b"), ("a\r\nb", "a b"), ("a\u2028b", "a b")],
)
def test_a_cell_stays_one_cell(cell: str, written: str) -> None:
    """A bar would begin a column, a line break a row, and a backslash would take the bar's own away."""
    assert table(["x"], [[cell]]).splitlines() == ["| x |", "| --- |", f"| {written} |"]


def test_a_clause_that_would_break_the_summary(region: SmallRegion) -> None:
    """Seven columns: indicator, item, limit, two years, verdict and clause, and the clause holds two bars."""
    region.swap("plan.yaml", "nature: binding, clause: box 1}", 'nature: binding, clause: "box 1 | x |\\n# Owned"}')

    assert call("run", region.scenario, "--out", region.scenario.with_name("results")).exit_code == 0
    lines = (region.scenario.with_name("results") / "small" / "summary.md").read_text("utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith("| Output cap | Limestone ")]
    assert row.replace("\\|", "").count("|") == 8
    assert not [line for line in lines if line.startswith("# Owned")]


@pytest.mark.parametrize("title", ["[red]x[/red]", "[/]", ":warning:", "{name}", "%s", "<script>alert(1)</script>"])
def test_a_title_is_text(region: SmallRegion, title: str) -> None:
    region.swap("scenario", "{en: Small, zh: 小情景}", f"{{en: '{title}', zh: 小情景}}")

    result = call("run", region.scenario, "--out", region.scenario.with_name("results"))

    assert result.exit_code == 0, result.exception
    assert title in result.stdout


def test_an_escape_code_in_a_path(region: SmallRegion) -> None:
    """The folder is the user's and is written to; the terminal sees the code spelt out."""
    result = call("run", region.scenario, "--out", region.scenario.with_name("re\x1b[31msults"))

    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert r"re\x1b[31msults/small" in result.stdout


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    """A byte that is no UTF-8 in a folder's name reaches the manifest with the command; it is written as ``?``."""
    write_manifest(tmp_path / "manifest.json", {"command": "run dir\udcff/small.yaml"})

    assert json.loads((tmp_path / "manifest.json").read_text("utf-8")) == {"command": "run dir?/small.yaml"}
