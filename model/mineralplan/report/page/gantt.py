"""When every block works, in which state, at what licensed scale."""

from __future__ import annotations

import pandas as pd

from mineralplan.case import Case
from mineralplan.outputs.tables import WORKING
from mineralplan.report.figures import style
from mineralplan.report.page.charts import STATES, chart, coloured, frame, named, row
from mineralplan.report.page.parts import Chart, Section, Text
from mineralplan.report.record import Record
from mineralplan.words import say

ROW = 19
"""Height of a row, pixels."""


def section(record: Record, lang: str) -> Section:
    """Return one row per block that works in any year, by mineral and then by first year."""
    case, title = record.case, say("page.gantt.title", lang)
    table = runs(case, record.tables.production)
    if table.empty:
        return Section("gantt", title, [Text(say("figures.nothing", lang))])
    order = [*dict.fromkeys(table["block"])]
    tip = row({"name": say("columns.block", lang), "mineral_name": say("page.map.mineral", lang),
               "span": say("columns.year", lang), "state_name": say("page.map.state", lang),
               "scale": say("page.map.capacity", lang)})
    first, last = case.years[0] - 0.5, case.years[-1] + 0.5
    x = {"field": "from", "type": "quantitative", "scale": {"domain": [first, last], "nice": False},
         "axis": {"title": None, "format": "d", "tickMinStep": 1, "orient": "top", "grid": False}}
    y = {"field": "block", "type": "nominal", "sort": order,
         "axis": {"title": None, "labelExpr": "names.block[datum.value]", "ticks": False,
                  "labelLimit": {"expr": "containerSize()[0] < 700 ? 105 : 270"}}}
    spec = chart(
        ROW * len(order), data={"name": "runs"},
        transform=named({
            "name": "names.block[datum.block]", "mineral_name": "names.mineral[datum.mineral]",
            "state_name": "names.state[datum.state]", "scale": "datum.capacity + ' ' + names.unit[datum.mineral]",
            "span": "datum.first == datum.last ? datum.first : datum.first + '–' + datum.last",
            "from": "datum.first - 0.5", "to": "datum.last + 0.5"}),
        encoding={"x": x, "y": y},
        layer=[
            {"mark": {"type": "bar", "height": {"band": 0.8}},
             "encoding": {"x2": {"field": "to"}, "color": coloured("state", STATES, "state"), "tooltip": tip}},
            {"transform": [{"filter": "datum.label"}],
             "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 10, "color": "white", "tooltip": None},
             "encoding": {"text": {"field": "capacity", "format": "~g"}}},
        ],
    )
    unit = say(f"units.{style.MASS_PER_YEAR}", lang)
    return Section("gantt", title, [
        Text(say("page.gantt.meaning", lang, unit=unit), "quiet"),
        Chart("gantt", spec, say("page.gantt.alt", lang, count=len(order)), {"runs": table}, shape="wide"),
    ])


def runs(case: Case, production: pd.DataFrame) -> pd.DataFrame:
    """Return the years that a block spends in one state at one scale: block, mineral, state, first, last, capacity.

    ``label`` is true where a scale is new: there it is written.
    """
    rows: list[list[object]] = []
    working = production[production["state"].isin(WORKING)].sort_values("year")
    begun = working.groupby("block")["year"].min()
    rank = {mineral: i for i, mineral in enumerate(case.minerals)}
    for code in sorted(begun.index, key=lambda c: (rank[case.blocks[c].mineral], begun[c], c)):
        before: tuple[str, float, int] | None = None
        for _, here in working[working["block"] == code].iterrows():
            state, capacity, year = str(here["state"]), float(here["capacity_10kt_a"]), int(here["year"])
            if before == (state, capacity, year - 1):
                rows[-1][4] = year
            else:
                new = before is None or before[1] != capacity or before[2] != year - 1
                rows.append([code, here["mineral"], state, year, year, capacity, new])
            before = state, capacity, year
    return frame(("block", "mineral", "state", "first", "last", "capacity", "label"), rows)
