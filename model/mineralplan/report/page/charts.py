"""What all charts of the page share: their look, choices, names of things, data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.inputs.plan import SIZE_CLASSES
from mineralplan.report.figures import style
from mineralplan.report.page.parts import Spec
from mineralplan.words import say

FONT = "system-ui, 'Segoe UI', 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
STATES = {"kept": "#4477aa", "opened": "#228833", "expanded": "#b8500f", "closing": "#7a1f5c"}
"""States in which a mine works, and their colours."""
RESTING = ("closed", "idle")
CONFIG: Spec = {
    "font": FONT, "background": "white", "view": {"stroke": None},
    "axis": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelColor": style.INK,
             "titleColor": style.INK, "gridColor": "#e4e4e4", "domainColor": style.QUIET, "tickColor": style.QUIET},
    "legend": {"orient": "bottom", "labelFontSize": 11, "titleFontSize": 11, "labelLimit": 260, "title": None,
               "layout": {"bottom": {"direction": "vertical", "anchor": "start", "margin": 6}},
               "columns": {"expr": "max(1, floor(containerSize()[0] / 170))"}},
    "title": {"fontSize": 11, "fontWeight": "normal", "anchor": "start", "color": style.INK},
}
LIMIT: Spec = {"type": "tick", "thickness": 2.5, "color": style.INK}
"""How every limit of the plan is drawn."""


def chart(height: int | Spec | str, **spec: Any) -> Spec:
    """Return a specification as wide as its place on the page."""
    return {"width": "container", "height": height, "config": CONFIG, "autosize": {"type": "fit-x"}, **spec}


def years(field: str = "year") -> Spec:
    """Return the channel of an axis of years."""
    return {"field": field, "type": "ordinal", "axis": {"title": None, "labelAngle": 0, "labelOverlap": True}}


def quantity(field: str, title: str = "", **more: Any) -> Spec:
    """Return the channel of a quantitative axis; without a title where the chart's title names the unit."""
    return {"field": field, "type": "quantitative", "title": title or None, **more}


def chosen(name: str, label: str, options: Mapping[Any, str], value: Any) -> Spec:
    """Return a parameter that the reader chooses from a list."""
    return {"name": name, "value": value,
            "bind": {"input": "select", "name": label, "options": [*options], "labels": [*options.values()]}}


def coloured(field: str, tones: Mapping[str, str], group: str, **legend: Any) -> Spec:
    """Return a colour channel; the legend names what ``names.<group>`` knows."""
    return {"field": field, "type": "nominal", "scale": {"domain": [*tones], "range": [*tones.values()]},
            "legend": {"labelExpr": f"names.{group}[datum.value]", **legend}}


def row(fields: Mapping[str, str]) -> list[Spec]:
    """Return a tooltip: field → title."""
    return [{"field": field, "title": title} for field, title in fields.items()]


def named(fields: Mapping[str, str]) -> list[Spec]:
    """Return transforms that put names beside codes: new field → expression."""
    return [{"calculate": expression, "as": field} for field, expression in fields.items()]


def names(case: Case, lang: str) -> dict[str, dict[str, str]]:
    """Return what charts call things, by kind and code."""
    sources = ("local", "recycled", "spoil", "imported", "shortage")
    return {
        "block": {code: f"{code} {block.label.text(lang)}".strip() for code, block in case.blocks.items()},
        "mineral": {code: mineral.text(lang) for code, mineral in case.minerals.items()},
        "unit": {code: say(f"units.{style.mineral_unit(case, code)}", lang) for code in case.minerals},
        "use": {code: use.text(lang) for code, use in case.uses.items()},
        "zone": {code: zone.label.text(lang) for code, zone in case.zones.items()},
        "supply": {code: supply.label.text(lang) for code, supply in case.supplies.items()},
        "state": {state: say(f"page.states.{state}", lang) for state in (*STATES, *RESTING)},
        "source": {f"{name}_10kt": say(f"figures.sources.{name}", lang) for name in sources},
        "size": {size: say(f"figures.mines.{size}", lang) for size in SIZE_CLASSES},
        "basis": {basis: say(f"page.basis.{basis}", lang) for basis in BASES},
    }


BASES = ("published", "measured", "derived", "judgement", "illustrative", "scenario")
"""What a row of the inputs can rest on."""


def minerals(case: Case) -> dict[str, str]:
    """Return the colours of the minerals that have blocks, as in all figures."""
    return {mineral: style.colour(case, mineral) for mineral in style.worked(case)}


def columns(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table as the page embeds it: the names of the columns once, then the rows."""
    return {"columns": [*map(str, table.columns)],
            "rows": [[_plain(value) for value in line] for line in table.itertuples(index=False)]}


def _plain(value: Any) -> Any:
    """Return a cell as JSON knows it."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


def frame(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return rows as a table, also where there are none."""
    return pd.DataFrame([*rows], columns=[*names])
