"""What the solve itself knows of the cost of each binding clause: whether it leaves room, and where least."""

from __future__ import annotations

from fractions import Fraction

from mineralplan.report.page.parts import Section, Table, Text
from mineralplan.report.page.scorecard import amount, indicator_name, unit_name
from mineralplan.report.record import Record
from mineralplan.rules.rule import TOLERANCE, Finding
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return the slack of each binding clause in its tightest year.

    Clauses that allow nothing at all are left out: their slack is 0 whatever they cost.
    """
    groups: dict[tuple[str, str], list[tuple[Fraction, Finding]]] = {}
    for f in record.audit.findings:
        if f.nature == "binding" and f.margin is not None and f.limit:
            groups.setdefault((f.rule, f.item), []).append((f.margin, f))
    rows = []
    for (rule, item), found in groups.items():
        least, tightest = min(found, key=lambda entry: entry[0])
        tight = sum(margin <= TOLERANCE for margin, _ in found)
        meaning = "binds" if tight else "free"
        rows.append([
            indicator_name(record, rule, item, lang), str(tightest.year), amount(tightest.limit, tightest.unit),
            amount(least, tightest.unit), unit_name(tightest.unit, lang), str(tight),
            say(f"page.clauses.{meaning}", lang), tightest.clause,
        ])
    names = ("indicator", "year", "limit", "slack", "unit", "tight", "meaning")
    header = [*(say(f"page.clauses.{name}", lang) for name in names), say("columns.clause", lang)]
    return Section("clauses", say("page.clauses.title", lang), [
        Text(say("page.clauses.known", lang)),
        Table(say("page.clauses.title", lang), header, rows, figures=frozenset({1, 2, 3, 5})),
    ])
