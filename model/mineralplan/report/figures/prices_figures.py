"""What the limits of a plan are worth: prices by year beside what a step saves, and what each clause costs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.report.figures.style import INK, QUIET
from mineralplan.report.notices import unit_label
from mineralplan.report.studies.prices_text import PRICE, change_text, clause_label, interval_text, told, unsaid
from mineralplan.words import say

MOST_CLAUSES, FEWEST_BARS, MOST_BARS = 5, 6, 16
LONGEST, WIDEST = 46, 150
"""Letters of a line under a bar's label, and of one across the page."""
TALL, STRIP = 2.9, 2.2
"""Height of a page without panels, and of the panels of a clause, inches."""
TONES = {"saves": "#0072b2", "costs": "#d55e00", "nothing": QUIET, "not_proven": "#b8b8b8", "may_cost": "#b8b8b8"}
"""What is proven of a change."""
FORETOLD = "#cc79a7"
LEAST, SURE = "saving_least_10kcny", "saving_most_10kcny"


def prices(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
    """Return the price of each limit by year with the mines of the plan, and what a step saves anew decided."""
    duals, steps = tables["duals"], tables["differences"]
    rules = duals[(duals["kind"] == "rule") & (duals[PRICE] > 0)]
    totals = rules.groupby(["rule", "item"])[PRICE].sum().sort_values(ascending=False, kind="stable")
    clauses = list(totals.index)[:MOST_CLAUSES]
    with style.sheet(case, lang, min(style.HEIGHT, TALL + STRIP * max(1, len(clauses)))) as page:
        page.title("price_years")
        if not clauses:
            page.empty(say("prices.no_price", page.lang))
            return page.figure
        count = len(clauses)
        tall = (page.height - 2.3 - 0.6 * (count - 1)) / count
        top = page.height - style.HEADER - 0.2
        for number, (rule, item) in enumerate(clauses):
            low = top - (number + 1) * tall - number * 0.6
            here = rules[(rules["rule"] == rule) & (rules["item"] == item)]
            _years(page, page.axes(style.LEFT + 0.3, low, 5.9, tall), here)
            axes = page.axes(style.LEFT + 7.1, low, 3.6, tall)
            _step(page, axes, steps[(steps["rule"] == rule) & (steps["item"] == item)])
        handles = {"in_year": Patch(color=TONES["saves"], alpha=0.5), "discounted": Patch(color=TONES["saves"]),
                   "foretold": Patch(color=FORETOLD)}
        page.legend(list(handles.values()), [say(f"prices.legend.{name}", page.lang) for name in handles])
    return page.figure


def _years(page: style.Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the price of every year, in that year's money and today's."""
    years = page.case.years
    known = rows.set_index("year")
    x = np.array(years, float)
    for shift, column, alpha in ((-0.2, "in_year_10kcny_per_unit", 0.5), (0.2, PRICE, 1.0)):
        axes.bar(x + shift, known[column].reindex(years).fillna(0.0), width=0.38, color=TONES["saves"], alpha=alpha)
    axes.set_title(clause_label(page.case, rows.iloc[0], page.lang))
    unit = unit_label(rows["unit"].iloc[0], page.lang)
    axes.set_ylabel(say("prices.axis_price", page.lang, unit=unit) if unit else say("prices.axis_share", page.lang))
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(_thousands())
    style.year_axis(axes, years, style.few_years(page.case, years))


def _step(page: style.Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw what the prices foretell of a step, and the interval that is certified of it."""
    labels = []
    for place, (_, row) in enumerate(rows.iterrows()):
        if not pd.isna(row["by_duals_10kcny"]):
            axes.barh(2 * place, row["by_duals_10kcny"], height=0.55, color=FORETOLD)
        _interval(axes, 2 * place + 0.75, row)
        labels.append(change_text(row, page.lang))
    axes.set_yticks([2 * place + 0.4 for place in range(len(labels))], labels)
    axes.set_ylim(2 * len(labels) - 0.6, -0.6)
    axes.axvline(0, color=INK, linewidth=0.6)
    axes.set_xlabel(say("prices.axis_saving", page.lang))
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(_thousands())
    axes.use_sticky_edges = False
    axes.margins(x=0.08)


def ranking(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
    """Return what is saved without each clause: the certified interval, the dearest on top."""
    table = tables["ranking"]
    shown = told(table)
    shown = shown[shown["verdict"].isin(list(TONES))].head(MOST_BARS)
    with style.sheet(case, lang) as page:
        page.title("price_ranking")
        if not len(shown):
            page.empty(say("prices.no_ranking", page.lang))
            return page.figure
        axes = page.axes(style.LEFT + 3.3, style.FOOTER + 0.85, 7.3, page.height - 2.75)
        for place, (_, row) in enumerate(shown.iterrows()):
            _interval(axes, place, row)
            axes.annotate(interval_text(row, page.lang), (row[SURE], place), xytext=(5, 0), va="center",
                          textcoords="offset points", fontsize=style.SMALL + 0.5)
        labels = [textwrap.fill(clause_label(case, row, page.lang), LONGEST) for _, row in shown.iterrows()]
        axes.set_yticks(range(len(shown)), labels)
        axes.set_ylim(max(len(shown), FEWEST_BARS) - 0.4, -0.6)
        axes.set_xlim(0, float(shown[SURE].max()) * 1.22 or 1.0)
        rest = textwrap.fill(unsaid(table, page.lang), WIDEST)
        page.figure.text(style.LEFT / style.WIDTH, 1 - (style.HEADER - 0.06) / page.height, rest, va="top", color=QUIET)
        axes.xaxis.set_major_formatter(_thousands())
        axes.grid(axis="x", color=style.FAINT, linewidth=0.4)
        axes.set_xlabel(say("prices.axis_saving", page.lang))
        verdicts = [name for name in TONES if name in set(shown["verdict"])]
        page.legend([Patch(color=TONES[name]) for name in verdicts],
                    [say(f"prices.verdicts.{name}", page.lang) for name in verdicts])
    return page.figure


def _interval(axes: Axes, place: float, row: Any) -> None:
    """Draw an interval from least to most; as a mark where both are the same."""
    if pd.isna(row[LEAST]):
        return
    tone = TONES[row["verdict"]]
    # From 0 to the nearer end is certain, from there to the farther end it may be.
    near, far = sorted((row[LEAST], row[SURE]), key=abs)
    axes.barh(place, near, height=0.55, color=tone)
    axes.barh(place, far - near, left=near, height=0.55, color=tone, alpha=0.35)
    axes.plot([row[LEAST], row[SURE]], [place, place], linestyle="", marker="|", markersize=9, color=tone)


def _thousands() -> FuncFormatter:
    return FuncFormatter(lambda value, _: f"{value:,.10g}")
