"""The curve of aggregate per head."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mineralplan.demand.curve import per_head

YEARS = range(2020, 2023)


def column(*figures: float) -> np.ndarray:
    return np.array([figures]).T


def curve(years: range, before: float, saturated: float, midyear: float, steepness: float) -> list[float]:
    found = per_head(years, column(before), column(saturated), column(midyear), column(steepness))
    return [float(figure) for figure in found[0]]


def test_half_way_in_the_mid_year() -> None:
    """From 12 to 4: 8 in 2021, whatever the steepness."""
    assert curve(YEARS, 12, 4, 2021, 0.33)[1] == 8
    assert curve(YEARS, 12, 4, 2021, 2)[1] == 8


def test_around_the_mid_year() -> None:
    """Steepness ln 3: a year before 4 + 8 / (1 + 1/3) = 10, a year after 4 + 8 / (1 + 3) = 6."""
    assert curve(YEARS, 12, 4, 2021, math.log(3)) == pytest.approx([10, 8, 6])


def test_long_before_and_long_after() -> None:
    """Forty steep years before it is 12 and forty after 4, but for 8 e⁻⁴⁰."""
    assert curve(range(1981, 2062), 12, 4, 2021, 1)[::80] == pytest.approx([12, 4], abs=1e-15)


def test_without_steepness_it_stays_half_way() -> None:
    """``exp(0) = 1`` in every year."""
    assert curve(YEARS, 12, 4, 1900, 0) == [8, 8, 8]


def test_it_may_also_rise() -> None:
    """From 4 to 12: 6, 8, 10."""
    assert curve(YEARS, 4, 12, 2021, math.log(3)) == pytest.approx([6, 8, 10])


def test_points_side_by_side() -> None:
    """The second turns two years later: half way in 2023, in 2021 as far as the first would be in 2019."""
    found = per_head(range(2019, 2024), column(12, 12), column(4, 4), column(2021, 2023), column(0.5, 0.5))

    assert found.shape == (2, 5)
    assert found[1, 4] == 8
    assert found[1, 2] == found[0, 0]
