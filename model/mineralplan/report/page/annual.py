"""The annual plan: rights to put on offer, changes of mines, quotas, new resources to be proven, year by year."""

from __future__ import annotations

from typing import Any

from mineralplan.inputs.schedule import spans_of
from mineralplan.outputs.annual_plan import in_force, planned_years
from mineralplan.report.figures import style
from mineralplan.report.page.parts import Folded, Section, Table, Text, Years
from mineralplan.report.record import Record
from mineralplan.report.to_prove import to_prove
from mineralplan.words import say

CHANGES = ("expand", "merge", "close")
Row = dict[Any, Any]


def section(record: Record, lang: str) -> Section:
    """Return what is to be done in every year, one year shown at a time; observed years only say that they are."""
    case = record.case
    planned = planned_years(case)
    years = {year: _year(record, lang, year) if year in planned else
             [Text(say("page.annual.observed_year", lang, year=year))] for year in case.years}
    said = [Text(say("page.annual.rounding", lang), "quiet")]
    if case.observed_years:
        said.insert(0, Text(say("page.annual.observed", lang, years=spans_of(case.observed_years))))
    shown = planned[0] if planned else case.years[-1]
    return Section("annual", say("page.annual.title", lang), [*said, Years(say("columns.year", lang), shown, years)])


def _year(record: Record, lang: str, year: int) -> list[Text | Table | Folded]:
    table = record.tables.annual_plan
    by_kind: dict[str, list[Row]] = {}
    for row in table[table["year"] == year].to_dict("records"):
        by_kind.setdefault(row["kind"], []).append(row)
    parts: list[Text | Table | Folded] = []
    if "offer" in by_kind:
        parts.append(_offers(record, lang, year, by_kind["offer"]))
    changes = [row for kind in CHANGES for row in by_kind.get(kind, ())]
    if changes:
        parts.append(_changes(record, lang, year, changes))
    if not parts:
        parts.append(Text(say("page.annual.none", lang, year=year)))
    if "quota_mineral" in by_kind:
        parts.append(_quotas(record, lang, year, by_kind["quota_mineral"]))
    if "quota_mine" in by_kind:
        parts.append(_quotas_of_mines(record, lang, year, by_kind["quota_mine"]))
    if "prove" in by_kind:
        parts.append(_to_prove(record, lang, year))
    return parts


def _offers(record: Record, lang: str, year: int, rows: list[Row]) -> Table:
    case = record.case
    lines = []
    for row in rows:
        block = case.blocks[row["block"]]
        zone = case.zones.get(block.zone)
        lines.append([
            block.code, block.label.text(lang), "–" if zone is None else zone.label.text(lang),
            _mineral(record, row, lang), f"{block.area_km2:g}", f"{row['capacity_10kt_a']:,g}",
            _unit(record, row, lang), row["clause"] or "–",
        ])
    names = ("place", "mineral", "area", "capacity", "unit", "least")
    return Table(say("page.annual.offers", lang, year=year), [*_block(lang), *_words(names, lang)], lines,
                 figures=frozenset({4, 5}))


def _changes(record: Record, lang: str, year: int, rows: list[Row]) -> Table:
    """Return expansions, mergers and closures; a mine that is merged says into which one, and that one from which."""
    case = record.case
    into = {parent: row["block"] for row in rows if row["kind"] == "merge"
            for parent in case.blocks[row["block"]].parents}
    lines = []
    for row in rows:
        block = case.blocks[row["block"]]
        remark = ""
        if row["kind"] == "merge":
            remark = say("page.annual.replaces", lang, blocks=", ".join(block.parents))
        elif block.code in into:
            remark = say("page.annual.goes_into", lang, block=into[block.code])
        lines.append([say(f"actions.{row['kind']}", lang), block.code, block.label.text(lang),
                      _mineral(record, row, lang), f"{row['capacity_10kt_a']:,g}", _unit(record, row, lang), remark])
    header = [say("columns.action", lang), *_block(lang), *_words(("mineral", "capacity", "unit", "remark"), lang)]
    return Table(say("page.annual.actions", lang, year=year), header, lines, figures=frozenset({4}))


def _quotas(record: Record, lang: str, year: int, rows: list[Row]) -> Table:
    """Return quota and cap of every mineral that has a cap."""
    lines, bad = [], set()
    for number, row in enumerate(rows):
        left = round(row["limit_10kt"] - row["quantity_10kt"], 6) or 0.0
        if left < 0:
            bad.add(number)
        capped = in_force(record.case, "output_cap", row["mineral"], year)
        nature = capped.nature_in(year) if capped else "off"
        lines.append([_mineral(record, row, lang), f"{row['quantity_10kt']:,.2f}", f"{row['limit_10kt']:,g}",
                      f"{left:,.2f}", _unit(record, row, lang), say(f"figures.nature.{nature}", lang), row["clause"]])
    header = [*_words(("mineral", "quota", "cap", "margin", "unit", "nature"), lang), say("columns.clause", lang)]
    return Table(say("page.annual.quotas", lang, year=year), header, lines, figures=frozenset({1, 2, 3}),
                 bad=frozenset(bad))


def _quotas_of_mines(record: Record, lang: str, year: int, rows: list[Row]) -> Folded:
    lines = [
        [row["block"], record.case.blocks[row["block"]].label.text(lang), _mineral(record, row, lang),
         f"{row['quantity_10kt']:,.2f}", f"{row['limit_10kt']:,g}", _unit(record, row, lang)]
        for row in rows
    ]
    header = [*_block(lang), *_words(("mineral", "quota", "licensed", "unit"), lang)]
    title = say("page.annual.quotas_of_mines", lang, year=year, count=len(rows))
    return Folded(title, [Table(title, header, lines, figures=frozenset({3, 4}))])


def _to_prove(record: Record, lang: str, year: int) -> Table:
    rows = [row for when, row in to_prove(record, lang) if when == year]
    header = [*_block(lang), *_words(("mineral", "new_resource", "unit", "adds_to"), lang)]
    return Table(say("page.annual.prove", lang, year=year), header, rows, figures=frozenset({3}))


def _block(lang: str) -> list[str]:
    return [say("columns.block", lang), say("columns.name", lang)]


def _words(names: tuple[str, ...], lang: str) -> list[str]:
    return [say(f"page.annual.{name}", lang) for name in names]


def _mineral(record: Record, row: Row, lang: str) -> str:
    return record.case.minerals[row["mineral"]].text(lang)


def _unit(record: Record, row: Row, lang: str) -> str:
    return say(f"units.{style.mineral_unit(record.case, row['mineral'])}", lang)
