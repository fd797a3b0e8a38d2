"""The grid of a sweep: its axes, its points in order, and the tree along which a plan is handed from point to point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

Index = tuple[int, ...]


@dataclass(frozen=True)
class Axis:
    """An input that is varied.

    Attributes
    ----------
    name : str
        Dotted, as in a scenario file.
    values : tuple
        In their order.
    """

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Grid:
    """Every combination of the values of some axes.

    Attributes
    ----------
    axes : tuple of Axis
    base : tuple of int
        The point that the others are compared with: which value of each axis.
    """

    axes: tuple[Axis, ...]
    base: Index

    @property
    def size(self) -> int:
        """How many points there are."""
        return prod(len(axis.values) for axis in self.axes)

    @cached_property
    def points(self) -> tuple[Index, ...]:
        """Every point, the last axis running fastest."""
        return tuple(product(*(range(len(axis.values)) for axis in self.axes)))

    @cached_property
    def number(self) -> dict[Index, int]:
        """The number of every point, from 1 on: what tables call it."""
        return {point: number for number, point in enumerate(self.points, start=1)}

    def values(self, point: Index) -> dict[str, Any]:
        """Return the inputs of a point: dotted name → value."""
        return {axis.name: axis.values[i] for axis, i in zip(self.axes, point, strict=True)}

    def parent(self, point: Index) -> Index | None:
        """Return the point whose plan a point begins from: one step towards the base, along the last axis first."""
        for axis in reversed(range(len(point))):
            step = self.base[axis] - point[axis]
            if step:
                return (*point[:axis], point[axis] + (1 if step > 0 else -1), *point[axis + 1 :])
        return None

    def rounds(self) -> Iterator[list[Index]]:
        """Yield the points by their distance from the base: those of one round can be solved side by side."""
        found: dict[int, list[Index]] = {}
        for point in self.points:
            found.setdefault(sum(abs(i - j) for i, j in zip(point, self.base, strict=True)), []).append(point)
        yield from (found[distance] for distance in sorted(found))
