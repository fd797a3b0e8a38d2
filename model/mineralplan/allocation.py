"""An allocation: what is worked, mined, shipped and missed, wherever the answer came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

MINES = ["year", "block", "capacity_10kt_a", "output_10kt", "green"]
FLOWS = ["year", "source", "use", "zone", "quantity_10kt"]
SHORTAGE = ["year", "use", "zone", "quantity_10kt"]


def _empty(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns)


@dataclass(frozen=True)
class Allocation:
    """The answer as tidy tables, in the units of a `Case`.

    Attributes
    ----------
    mines : pandas.DataFrame
        One row per year and working mine: year, block, capacity_10kt_a, output_10kt, green (meets the standard). A row
        without capacity is output without a licence.
    flows : pandas.DataFrame
        Product delivered: year, source (block or supply), use, zone, quantity_10kt.
    shortage : pandas.DataFrame
        Demand not met: year, use, zone, quantity_10kt.
    """

    mines: pd.DataFrame
    flows: pd.DataFrame = field(default_factory=lambda: _empty(FLOWS))
    shortage: pd.DataFrame = field(default_factory=lambda: _empty(SHORTAGE))

    @cached_property
    def capacity(self) -> Mapping[tuple[str, int], float]:
        """Licensed capacity of the working mines by (block, year), 10⁴ t/a."""
        return {mine: held for mine, held in self._by_mine("capacity_10kt_a").items() if held != 0}

    @cached_property
    def output(self) -> Mapping[tuple[str, int], float]:
        """Output by (block, year), 10⁴ t."""
        return self._by_mine("output_10kt")

    @cached_property
    def green(self) -> frozenset[tuple[str, int]]:
        """The (block, year) in which a working mine meets the green standard."""
        rows = self.mines[self.mines["green"].astype(bool)]
        return frozenset((str(b), int(y)) for b, y in zip(rows["block"], rows["year"], strict=True))

    def _by_mine(self, column: str) -> dict[tuple[str, int], float]:
        table = self.mines
        return {
            (str(block), int(year)): float(value)
            for block, year, value in zip(table["block"], table["year"], table[column], strict=True)
        }

    def working(self, year: int) -> tuple[str, ...]:
        """Return the blocks that work in ``year``."""
        return self._working.get(year, ())

    def started(self, block: str) -> int | None:
        """Return the first year in which ``block`` works."""
        return self._started.get(block)

    def short(self, use: str, year: int, zones: frozenset[str]) -> list[float]:
        """Return the unmet quantities of a use in a year in some zones, 10⁴ t."""
        return [quantity for zone, quantity in self._short.get((use, year), ()) if zone in zones]

    @cached_property
    def _working(self) -> Mapping[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        for block, year in self.capacity:
            found.setdefault(year, []).append(block)
        return {year: tuple(blocks) for year, blocks in found.items()}

    @cached_property
    def _started(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for block, year in self.capacity:
            found[block] = min(year, found.get(block, year))
        return found

    @cached_property
    def _short(self) -> Mapping[tuple[str, int], list[tuple[str, float]]]:
        found: dict[tuple[str, int], list[tuple[str, float]]] = {}
        rows = zip(*(self.shortage[name] for name in SHORTAGE), strict=True)
        for year, use, zone, quantity in rows:
            found.setdefault((str(use), int(year)), []).append((str(zone), float(quantity)))
        return found
