"""Where demand arises in one year: township by township, and what neighbours would buy."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Case
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.report.demand_text import MASS
from mineralplan.report.figures import cartography, style
from mineralplan.report.figures.cartography import BLANK, key, nice
from mineralplan.report.figures.placing import Placer

LARGEST_CIRCLE = 900.0
"""Area, points²."""
LINE = 0.165
"""Height of a line in the list of uses, inches."""
TONE, EXPORT = "#cc3311", "#0072b2"
OPACITY = 0.45


def demand_map(
    case: Case, tables: DemandTables, lang: str = "en", *, year: int | None = None, use: str | None = None
) -> Figure:
    """Return the map of the central demand of one year.

    Parameters
    ----------
    year : int, optional
        The plan's target year, or the last planned year where that is not planned.
    use : str, optional
        All uses that are measured in 10⁴ t, summed.

    Raises
    ------
    ValueError
        When there is no such year or use.
    """
    shown = cartography.shown_year(case, year, sorted(set(tables.demand["year"])))
    if use is not None and use not in case.uses:
        raise ValueError(f"no use {use!r}; there are: {', '.join(case.uses)}")
    uses = [use] if use else [name for name, entry in case.uses.items() if entry.unit == MASS]
    rows, exports = (
        table[(table["year"] == shown) & table["use"].isin(uses)]
        for table in (tables.demand, tables.exports[tables.exports["on"]])
    )
    by_zone = rows.groupby("zone")["central"].sum()
    sold = {str(zone): total for zone, total in exports.groupby("zone")["quantity_10kt"].sum().items() if total}
    towns = cartography.townships(case)
    demand = {zone.code: float(by_zone.get(zone.code, 0.0)) for zone in towns}
    places = [zone.place for zone in towns]
    frame = cartography.frame_of([*places, *cartography.border(case)])
    with style.sheet(case, lang) as page:
        what = case.uses[use].text(page.lang) if use else page.word("demand_map.all", unit=page.unit(MASS))
        page.title("demand_map", what=what, year=shown)
        if not any(demand.values()):
            page.empty()
            return page.figure
        axes, placer = cartography.base_map(page, frame)
        _circles(axes, page, demand, placer)
        names = {zone: f"{case.zones[zone].label.text(page.lang)} {amount:,g}" for zone, amount in sold.items()}
        cartography.neighbours(axes, case, frame, names, EXPORT)
        cartography.scale_bar(axes, page, frame, places)
        cartography.credit(page, page.word("demand_map.credit"))
        _keys(page, rows, demand, uses, sold=bool(sold))
    return page.figure


def decimals(largest: float) -> int:
    """Return how many decimals give the largest of some figures three digits.

    Examples
    --------
    >>> decimals(1234.5), decimals(12.3), decimals(0.05)
    (0, 1, 4)
    """
    return max(0, 2 - math.floor(math.log10(largest)))


def circle_area(value: float, largest: float) -> float:
    """Return the area of a township's circle, points²: in proportion to its demand."""
    return LARGEST_CIRCLE * value / largest


def _circles(axes: Axes, page: style.Sheet, demand: Mapping[str, float], placer: Placer) -> None:
    """Draw a circle for each township, the largest first, and name it with its demand where there is room."""
    zones = page.case.zones
    order = sorted(demand, key=lambda zone: -demand[zone])
    digits = decimals(demand[order[0]])
    areas = [circle_area(demand[zone], demand[order[0]]) for zone in order]
    lons, lats = [zones[zone].place.lon for zone in order], [zones[zone].place.lat for zone in order]
    axes.scatter(lons, lats, s=areas, facecolor=TONE, alpha=OPACITY, edgecolor="white", linewidth=0.6, zorder=2,
                 gid="demand")
    axes.scatter(lons, lats, s=5, color=cartography.TOWN, linewidth=0, zorder=3, gid="townships")
    radii = [math.sqrt(area) / 2 for area in areas]
    for lon, lat, radius in zip(lons, lats, radii, strict=True):
        placer.block_out(lon, lat, radius)
    for zone, lon, lat, radius in zip(order, lons, lats, radii, strict=True):
        text = zones[zone].label.text(page.lang) + (f" {demand[zone]:,.{digits}f}" if demand[zone] else "")
        # Room for letters a little larger: figures are wider than the average letter.
        spot = placer.place(lon, lat, text, style.NORMAL, radius)
        if spot:
            axes.annotate(text, (lon, lat), xytext=spot.offset, textcoords="offset points", ha=spot.ha, va=spot.va,
                          fontsize=style.SMALL, color="#333333", zorder=6, bbox=style.HALO)


def _keys(page: style.Sheet, rows: pd.DataFrame, demand: Mapping[str, float], uses: list[str], *, sold: bool) -> None:
    """Set the keys to circles and markers, and how much each use has in them, in the right-hand column."""
    case, largest = page.case, max(demand.values())
    unit = page.unit(f"{case.uses[uses[0]].unit}_per_a")
    scales = [nice(largest), nice(largest / 4), nice(largest / 20)]
    circles = [Line2D([], [], marker="o", color=TONE, alpha=OPACITY, markersize=math.sqrt(circle_area(s, largest)),
                      **BLANK) for s in scales]
    y = key(page, page.word("demand_map.size", unit=unit), circles, [f"{scale:g}" for scale in scales],
            1 - style.HEADER / page.height, columns=len(scales),
            handle=math.sqrt(LARGEST_CIRCLE) / style.NORMAL)
    markers, words = [cartography.town_marker()], [page.word("map.township")]
    if sold:
        markers.append(Line2D([], [], linestyle="", marker=">", color=EXPORT, markersize=7))
        words.append(page.word("demand_map.export"))
    y = key(page, page.word("demand_map.places"), markers, words, y - 0.1 / page.height)
    home = rows[rows["zone"].isin(list(demand))].groupby("use")["central"].sum()
    lines = [(page.word("demand_map.district", unit=unit), "")]
    lines += [(case.uses[name].text(page.lang), f"{home.get(name, 0.0):,.1f}") for name in uses]
    if len(uses) > 1:
        lines.append((page.word("demand_map.total"), f"{home.sum():,.1f}"))
    for place, (name, amount) in enumerate(lines, start=1):
        height, weight = y - place * LINE / page.height, "bold" if place in (1, len(uses) + 2) else "normal"
        page.figure.text((cartography.KEYS + 0.045) / style.WIDTH, height, name, weight=weight)
        page.figure.text(1 - style.RIGHT / style.WIDTH, height, amount, weight=weight, ha="right")
