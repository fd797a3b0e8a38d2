"""What a run knows that speaks for or against an adjustment, in sentences and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mineralplan.report.boxes import figure_text, limit_text
from mineralplan.rules import registry
from mineralplan.rules.rule import Finding, item_label
from mineralplan.words import say

if TYPE_CHECKING:
    import pandas as pd

    from mineralplan.report.record import Record

MASS = "10kt"
"""The unit of the uses that are added up."""
AMOUNTS = ("demand_10kt", "local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt", "shortage_10kt")
SHORT = 0.005
"""What a shortage has to be, 10⁴ t, to show in two decimals."""


def amount(value: float) -> str:
    """Return an amount with as many decimals as say something."""
    text = f"{value:,.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def planned_year(record: Record) -> int:
    """Return the plan's target year, or the last that was modelled where that lies beyond."""
    return min(record.case.target_year, record.case.years[-1])


def _district(record: Record) -> pd.DataFrame:
    """Return the balance of the district's uses that are measured in mass."""
    table, uses = record.tables.balance, record.case.uses
    inside = (table["market"] == "district") & table["use"].map(lambda use: uses[use].unit == MASS)
    return table[inside]


def need(record: Record, lang: str) -> list[str]:
    """Return the sentences that show the need: demand, mines at hand, supply in the target year, shortage."""
    case, table, year = record.case, _district(record), planned_year(record)
    demand = table.groupby("year")["demand_10kt"].sum()
    peak, last = max(case.years, key=lambda one: float(demand.get(one, 0.0))), case.years[-1]
    mines = [block for block in case.blocks.values() if block.existing and case.minerals[block.mineral].unit == MASS]
    sums = table[table["year"] == year][list(AMOUNTS)].sum()
    sentences = [
        say("annex.need.demand", lang, first=case.years[0], begin=amount(demand.get(case.years[0], 0.0)), peak=peak,
            most=amount(demand.get(peak, 0.0)), last=last, end=amount(demand.get(last, 0.0))),
        say("annex.need.mines", lang, base=case.base_year, count=len(mines),
            capacity=amount(sum(block.options[0].capacity for block in mines))),
        say("annex.need.supply", lang, year=year, **{name.removesuffix("_10kt"): amount(sums[name])
                                                     for name in AMOUNTS}),
    ]
    return [*sentences, *_shortages(record, table, lang)]


def _shortages(record: Record, table: pd.DataFrame, lang: str) -> list[str]:
    total = table.groupby("use", sort=False)["shortage_10kt"].sum()
    missed = [say("annex.need.missed", lang, use=record.case.uses[str(use)].text(lang), amount=amount(value))
              for use, value in total.items() if value > SHORT]
    if not missed:
        return [say("annex.need.met", lang)]
    return [say("annex.need.shortage", lang, amount=amount(float(total.sum())),
                uses=say("annex.between", lang).join(missed))]


def sense(record: Record, lang: str) -> list[str]:
    """Return the sentences that show the plan to be reasonable: caps used, landbank, structure, steps."""
    case, year, between = record.case, planned_year(record), say("annex.between", lang)
    table = record.tables.minerals
    now = table[(table["year"] == year) & (table["output_10kt"] > 0)].to_dict("records")
    names = {row["mineral"]: case.minerals[row["mineral"]].text(lang) for row in now}
    caps = [say("annex.sense.cap", lang, mineral=names[row["mineral"]], output=amount(row["output_10kt"]),
                cap=amount(row["cap_10kt"]), share=f"{row['output_10kt'] / row['cap_10kt']:.0%}")
            for row in now if row["cap_nature"] == "binding" and row["cap_10kt"]]
    lives = [say("annex.sense.life", lang, mineral=names[row["mineral"]], years=amount(row["landbank_years"]))
             for row in now]
    made = record.tables.production
    working = made[(made["year"] == year) & (made["capacity_10kt_a"] > 0)]
    sizes = working["size_class"].value_counts()
    sentences = [
        say("annex.sense.structure", lang, year=year, mines=len(working), large=int(sizes.get("large", 0)),
            medium=int(sizes.get("medium", 0)), small=int(sizes.get("small", 0))),
    ]
    if caps:
        sentences.append(say("annex.sense.caps", lang, year=year, minerals=between.join(caps)))
    if lives:
        sentences.append(say("annex.sense.landbank", lang, year=year, minerals=between.join(lives)))
    return sentences


def steps(record: Record, lang: str) -> str:
    """Return how many mines are licensed, expanded, merged and closed over the horizon."""
    counts, case = record.tables.actions["action"].value_counts(), record.case
    return say("annex.sense.steps", lang, first=case.years[0], last=case.years[-1],
               **{name: int(counts.get(name, 0)) for name in ("license", "expand", "merge", "close")})


def compliance(record: Record, lang: str, concerned: Callable[[str], bool]) -> list[str]:
    """Return how many requirements of some rules are met, and which expected ones are not."""
    found = [f for f in record.audit.findings if concerned(f.rule)]
    binding = [f for f in found if f.nature == "binding"]
    held = sum(f.holds for f in binding)
    sentences = [say("annex.compliance.binding", lang, count=len(binding), held=held)]
    missed: dict[tuple[str, str], list[Finding]] = {}
    for f in found:
        if f.nature == "expected" and not f.holds:
            missed.setdefault((f.rule, f.item), []).append(f)
    if missed:
        listed = [say("annex.compliance.missed", lang, rule=say(f"rules.{rule}.name", lang),
                      item=item_label(record.case, item, lang), count=len(group))
                  for (rule, item), group in missed.items()]
        sentences.append(say("annex.compliance.expected", lang, list=say("annex.between", lang).join(listed)))
    return sentences


def indicator_rows(record: Record, lang: str, concerned: Callable[[str], bool]) -> list[list[str]]:
    """Return one row per indicator of some rules: limit, values in the years of report, margin, verdict, clause."""
    years = record.case.report_years
    groups: dict[tuple[str, str], dict[int, Finding]] = {}
    for f in record.audit.findings:
        if f.year in years and concerned(f.rule):
            groups.setdefault((f.rule, f.item), {})[f.year] = f
    rows = []
    for name in registry():
        for (rule, item), found in groups.items():
            if rule == name and any(f.limit or f.value for f in found.values()):
                rows.append(_row(record, rule, item, found, lang))
    return rows


def _row(record: Record, rule: str, item: str, found: dict[int, Finding], lang: str) -> list[str]:
    last = found[max(found)]
    factor = 100 if last.unit == "share" else 1
    margins = [f.margin * factor for f in found.values() if f.margin is not None]
    holds = all(f.holds for f in found.values())
    return [
        say(f"rules.{rule}.name", lang), item_label(record.case, item, lang), limit_text(record.case, last, lang),
        say(f"figures.nature.{last.nature}", lang),
        *(_value(found.get(year), factor) for year in record.case.report_years),
        figure_text(min(margins, default=None)), say("verdict.holds" if holds else "verdict.fails", lang), last.clause,
    ]


def _value(finding: Finding | None, factor: int) -> str:
    return "–" if finding is None or finding.value is None else figure_text(finding.value * factor)


def indicator_header(years: Iterable[int], lang: str) -> list[str]:
    """Return the header of `indicator_rows`."""
    return [say("annex.columns.indicator", lang), say("annex.columns.item", lang), say("annex.columns.limit", lang),
            say("boxes.nature", lang), *map(str, years), say("boxes.margin", lang), say("boxes.verdict", lang),
            say("boxes.clause", lang)]
