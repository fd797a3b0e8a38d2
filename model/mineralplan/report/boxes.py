"""The plan's own box of main indicators, beside what was modelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mineralplan.report.notices import unit_label
from mineralplan.rules import registry
from mineralplan.rules.rule import Finding, exact, figure, item_label
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.case import Case
    from mineralplan.report.record import Record

BOX = ("mine_count", "output_cap", "size_share")
"""The rules that the box of main indicators lists, in its order."""
SHARE = "share"


@dataclass(frozen=True)
class BoxRow:
    """One indicator of the box.

    Attributes
    ----------
    group : str
        What it belongs to; the name itself where it stands alone.
    name : str
        Empty where the group says it all.
    unit : str
        As people write it; a share is in %.
    target : Fraction or None
        Limit in the target year.
    nature : str
        In the target year.
    values : tuple of Fraction or None
        In the years of report; None where nothing falls under the rule.
    margin : Fraction or None
        The least of those years.
    holds : bool
    """

    group: str
    name: str
    unit: str
    target: Fraction | None
    nature: str
    values: tuple[Fraction | None, ...]
    margin: Fraction | None
    holds: bool
    clause: str


def main_indicators(record: Record, lang: str) -> list[BoxRow]:
    """Return the rows of the box: binding indicators of a group before expected ones, as the plan lists them."""
    rows = []
    for rule in BOX:
        items = record.case.rules.get(rule, {})
        found = [box_row(record, rule, item, lang) for item in items]
        rows += sorted((row for row in found if row is not None), key=lambda row: row.nature != "binding")
    return rows


def box_row(record: Record, rule: str, item: str, lang: str) -> BoxRow | None:
    """Return one indicator as the box shows it; None where it is off in the target year and all years of report."""
    case, indicator = record.case, record.case.rules[rule][item]
    by_year = {f.year: f for f in record.audit.findings if (f.rule, f.item) == (rule, item)}
    found = [by_year.get(year) for year in case.report_years]
    if indicator.nature == "off" or not any(found):
        return None
    percent, limit = indicator.unit == SHARE, indicator.schedule.at(case.target_year)
    factor = 100 if percent else 1
    margins = [f.margin * factor for f in found if f is not None and f.margin is not None]
    alone = registry()[rule].items == "all"
    return BoxRow(
        group=say(f"rules.{rule}.name", lang),
        name="" if alone else item_label(case, item, lang),
        unit="%" if percent else unit_label(indicator.unit, lang),
        target=None if limit is None else exact(limit) * factor,
        nature=indicator.nature_in(case.target_year),
        values=tuple(None if f is None or f.value is None else f.value * factor for f in found),
        margin=min(margins, default=None),
        holds=all(f.holds for f in found if f is not None),
        clause=indicator.clause,
    )


def runs(entries: Sequence[str]) -> list[tuple[int, int]]:
    """Return first and last index of every run of equal entries: what a printed box merges into one cell."""
    found: list[tuple[int, int]] = []
    for index, entry in enumerate(entries):
        if found and entries[found[-1][0]] == entry:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def figure_text(value: Fraction | None) -> str:
    """Return a figure as the box prints it; a dash where there is none."""
    return "–" if value is None else figure(round(value, 2))


def limit_text(case: Case, finding: Finding, lang: str) -> str:
    """Return what a finding asks for, with its sign and unit."""
    sign = "≤" if finding.sense == "<=" else "≥"
    if finding.unit == SHARE:
        return f"{sign} {figure_text(finding.limit * 100)}%"
    return f"{sign} {figure(finding.limit)} {unit_label(finding.unit, lang)}".strip()
