"""The scorecard as the published plan prints its box of main indicators."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mineralplan.report.boxes import BoxRow, main_indicators, runs
from mineralplan.report.standing import short_line
from mineralplan.report.workbook.cells import BOXED, HEADER, MIDDLE, RED, begin, fit, head, printed, put
from mineralplan.words import say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from mineralplan.report.record import Record

NAME, UNIT, TARGET, NATURE, FIRST = 1, 3, 4, 5, 6
"""Columns; an indicator's name takes two, a group and what belongs to it."""


def add_box(book: Workbook, record: Record, lang: str) -> None:
    """Add the box: the plan's columns, then the modelled years, the margin and the clause."""
    case, rows, note = record.case, main_indicators(record, lang), short_line(record, lang)
    sheet = book.create_sheet(say("workbook.sheets.box", lang))
    begin(sheet, say("workbook.titles.box", lang), note, warned=bool(record.warnings(lang)))
    names = [say("boxes.name", lang), "", say("boxes.unit", lang), say("boxes.target", lang, year=case.target_year),
             say("boxes.nature", lang), *(say("boxes.modelled", lang, year=year) for year in case.report_years),
             say("boxes.margin", lang), say("boxes.verdict", lang), say("boxes.clause", lang)]
    head(sheet, names)
    sheet.merge_cells(start_row=HEADER, end_row=HEADER, start_column=NAME, end_column=NAME + 1)
    for line, row in enumerate(rows, start=HEADER + 1):
        _write(sheet, line, row, lang)
    _merge(sheet, rows)
    put(sheet, HEADER + len(rows) + 1, 1, say("boxes.not_modelled", lang))
    sheet.freeze_panes = f"A{HEADER + 1}"
    fit(sheet)
    # The note below the box runs over the columns and must not widen the first.
    sheet.column_dimensions["A"].width = 24
    printed(sheet, note)


def _write(sheet: Worksheet, line: int, row: BoxRow, lang: str) -> None:
    cells = [row.group, row.name, row.unit, _number(row.target), say(f"figures.nature.{row.nature}", lang),
             *(_number(value) for value in row.values), _number(row.margin),
             say("verdict.holds" if row.holds else "verdict.fails", lang), row.clause]
    for column, value in enumerate(cells, start=1):
        cell = put(sheet, line, column, value)
        cell.alignment, cell.border = MIDDLE, BOXED
        if isinstance(value, float):
            cell.number_format = "#,##0.##" if value % 1 else "#,##0"
        if not row.holds and column >= FIRST:
            cell.font = RED


def _merge(sheet: Worksheet, rows: list[BoxRow]) -> None:
    """Merge as in print: a group over its members, an attribute over those that share it, a lone name over both."""
    for first, last in runs([row.group for row in rows]):
        if last > first:
            sheet.merge_cells(start_row=HEADER + 1 + first, end_row=HEADER + 1 + last, start_column=NAME,
                              end_column=NAME)
        elif not rows[first].name:
            line = HEADER + 1 + first
            sheet.merge_cells(start_row=line, end_row=line, start_column=NAME, end_column=NAME + 1)
    for first, last in runs([row.nature for row in rows]):
        if last > first:
            sheet.merge_cells(start_row=HEADER + 1 + first, end_row=HEADER + 1 + last, start_column=NATURE,
                              end_column=NATURE)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 2)
