"""Coordinate systems as users state them, and the way from each to degrees of WGS84 or CGCS2000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mineralplan.inputs.extras import optional
from mineralplan.inputs.faults import Faults, message
from mineralplan.inputs.web_maps import SHIFTED, Degrees, Points, defined, inverse

EXTRA = "gis"
WGS84, CGCS2000 = 4326, 4490
"""EPSG codes. Both are realisations of the ITRF and agree within centimetres: they are treated as the same."""
SURE = 20
"""Least confidence, %, with which a system that a file describes is taken for one of the EPSG's."""
MARGIN = 1.0
"""Degrees by which a place may lie outside the area that a system is meant for."""


@dataclass(frozen=True)
class CoordinateSystem:
    """A system that was stated.

    Attributes
    ----------
    name : str
        As the user or the file states it.
    crs : pyproj.CRS or None
        None for the shifted ones.
    """

    name: str
    crs: Any = None

    @property
    def projected(self) -> bool:
        """Whether its coordinates are metres."""
        return self.crs is not None and bool(self.crs.is_projected)

    def degrees(self, x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> Points:
        """Return longitudes and latitudes of WGS84 or CGCS2000 of one shape; infinite where they are not defined.

        Parameters
        ----------
        x, y : ndarray, shape (n,)
            Longitude and latitude, or easting and northing in m.
        """
        if self.crs is None:
            nowhere = np.full_like(x, np.inf)
            return inverse(SHIFTED[self.name], x, y) if defined(x, y).all() else (nowhere, nowhere)
        transformer = _transformer(self.crs)
        return (x, y) if transformer is None else transformer.transform(x, y)

    def holds(self, lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
        """Return which places lie where the system is meant to be used."""
        if self.crs is None:
            return defined(lon, lat)
        area = self.crs.area_of_use
        west, south, east, north = (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds
        inside: NDArray[np.bool_] = (
            (lon >= west - MARGIN) & (lon <= east + MARGIN) & (lat >= south - MARGIN) & (lat <= north + MARGIN))
        return inside & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)


def system_of(crs: str) -> Any:
    """Return the pyproj.CRS of a code such as ``EPSG:4490``.

    Raises
    ------
    ValueError
        When there is none.
    """
    pyproj = optional("pyproj", EXTRA)
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise ValueError(crs) from None


def stated(crs: str | None, of_file: Any, name: str, faults: Faults) -> CoordinateSystem | None:
    """Return the system that the user states, else the file's own; None where it is at fault.

    Parameters
    ----------
    crs : str or None
        As typed.
    of_file : pyproj.CRS or None
        As the file describes it.
    name : str
        The file, for faults.
    """
    if crs is None and of_file is None:
        faults.add(name, None, "crs", message("crs_stated"), "–")
        return None
    typed = (crs or "").lower().replace("-", "")
    if typed in SHIFTED:
        # No file can say that it is shifted; those that are call themselves WGS84 or CGCS2000.
        if of_file is not None and not of_file.is_geographic:
            faults.add(name, None, "crs", message("crs_agrees", system=of_file.name), repr(crs))
            return None
        return CoordinateSystem(typed)
    try:
        wanted = of_file if crs is None else system_of(crs)
    except ValueError:
        faults.add(name, None, "crs", message("crs_known"), repr(crs))
        return None
    if of_file is not None and crs is not None and not _same(wanted, of_file):
        faults.add(name, None, "crs", message("crs_agrees", system=of_file.name), repr(crs))
        return None
    if not exact(wanted):
        faults.add(name, None, "crs", message("crs_exact"), wanted.name)
        return None
    return CoordinateSystem(crs or wanted.name, wanted)


def _same(one: Any, other: Any) -> bool:
    """Return whether two systems agree within centimetres."""
    codes = {crs.to_epsg(min_confidence=SURE) for crs in (one, other)}
    return codes <= {WGS84, CGCS2000} or one.equals(other, ignore_axis_order=True) or (
        len(codes) == 1 and None not in codes)


def _ours(crs: Any) -> bool:
    return crs is not None and crs.to_epsg(min_confidence=SURE) in (WGS84, CGCS2000)


def exact(crs: Any) -> bool:
    """Return whether there is a way to CGCS2000 that does not take one datum for another."""
    if not (crs.is_geographic or crs.is_projected):
        return False
    if _ours(crs.geodetic_crs):
        return True
    groups = optional("pyproj.transformer", EXTRA).TransformerGroup(crs, CGCS2000, always_xy=True, allow_ballpark=False)
    return bool(groups.transformers)


def _transformer(crs: Any) -> Any:
    """Return what turns coordinates into degrees; None where they are such already."""
    if _ours(crs):
        return None
    pyproj = optional("pyproj", EXTRA)
    target = crs.geodetic_crs if _ours(crs.geodetic_crs) else CGCS2000
    return pyproj.Transformer.from_crs(crs, target, always_xy=True, allow_ballpark=False)
