"""Where the blocks lie, what they are licensed for, and where the stone goes in one year."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Block, Case
from mineralplan.outputs.tables import Tables
from mineralplan.report.figures import cartography, style
from mineralplan.report.figures.cartography import BLANK, key, nice
from mineralplan.report.figures.placing import Placer

LARGEST_MARKER, SMALLEST_MARKER = 330.0, 16.0
"""Area of the markers, points²."""
WIDEST_LINE, FINEST_LINE = 6.0, 0.35
"""Points."""
OUTSIDE: dict[str, Any] = {"import": "--", "recycled": ":", "spoil": "-."}
"""How flows that no block makes are drawn, in grey."""
NAMED = 40
"""Townships to name at most, the most populous first."""


def district_map(case: Case, tables: Tables, lang: str = "en", *, year: int | None = None) -> Figure:
    """Return the map of one year.

    Parameters
    ----------
    year : int, optional
        The plan's target year, or the last planned year where that is not planned.
    """
    shown = cartography.shown_year(case, year, case.years)
    places = [block.place for block in case.blocks.values()]
    places += [zone.place for zone in cartography.townships(case)]
    frame = cartography.frame_of([*places, *cartography.border(case)])
    with style.sheet(case, lang) as page:
        page.title("map", year=shown)
        axes, placer = cartography.base_map(page, frame)
        heaviest = _flows(axes, case, tables.flows[tables.flows["year"] == shown], frame)
        capacity = _capacity(tables.production, shown)
        _blocks(axes, case, capacity, placer)
        _townships(axes, page, placer)
        names = {zone.code: zone.label.text(page.lang) for zone in case.zones.values() if zone.kind == "neighbour"}
        cartography.neighbours(axes, case, frame, names)
        cartography.scale_bar(axes, page, frame, places)
        cartography.credit(page, page.word("map.credit"), *style.other_units(page, style.worked(case)))
        _legends(page, capacity, heaviest)
    return page.figure


def _capacity(production: pd.DataFrame, year: int) -> dict[str, float]:
    rows = production[(production["year"] == year) & (production["capacity_10kt_a"] > 0)]
    return dict(zip(rows["block"], rows["capacity_10kt_a"], strict=True))


def _flows(axes: Axes, case: Case, flows: pd.DataFrame, frame: cartography.Frame) -> float:
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
    zones = cartography.townships(page.case)
    axes.scatter([z.place.lon for z in zones], [z.place.lat for z in zones], s=9, color=cartography.TOWN, zorder=2,
                 linewidth=0, gid="townships")
    for zone in sorted(zones, key=lambda z: -z.population)[:NAMED]:
        name = zone.label.text(page.lang)
        spot = placer.place(zone.place.lon, zone.place.lat, name, style.SMALL)
        if spot:
            axes.annotate(name, (zone.place.lon, zone.place.lat), xytext=spot.offset, textcoords="offset points",
                          ha=spot.ha, va=spot.va, fontsize=style.SMALL, color="#333333", zorder=6, bbox=style.HALO)


def _legends(page: style.Sheet, capacity: dict[str, float], heaviest: float) -> None:
    """Set the keys to minerals, sizes and lines in the right-hand column."""
    case = page.case
    shapes = [Line2D([], [], marker=style.marker(case, m), color=style.colour(case, m), markersize=8, **BLANK)
              for m in style.worked(case)]
    names = [case.minerals[m].text(page.lang) for m in style.worked(case)]
    hollow = Line2D([], [], linestyle="", marker="o", markerfacecolor="none", color=style.QUIET, markersize=7)
    beyond = Line2D([], [], linestyle="", marker="s", color=style.QUIET, markersize=5)
    y = key(page, page.word("map.minerals"), [*shapes, hollow, cartography.town_marker(), beyond],
            [*names, *(page.word(f"map.{name}") for name in ("idle", "township", "neighbour"))],
            1 - style.HEADER / page.height)
    largest = _largest(case)
    scales = sorted({nice(largest), nice(largest / 4), nice(largest / 20)} - {0.0}, reverse=True)
    sizes = [Line2D([], [], marker="o", color=style.QUIET, markersize=math.sqrt(marker_area(s, largest)), **BLANK)
             for s in scales]
    title = page.word("map.capacity", unit=page.unit(style.MASS_PER_YEAR))
    y = key(page, title, sizes, [f"{scale:g}" for scale in scales], y, columns=len(scales))
    lines, words = [], []
    if heaviest:
        steps = [nice(heaviest), nice(heaviest / 5)]
        lines = [Line2D([], [], color=style.QUIET, linewidth=WIDEST_LINE * s / heaviest, alpha=0.6) for s in steps]
        words = [f"{step:g}" for step in steps]
    ways: list[tuple[Any, str]] = [("-", "local"), *((way, name) for name, way in OUTSIDE.items())]
    lines += [Line2D([], [], color=style.QUIET, linestyle=way, linewidth=1.5) for way, _ in ways]
    words += [page.word(f"map.{name}") for _, name in ways]
    key(page, page.word("map.flow", unit=page.unit("10kt")), lines, words, y)
