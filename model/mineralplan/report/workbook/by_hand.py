"""The sheet that a planner edits and gives to the audit: block, year, licensed capacity, output, green, state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from mineralplan.report.notices import unit_label
from mineralplan.report.standing import short_line
from mineralplan.report.workbook.cells import CENTRED, EDIT, HEADER, begin, fit, head, printed, put
from mineralplan.words import say

if TYPE_CHECKING:
    from openpyxl import Workbook

    from mineralplan.report.record import Record

COLUMNS = ("block", "name", "mineral", "year", "capacity", "output", "unit", "green", "state")
READ = ("block", "year", "capacity", "output", "green", "state")
"""Columns that the audit reads, under the first name it knows them by."""
MIDDLED = ("year", "unit", "green", "state")
EDITED = ("capacity", "output", "green", "state")


def add_by_hand(book: Workbook, record: Record, lang: str) -> None:
    """Add the sheet: every block in every year, so that a scale can be given to one that did not work."""
    case, table = record.case, record.tables.production
    sheet = book.create_sheet(say("workbook.sheets.by_hand", lang))
    note = short_line(record, lang)
    begin(sheet, f"{say('workbook.titles.by_hand', lang)} · {note}", say("workbook.by_hand.how", lang), warned=False)
    # No unit in the headers: a figure without one is read in the unit of the block's mineral, as the column says.
    head(sheet, [_header(name, lang) for name in COLUMNS])
    ordered = table.sort_values(["block", "year"], kind="stable")
    for line, row in enumerate(ordered.to_dict("records"), start=HEADER + 1):
        block, works = case.blocks[row["block"]], row["capacity_10kt_a"] > 0
        mineral = case.minerals[block.mineral]
        cells = {
            "block": block.code, "name": block.label.text(lang), "mineral": mineral.text(lang), "year": row["year"],
            "capacity": round(row["capacity_10kt_a"], 9), "output": round(row["output_10kt"], 9),
            "unit": unit_label(mineral.unit, lang),
            "green": (_first("yes", lang) if row["green"] else _first("no", lang)) if works else None,
            "state": say(f"workbook.by_hand.states.{row['state']}", lang),
        }
        for number, name in enumerate(COLUMNS, start=1):
            cell = put(sheet, line, number, cells[name])
            if name in MIDDLED:
                cell.alignment = CENTRED
            if name in EDITED:
                cell.fill = EDIT
    last = HEADER + len(ordered)
    for name, choices in (("green", (_first("yes", lang), _first("no", lang))),
                          ("state", [say(f"workbook.by_hand.states.{state}", lang)
                                     for state in ("kept", "opened", "expanded", "closed", "idle")])):
        listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        letter = get_column_letter(COLUMNS.index(name) + 1)
        listed.add(f"{letter}{HEADER + 1}:{letter}{last}")
        sheet.add_data_validation(listed)
    sheet.freeze_panes = f"C{HEADER + 1}"
    sheet.auto_filter.ref = f"A{HEADER}:{get_column_letter(len(COLUMNS))}{last}"
    fit(sheet)
    printed(sheet, note)


def _header(name: str, lang: str) -> str:
    if name in READ:
        return say(f"sheet.headers.{name}", lang).split(",")[0].strip()
    return say(f"workbook.by_hand.{name}", lang)


def _first(group: str, lang: str) -> str:
    """Return the first word of a group that the audit understands."""
    return say(f"sheet.{group}", lang).split(",")[0].strip()
