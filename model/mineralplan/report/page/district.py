"""The map: blocks by mineral, state and scale, townships, and where the stone goes, year by year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mineralplan.case import Case, Place
from mineralplan.report.figures import cartography, style
from mineralplan.report.page.charts import RESTING, STATES, chart, coloured, frame, minerals, named, row
from mineralplan.report.page.parts import Chart, Section, Spec, Text
from mineralplan.report.record import Record
from mineralplan.words import say

SHAPES = {"kept": "circle", "opened": "triangle-up", "expanded": "diamond", "closing": "triangle-down",
          "closed": "cross", "idle": "square"}
NAMED = 24
"""Places to name at most, the most populous first; the others are named where the pointer rests."""
EDGE = 1.07
"""What names need around the ground, as a part of it."""
APART = 0.13, 0.045
"""Least distance of two names across and down, parts of the map."""


@dataclass(frozen=True)
class Ground:
    """The ground of the map: kilometres east and north of its middle."""

    frame: cartography.Frame

    def spot(self, place: Place) -> tuple[float, float]:
        """Return where a place lies; one beyond the edge, where the way to it leaves the map."""
        lon, lat = self.frame.towards(place)
        x, y = self.frame.centre
        degree = cartography.KM_PER_DEGREE
        return round((lon - x) * degree / self.frame.stretch, 3), round((lat - y) * degree, 3)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, km."""
        f, degree = self.frame, cartography.KM_PER_DEGREE
        return (f.east - f.west) * degree / f.stretch, (f.north - f.south) * degree


def section(record: Record, lang: str) -> Section:
    """Return the map of a year that the reader chooses."""
    case, title = record.case, say("page.map.title", lang)
    places = [block.place for block in case.blocks.values()]
    places += [zone.place for zone in cartography.townships(case)]
    if not case.blocks:
        return Section("map", title, [Text(say("figures.nothing", lang))])
    ground = Ground(cartography.frame_of(places))
    flows = shipments(case, record.tables.flows, ground)
    data = {"blocks": _sites(case, ground), "production": record.tables.production, "flows": flows,
            "zones": _zones(case, ground)}
    year = cartography.shown_year(case, None, case.years)
    spec = chart(
        "container", autosize={"type": "fit"}, data={"name": "zones"},
        params=[
            {"name": "year", "value": year, "bind": {"input": "range", "name": say("columns.year", lang),
                                                     "min": case.years[0], "max": case.years[-1], "step": 1}},
            {"name": "shown", "value": True, "bind": {"input": "checkbox", "name": say("page.map.flows", lang)}},
        ],
        layer=[_flow_lines(flows, lang), _places(lang), _blocks(case, lang), *_place_names()],
        encoding=_axes(ground), resolve={"scale": {"color": "independent", "size": "independent"}},
    )
    return Section("map", title, [
        Text(say("page.map.meaning", lang), "quiet"),
        Chart("map", spec, say("page.map.alt", lang), data, shape="map"),
        Text(say("figures.map.credit", lang), "quiet"),
    ])


def shipments(case: Case, flows: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Return what goes from a source to a zone in a year, all uses together, with both ends on the map."""
    total = flows.groupby(["year", "source", "zone"], sort=False)["quantity_10kt"].sum().reset_index()
    rows = []
    for year, source, zone, quantity in total.itertuples(index=False):
        block = case.blocks.get(source)
        start = block.place if block else case.supplies[source].place
        tone = style.colour(case, block.mineral) if block else style.QUIET
        rows.append([year, source, zone, tone, quantity, *ground.spot(start), *ground.spot(case.zones[zone].place)])
    return frame(("year", "source", "zone", "tone", "quantity", "x", "y", "x2", "y2"), rows)


def _sites(case: Case, ground: Ground) -> pd.DataFrame:
    rows = [[code, style.colour(case, block.mineral), *ground.spot(block.place)] for code, block in case.blocks.items()]
    return frame(("block", "tone", "x", "y"), rows)


def _zones(case: Case, ground: Ground) -> pd.DataFrame:
    """Return every place; neighbours are named, and the larger townships that lie apart from those named before."""
    wide, high = ground.size
    shown: dict[str, tuple[float, float]] = {}
    for zone in sorted(case.zones.values(), key=lambda zone: (zone.kind != "neighbour", -zone.population)):
        x, y = ground.spot(zone.place)
        apart = all(abs(x - u) > APART[0] * wide or abs(y - v) > APART[1] * high for u, v in shown.values())
        if zone.kind == "neighbour" or (apart and len(shown) < NAMED):
            shown[zone.code] = x, y
    rows = [[code, zone.kind, code in shown, *ground.spot(zone.place)] for code, zone in case.zones.items()]
    return frame(("zone", "kind", "named", "x", "y"), rows)


def _axes(ground: Ground) -> Spec:
    """Return the channels of both axes: as many kilometres to a pixel one way as the other."""
    wide, high = (EDGE * length for length in ground.size)
    # Before it is laid out, a chart has no width.
    across, down = "max(width, 1)", "max(height, 1)"
    per_pixel = f"max({wide:.6g} / {across}, {high:.6g} / {down})"

    def axis(field: str, side: str) -> Spec:
        ends = [{"expr": f"{sign}{side} * {per_pixel} / 2"} for sign in ("-", "")]
        return {"field": field, "type": "quantitative", "axis": None,
                "scale": {"domain": ends, "zero": False, "nice": False}}

    return {"x": axis("x", across), "y": axis("y", down)}


def _flow_lines(flows: pd.DataFrame, lang: str) -> Spec:
    heaviest = float(flows["quantity"].max()) if len(flows) else 1.0
    return {
        "data": {"name": "flows"},
        "transform": [{"filter": "shown && datum.year == year"}, *named({
            "from": "names.block[datum.source] || names.supply[datum.source]", "to": "names.zone[datum.zone]"})],
        "mark": {"type": "rule", "opacity": 0.55, "strokeCap": "round"},
        "encoding": {
            "x2": {"field": "x2"}, "y2": {"field": "y2"},
            "size": {"field": "quantity", "type": "quantitative", "legend": None,
                     "scale": {"domain": [0, heaviest], "range": [0.4, 7]}},
            "color": {"field": "tone", "type": "nominal", "legend": None, "scale": None},
            "tooltip": [*row({"from": say("page.map.source", lang), "to": say("page.map.zone", lang)}),
                        {"field": "quantity", "title": say("page.map.quantity", lang), "format": ",.2f"}],
        },
    }


def _places(lang: str) -> Spec:
    return {
        "transform": named({"name": "names.zone[datum.zone]"}),
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "size": {"condition": {"test": "datum.kind == 'neighbour'", "value": 70}, "value": 18},
            "shape": {"condition": {"test": "datum.kind == 'neighbour'", "value": "square"}, "value": "circle"},
            "color": {"value": cartography.TOWN}, "tooltip": row({"name": say("page.map.zone", lang)})},
    }


def _place_names() -> list[Spec]:
    """Return the names of places, and under them a halo that keeps them apart from lines."""
    edge = "scale('x', datum.x) > width - 60 ? 'right' : scale('x', datum.x) < 60 ? 'left' : 'center'"
    text = {"type": "text", "dy": -10, "fontSize": 10, "color": "#333333", "tooltip": None, "align": {"expr": edge}}
    halo = {**text, "stroke": "white", "strokeWidth": 3, "opacity": 0.7}
    return [
        {"transform": [{"filter": "datum.named"}, *named({"name": "names.zone[datum.zone]"})], "mark": mark,
         "encoding": {"text": {"field": "name"}}}
        for mark in (halo, text)
    ]


def _blocks(case: Case, lang: str) -> Spec:
    largest = max((option.capacity for block in case.blocks.values() for option in block.options), default=1.0)
    states = [*STATES, *RESTING]
    tones = minerals(case)
    words = {"mineral_name": "mineral", "state_name": "state", "capacity": "capacity", "output": "output",
             "class": "size_class", "left": "left", "green_word": "green", "basis_name": "basis"}
    yes, no = say("methods.yes", lang), say("methods.no", lang)
    return {
        "data": {"name": "production"},
        "transform": [
            {"filter": "datum.year == year"},
            {"lookup": "block", "from": {"data": {"name": "blocks"}, "key": "block", "fields": ["x", "y", "tone"]}},
            *named({
                "name": "names.block[datum.block]", "mineral_name": "names.mineral[datum.mineral]",
                "state_name": "names.state[datum.state]", "basis_name": "names.basis[datum.basis] || datum.basis",
                "class": "names.size[datum.size_class] || '–'",
                "green_word": f"datum.green ? {yes!r} : {no!r}",
                "unit": "' ' + names.unit[datum.mineral]",
                "capacity": "format(datum.capacity_10kt_a, ',~f') + datum.unit",
                "output": "format(datum.output_10kt, ',.2f') + datum.unit",
                "left": "format(datum.resource_left_10kt, ',.1f')",
            }),
        ],
        "mark": {"type": "point", "strokeWidth": 1.3},
        "encoding": {
            "size": {"field": "capacity_10kt_a", "type": "quantitative", "legend": None,
                     "scale": {"domain": [0, largest], "range": [34, 520]}},
            "shape": {"field": "state", "type": "nominal", "scale": {"domain": states, "range": [*SHAPES.values()]},
                      "legend": {"labelExpr": "names.state[datum.value]", "orient": "bottom"}},
            "stroke": {"field": "tone", "type": "nominal", "scale": None},
            "fillOpacity": {"condition": {"test": "datum.capacity_10kt_a > 0", "value": 0.85}, "value": 0},
            "fill": coloured("mineral", tones, "mineral"),
            "strokeOpacity": {"condition": {"test": "datum.state == 'idle'", "value": 0.65}, "value": 1},
            "tooltip": row({
                "name": say("columns.block", lang),
                **{field: say(f"page.map.{key}", lang) for field, key in words.items()}}),
        },
    }
