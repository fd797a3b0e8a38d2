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
        One row per year and working mine: year, block, capacity_10kt_a, output_10kt, green (meets the standard).
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
        return self._by_mine("capacity_10kt_a")

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
        return tuple(block for block, when in self.capacity if when == year)

    def started(self, block: str) -> int | None:
        """Return the first year in which ``block`` works."""
        years = [year for code, year in self.capacity if code == block]
        return min(years) if years else None

    def short(self, use: str, year: int, zones: frozenset[str]) -> list[float]:
        """Return the unmet quantities of a use in a year in some zones, 10⁴ t."""
        table = self.shortage
        rows = table[(table["use"] == use) & (table["year"] == year) & table["zone"].isin(zones)]
        return [float(quantity) for quantity in rows["quantity_10kt"]]
