"""Output of every mineral against its cap."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.outputs.tables import Tables
from mineralplan.report.figures import style

OFF = "off"
"""The nature of a cap that a scenario takes away."""
CAPACITY: dict[str, Any] = {"color": style.QUIET, "linewidth": 0.9}


def output_caps(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return one panel per mineral worked: output of existing and new mines, licensed capacity, and the cap."""
    mined = tables.minerals.groupby("mineral")["output_10kt"].max()
    minerals = [mineral for mineral in style.worked(case) if mined.get(mineral, 0.0) > 0]
    with style.sheet(case, lang) as page:
        for mineral, axes in zip(minerals, style.panels(page, len(minerals)), strict=True) if minerals else ():
            _panel(page, axes, mineral, tables)
        page.title("output_caps", first=case.years[0], last=case.years[-1])
        if not minerals:
            page.empty()
        handles = [*(style.swatch(paint) for paint in paints("#555555").values()), Line2D([], [], **CAPACITY)]
        names = ["existing_mines", "new_mines", "licensed", "cap"]
        page.legend([*handles, style.cap_swatch()], [page.word(f"output_caps.{name}") for name in names])
    return page.figure


def paints(tone: str) -> dict[str, style.Paint]:
    """Return how output of existing and of new mines is filled."""
    return {"existing": style.Paint(tone), "new": style.Paint(style.tint(tone), tone)}


def _panel(page: style.Sheet, axes: Axes, mineral: str, tables: Tables) -> None:
    case = page.case
    years = list(case.years)
    rows = tables.minerals[tables.minerals["mineral"] == mineral].set_index("year").reindex(years)
    rows["cap_10kt"] = rows["cap_10kt"].where(rows["cap_nature"] != OFF).astype(float)
    style.stack(axes, years, _output(case, mineral, tables.production), paints(style.colour(case, mineral)))
    axes.step([years[0] - 1, *years, years[-1] + 1], _ends(rows["capacity_10kt_a"]), where="mid", zorder=2, **CAPACITY)
    highest = max(float(rows["output_10kt"].max()), float(rows["capacity_10kt_a"].max()))
    style.cap_line(axes, years, rows["cap_10kt"], _cap_label(page, rows), highest)
    axes.set_title(case.minerals[mineral].text(page.lang))
    axes.set_ylabel(page.unit(style.mineral_unit(case, mineral)))
    style.year_axis(axes, years, style.few_years(case, years))
    axes.locator_params(axis="y", nbins=6)


def _output(case: Case, mineral: str, production: pd.DataFrame) -> dict[str, list[float]]:
    rows = production[production["mineral"] == mineral]
    old = rows["block"].map(lambda code: case.blocks[code].existing).astype(bool)
    return {
        name: [float(value) for value in
               rows[kind].groupby("year")["output_10kt"].sum().reindex(case.years, fill_value=0.0)]
        for name, kind in (("existing", old), ("new", ~old))
    }


def _ends(values: pd.Series[float]) -> list[float]:
    """Return the values with the first and last repeated, so that a step line spans whole years."""
    return [float(values.iloc[0]), *(float(value) for value in values), float(values.iloc[-1])]


def _cap_label(page: style.Sheet, rows: pd.DataFrame) -> str:
    """Return the values that the cap takes over the years, and its nature in the last of them."""
    known = rows.dropna(subset=["cap_10kt"])
    if known.empty:
        return ""
    values = " → ".join(f"{value:,g}" for value in dict.fromkeys(known["cap_10kt"]))
    return page.word("output_caps.label", value=values, nature=page.word(f"nature.{known['cap_nature'].iloc[-1]}"))
