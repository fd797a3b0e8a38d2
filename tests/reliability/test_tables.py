"""Tables as spreadsheets and people spoil them: each is refused with file, line and item, or read as it was meant."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import refused

from mineralplan.loading import load
from small_region import TABLES, SmallRegion, write_small_region

EXPORTS = TABLES["exports.csv"]
BLOCKS = TABLES["blocks.csv"]


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.mark.parametrize(
    ("content", "line", "expected"),
    [
        pytest.param(EXPORTS.replace("外销", "外\0销").encode(), 2, r"no control characters; found '\x00'", id="NUL"),
        pytest.param(EXPORTS.replace("外销", "外\x1b[31m销").encode(), 2, r"no control characters; found '\x1b'",
                     id="escape code"),
        pytest.param(EXPORTS.encode("utf-16"), None, "in UTF-8 or GB18030 (Excel: CSV UTF-8); found UTF-16",
                     id="UTF-16"),
        pytest.param(EXPORTS.encode("utf-16-le"), 2, "in UTF-8 or GB18030", id="UTF-16 without mark"),
        pytest.param(EXPORTS.replace("外销", "façade à").encode("latin-1"), 2, "in UTF-8 or GB18030", id="Latin-1"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00\xff\xff", 1, "in UTF-8 or GB18030", id="Excel file"),
        pytest.param((EXPORTS + "x,外销,y,aggregate,N1,2022,5,90,measured,").encode() + "实测\n".encode("gb18030"), 2,
                     "one encoding in the whole file; found UTF-8 + GB18030", id="two encodings"),
        pytest.param(EXPORTS.replace(",", ";").encode(), 1, "names of the columns, with commas between",
                     id="semicolons"),
        pytest.param(EXPORTS.replace(",", "\t").encode(), 1, "names of the columns, with commas between", id="tabs"),
        pytest.param(EXPORTS.replace(",", "，").encode(), 1, "names of the columns, with commas between",
                     id="Chinese commas"),
        pytest.param(EXPORTS.replace("use,zone", "use，zone").encode(), 1, "found 'use，zone'", id="one Chinese comma"),
        pytest.param(("sep=,\n" + EXPORTS).encode(), 1, "a first line with the names of the columns", id="sep="),
        pytest.param(EXPORTS.partition("\n")[2].encode(), 1, "a first line with the names of the columns",
                     id="no header"),
        pytest.param(b"", 1, "a first line with the names of the columns", id="empty"),
        pytest.param(EXPORTS.replace("basis,source", "basis,source,source").replace("test", "test,x").encode(), 1,
                     "source: expected each name once", id="header twice"),
        pytest.param(EXPORTS.replace("measured,test", "measured,test,x").encode(), 2, "10 cells, as in the header",
                     id="cell too many"),
        pytest.param(EXPORTS.replace("stone_sold", '"stone_sold').encode(), 2, "quotes closed", id="open quote"),
        pytest.param((EXPORTS + "x" * 10_000_000 + "\n").encode(), 3, "found field larger than field limit",
                     id="line of 10 MB"),
    ],
)
def test_what_is_no_table(region: SmallRegion, content: bytes, line: int | None, expected: str) -> None:
    """One fault of the file and its line; no row of it is believed."""
    (region.folder / "exports.csv").write_bytes(content)

    where = "county/exports.csv: " if line is None else f"county/exports.csv, line {line}: "
    assert [fault for fault in refused(region.scenario) if fault.startswith(where) and expected in fault]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("NaN", "a number"), ("inf", "a number"), ("-Infinity", "a number"), ("1e400", "a finite number"),
        ("1e300", "a figure of at most 1e+12"), ("-5", "a value ≥ 0"), ("−5", "the minus sign of the keyboard (-5)"),
        ("－5", "half-width digits (-5)"), ("５", "half-width digits (5)"),
        ("1,500", "without thousands separators (1500)"), ("1，500", "without thousands separators (1500)"),
        ("1,5", "a number"), ("5%", "a share (0.05), not a percentage"), ("５％", "a share (0.05), not a percentage"),
        ("1-Jan", "a number, not a date"), ("2026/1/1", "a number, not a date"), ("Jan-01", "a number, not a date"),
        ("=1+1", "a number"), ("@5", "a number"), ("0x10", "a number"), ("5 t", "a number"), ("五", "a number"),
        ("٥", "a number"), ("1_000", "a number"), ("5\u200b", "a number"), ("#DIV/0!", "a number"),
        ("TRUE", "a number"), ("", "not an empty cell"),
    ],
)
def test_a_cell_that_is_no_figure(region: SmallRegion, cell: str, expected: str) -> None:
    region.cell("exports.csv", 2, "quantity_10kt_a", cell)

    (fault,) = refused(region.scenario)
    assert fault.startswith("county/exports.csv, line 2: quantity_10kt_a (stone_sold 2022): expected")
    assert expected in fault


@pytest.mark.parametrize(("cell", "figure"), [(" 5 ", 5), ("\u00a05", 5), ("+5", 5), ("5.", 5), (".5", 0.5), ("5e0", 5),
                                              ("-0", 0), ("5.0", 5)])
def test_a_figure_as_it_may_be_written(region: SmallRegion, cell: str, figure: float) -> None:
    """Numbers that a spreadsheet saved as text, quoted or with spaces around them; −0 is nought."""
    region.cell("exports.csv", 2, "quantity_10kt_a", cell)

    assert load(region.scenario).demand.get(("aggregate", "N1", 2022), 0.0) == figure


@pytest.mark.parametrize("cell", ["44562", "2022/1/1", "2022年", "-1", "1e300", "202"])
def test_a_year_that_is_none(region: SmallRegion, cell: str) -> None:
    """44562 is the first day of a year as Excel counts days."""
    region.cell("exports.csv", 2, "from_year", cell)

    assert "from_year (stone_sold" in refused(region.scenario)[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1-Jan", "a name, not a date"), ("2-Mar-26", "a name, not a date"), ("2026/1/1", "a name, not a date"),
        ("L2", "a name not used before (line 3 has it)"), ("L2 ", "a name not used before (line 3 has it)"),
        ("l2", "a name that differs from 'L2' (line 3)"), ("Ｌ2", "a name that differs from 'L2' (line 3)"),
        ("L 2", "a name that differs from 'L2' (line 3)"), ("L2\u200b", "a name that differs from 'L2' (line 3)"),
        ("a\nb", "one line"), ("", "to be given"),
    ],
)
def test_a_code_that_is_spoilt_or_taken(region: SmallRegion, code: str, expected: str) -> None:
    region.cell("blocks.csv", 4, "block", code)

    (fault,) = refused(region.scenario)
    assert fault.startswith("county/blocks.csv, line 4: ")
    assert expected in fault


@pytest.mark.parametrize(
    ("column", "factor", "years"),
    [("capacity_10kt_a", 1e4, 0.004), ("resource_10kt", 1e4, 400_000)],
)
def test_tonnes_where_ten_thousand_tonnes_are_meant(
    region: SmallRegion, column: str, factor: float, years: float
) -> None:
    """L1 has 800 at 20 a year: 40 years. Either figure in t makes it 0.004 or 400 000 years, which no mine lasts."""
    (region.folder / "additions.csv").unlink()
    region.column("blocks.csv", column, column, factor=factor)

    assert f"would last {years:.3g} years" in refused(region.scenario)[0]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="UTF-8 with mark"),
        pytest.param(lambda text: text.encode("gb18030"), id="GB18030"),
        pytest.param(lambda text: "\ufeff".encode("gb18030") + text.encode("gb18030"), id="GB18030 with mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="old Mac line ends"),
        pytest.param(lambda text: "".join(f"{line},,\n" for line in text.splitlines()).encode(), id="empty columns"),
        pytest.param(lambda text: (text + ",,,\n\n  \n").encode(), id="empty rows"),
        pytest.param(lambda text: text.replace(",5,", ',"5",').encode(), id="quoted figures"),
    ],
)
def test_a_table_that_says_the_same(region: SmallRegion, change: Callable[[str], bytes]) -> None:
    plain = load(region.scenario)
    (region.folder / "exports.csv").write_bytes(change(EXPORTS))

    assert replace(load(region.scenario), inputs=()) == replace(plain, inputs=())


def _a_million_routes(region: SmallRegion) -> None:
    rows = "".join(f"L{i},T1,5\n" for i in range(1_000_000))
    (region.folder / "routes.csv").write_text(f"source,zone,distance_km\n{rows}", "utf-8")


def _a_million_blocks(region: SmallRegion) -> None:
    row = BLOCKS.splitlines()[1]
    with (region.folder / "blocks.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"X{i}{row[2:]}\n" for i in range(1_000_000))


@pytest.mark.parametrize(
    ("make", "expected"),
    [(_a_million_routes, "county/routes.csv: expected at most 100000 rows; found 1000001"),
     (_a_million_blocks, "county/blocks.csv: expected a file of at most 32 MB; found 12")],
)
def test_a_million_rows(region: SmallRegion, make: Callable[[SmallRegion], None], expected: str) -> None:
    """More than any district has: the limit is named before a row is looked at."""
    make(region)

    assert expected in refused(region.scenario)[0]


def test_thousands_of_faults(region: SmallRegion) -> None:
    """Three thousand rows at fault: the table is read to the 1000th, and of 1000 + 1 faults the first 100 are shown."""
    row = BLOCKS.splitlines()[3].removeprefix("L3").replace(",300,", ",many,")
    (region.folder / "blocks.csv").write_text(BLOCKS + "".join(f"X{i}{row}\n" for i in range(3000)), "utf-8")

    faults = refused(region.scenario)

    assert len(faults) == 101
    assert faults[0] == "county/blocks.csv, line 7: resource_10kt (X0): expected a number; found 'many'"
    assert faults[-1] == "… and 901 more"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(os.mkfifo, "a file, not a pipe or device", id="pipe"),
        pytest.param(Path.mkdir, "a file that can be read; found Is a directory", id="folder"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "found No such file or directory", id="link to nowhere"),
        pytest.param(lambda path: path.symlink_to(path.name), "found Too many levels of symbolic links", id="circle"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "a file, not a pipe or device", id="device"),
    ],
)
def test_a_table_that_is_no_file(region: SmallRegion, make: Callable[[Path], None], expected: str) -> None:
    """An optional table too: a link that leads nowhere must not pass for a district without exports."""
    (region.folder / "exports.csv").unlink()
    make(region.folder / "exports.csv")

    assert expected in refused(region.scenario)[0]
