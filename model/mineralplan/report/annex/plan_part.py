"""Part A: the adjustment of the plan, its indicators and totals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.report.annex.comparison import indicator_text, rule_changes, rules_in_force, settings
from mineralplan.report.annex.evidence import (
    AMOUNTS,
    amount,
    compliance,
    indicator_header,
    indicator_rows,
    need,
    sense,
    steps,
)
from mineralplan.report.annex.paper import Paper
from mineralplan.report.boxes import BoxRow, box_row, figure_text, main_indicators, runs
from mineralplan.report.summary import certificate_sentence
from mineralplan.rules.rule import item_label
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.report.annex.comparison import Change
    from mineralplan.report.record import Record

PLAN_RULES = frozenset({"output_cap", "mine_count", "size_share", "green_share", "supply_guarantee"})
"""Rules of totals and shares; all others are about blocks."""
FIGURES = ("supply_demand", "output_caps", "mines", "landbank")
DIGITS = 12
"""Of a file's sha256 that are shown."""


def of_plan(rule: str) -> bool:
    """Return whether a rule belongs into this part."""
    return rule in PLAN_RULES


def write_plan_part(paper: Paper, record: Record) -> None:
    """Write part A."""
    lang = paper.lang
    paper.new_section(lying=False)
    paper.heading(say("annex.a.title", lang), 1)
    paper.heading(say("annex.reasons", lang), 2)
    _argue(paper, record)
    paper.heading(say("annex.scheme", lang), 2)
    _compare(paper, record)
    paper.heading(say("annex.explanation", lang), 2)
    _explain(paper, record)
    paper.heading(say("annex.boxes", lang), 2)
    _boxes(paper, record)
    paper.heading(say("annex.figures", lang), 2)
    for name in FIGURES:
        write_figure(paper, record, name)


def write_figure(paper: Paper, record: Record, name: str) -> None:
    """Write one figure of the plan; its own title stands in it, so that the caption says whose data it shows."""
    paper.figure(record.pictures(name, paper.lang)["png"],
                 say("annex.figure", paper.lang, scenario=record.case.title.text(paper.lang)))


def _argue(paper: Paper, record: Record) -> None:
    case, lang = record.case, paper.lang
    paper.heading(say("annex.necessity", lang), 3)
    for sentence in need(record, lang):
        paper.text(sentence)
    names = ("year", "use", *AMOUNTS, "self_sufficiency")
    paper.caption(say("annex.tables.balance", lang))
    paper.table([say(f"workbook.columns.{name}", lang) for name in names], _balance(record, lang),
                (1.1, 2.6, *(1.35,) * len(AMOUNTS), 1.55), figures=range(2, len(names)), points=8.5)
    paper.fill_in(say("annex.missing.necessity", lang))
    paper.heading(say("annex.reasonableness", lang), 3)
    for sentence in (*sense(record, lang), steps(record, lang), certificate_sentence(record.manifest, lang)):
        paper.text(sentence)
    paper.fill_in(say("annex.missing.reasonableness", lang))
    paper.heading(say("annex.compliance.title", lang), 3)
    for sentence in compliance(record, lang, of_plan):
        paper.text(sentence)
    paper.caption(say("annex.tables.indicators", lang))
    write_indicators(paper, indicator_header(case.report_years, lang), indicator_rows(record, lang, of_plan))
    paper.fill_in(say("annex.missing.compliance", lang))


def write_indicators(paper: Paper, header: list[str], rows: list[list[str]]) -> None:
    """Write a table of indicators with their margins."""
    years = len(header) - 7
    paper.table(header, rows, (1.9, 2.3, 2.3, 1.3, *(1.2,) * years, 1.15, 1.25, 2.25), figures=range(4, 5 + years),
                points=8.5)


def _balance(record: Record, lang: str) -> list[list[str]]:
    table, case = record.tables.balance, record.case
    table = table[(table["market"] == "district") & table["year"].isin(case.report_years) & (table["demand_10kt"] > 0)]
    return [[str(row["year"]), case.uses[row["use"]].text(lang), *(amount(row[name]) for name in AMOUNTS),
             f"{row['self_sufficiency']:.0%}"] for row in table.to_dict("records")]


def _compare(paper: Paper, record: Record) -> None:
    """Write the adjusted indicators beside the plan in force."""
    case, lang, changes = record.case, paper.lang, rule_changes(record.case)
    if rules_in_force(case) is None:
        paper.text(say("annex.no_source", lang))
        return
    if not changes:
        paper.text(say("annex.no_change", lang, document=case.document.text(lang)))
        return
    paper.text(say("annex.changes", lang, count=len(changes), document=case.document.text(lang)))
    paper.caption(say("annex.tables.changes", lang))
    paper.table([say(f"annex.columns.{name}", lang) for name in ("what", "before", "after", "clause", "reason")],
                [_change(record, change, lang) for change in changes], (1.8, 2.2, 2.4, 1.6, 2.8))
    paper.fill_in(say("annex.missing.change", lang))


def _change(record: Record, change: Change, lang: str) -> list[str]:
    case = record.case
    modelled, reason = box_row(record, change.rule, change.item, lang), "–"
    if modelled is not None and modelled.values[-1] is not None:
        values = say("annex.between", lang).join(
            say("annex.value", lang, year=year, value=figure_text(value))
            for year, value in zip(case.report_years, modelled.values, strict=True))
        reason = say("annex.modelled", lang, values=values, unit=modelled.unit, margin=figure_text(modelled.margin))
    name = say("explanation.member", lang, name=say(f"rules.{change.rule}.name", lang),
               item=item_label(case, change.item, lang))
    return [name, indicator_text(change.rule, change.before, lang), indicator_text(change.rule, change.after, lang),
            change.after.clause, reason]


def _explain(paper: Paper, record: Record) -> None:
    case, lang = record.case, paper.lang
    paper.text(say("annex.method", lang, document=case.document.text(lang), first=case.years[0], last=case.years[-1],
                   target=case.target_year, version=record.manifest["versions"]["mineralplan"]))
    paper.text(verdict_sentence(record.audit, lang))
    listed = list(settings(case))
    if listed:
        paper.caption(say("annex.tables.settings", lang))
        paper.table([say("annex.columns.setting", lang), say("annex.columns.value", lang)], listed, (2, 3), points=8.5)
    if case.inputs:
        paper.caption(say("annex.tables.inputs", lang))
        paper.table([say("annex.columns.file", lang), say("annex.columns.sha256", lang, digits=DIGITS)],
                    [(_file(entry.name), entry.sha256[:DIGITS]) for entry in case.inputs], (3, 2), points=8.5)
    paper.fill_in(say("annex.missing.explanation", lang))


def _file(name: str) -> str:
    """Return how a file is called: where it lies on the machine of the run says nothing to others."""
    return Path(name).name if Path(name).is_absolute() else name


def _boxes(paper: Paper, record: Record) -> None:
    case, lang, rows = record.case, paper.lang, main_indicators(record, paper.lang)
    paper.caption(say("workbook.titles.box", lang))
    header = [say("boxes.name", lang), "", say("boxes.unit", lang), say("boxes.target", lang, year=case.target_year),
              say("boxes.nature", lang), *(say("boxes.modelled", lang, year=year) for year in case.report_years),
              say("boxes.margin", lang), say("boxes.clause", lang)]
    years = len(case.report_years)
    table = paper.table(header, [_box(row, lang) for row in rows],
                        (1.6, 2.3, 1.5, 1.1, 1.5, *(1.3,) * years, 1.2, 2.4), figures=(3, *range(5, 6 + years)))
    merge_box(table, rows)
    paper.note(say("boxes.not_modelled", lang))
    _small_box(paper, record, [row for row in rows if row.nature == "binding" and row.name], "controlled")
    found = (box_row(record, "minimum_scale", item, lang) for item in case.rules.get("minimum_scale", {}))
    _small_box(paper, record, [row for row in found if row is not None], "minimum")


def _box(row: BoxRow, lang: str) -> list[str]:
    return [row.group, row.name, row.unit, figure_text(row.target), say(f"figures.nature.{row.nature}", lang),
            *map(figure_text, row.values), figure_text(row.margin), row.clause]


def merge_box(table: object, rows: list[BoxRow]) -> None:
    """Merge the cells of a printed box: a group over its members, an attribute over those that share it."""
    from docx.table import Table

    assert isinstance(table, Table)
    table.cell(0, 0).merge(table.cell(0, 1))
    for column, entries in ((0, [row.group for row in rows]), (4, [row.nature for row in rows])):
        for first, last in runs(entries):
            for line in range(first + 2, last + 2):
                table.cell(line, column).text = ""
            if last > first:
                _tidy(table.cell(first + 1, column).merge(table.cell(last + 1, column)))
    for line, row in enumerate(rows, start=1):
        if not row.name:
            _tidy(table.cell(line, 0).merge(table.cell(line, 1)))


def _tidy(cell: object) -> None:
    """Take away the empty paragraphs that merging leaves, and set the rest in the middle."""
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.table import _Cell

    assert isinstance(cell, _Cell)
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def _small_box(paper: Paper, record: Record, rows: list[BoxRow], name: str) -> None:
    """Write a box of one figure a mineral."""
    if not rows:
        return
    lang, year = paper.lang, record.case.report_years[0]
    paper.caption(say(f"annex.tables.{name}", lang))
    header = [say("annex.columns.mineral", lang), say("boxes.unit", lang), say(f"annex.columns.{name}", lang),
              say("annex.columns.modelled", lang, year=year), say("boxes.clause", lang)]
    paper.table(header, [[row.name, row.unit, figure_text(row.target), figure_text(row.values[0]), row.clause]
                         for row in rows], (2, 1.4, 1.4, 1.6, 2.6), figures=(2, 3))
