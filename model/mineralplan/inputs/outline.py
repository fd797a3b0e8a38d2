"""The district's outline, an optional layer under the maps: polygons in GeoJSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from mineralplan.inputs import text
from mineralplan.inputs.faults import Faults, message

MOST_BYTES = 16 * text.MB
DEGREES = ("CRS84", "4326", "4490")
"""How the names of systems end whose degrees are those of the tables."""
Ring = tuple[tuple[float, float], ...]


def read_outline(path: Path, name: str, faults: Faults) -> tuple[Ring, ...]:
    """Return the rings of every polygon of a GeoJSON file as (longitude, latitude); none where there is no file."""
    if not path.exists():
        return ()
    try:
        content = json.loads(text.read_text(path, MOST_BYTES, text.UTF8))
        _check_system(content)
        rings = tuple(ring for polygon in _polygons(content) for ring in map(_ring, polygon))
        if not rings:
            raise ValueError("–")
    except text.Unreadable as error:
        faults.add(name, error.line, name, error.expected, error.found)
        return ()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        faults.add(name, None, name, message("outline"), error)
        return ()
    return rings


def _check_system(content: Any) -> None:
    """Refuse a file of the old kind that names another system than degrees of WGS84 or CGCS2000."""
    if "crs" in content:
        named = str(content["crs"]["properties"]["name"])
        if not named.endswith(DEGREES):
            raise ValueError(named)


def _polygons(content: Any) -> list[Any]:
    kind = content["type"]
    if kind == "FeatureCollection":
        return [polygon for feature in content["features"] for polygon in _polygons(feature["geometry"])]
    if kind == "Feature":
        return _polygons(content["geometry"])
    if kind == "Polygon":
        return [content["coordinates"]]
    if kind == "MultiPolygon":
        return list(content["coordinates"])
    raise ValueError(kind)


def _ring(points: Any) -> Ring:
    ring = tuple((float(point[0]), float(point[1])) for point in points)
    for lon, lat in ring:
        if not (math.isfinite(lon) and abs(lon) <= 180 and math.isfinite(lat) and abs(lat) <= 90):
            raise ValueError(f"{lon:g}, {lat:g}")
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError(ring[:4])
    return ring
