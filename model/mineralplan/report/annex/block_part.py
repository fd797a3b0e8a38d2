"""Part B: the adjustment of the mining blocks, their table, the annual plan, the maps."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from mineralplan.case import Block
from mineralplan.inputs.schedule import spans_of
from mineralplan.outputs.annual_plan import planned_years
from mineralplan.report.annex.comparison import BlockChange, block_changes
from mineralplan.report.annex.evidence import (
    amount,
    compliance,
    indicator_header,
    indicator_rows,
    planned_year,
    steps,
)
from mineralplan.report.annex.paper import Paper
from mineralplan.report.annex.plan_part import of_plan, write_figure, write_indicators
from mineralplan.report.notices import unit_label
from mineralplan.report.to_prove import to_prove
from mineralplan.words import say, vocabulary

if TYPE_CHECKING:
    import pandas as pd

    from mineralplan.report.record import Record


def of_blocks(rule: str) -> bool:
    """Return whether a rule belongs into this part."""
    return not of_plan(rule)


def write_block_part(paper: Paper, record: Record) -> None:
    """Write part B."""
    case, lang = record.case, paper.lang
    paper.new_section(lying=False)
    paper.heading(say("annex.b.title", lang), 1)
    paper.heading(say("annex.reasons", lang), 2)
    _argue(paper, record)
    paper.heading(say("annex.scheme", lang), 2)
    _compare(paper, record)
    paper.heading(say("annex.explanation", lang), 2)
    counts = {status: sum(block.status == status for block in case.blocks.values())
              for status in ("existing", "new", "merged")}
    paper.text(say("annex.b.blocks", lang, count=len(case.blocks), **counts))
    paper.fill_in(say("annex.missing.block_explanation", lang))
    paper.heading(say("annex.annual", lang), 2)
    _annual(paper, record)
    paper.new_section(lying=True)
    paper.heading(say("annex.block_table", lang), 2)
    _block_table(paper, record)
    paper.new_section(lying=False)
    paper.heading(say("annex.maps", lang), 2)
    write_figure(paper, record, "map")
    write_figure(paper, record, "gantt")


def _argue(paper: Paper, record: Record) -> None:
    lang = paper.lang
    paper.heading(say("annex.necessity", lang), 3)
    paper.text(steps(record, lang))
    for sentence in _by_mineral(record, lang):
        paper.text(sentence)
    paper.fill_in(say("annex.missing.block_necessity", lang))
    paper.heading(say("annex.reasonableness", lang), 3)
    paper.text(say("annex.b.chosen", lang))
    paper.fill_in(say("annex.missing.block_reasonableness", lang))
    paper.heading(say("annex.compliance.title", lang), 3)
    for sentence in compliance(record, lang, of_blocks):
        paper.text(sentence)
    paper.caption(say("annex.tables.block_indicators", lang))
    header = indicator_header(record.case.report_years, lang)
    write_indicators(paper, header, indicator_rows(record, lang, of_blocks))
    paper.fill_in(say("annex.missing.block_compliance", lang))


def _by_mineral(record: Record, lang: str) -> list[str]:
    """Return for each mineral with steps how much capacity is added and given up by the target year."""
    case, year = record.case, planned_year(record)
    made = record.tables.production
    later = made[made["year"] == year].groupby("mineral")["capacity_10kt_a"].sum()
    sentences = []
    for mineral in record.tables.actions["mineral"].unique():
        before = sum(block.options[0].capacity for block in case.blocks_of(mineral) if block.existing)
        if before == later.get(mineral, 0.0):
            continue
        unit = unit_label(f"{case.minerals[mineral].unit}/a", lang)
        sentences.append(say("annex.b.capacity", lang, mineral=case.minerals[mineral].text(lang), base=case.base_year,
                             before=amount(before), year=year, after=amount(later.get(mineral, 0.0)), unit=unit))
    return sentences


def _compare(paper: Paper, record: Record) -> None:
    """Write what is done with each block beside what the base year had, and what the scenario changes of the data."""
    case, lang = record.case, paper.lang
    steps_of = record.tables.actions.sort_values(["block", "year"], kind="stable").to_dict("records")
    names = ("what", "base", "after", "clause", "reason")
    header = [say(f"annex.columns.{name}", lang) for name in names]
    rows = [_block_row(record, case.blocks[str(code)], list(group), lang)
            for code, group in groupby(steps_of, key=lambda row: row["block"])]
    if rows:
        paper.caption(say("annex.tables.block_changes", lang))
        paper.table(header, rows, (2.8, 1.9, 2.7, 1.8, 2.6))
    else:
        paper.text(say("annex.b.no_change", lang))
    data = block_changes(case)
    if data:
        paper.caption(say("annex.tables.block_data", lang))
        paper.table([say(f"annex.columns.{name}", lang) for name in ("what", "before", "after")],
                    [_data_row(record, change, lang) for change in data], (3, 2, 2))
    paper.fill_in(say("annex.missing.block_change", lang))


def _block_row(record: Record, block: Block, group: list[dict[Any, Any]], lang: str) -> list[str]:
    case, first = record.case, block.options[0].capacity
    unit = unit_label(f"{case.minerals[block.mineral].unit}/a", lang)
    after = [say("annex.b.step", lang, year=row["year"], action=say(f"actions.{row['action']}", lang),
                 capacity=f"{row['capacity_10kt_a']:g}", unit=unit) for row in group]
    largest = max(row["capacity_10kt_a"] for row in group)
    size = say(f"figures.mines.{case.size_class(block.mineral, largest)}", lang)
    life = say("annex.b.life", lang, size=size, years=amount(block.resource * block.recoverable_share / largest))
    least = case.rules.get("minimum_scale", {}).get(block.mineral)
    return [
        f"{block.code} {block.label.text(lang)}",
        say("annex.b.worked", lang, capacity=f"{first:g}", unit=unit) if block.existing else say("annex.b.none", lang),
        say("annex.between", lang).join(after), "–" if least is None else least.clause, life,
    ]


def _data_row(record: Record, change: BlockChange, lang: str) -> list[str]:
    key = f"annex.fields.{change.column}"
    named = say(f"annex.fields.{change.column}", lang) if key in vocabulary(lang) else change.column
    label = record.case.blocks[change.block].label.text(lang)
    return [f"{change.block} {label}{say('annex.colon', lang)}{named}", _data(change.before, lang),
            _data(change.after, lang)]


def _data(value: object, lang: str) -> str:
    if value in ("", None):
        return "–"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return say(f"items.{value}", lang) if f"items.{value}" in vocabulary(lang) else str(value)


def _annual(paper: Paper, record: Record) -> None:
    case, lang, planned = record.case, paper.lang, planned_years(record.case)
    if case.observed_years:
        paper.text(say("annex.b.observed", lang, years=spans_of(case.observed_years)))
    table = record.tables.actions
    _annual_actions(paper, record, table[table["year"].isin(planned)])
    proven = [[str(year), *cells] for year, cells in to_prove(record, lang)]
    if proven:
        names = ("year", "block", "block_name", "mineral", "new_resource", "unit", "adds_to")
        paper.caption(say("annex.tables.prove", lang))
        paper.table([say(f"annex.columns.{name}", lang) for name in names], proven,
                    (1, 1.6, 3.2, 2.2, 1.3, 1.2, 1.6), figures=(4,))
    paper.note(say("annex.b.quotas", lang))


def _annual_actions(paper: Paper, record: Record, table: pd.DataFrame) -> None:
    case, lang = record.case, paper.lang
    if table.empty:
        paper.text(say("annex.b.no_change", lang))
        return
    names = ("year", "action", "block", "block_name", "mineral", "scale")
    rows = [[str(row["year"]), say(f"actions.{row['action']}", lang), row["block"],
             case.blocks[row["block"]].label.text(lang), case.minerals[row["mineral"]].text(lang),
             f"{row['capacity_10kt_a']:g} {unit_label(case.minerals[row['mineral']].unit + '/a', lang)}"]
            for row in table.to_dict("records")]
    paper.caption(say("annex.tables.annual", lang))
    paper.table([say(f"annex.columns.{name}", lang) for name in names], rows, (1, 1, 1.5, 3.4, 2.2, 1.9), figures=(5,))


def _block_table(paper: Paper, record: Record) -> None:
    case, lang = record.case, paper.lang
    year = planned_year(record)
    made = record.tables.production.sort_values("year", kind="stable")
    by_block = {str(code): rows.to_dict("records") for code, rows in made.groupby("block", sort=False)}
    names = ("block", "block_name", "mineral", "place", "area", "resource", "scales", "years", "status")
    header = [*(say(f"annex.columns.{name}", lang) for name in names), say("annex.columns.state", lang, year=year),
              say("annex.columns.overlap", lang)]
    rows = []
    for code, block in case.blocks.items():
        at = by_block[code]
        state = next(row["state"] for row in at if row["year"] == year)
        zone = case.zones.get(block.zone)
        rows.append([
            code, block.label.text(lang), case.minerals[block.mineral].text(lang),
            "–" if zone is None else zone.label.text(lang), f"{block.area_km2:g}", amount(block.resource),
            _scales(at, lang), spans_of([row["year"] for row in at if row["capacity_10kt_a"]]) or "–",
            say(f"annex.statuses.{block.status}", lang), say(f"workbook.states.{state}", lang),
            _data(block.overlap, lang),
        ])
    paper.table(header, rows, (1.6, 3.5, 2.2, 1.5, 1.5, 1.4, 1.6, 1.7, 1.1, 1.6, 1.6), figures=(4, 5), points=8)
    paper.note(say("annex.b.units", lang))


def _scales(rows: list[dict[Any, Any]], lang: str) -> str:
    """Return the licensed capacities that a block has, one after the other."""
    working = [f"{row['capacity_10kt_a']:g}" for row in rows if row["capacity_10kt_a"]]
    return " → ".join(dict.fromkeys(working)) or "–"
