"""The front between objectives."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mineralplan.case import Case
from mineralplan.formulation.objectives import OBJECTIVES, WHOLE
from mineralplan.report.figures import style
from mineralplan.report.figures.style import INK, QUIET, WARNING
from mineralplan.words import say

POINT, COMPARED = "#0072b2", "#d55e00"
COLOURS = "viridis_r"


def front(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
    """Return the front: two objectives as one panel, three as their pairs with the third as the colour."""
    table = tables["front"]
    names = [name for name in table.columns if name in OBJECTIVES]
    with style.sheet(case, lang) as page:
        page.title("pareto_front", objectives=say("figures.list", page.lang).join(_name(n, page.lang) for n in names))
        if len(names) == 2:
            _two(page, page.axes(style.LEFT + 0.6, style.FOOTER + 0.95, 10.1, page.height - 2.5), tables, names)
        else:
            _three(page, tables, names)
        parts = {"point": _dot(POINT)}
        if len(tables["removed"]):
            parts["removed"] = _dot("none", edge=QUIET)
        if len(names) == 2:
            parts["interval"] = Line2D([], [], color=POINT, linewidth=2.4, alpha=0.35)
        if len(tables["compared"]):
            parts["compared"] = _dot("none", edge=COMPARED, marker="D")
        page.legend(list(parts.values()), [say(f"pareto.legend.{part}", page.lang) for part in parts])
    return page.figure


def _two(page: style.Sheet, axes: Axes, tables: Mapping[str, pd.DataFrame], names: list[str]) -> None:
    first, second = names
    table = tables["front"]
    axes.step(table[second], table[first], where="pre", color=POINT, linewidth=0.8, alpha=0.6)
    axes.vlines(table[second], table["bound"], table[first], color=POINT, linewidth=2.4, alpha=0.35)
    _scatter(page, axes, tables, second, first)
    axes.set_ylabel(_label(first, page.lang))


def _three(page: style.Sheet, tables: Mapping[str, pd.DataFrame], names: list[str]) -> None:
    first, second, third = names
    table = tables["front"]
    tall, low = page.height - 2.5, style.FOOTER + 0.95
    large = page.axes(style.LEFT + 0.6, low, 5.6, tall)
    bubbles = large.scatter(table[second], table[first], s=90, c=table[third], cmap=COLOURS, edgecolors=INK,
                            linewidths=0.5, zorder=3)
    _numbers(large, table, second, first)
    large.set(xlabel=_label(second, page.lang), ylabel=_label(first, page.lang))
    _plain(large)
    bar = page.figure.colorbar(bubbles, cax=page.axes(style.LEFT + 6.3, low, 0.12, tall))
    bar.set_label(_label(third, page.lang))
    if third in WHOLE:
        bar.ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    for place, (x, y) in enumerate(((third, first), (third, second))):
        axes = page.axes(style.LEFT + 8.0, low + (1 - place) * (tall + 0.45) / 2, 2.75, (tall - 0.55) / 2)
        _scatter(page, axes, tables, x, y)
        axes.set_ylabel(_label(y, page.lang))


def _scatter(page: style.Sheet, axes: Axes, tables: Mapping[str, pd.DataFrame], x: str, y: str) -> None:
    """Draw the points, those that were removed and the plans to compare with."""
    table, gone, others = tables["front"], tables["removed"], tables["compared"]
    axes.scatter(gone[x], gone[y], s=22, facecolors="none", edgecolors=QUIET, linewidths=0.7)
    axes.scatter(table[x], table[y], s=34, color=POINT, zorder=3)
    _numbers(axes, table, x, y)
    axes.scatter(others[x], others[y], s=80, marker="D", facecolors="none", edgecolors=COMPARED, linewidths=1.4,
                 zorder=4)
    titles = others[f"title_{page.lang}"]
    for title, at_x, at_y in zip(titles, others[x], others[y], strict=True):
        axes.annotate(title, (at_x, at_y), xytext=(6, -4), textcoords="offset points", va="top", color=COMPARED,
                      fontsize=style.SMALL + 0.5, bbox=style.HALO)
    axes.set_xlabel(_label(x, page.lang))
    _plain(axes)
    for name, axis in ((x, axes.xaxis), (y, axes.yaxis)):
        if name in WHOLE:
            axis.set_major_locator(MaxNLocator(integer=True))


def _numbers(axes: Axes, table: pd.DataFrame, x: str, y: str) -> None:
    for number, at_x, at_y, audit in zip(table["point"], table[x], table[y], table["audit"], strict=True):
        axes.annotate(str(number), (at_x, at_y), xytext=(5, 4), textcoords="offset points", fontsize=style.SMALL + 0.5,
                      color=WARNING if audit == "broken" else INK)


def _plain(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.margins(0.08)
    axes.grid(color=style.FAINT, linewidth=0.4)


def _dot(face: str, *, edge: str | None = None, marker: str = "o") -> Line2D:
    return Line2D([], [], linestyle="", marker=marker, markerfacecolor=face, markeredgecolor=edge or face, markersize=6)


def _name(objective: str, lang: str) -> str:
    return say(f"objectives.{objective}.name", lang)


def _label(objective: str, lang: str) -> str:
    return f"{_name(objective, lang)} ({say(f'objectives.{objective}.unit', lang)})"
