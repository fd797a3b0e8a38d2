"""One visual language for all figures: page, colours, bars, caps, footer."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mineralplan.case import Case
from mineralplan.report.figures.fonts import family, usable_language
from mineralplan.words import say

WIDTH, HEIGHT = 11.69, 8.27
"""A4 landscape, inches."""
SMALL, NORMAL, LARGE = 7.0, 8.0, 13.0
"""Letter heights, points; nothing is smaller than the first."""
HEADER, FOOTER = 0.85, 0.5
"""Bands for title and footer, inches."""
LEFT, RIGHT = 0.6, 0.25
"""Side margins, inches."""

INK, QUIET, FAINT, WARNING = "#222222", "#666666", "#d0d0d0", "#a33000"

MINERALS = (
    "#332288", "#88ccee", "#117733", "#ddcc77", "#cc6677", "#44aa99", "#aa4499",
    "#ee7733", "#999933", "#882255", "#777777", "#0077bb", "#bb99dd", "#5c3317",
)
"""Paul Tol's muted scheme with five colours more: told apart with each usual colour-vision deficiency."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h", "<", ">", "p", "8", "d", "*")
"""Told apart also where colours are not."""

HALO: dict[str, Any] = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.65}
"""Behind names that stand on lines."""
CAP: dict[str, Any] = {"color": INK, "linestyle": (0, (5, 2.5)), "linewidth": 1.2}
"""How every limit of the plan is drawn."""
MASS_PER_YEAR = "10kt_per_a"
"""The key of the unit of most minerals."""
FAR = 2.5
"""A cap more than so many times above the data is named at the edge: drawn to scale it would squash the bars."""


@dataclass(frozen=True)
class Paint:
    """How an area is filled; the hatch keeps it apart in grey print."""

    face: str
    edge: str = "white"
    hatch: str | None = None


SOURCES = {
    "local": Paint("#0072b2"),
    "recycled": Paint("#66c2a5", "#1b6b52", "...."),
    "spoil": Paint("#c9b18b", "#7a5c2e", "xxxx"),
    "imported": Paint("#f2c14e"),
    "shortage": Paint("white", "#c0392b", "/////"),
    "export": Paint("#a6cbe3", "#0072b2", "\\\\\\\\"),
}
"""Where demand is met from, in stacking order."""
SIZES = {"large": Paint("#08519c"), "medium": Paint("#6baed6"), "small": Paint("#deebf7", "#6baed6")}
"""Size classes: the larger, the darker."""


def settings(lang: str) -> dict[str, Any]:
    """Return the matplotlib parameters of all figures."""
    return {
        "font.family": family(lang), "font.size": NORMAL, "axes.titlesize": NORMAL + 1, "axes.labelsize": NORMAL,
        "xtick.labelsize": SMALL + 0.5, "ytick.labelsize": SMALL + 0.5, "legend.fontsize": NORMAL,
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": QUIET, "axes.linewidth": 0.6,
        "axes.titlelocation": "left", "axes.titlepad": 4.0, "axes.axisbelow": True, "axes.unicode_minus": False,
        "axes.titley": 1.0,  # where it would be put anyway, after much measuring of what stands above the axes
        "text.color": INK, "axes.labelcolor": INK, "xtick.color": QUIET, "ytick.color": QUIET,
        "xtick.labelcolor": INK, "ytick.labelcolor": INK, "xtick.major.size": 2.5, "ytick.major.size": 2.5,
        "legend.frameon": False, "hatch.linewidth": 0.5, "lines.linewidth": 1.2,
    }


@dataclass(frozen=True)
class Sheet:
    """A figure being drawn, with the case and the language of its labels."""

    figure: Figure
    case: Case
    lang: str

    def word(self, key: str, **values: object) -> str:
        """Return a sentence of the figures in the figure's language."""
        return say(f"figures.{key}", self.lang, **values)

    def unit(self, unit: str) -> str:
        """Return a unit as people write it."""
        return say(f"units.{unit}", self.lang)

    @property
    def height(self) -> float:
        """Height of the page, inches."""
        return float(self.figure.get_size_inches()[1])

    def title(self, key: str, **values: object) -> None:
        """Write what the figure shows; below it for which district and scenario, and whether demand is calibrated."""
        top, x = self.height, LEFT / WIDTH
        case = self.case
        parts = [case.district.text(self.lang), case.title.text(self.lang)]
        if case.outlook is not None:
            status = say(f"calibration.{case.outlook.calibration.status}", self.lang)
            parts.append(self.word("demand_model", status=status))
        self.figure.text(x, 1 - 0.34 / top, self.word(f"{key}.title", **values), fontsize=LARGE, weight="bold")
        self.figure.text(x, 1 - 0.57 / top, " · ".join(parts), fontsize=NORMAL + 1, color=QUIET)

    def empty(self, sentence: str | None = None) -> None:
        """Say that there is nothing to draw, and why."""
        self.figure.text(0.5, 0.5, sentence or self.word("nothing"), ha="center", fontsize=LARGE, color=QUIET)

    def legend(self, handles: Sequence[Any], labels: Sequence[str], rows: int = 1) -> None:
        """Set a legend under the panels, above the footer."""
        columns = math.ceil(len(labels) / rows)
        self.figure.legend(handles, labels, loc="lower left", ncols=columns, handlelength=1.8, columnspacing=1.1,
                           bbox_to_anchor=((LEFT - 0.1) / WIDTH, FOOTER / self.height), borderaxespad=0.2)

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add axes; all lengths in inches from the lower left corner of the page."""
        page = WIDTH, self.height
        return self.figure.add_axes((left / page[0], bottom / page[1], width / page[0], height / page[1]))


@contextmanager
def sheet(case: Case, lang: str, height: float = HEIGHT) -> Iterator[Sheet]:
    """Give an empty page; on leaving, the footer is written under what was drawn."""
    spoken, unheard = usable_language(lang)
    with mpl.rc_context(settings(spoken)):  # type: ignore[arg-type]  # its keys are literals to mypy
        page = Sheet(Figure(figsize=(WIDTH, height)), case, spoken)
        yield page
        _footer(page, asked_for_chinese=unheard is not None)
        for axes in page.figure.axes:
            # Ticks are made when the figure is drawn, by then outside this context.
            axes.tick_params(labelfontfamily=mpl.rcParams["font.family"], labelsize=SMALL + 0.5)


def _footer(page: Sheet, *, asked_for_chinese: bool) -> None:
    case, y = page.case, 0.2 / page.height
    right = [page.word("scenario", name=case.name)]
    if asked_for_chinese:
        right.insert(0, page.word("no_glyphs_here"))
    page.figure.text(1 - RIGHT / WIDTH, y, " · ".join(right), ha="right", fontsize=SMALL, color=QUIET)
    page.figure.text(LEFT / WIDTH, y, page.word("source", document=case.document.text(page.lang)),
                     fontsize=SMALL, color=QUIET)
    unproven = any(block.basis == "illustrative" for block in case.blocks.values())
    if unproven or any(entry.illustrative for entry in case.provenance):
        page.figure.text(1 - RIGHT / WIDTH, 1 - 0.34 / page.height, page.word("illustrative"), ha="right",
                         fontsize=NORMAL, weight="bold", color=WARNING,
                         bbox={"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": WARNING})


def worked(case: Case) -> tuple[str, ...]:
    """Return the minerals that have blocks, in the plan's order: a mineral's colour is its place here."""
    return tuple(mineral for mineral in case.minerals if case.blocks_of(mineral))


def colour(case: Case, mineral: str) -> str:
    """Return the colour of a mineral, the same in every figure."""
    return MINERALS[worked(case).index(mineral) % len(MINERALS)]


def marker(case: Case, mineral: str) -> str:
    """Return the marker of a mineral, the same in every figure."""
    return MARKERS[worked(case).index(mineral) % len(MARKERS)]


def tint(tone: str, share: float = 0.62) -> str:
    """Return a colour mixed with white."""
    red, green, blue = (part + (1 - part) * share for part in to_rgb(tone))
    return to_hex((red, green, blue))


def legible_on(tone: str) -> str:
    """Return black or white, whichever reads better on a colour."""
    red, green, blue = to_rgb(tone)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.58 else "white"


def mineral_unit(case: Case, mineral: str) -> str:
    """Return the key of the yearly unit of a mineral."""
    return f"{case.minerals[mineral].unit}_per_a"


def other_units(page: Sheet, minerals: Collection[str]) -> list[str]:
    """Return a remark for each of some minerals that are not measured in 10⁴ t."""
    units = {mineral: mineral_unit(page.case, mineral) for mineral in worked(page.case) if mineral in minerals}
    return [
        page.word("other_unit", mineral=page.case.minerals[mineral].text(page.lang), unit=page.unit(unit))
        for mineral, unit in units.items() if unit != MASS_PER_YEAR
    ]


def panels(page: Sheet, count: int, below: float = 0.75) -> list[Axes]:
    """Return ``count`` axes of years in a grid; many of them make the page longer rather than the panels smaller.

    Parameters
    ----------
    below : float
        Height between the footer and the panels, inches.
    """
    columns = min(count, 4 if count > 6 else 3 if count > 4 else 2)
    rows = math.ceil(count / columns)
    gap_x, gap_y = 0.6, 0.5
    free = max(HEIGHT - HEADER - FOOTER - below, rows * 1.35 + (rows - 1) * gap_y)
    page.figure.set_size_inches(WIDTH, free + HEADER + FOOTER + below)
    width = (WIDTH - LEFT - RIGHT - (columns - 1) * gap_x) / columns
    height = (free - (rows - 1) * gap_y) / rows
    top = page.height - HEADER - 0.12
    grid = [
        page.axes(LEFT + (i % columns) * (width + gap_x), top - height - (i // columns) * (height + gap_y), width,
                  height)
        for i in range(count)
    ]
    for axes in grid[-columns:]:
        axes.set_xlabel(page.word("year"))
    return grid


def bars(axes: Axes, x: Any, bottom: Any, top: Any, paint: Paint, width: float = 0.8) -> None:
    """Draw upright bars as one artist, those of no height left out."""
    x, bottom, top = np.asarray(x, float), np.asarray(bottom, float), np.asarray(top, float)
    there = top - bottom > 0
    if not there.any():
        return
    left, right = x - width / 2, x + width / 2
    corners = np.stack([left, bottom, left, top, right, top, right, bottom], axis=-1)[there].reshape(-1, 4, 2)
    axes.add_collection(
        PolyCollection(list(corners), facecolor=paint.face, edgecolor=paint.edge, hatch=paint.hatch, linewidth=0.4),
        autolim=False,
    )


def stack(axes: Axes, x: Any, parts: Mapping[str, Any], paints: Mapping[str, Paint], width: float = 0.8) -> Any:
    """Draw stacked bars and return their total height."""
    total = np.zeros(len(x))
    for name, values in parts.items():
        height = np.nan_to_num(np.asarray(values, float))
        bars(axes, x, total, total + height, paints[name], width)
        total = total + height
    return total


def swatch(paint: Paint) -> Patch:
    """Return what stands for a filled area in a legend."""
    return Patch(facecolor=paint.face, edgecolor=paint.edge if paint.hatch else QUIET, hatch=paint.hatch, linewidth=0.4)


def cap_swatch() -> Line2D:
    """Return what stands for a limit in a legend."""
    return Line2D([], [], **CAP)


def cap_line(axes: Axes, years: Any, values: Any, label: str, highest: float) -> None:
    """Draw a limit over the years and name it; set the top of the axis.

    Parameters
    ----------
    values : array of float
        NaN where there is no limit.
    label : str
        Its value and nature.
    highest : float
        The highest of the data. A limit far above it is named at the upper edge, with an arrow.
    """
    years, values = np.asarray(years, float), np.asarray(values, float)
    known = values[~np.isnan(values)]
    if not known.size:
        axes.set_ylim(0, highest * 1.08 or 1.0)
        return
    if highest and known.min() > FAR * highest:
        axes.set_ylim(0, highest * 1.3)
        axes.text(0.99, 0.985, f"↑ {label}", transform=axes.transAxes, ha="right", va="top", fontsize=SMALL + 0.5,
                  gid="cap-above")
        return
    cap_steps(axes, years, values)
    top = max(highest, float(known.max()))
    axes.set_ylim(0, top * 1.22)
    last = float(known[-1])
    axes.annotate(label, (years[-1] + 0.5, last), xytext=(0, 2), textcoords="offset points", ha="right", va="bottom",
                  fontsize=SMALL + 0.5, bbox=HALO)


def cap_steps(axes: Axes, years: Any, values: Any) -> None:
    """Draw a limit as one step a year, from half a year before to half a year after."""
    edges = np.repeat(np.asarray(years, float), 2) + np.tile([-0.5, 0.5], len(years))
    axes.plot(edges, np.repeat(values, 2), gid="cap", zorder=3, **CAP)


def few_years(case: Case, years: Sequence[int]) -> list[int]:
    """Return the years to name under a narrow panel: all, or the first, those of report and the last."""
    if len(years) <= 6:
        return list(years)
    named: list[int] = []
    for year in sorted({years[0], years[-1], *(y for y in case.report_years if y in years)}):
        if not named or year - named[-1] >= len(years) / 8:
            named.append(year)
    return named


def year_axis(axes: Axes, years: Sequence[int], named: Sequence[int], label: str | None = None) -> None:
    """Set the axis of years; each year takes the unit from half a year before to half a year after."""
    axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    axes.set_xticks(list(named), [str(year) for year in named])
    if label is not None:
        axes.set_xlabel(label)
