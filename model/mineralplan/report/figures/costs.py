"""Cost by year and term."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from mineralplan.case import Case
from mineralplan.outputs.tables import Tables
from mineralplan.report.figures import style
from mineralplan.words import say

IN_AXIS_UNIT = 1e-4
"""From 10⁴ CNY to 10⁸ CNY (亿元)."""
SMALL_SHARE = 0.01
"""Terms under this share of the total are drawn as one."""
OTHER = "other"
VALUED = "shortage"
"""The term that nobody pays: what unmet demand is worth. It stands on top, so that the bar under it is money."""

TONES = ("#4477aa", "#aa3377", "#228833", "#66ccee", "#ee6677", "#8c7a5b", "#222255", "#bb99dd", "#99aa55", "#555555")
SHARED = {"imports": style.SOURCES["imported"], "recycled": style.SOURCES["recycled"],
          "spoil": style.SOURCES["spoil"],
          "shortage": style.SOURCES["shortage"]}
"""Terms that are drawn like the source that they pay for."""


def costs(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return the undiscounted cost of every year as bars stacked by term, the largest at the bottom."""
    parts = by_term(tables.costs, case)
    paints = _paints(list(parts))
    with style.sheet(case, lang) as page:
        page.title("costs", first=case.years[0], last=case.years[-1])
        axes = page.axes(style.LEFT + 0.1, style.FOOTER + 0.5, 7.6, page.height - style.HEADER - style.FOOTER - 0.6)
        total = style.stack(axes, case.years, parts, paints)
        axes.set_ylim(0, float(total.max()) * 1.08 or 1.0)
        for year, value in zip(case.years, total, strict=True):
            axes.annotate(f"{value:.1f}", (year, value), xytext=(0, 2), textcoords="offset points", ha="center",
                          va="bottom", fontsize=style.SMALL)
        axes.set_ylabel(page.word("costs.axis"))
        style.year_axis(axes, case.years, case.years if len(case.years) <= 20 else style.few_years(case, case.years),
                        page.word("year"))
        whole = sum(sum(values) for values in parts.values()) or 1.0
        names = [page.word("costs.share", term=_name(term, page.lang), share=f"{sum(values) / whole:.1%}")
                 for term, values in parts.items()]
        handles = [style.swatch(paints[term]) for term in parts]
        page.figure.legend(handles[::-1], names[::-1], loc="upper left", title=page.word("costs.legend"),
                           bbox_to_anchor=((style.LEFT + 7.85) / style.WIDTH, 1 - style.HEADER / page.height),
                           alignment="left", title_fontsize=style.NORMAL + 0.5, labelspacing=0.7)
        discounted = float(tables.costs["discounted_10kcny"].sum()) * IN_AXIS_UNIT
        page.figure.text(
            (style.LEFT + 7.95) / style.WIDTH, (style.FOOTER + 0.5) / page.height, va="bottom", linespacing=1.6,
            s=page.word("costs.total", total=f"{whole:,.1f}", discounted=f"{discounted:,.1f}",
                        rate=f"{case.economics.discount_rate:.1%}", base=case.base_year),
        )
    return page.figure


def by_term(table: pd.DataFrame, case: Case) -> dict[str, list[float]]:
    """Return the cost of each year by term, 10⁸ CNY.

    The largest term comes first, then the small ones as one, and last what is not paid.
    """
    wide = table.pivot_table(index="year", columns="term", values="cost_10kcny", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(case.years, fill_value=0.0) * IN_AXIS_UNIT
    totals = wide.sum().sort_values(ascending=False)
    large = [str(term) for term in totals.index if totals[term] >= SMALL_SHARE * totals.sum() and totals[term] > 0]
    parts = {term: [float(value) for value in wide[term]] for term in large}
    valued = {VALUED: parts.pop(VALUED)} if VALUED in parts else {}
    rest = wide.drop(columns=large).sum(axis=1)
    if rest.any():
        parts[OTHER] = [float(value) for value in rest]
    return parts | valued


def _paints(terms: list[str]) -> dict[str, style.Paint]:
    plain = [term for term in terms if term not in SHARED and term != OTHER]
    tones = {term: style.Paint(TONES[i % len(TONES)]) for i, term in enumerate(plain)}
    return {OTHER: style.Paint(style.FAINT), **tones, **SHARED}


def _name(term: str, lang: str) -> str:
    if term == OTHER:
        return say("figures.costs.other", lang)
    name = say(f"terms.{term}", lang)
    return say("figures.costs.valued", lang, term=name) if term == VALUED else name
