"""The shifted coordinates of Chinese web maps: GCJ-02 (Amap, Tencent), and BD-09 (Baidu) on top of it.

Neither is a datum: both move a point by some hundred metres with formulas that were never officially published. The
ones here are those that open software has agreed on since 2013 (eviltransform, coordtransform); the way back has no
formula and is found by iteration. Convert only what is known to be shifted: nothing in the figures tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.floating[Any]]
Points = tuple[Degrees, Degrees]
"""Longitudes and latitudes."""

AXIS, ECCENTRICITY = 6378245.0, 0.00669342162296594323
"""Semi-major axis in m and squared eccentricity of the Krasovsky ellipsoid."""
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Where the shift is defined, degrees."""
BAIDU_WAVE = np.pi * 3000 / 180
CLOSE = 1e-11
"""Degrees: when the iteration ends."""
MOST_STEPS = 50


def defined(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Return where the shifted systems are defined: a frame around China."""
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def gcj02_of(lon: Degrees, lat: Degrees) -> Points:
    """Return the GCJ-02 coordinates of WGS84 ones, degrees.

    Examples
    --------
    >>> [round(float(value), 6) for value in gcj02_of(np.array(116.404), np.array(39.915))]
    [116.410244, 39.916404]
    """
    x, y = lon - 105.0, lat - 35.0
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + 2 / 3 * (
        ripple + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)
        + 160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30))
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + 2 / 3 * (
        ripple + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)
        + 150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30))
    flat = 1 - ECCENTRICITY * np.sin(np.radians(lat)) ** 2
    meridian, parallel = AXIS * (1 - ECCENTRICITY) / flat**1.5, AXIS / np.sqrt(flat) * np.cos(np.radians(lat))
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def bd09_of_gcj02(lon: Degrees, lat: Degrees) -> Points:
    """Return the BD-09 coordinates of GCJ-02 ones, degrees."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_of(lon: Degrees, lat: Degrees) -> Points:
    """Return the BD-09 coordinates of WGS84 ones, degrees."""
    return bd09_of_gcj02(*gcj02_of(lon, lat))


def inverse(shift: Callable[[Degrees, Degrees], Points], lon: Degrees, lat: Degrees) -> Points:
    """Return the point that ``shift`` moves to (lon, lat), degrees; the error is below 1e-10.

    The shift changes slowly from place to place, so that what is left after a step is a small part of what was.
    """
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    for _ in range(MOST_STEPS):
        moved_x, moved_y = shift(x, y)
        off_x, off_y = moved_x - lon, moved_y - lat
        x, y = x - off_x, y - off_y
        if max(np.max(np.abs(off_x), initial=0.0), np.max(np.abs(off_y), initial=0.0)) < CLOSE:
            break
    return x, y


SHIFTED: dict[str, Callable[[Degrees, Degrees], Points]] = {"gcj02": gcj02_of, "bd09": bd09_of}
"""The systems by the name under which a user states them."""
