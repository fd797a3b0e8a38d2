"""Number of mines by size class, and the share of large and medium ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mineralplan.case import Case
from mineralplan.inputs.plan import SIZE_CLASSES
from mineralplan.outputs.tables import WORKING, Tables
from mineralplan.report.figures import style

ALL = "all"
"""The item of both rules that stands for every mine."""


def mines(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return the working mines of the base year and every planned year, with the limits on number and share."""
    years = [case.base_year, *case.years]
    counts = by_size(case, tables)
    with style.sheet(case, lang) as page:
        page.title("mines", first=years[0], last=years[-1])
        width = style.WIDTH - style.LEFT - style.RIGHT
        foot = style.FOOTER + 0.75
        free = page.height - style.HEADER - foot - 0.1
        lower = page.axes(style.LEFT, foot, width, free * 0.36)
        upper = page.axes(style.LEFT, foot + free * 0.46, width, free * 0.54)
        _numbers(page, upper, years, counts)
        _share(page, lower, years, counts)
        handles = [style.swatch(style.SIZES[size]) for size in SIZE_CLASSES]
        names = [page.word(f"mines.{size}") for size in SIZE_CLASSES]
        page.legend([*handles, style.cap_swatch()], [*names, page.word("mines.limit")])
    return page.figure


def by_size(case: Case, tables: Tables) -> dict[str, list[int]]:
    """Return the number of working mines by size class for the base year and every planned year."""
    start = Counter(case.size_class(b.mineral, b.options[0].capacity) for b in case.blocks.values() if b.existing)
    working = tables.production[tables.production["state"].isin(WORKING)]
    later = working.groupby(["size_class", "year"]).size()
    return {
        size: [start[size], *(int(later.get((size, year), 0)) for year in case.years)] for size in SIZE_CLASSES
    }


def _numbers(page: style.Sheet, axes: Axes, years: list[int], counts: dict[str, list[int]]) -> None:
    total = style.stack(axes, years, counts, style.SIZES)
    below = np.zeros(len(years))
    for size, values in counts.items():
        ink = style.legible_on(style.SIZES[size].face)
        for year, count, bottom in zip(years, values, below, strict=True):
            if count:
                axes.text(year, bottom + count / 2, str(count), ha="center", va="center", color=ink,
                          fontsize=style.SMALL)
        below = below + np.asarray(values)
    limit = _limits(page.case, "mine_count", years)
    label = _limit_label(page, "mine_count", limit, "{:g}")
    style.cap_line(axes, years, limit, label, float(total.max()))
    for year, count in zip(years, total, strict=True):
        axes.annotate(f"{count:.0f}", (year, count), xytext=(0, 2), textcoords="offset points", ha="center",
                      fontsize=style.SMALL + 0.5, weight="bold", zorder=5, bbox=style.HALO)
    axes.set_title(page.word("mines.number_title"))
    axes.set_ylabel(page.word("mines.number_axis"))
    _years(page, axes, years)


def _share(page: style.Sheet, axes: Axes, years: list[int], counts: dict[str, list[int]]) -> None:
    every = np.sum([counts[size] for size in SIZE_CLASSES], axis=0)
    better = every - np.asarray(counts[SIZE_CLASSES[-1]])
    share = 100 * np.divide(better, every, out=np.full(len(years), np.nan), where=every > 0)
    axes.plot(years, share, color=style.SIZES["large"].face, marker="o", markersize=4, linewidth=1.6, gid="share")
    for year, value in zip(years, share, strict=True):
        if not np.isnan(value):
            axes.annotate(f"{value:.0f}", (year, value), xytext=(0, 5), textcoords="offset points", ha="center",
                          fontsize=style.SMALL)
    limit = 100 * _limits(page.case, "size_share", years)
    known = ~np.isnan(limit)
    if known.any():
        style.cap_steps(axes, years, limit)
        label = _limit_label(page, "size_share", limit[known][-1:], "{:.0f}%")
        axes.annotate(label, (years[-1] + 0.5, limit[known][-1]),
                      xytext=(0, -3), textcoords="offset points", ha="right", va="top", fontsize=style.SMALL + 0.5,
                      bbox=style.HALO)
    axes.set_ylim(0, 105)
    axes.set_title(page.word("mines.share_title"))
    axes.set_ylabel(page.word("mines.share_axis"))
    _years(page, axes, years, page.word("year"))


def _years(page: style.Sheet, axes: Axes, years: list[int], label: str | None = None) -> None:
    style.year_axis(axes, years, years if len(years) <= 20 else style.few_years(page.case, years), label)
    if len(years) <= 20:
        axes.set_xticklabels([page.word("base_year", year=years[0]), *(str(year) for year in years[1:])])


def _limits(case: Case, rule: str, years: list[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the limit of a rule over all mines by year; NaN where none is in force."""
    indicator = case.rules.get(rule, {}).get(ALL)
    if indicator is None or indicator.nature == "off":
        return np.full(len(years), np.nan)
    # The plan limits the years it plans, not the base year.
    values = [None if year == case.base_year else indicator.schedule.at(year) for year in years]
    return np.array([np.nan if value is None else float(value) for value in values])


def _limit_label(page: style.Sheet, rule: str, limit: np.ndarray[tuple[int], np.dtype[np.float64]], form: str) -> str:
    known = limit[~np.isnan(limit)]
    if not known.size:
        return ""
    nature = page.case.rules[rule][ALL].nature_in(page.case.years[-1])
    return page.word(f"mines.{rule}", value=form.format(known[-1]), nature=page.word(f"nature.{nature}"))
