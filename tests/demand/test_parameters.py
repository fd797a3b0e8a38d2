"""Parameters: what a 5, 50 and 95 % quantile say of everything between, and paths through their anchors."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from tiny_demand import parameter

from mineralplan.demand.parameters import Z95, Parameter, between, quantile

FEW = settings(derandomize=True, deadline=None, max_examples=60)
FALLING = {2020: 11.5, 2025: 9.05, 2030: 7.2, 2035: 5.75}
YEARS = range(2020, 2036)
FIGURE = st.floats(1e-3, 1e6)
POSITIVE = st.lists(FIGURE, min_size=3, max_size=3).map(sorted)
BOUNDS = st.lists(st.just(0.0) | FIGURE, min_size=3, max_size=3).map(sorted)
CURVES = st.dictionaries(st.integers(2000, 2050), st.floats(0, 1000), min_size=2, max_size=8)


def at(z: float, low: float, central: float, high: float, ceiling: float = math.inf) -> float:
    return float(quantile(np.array([z]), low, central, high, ceiling)[0])


def test_the_deviate_of_the_bounds() -> None:
    """P(Z <= 1.6448...) = 0.95; with 1.96 the bounds would be the 2.5 and 97.5 % quantiles."""
    assert norm.cdf(Z95) == pytest.approx(0.95, rel=1e-12)


@FEW
@given(POSITIVE)
def test_positive_bounds_are_met(bounds: list[float]) -> None:
    low, central, high = bounds

    assert [at(z, *bounds) for z in (-Z95, 0, Z95)] == pytest.approx([low, central, high], rel=1e-9)


@FEW
@given(BOUNDS)
def test_bounds_from_nothing_are_met(bounds: list[float]) -> None:
    bounds[0] = 0.0

    assert [at(z, *bounds) for z in (-Z95, 0, Z95)] == pytest.approx(bounds, rel=1e-9, abs=1e-9)


def test_the_logarithmic_form() -> None:
    """Bounds 4, 8, 32: in logarithms to base 2 they are 2, 3, 5; half way down 2.5, half way up 4, twice up 7.

    The linear form would give 6, 20 and 56.
    """
    found = [at(z * Z95, 4, 8, 32) for z in (-0.5, 0.5, 2)]

    assert found == pytest.approx([2**2.5, 16, 128], rel=1e-12)


def test_the_linear_form_is_cut_off_at_nothing() -> None:
    """Bounds 0, 2, 8: half way down 1, half way up 5, twice up 14, twice down -2, of which 0 is left."""
    found = [at(z * Z95, 0, 2, 8) for z in (-0.5, 0.5, 2, -2)]

    assert found == pytest.approx([1, 5, 14, 0], rel=1e-12)


def test_a_share_is_cut_off_at_one() -> None:
    """Bounds 0.4, 0.5, 0.9: twice up 0.5 × 1.8² = 1.62, of which 1 is left; another unit keeps it."""
    twice = np.array([2 * Z95])

    assert parameter("masonry_share", 0.5, 0.4, 0.9).at(twice) == pytest.approx(np.array([[1.0]]))
    assert parameter("nonresidential_ratio", 0.5, 0.4, 0.9).at(twice) == pytest.approx(np.array([[1.62]]))


@FEW
@given(BOUNDS, st.lists(st.floats(-6, 6), min_size=2, max_size=20).map(sorted), st.sampled_from([1.0, math.inf]))
def test_more_is_more(bounds: list[float], z: list[float], ceiling: float) -> None:
    """A higher deviate never gives a lower figure, and no figure is negative."""
    found = quantile(np.array(z), *bounds, ceiling)

    assert found.min() >= 0
    assert np.all(np.diff(found) >= -1e-12 * max(1.0, *bounds))


def test_a_path_has_its_own_bounds_in_every_year() -> None:
    """Years with 2, 4, 8 and 9, 9, 9: at the upper bound 8 and 9, at the lower 2 and 9."""
    path = Parameter("rate", "-", np.array([2.0, 9]), np.array([4.0, 9]), np.array([8.0, 9]), (2020, 2021))

    assert path.at(np.array([Z95, -Z95, 0])) == pytest.approx(np.array([[8, 9], [2, 9], [4, 9]]))
    assert not path.certain
    assert Parameter("rate", "-", *(np.array([4.0, 9]),) * 3, (2020, 2021)).certain


@pytest.mark.parametrize("how", ["linear", "monotone"])
def test_a_path_passes_through_its_anchors(how: str) -> None:
    path = dict(zip(YEARS, between(FALLING, YEARS, how), strict=True))

    assert {year: path[year] for year in FALLING} == pytest.approx(FALLING, rel=1e-12)


def test_straight_lines_between_anchors() -> None:
    """From 0 (2020) to 8 (2022) to 9 (2026): 4 in 2021, 8.25 in 2023; the order of the anchors does not matter."""
    found = between({2026: 9, 2020: 0, 2022: 8}, range(2020, 2024), "linear")

    assert list(found) == pytest.approx([0, 4, 8, 8.25])


def test_two_anchors_are_a_straight_line() -> None:
    """A monotone cubic through two points is their chord: 10, 10.2, 10.4, 10.6."""
    assert list(between({2020: 10, 2023: 10.6}, range(2020, 2024), "monotone")) == pytest.approx([10, 10.2, 10.4, 10.6])


def test_a_monotone_path_is_a_cubic() -> None:
    """Anchors 0, 1, 4 at distances of 2: slopes 0.5 and 1.5, so by the harmonic mean 0.75 in the middle anchor.

    At the first anchor Fritsch and Carlson's end formula gives ((3 × 2) 0.5 - 2 × 1.5) / 4 = 0. Half way through the
    first piece Hermite's cubic is (0 + 1) / 2 + 2 (0 - 0.75) / 8 = 0.3125; a straight line would give 0.5.
    """
    found = between({2020: 0, 2022: 1, 2024: 4}, range(2020, 2023), "monotone")

    assert list(found) == pytest.approx([0, 0.3125, 1])


def test_a_monotone_path_does_not_overshoot_a_level() -> None:
    """Level at 4 from 2024 on. A natural cubic spline through these anchors rises above 4 and dips under 0."""
    years = range(2020, 2031)
    path = dict(zip(years, between({2020: 0, 2022: 0, 2024: 4, 2030: 4}, years, "monotone"), strict=True))

    assert [path[year] for year in (2020, 2021, 2022)] == [0, 0, 0]
    assert [path[year] for year in range(2024, 2031)] == [4] * 7
    assert 0 < path[2023] < 4


@FEW
@given(CURVES, st.sampled_from(["linear", "monotone"]))
def test_a_path_stays_between_its_anchors(anchors: dict[int, float], how: str) -> None:
    """Between two anchors a path runs from one to the other, never back and never beyond."""
    years = range(min(anchors), max(anchors) + 1)
    path = dict(zip(years, between(anchors, years, how), strict=True))
    slack = 1e-9 * max(1.0, *anchors.values())
    for first, last in pairwise(sorted(anchors)):
        piece = [path[year] for year in range(first, last + 1)]
        rising = anchors[last] >= anchors[first]
        assert all((b - a if rising else a - b) >= -slack for a, b in pairwise(piece))
