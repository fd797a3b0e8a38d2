"""The first sheet: what this is, how good it is, what stands against it, where everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.worksheet.hyperlink import Hyperlink

from mineralplan.report.standing import short_line, statements
from mineralplan.report.workbook.cells import BOLD, LINK, RED, ROW, TITLE, WRAPPED, printed, put
from mineralplan.words import say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from mineralplan.report.record import Record

NAMES, TEXT = 28, 100
"""Widths of the two columns, characters."""
SHEETS = ("cover", "box", "by_hand", "production", "balance", "minerals", "flows", "scorecard", "actions",
          "annual_plan", "costs")


def fill_cover(sheet: Worksheet, book: Workbook, record: Record, lang: str) -> None:
    """Fill the first sheet, once the others are there to point at."""
    case = record.case
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW, True
    sheet.title = say("workbook.sheets.cover", lang)
    put(sheet, 1, 1, f"{case.title.text(lang)} · {case.district.text(lang)}").font = TITLE
    line = 2
    warnings = record.warnings(lang)
    document = say("summary.document", lang, document=case.document.text(lang), first=case.years[0],
                   last=case.years[-1])
    for text in [*warnings, document, *statements(record, lang)]:
        cell = put(sheet, line, 1, text)
        cell.alignment = WRAPPED
        if text in warnings:
            cell.font = RED
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=2)
        # A merged cell does not grow with its text by itself.
        sheet.row_dimensions[line].height = ROW * (1 + len(text) * (2 if lang == "zh" else 1) // (NAMES + TEXT - 4))
        line += 1
    put(sheet, line + 1, 1, say("workbook.contents", lang)).font = BOLD
    for number, (name, other) in enumerate(zip(SHEETS[1:], book.worksheets[1:], strict=True), start=line + 2):
        cell = put(sheet, number, 1, other.title)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{other.title}'!A1")
        cell.font = LINK
        put(sheet, number, 2, say(f"workbook.about.{name}", lang)).alignment = WRAPPED
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = NAMES, TEXT
    printed(sheet, short_line(record, lang), repeated=1)
