"""Blocks against what they were tried with: slack, futures, scenarios; with verdict and range of years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.report.studies.robust_text import rows_of, share_text
from mineralplan.words import say

ROW = 0.17
"""Height of a row, inches."""
NAMES, HEAT, VERDICT, YEARS = 3.5, 2.2, 1.6, 3.9
"""Widths: names, shares, verdict, years, inches."""
TONES = {"whatever_happens": "#117733", "depends": "#a06a00", "not_settled": style.QUIET, "never": style.QUIET}
GROUPS = ("alternatives", "futures", "scenarios")


def robust(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
    """Return one row per decision that some plan takes: shares as a heat map, the verdict, and when it is taken."""
    blocks = tables["blocks"]
    shown = blocks[blocks["standing"] != "never"].reset_index(drop=True)
    edge = style.HEADER + style.FOOTER + 0.95
    with style.sheet(case, lang, max(0.6 * style.HEIGHT, edge + ROW * len(shown))) as page:
        page.title("robust")
        if shown.empty:
            page.empty()
            return page.figure
        height = page.height - edge
        bottom = style.FOOTER + 0.3
        heat = page.axes(NAMES, bottom, HEAT, height)
        span = page.axes(NAMES + HEAT + VERDICT, bottom, YEARS, height)
        _shares(page, heat, shown)
        _verdicts(page, heat, shown)
        _years(page, span, shown)
        page.figure.text(style.LEFT / style.WIDTH, (style.FOOTER + 0.02) / page.height,
                         say("robust.left_out", page.lang, count=len(blocks) - len(shown)), fontsize=style.SMALL,
                         color=style.QUIET)
    return page.figure


def _shares(page: style.Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    shares = rows[[f"share_{name}" for name in GROUPS]].to_numpy(float)
    axes.imshow(np.ma.masked_invalid(shares), aspect="auto", cmap="YlGnBu", vmin=0, vmax=1.15, gid="shares")
    for (i, j), share in np.ndenumerate(shares):
        axes.text(j, i, share_text(share), ha="center", va="center", fontsize=style.SMALL,
                  color="white" if share > 0.6 else style.INK)
    axes.set_xticks(range(len(GROUPS)), [say(f"robust.column.share_{name}", page.lang) for name in GROUPS])
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(rows)), [_label(page, row) for row in rows_of(rows)])
    axes.tick_params(length=0)


def _label(page: style.Sheet, row: Any) -> str:
    mineral = page.case.minerals[row.mineral].text(page.lang)
    return f"{mineral}  {row.block}  {say(f'robust.event.{row.event}', page.lang)}"


def _verdicts(page: style.Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    for i, row in enumerate(rows_of(rows)):
        axes.text(len(GROUPS) - 0.4, i, say(f"robust.standing.{row.standing}", page.lang), va="center",
                  fontsize=style.SMALL + 0.5, color=TONES[row.standing])


def _years(page: style.Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    years = page.case.years
    for i, row in enumerate(rows_of(rows)):
        if pd.isna(row.earliest):
            continue
        tone = style.colour(page.case, row.mineral)
        first, last = row.earliest, row.latest
        axes.barh(i, last - first + 0.7, left=first - 0.35, height=0.6, color=tone)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    style.year_axis(axes, years, style.few_years(page.case, years))
    axes.xaxis.tick_top()
    axes.set_title(say("robust.when", page.lang), pad=16, fontsize=style.NORMAL)
    axes.spines["left"].set_visible(False)
    axes.hlines(np.arange(len(rows)) + 0.5, *axes.get_xlim(), color=style.FAINT, linewidth=0.3, zorder=0)
