"""An evaluation in figures: the paths of the indicators, and the blocks that the re-plan changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.inputs.plan import unit_key
from mineralplan.report.figures import style
from mineralplan.report.figures.placing import text_size
from mineralplan.report.studies.evaluate_text import KEEP, SHARE
from mineralplan.rules.rule import item_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
MOST_PANELS, MOST_BLOCKS = 8, 24
COURSES: dict[str, dict[str, Any]] = {
    "published": {"color": style.QUIET, "linestyle": (0, (1, 1.4)), "linewidth": 1.3},
    "observed": {"color": style.INK, "linestyle": "-", "linewidth": 2.0, "marker": "o", "markersize": 3.2},
    "as_things_stand": {"color": "#d55e00", "linestyle": (0, (4, 1.8)), "linewidth": 1.6},
    "replanned": {"color": "#0072b2", "linestyle": "-", "linewidth": 1.6},
}
"""How each course is drawn: told apart by dash and by colour."""
ROW = 0.38
"""Height of a block, inches: three bars."""
BAR = 0.29
"""Thickness of a bar, rows."""
NAMES = 3.3
BARS = ("published", "as_things_stand", "replanned")


def paths(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return the indicators that matter over the years: as published, observed, as things stand, after the re-plan."""
    table = tables["paths"]
    shown = matter(tables)
    with style.sheet(case, lang) as page:
        grid = style.panels(page, len(shown), 0.85) if shown else []
        for (rule, item), axes in zip(shown, grid, strict=True):
            _path(page, axes, table[(table["rule"] == rule) & (table["item"] == item)])
            name = f"{say(f'rules.{rule}.name', page.lang)} · {item_label(case, item, page.lang)}"
            room = axes.get_position().width * style.WIDTH * 72
            axes.set_title(name if text_size(name, style.NORMAL)[0] < room else name.replace(" · ", "\n"),
                           fontsize=style.NORMAL)
        page.title("evaluate.paths")
        if not shown:
            page.empty()
            return page.figure
        names = [page.word(f"evaluate.{name}") for name in (*COURSES, "limit", "target", "off")]
        page.legend([*(Line2D([], [], **look) for look in COURSES.values()), style.cap_swatch(), _target_line(),
                     _off_mark()], names)
    return page.figure


def matter(tables: Tables) -> list[tuple[str, str]]:
    """Return the indicators to draw as (rule, item): those off course, then those furthest from the plan."""
    table = tables["evaluation"].assign(
        off=lambda found: ~found["on_course"].astype(bool), soft=lambda found: found["nature"] != "binding",
        missed=lambda found: found["target_year"].where(~found["on_course"].astype(bool)),
        away=lambda found: ((found["forecast"] - found["planned"]).abs() / found["limit"].abs().clip(lower=1e-9)))
    by = table.groupby(["rule", "item"], sort=False).agg(
        off=("off", "any"), soft=("soft", "all"), missed=("missed", "min"), away=("away", "max"))
    moved = by[by["off"] | (by["away"] > 1e-3)]
    order = moved.assign(first=~moved["off"]).sort_values(
        ["first", "soft", "missed", "away"], ascending=[True, True, True, False], kind="stable")
    return [(str(rule), str(item)) for rule, item in order.index[:MOST_PANELS]]


def _path(page: style.Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    case, years = page.case, list(page.case.years)
    share = rows["unit"].iloc[0] == SHARE
    found = rows.set_index("year").reindex(years)
    figures = found[[*COURSES, "limit"]].astype(float) * (100.0 if share else 1.0)
    axes.axvspan(years[0] - 0.6, case.observed_years[-1] + 0.5, color=style.FAINT, alpha=0.35, linewidth=0)
    for name, look in COURSES.items():
        axes.plot(years, figures[name], gid=name, **look)
    limit = figures["limit"].to_numpy()
    known = limit[~np.isnan(limit)]
    label = f"{'≤' if rows['sense'].iloc[0] == '<=' else '≥'} {known[-1]:,.4g}"
    style.cap_line(axes, years, limit, label, float(np.nanmax(figures[[*COURSES]].to_numpy(), initial=0.0)))
    if share:
        axes.set_ylim(top=min(axes.get_ylim()[1], 109))
    axes.axvline(case.target_year, gid="target", color=style.QUIET, linewidth=0.8)
    sign = -1.0 if rows["sense"].iloc[0] == "<=" else 1.0
    missed = sign * (figures["as_things_stand"] - figures["limit"]) < -1e-6
    axes.plot([year for year in years if missed[year]], figures.loc[missed, "as_things_stand"], gid="off",
              linestyle="", **_OFF)
    axes.set_ylabel("%" if share else say(f"units.{unit_key(rows['unit'].iloc[0])}", page.lang))
    axes.locator_params(axis="y", nbins=5)
    style.year_axis(axes, years, style.few_years(case, years))


_OFF: dict[str, Any] = {"marker": "x", "color": style.WARNING, "markersize": 5, "markeredgewidth": 1.4}


def _off_mark() -> Line2D:
    return Line2D([], [], linestyle="", **_OFF)


def _target_line() -> Line2D:
    return Line2D([], [], color=style.QUIET, linewidth=0.8)


def timeline(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return for every block that the re-plan changes its scale over the years: published, as things stand, re-plan."""
    table = tables["adjustments"]
    changed = table[table["action"] != KEEP]
    first = changed.sort_values("least_change", ascending=False, kind="stable")
    every = list(dict.fromkeys(first["block"].astype(str)))
    blocks = [code for code in case.blocks if code in every[:MOST_BLOCKS]]
    needed = set(table.loc[table["least_change"].astype(bool), "block"])
    edge = style.HEADER + style.FOOTER + 0.85
    with style.sheet(case, lang, max(0.55 * style.HEIGHT, edge + ROW * len(blocks))) as page:
        page.title("evaluate.timeline")
        if not blocks:
            page.empty()
            return page.figure
        axes = page.axes(NAMES, style.FOOTER + 0.6, style.WIDTH - NAMES - 0.35, page.height - edge)
        _bars(axes, case, tables["scales"], blocks)
        axes.axvline(case.observed_years[-1] + 0.5, gid="seen", color=style.INK, linewidth=1.0)
        axes.annotate(page.word("evaluate.seen"), (case.observed_years[-1] + 0.5, -0.62), xytext=(-3, 2), ha="right",
                      textcoords="offset points", fontsize=style.SMALL, color=style.QUIET, annotation_clip=False)
        axes.set_yticks(range(len(blocks)), [_label(case, code, page.lang, code in needed) for code in blocks])
        axes.set_ylim(len(blocks) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        style.year_axis(axes, case.years, case.years if len(case.years) <= 20 else style.few_years(case, case.years))
        remark = [page.word("evaluate.needed")] if needed & set(blocks) else []
        remark += [page.word("evaluate.more", count=len(every) - len(blocks))] if len(every) > len(blocks) else []
        page.figure.text(1 - 0.35 / style.WIDTH, (page.height - 0.57) / page.height, " · ".join(remark), ha="right",
                         fontsize=style.SMALL + 0.5, color=style.QUIET)
        page.legend([style.swatch(paint) for paint in PAINTS.values()],
                    [page.word(f"evaluate.{name}") for name in BARS])
    return page.figure


PAINTS = {
    "published": style.Paint("#d9d9d9", style.QUIET), "as_things_stand": style.Paint("#f6c7a0", "#d55e00", "////"),
    "replanned": style.Paint("#0072b2"),
}


def _bars(axes: Axes, case: Case, table: pd.DataFrame, blocks: list[str]) -> None:
    """Draw three bars per block, one above the other, broken where the scale changes; the scale stands in each."""
    for place, code in enumerate(blocks):
        own = table[table["block"] == code].set_index("year")
        for n, name in enumerate(BARS):
            y = place + (n - 1) * BAR
            for first, last, held in _stretches(case, own[name].to_dict()):
                box = [(first - 0.5, y - BAR / 2), (last + 0.5, y - BAR / 2), (last + 0.5, y + BAR / 2),
                       (first - 0.5, y + BAR / 2)]
                paint = PAINTS[name]
                axes.add_collection(PolyCollection([box], facecolor=paint.face, edgecolor=paint.edge, linewidth=0.5,
                                                   hatch=paint.hatch, gid=f"{code} {name}"), autolim=False)
                axes.text(first - 0.42, y, f"{held:g}", va="center", fontsize=style.SMALL,
                          color=style.legible_on(paint.face), clip_on=True)
        axes.axhline(place + 0.5, color=style.FAINT, linewidth=0.5, zorder=0)


def _stretches(case: Case, held: Mapping[Any, float]) -> list[tuple[int, int, float]]:
    """Return the spans of years at one scale, those without a licence left out."""
    found: list[tuple[int, int, float]] = []
    for year in case.years:
        now = float(held.get(year, 0.0))
        if not now:
            continue
        if found and found[-1][1] == year - 1 and found[-1][2] == now:
            found[-1] = (found[-1][0], year, now)
        else:
            found.append((year, year, now))
    return found


def _label(case: Case, code: str, lang: str, needed: bool) -> str:
    name, room = case.blocks[code].label.text(lang), 72 * NAMES * 0.98
    whole = name
    while name and text_size(f"{name}…  {code} *", style.SMALL + 0.5)[0] > room:
        name = name[:-1]
    shown = name if name == whole else f"{name.rstrip()}…"
    return f"{shown}  {code}{' *' if needed else ''}".strip()
