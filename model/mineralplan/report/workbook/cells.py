"""How a sheet looks, and cells that stay what they are: text never becomes a formula."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from mineralplan.inputs.formulas import STARTS
from mineralplan.report.standing import plain

TITLE, BOLD, RED = Font(size=14, bold=True), Font(bold=True), Font(bold=True, color="C00000")
LINK = Font(color="0563C1", underline="single")
GREY = Font(color="595959", italic=True)
HEAD = PatternFill("solid", fgColor="DDE6EE")
EDIT = PatternFill("solid", fgColor="FFF8DC")
LINE = Side(style="thin", color="A6A6A6")
BOXED = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
CENTRED = Alignment(horizontal="center")
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
WRAPPED = Alignment(vertical="top", wrap_text=True)
A4 = 9
"""The paper's number in the format."""
NARROWEST, WIDEST = 8, 44
"""Of a column, characters."""
ROW = 17.0
"""Height of a row, points: Chinese letters need more than the format's 15."""
HEADER = 3
"""The row of a table's header: above it stand the title and how far the data can be trusted."""


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write a value; text that begins like a formula is marked as text, so that editing the cell does not run it."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
        if value.startswith(STARTS):
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def begin(sheet: Worksheet, title: str, note: str, *, warned: bool) -> None:
    """Write the title and the line below it, in red where something stands against the run."""
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW, True
    put(sheet, 1, 1, title).font = TITLE
    sheet.row_dimensions[1].height = sheet.row_dimensions[HEADER].height = 1.4 * ROW
    put(sheet, 2, 1, note).font = RED if warned else GREY


def head(sheet: Worksheet, names: Sequence[str], row: int = HEADER) -> None:
    """Write a header row."""
    for column, name in enumerate(names, start=1):
        cell = put(sheet, row, column, name)
        cell.font, cell.fill, cell.alignment, cell.border = BOLD, HEAD, MIDDLE, BOXED


def printed(sheet: Worksheet, footer: str, repeated: int = HEADER) -> None:
    """Set a sheet up for A4 landscape, as wide as the page, header repeated, pages numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{repeated}:{repeated}"
    below = sheet.oddFooter
    assert below is not None
    for place, text in ((below.left, plain(footer).replace("&", "&&")), (below.right, "&P / &N")):
        assert place is not None
        place.text, place.size = text, 8


def fit(sheet: Worksheet, first: int = HEADER) -> None:
    """Make every column as wide as what stands in it from row ``first`` on, within reason."""
    for number, cells in enumerate(sheet.iter_cols(min_row=first), start=1):
        widest = max((_width(cell.value) for cell in cells), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(widest + 2, NARROWEST), WIDEST)


def _width(value: Any) -> int:
    """Return how many characters wide a value is shown; a Chinese one takes two."""
    if isinstance(value, float):
        value = f"{value:,.2f}"
    text = "" if value is None else str(value)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
