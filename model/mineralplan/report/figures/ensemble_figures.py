"""The figures of an ensemble: fans, probabilities, convergence, and the worst of the draws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.rules.rule import item_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
QUANTITIES = ("cost_10kcny", "shortage_10kt")
TONE = style.SOURCES["local"].face
SHORT = style.SOURCES["shortage"].edge
TONES = dict(zip(QUANTITIES, (TONE, SHORT), strict=True))
BINS = 40


def fan(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return yearly cost and shortage: the median, and where 80 and 90 % of the draws lie."""
    with style.sheet(case, lang) as page:
        for quantity, axes in zip(QUANTITIES, style.panels(page, 2), strict=True):
            rows = tables["fan"][tables["fan"]["quantity"] == quantity]
            years, tone = rows["year"].to_numpy(), TONES[quantity]
            if not rows["p50"].notna().any():
                continue
            axes.fill_between(years, rows["p5"], rows["p95"], color=style.tint(tone, 0.8), linewidth=0)
            axes.fill_between(years, rows["p10"], rows["p90"], color=style.tint(tone, 0.55), linewidth=0)
            axes.plot(years, rows["p50"], color=tone)
            axes.plot(years, rows["mean"], color=style.INK, linestyle=":")
            axes.set_ylim(0, float(rows["p95"].max()) * 1.08 or 1.0)
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
            axes.set_title(say(f"ensemble.by_year.{quantity}", page.lang))
            style.year_axis(axes, list(case.years), style.few_years(case, case.years), page.word("year"))
        _head(page, "fan")
        bands = [style.swatch(style.Paint(style.tint(TONE, share))) for share in (0.8, 0.55)]
        lines = [Line2D([], [], color=TONE), Line2D([], [], color=style.INK, linestyle=":")]
        page.legend([*bands, *lines], [say(f"ensemble.legend.{name}", page.lang) for name in
                                       ("p5_p95", "p10_p90", "median", "mean")])
    return page.figure


def met(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return the probability that the demand of each use is met in full, by year."""
    table = tables["demand_met"]
    uses = [use for use in case.uses if (table["use"] == use).any()]
    with style.sheet(case, lang) as page:
        _head(page, "met")
        if not uses:
            page.empty()
            return page.figure
        wide = table.pivot(index="use", columns="year", values="probability_met").reindex(uses)
        axes = page.axes(2.3, style.FOOTER + 0.6, style.WIDTH - 2.6, style.HEIGHT - style.HEADER - style.FOOTER - 0.8)
        _cells(axes, wide.to_numpy(float))
        axes.set_yticks(range(len(uses)), [case.uses[use].text(page.lang) for use in uses])
        axes.set_xticks(range(len(wide.columns)), [str(year) for year in wide.columns])
    return page.figure


def indicators(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return the probability that each indicator holds in its worst year, where it is not certain."""
    table = tables["indicators"]
    worst = table.loc[table.groupby(["rule", "item"], sort=False)["probability"].idxmin()] if len(table) else table
    unsure = worst[worst["probability"] < 1 - 1e-9].sort_values("probability", kind="stable").head(30)
    with style.sheet(case, lang) as page:
        _head(page, "indicators")
        if unsure.empty:
            page.empty(say("ensemble.all_hold", page.lang))
            return page.figure
        axes = page.axes(4.6, style.FOOTER + 0.5, style.WIDTH - 5.4, style.HEIGHT - style.HEADER - style.FOOTER - 0.7)
        place = np.arange(len(unsure))[::-1]
        error = unsure["standard_error"].to_numpy()
        axes.barh(place, unsure["probability"], height=0.62, color=[
            TONE if nature == "expected" else SHORT for nature in unsure["nature"]])
        axes.errorbar(unsure["probability"], place, xerr=1.96 * error, fmt="none", ecolor=style.INK, elinewidth=0.8,
                      capsize=2)
        axes.set_yticks(place, [
            f"{say(f'rules.{row.rule}.name', page.lang)} · {item_label(case, str(row.item), page.lang)} · {row.year}"
            for row in unsure.itertuples()
        ])
        axes.set_xlim(0, 1.02)
        axes.set_ylim(-0.6, max(len(unsure), 8) - 0.4)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        page.legend([style.swatch(style.Paint(SHORT)), style.swatch(style.Paint(TONE))],
                    [page.word("nature.binding"), page.word("nature.expected")])
    return page.figure


def convergence(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return mean, P90 and CVaR by the number of draws, with two standard errors of the mean."""
    with style.sheet(case, lang) as page:
        for quantity, axes in zip(QUANTITIES, style.panels(page, 2), strict=True):
            rows = tables["convergence"][tables["convergence"]["quantity"] == quantity]
            tone = TONES[quantity]
            if rows.empty:
                continue
            low, high = (rows["mean"] + side * 2 * rows["standard_error"] for side in (-1, 1))
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axes.fill_between(rows["draws"], low.clip(lower=0), high, color=style.tint(tone, 0.75), linewidth=0)
            for name, look in (("mean", "-"), ("p90", "--"), ("cvar95", ":")):
                axes.plot(rows["draws"], rows[name], look, color=tone)
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.xaxis.set_minor_formatter(lambda value, _: "")
            axes.set_title(say(f"ensemble.quantity.{quantity}", page.lang))
            axes.set_xlabel(say("ensemble.column.draws", page.lang))
        _head(page, "convergence")
        handles = [Line2D([], [], color=style.INK, linestyle=look) for look in ("-", "--", ":")]
        page.legend([style.swatch(style.Paint(style.tint(TONE, 0.75))), *handles],
                    [say(f"ensemble.legend.{name}", page.lang) for name in ("error", "mean", "p90", "cvar95")])
    return page.figure


def histogram(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return how cost and shortage are spread over the draws, with the mean of the worst twentieth."""
    draws = tables["draws"][tables["draws"]["question"] == "plan"]
    summary = tables["summary"][tables["summary"]["question"] == "plan"].set_index("quantity")
    with style.sheet(case, lang) as page:
        for quantity, axes in zip(QUANTITIES, style.panels(page, 2), strict=True):
            values = draws[quantity].dropna().to_numpy(float)
            if not len(values):
                continue
            axes.hist(values, bins=BINS, color=style.tint(TONES[quantity], 0.4), edgecolor="white", linewidth=0.4)
            for name, look in (("p50", "-"), ("p90", "--"), ("cvar95", ":")):
                axes.axvline(float(summary[name][quantity]), color=style.INK, linestyle=look, linewidth=1.0)
            axes.set_title(say(f"ensemble.quantity.{quantity}", page.lang))
            axes.set_ylabel(say("ensemble.column.draws", page.lang))
            axes.set_xlabel("")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axes.locator_params(axis="x", nbins=6)
        _head(page, "histogram")
        page.legend([Line2D([], [], color=style.INK, linestyle=look) for look in ("-", "--", ":")],
                    [say(f"ensemble.legend.{name}", page.lang) for name in ("median", "p90", "cvar95")])
    return page.figure


def _head(page: style.Sheet, name: str) -> None:
    """Write the title; the sheet's own takes its words from the figures of a plan."""
    top, case = page.height, page.case
    x = style.LEFT / style.WIDTH
    page.figure.text(x, 1 - 0.34 / top, say(f"ensemble.title.{name}", page.lang), fontsize=style.LARGE, weight="bold")
    parts = [case.district.text(page.lang), case.title.text(page.lang)]
    if case.outlook is not None:
        status = say(f"calibration.{case.outlook.calibration.status}", page.lang)
        parts.append(page.word("demand_model", status=status))
    page.figure.text(x, 1 - 0.57 / top, " · ".join(parts), fontsize=style.NORMAL + 1, color=style.QUIET)


def _cells(axes: Axes, shares: np.ndarray) -> None:
    shades = LinearSegmentedColormap.from_list("met", ["#c0392b", "#f2c14e", "#deebf7"])
    axes.imshow(shares, cmap=shades, vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares):
        if not np.isnan(share):
            tone = to_hex(shades(share))
            # 99.8 % must not read as certain.
            text = f"{share:.1%}" if 0.99 < share < 1 or 0 < share < 0.01 else f"{share:.0%}"
            axes.text(column, row, text, ha="center", va="center", fontsize=style.SMALL,
                      color=style.legible_on(tone))
    axes.tick_params(length=0)
