"""Sheets that planners make by hand: CSV and Excel, both languages, other units, part of the years, their faults."""

from __future__ import annotations

import csv
import datetime
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import mineralplan as mp
from mineralplan.auditing.audit import Audit
from mineralplan.case import Case
from mineralplan.inputs.faults import InputFaults
from mineralplan.inputs.plan import Mineral
from tiny import block, case, indicator, mine, supply

YEARS = (2021, 2022, 2023, 2024)
Cells = Iterable[Iterable[Any]]
HEADER = ("block", "year", "capacity_10kt_a", "output_10kt")


def district(**values: Any) -> Case:
    """Mine E (10, then 16) and new block N of 8; at most one mine in 2022, at least 9 for new mines from 2023."""
    rules = values.pop("rules", {
        "mine_count": {"all": indicator({2022: 1, 2023: 5}, unit="mines", clause="box 1")},
        "minimum_scale": {"stone": indicator({2023: 9}, clause="box 3")},
    })
    return case([mine("E", 10, expanded=16), block("N", 8)], dict.fromkeys(YEARS, 30.0), years=YEARS, rules=rules,
                **values)


def excel(folder: Path, rows: Cells, *, before: Cells = ()) -> Path:
    """Write a workbook whose first sheet is a note and whose second holds the rows."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["a note", 1])
    sheet = book.create_sheet("plan")
    for row in (*before, *rows):
        sheet.append(list(row))
    book.save(folder / "by_hand.xlsx")
    return folder / "by_hand.xlsx"


def text(folder: Path, rows: Cells, encoding: str = "utf-8") -> Path:
    path = folder / "by_hand.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def broken(audit: Audit) -> list[tuple[str, int, float, str]]:
    return sorted((b.name, b.year, float(b.amount), b.clause) for b in audit.breaches)


ROWS = [("E", 2021, 10, 9), ("E", 2022, 10, 9), ("N", 2022, 8, 8), ("E", 2023, 16, 15), ("N", 2023, 8, 5),
        ("E", 2024, 0, 0), ("N", 2024, 8, 8)]
BROKEN = [("mine_count", 2022, 1, "box 1"), ("minimum_scale", 2023, 1, "box 3"), ("minimum_scale", 2024, 1, "box 3")]
"""Two mines in 2022 where one may work; N has 8 where 9 are asked."""


def test_a_csv_file(tmp_path: Path) -> None:
    audit = mp.audit(district(), text(tmp_path, [HEADER, *ROWS]))

    assert broken(audit) == BROKEN
    assert audit.verdict == "broken"
    assert audit.objectives == {}


def test_an_excel_file_with_a_title_and_chinese_headers(tmp_path: Path) -> None:
    """The first sheet with the columns is taken, wherever in the first rows they stand; remarks are left alone."""
    header = ("区块编号", "年份", "产能（万吨/年）", "产量(万吨)", "备注")
    path = excel(tmp_path, [header, *((*row, "=1+1") for row in ROWS)], before=[("手工方案",), ()])

    assert broken(mp.audit(district(), str(path))) == BROKEN


@pytest.mark.parametrize("header", [
    ("区块", "年度", "生产规模", "年产量"), ("Block", "Year", "Capacity", "Output"),
    ("开采规划区块", "年份", "产能[万吨/年]", "产量(万吨/年)"), ("block", "year", "Capacity, 10⁴ t/a", "output_10kt"),
])
def test_headers(tmp_path: Path, header: tuple[str, ...]) -> None:
    assert broken(mp.audit(district(), text(tmp_path, [header, *ROWS], "gb18030"))) == BROKEN


@pytest.mark.parametrize(("header", "factor"), [
    (("capacity_kt_a", "output_t"), (10, 10_000)), (("capacity_mt_a", "output_mt"), (0.01, 0.01)),
    (("产能(立方米/年)", "产量(万立方米)"), (4000, 0.4)),
])
def test_other_units(tmp_path: Path, header: tuple[str, str], factor: tuple[float, float]) -> None:
    """2.5 t/m³: 10⁴ t are 4000 m³. Only N's scale and the number of mines are wrong, not a thousand laws."""
    rows = [(code, year, scale * factor[0], mined * factor[1]) for code, year, scale, mined in ROWS]
    given = district(minerals={"stone": Mineral(zh="s", en="s", density_t_m3=2.5)})

    assert broken(mp.audit(given, text(tmp_path, [("block", "year", *header), *rows]))) == BROKEN


def test_numbers_as_text(tmp_path: Path) -> None:
    rows = [(code, str(year), f" {scale} ", str(mined)) for code, year, scale, mined in ROWS]

    assert broken(mp.audit(district(), excel(tmp_path, [HEADER, *rows]))) == BROKEN


def test_no_row_is_no_mine(tmp_path: Path) -> None:
    """E has no row in 2022, so it has stopped; in 2023 it may not start again: idle for a year."""
    rows = [("E", 2021, 10, 9), ("N", 2022, 8, 8), ("E", 2023, 10, 9), ("N", 2023, 8, 8), ("N", 2024, 8, 8)]

    assert ("life", 2023, 1.0, "") in broken(mp.audit(district(rules={}), text(tmp_path, [HEADER, *rows])))


def test_what_a_sheet_of_all_years_leaves_open(tmp_path: Path) -> None:
    """Nothing is broken; where the stone goes and with it the cost is open. All mines are green, so that is decided."""
    audit = mp.audit(district(rules={}), text(tmp_path, [HEADER, *ROWS]))

    assert audit.verdict == "undecided"
    assert [gap.why for gap in audit.undecided] == ["flows"]
    assert {"balance", "shipped", "supply_limit", "objective"} <= set(audit.undecided[0].what)
    assert audit.checks["option"] == 6
    assert "balance" not in audit.checks


def test_years_that_do_not_appear_are_open(tmp_path: Path) -> None:
    """2022 and 2024 alone. New licences: of 2022 it is open which are new, for 2021 is missing, and so of 2024.

    The mines of 2022 are counted; those of 2023 are not. 9 + 9 draw 18 of the 15 that E has: broken, whatever the
    missing years hold. In 2022 it is open.
    """
    rules = {"mine_count": {"all": indicator(1)}, "new_licences": {"all": indicator(0)}}
    given = case([mine("E", 10, resource=15), block("N", 8)], dict.fromkeys(YEARS, 30.0), years=YEARS, rules=rules)
    rows = [("E", 2022, 10, 9), ("N", 2022, 8, 8), ("E", 2024, 10, 9)]

    audit = mp.audit(given, text(tmp_path, [HEADER, *rows]))

    assert broken(audit) == [("mine_count", 2022, 1, "test"), ("resource", 2024, 3, "")]
    assert [(f.rule, f.year) for f in audit.findings] == [("mine_count", 2022), ("mine_count", 2024)]
    gaps = {gap.why: gap for gap in audit.undecided}
    assert gaps["years"].years == (2021, 2023)
    assert gaps["before"].years == (2022, 2024)
    assert {"life", "expansion", "resource", "new_licences"} <= set(gaps["before"].what)


def test_the_base_year_is_known(tmp_path: Path) -> None:
    """A sheet of 2021 alone: N is new in it, one too many."""
    rules = {"new_licences": {"all": indicator(0)}}

    assert broken(mp.audit(district(rules=rules), text(tmp_path, [HEADER, ("N", 2021, 8, 8)]))) == [
        ("new_licences", 2021, 1, "test")]


GREY = [mine("A", green=False), mine("B", green=False), mine("G")]
GREEN = {"green_share": {"small": indicator(0.5, unit="share")}}


def test_green_mines_are_open_without_a_column(tmp_path: Path) -> None:
    """Of A, B and G only G is green for sure: a third of the half that is asked. More may be: open. Of G alone: all."""
    given = case(GREY, dict.fromkeys((2021, 2022), 30.0), years=(2021, 2022), rules=GREEN)
    rows = [("A", 2021, 10, 9), ("B", 2021, 10, 9), ("G", 2021, 10, 9), ("G", 2022, 10, 9)]

    audit = mp.audit(given, text(tmp_path, [HEADER, *rows]))

    assert audit.breaches == ()
    assert [(f.rule, f.year, f.holds) for f in audit.findings] == [("green_share", 2022, True)]
    (gap,) = (gap for gap in audit.undecided if gap.why == "green")
    assert (gap.what, gap.years) == (("green", "green_share"), (2021,))


@pytest.mark.parametrize(("said", "breaches"), [
    (("yes", "no", "yes"), []), (("是", "否", "是"), []), ((True, False, True), []),
    (("no", "no", "yes"), [("green_share", 2021, 1 / 6, "test")]),
])
def test_green_mines_with_a_column(
    tmp_path: Path, said: tuple[Any, ...], breaches: list[tuple[str, int, float, str]]
) -> None:
    given = case(GREY, 30.0, rules=GREEN)
    rows = [(code, 2021, 10, 9, green) for code, green in zip("ABG", said, strict=True)]

    assert broken(mp.audit(given, excel(tmp_path, [(*HEADER, "绿色矿山"), *rows]))) == breaches


def test_a_state_that_disagrees(tmp_path: Path) -> None:
    rows = [("E", 2021, 10, 9, "停产"), ("N", 2021, 8, 8, "在产"), ("E", 2022, 0, 0, "closed")]

    audit = mp.audit(district(rules={}), excel(tmp_path, [(*HEADER, "状态"), *rows]))

    assert broken(audit) == [("states", 2021, 1, "")]


FAULTS: list[tuple[tuple[Any, ...], str, str]] = [
    (("Ee", 2021, 10, 9), "block", "a known name"),
    ((None, 2021, 10, 9), "block", "to be given"),
    (("E", 2020, 10, 9), "year", "years within 2021–2024"),
    (("E", datetime.datetime(2021, 1, 1), 10, 9), "year", "a year, not a date"),
    (("E", "soon", 10, 9), "year", "a number"),
    (("E", 2021.5, 10, 9), "year", "a whole number"),
    (("E", 2021, -1, 9), "capacity_10kt_a", "a value ≥ 0"),
    (("E", 2021, 10, "nan"), "output_10kt", "a number"),
    (("E", 2021, 10, "1e400"), "output_10kt", "a finite number"),
    (("E", 2021, None, 9), "capacity_10kt_a", "a number, not an empty cell"),
    (("E", 2021, "ten", 9), "capacity_10kt_a", "a number"),
    (("E", 2021, "1,000", 9), "capacity_10kt_a", "thousands separators"),
    (("E", 2021, "=5+5", 9), "capacity_10kt_a", "the file holds no result of this formula"),
    (("E", 2021, 10, True), "output_10kt", "a number"),
    (("E", 2021, 10, datetime.datetime(2021, 1, 9)), "output_10kt", "a number"),
    (("E", 2021, 10, "#DIV/0!"), "output_10kt", "a number"),
]


@pytest.mark.parametrize(("row", "column", "expected"), FAULTS)
def test_a_fault_with_its_row(tmp_path: Path, row: tuple[Any, ...], column: str, expected: str) -> None:
    with pytest.raises(InputFaults) as caught:
        mp.audit(district(), excel(tmp_path, [HEADER, ("N", 2021, 8, 8), row]))

    (fault,) = caught.value.faults
    assert fault.line == 3
    assert fault.file.endswith("by_hand.xlsx [plan]")
    assert fault.item.startswith(column)
    assert expected in fault.text("en")


def test_every_fault_at_once(tmp_path: Path) -> None:
    """All of them in one report, each with its row, and a block and year that stand twice."""
    rows = [row for row, _, _ in FAULTS]
    path = excel(tmp_path, [HEADER, *rows, ("N", 2021, 8, 8), ("N", 2021, 8, 8)])

    with pytest.raises(InputFaults) as caught:
        mp.audit(district(), path)

    assert {fault.line for fault in caught.value.faults} >= {*range(2, len(rows) + 2), len(rows) + 3}
    assert "a name not used before (line 18 has it)" in caught.value.text("en")


def test_the_nearest_name(tmp_path: Path) -> None:
    given = case([block("KZ-BL-01")], 30.0)

    with pytest.raises(InputFaults, match="did you mean 'KZ-BL-01'"):
        mp.audit(given, text(tmp_path, [HEADER, ("KZ-BL-O1", 2021, 10, 9)]))


@pytest.mark.parametrize(("header", "expected"), [
    (("block", "year", "capacity"), "a table with the columns block / 区块, year / 年份"),
    (("block", "year", "capacity_miles", "output"), "a unit that converts to 10kt_a"),
    (("block", "year", "capacity", "output", "output_t"), "each name once"),
    (("产能", "产量"), "found 产能, 产量"),
])
def test_headers_at_fault(tmp_path: Path, header: tuple[str, ...], expected: str) -> None:
    with pytest.raises(InputFaults, match=re.escape(expected)):
        mp.audit(district(), text(tmp_path, [header, ("N", 2021, 8, 8, 8)[: len(header)]]))


def test_a_header_of_merged_cells(tmp_path: Path) -> None:
    path = excel(tmp_path, [HEADER, ("N", 2021, 8, 8)])
    book = openpyxl.load_workbook(path)
    book["plan"].merge_cells("D1:E1")
    book.save(path)

    with pytest.raises(InputFaults, match="not merged"):
        mp.audit(district(), path)


@pytest.mark.parametrize("content", [b"", b"PK no workbook", b"\x00\x01\x02,\n"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_that_is_no_table(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InputFaults):
        mp.audit(district(), tmp_path / name)


def test_a_workbook_that_unpacks_to_a_hundred_megabytes(tmp_path: Path) -> None:
    """A hundred megabytes of zeros take 0.1 MB packed: refused by what is declared, before anything is unpacked."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(100_000_000))
    assert path.stat().st_size < 200_000

    with pytest.raises(InputFaults, match=r"100\.0 MB"):
        mp.audit(district(), path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="a file that can be read"):
        mp.audit(district(), tmp_path / "nothing.csv")


def test_a_volume_without_density(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="a mineral with a density"):
        mp.audit(district(), text(tmp_path, [("block", "year", "capacity_10km3_a", "output"), ("N", 2021, 8, 8)]))


def test_a_notebook_shows_the_verdict_and_what_is_broken(tmp_path: Path) -> None:
    html = mp.audit(district(), text(tmp_path, [HEADER, *ROWS]))._repr_html_()

    assert "BROKEN in 3 place(s)" in html
    assert "box 3" in html


def test_supplies_are_no_blocks(tmp_path: Path) -> None:
    """A supply has no licensed capacity: its code is an unknown block."""
    given = district(supplies={"bought": supply("bought", 1, 1)})

    with pytest.raises(InputFaults, match="one of: E, N"):
        mp.audit(given, text(tmp_path, [HEADER, ("bought", 2021, 8, 8)]))
