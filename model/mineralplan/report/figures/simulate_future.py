"""One future under all policies, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.report.figures.landbank import scale
from mineralplan.report.figures.policy_lines import Look, looks
from mineralplan.report.studies.simulate_parts import KINDS

Tables = Mapping[str, pd.DataFrame]
MOST, MINERALS = 6, 4
"""Most columns, and most minerals of the landbank."""
MASS = "10kt"
LEFT, GAP, HEADING = 1.0, 0.2, 0.42
"""Margin, distance of columns, height of a row's heading, inches."""
FEW = 4
"""Columns up to which every one names the first year."""
PRICE = "import_price"
TONES = dict(zip(KINDS, ("#c0392b", "#d55e00", "#5c3317", "#117733", "#332288"), strict=True))


@dataclass(frozen=True)
class Row:
    """One row of the page.

    Attributes
    ----------
    height : float
        Inches.
    draw : callable
        ``(axes, policy)`` draws one column.
    handles : tuple
        What its legend shows, as (handle, label).
    """

    key: str
    height: float
    axis: str
    draw: Callable[[Axes, str], None]
    handles: tuple[tuple[Any, str], ...]


def one_future(
    case: Case, tables: Tables, lang: str = "en", number: int | None = None, look_ahead: int | None = None
) -> Figure:
    """Return one future under all policies: events, supply and demand, capacity, mines and licences, landbank.

    Parameters
    ----------
    number : int, optional
        Of the future; the first where none is given.
    look_ahead : int, optional
        Years that the policy ``rolling`` looks ahead, for its name.

    Raises
    ------
    ValueError
        When there is no such future; the message names the first and the last.
    """
    futures = sorted(set(tables["policies"]["future"]))
    chosen = futures[0] if number is None else number
    if chosen not in futures:
        raise ValueError(f"no future {number}; there are {futures[0]} to {futures[-1]}")
    here = {name: table[table["future"] == chosen] for name, table in tables.items() if "future" in table}
    with style.sheet(case, lang) as page:
        rows = _rows(page, here)
        heights = sum(row.height + HEADING for row in rows)
        page.figure.set_size_inches(style.WIDTH, style.HEADER + style.FOOTER + heights + 0.65)
        drawn = looks(page, here, look_ahead, MOST)
        page.title("simulate.one_future", future=chosen)
        width = (style.WIDTH - LEFT - style.RIGHT - GAP * (len(drawn) - 1)) / len(drawn)
        top = page.height - style.HEADER - 0.28
        for row in rows:
            top -= row.height + HEADING
            grid = [page.axes(LEFT + i * (width + GAP), top, width, row.height) for i in range(len(drawn))]
            _heading(page, row, top + row.height)
            for look, axes in zip(drawn, grid, strict=True):
                row.draw(axes, look.policy)
            _share_axis(page, grid, row, last=row is rows[-1])
        _names(page, drawn, width)
    return page.figure


def _rows(page: style.Sheet, here: Tables) -> list[Row]:
    mass = [use for use, entry in page.case.uses.items() if entry.unit == MASS]
    ores = [mineral for mineral, entry in page.case.minerals.items() if entry.unit == MASS]
    balance = here["balance"][here["balance"]["use"].isin(mass)]
    held = here["landbank"][here["landbank"]["mineral"].isin(ores)]
    return [_events(page, here["events"]), _supply(page, balance), _capacity(page, held),
            _mines(page, here["landbank"], here["actions"]), _landbank(page, held)]


def _events(page: style.Sheet, events: pd.DataFrame) -> Row:
    """Mark what happens by kind and year: the larger, the more of it; prices as up or down."""
    years = list(page.case.years)
    table = events[events["year"].isin(years)]
    kinds = [kind for kind in KINDS if kind in set(table["kind"])]

    def draw(axes: Axes, _: str) -> None:
        for lane, kind in enumerate(kinds):
            rows = table[table["kind"] == kind].groupby("year")["value"].agg(["size", "mean"])
            if kind == PRICE:
                change = rows["mean"] - 1
                size = 4 + 180 * change.abs().clip(upper=0.4)
                for mark, side in (("^", change > 0), ("v", change < 0)):
                    axes.scatter(rows.index[side], [lane] * int(side.sum()), size[side], marker=mark,
                                 color=TONES[kind], linewidths=0, clip_on=False)
            else:
                axes.scatter(rows.index, [lane] * len(rows), np.minimum(10.0 * rows["size"], 70.0), color=TONES[kind],
                             linewidths=0, clip_on=False)
        axes.set_yticks(range(len(kinds)), [page.word(f"simulate.lane.{kind}") for kind in kinds])
        axes.set_ylim(max(len(kinds), 1) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.hlines(np.arange(len(kinds)), years[0] - 0.6, years[-1] + 0.6, color=style.FAINT, linewidth=0.4, zorder=0)
        if not kinds:
            axes.text(0.5, 0.5, page.word("simulate.nothing_happens"), transform=axes.transAxes, ha="center",
                      va="center", color=style.QUIET, fontsize=style.SMALL)

    marks = (("o", "count"), ("^", "dearer"), ("v", "cheaper"))
    handles = tuple((Line2D([], [], marker=mark, linestyle="", color=style.QUIET, markersize=4.5),
                     page.word(f"simulate.legend.{name}")) for mark, name in marks) if kinds else ()
    return Row("events", 0.19 * max(len(kinds), 2), "", draw, handles)


def _supply(page: style.Sheet, balance: pd.DataFrame) -> Row:
    """Stack where demand is met from, all uses measured in mass together."""
    years = list(page.case.years)
    columns = ("local", "recycled", "imported", "shortage")
    sums = balance.groupby(["policy", "year"])[[f"{name}_10kt" for name in ("demand", *columns)]].sum()
    used = [name for name in columns if sums[f"{name}_10kt"].any()]

    def draw(axes: Axes, policy: str) -> None:
        found = _of(sums, policy, years)
        style.stack(axes, years, {name: found[f"{name}_10kt"] for name in used}, style.SOURCES)
        axes.plot(years, found["demand_10kt"], color=style.INK, linewidth=1.1, gid="demand")
        axes.set_ylim(0, float(found[[f"{name}_10kt" for name in columns]].sum(axis=1).max()) * 1.08 or 1.0)

    names = {"recycled": "simulate.legend.recycled"}
    handles = tuple((style.swatch(style.SOURCES[name]), page.word(names.get(name, f"sources.{name}")))
                    for name in used)
    line = (Line2D([], [], color=style.INK, linewidth=1.1), page.word("sources.demand"))
    return Row("supply", 1.75, page.unit(style.MASS_PER_YEAR), draw, (*handles, line))


def _capacity(page: style.Sheet, held: pd.DataFrame) -> Row:
    """Step the licensed capacity, and fill under it what is mined."""
    years = list(page.case.years)
    sums = held.groupby(["policy", "year"])[["capacity_10kt_a", "output_10kt"]].sum()
    mined = style.Paint(style.tint(style.SOURCES["local"].face, 0.45))

    def draw(axes: Axes, policy: str) -> None:
        found = _of(sums, policy, years)
        style.stack(axes, years, {"mined": found["output_10kt"]}, {"mined": mined})
        edges = np.repeat(np.asarray(years, float), 2) + np.tile([-0.5, 0.5], len(years))
        axes.plot(edges, np.repeat(found["capacity_10kt_a"], 2), color=style.INK, linewidth=1.1, gid="capacity")
        axes.set_ylim(0, float(found.max().max()) * 1.08 or 1.0)

    return Row("capacity", 1.15, page.unit(style.MASS_PER_YEAR), draw, (
        (Line2D([], [], color=style.INK), page.word("simulate.legend.capacity")),
        (style.swatch(mined), page.word("simulate.legend.mined"))))


def _mines(page: style.Sheet, held: pd.DataFrame, actions: pd.DataFrame) -> Row:
    """Draw how many mines work, and how many licences were given up to then, mergers too."""
    years = list(page.case.years)
    working = held.groupby(["policy", "year"])[["mines"]].sum()
    given = actions[actions["action"].isin(["license", "merge"])].groupby(["policy", "year"])[["block"]].count()
    paint = style.Paint("#8dc79a")

    def draw(axes: Axes, policy: str) -> None:
        licences = _of(given, policy, years)["block"].cumsum()
        mines = _of(working, policy, years)["mines"]
        style.bars(axes, years, np.zeros(len(years)), licences, paint)
        axes.plot(years, mines, color=style.INK, linewidth=1.1, marker="o", markersize=2.2, gid="mines")
        axes.set_ylim(0, max(float(mines.max()), float(licences.max())) * 1.12 or 1.0)

    return Row("mines", 1.15, page.unit("mines"), draw, (
        (Line2D([], [], color=style.INK, marker="o", markersize=2.2), page.word("simulate.legend.mines")),
        (style.swatch(paint), page.word("simulate.legend.licences"))))


def _landbank(page: style.Sheet, held: pd.DataFrame) -> Row:
    """Draw the landbank of the minerals with most output."""
    years, case = list(page.case.years), page.case
    known = held.dropna(subset=["landbank_years"])
    mined = known.groupby("mineral", sort=False)["output_10kt"].sum().sort_values(ascending=False, kind="stable")
    minerals = [str(mineral) for mineral in mined.index][:MINERALS]
    every = known[known["mineral"].isin(minerals)]["landbank_years"].to_numpy(float)

    def draw(axes: Axes, policy: str) -> None:
        for mineral in minerals:
            rows = known[(known["policy"] == policy) & (known["mineral"] == mineral)].set_index("year").reindex(years)
            axes.plot(years, rows["landbank_years"], color=style.colour(case, mineral),
                      marker=style.marker(case, mineral), markersize=2.5, linewidth=1.1, gid=mineral)
        if every.size:
            scale(axes, every)

    return Row("landbank", 1.45, page.word("simulate.landbank.axis"), draw, tuple(
        (Line2D([], [], color=style.colour(case, mineral), marker=style.marker(case, mineral), markersize=2.5),
         case.minerals[mineral].text(page.lang)) for mineral in minerals))


def _of(sums: pd.DataFrame, policy: str, years: list[int]) -> pd.DataFrame:
    """Return the rows of one policy by year, nothing where there are none."""
    found = sums[sums.index.get_level_values("policy") == policy].droplevel("policy")
    return found.reindex(years).fillna(0.0)


def _heading(page: style.Sheet, row: Row, above: float) -> None:
    """Name a row at the left, with its legend at the right."""
    y = (above + 0.17) / page.height
    page.figure.text(style.LEFT / style.WIDTH, y, page.word(f"simulate.row.{row.key}"), va="center", weight="bold")
    if row.handles:
        handles, labels = zip(*row.handles, strict=True)
        page.figure.legend(handles, labels, loc="center right", ncols=len(labels), fontsize=style.SMALL + 0.5,
                           bbox_to_anchor=(1 - (style.RIGHT - 0.1) / style.WIDTH, y), borderaxespad=0,
                           handlelength=1.5, columnspacing=1.0, handletextpad=0.4)


def _share_axis(page: style.Sheet, grid: Sequence[Axes], row: Row, *, last: bool) -> None:
    """Give a row one scale, named at its left; the years stand under the last row."""
    ends = [axes.get_ylim() for axes in grid]
    falling = ends[0][0] > ends[0][1]
    low, high = min(map(min, ends)), max(map(max, ends))
    years = page.case.years
    for i, axes in enumerate(grid):
        axes.set_ylim(*((high, low) if falling else (low, high)))
        named = style.few_years(page.case, years) if last else []
        # In narrow columns it would touch the last year of the column before.
        style.year_axis(axes, years, named if i == 0 or len(grid) <= FEW else named[1:])
        if last:
            axes.set_xlabel(page.word("year"))
        if row.key == "events":
            axes.spines[["left", "bottom"]].set_visible(False)
            axes.tick_params(axis="x", length=0)
        elif axes.get_yscale() == "linear":
            axes.locator_params(axis="y", nbins=4)
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
        if i:
            axes.tick_params(axis="y", labelleft=False)
        else:
            axes.set_ylabel(row.axis)


def _names(page: style.Sheet, drawn: Sequence[Look], width: float) -> None:
    """Name every column, in the policy's colour."""
    # Letters are about 0.075 inches wide at this height.
    letters = max(10, int(width / 0.075))
    for i, look in enumerate(drawn):
        page.figure.text((LEFT + i * (width + GAP)) / style.WIDTH, 1 - (style.HEADER + 0.2) / page.height,
                         textwrap.fill(look.label, letters), color=look.tone, weight="bold", va="center",
                         fontsize=style.NORMAL + 0.5)
