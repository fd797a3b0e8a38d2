"""Entries that nothing can be computed from: unknown names, years outside the plan, figures that are none, doubles.

Files are refused where they have such entries; an allocation made in Python is audited without them, and each is a
breach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.auditing.law import ONE, Breach
from mineralplan.case import Case
from mineralplan.rules.rule import TOLERANCE

ENTRIES = "entries"
ROWS = "rows"


def sound(case: Case, allocation: Allocation) -> tuple[Allocation, list[Breach]]:
    """Return the allocation without the rows that say nothing, and a breach for each of those.

    A row is sound when the case knows every name and the year in it, when its figures are finite, and when no row
    before it says the same thing. A capacity that is one of the block's options but for rounding is set to it, so that
    a size class does not turn on the ninth decimal.
    """
    sources = (*case.blocks, *case.supplies)
    names = {"block": case.blocks, "source": sources, "use": case.uses, "zone": case.zones, "year": case.years}
    tables: list[pd.DataFrame] = []
    breaches: list[Breach] = []
    for table, keys in ((allocation.mines, ["block", "year"]), (allocation.flows, ["source", "use", "zone", "year"]),
                        (allocation.shortage, ["use", "zone", "year"])):
        good = ~table.duplicated(keys).to_numpy()
        for key in keys:
            good &= table[key].isin(list(names[key])).to_numpy()
        for figure in table.columns[[name.endswith(("_10kt", "_10kt_a")) for name in table.columns]]:
            good &= np.isfinite(pd.to_numeric(table[figure], errors="coerce").to_numpy(dtype=float))
        tables.append(table if good.all() else table[good])
        breaches += _breaches(table[~good], keys)
    mines, flows, shortage = tables
    if not breaches and not _rounded(case, mines).any():
        return allocation, breaches
    return replace(allocation, mines=_as_options(case, mines), flows=flows, shortage=shortage), breaches


def _breaches(rows: pd.DataFrame, keys: list[str]) -> Iterator[Breach]:
    for entry in rows[keys].itertuples(index=False):
        *where, year = entry
        number = int(year) if isinstance(year, int | float | np.number) and np.isfinite(year) else 0
        yield Breach(ENTRIES, "law", tuple(map(str, where)), number, ONE, ROWS, ONE)


def _option(case: Case, code: str, capacity: float) -> float:
    """Return the option that a capacity is but for rounding, or the capacity."""
    near = (o.capacity for o in case.blocks[code].options if abs(o.capacity - capacity) <= TOLERANCE)
    return next(near, capacity)


def _rounded(case: Case, mines: pd.DataFrame) -> pd.Series[bool]:
    return mines["capacity_10kt_a"] != _as_options(case, mines)["capacity_10kt_a"]


def _as_options(case: Case, mines: pd.DataFrame) -> pd.DataFrame:
    held = [_option(case, code, capacity)
            for code, capacity in zip(mines["block"], mines["capacity_10kt_a"], strict=True)]
    return mines.assign(capacity_10kt_a=held)
