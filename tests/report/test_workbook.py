"""plan.xlsx: what its sheets say is what was planned, the audit reads the sheet that is edited, text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from math import isnan
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

import mineralplan as mp
from mineralplan.auditing.columns import find_table
from mineralplan.auditing.grid import read_grids
from mineralplan.inputs.faults import Faults
from mineralplan.inputs.plan import Label
from mineralplan.loading import load
from mineralplan.outputs.tables import tables
from mineralplan.planning import Plan, solve
from mineralplan.report.record import Record
from mineralplan.report.workbook import write_workbook
from mineralplan.unknowns import Prospect
from mineralplan.words import LANGUAGES, say
from small_region import write_small_region

HEADER = 3


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return solve(load(write_small_region(tmp_path_factory.mktemp("region")).scenario))


@pytest.fixture(scope="module")
def record(plan: Plan) -> Record:
    return plan.record()


def sheet_of(path: Path, name: str, lang: str = "en") -> Any:
    return openpyxl.load_workbook(path)[say(f"workbook.sheets.{name}", lang)]


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """Return the rows below the header, by the header's words."""
    names = [cell.value for cell in sheet[HEADER]]
    return [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=HEADER + 1, values_only=True)]


def edited(path: Path, block: str, year: int, header: str, value: Any) -> Path:
    """Change one cell as a planner would, and save."""
    book = openpyxl.load_workbook(path)
    sheet = book[say("workbook.sheets.by_hand", "en")]
    names = [cell.value for cell in sheet[HEADER]]
    line = next(row for row in sheet.iter_rows(min_row=HEADER + 1)
                if row[names.index("block")].value == block and row[names.index("year")].value == year)
    line[names.index(header)].value = value
    book.save(path)
    return path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_audit_reads_back_what_was_planned(plan: Plan, record: Record, tmp_path: Path, lang: str) -> None:
    audit = mp.audit(plan.case, write_workbook(record, tmp_path / "plan.xlsx", lang))

    assert audit.breaches == ()
    assert audit.allocation.capacity == plan.allocation.capacity
    assert audit.allocation.output == pytest.approx(plan.allocation.output, abs=1e-9)
    assert audit.allocation.green == plan.allocation.green


def test_the_audit_finds_what_was_changed(plan: Plan, record: Record, tmp_path: Path) -> None:
    """A capacity of 1 below what the mine gives is no option of the block, and its output is too much by the rest."""
    (block, year), output = max(plan.allocation.output.items(), key=lambda entry: entry[1])
    path = edited(write_workbook(record, tmp_path / "plan.xlsx", "en"), block, year, "capacity", output - 1)

    found = {(b.name, b.where, b.year): b for b in mp.audit(plan.case, path).breaches}

    assert float(found["capacity", (block,), year].amount) == pytest.approx(1)
    assert ("option", (block,), year) in found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_one_sheet_can_be_taken_for_the_edited_one(record: Record, tmp_path: Path, lang: str) -> None:
    """In whatever order the sheets stand after somebody moved them."""
    grids = read_grids(write_workbook(record, tmp_path / "plan.xlsx", lang), Faults())

    found = [grid.name for grid in grids if find_table([grid], Faults()) is not None]

    assert len(grids) == 11
    assert [name.partition("[")[2].rstrip("]") for name in found] == [say("workbook.sheets.by_hand", lang)]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "＝1"])
def test_text_is_never_a_formula(record: Record, tmp_path: Path, start: str) -> None:
    """The cell is stored as text and marked so that editing it does not run it; no sheet holds a formula."""
    blocks = {code: replace(block, label=Label(zh=start, en=start)) for code, block in record.case.blocks.items()}
    hostile = replace(record, case=replace(record.case, blocks=blocks))
    path = write_workbook(hostile, tmp_path / "plan.xlsx", "en")

    with ZipFile(path) as archive:
        sheets = [unescape(archive.read(name).decode()) for name in archive.namelist()
                  if name.startswith("xl/worksheets/sheet")]
        styles = archive.read("xl/styles.xml").decode()
    formats = re.findall(r"<xf [^>]*>", styles[styles.index("<cellXfs"):])
    cells = [cell for text in sheets for cell in re.findall(r"<c [^>]*>(?:(?!</c>).)*</c>", text) if start in cell]

    assert len(cells) > len(blocks)
    assert not any("<f>" in text for text in sheets)
    for cell in cells:
        assert re.search(r't="(inlineStr|s)"', cell)
        assert 'quotePrefix="1"' in formats[int(re.search(r's="(\d+)"', cell)[1])]  # type: ignore[index]


def test_a_name_that_xml_cannot_hold(record: Record, tmp_path: Path) -> None:
    named = replace(record, case=replace(record.case, district=Label.model_construct(zh="甲\x01乙\uffff", en="a\x0bb")))

    for lang, name in (("zh", "甲乙"), ("en", "ab")):
        title = sheet_of(write_workbook(named, tmp_path / "plan.xlsx", lang), "cover", lang)["A1"].value
        assert title.endswith(f"· {name}")


def test_the_same_record_gives_the_same_bytes(record: Record, tmp_path: Path) -> None:
    """And no moment stands in the file, which would differ on another day."""
    first, second = (write_workbook(record, tmp_path / name, "zh") for name in ("a.xlsx", "b.xlsx"))

    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:" not in re.sub(rb'xmlns:\w+="[^"]*"', b"", archive.read("docProps/core.xml"))


def test_codes_have_names_beside_them(record: Record, tmp_path: Path) -> None:
    """Every shipment says who sends and who gets, in words, and as much as in the table."""
    case, table = record.case, record.tables.flows
    rows = rows_of(sheet_of(write_workbook(record, tmp_path / "plan.xlsx", "zh"), "flows", "zh"))

    assert len(rows) == len(table)
    for row in rows:
        sender = case.blocks.get(row["来源"]) or case.supplies[row["来源"]]
        assert row["来源名称"] == sender.label.zh
        assert row["需求区名称"] == case.zones[row["需求区"]].label.zh
        assert row["用途"] in {use.zh for use in case.uses.values()}
    assert sum(row["供应量（万吨）"] for row in rows) == pytest.approx(table["quantity_10kt"].sum())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_annual_plan_names_what_it_lists(record: Record, tmp_path: Path, lang: str) -> None:
    """Kinds in words, exploration blocks by their name, figures as in the table, and no name of a code."""
    case = replace(record.case, prospects=(
        Prospect("X1", "limestone", 2023, 150.0, "m3/d", Label(zh="勘查一", en="Exploration 1")),))
    made = tables(case, record.audit.allocation, record.audit.findings, record.tables.costs)
    path = write_workbook(replace(record, case=case, tables=made), tmp_path / "plan.xlsx", lang)
    rows = rows_of(sheet_of(path, "annual_plan", lang))
    kind, name, amount = (say(f"workbook.columns.{key}", lang) for key in ("kind", "block_name", "planned"))

    assert [row[kind] for row in rows] == [say(f"workbook.kinds.{code}", lang) for code in made.annual_plan["kind"]]
    assert [row[amount] for row in rows] == [None if isnan(q) else pytest.approx(q)
                                             for q in made.annual_plan["quantity_10kt"]]
    proven = next(row for row in rows if row[kind] == say("workbook.kinds.prove", lang))
    assert proven[name] == case.prospects[0].label.text(lang)
    assert say("target_units.m3_per_d", lang) in proven.values()


def test_the_box_merges_what_the_printed_one_does(record: Record, tmp_path: Path) -> None:
    """The caps stand under one name; their figures are those of the plan, the binding one first."""
    sheet = sheet_of(write_workbook(record, tmp_path / "plan.xlsx", "en"), "box")
    values = {(f.item, f.year): f.value for f in record.audit.findings if f.rule == "output_cap"}
    merged = {str(area) for area in sheet.merged_cells.ranges}

    assert [cell.value for cell in sheet[4]][:5] == ["Number of mines", None, "mines", 4, "binding"]
    assert {"A3:B3", "A4:B4", "A5:A6", "E4:E5"} == merged
    assert [sheet.cell(line, 2).value for line in (5, 6)] == ["Limestone", "Shale"]
    assert [sheet.cell(5, column).value for column in (6, 7)] \
        == [pytest.approx(float(values["limestone", year]), abs=0.005) for year in (2022, 2023)]  # type: ignore[arg-type]


def test_warnings_stand_first_and_red(record: Record, tmp_path: Path) -> None:
    stopped = replace(record, manifest={**record.manifest, "status": "feasible", "stopped": "time", "gap": 0.25})
    sheet = sheet_of(write_workbook(stopped, tmp_path / "plan.xlsx", "en"), "cover")
    warnings = stopped.warnings("en")

    assert any("25.000%" in warning for warning in warnings)
    assert [sheet.cell(line, 1).value for line in range(2, 2 + len(warnings))] == warnings
    assert {sheet.cell(line, 1).font.color.rgb for line in range(2, 2 + len(warnings))} == {"00C00000"}


def test_every_table_says_that_its_data_are_illustrative(record: Record, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(record, tmp_path / "plan.xlsx", "en"))

    for sheet in book.worksheets:
        text = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=20) for cell in row)
        assert "illustrative data" in text.lower(), sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows
