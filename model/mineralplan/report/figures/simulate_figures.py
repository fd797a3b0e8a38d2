"""A simulation of policies in figures: fans of supply and demand, landbank, indicators, one future, regret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.inputs.plan import unit_key
from mineralplan.report.figures import style
from mineralplan.report.figures.costs import IN_AXIS_UNIT
from mineralplan.report.figures.landbank import scale
from mineralplan.report.figures.placing import text_size
from mineralplan.report.figures.policy_lines import (
    HIGH,
    LOW,
    MIDDLE,
    MOST,
    Look,
    below,
    legend_rows,
    looks,
    quantiles,
)
from mineralplan.report.figures.simulate_future import one_future as one_future
from mineralplan.report.studies.simulate_text import PERFECT, ROLLING, policies_of, policy_label
from mineralplan.rules.rule import item_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
USES, MINERALS, INDICATORS = 4, 6, 8
"""Most panels of each figure."""
KEPT = 10
"""Years of landbank under which the simple rule licenses."""
SUPPLY, SHORT, IMPORTED = (style.SOURCES[name] for name in ("local", "shortage", "imported"))
LINES: dict[str, tuple[str, Any]] = {"supply_10kt": (SUPPLY.face, "-"), "demand_10kt": (style.INK, (0, (2, 1.6)))}
"""Supply is the district's own: what it lacks of demand comes from outside, or is short."""
FIRST = {"mine_count": 1, "size_share": 1, "area_capacity": 2, "output_cap": 4}
"""The rules that are drawn before all others, and how many items of each at most."""
SHARE = "share"
STRIP = 0.75
"""Height of a policy's points and band, inches."""


def fan(
    case: Case, tables: Tables, lang: str = "en", policy: str | None = None, look_ahead: int | None = None
) -> Figure:
    """Return demand as it came and supply under one policy by use: median and P10–P90; the shortage below.

    Parameters
    ----------
    policy : str, optional
        ``rolling`` where it is among the policies, otherwise the first that is not perfect foresight.
    look_ahead : int, optional
        Years that the policy ``rolling`` looks ahead, for its name.

    Raises
    ------
    ValueError
        When there is no such policy; the message names those that there are.
    """
    chosen = _chosen(policies_of(tables), policy)
    table = tables["balance"][tables["balance"]["policy"] == chosen]
    table = table.assign(supply_10kt=table[["local_10kt", "recycled_10kt"]].sum(axis=1))
    wanted = table.groupby("use", sort=False)["demand_10kt"].sum().sort_values(ascending=False, kind="stable")
    uses = [str(use) for use, quantity in wanted.items() if quantity > 0][:USES]
    with style.sheet(case, lang) as page:
        for use, axes in zip(uses, style.panels(page, len(uses)), strict=True) if uses else ():
            _fan_panel(page, axes, use, table[table["use"] == use])
        page.title("simulate.fan", policy=policy_label(chosen, page.lang, look_ahead))
        if not uses:
            page.empty()
            return page.figure
        handles: list[Any] = []
        for tone, dash in LINES.values():
            handles += [Line2D([], [], color=tone, linestyle=dash, linewidth=1.5),
                        style.swatch(style.Paint(style.tint(tone, 0.75)))]
        handles += [Line2D([], [], color=IMPORTED.face, linewidth=1.6), style.swatch(style.Paint(SHORT.edge)),
                    Line2D([], [], color=style.INK, marker="_", markersize=4, linewidth=0.8)]
        page.legend(handles, [page.word(f"simulate.legend.{name}") for name in (
            "supply", "supply_band", "demand", "demand_band", "imported", "shortage", "shortage_band")])
    return page.figure


def _chosen(policies: Sequence[str], policy: str | None) -> str:
    if policy is not None:
        if policy not in policies:
            raise ValueError(f"no policy {policy!r}; there are: {', '.join(policies)}")
        return policy
    real = [name for name in policies if name != PERFECT]
    return ROLLING if ROLLING in policies else (real or list(policies))[0]


def _fan_panel(page: style.Sheet, axes: Axes, use: str, rows: pd.DataFrame) -> None:
    """Split a panel: demand and supply above, on the same years the shortage below."""
    years = list(page.case.years)
    under = _split(page, axes)
    highest = 0.0
    for column, (tone, dash) in LINES.items():
        found = quantiles(rows, ["year"], column).reindex(years)
        axes.fill_between(years, found[LOW], found[HIGH], color=tone, alpha=0.16, linewidth=0)
        axes.plot(years, found[MIDDLE], color=tone, linestyle=dash, linewidth=1.5, gid=column)
        highest = max(highest, float(found[HIGH].max()))
    imported = quantiles(rows, ["year"], "imported_10kt").reindex(years)[MIDDLE]
    if imported.any():
        axes.plot(years, imported, color=IMPORTED.face, linewidth=1.6, gid="imported_10kt")
    axes.set_ylim(0, highest * 1.08 or 1.0)
    axes.set_title(page.case.uses[use].text(page.lang))
    axes.set_ylabel(page.unit(f"{page.case.uses[use].unit}_per_a"))
    _shortage(page, under, quantiles(rows, ["year"], "shortage_10kt").reindex(years).fillna(0.0))
    for part in (axes, under):
        part.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.locator_params(axis="y", nbins=6)
    style.year_axis(axes, years, [])
    style.year_axis(under, years, style.few_years(page.case, years))


def _split(page: style.Sheet, axes: Axes) -> Axes:
    """Take the lower part of a panel for a second one on the same years, and return it."""
    place = axes.get_position()
    lower, gap = 0.24 * place.height, 0.12 / page.height
    axes.set_position((place.x0, place.y0 + lower + gap, place.width, place.height - lower - gap))
    under = page.figure.add_axes((place.x0, place.y0, place.width, lower))
    under.set_xlabel(axes.get_xlabel())
    axes.set_xlabel("")
    return under


def _shortage(page: style.Sheet, axes: Axes, found: pd.DataFrame) -> None:
    years = np.asarray(found.index, float)
    style.bars(axes, years, np.zeros(len(years)), found[MIDDLE], style.Paint(SHORT.edge), width=0.7)
    spread = found[found[HIGH] > 0]
    axes.vlines(spread.index, spread[LOW], spread[HIGH], color=style.INK, linewidth=0.8)
    axes.plot(spread.index, spread[HIGH], "_", color=style.INK, markersize=4)
    highest = float(found[HIGH].max())
    axes.set_ylim(0, highest * 1.15 or 1.0)
    axes.set_ylabel(page.word("simulate.short"))
    axes.locator_params(axis="y", nbins=3)
    if not highest:
        axes.set_yticks([])
        axes.text(0.5, 0.45, page.word("simulate.no_shortage"), transform=axes.transAxes, ha="center", va="center",
                  color=style.QUIET)


def landbank(case: Case, tables: Tables, lang: str = "en", look_ahead: int | None = None) -> Figure:
    """Return the years of landbank of each mineral with most output: a line and a band for each policy."""
    table = tables["landbank"].dropna(subset=["landbank_years"])
    mined = table.groupby("mineral", sort=False)["output_10kt"].sum().sort_values(ascending=False, kind="stable")
    minerals = [str(mineral) for mineral in mined.index][:MINERALS]
    with style.sheet(case, lang) as page:
        drawn = looks(page, tables, look_ahead)
        kept = page.word("simulate.kept_years", years=KEPT)
        names = [*(look.label for look in drawn), kept]
        for mineral, axes in zip(minerals, style.panels(page, len(minerals), below(names)), strict=True) \
                if minerals else ():
            found = quantiles(table[table["mineral"] == mineral], ["policy", "year"], "landbank_years")
            for look in _there(drawn, found):
                look.band(axes, found, case.years)
            axes.axhline(KEPT, gid="kept", **{**style.CAP, "linewidth": 0.9})
            logarithmic = scale(axes, np.append(found[[LOW, HIGH]].to_numpy(float).ravel(), KEPT))
            axes.set_ylabel(page.word("simulate.landbank.log_axis" if logarithmic else "simulate.landbank.axis"))
            axes.set_title(case.minerals[mineral].text(page.lang))
            style.year_axis(axes, case.years, style.few_years(case, case.years))
        page.title("simulate.landbank")
        if not minerals:
            page.empty()
            return page.figure
        page.legend([*(look.handle for look in drawn), style.cap_swatch()], names, legend_rows(names))
    return page.figure


def _there(drawn: Sequence[Look], found: pd.DataFrame) -> list[Look]:
    policies = set(found.index.get_level_values("policy"))
    return [look for look in drawn if look.policy in policies]


def indicators(case: Case, tables: Tables, lang: str = "en", look_ahead: int | None = None) -> Figure:
    """Return the paths of the policies of the main binding indicators against their limits."""
    table = tables["indicators"].dropna(subset=["value"])
    shown = main_indicators(table)
    with style.sheet(case, lang) as page:
        drawn = looks(page, tables, look_ahead)
        names = [*(look.label for look in drawn), page.word("simulate.limit")]
        for (rule, item), axes in zip(shown, style.panels(page, len(shown), below(names)), strict=True) \
                if shown else ():
            _indicator_panel(page, axes, table[(table["rule"] == rule) & (table["item"] == item)], drawn)
            parts = [say(f"rules.{rule}.name", page.lang)]
            if item in case.minerals or item in case.uses or sum(rule == other for other, _ in shown) > 1:
                parts.append(item_label(case, item, page.lang))
            room = axes.get_position().width * style.WIDTH * 72
            name = " · ".join(parts)
            axes.set_title(name if text_size(name, style.NORMAL)[0] < room else "\n".join(parts), fontsize=style.NORMAL)
        page.title("simulate.indicators")
        if not shown:
            page.empty(page.word("simulate.no_indicators"))
            return page.figure
        page.legend([*(look.handle for look in drawn), style.cap_swatch()], names, legend_rows(names))
    return page.figure


def main_indicators(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the binding indicators to draw as (rule, item): those of number, structure and caps, then those missed."""
    binding = table[table["nature"] == "binding"]
    size = binding.groupby(["rule", "item"], sort=False)["value"].mean().sort_values(ascending=False, kind="stable")
    missed = set(binding.loc[~binding["holds"].astype(bool), ["rule", "item"]].itertuples(index=False, name=None))
    chosen = [
        pair for rule, most in FIRST.items() for pair in [key for key in size.index if key[0] == rule][:most]
    ]
    rest = [pair for pair in size.index if pair in missed and pair not in chosen]
    return [(str(rule), str(item)) for rule, item in (chosen + rest)[:INDICATORS]]


def _indicator_panel(page: style.Sheet, axes: Axes, rows: pd.DataFrame, drawn: Sequence[Look]) -> None:
    years = list(page.case.years)
    # A share is read in per cent.
    share = rows["unit"].iloc[0] == SHARE
    factor = 100.0 if share else 1.0
    found = quantiles(rows, ["policy", "year"], "value") * factor
    for look in _there(drawn, found):
        look.band(axes, found, years)
    limit = rows.groupby("year")["limit"].first().reindex(years).to_numpy(float) * factor
    label = f"{'≤' if rows['sense'].iloc[0] == '<=' else '≥'} {limit[~np.isnan(limit)][-1]:,.4g}"
    style.cap_line(axes, years, limit, label, float(found[HIGH].max()))
    if share:
        axes.set_ylim(top=min(axes.get_ylim()[1], 109))
    axes.set_ylabel("%" if share else say(f"units.{unit_key(rows['unit'].iloc[0])}", page.lang))
    axes.locator_params(axis="y", nbins=5)
    style.year_axis(axes, years, style.few_years(page.case, years))


def regret(case: Case, tables: Tables, lang: str = "en", look_ahead: int | None = None) -> Figure:
    """Return what each policy costs more than perfect foresight, future by future, the shortage beside it.

    Where perfect foresight is not among the policies, what each costs.
    """
    table = tables["policies"]
    quantity = "regret_10kcny" if table["regret_10kcny"].notna().any() else "cost_10kcny"
    money = table.assign(money=table[quantity] * IN_AXIS_UNIT)
    height = STRIP * max(2, min(MOST, len(policies_of(tables))))
    with style.sheet(case, lang, style.HEADER + height + 1.45 + style.FOOTER) as page:
        page.title("simulate.regret" if quantity == "regret_10kcny" else "simulate.cost")
        drawn = looks(page, tables, look_ahead)
        medians = money.groupby("policy")["money"].median().dropna()
        order = sorted((look for look in drawn if look.policy in medians.index), key=lambda look: medians[look.policy])
        if not order:
            page.empty(page.word("simulate.no_figures"))
            return page.figure
        bottom = style.FOOTER + 1.1
        left = page.axes(2.5, bottom, 5.2, height)
        right = page.axes(8.2, bottom, 3.2, height)
        _strips(left, order, money, "money")
        _strips(right, order, money, "shortage_10kt")
        right.set_xlim(0, float(money["shortage_10kt"].max()) * 1.12 or 1.0)
        left.set_yticks(range(len(order)), [look.label for look in order])
        right.set_yticks([])
        left.set_xlabel(page.word(f"simulate.axis.{quantity}"))
        right.set_xlabel(page.word("simulate.axis.shortage_10kt"))
        page.legend([Line2D([], [], marker="o", linestyle="", color=style.QUIET, markersize=4),
                     Line2D([], [], color=style.QUIET, linewidth=5, alpha=0.4),
                     Line2D([], [], marker="|", linestyle="", color=style.INK, markersize=9)],
                    [page.word(f"simulate.legend.{name}") for name in ("future", "band", "median")])
    return page.figure


def _strips(axes: Axes, order: Sequence[Look], table: pd.DataFrame, column: str) -> None:
    """Draw for every policy a point per future, and under the points P10–P90 and the median."""
    for place, look in enumerate(order):
        values = table.loc[table["policy"] == look.policy, column].dropna().to_numpy(float)
        if not len(values):
            continue
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
        # Points are shifted by the golden ratio: evenly over the strip, and the same each time.
        shift = (np.arange(len(values)) * 0.618034 % 1 - 0.5) * 0.42
        axes.plot([low, high], [place + 0.34] * 2, color=look.tone, linewidth=5, alpha=0.4, solid_capstyle="butt")
        axes.plot(middle, place + 0.34, "|", color=style.INK, markersize=9, gid=look.policy)
        axes.annotate(f"{middle:,.3g}" if abs(middle) < 100 else f"{middle:,.0f}", (high, place + 0.34), xytext=(5, 0),
                      textcoords="offset points", va="center", fontsize=style.SMALL)
        axes.plot(values, place - 0.06 + shift, "o", color=look.tone, markersize=3.6, alpha=0.65,
                  markeredgewidth=0, clip_on=False)
    axes.set_ylim(len(order) - 0.45, -0.55)
    axes.margins(x=0.08)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.locator_params(axis="x", nbins=6)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.5)
    axes.tick_params(axis="y", length=0)
    for place in range(len(order) - 1):
        axes.axhline(place + 0.55, color=style.FAINT, linewidth=0.4)
