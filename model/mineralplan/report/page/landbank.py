"""Years of landbank by mineral."""

from __future__ import annotations

import math

from mineralplan.report.figures.landbank import WIDE
from mineralplan.report.page.charts import chart, coloured, minerals, named, quantity, years
from mineralplan.report.page.parts import Chart, Section, Text
from mineralplan.report.record import Record
from mineralplan.words import say

ROOM = 1.15
"""What a logarithmic axis leaves beyond the outermost values."""


def section(record: Record, lang: str) -> Section:
    """Return what working mines hold, in years of that year's output, as one line per mineral."""
    table, title = record.tables.minerals, say("page.landbank.title", lang)
    known = table[table["landbank_years"].notna() & (table["landbank_years"] > 0)]
    if known.empty:
        return Section("landbank", title, [Text(say("figures.nothing", lang))])
    present = {m: tone for m, tone in minerals(record.case).items() if m in set(known["mineral"])}
    low, high = float(known["landbank_years"].min()) / ROOM, float(known["landbank_years"].max()) * ROOM
    logarithmic = {"scale": {"type": "log", "domain": [low, high]},
                   "axis": {"format": "~g", "values": _steps(low, high)}}
    wide = high > WIDE * low
    y = quantity("landbank_years", say(f"figures.landbank.{'log_axis' if wide else 'axis'}", lang),
                 **(logarithmic if wide else {}))
    spec = chart(
        300, data={"name": "minerals"},
        transform=[{"filter": "datum.landbank_years > 0"}, *named({"name": "names.mineral[datum.mineral]"})],
        mark={"type": "line", "point": {"size": 30}},
        encoding={
            "x": years(), "y": y, "color": coloured("mineral", present, "mineral"),
            "tooltip": [{"field": "year", "title": say("columns.year", lang)},
                        {"field": "name", "title": say("page.map.mineral", lang)},
                        {"field": "landbank_years", "title": say("figures.landbank.axis", lang), "format": ",.1f"}],
        },
    )
    return Section("landbank", title, [
        Chart("landbank", spec, say("page.landbank.alt", lang), {"minerals": table}),
        Text(say("page.landbank.meaning", lang), "quiet"),
    ])


def _steps(low: float, high: float) -> list[float]:
    """Return 1, 2, 5 × 10ⁿ within two values."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = [round(base * 10.0**power, 9) for power in powers for base in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]
