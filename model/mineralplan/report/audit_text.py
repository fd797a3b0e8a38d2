"""What the command line prints of an audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from mineralplan.auditing.phrases import amount_text, breach_name, verdict_sentence, where_label
from mineralplan.inputs.schedule import spans_of
from mineralplan.report.notices import notices, unit_label
from mineralplan.rules import broken
from mineralplan.rules.rule import Finding, figure, item_label
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.auditing.audit import Audit
    from mineralplan.auditing.undecided import Undecided

SHOWN = 40
"""Breaches that are listed; the rest is counted, and stands in the CSV."""


def audit_parts(audit: Audit, lang: str, *, every_year: bool = False) -> Iterator[Table | str]:
    """Yield the verdict, what is broken, the rules, the objectives, and what could not be decided.

    Parameters
    ----------
    every_year : bool
        A line for every year of a rule, not only for the tightest.
    """
    yield verdict_sentence(audit, lang)
    if audit.breaches:
        yield _breach_table(audit, lang)
        if len(audit.breaches) > SHOWN:
            yield say("audit.more", lang, count=len(audit.breaches) - SHOWN)
    if audit.findings:
        yield _rule_table(audit, lang, every_year=every_year)
    if audit.objectives:
        yield _objective_table(audit, lang)
    if audit.undecided:
        yield "\n".join([say("audit.open", lang), *(f"  {_gap(audit, gap, lang)}" for gap in audit.undecided)])
    yield from notices(audit.case, lang)


def _table(title: str, names: Iterable[str], right: Iterable[str], lang: str) -> Table:
    table = Table(title=say(title, lang), box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for name in names:
        table.add_column(say(f"audit.columns.{name}", lang), justify="right" if name in right else "left",
                         overflow="fold")
    return table


def _breach_table(audit: Audit, lang: str) -> Table:
    table = _table("audit.breaches", ("what", "where", "year", "by", "clause"), ("by",), lang)
    for breach in audit.breaches[:SHOWN]:
        table.add_row(breach_name(breach, lang), where_label(audit.case, breach, lang), str(breach.year),
                      amount_text(breach, lang), breach.clause)
    return table


def _rule_table(audit: Audit, lang: str, *, every_year: bool) -> Table:
    when = ("year",) if every_year else ("checked", "tightest")
    names = ("rule", "item", *when, "limit", "value", "margin", "verdict", "clause")
    table = _table("audit.rules" if every_year else "audit.rules_tightest", names, ("limit", "value", "margin"), lang)
    for _, group in groupby(audit.findings, key=lambda finding: (finding.rule, finding.item)):
        found = list(group)
        for finding in found if every_year else [min(found, key=_tightness)]:
            checked = () if every_year else (spans_of([f.year for f in found]),)
            table.add_row(*_rule_row(audit, finding, checked, lang))
    return table


def _tightness(finding: Finding) -> tuple[bool, float]:
    """Sort what is broken first, then by margin; what nothing fell under comes last."""
    return finding.holds, float("inf") if finding.margin is None else float(finding.margin)


def _rule_row(audit: Audit, finding: Finding, checked: tuple[str, ...], lang: str) -> list[str]:
    sign = "≤" if finding.sense == "<=" else "≥"
    if finding.holds:
        verdict = say("verdict.holds", lang)
    elif broken(audit.case, finding):
        verdict = say("verdict.fails", lang)
    else:
        verdict = say("observed.missed" if finding.nature == "binding" else "audit.missed", lang)
    return [
        say(f"rules.{finding.rule}.name", lang), item_label(audit.case, finding.item, lang), *checked,
        str(finding.year),
        f"{sign} {figure(finding.limit)} {unit_label(finding.unit, lang)}".strip(),
        "–" if finding.value is None else figure(finding.value),
        "–" if finding.margin is None else figure(finding.margin), verdict, finding.clause,
    ]


def _objective_table(audit: Audit, lang: str) -> Table:
    table = _table("audit.objectives", ("objective", "computed", "stated", "difference"),
                   ("computed", "stated", "difference"), lang)
    for name, value in audit.objectives.items():
        if name in audit.stated or name in audit.case.objective:
            stated = audit.stated.get(name)
            unit = say(f"objectives.{name}.unit", lang)
            table.add_row(
                f"{say(f'objectives.{name}.name', lang)} ({unit})", f"{float(value):,.6f}",
                "–" if stated is None else f"{stated:,.6f}",
                "–" if stated is None else f"{float(stated - value):.1e}",
            )
    return table


def _gap(audit: Audit, gap: Undecided, lang: str) -> str:
    """Return why something could not be decided, and what."""
    if not gap.what:
        return say(f"audit.why.{gap.why}", lang, years=spans_of(gap.years), what="")
    names = [_name(audit, name, lang) for name in gap.what]
    return say(f"audit.why.{gap.why}", lang, years=spans_of(gap.years), what=say("audit.list", lang).join(names))


def _name(audit: Audit, name: str, lang: str) -> str:
    if name in audit.case.rules:
        return say(f"rules.{name}.name", lang)
    return say(f"laws.{name}", lang)
