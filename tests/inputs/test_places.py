"""Where blocks lie, from files as surveyors and web maps give them; bad ones are refused with every fault."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mineralplan as mp
from mineralplan.case import EARTH_RADIUS_KM
from mineralplan.inputs.faults import InputFaults
from mineralplan.inputs.web_maps import SHIFTED

geopandas = pytest.importorskip("geopandas")
shapely = pytest.importorskip("shapely")
pyproj = pytest.importorskip("pyproj")

LON, LAT = 108.4, 31.2
SQUARE = shapely.box(LON, LAT, LON + 0.01, LAT + 0.01)


def table(folder: Path, text: str, name: str = "sites.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding)
    return path


def layer(folder: Path, shapes: list[Any], crs: str | None, *, name: str = "sites.gpkg", codes: list[Any] | None = None,
          ) -> Path:
    named = codes or [f"B{number}" for number, _ in enumerate(shapes, start=1)]
    frame = geopandas.GeoDataFrame({"code": named}, geometry=shapes, crs=crs)
    frame.to_file(folder / name, engine="pyogrio")
    return folder / name


def found(call: Callable[[], object]) -> list[tuple[str, str]]:
    """Return item and message of every fault."""
    with pytest.raises(InputFaults) as caught:
        call()
    return [(fault.item, fault.expected.key) for fault in caught.value.faults]


def test_degrees_of_a_table_stay_as_they_are(tmp_path: Path) -> None:
    path = table(tmp_path, f"名称,block,lon,lat\n甲,B1,{LON},{LAT}\n", encoding="gb18030")
    places = mp.read_places(path, crs="EPSG:4490")

    assert list(places.columns) == ["block", "lon", "lat", "area_km2"]
    assert tuple(places.loc[0])[:3] == ("B1", LON, LAT)
    assert math.isnan(places.loc[0, "area_km2"])
    assert mp.read_places(path, crs="EPSG:4326").equals(places)


@pytest.mark.parametrize("name", SHIFTED)
def test_web_map_coordinates_are_moved_back_where_they_are_said_to_be_such(name: str, tmp_path: Path) -> None:
    x, y = SHIFTED[name](np.array(LON), np.array(LAT))
    path = table(tmp_path, f"block,lon,lat\nB1,{float(x)!r},{float(y)!r}\n")

    assert tuple(mp.read_places(path, crs=name).loc[0, ["lon", "lat"]]) == (LON, LAT)
    assert mp.read_places(path, crs="EPSG:4326").loc[0, "lon"] == pytest.approx(float(x), abs=1e-7)


def test_survey_coordinates_of_a_table(tmp_path: Path) -> None:
    """Gauss-Krüger, 3° zone 36 (EPSG:4524): on its middle meridian 108° the easting is 36,500,000 m."""
    path = table(tmp_path, "code,easting,northing\nB1,36500000,3453000\n")
    place = mp.read_places(path, crs="EPSG:4524", code="code").loc[0]

    assert place["lon"] == pytest.approx(108, abs=1e-7)
    assert pyproj.Geod(ellps="GRS80").line_length([108, 108], [0, place["lat"]]) == pytest.approx(3453000, abs=0.02)


@pytest.mark.parametrize("name", ["sites.gpkg", "sites.shp", "sites.geojson"])
def test_polygons_become_their_middle_and_area(name: str, tmp_path: Path) -> None:
    """A hundredth of a degree is R·π/18000, along a parallel times cos φ; the sphere is good to 1 %."""
    place = mp.read_places(layer(tmp_path, [SQUARE], "EPSG:4326", name=name), code="code").loc[0]
    side = EARTH_RADIUS_KM * math.pi / 18000

    assert (place["lon"], place["lat"]) == pytest.approx((LON + 0.005, LAT + 0.005), abs=1e-6)
    assert place["area_km2"] == pytest.approx(side**2 * math.cos(math.radians(LAT + 0.005)), rel=0.01)


def test_a_hole_counts_against_the_area_and_parts_add_up(tmp_path: Path) -> None:
    """A hole of half the side leaves three quarters, whichever way round its corners are listed."""
    inner = list(shapely.box(LON + 0.0025, LAT + 0.0025, LON + 0.0075, LAT + 0.0075).exterior.coords)
    shapes = [SQUARE, *(shapely.Polygon(SQUARE.exterior, [ring]) for ring in (inner, inner[::-1])),
              shapely.MultiPolygon([SQUARE, shapely.transform(SQUARE, lambda xy: xy + np.array([0.02, 0]))])]
    areas = mp.read_places(layer(tmp_path, shapes, "EPSG:4490"), code="code")["area_km2"]

    assert list(areas / areas[0]) == pytest.approx([1, 0.75, 0.75, 2], rel=1e-4)


def test_a_projected_polygon_has_the_area_that_was_measured(tmp_path: Path) -> None:
    """On the middle meridian of its zone Gauss-Krüger is true to scale: 1,000 m × 500 m are 0.5 km²."""
    shape = shapely.box(36499500, 3453000, 36500500, 3453500)
    place = mp.read_places(layer(tmp_path, [shape], "EPSG:4524"), code="code").loc[0]

    assert place["area_km2"] == pytest.approx(0.5, rel=1e-5)


def test_shifted_polygons_are_moved_corner_by_corner(tmp_path: Path) -> None:
    moved = shapely.transform(SQUARE, lambda xy: np.column_stack(SHIFTED["gcj02"](xy[:, 0], xy[:, 1])))
    path = layer(tmp_path, [moved, SQUARE], "EPSG:4326")
    places = mp.read_places(path, crs="GCJ-02", code="code")

    assert tuple(places.loc[0, ["lon", "lat"]]) == pytest.approx((LON + 0.005, LAT + 0.005), abs=1e-6)
    assert places.loc[0, "area_km2"] == pytest.approx(
        mp.read_places(path, crs="EPSG:4490", code="code").loc[1, "area_km2"], rel=1e-6)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_no_coordinate_system_is_guessed(tmp_path: Path) -> None:
    assert found(lambda: mp.read_places(table(tmp_path, f"block,lon,lat\nB1,{LON},{LAT}\n"))) == [("crs", "crs_stated")]
    assert found(lambda: mp.read_places(layer(tmp_path, [SQUARE], None, name="bare.shp"), code="code")) \
        == [("crs", "crs_stated")]


@pytest.mark.parametrize(("crs", "expected"), [
    ("gcj2", "crs_known"),
    ("EPSG:99999", "crs_known"),
    ("EPSG:4610", "crs_exact"),  # Xi'an 1980: the parameters to CGCS2000 are not public
    ("EPSG:2327", "crs_exact"),  # … nor for its projections
    ("EPSG:4978", "crs_exact"),  # metres from the middle of the earth
])
def test_a_system_that_cannot_be_converted_exactly_is_refused(crs: str, expected: str, tmp_path: Path) -> None:
    path = table(tmp_path, f"block,lon,lat\nB1,{LON},{LAT}\n")

    assert ("crs", expected) in found(lambda: mp.read_places(path, crs=crs))


def test_a_file_that_says_another_system_than_the_user_is_refused(tmp_path: Path) -> None:
    path = layer(tmp_path, [shapely.Point(36500000, 3453000)], "EPSG:4524")

    for other in ("EPSG:4526", "EPSG:4490", "gcj02"):
        assert found(lambda other=other: mp.read_places(path, crs=other, code="code"))[0] == ("crs", "crs_agrees")
    assert len(mp.read_places(path, crs="EPSG:4524", code="code")) == 1


def test_all_faults_of_a_table_at_once(tmp_path: Path) -> None:
    """The second row has no code, the third repeats one, the fourth has exchanged axes, the fifth no figure."""
    path = table(tmp_path, f"block,lon,lat\nB1,{LON},{LAT}\n,{LON},{LAT}\nB1,{LON},{LAT}\nB4,{LAT},{LON}\nB5,x,{LAT}\n")

    assert sorted(found(lambda: mp.read_places(path, crs="bd09"))) == [
        ("B4", "in_system"), ("B5", "shape"), ("block", "present"), ("block", "unique"), ("lon", "number")]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = table(tmp_path, "name,x,y\nB1,1,2\n")

    assert found(lambda: mp.read_places(path, crs="EPSG:4490")) == [
        ("block", "column"), ("lon", "column"), ("lat", "column")]
    assert found(lambda: mp.read_places(path, crs="EPSG:4524", code="name")) == [
        ("easting", "column"), ("northing", "column")]


def test_all_faults_of_a_layer_at_once(tmp_path: Path) -> None:
    bow = shapely.Polygon([(LON, LAT), (LON + 1, LAT + 1), (LON + 1, LAT), (LON, LAT + 1)])
    shapes = [None, shapely.Polygon(), bow, shapely.LineString([(LON, LAT), (LON, 32)]), shapely.Point(2.3, 48.9)]
    path = layer(tmp_path, shapes, "EPSG:4490", codes=["A", "B", "C", "D", None])

    assert sorted(found(lambda: mp.read_places(path, code="code"))) == [
        ("A", "shape"), ("B", "shape"), ("C", "simple_shape"), ("D", "shape"), ("code", "present"), ("–", "in_system")]


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    for name in ("mines", "towns"):
        geopandas.GeoDataFrame({"code": [name]}, geometry=[SQUARE], crs="EPSG:4490").to_file(path, layer=name)

    assert found(lambda: mp.read_places(path, code="code")) == [("layer", "one_of")]
    assert found(lambda: mp.read_places(path, code="code", layer="roads")) == [("layer", "one_of")]
    assert list(mp.read_places(path, code="code", layer="mines")["block"]) == ["mines"]


@pytest.mark.parametrize("name", ["none.csv", "none.shp", "broken.gpkg"])
def test_a_file_that_cannot_be_read_is_a_fault(name: str, tmp_path: Path) -> None:
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"no database")

    assert ("readable" in {key for _, key in found(lambda: mp.read_places(tmp_path / name, crs="gcj02"))})


def test_a_column_that_the_layer_does_not_have(tmp_path: Path) -> None:
    assert found(lambda: mp.read_places(layer(tmp_path, [SQUARE], "EPSG:4490"))) == [("block", "one_of")]
