"""Where blocks lie, read from a shapefile, GeoPackage, GeoJSON or table in the coordinate system that is stated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.inputs.coordinates import CoordinateSystem, stated
from mineralplan.inputs.extras import optional
from mineralplan.inputs.faults import Faults, Message, message, one_of
from mineralplan.inputs.numbers import number
from mineralplan.inputs.tables import read_text
from mineralplan.inputs.text import Unreadable

EXTRA = "gis"
COLUMNS = ["block", "lon", "lat", "area_km2"]
POINT, AREAS = "Point", ("Polygon", "MultiPolygon")
AREA_ELLIPSOID = "GRS80"
"""That of CGCS2000; WGS84 differs from it by a tenth of a millimetre."""


@dataclass(frozen=True)
class Site:
    """A block as the file gives it."""

    line: int
    code: str
    shape: Any


def read_places(path: str | Path, *, crs: str | None = None, code: str = "block", layer: str | None = None,
                ) -> pd.DataFrame:
    """Return where blocks lie, for the columns of the same names of blocks.csv.

    Parameters
    ----------
    path : str or pathlib.Path
        A table (.csv) with ``lon`` and ``lat`` in degrees, or ``easting`` and ``northing`` in metres; otherwise a file
        with points or polygons.
    crs : str, optional
        ``gcj02``, ``bd09``, or a code such as ``EPSG:4546``; the one that the file states otherwise.
    code : str
        The column of the block codes.
    layer : str, optional
        Which layer of a file that has several.

    Returns
    -------
    pandas.DataFrame
        block, lon, lat (degrees, WGS84 or CGCS2000, which agree within centimetres; of a polygon its centroid),
        area_km2 (NaN for points).

    Raises
    ------
    InputFaults
        With every fault; no coordinate system is guessed.
    MissingExtra
        Where the packages that read such files are not installed.
    """
    place, faults = Path(path), Faults()
    if place.suffix.lower() == ".csv":
        system = stated(crs, None, str(path), faults)
        sites = _of_table(place, str(path), code, system, faults)
    else:
        frame = _layer(place, str(path), layer, faults)
        faults.raise_if_any()
        system = stated(crs, frame.crs, str(path), faults)
        sites = _of_layer(frame, str(path), code, faults)
    _unique(sites, str(path), code, faults)
    rows = [row for site in sites if (row := _placed(site, system, str(path), faults)) is not None]
    faults.raise_if_any()
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_table(path: Path, name: str, code: str, system: CoordinateSystem | None, faults: Faults) -> list[Site]:
    """Return the rows of a table as points."""
    shapely = optional("shapely", EXTRA)
    try:
        content = read_text(path)
    except Unreadable as error:
        faults.add(name, error.line, name, error.expected, error.found)
        return []
    reader = csv.DictReader(io.StringIO(content, newline=""))
    axes = ("easting", "northing") if system is not None and system.projected else ("lon", "lat")
    lacking = [column for column in (code, *axes) if column not in (reader.fieldnames or [])]
    for column in lacking:
        faults.add(name, 1, column, message("column"), ", ".join(reader.fieldnames or []) or "–")
    if lacking:
        return []
    sites = []
    for line, row in enumerate(reader, start=2):
        if not any((cell or "").strip() for cell in row.values() if not isinstance(cell, list)):
            continue
        figures = [_figure(row[axis], name, line, axis, faults) for axis in axes]
        shape = None if None in figures else shapely.Point(*figures)
        sites.append(Site(line, (row[code] or "").strip(), shape))
    return sites


def _figure(cell: str | None, name: str, line: int, axis: str, faults: Faults) -> float | None:
    try:
        return number(cell or "")
    except ValueError as error:
        faults.add(name, line, axis, message(error.type.removeprefix("fault_"), **(error.context or {})), repr(cell))  # type: ignore[attr-defined]
        return None


def _layer(path: Path, name: str, layer: str | None, faults: Faults) -> Any:
    """Return a layer as a GeoDataFrame, or None where it cannot be read."""
    geopandas, pyogrio = optional("geopandas", EXTRA), optional("pyogrio", EXTRA)
    if not path.exists():
        faults.add(name, None, name, message("readable"), "–")
        return None
    try:
        layers = [str(entry) for entry in pyogrio.list_layers(path)[:, 0]]
        if layer not in layers and (layer is not None or len(layers) != 1):
            faults.add(name, None, "layer", one_of(layers, layer or ""), "–" if layer is None else repr(layer))
            return None
        return geopandas.read_file(path, layer=layer or layers[0], engine="pyogrio")
    except pyogrio.errors.DataSourceError as error:
        faults.add(name, None, name, message("readable"), error)
        return None


def _of_layer(frame: Any, name: str, code: str, faults: Faults) -> list[Site]:
    if code not in frame.columns:
        known = [str(column) for column in frame.columns if column != frame.geometry.name]
        faults.add(name, None, code, one_of(known, code), "–")
        return []
    codes = ["" if pd.isna(value) else str(value).strip() for value in frame[code]]
    return [Site(line, *pair) for line, pair in enumerate(zip(codes, frame.geometry, strict=True), start=1)]


def _unique(sites: list[Site], name: str, code: str, faults: Faults) -> None:
    """Record codes that are missing or used twice."""
    first: dict[str, int] = {}
    for site in sites:
        if not site.code:
            faults.add(name, site.line, code, message("present"), "–")
        elif site.code in first:
            faults.add(name, site.line, code, message("unique", line=first[site.code]), repr(site.code))
        else:
            first[site.code] = site.line


def _placed(site: Site, system: CoordinateSystem | None, name: str, faults: Faults) -> tuple[Any, ...] | None:
    """Return code, longitude, latitude and area of a block, or None where its shape is at fault."""
    shapely = optional("shapely", EXTRA)
    shape = site.shape
    for expected, found in _wrong(shape):
        faults.add(name, site.line, site.code or "–", expected, found)
        return None
    if system is None:
        return None
    flat = shapely.force_2d(shape)
    lons, lats = system.degrees(*shapely.get_coordinates(flat).T)
    if not system.holds(lons, lats).all():
        x, y = shapely.get_coordinates(flat)[0]
        faults.add(name, site.line, site.code or "–", message("in_system", system=system.name), f"{x:.10g}, {y:.10g}")
        return None
    turned = shapely.set_coordinates(flat, np.column_stack([lons, lats]))
    centre = turned if turned.geom_type == POINT else turned.centroid
    return site.code, round(centre.x, 7), round(centre.y, 7), area_km2(turned)


def _wrong(shape: Any) -> Iterator[tuple[Message, str]]:
    """Yield what was expected of a shape and what was found, the gravest first."""
    shapely = optional("shapely", EXTRA)
    if shape is None or shape.is_empty:
        yield message("shape"), "–"
    elif shape.geom_type not in (POINT, *AREAS):
        yield message("shape"), shape.geom_type
    elif not np.isfinite(shapely.get_coordinates(shape)).all():
        yield message("finite"), str(shape)
    elif not shape.is_valid:
        yield message("simple_shape"), shapely.is_valid_reason(shape)


def area_km2(shape: Any) -> float:
    """Return the area of a shape in degrees on the ellipsoid, km²; NaN for a point."""
    if shape.geom_type == POINT:
        return float("nan")
    polygon, pyproj = optional("shapely.geometry.polygon", EXTRA), optional("pyproj", EXTRA)
    geod = pyproj.Geod(ellps=AREA_ELLIPSOID)
    parts = getattr(shape, "geoms", [shape])
    # Holes count against the area only where they turn the other way round.
    return round(sum(float(geod.geometry_area_perimeter(polygon.orient(part))[0]) for part in parts) / 1e6, 6)
