"""Where names find room on a map."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, lower, right, upper, points."""
GAP = 3.5
"""From a point to its name, points."""


@dataclass(frozen=True)
class Spot:
    """Where a name stands beside its point, as `matplotlib.axes.Axes.annotate` takes it."""

    offset: tuple[float, float]
    ha: str
    va: str


SPOTS = (
    Spot((GAP, 0), "left", "center"), Spot((-GAP, 0), "right", "center"), Spot((0, GAP), "center", "bottom"),
    Spot((0, -GAP), "center", "top"), Spot((GAP, GAP), "left", "bottom"), Spot((-GAP, GAP), "right", "bottom"),
    Spot((GAP, -GAP), "left", "top"), Spot((-GAP, -GAP), "right", "top"),
)
"""Tried in this order."""


def text_size(text: str, size: float) -> tuple[float, float]:
    """Return width and height of a line of text, points; close enough to keep names apart."""
    wide = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.6 for letter in text)
    return wide * size, 1.15 * size


class Placer:
    """Keeps names off markers and off one another.

    Parameters
    ----------
    west, east, south, north : float
        Edges of the map, degrees.
    stretch : float
        Length of a degree of latitude over one of longitude.
    inches : float
        Side of the square that the map fills or fits into.
    """

    def __init__(self, west: float, east: float, south: float, north: float, stretch: float, inches: float) -> None:
        self._west, self._south = west, south
        # Points per degree of longitude; the map fills the square in its longer direction.
        self._x = 72 * inches / max(east - west, (north - south) * stretch)
        self._y = self._x * stretch
        self._edge: Box = (0.0, 0.0, (east - west) * self._x, (north - south) * self._y)
        self._taken: list[Box] = []

    def _at(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self._west) * self._x, (lat - self._south) * self._y

    def block_out(self, lon: float, lat: float, radius: float) -> None:
        """Keep names off a marker of ``radius`` points."""
        x, y = self._at(lon, lat)
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def place(self, lon: float, lat: float, text: str, size: float, radius: float = 0.0) -> Spot | None:
        """Return the first spot with room for ``text`` and take it; None where there is none.

        Parameters
        ----------
        radius : float
            Of the marker that the name stands beside, points.
        """
        x, y = self._at(lon, lat)
        width, height = text_size(text, size)
        reach = 1 + radius / GAP
        for beside in SPOTS:
            spot = Spot((beside.offset[0] * reach, beside.offset[1] * reach), beside.ha, beside.va)
            left = x + spot.offset[0] - {"left": 0.0, "center": width / 2, "right": width}[spot.ha]
            lower = y + spot.offset[1] - {"bottom": 0.0, "center": height / 2, "top": height}[spot.va]
            box = (left, lower, left + width, lower + height)
            if self._free(box):
                self._taken.append(box)
                return spot
        return None

    def _free(self, box: Box) -> bool:
        left, lower, right, upper = self._edge
        inside = left <= box[0] and lower <= box[1] and box[2] <= right and box[3] <= upper
        return inside and not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self._taken
        )
