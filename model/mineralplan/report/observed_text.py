"""Observed years in words: which they are, from which file, and what in them is at odds with the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mineralplan.inputs.schedule import spans_of
from mineralplan.outputs.conflicts import conflicts
from mineralplan.report.notices import unit_label
from mineralplan.rules.rule import exact, figure, item_label
from mineralplan.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mineralplan.case import Case
    from mineralplan.report.record import Record

NAMES = ("year", "what", "about", "limit", "value", "amount", "unit", "clause")


def sentence(case: Case, lang: str) -> str:
    """Return which years are observed and which file says so; empty where none is."""
    if not case.observed_years:
        return ""
    file = case.observed_from.rpartition("/")[2]
    return say("observed.years", lang, years=spans_of(case.observed_years), file=file or "–")


def header(lang: str) -> list[str]:
    """Return the columns of `rows`."""
    return [say(f"observed.columns.{name}", lang) for name in NAMES]


def rows(record: Record, lang: str) -> list[list[str]]:
    """Return every conflict of what was observed, as people read it."""
    return [[found[name] for name in NAMES] for _, found in _found(record, lang)]


def bullets(record: Record, lang: str) -> list[str]:
    """Return one line for every conflict."""
    return [say(f"observed.lines.{kind}", lang, **found) for kind, found in _found(record, lang)]


def _found(record: Record, lang: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the kind of every conflict and what is said of it, by the names of columns."""
    case = record.case
    for row in conflicts(case, record.tables).to_dict("records"):
        figures = {name: figure(exact(row[name])) for name in ("limit", "value", "amount")}
        yield row["kind"], {
            "year": str(row["year"]), "what": say(f"observed.kinds.{row['nature'] or row['kind']}", lang),
            "about": about(case, row, lang), **figures, "unit": unit_label(row["unit"], lang), "clause": row["clause"],
        }


def about(case: Case, row: dict[Any, Any], lang: str) -> str:
    """Return what a conflict is about: an indicator and its item, or a mine."""
    if row["rule"]:
        rule = row["rule"]
        return f"{say(f'rules.{rule}.name', lang)} · {item_label(case, row['item'], lang)}"
    return f"{row['block']} {case.blocks[row['block']].label.text(lang)}".strip()
