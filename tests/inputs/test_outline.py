"""The district's outline: read where there is one, refused where it is something else, drawn under the maps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mineralplan as mp
from mineralplan.report.figures import cartography
from small_region import SmallRegion, write_small_region

RING = [[108.3, 31.0], [108.7, 31.0], [108.7, 31.4], [108.3, 31.0]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def outlined(region: SmallRegion, content: Any) -> SmallRegion:
    text = content if isinstance(content, str) else json.dumps(content)
    (region.folder / "outline.geojson").write_text(text, "utf-8")
    return region


def test_without_a_file_there_is_no_outline(region: SmallRegion) -> None:
    assert region.case().outline == ()


@pytest.mark.parametrize("content", [
    POLYGON,
    {"type": "Feature", "properties": {}, "geometry": POLYGON},
    {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": None, "geometry": POLYGON}]},
    {"type": "MultiPolygon", "coordinates": [[RING]]},
    {**POLYGON, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}},
    {"type": "Polygon", "coordinates": [[[*point, 250.0] for point in RING]]},
])
def test_every_kind_of_polygon_is_read(region: SmallRegion, content: Any) -> None:
    case = outlined(region, content).case()

    assert case.outline == (tuple((lon, lat) for lon, lat in RING),)
    assert any(entry.name.endswith("outline.geojson") for entry in case.inputs)


@pytest.mark.parametrize("content", [
    "{", "[]", "{}", {"type": "Point", "coordinates": [108, 31]}, {"type": "FeatureCollection", "features": []},
    {"type": "Polygon", "coordinates": [RING[:-1]]}, {"type": "Polygon", "coordinates": [[["a", 1]] * 4]},
    {"type": "Polygon", "coordinates": [[[36500000, 3453000]] * 4]}, {"type": "Feature", "geometry": None},
    {**POLYGON, "crs": {"type": "name", "properties": {"name": "EPSG:4524"}}},
])
def test_what_is_no_outline_is_a_fault(region: SmallRegion, content: Any) -> None:
    fault = outlined(region, content).fault()

    assert (fault.file.rpartition("/")[2], fault.expected.key) == ("outline.geojson", "outline")


def test_the_outline_lies_whole_on_the_map(region: SmallRegion) -> None:
    case = outlined(region, POLYGON).case()
    figure = mp.project_demand(case, draws=2).figures.demand_map("en")
    (drawn,) = figure.findobj(lambda artist: artist.get_gid() == "outline")

    assert [tuple(point) for point in drawn.get_paths()[0].vertices[:4]] == [tuple(point) for point in RING]
    assert len(cartography.border(case)) == 4
    west, east = drawn.axes.get_xlim()
    south, north = drawn.axes.get_ylim()
    assert west < 108.3 and east > 108.7 and south < 31.0 and north > 31.4
