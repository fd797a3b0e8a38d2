"""Costs of the futures under the licences in common, of the mean-value licences and of each future's own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.report.studies.robust_text import rows_of
from mineralplan.report.studies.stochastic_text import interval_text, intervals
from mineralplan.words import say

PLANS = {"own": ("own_10kcny", "#0072b2", "s"), "stochastic": ("cost_10kcny", "#117733", "o"),
         "mean_value": ("mean_value_10kcny", "#cc6677", "^")}
"""Column, colour and marker."""
WORTH = ("vss", "evpi")


def stochastic(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
    """Return the cost of every future with each kind of licences, and the values with their intervals."""
    with style.sheet(case, lang, 0.7 * style.HEIGHT) as page:
        page.title("stochastic")
        height = page.height - style.HEADER - style.FOOTER - 1.1
        left = page.axes(style.LEFT + 0.35, style.FOOTER + 0.85, 5.6, height)
        _futures(page, left, tables["futures"])
        right = page.axes(9.1, style.FOOTER + 0.85, 2.3, height)
        _values(page, right, tables["values"])
    return page.figure


def _futures(page: style.Sheet, axes: Axes, futures: pd.DataFrame) -> None:
    ranked = futures.sort_values("own_10kcny", ignore_index=True)
    x = np.arange(len(ranked))
    handles = []
    for offset, (column, tone, marker) in zip((-0.15, 0.0, 0.15), PLANS.values(), strict=True):
        handles += axes.plot(x + offset, ranked[column], linestyle="", marker=marker, color=tone, markersize=7)
    axes.set_xticks(x, [f"{row.future}\n{row.probability:.0%}" for row in rows_of(ranked)])
    axes.set_xlabel(say("stochastic.axis_futures", page.lang))
    axes.set_title(say("stochastic.axis_cost", page.lang))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y", color=style.FAINT, linewidth=0.4)
    page.legend(handles, [say(f"stochastic.licence.{name}", page.lang) for name in PLANS])


def _values(page: style.Sheet, axes: Axes, values: pd.DataFrame) -> None:
    """Draw what knowing the future and minding all of it are worth, as intervals."""
    found = intervals(values)
    rows = [name for name in WORTH if np.isfinite(found[name]).all()]
    for i, name in enumerate(rows):
        low, high = found[name]
        axes.barh(i, max(high - low, 1e-9), left=low, height=0.5, color="#88ccee", edgecolor="#0072b2")
        axes.plot([low, high], [i, i], linestyle="", marker="|", color=style.INK, markersize=9)
        axes.text(0.99, i - 0.38, interval_text((low, high)), ha="right", va="center", fontsize=style.SMALL + 0.5,
                  transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(rows)), [say(f"stochastic.value.{name}", page.lang) for name in rows])
    axes.set_ylim(len(rows) - 0.5, -0.6)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_title(say("stochastic.axis_values", page.lang))
