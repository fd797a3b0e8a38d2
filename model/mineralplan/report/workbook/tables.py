"""One sheet per result table, with names beside codes and units in the headers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from mineralplan.report.notices import unit_text
from mineralplan.report.standing import short_line
from mineralplan.report.workbook.cells import CENTRED, HEADER, begin, fit, head, printed, put
from mineralplan.rules.rule import item_label
from mineralplan.words import say

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook

    from mineralplan.case import Case
    from mineralplan.report.record import Record

AMOUNT, COUNT, PERCENT, MONEY, GENERAL = "#,##0.00", "#,##0", "0.0%", "#,##0.0", "General"
FORMATS = {"year": GENERAL, "mines": COUNT, "self_sufficiency": PERCENT, "cost_10kcny": MONEY,
           "discounted_10kcny": MONEY}
"""Number formats; `AMOUNT` for all other figures."""
HEADED = {"annual_plan": {"capacity_10kt_a": "planned_capacity", "quantity_10kt": "planned",
                          "limit_10kt": "planned_limit"}}
"""Columns that are headed otherwise than their name is elsewhere, by table."""
NAMED = ("block", "source", "zone")
"""Columns of codes that are followed by a column of names."""
MIDDLED = ("year", "size_class", "green", "cap_nature", "nature", "sense", "holds", "action", "state", "market",
           "basis", "unit", "kind", "observed")
"""Columns of short entries between columns of figures: centred, so that they do not touch them."""
FIGURES = ("limit", "value", "margin")
"""Columns whose figures are shares where the row's unit says so."""


def add_tables(book: Workbook, record: Record, lang: str) -> None:
    """Add a sheet for every result table."""
    for entry in fields(record.tables):
        _add(book, record, entry.name, getattr(record.tables, entry.name), lang)


def _add(book: Workbook, record: Record, name: str, table: pd.DataFrame, lang: str) -> None:
    note = short_line(record, lang)
    sheet = book.create_sheet(say(f"workbook.sheets.{name}", lang))
    begin(sheet, say(f"workbook.titles.{name}", lang), note, warned=bool(record.warnings(lang)))
    columns = list(_columns(table))
    headed = HEADED.get(name, {})
    head(sheet, [say(f"workbook.columns.{headed.get(column, column)}", lang) for column in columns])
    words = _words(record.case, lang)
    for line, row in enumerate(table.to_dict("records"), start=HEADER + 1):
        for number, column in enumerate(columns, start=1):
            value = _value(row, str(column), words)
            cell = put(sheet, line, number, value)
            if isinstance(value, int | float):
                shared = column in FIGURES and row["unit"] == "share"
                cell.number_format = PERCENT if shared else FORMATS.get(str(column), AMOUNT)
            if column in MIDDLED:
                cell.alignment = CENTRED
    sheet.freeze_panes = f"A{HEADER + 1}"
    sheet.auto_filter.ref = f"A{HEADER}:{get_column_letter(len(columns))}{HEADER + len(table)}"
    fit(sheet)
    printed(sheet, note)


def _columns(table: pd.DataFrame) -> Iterator[str]:
    for column in table.columns:
        yield str(column)
        if column in NAMED:
            yield f"{column}_name"


def _value(row: dict[Any, Any], column: str, words: dict[str, Callable[[str], str]]) -> Any:
    """Return what a cell shows: names for codes, nothing for what is not a number."""
    if column.endswith("_name"):
        return words["name"](row[column.removesuffix("_name")])
    value = row[column]
    if column in words:
        return words[column](value)
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 9)
    return value


def _words(case: Case, lang: str) -> dict[str, Callable[[str], str]]:
    """Return how the entries of a column of codes are told to people, by column."""
    prospects = {prospect.code: prospect for prospect in case.prospects}

    def name(code: str) -> str:
        place = case.blocks.get(code) or case.supplies.get(code) or case.zones.get(code) or prospects.get(code)
        return code if place is None else place.label.text(lang) or code

    return {
        "name": name,
        "mineral": lambda code: case.minerals[code].text(lang),
        "use": lambda code: case.uses[code].text(lang),
        "state": lambda code: say(f"workbook.states.{code}", lang),
        "size_class": lambda code: say(f"figures.mines.{code}", lang) if code else "",
        "green": lambda value: say("workbook.yes" if value else "workbook.no", lang),
        "observed": lambda value: say("workbook.yes" if value else "workbook.no", lang),
        "basis": lambda code: say(f"workbook.basis.{code}", lang),
        "market": lambda code: say(f"workbook.markets.{code}", lang),
        "cap_nature": lambda code: say(f"figures.nature.{code}", lang) if code else "",
        "nature": lambda code: say(f"figures.nature.{code}", lang),
        "rule": lambda code: say(f"rules.{code}.name", lang),
        "item": lambda code: item_label(case, code, lang),
        "unit": lambda unit: unit_text(unit, lang),
        "sense": lambda sense: "≤" if sense == "<=" else "≥",
        "holds": lambda value: say("verdict.holds" if value else "verdict.fails", lang),
        "action": lambda code: say(f"actions.{code}", lang),
        "kind": lambda code: say(f"workbook.kinds.{code}", lang),
        "term": lambda code: say(f"terms.{code}", lang),
    }
