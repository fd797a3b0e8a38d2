"""Years of landbank by mineral."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from mineralplan.case import Case
from mineralplan.outputs.tables import Tables
from mineralplan.report.figures import style

WIDE = 8.0
"""Highest over lowest value from which the axis is logarithmic."""
LABEL_STEP = 0.165
"""Least distance of two labels, inches."""


def landbank(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return what working mines hold, in years of that year's output, as one line per mineral."""
    wide = tables.minerals.pivot(index="year", columns="mineral", values="landbank_years").reindex(case.years)
    lines = {m: wide[m] for m in style.worked(case) if m in wide and wide[m].notna().any()}
    with style.sheet(case, lang) as page:
        page.title("landbank", first=case.years[0], last=case.years[-1])
        if not lines:
            page.empty()
            return page.figure
        height = page.height - style.HEADER - style.FOOTER - 0.85
        axes = page.axes(style.LEFT + 0.05, style.FOOTER + 0.75, style.WIDTH - style.LEFT - 2.6, height)
        for mineral, values in lines.items():
            axes.plot(case.years, values, color=style.colour(case, mineral), marker=style.marker(case, mineral),
                      markersize=4, linewidth=1.4, gid=mineral)
        logarithmic = scale(axes, np.concatenate([line.to_numpy(float) for line in lines.values()]))
        axes.set_ylabel(page.word("landbank.log_axis" if logarithmic else "landbank.axis"))
        axes.grid(axis="y", color=style.FAINT, linewidth=0.5)
        style.year_axis(axes, case.years, case.years if len(case.years) <= 20 else
                        style.few_years(case, case.years), page.word("year"))
        _labels(page, axes, lines, height)
        page.figure.text(style.LEFT / style.WIDTH, (style.FOOTER + 0.12) / page.height, page.word("landbank.meaning"),
                         color=style.QUIET)
    return page.figure


def scale(axes: Axes, values: Any) -> bool:
    """Scale an axis to years of landbank, and return whether it is logarithmic.

    Parameters
    ----------
    values : array of float
        Everything that is drawn, NaN where nothing is.
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    positive = known[known > 0]
    if not positive.size or positive.max() < WIDE * positive.min():
        axes.set_ylim(0, float(known.max()) * 1.08 or 1.0)
        return False
    low, high = max(float(positive.min()) / 1.25, 0.1), float(positive.max()) * 1.25
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    steps = [base * 10.0**power for power in range(-1, math.ceil(math.log10(high)) + 1) for base in (1, 2, 5)]
    axes.yaxis.set_major_locator(FixedLocator([step for step in steps if low <= step <= high]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return True


def _labels(page: style.Sheet, axes: Axes, lines: dict[str, pd.Series[float]], height: float) -> None:
    """Name each line at the right, the names pushed apart and tied to the line's last point."""
    case, last = page.case, page.case.years[-1]
    low, high = axes.get_ylim()
    form = math.log if axes.get_yscale() == "log" else float
    ends = []
    for mineral, values in lines.items():
        known = values.dropna()
        value = max(float(known.iloc[-1]), low)
        ends.append(((form(value) - form(low)) / (form(high) - form(low)), int(known.index[-1]), value, mineral))
    ends.sort()
    places = spread([end[0] for end in ends], LABEL_STEP / height)
    for place, (_, year, value, mineral) in zip(places, ends, strict=True):
        tone = style.colour(case, mineral)
        name = page.word("landbank.label", mineral=case.minerals[mineral].text(page.lang), years=f"{value:.1f}")
        axes.annotate(
            name, (year, value), xytext=(1.035, place), textcoords=axes.transAxes, va="center", fontsize=style.NORMAL,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": tone, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 3,
                        "relpos": (0, 0.5), "linestyle": "-" if year == last else ":"},
        )


def spread(places: list[float], step: float) -> list[float]:
    """Return rising places moved as little as needed to be ``step`` apart, within 0 and 1 where they fit.

    Examples
    --------
    >>> spread([0.5, 0.5], 0.25)
    [0.375, 0.625]
    """
    groups: list[tuple[float, int]] = []
    for place in places:
        centre, count = place, 1
        while True:
            half = step * (count - 1) / 2
            centre = max(min(centre, 1 - half), half)
            # Labels too near each other form a group, centred on the mean of what they name.
            if not groups or centre - half - (groups[-1][0] + step * (groups[-1][1] - 1) / 2) >= step - 1e-9:
                break
            before, size = groups.pop()
            centre, count = (centre * count + before * size) / (count + size), count + size
        groups.append((centre, count))
    return [centre + step * (i - (count - 1) / 2) for centre, count in groups for i in range(count)]
