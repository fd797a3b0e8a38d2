"""Mines by size class with the limit on their number, and the share of large and medium ones."""

from __future__ import annotations

import numpy as np

from mineralplan.case import Case
from mineralplan.inputs.plan import SIZE_CLASSES
from mineralplan.report.figures import style
from mineralplan.report.figures.mines import ALL, by_size
from mineralplan.report.page.charts import LIMIT, chart, coloured, frame, named, quantity, row, years
from mineralplan.report.page.parts import Chart, Section, Spec
from mineralplan.report.record import Record
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return two charts: the number with its limit, the share with its limit."""
    case = record.case
    counts = by_size(case, record.tables)
    all_years = [case.base_year, *case.years]
    rows = [(year, size, i, count) for i, size in enumerate(SIZE_CLASSES)
            for year, count in zip(all_years, counts[size], strict=True)]
    every = np.sum([counts[size] for size in SIZE_CLASSES], axis=0)
    small = counts[SIZE_CLASSES[-1]]
    totals = [
        (year, int(total), (total - few) / total if total else None, limit_of(case, "mine_count", year),
         limit_of(case, "size_share", year))
        for year, total, few in zip(all_years, every, small, strict=True)
    ]
    data = {"sizes": frame(("year", "size", "order", "count"), rows),
            "totals": frame(("year", "mines", "share", "most", "least"), totals)}
    most, least = (bool(data["totals"][name].notna().any()) for name in ("most", "least"))
    return Section("mines", say("page.mines.title", lang), [
        Chart("mines", _numbers(lang, limited=most), say("page.mines.alt", lang), data),
        Chart("share", _share(lang, limited=least), say("page.mines.share_alt", lang), {"totals": data["totals"]}),
    ])


def limit_of(case: Case, rule: str, year: int) -> float | None:
    """Return the limit of a rule over all mines; none in the base year, which the plan does not plan."""
    indicator = case.rules.get(rule, {}).get(ALL)
    if indicator is None or year == case.base_year or indicator.nature_in(year) == "off":
        return None
    return indicator.schedule.at(year)


def _numbers(lang: str, *, limited: bool) -> Spec:
    tones = {size: style.SIZES[size].face for size in SIZE_CLASSES}
    words = {name: say(f"page.mines.{name}", lang) for name in ("year", "size", "count", "all", "most")}
    bars = {
        "data": {"name": "sizes"}, "transform": named({"size_name": "names.size[datum.size]"}),
        "mark": {"type": "bar", "stroke": style.SIZES["small"].edge, "strokeWidth": 0.5},
        "encoding": {"y": quantity("count"), "color": coloured("size", tones, "size"), "order": {"field": "order"},
                     "tooltip": row({"year": words["year"], "size_name": words["size"], "count": words["count"]})},
    }
    tip = row({"year": words["year"], "mines": words["all"], "most": words["most"]})
    total = {"mark": {"type": "text", "dy": -7, "fontSize": 11},
             "encoding": {"y": quantity("mines"), "text": {"field": "mines"}, "tooltip": tip}}
    limit = {"transform": [{"filter": "isValid(datum.most)"}], "mark": LIMIT,
             "encoding": {"y": quantity("most"), "tooltip": tip}}
    return chart(240, data={"name": "totals"}, title={"text": say("page.mines.number", lang)},
                 encoding={"x": years()}, layer=[bars, total, *([limit] if limited else [])])


def _share(lang: str, *, limited: bool) -> Spec:
    tip = [
        {"field": "year", "title": say("page.mines.year", lang)},
        {"field": "share", "title": say("figures.mines.share_title", lang), "format": ".1%"},
        {"field": "least", "title": say("page.mines.least", lang), "format": ".1%"},
    ]
    y = quantity("share", axis={"format": ".0%"}, scale={"domain": [0, 1]})
    line = {"mark": {"type": "line", "point": True, "color": style.SIZES["large"].face},
            "encoding": {"y": y, "tooltip": tip}}
    limit = {"transform": [{"filter": "isValid(datum.least)"}], "mark": LIMIT,
             "encoding": {"y": quantity("least"), "tooltip": tip}}
    return chart(170, data={"name": "totals"}, title={"text": say("page.mines.share", lang)},
                 encoding={"x": years()}, layer=[line, *([limit] if limited else [])])
