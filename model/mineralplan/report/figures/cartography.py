"""What every map of the district is drawn with: frame, axes, neighbours, scale bar, keys."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from mineralplan.case import Case, Place, Zone
from mineralplan.report.figures import style
from mineralplan.report.figures.placing import Placer

KM_PER_DEGREE = 111.195
"""Along a meridian; along a parallel times the cosine of the latitude."""
KEYS = 8.95
"""Left edge of the column of keys, inches."""
TOWN, BORDER = "#555555", "#9a9a9a"
BLANK: dict[str, Any] = {"linestyle": "", "markeredgecolor": "white", "markeredgewidth": 0.5}
"""A marker without a line, in a key."""


@dataclass(frozen=True)
class Frame:
    """The part of the earth on the map, degrees."""

    west: float
    east: float
    south: float
    north: float

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @property
    def stretch(self) -> float:
        """Length of a degree of latitude over one of longitude."""
        return 1 / math.cos(math.radians(self.centre[1]))

    def holds(self, place: Place) -> bool:
        """Whether a place lies on the map."""
        return self.west <= place.lon <= self.east and self.south <= place.lat <= self.north

    def towards(self, place: Place) -> tuple[float, float]:
        """Return the place itself, or where the line to it from the middle meets the edge."""
        if self.holds(place):
            return place.lon, place.lat
        x, y = self.centre
        dx, dy = place.lon - x, place.lat - y
        reach = min((self.east - x) / abs(dx) if dx else math.inf, (self.north - y) / abs(dy) if dy else math.inf)
        return x + dx * reach, y + dy * reach


def frame_of(places: Sequence[Place]) -> Frame:
    """Return the frame around some places, with a margin."""
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    width = max(max(lons) - min(lons), 0.05)
    height = max(max(lats) - min(lats), 0.05)
    x, y = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    return Frame(x - width * 0.56, x + width * 0.56, y - height * 0.56, y + height * 0.56)


def townships(case: Case) -> list[Zone]:
    """Return the zones inside the district."""
    return [zone for zone in case.zones.values() if zone.kind == "township"]


def shown_year(case: Case, year: int | None, years: Sequence[int]) -> int:
    """Return the year asked for, else the plan's target year, else the last of ``years``.

    Raises
    ------
    ValueError
        When the year asked for is not one of ``years``.
    """
    if year is None:
        return case.target_year if case.target_year in years else years[-1]
    if year not in years:
        raise ValueError(f"{year} is not planned; there are {years[0]} to {years[-1]}")
    return year


def border(case: Case) -> list[Place]:
    """Return the corners of the district's outline; none where it is not known."""
    return [Place(lon, lat) for ring in case.outline for lon, lat in ring]


def base_map(page: style.Sheet, frame: Frame) -> tuple[Axes, Placer]:
    """Return the axes of a map with nothing but the district's outline, and what places names on it."""
    width, height = 6.9, page.height - style.HEADER - style.FOOTER - 0.6
    axes = page.axes(1.0, style.FOOTER + 0.35, width, height)
    axes.set_xlim(frame.west, frame.east)
    axes.set_ylim(frame.south, frame.north)
    axes.set_aspect(frame.stretch, anchor="C")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["top", "right"]].set_visible(True)
    axes.add_collection(
        PolyCollection(page.case.outline, facecolor="none", edgecolor=BORDER, linewidth=1.0, zorder=0.5, gid="outline"),
        autolim=False)
    return axes, Placer(frame.west, frame.east, frame.south, frame.north, frame.stretch, min(width, height))


def neighbours(axes: Axes, case: Case, frame: Frame, names: Mapping[str, str], tone: str = style.QUIET) -> None:
    """Name neighbours: those beyond the edge where the way to them leaves the map.

    Parameters
    ----------
    names : mapping of str to str
        What to write, by zone.
    """
    bold: dict[str, Any] = {"fontsize": style.NORMAL, "weight": "bold", "color": tone}
    for code, name in names.items():
        place = case.zones[code].place
        x, y = frame.towards(place)
        if frame.holds(place):
            axes.plot([x], [y], marker="s", markersize=5, color=tone, zorder=5)
            axes.annotate(name, (x, y), xytext=(5, 4), textcoords="offset points", zorder=6, bbox=style.HALO, **bold)
            continue
        shift, ha, va, arrow = {
            "west": ((-9, 0), "right", "center", "<"), "east": ((9, 0), "left", "center", ">"),
            "south": ((0, -9), "center", "top", "v"), "north": ((0, 9), "center", "bottom", "^"),
        }[_side(frame, x, y)]
        axes.plot([x], [y], marker=arrow, markersize=7, color=tone, clip_on=False, zorder=5)
        axes.annotate(name, (x, y), xytext=shift, textcoords="offset points", ha=ha, va=va, annotation_clip=False,
                      **bold)


def _side(frame: Frame, x: float, y: float) -> str:
    gaps = {"west": x - frame.west, "east": frame.east - x, "south": y - frame.south, "north": frame.north - y}
    return min(gaps, key=lambda side: abs(gaps[side]))


def scale_bar(axes: Axes, page: style.Sheet, frame: Frame, places: Iterable[Place]) -> None:
    """Draw scale bar and north arrow in the corner with the fewest of some places."""
    width, height = frame.east - frame.west, frame.north - frame.south
    points = [(place.lon, place.lat) for place in places]

    def crowd(corner: tuple[int, int]) -> int:
        x0, y0 = frame.west + corner[0] * 0.66 * width, frame.south + corner[1] * 0.8 * height
        return sum(x0 <= x <= x0 + 0.34 * width and y0 <= y <= y0 + 0.2 * height for x, y in points)

    right, top = min(((1, 0), (0, 0), (1, 1), (0, 1)), key=crowd)
    degree = KM_PER_DEGREE / frame.stretch
    length = nice(0.22 * width * degree)
    x = frame.east - 0.04 * width - length / degree if right else frame.west + 0.04 * width
    y = frame.south + (0.88 if top else 0.05) * height
    half, tick = (x + length / degree / 2), 0.008 * height
    axes.plot([x, x, x + length / degree, x + length / degree], [y + tick, y, y, y + tick], color=style.INK,
              linewidth=1.2, gid="scale-bar")
    axes.text(half, y + 0.012 * height, f"{length:g} km", ha="center", va="bottom", fontsize=style.NORMAL)
    axes.annotate(page.word("map.north"), (half, y + 0.135 * height), xytext=(half, y + 0.065 * height), ha="center",
                  va="center", weight="bold",
                  arrowprops={"arrowstyle": "-|>", "color": style.INK, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0})


def credit(page: style.Sheet, remark: str, *others: str) -> None:
    """Write remarks under the map, on lines of their own."""
    page.figure.text(1 - style.RIGHT / style.WIDTH, style.FOOTER / page.height, "\n".join([*others, remark]),
                     ha="right", fontsize=style.SMALL, color=style.QUIET)


def nice(value: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ that is not above ``value``.

    Examples
    --------
    >>> nice(34.0), nice(0.7)
    (20.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= value * (1 + 1e-9))


def town_marker() -> Line2D:
    """Return what stands for a township in a key."""
    return Line2D([], [], linestyle="", marker="o", color=TOWN, markersize=3, markeredgewidth=0)


def key(page: style.Sheet, title: str, handles: Sequence[Line2D], names: Sequence[str], top: float,
        columns: int = 1, handle: float = 2.0) -> float:
    """Set one key in the right-hand column under the last and return where the next may begin.

    Parameters
    ----------
    top : float
        Upper edge, part of the page's height.
    handle : float
        Width kept for a handle, letter heights.
    """
    side_by_side = columns > 1
    page.figure.legend(
        handles, names, title=title, title_fontproperties={"weight": "bold", "size": style.NORMAL}, loc="upper left",
        alignment="left", bbox_to_anchor=(KEYS / style.WIDTH, top), borderaxespad=0.0, ncols=columns,
        columnspacing=1.5, handlelength=handle,
        # Large markers must not reach up into the title.
        labelspacing=1.4 if side_by_side else 0.45,
    )
    rows = math.ceil(len(names) / columns)
    return top - (rows * 0.163 + 0.42 + (0.16 if side_by_side else 0)) / page.height
