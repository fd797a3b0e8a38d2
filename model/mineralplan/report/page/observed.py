"""The years that were observed, and what in them is at odds with the plan."""

from __future__ import annotations

from mineralplan.report import observed_text
from mineralplan.report.page.parts import Part, Section, Table, Text
from mineralplan.report.record import Record
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return which years are observed, from which file, and every conflict; nothing where none is observed."""
    parts: list[Part] = []
    if record.case.observed_years:
        found = observed_text.rows(record, lang)
        parts = [
            Text(observed_text.sentence(record.case, lang)),
            Table(say("observed.table", lang), observed_text.header(lang), found, figures=frozenset({3, 4, 5}))
            if found else Text(say("observed.none", lang)),
        ]
    return Section("observed", say("observed.title", lang), parts)
