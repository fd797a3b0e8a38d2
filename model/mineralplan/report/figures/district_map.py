"""Where the blocks lie, what they are licensed for, and where the stone goes in one year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Block, Case, Place
from mineralplan.outputs.tables import Tables
from mineralplan.report.figures import style
from mineralplan.report.figures.placing import Placer

KM_PER_DEGREE = 111.195
"""Along a meridian; along a parallel times the cosine of the latitude."""
LARGEST_MARKER, SMALLEST_MARKER = 330.0, 16.0
"""Area of the markers, points²."""
WIDEST_LINE, FINEST_LINE = 6.0, 0.35
"""Points."""
OUTSIDE: dict[str, Any] = {"import": "--", "recycled": ":"}
"""How flows that no block makes are drawn, in grey."""
NAMED = 40
"""Townships to name at most, the most populous first."""


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


def district_map(case: Case, tables: Tables, lang: str = "en", *, year: int | None = None) -> Figure:
    """Return the map of one year.

    Parameters
    ----------
    year : int, optional
        The plan's target year, or the last planned year where that is not planned.
    """
    shown = year if year is not None else case.target_year
    if shown not in case.years:
        if year is not None:
            raise ValueError(f"{year} is not planned; there are {case.years[0]} to {case.years[-1]}")
        shown = case.years[-1]
    frame = frame_of(case)
    with style.sheet(case, lang) as page:
        page.title("map", year=shown)
        height = page.height - style.HEADER - style.FOOTER - 0.6
        axes = page.axes(1.0, style.FOOTER + 0.35, 6.9, height)
        axes.set_xlim(frame.west, frame.east)
        axes.set_ylim(frame.south, frame.north)
        axes.set_aspect(frame.stretch, anchor="C")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[["top", "right"]].set_visible(True)
        placer = Placer(frame.west, frame.east, frame.south, frame.north, frame.stretch, min(6.9, height))
        heaviest = _flows(axes, case, tables.flows[tables.flows["year"] == shown], frame)
        capacity = _capacity(tables.production, shown)
        _blocks(axes, case, capacity, placer)
        _townships(axes, page, placer)
        _neighbours(axes, page, frame)
        _scale(axes, page, frame)
        _legends(page, capacity, heaviest)
    return page.figure


def frame_of(case: Case) -> Frame:
    """Return the frame around blocks and townships, with a margin."""
    places = [block.place for block in case.blocks.values()]
    places += [zone.place for zone in case.zones.values() if zone.kind == "township"]
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    width = max(max(lons) - min(lons), 0.05)
    height = max(max(lats) - min(lats), 0.05)
    x, y = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    return Frame(x - width * 0.56, x + width * 0.56, y - height * 0.56, y + height * 0.56)


def _capacity(production: pd.DataFrame, year: int) -> dict[str, float]:
    rows = production[(production["year"] == year) & (production["capacity_10kt_a"] > 0)]
    return dict(zip(rows["block"], rows["capacity_10kt_a"], strict=True))


def _flows(axes: Axes, case: Case, flows: pd.DataFrame, frame: Frame) -> float:
    """Draw one line per source and zone and return the largest quantity."""
    total = flows.groupby(["source", "zone"])["quantity_10kt"].sum().sort_values(ascending=False)
    if total.empty:
        return 0.0
    heaviest = float(total.iloc[0])
    drawn: dict[str, list[tuple[list[tuple[float, float]], str, float]]] = {}
    for source, zone, quantity in total.reset_index().itertuples(index=False):
        block, place = case.blocks.get(source), case.zones[zone].place
        start = block.place if block else case.supplies[source].place
        way = "-" if block else OUTSIDE[case.supplies[source].kind]
        tone = style.colour(case, block.mineral) if block else style.QUIET
        line = [frame.towards(start), frame.towards(place)]
        drawn.setdefault(way, []).append((line, tone, max(FINEST_LINE, WIDEST_LINE * quantity / heaviest)))
    for way, parts in drawn.items():
        lines, tones, widths = zip(*parts, strict=True)
        axes.add_collection(LineCollection(lines, colors=tones, linewidths=widths, linestyles=way, alpha=0.6, zorder=1,
                                           capstyle="butt", gid=f"flows{way}"), autolim=False)
    return heaviest


def marker_area(capacity: float, largest: float) -> float:
    """Return the area of a block's marker, points²."""
    return max(SMALLEST_MARKER, LARGEST_MARKER * capacity / largest)


def _largest(case: Case) -> float:
    return max(option.capacity for block in case.blocks.values() for option in block.options)


def _blocks(axes: Axes, case: Case, capacity: dict[str, float], placer: Placer) -> None:
    """Draw working blocks filled by licensed capacity and the others hollow, by the scale first open to them."""
    largest = _largest(case)
    # The largest first, so that no small one is hidden.
    order = sorted(style.worked(case), key=lambda m: -max(_scale_of(b, capacity) for b in case.blocks_of(m)))
    for mineral in order:
        tone, shape = style.colour(case, mineral), style.marker(case, mineral)
        for working in (False, True):
            blocks = [b for b in case.blocks_of(mineral) if (b.code in capacity) == working]
            if not blocks:
                continue
            areas = [marker_area(_scale_of(b, capacity), largest) for b in blocks]
            axes.scatter([b.place.lon for b in blocks], [b.place.lat for b in blocks], s=areas, marker=shape,
                         facecolor=tone if working else "none", edgecolor="white" if working else tone,
                         linewidth=0.6 if working else 0.9, zorder=4 if working else 3,
                         gid=f"{mineral}-{'working' if working else 'idle'}")
            for block, area in zip(blocks, areas, strict=True):
                placer.block_out(block.place.lon, block.place.lat, math.sqrt(area) / 2)


def _scale_of(block: Block, capacity: dict[str, float]) -> float:
    return capacity.get(block.code, block.options[0].capacity)


def _townships(axes: Axes, page: style.Sheet, placer: Placer) -> None:
    """Draw all townships and name the larger ones where there is room."""
    zones = [zone for zone in page.case.zones.values() if zone.kind == "township"]
    axes.scatter([z.place.lon for z in zones], [z.place.lat for z in zones], s=9, color="#555555", zorder=2,
                 linewidth=0, gid="townships")
    for zone in sorted(zones, key=lambda z: -z.population)[:NAMED]:
        name = zone.label.text(page.lang)
        spot = placer.place(zone.place.lon, zone.place.lat, name, style.SMALL)
        if spot:
            axes.annotate(name, (zone.place.lon, zone.place.lat), xytext=spot.offset, textcoords="offset points",
                          ha=spot.ha, va=spot.va, fontsize=style.SMALL, color="#333333", zorder=6, bbox=style.HALO)


def _neighbours(axes: Axes, page: style.Sheet, frame: Frame) -> None:
    """Name the neighbours that lie beyond the edge, where the way to them leaves the map."""
    for zone in page.case.zones.values():
        if zone.kind != "neighbour":
            continue
        x, y = frame.towards(zone.place)
        name = zone.label.text(page.lang)
        bold: dict[str, Any] = {"fontsize": style.NORMAL, "weight": "bold", "color": style.QUIET}
        if frame.holds(zone.place):
            axes.plot([x], [y], marker="s", markersize=5, color=style.QUIET, zorder=5)
            axes.annotate(name, (x, y), xytext=(5, 4), textcoords="offset points", zorder=6, bbox=style.HALO, **bold)
            continue
        side = _side(frame, x, y)
        shift, ha, va, arrow = {
            "west": ((-9, 0), "right", "center", "<"), "east": ((9, 0), "left", "center", ">"),
            "south": ((0, -9), "center", "top", "v"), "north": ((0, 9), "center", "bottom", "^"),
        }[side]
        axes.plot([x], [y], marker=arrow, markersize=7, color=style.QUIET, clip_on=False, zorder=5)
        axes.annotate(name, (x, y), xytext=shift, textcoords="offset points", ha=ha, va=va, annotation_clip=False,
                      **bold)


def _side(frame: Frame, x: float, y: float) -> str:
    gaps = {"west": x - frame.west, "east": frame.east - x, "south": y - frame.south, "north": frame.north - y}
    return min(gaps, key=lambda side: abs(gaps[side]))


def _scale(axes: Axes, page: style.Sheet, frame: Frame) -> None:
    """Draw scale bar and north arrow in the emptiest corner, and the credit under the map."""
    case = page.case
    width, height = frame.east - frame.west, frame.north - frame.south
    points = [(b.place.lon, b.place.lat) for b in case.blocks.values()]
    points += [(z.place.lon, z.place.lat) for z in case.zones.values() if z.kind == "township"]

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
    page.figure.text(1 - style.RIGHT / style.WIDTH, style.FOOTER / page.height,
                     "\n".join([*style.other_units(page, style.worked(case)), page.word("map.credit")]),
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


def _legends(page: style.Sheet, capacity: dict[str, float], heaviest: float) -> None:
    """Set the keys to minerals, sizes and lines in the right-hand column."""
    case = page.case
    blank: dict[str, Any] = {"linestyle": "", "markeredgecolor": "white", "markeredgewidth": 0.5}
    shapes = [Line2D([], [], marker=style.marker(case, m), color=style.colour(case, m), markersize=8, **blank)
              for m in style.worked(case)]
    names = [case.minerals[m].text(page.lang) for m in style.worked(case)]
    hollow = Line2D([], [], linestyle="", marker="o", markerfacecolor="none", color=style.QUIET, markersize=7)
    town = Line2D([], [], linestyle="", marker="o", color="#555555", markersize=3, markeredgewidth=0)
    beyond = Line2D([], [], linestyle="", marker="s", color=style.QUIET, markersize=5)
    y = _legend(page, page.word("map.minerals"), [*shapes, hollow, town, beyond],
                [*names, *(page.word(f"map.{name}") for name in ("idle", "township", "neighbour"))],
                1 - style.HEADER / page.height)
    largest = _largest(case)
    scales = sorted({nice(largest), nice(largest / 4), nice(largest / 20)} - {0.0}, reverse=True)
    sizes = [Line2D([], [], marker="o", color=style.QUIET, markersize=math.sqrt(marker_area(s, largest)), **blank)
             for s in scales]
    title = page.word("map.capacity", unit=page.unit(style.MASS_PER_YEAR))
    y = _legend(page, title, sizes, [f"{scale:g}" for scale in scales], y, columns=len(scales))
    lines, words = [], []
    if heaviest:
        steps = [nice(heaviest), nice(heaviest / 5)]
        lines = [Line2D([], [], color=style.QUIET, linewidth=WIDEST_LINE * s / heaviest, alpha=0.6) for s in steps]
        words = [f"{step:g}" for step in steps]
    ways: list[tuple[Any, str]] = [("-", "local"), *((way, name) for name, way in OUTSIDE.items())]
    lines += [Line2D([], [], color=style.QUIET, linestyle=way, linewidth=1.5) for way, _ in ways]
    words += [page.word(f"map.{name}") for _, name in ways]
    _legend(page, page.word("map.flow", unit=page.unit("10kt")), lines, words, y)


def _legend(page: style.Sheet, title: str, handles: list[Line2D], names: list[str], top: float,
            columns: int = 1) -> float:
    """Set one key under the last and return where the next may begin."""
    side_by_side = columns > 1
    page.figure.legend(
        handles, names, title=title, title_fontproperties={"weight": "bold", "size": style.NORMAL}, loc="upper left",
        alignment="left", bbox_to_anchor=(8.95 / style.WIDTH, top), borderaxespad=0.0, ncols=columns,
        columnspacing=1.5,
        # Large markers must not reach up into the title.
        labelspacing=1.4 if side_by_side else 0.45,
    )
    rows = math.ceil(len(names) / columns)
    return top - (rows * 0.163 + 0.42 + (0.16 if side_by_side else 0)) / page.height
