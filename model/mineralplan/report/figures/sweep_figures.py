"""The cost over the grid of a sweep: a line with its proven band for one axis, heat maps for two and more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.words import say

LINE, COLOURS = "#0072b2", "YlGnBu"
MOST_PANELS = 12
"""More combinations of the outer axes than this are in points.csv alone."""
ASIDE = {"shortage_10kt": "shortage", "imports_10kt": "imports", "mines_at_work": "mines", "new_licences": "licences"}
"""Column of points.csv → its word."""
COUNTS = ("mines_at_work", "new_licences")
LEAST_WIDE, LEAST_TALL = 0.75, 0.42
"""Inches of a cell that figures fit into."""


def sweep(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
    """Return the objective over the axes; the base is marked, points without a plan stay empty."""
    table = tables["points"]
    axes = list(table.columns[1 : table.columns.get_loc("base")])
    with style.sheet(case, lang) as page:
        page.title("sweep", name=say(f"objectives.{case.objective[0]}.name", page.lang),
                   unit=say(f"objectives.{case.objective[0]}.unit", page.lang))
        if not table["objective"].notna().any():
            page.empty()
        elif len(axes) == 1:
            _lines(page, table, axes[0])
        else:
            _maps(page, table, axes)
    return page.figure


def _lines(page: style.Sheet, table: pd.DataFrame, axis: str) -> None:
    """Draw the objective with its proven band, and beside it what the plans need."""
    numeric = pd.api.types.is_numeric_dtype(table[axis])
    x = table[axis].to_numpy(float) if numeric else np.arange(len(table), dtype=float)
    order = np.argsort(x)
    tall = page.height - 2.1
    large = page.axes(style.LEFT + 0.4, style.FOOTER + 0.75, 5.9, tall)
    large.fill_between(x[order], table["bound"].to_numpy()[order], table["objective"].to_numpy()[order], color=LINE,
                       alpha=0.25, linewidth=0, label=say("sweep.band", page.lang))
    large.plot(x[order], table["objective"].to_numpy()[order], color=LINE, marker="o", markersize=4,
               label=say("sweep.found", page.lang))
    here = table["base"].to_numpy(bool)
    large.plot(x[here], table["objective"][here], linestyle="", marker="s", markersize=11, markerfacecolor="none",
               color=style.WARNING, label=say("sweep.base", page.lang))
    large.legend(loc="best")
    panels = [(large, "")]
    for place, name in enumerate(ASIDE):
        small = page.axes(style.LEFT + 7.1 + 2.05 * (place % 2), style.FOOTER + 0.75
                          + (1 - place // 2) * (tall + 0.5) / 2, 1.6, (tall - 0.6) / 2)
        small.plot(x[order], table[name].to_numpy()[order], color=style.QUIET, marker="o", markersize=3)
        small.set_title(say(f"sweep.{ASIDE[name]}", page.lang))
        if name in COUNTS:
            small.yaxis.set_major_locator(MaxNLocator(integer=True))
        small.set_ylim(0, float(table[name].max()) * 1.15 or 1.0)
        panels.append((small, name))
    for panel, _ in panels:
        panel.set_xlabel(axis if panel is large else "")
        panel.set_xticks(x, [f"{v:g}" for v in x] if numeric else list(map(str, table[axis])))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _maps(page: style.Sheet, table: pd.DataFrame, axes: list[str]) -> None:
    """Draw one map of the last two axes for each combination of the others."""
    *outer, down, across = axes
    groups = list(table.groupby(outer, sort=False, dropna=False)) if outer else [((), table)]
    left_out, groups = max(0, len(groups) - MOST_PANELS), groups[:MOST_PANELS]
    columns = min(len(groups), 1 if len(groups) == 1 else 2 if len(groups) <= 4 else 4)
    rows = -(-len(groups) // columns)
    low, high = float(table["objective"].min()), float(table["objective"].max())
    # What is less than the gaps may be nothing: it must not look like much.
    high = max(high, low + float((table["objective"] - table["bound"]).max()))
    wide = (style.WIDTH - style.LEFT - 0.7 - style.RIGHT) / columns
    tall = (page.height - style.HEADER - style.FOOTER - 0.4) / rows
    for i, (key, group) in enumerate(groups):
        panel = page.axes(style.LEFT + 0.6 + (i % columns) * wide,
                          page.height - style.HEADER - 0.25 - tall * (i // columns + 1) + 0.75, wide - 0.7, tall - 0.95)
        if outer:
            panel.set_title(", ".join(f"{name} = {value}" for name, value in zip(outer, key, strict=True)))
        _map(panel, group, down, across, (low, high))
    notes = [say("sweep.cells", page.lang)] + ([say("sweep.rest", page.lang, count=left_out)] if left_out else [])
    page.figure.text(style.LEFT / style.WIDTH, (style.FOOTER + 0.08) / page.height, " ".join(notes),
                     color=style.QUIET)


def _map(panel: Axes, table: pd.DataFrame, down: str, across: str, span: tuple[float, float]) -> None:
    rows, columns = list(dict.fromkeys(table[down])), list(dict.fromkeys(table[across]))
    values = table["objective"].to_numpy(float).reshape(len(rows), len(columns))
    room = (span[1] - span[0]) or 1.0
    shade = panel.imshow(values, cmap=COLOURS, vmin=span[0], vmax=span[0] + room, aspect="auto", origin="lower")
    box = panel.get_position()
    wide, tall = (box.width, box.height) * panel.figure.get_size_inches() / (len(columns), len(rows))  # type: ignore[union-attr]
    fits = wide >= LEAST_WIDE and tall >= LEAST_TALL
    for place, (_, row) in enumerate(table.iterrows()):
        y, x = divmod(place, len(columns))
        known = np.isfinite(row["objective"])
        text = f"{row['objective']:,.0f}\n≤ {row['gap']:.2%}" if known else "–"
        ink = style.legible_on(to_hex(shade.cmap(shade.norm(row["objective"])))) if known else style.INK  # type: ignore[arg-type]  # of one value it is a tuple
        if fits:
            panel.text(x, y, text, ha="center", va="center", color=ink, fontsize=style.NORMAL)
        if row["base"]:
            panel.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, fill=False, color=style.WARNING,
                                      linewidth=1.8))
    panel.set_xticks(range(len(columns)), list(map(str, columns)))
    panel.set_yticks(range(len(rows)), list(map(str, rows)))
    panel.set(xlabel=across, ylabel=down)
