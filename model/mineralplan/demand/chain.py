"""The demand chain: quantities that follow from one another by factors, the factors anchored by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

from mineralplan.inputs.rows import ChainRow
from mineralplan.inputs.schedule import ALWAYS, Schedule


def factors(rows: Iterable[ChainRow]) -> dict[str, tuple[str, dict[int, float]]]:
    """Return quantity → (what it follows from, factor by anchor year), in the table's order."""
    found: dict[str, tuple[str, dict[int, float]]] = {}
    for row in rows:
        _, anchors = found.setdefault(row.quantity, (row.of, {}))
        anchors[ALWAYS if row.year is None else row.year] = row.factor
    return found


def path(anchors: Mapping[int, float], years: Sequence[int]) -> dict[int, float]:
    """Return a factor year by year.

    Between its anchors it follows a monotone cubic (PCHIP: no overshoot, passes through every anchor); outside
    them it stays flat, since a trend carried forward cannot be defended.

    Parameters
    ----------
    anchors : mapping of int to float
        One entry at `ALWAYS`, or one per anchor year.
    years : sequence of int
    """
    known = sorted(anchors)
    if len(known) == 1:
        return dict.fromkeys(years, anchors[known[0]])
    curve = PchipInterpolator(np.array(known, float), np.array([anchors[year] for year in known]))
    inside = np.clip(np.array(years, float), known[0], known[-1])
    return dict(zip(years, (float(value) for value in curve(inside)), strict=True))


def evaluate(
    rows: Iterable[ChainRow], years: Sequence[int], changed: Mapping[str, Schedule] | None = None
) -> dict[str, dict[int, float]]:
    """Return every quantity of the chain by year.

    Parameters
    ----------
    rows : iterable of ChainRow
        A quantity stands below what it follows from.
    years : sequence of int
    changed : mapping of str to Schedule, optional
        Factors that a scenario replaces: a constant, or anchors by year.

    Raises
    ------
    KeyError
        When a quantity follows from one that does not stand above it.
    """
    result: dict[str, dict[int, float]] = {}
    for quantity, (parent, anchors) in factors(rows).items():
        replaced = changed.get(quantity) if changed else None
        own = path(dict(replaced.steps) if replaced else anchors, years)
        result[quantity] = {year: own[year] * (result[parent][year] if parent else 1.0) for year in years}
    return result


def split(total: Mapping[int, float], shares: Mapping[str, float]) -> dict[tuple[str, int], float]:
    """Return a use's demand by zone and year, in proportion to ``shares``."""
    whole = sum(shares.values())
    return {(zone, year): total[year] * share / whole for zone, share in shares.items() for year in total}
