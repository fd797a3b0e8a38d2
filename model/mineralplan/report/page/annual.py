"""The annual plan: licences to release, expansions, mergers, closures, and quotas, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mineralplan.report.figures import style
from mineralplan.report.page.parts import Section, Table, Text, Years
from mineralplan.report.record import Record
from mineralplan.words import say

ACTIONS = ("license", "expand", "merge", "close")


def section(record: Record, lang: str) -> Section:
    """Return the actions and the quotas of every year, one year shown at a time."""
    years = {year: _year(record, lang, year) for year in record.case.years}
    return Section("annual", say("page.annual.title", lang),
                   [Years(say("columns.year", lang), record.case.years[0], years)])


def _year(record: Record, lang: str, year: int) -> list[Text | Table]:
    return [*_actions(record, lang, year), _quotas(record, lang, year)]


def _actions(record: Record, lang: str, year: int) -> list[Text | Table]:
    case, table = record.case, record.tables.actions
    now = table[table["year"] == year]
    if now.empty:
        return [Text(say("page.annual.none", lang, year=year))]
    rows = [
        [say(f"actions.{action}", lang), code, case.blocks[code].label.text(lang), case.minerals[mineral].text(lang),
         f"{capacity:,g}", say(f"units.{style.mineral_unit(case, mineral)}", lang)]
        for action in ACTIONS
        for code, mineral, capacity in _lines(now[now["action"] == action], ["block", "mineral", "capacity_10kt_a"])
    ]
    header = [*(say(f"columns.{name}", lang) for name in ("action", "block", "name")),
              *(say(f"page.annual.{name}", lang) for name in ("mineral", "capacity", "unit"))]
    return [Table(say("page.annual.actions", lang, year=year), header, rows, figures=frozenset({4}))]


def _quotas(record: Record, lang: str, year: int) -> Table:
    """Return output and cap of every mineral that has a cap."""
    case, table = record.case, record.tables.minerals
    now = table[(table["year"] == year) & table["cap_10kt"].notna() & (table["cap_nature"] != "off")]
    lines = [*_lines(now, ["mineral", "output_10kt", "cap_10kt", "cap_nature"])]
    rows = [
        [case.minerals[mineral].text(lang), f"{output:,.2f}", f"{cap:,g}", f"{_left(cap, output):,.2f}",
         say(f"units.{style.mineral_unit(case, mineral)}", lang), say(f"figures.nature.{nature}", lang)]
        for mineral, output, cap, nature in lines
    ]
    header = [say(f"page.annual.{name}", lang) for name in ("mineral", "output", "cap", "margin", "unit", "nature")]
    bad = frozenset(i for i, (_, output, cap, _) in enumerate(lines) if _left(cap, output) < 0)
    return Table(say("page.annual.quotas", lang, year=year), header, rows, figures=frozenset({1, 2, 3}), bad=bad)


def _lines(table: pd.DataFrame, columns: list[str]) -> Iterator[Any]:
    """Yield the rows of some columns."""
    return table[columns].itertuples(index=False)


def _left(cap: float, output: float) -> float:
    """Return what a cap leaves; what rounding makes of nothing is nothing."""
    return round(cap - output, 6) or 0.0
