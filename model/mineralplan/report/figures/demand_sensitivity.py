"""Which input moves the first headline quantity most."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.demand.sensitivity import HIGH, LOW
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.report.demand_text import input_label
from mineralplan.report.figures import style
from mineralplan.report.notices import unit_text

MOST = 10
"""Inputs to show of a year, those with the widest swing."""
PAINTS = {"low": style.Paint("#88ccee"), "high": style.Paint("#cc6677")}
"""Bars of an input at its low and at its high figure."""
CENTRE: dict[str, Any] = {"color": style.INK, "linewidth": 1.0}
NAMES, INDICES = 2.5, 1.2
"""Widths left and right of the bars, inches."""
ABOVE, BELOW = 0.3, 0.25
"""Heights of a panel's title and of its scale, inches."""
NARROW, WIDE = 0.155, 0.3
"""Least and greatest height of an input, inches."""


def demand_sensitivity(case: Case, tables: DemandTables, lang: str = "en") -> Figure:
    """Return one tornado per year of report: each input from low to high, all others in the middle."""
    model = case.projected().model
    quantity = model.headline[0]
    moving = tables.sensitivity[tables.sensitivity["low"] != tables.sensitivity["high"]]
    years = {year: moving[moving["year"] == year].head(MOST) for year in dict.fromkeys(moving["year"])}
    count, rest = sum(map(len, years.values())), style.HEADER + len(years) * (ABOVE + BELOW) + style.FOOTER + 0.6
    row = min(WIDE, max(NARROW, (style.HEIGHT - rest) / max(count, 1)))
    with style.sheet(case, lang, max(style.HEIGHT, rest + row * count)) as page:
        label = model.quantities[quantity].label.text(page.lang)
        page.title("demand_sensitivity", quantity=label)
        if not years:
            page.empty(page.word("demand_sensitivity.certain"))
            return page.figure
        top, width = page.height - style.HEADER, style.WIDTH - style.LEFT - NAMES - INDICES - style.RIGHT
        centres = {year: centre_of(tables, quantity, year) for year in years}
        reached = [*centres.values(), *pd.concat(years.values())[["low", "high"]].to_numpy().flat]
        margin = 0.03 * (max(reached) - min(reached))
        for year, rows in years.items():
            axes = page.axes(style.LEFT + NAMES, top - ABOVE - row * len(rows), width, row * len(rows))
            _panel(page, axes, rows, centres[year])
            # One scale for all years: what matters less in absolute terms shall look so.
            axes.set_xlim(min(reached) - margin, max(reached) + margin)
            top -= ABOVE + row * len(rows) + BELOW
        unit = unit_text(f"{model.quantities[quantity].unit}/a", page.lang)
        axes.set_xlabel(page.word("demand_sensitivity.axis", quantity=label, unit=unit))
        handles = [*(style.swatch(paint) for paint in PAINTS.values()), Line2D([], [], **CENTRE)]
        page.legend(handles, [page.word("demand_sensitivity.low", share=f"{LOW:.0%}"),
                              page.word("demand_sensitivity.high", share=f"{HIGH:.0%}"),
                              page.word("demand_sensitivity.central")])
    return page.figure


def centre_of(tables: DemandTables, quantity: str, year: int) -> float:
    """Return the central figure of the driving estimator."""
    rows = tables.estimators
    return float(rows.loc[rows["drives"] & (rows["quantity"] == quantity) & (rows["year"] == year), "central"].iloc[0])


def _panel(page: style.Sheet, axes: Axes, rows: pd.DataFrame, centre: float) -> None:
    places = list(range(len(rows)))
    for end, paint in PAINTS.items():
        axes.barh(places, rows[end] - centre, left=centre, height=0.72, color=paint.face, gid=end)
    axes.axvline(centre, **CENTRE)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(places, [input_label(page.case, name, page.lang) for name in rows["input"]])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.5)
    axes.set_title(page.word("demand_sensitivity.panel", year=rows["year"].iloc[0], central=f"{centre:,.0f}"))
    axes.text(1.02, 1.0, page.word("demand_sensitivity.index"), transform=axes.transAxes, va="bottom",
              fontsize=style.SMALL + 0.5, color=style.QUIET)
    for place, row in zip(places, rows.itertuples(), strict=True):
        axes.annotate(f"{row.total_order:.3f} ± {row.total_order_error:.3f}", (1.02, place),
                      xycoords=axes.get_yaxis_transform(), va="center", fontsize=style.SMALL + 0.5)
