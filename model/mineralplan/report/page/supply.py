"""Demand of a use, and where it is met from."""

from __future__ import annotations

from mineralplan.report.figures import style
from mineralplan.report.page.charts import chart, chosen, coloured, named, quantity, row, years
from mineralplan.report.page.parts import Chart, Section, Text
from mineralplan.report.record import Record
from mineralplan.words import say

SOURCES = ("local", "recycled", "spoil", "imported", "shortage")


def section(record: Record, lang: str) -> Section:
    """Return one chart; the reader chooses the use and the market."""
    case, balance = record.case, record.tables.balance
    wanted = balance.groupby("use")["demand_10kt"].max()
    uses = {use: case.uses[use].text(lang) for use in case.uses if wanted.get(use, 0.0) > 0}
    title = say("page.supply.title", lang)
    if not uses:
        return Section("supply", title, [Text(say("figures.nothing", lang))])
    units = {use: say(f"units.{case.uses[use].unit}_per_a", lang) for use in uses}
    # White filled with hatching stands for a shortage on paper; here its rim alone is strong enough.
    tones = {f"{name}_10kt": style.SOURCES[name].edge if name == "shortage" else style.SOURCES[name].face
             for name in SOURCES}
    order = f"indexof({[*tones]}, datum.source)"
    tip = row({"year": say("columns.year", lang), "source_name": say("page.supply.source", lang),
               "quantity": say("page.supply.quantity", lang), "demand_10kt": say("figures.sources.demand", lang)})
    bars = {
        "transform": [{"fold": [*tones], "as": ["source", "quantity"]}, *named({
            "source_name": "names.source[datum.source]", "order": order})],
        "mark": {"type": "bar"},
        "encoding": {"y": quantity("quantity"), "color": coloured("source", tones, "source"),
                     "order": {"field": "order"}, "tooltip": tip},
    }
    line = {
        "mark": {"type": "line", "point": {"color": style.INK, "size": 28}, "color": style.INK},
        "encoding": {"y": quantity("demand_10kt"), "tooltip": [tip[0], tip[3]]},
    }
    spec = chart(
        300, data={"name": "balance"}, title={"text": {"expr": "units[use]"}},
        params=[
            {"name": "units", "value": units},
            chosen("use", say("page.supply.use", lang), uses, next(iter(uses))),
            chosen("market", say("page.supply.market", lang),
                   {name: say(f"page.supply.{name}", lang) for name in ("district", "export")}, "district"),
        ],
        transform=[{"filter": "datum.use == use && datum.market == market"}],
        encoding={"x": years()}, layer=[bars, line],
    )
    return Section("supply", title, [
        Chart("supply", spec, say("page.supply.alt", lang), {"balance": balance}),
        Text(say("page.supply.meaning", lang), "quiet"),
    ])
