"""Several runs on one page: costs by term, where demand is met from, margins of the indicators, differing blocks."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.report.figures import style
from mineralplan.report.figures.costs import IN_AXIS_UNIT, OTHER, SHARED, SMALL_SHARE, TONES
from mineralplan.report.figures.gantt import EVENTS
from mineralplan.report.studies.compare_text import at_home, block_label, indicator_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#332288", "#777777")
"""One for each run that is drawn; their number is the most."""
MOST_ROWS = 14
LONGEST = 34
"""Letters of a line of a label."""
ALL_NAMES = 136
"""Letters of the names of all runs in the legend."""
FEW_RUNS = 4
"""Runs up to which they are named under their bars, and marked large."""
SUPPLIED = {"local": "local_10kt", "recycled": "recycled_10kt", "spoil": "spoil_10kt", "imported": "imported_10kt",
            "shortage": "shortage_10kt"}
MASS = "10kt"
STEP = {"license": "opened", "merge": "merged", "expand": "expanded", "close": "closed"}
"""Action → the marker of the same step in the figure of the blocks."""
CLEAR = 1e-6


def compare(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return four panels with all runs in each; a run has the same colour in all of them."""
    every = list(tables["objective"]["run"])
    runs = every[: len(COLOURS)]
    with style.sheet(case, lang) as page:
        page.title("compare")
        low, high, tall = style.FOOTER + 0.85, style.FOOTER + 4.3, 2.55
        _costs(page, page.axes(style.LEFT + 0.75, high, 2.95, tall), tables, runs)
        _supply(page, page.axes(style.LEFT + 6.55, high, 2.6, tall), tables, runs)
        _margins(page, page.axes(style.LEFT + 2.25, low, 2.6, 2.85), tables, runs)
        _blocks(page, page.axes(style.LEFT + 7.3, low, 3.45, 2.85), tables, runs)
        handles = [Line2D([], [], color=tone, linewidth=5) for tone in COLOURS[: len(runs)]]
        page.legend(handles, [_short(run, ALL_NAMES // len(runs)) for run in runs])
        if len(runs) < len(every):
            page.figure.text(1 - style.RIGHT / style.WIDTH, 1 - 0.7 / page.height, ha="right",
                             s=say("compare.figure.first", page.lang, count=len(runs), all=len(every)),
                             color=style.QUIET)
    return page.figure


def _short(run: str, room: int = LONGEST) -> str:
    return run if len(run) <= room else f"{run[: room - 1]}…"


def _costs(page: style.Sheet, axes: Axes, tables: Tables, runs: Sequence[str]) -> None:
    """Stack the discounted cost of each run by term; where it is certified, its optimum's interval stands beside."""
    table = tables["costs"]
    wide = table.pivot_table(index="run", columns="term", values="discounted_10kcny", aggfunc="sum").loc[list(runs)]
    wide = wide.fillna(0.0) * IN_AXIS_UNIT
    order = wide.sum().sort_values(ascending=False, kind="stable").index
    large = [str(term) for term in order if wide[term].max() >= SMALL_SHARE * wide.sum(axis=1).max()]
    plain = [term for term in large if term not in SHARED]
    paints = {OTHER: style.Paint(style.FAINT), **SHARED,
              **{term: style.Paint(TONES[i % len(TONES)]) for i, term in enumerate(plain)}}
    parts = {term: wide[term].to_numpy() for term in large}
    rest = wide.drop(columns=large).sum(axis=1).to_numpy()
    if rest.any():
        parts[OTHER] = rest
    x = np.arange(len(runs))
    total = style.stack(axes, x, parts, paints, width=0.5)
    known = tables["objective"].set_index("run").loc[list(runs)]
    for place, run in enumerate(runs):
        entry = known.loc[run]
        axes.annotate(f"{total[place]:,.1f}", (place, total[place]), xytext=(0, 2), textcoords="offset points",
                      ha="center", va="bottom", fontsize=style.SMALL)
        # Over fewer years than were planned the bound says nothing of the bar.
        if entry["objective"] == "cost" and entry["certified"] and np.isclose(
                total[place], entry["value"] * IN_AXIS_UNIT, rtol=1e-4):
            axes.plot([place + 0.36] * 2, [entry["bound"] * IN_AXIS_UNIT, total[place]], color=style.INK,
                      marker="_", markersize=5, linewidth=1)
    _run_axis(axes, runs)
    axes.set_ylim(0, float(total.max()) * 1.1 or 1.0)
    axes.set_title(say("compare.figure.costs", page.lang))
    handles: list[Artist] = [style.swatch(paints[term]) for term in parts]
    names = [say("figures.costs.other" if term == OTHER else f"terms.{term}", page.lang) for term in parts]
    if axes.lines:
        handles = [Line2D([], [], color=style.INK, marker="_", linewidth=1), *handles[::-1]]
        names = [textwrap.fill(say("compare.figure.range", page.lang), LONGEST // 2 + 5), *names[::-1]]
    axes.legend(handles, names, loc="upper left", bbox_to_anchor=(1.01, 1.03), fontsize=style.SMALL, labelspacing=0.35)


def _run_axis(axes: Axes, runs: Sequence[str]) -> None:
    axes.set_xlim(-0.6, len(runs) - 0.4)
    # Names of more runs would run into each other: there the colours tell them apart.
    named = [textwrap.fill(_short(run, 24).replace("_", " "), 12) for run in runs] if len(runs) <= FEW_RUNS else []
    axes.set_xticks(range(len(named)), named)
    axes.tick_params(axis="x", length=0, pad=9)
    for place in range(len(runs)):
        _underline(axes, place, 0.25, place)


def _underline(axes: Axes, x: float, half: float, number: int) -> None:
    """Draw a line in a run's colour under its bar."""
    axes.plot([x - half, x + half], [-0.03, -0.03], color=COLOURS[number], linewidth=4, clip_on=False,
              transform=axes.get_xaxis_transform(), solid_capstyle="butt", gid="run")


def _supply(page: style.Sheet, axes: Axes, tables: Tables, runs: Sequence[str]) -> None:
    """Stack where the demand measured in mass is met from, in the years of report, one bar per run."""
    uses = [name for name, use in page.case.uses.items() if use.unit == MASS]
    table = at_home(tables["balance"])
    table = table[table["use"].isin(uses)]
    there = sorted(set(table["year"]))
    years = [year for year in page.case.report_years if year in there] or there[-1:]
    sums = table.groupby(["year", "run"])[list(SUPPLIED.values())].sum()
    places = [(year, run) for year in years for run in runs]
    x = np.array([years.index(year) * (len(runs) + 1) + runs.index(run) for year, run in places], float)
    parts = {name: sums[column].reindex(places).fillna(0.0).to_numpy() for name, column in SUPPLIED.items()}
    parts = {name: values for name, values in parts.items() if values.any()}
    total = style.stack(axes, x, parts, style.SOURCES, width=0.8)
    for place, (_, run) in zip(x, places, strict=True):
        _underline(axes, place, 0.4, runs.index(run))
    axes.tick_params(axis="x", length=0, pad=9)
    axes.set_xlim(-0.8, float(x.max()) + 0.8)
    axes.set_ylim(0, float(total.max()) * 1.05 or 1.0)
    axes.set_xticks([i * (len(runs) + 1) + (len(runs) - 1) / 2 for i in range(len(years))], list(map(str, years)))
    axes.set_title(say("compare.figure.supply", page.lang))
    axes.legend([style.swatch(style.SOURCES[name]) for name in list(parts)[::-1]],
                [say(f"figures.sources.{name}", page.lang) for name in list(parts)[::-1]], loc="upper left",
                bbox_to_anchor=(1.01, 1.03), fontsize=style.SMALL, labelspacing=0.35)


def _margins(page: style.Sheet, axes: Axes, tables: Tables, runs: Sequence[str]) -> None:
    """Mark the margin of every run as a share of the limit, in the last year of report, most different first."""
    table = tables["indicators"]
    table = table[table["run"].isin(list(runs)) & (table["limit"] != 0) & table["margin"].notna()]
    years = set(table["year"])
    year = max((y for y in page.case.report_years if y in years), default=max(years, default=0))
    here = table[table["year"] == year]
    share = (100 * here["margin"] / here["limit"].abs()).to_numpy()
    wide = here.assign(share=share).pivot_table(index=["rule", "item"], columns="run", values="share", sort=False)
    spread = (wide.max(axis=1) - wide.min(axis=1)).sort_values(ascending=False, kind="stable")
    differing = spread[spread > CLEAR]
    shown = list(differing.index[:MOST_ROWS])
    axes.set_title(_counted(page, say("compare.figure.margins", page.lang, year=year), len(shown), len(differing)),
                   x=0 if not shown else -0.8)
    if not shown:
        _nothing(axes, say("compare.figure.no_margins", page.lang))
        return
    for place, key in enumerate(shown):
        for i, run in enumerate(runs):
            if run in wide.columns:
                axes.plot(wide.loc[key, run], place + _shift(i, len(runs)), marker="o", color=COLOURS[i],
                          markersize=_size(runs) - 1, linestyle="", clip_on=False)
    axes.axvline(0, color=style.WARNING, linewidth=0.8)
    axes.set_yticks(range(len(shown)), [
        textwrap.fill(indicator_label(page.case, rule, item, page.lang), LONGEST) for rule, item in shown])
    axes.set_ylim(max(len(shown), 4) - 0.5, -0.5)
    axes.margins(x=0.08)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.4)
    _rule_off(axes, len(shown))


def _size(runs: Sequence[str]) -> float:
    return 5.0 if len(runs) <= FEW_RUNS else 3.8


def _shift(number: int, runs: int) -> float:
    """Return how far from the middle of a row a run stands: in their order from top to bottom."""
    return (number - (runs - 1) / 2) * 0.75 / runs


def _rule_off(axes: Axes, rows: int) -> None:
    for place in range(rows - 1):
        axes.axhline(place + 0.5, color=style.FAINT, linewidth=0.4)


def _blocks(page: style.Sheet, axes: Axes, tables: Tables, runs: Sequence[str]) -> None:
    """Mark in which year each run licenses, expands or closes each block that they treat differently."""
    table = tables["actions"]
    table = table[table["differs"] & table["run"].isin(list(runs))]
    codes = list(dict.fromkeys(table["block"]))
    shown = codes[:MOST_ROWS]
    title = _counted(page, say("compare.figure.blocks", page.lang), len(shown), len(codes))
    axes.set_title(title, x=-0.55 if shown else 0)
    if not shown:
        _nothing(axes, say("compare.figure.no_blocks", page.lang))
        return
    for _, row in table[table["block"].isin(shown) & table["year"].notna()].iterrows():
        number = runs.index(row["run"])
        place = shown.index(row["block"]) + _shift(number, len(runs))
        axes.plot(row["year"], place, marker=EVENTS[STEP[row["action"]]], color=COLOURS[number],
                  markersize=_size(runs), linestyle="", markeredgecolor="white", markeredgewidth=0.3)
    years = sorted(set(tables["balance"]["year"]))
    style.year_axis(axes, years, style.few_years(page.case, years))
    axes.set_yticks(range(len(shown)), [_narrow(block_label(page.case, code, page.lang)) for code in shown])
    axes.set_ylim(max(len(shown), 4) - 0.5, -0.5)
    _rule_off(axes, len(shown))
    steps = [name for action, name in STEP.items() if action in set(table["action"])]
    axes.legend([Line2D([], [], linestyle="", marker=EVENTS[name], color=style.INK, markersize=5) for name in steps],
                [say(f"figures.gantt.{name}", page.lang) for name in steps], loc="upper center", ncols=len(steps),
                bbox_to_anchor=(0.4, -0.07), fontsize=style.SMALL, columnspacing=1.0, handletextpad=0.2)


def _narrow(label: str) -> str:
    """Return the label of a block on one line: the name gives way, the code stays."""
    name, _, code = label.rpartition(" ")
    room = LONGEST - len(code) - 2
    return label if len(name) <= room else f"{name[:room].rstrip()}… {code}"


def _counted(page: style.Sheet, title: str, shown: int, every: int) -> str:
    return title if shown == every else say("compare.figure.shown", page.lang, title=title, shown=shown, all=every)


def _nothing(axes: Axes, sentence: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, sentence, transform=axes.transAxes, ha="center", color=style.QUIET)
