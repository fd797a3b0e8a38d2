"""Tables on disk: what is written is what is read, for people with spreadsheets."""

from __future__ import annotations

import csv
import re
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mineralplan.loading import load
from mineralplan.outputs.files import read_csv, write_csv, write_tables
from mineralplan.outputs.tables import Tables
from mineralplan.planning import Plan, solve
from small_region import write_small_region


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    region = write_small_region(tmp_path_factory.mktemp("small"))
    # A zone's code of digits, as districts have them.
    for file, old in (("zones.csv", "\nT2,"), ("demand/places.csv", "bricks,T2,"),
                      ("demand/project_towns.csv", "bypass,T2,")):
        region.swap(file, old, old.replace("T2", "500154002"))
    for line in (3, 4, 6):
        region.cell("blocks.csv", line, "zone", "500154002")
    return solve(load(region.scenario))


@pytest.fixture
def folder(plan: Plan, tmp_path: Path) -> Path:
    write_tables(tmp_path, plan.tables)
    return tmp_path


@pytest.mark.parametrize("name", [entry.name for entry in fields(Tables)])
def test_what_is_read_is_what_was_written(plan: Plan, folder: Path, name: str) -> None:
    """Codes of digits stay text, empty names stay empty, missing figures stay missing."""
    table = getattr(plan.tables, name)

    assert_frame_equal(read_csv(folder / f"{name}.csv"), table, check_dtype=False, rtol=0, atol=1e-9)


def test_one_file_per_table_with_a_byte_order_mark(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {f"{entry.name}.csv" for entry in fields(Tables)}
    for path in folder.iterdir():
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        assert raw.endswith(b"\n")


def test_no_figure_in_exponents(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if re.fullmatch(r"-?[\d.]+[eE][+-]?\d+", cell)]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1e-7, "0.0000001"), (1.5e9, "1500000000"), (1 / 3, "0.333333333"), (100.0, "100"), (0.0, "0"), (-2.5, "-2.5"),
     (1e16, "10000000000000000"), (float("nan"), ""), (-1e-12, "0")],
)
def test_a_figure(tmp_path: Path, value: float, written: str) -> None:
    """Plain decimals, no trailing zeros, and no minus before a nought."""
    write_csv(tmp_path / "t.csv", pd.DataFrame({"value": [value], "year": [2021]}))

    assert (tmp_path / "t.csv").read_text("utf-8-sig").splitlines() == ["value,year", f"{written},2021"]


@pytest.mark.parametrize("text", ["=1+1", "+86 23", "-5", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"http://x\",\"y\")"])
def test_a_cell_that_a_spreadsheet_would_run(tmp_path: Path, text: str) -> None:
    """A name or clause that begins like a formula is text; read again it is as it was."""
    table = pd.DataFrame({"clause": [text], "value": [-5.0]})
    write_csv(tmp_path / "t.csv", table)

    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        cell, figure = list(csv.reader(file))[1]
    assert cell == f"'{text}"
    assert figure == "-5"
    assert_frame_equal(read_csv(tmp_path / "t.csv"), table, check_dtype=False)


@pytest.mark.parametrize("text", ["'quoted'", "NA", "null", "nan", "a,b", 'say "x"', "two\nlines", "专栏1；四（一）"])
def test_other_text_is_left_alone(tmp_path: Path, text: str) -> None:
    table = pd.DataFrame({"clause": [text, ""], "value": [1.0, 2.0]})
    write_csv(tmp_path / "t.csv", table)

    assert_frame_equal(read_csv(tmp_path / "t.csv"), table, check_dtype=False)


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", pd.DataFrame(columns=["year", "block"]))

    assert list(read_csv(tmp_path / "t.csv").columns) == ["year", "block"]
