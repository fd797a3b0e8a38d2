"""Demand of every use and where it is met from."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.outputs.tables import Tables
from mineralplan.report.figures import style

DEMAND: dict[str, Any] = {"color": style.INK, "linewidth": 1.3, "marker": "o", "markersize": 2.2}
WITH_EXPORTS: dict[str, Any] = {"color": style.INK, "linewidth": 0.9, "linestyle": ":"}


def supply_demand(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return one panel per use: the district's demand as a line, the sources it is met from as stacked bars.

    Deliveries to neighbours stand on top, under the dotted line of demand with exports.
    """
    wanted = tables.balance.groupby("use")["demand_10kt"].max()
    uses = [use for use in case.uses if wanted.get(use, 0.0) > 0]
    with style.sheet(case, lang) as page:
        for use, axes in zip(uses, style.panels(page, len(uses)), strict=True) if uses else ():
            _panel(page, axes, use, tables.balance[tables.balance["use"] == use])
        page.title("supply_demand", first=case.years[0], last=case.years[-1])
        if not uses:
            page.empty()
        handles: list[Any] = [style.swatch(paint) for paint in style.SOURCES.values()]
        handles += [Line2D([], [], **DEMAND), Line2D([], [], **WITH_EXPORTS)]
        page.legend(handles, [page.word(f"sources.{name}") for name in (*style.SOURCES, "demand", "with_exports")])
    return page.figure


def _panel(page: style.Sheet, axes: Axes, use: str, rows: pd.DataFrame) -> None:
    case = page.case
    years = list(case.years)
    home = rows[rows["market"] == "district"].set_index("year").reindex(years).fillna(0.0)
    abroad = rows[rows["market"] == "export"].set_index("year").reindex(years).fillna({"demand_10kt": 0.0})
    sent = abroad[["local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt"]].sum(axis=1)
    parts = {name: home[f"{name}_10kt"] for name in ("local", "recycled", "spoil", "imported", "shortage")}
    total = style.stack(axes, years, {**parts, "export": sent}, style.SOURCES)
    axes.plot(years, home["demand_10kt"], zorder=4, **DEMAND)
    everything = home["demand_10kt"] + abroad["demand_10kt"]
    if abroad["demand_10kt"].any():
        axes.plot(years, everything, zorder=4, **WITH_EXPORTS)
    axes.set_ylim(0, max(float(everything.max()), float(total.max())) * 1.08)
    axes.set_title(case.uses[use].text(page.lang))
    axes.set_ylabel(page.unit(f"{case.uses[use].unit}_per_a"))
    style.year_axis(axes, years, style.few_years(case, years))
    axes.locator_params(axis="y", nbins=6)
