"""The plan's indicators in the form of its own box, with what the plan that was found makes of them."""

from __future__ import annotations

from fractions import Fraction

from mineralplan.report.notices import unit_label
from mineralplan.report.page.parts import Section, Table, Text
from mineralplan.report.record import Record
from mineralplan.rules import registry
from mineralplan.rules.rule import Finding, exact, figure, item_label
from mineralplan.words import say

SHARE = "share"


def section(record: Record, lang: str) -> Section:
    """Return every indicator: name, unit, target, nature, then the values of the years of report."""
    case = record.case
    groups: dict[tuple[str, str], dict[int, Finding]] = {}
    for finding in record.audit.findings:
        if finding.year in case.report_years:
            groups.setdefault((finding.rule, finding.item), {})[finding.year] = finding
    rows: list[list[str]] = []
    bad = set()
    for (rule, item), found in groups.items():
        indicator = case.rules[rule][item]
        target = indicator.schedule.at(case.target_year)
        holds = all(f.holds for f in found.values())
        if not holds:
            bad.add(len(rows))
        sign = "≤" if registry()[rule].sense == "<=" else "≥"
        rows.append([
            indicator_name(record, rule, item, lang), unit_name(indicator.unit, lang),
            "–" if target is None else f"{sign} {amount(exact(target), indicator.unit)}",
            say(f"figures.nature.{indicator.nature_in(case.target_year)}", lang),
            *(_value(found.get(year)) for year in case.report_years), _margin(found),
            say(f"verdict.{'holds' if holds else 'fails'}", lang), indicator.clause,
        ])
    several = len(case.report_years)
    header = [
        *(say(f"page.scorecard.{name}", lang) for name in ("name", "unit")),
        say("page.scorecard.target", lang, year=case.target_year), say("page.scorecard.nature", lang),
        *(say("page.scorecard.value", lang, year=year) for year in case.report_years),
        *(say(f"page.scorecard.{name}", lang) for name in ("margin", "verdict")), say("columns.clause", lang),
    ]
    return Section("scorecard", say("page.scorecard.title", lang), [
        Text(say("page.scorecard.meaning", lang), "quiet"),
        Table(say("page.scorecard.title", lang), header, rows,
              figures=frozenset({2, *range(4, 5 + several)}), bad=frozenset(bad)),
    ])


def indicator_name(record: Record, rule: str, item: str, lang: str) -> str:
    """Return the name of an indicator: the rule's, and what it is about."""
    return say("page.scorecard.indicator", lang, rule=say(f"rules.{rule}.name", lang),
               item=item_label(record.case, item, lang))


def unit_name(unit: str, lang: str) -> str:
    """Return a unit as the plan's box writes it: a share in percent."""
    return "%" if unit == SHARE else unit_label(unit, lang)


def amount(value: Fraction, unit: str) -> str:
    """Return a figure in the unit of the plan's box."""
    return figure(value * 100 if unit == SHARE else value)


def _value(finding: Finding | None) -> str:
    """Return a finding's value; a dash where nothing fell under the rule that year."""
    return "–" if finding is None or finding.value is None else amount(finding.value, finding.unit)


def _margin(found: dict[int, Finding]) -> str:
    known = [f.margin for f in found.values() if f.margin is not None]
    return amount(min(known), next(iter(found.values())).unit) if known else "–"
