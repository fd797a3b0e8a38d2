"""The shifted systems of Chinese web maps: known points, the way back, and where they are defined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mineralplan.case import Place
from mineralplan.inputs.web_maps import SHIFTED, bd09_of_gcj02, defined, gcj02_of, inverse

BEIJING = np.array(116.404), np.array(39.915)
"""The point that the packages of the field test with: coordtransform (JavaScript, Rust), hutool (Java)."""


def test_the_known_point_in_gcj02() -> None:
    """coordtransform, test/app.js: wgs84togcj02(116.404, 39.915)."""
    assert gcj02_of(*BEIJING) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)


def test_the_known_point_in_bd09() -> None:
    """coordtransform, test/app.js: gcj02tobd09(116.404, 39.915)."""
    assert bd09_of_gcj02(*BEIJING) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-12)


def test_the_way_back_agrees_with_the_published_approximations_as_far_as_these_go() -> None:
    """Published: bd09togcj02 and gcj02towgs84, one step without iteration, good to about 1e-5 degrees (a metre)."""
    assert inverse(bd09_of_gcj02, *BEIJING) == pytest.approx((116.39762729119315, 39.90865673957631), abs=1e-5)
    assert inverse(gcj02_of, *BEIJING) == pytest.approx((116.39775550083061, 39.91359571849836), abs=2e-5)


@pytest.mark.parametrize("name", SHIFTED)
@given(lon=st.floats(73, 137), lat=st.floats(2, 55))
def test_there_and_back_is_the_same_point(name: str, lon: float, lat: float) -> None:
    """Within 1e-9 degrees, a tenth of a millimetre; 1e-7 is wanted."""
    shifted = SHIFTED[name](np.array(lon), np.array(lat))

    assert inverse(SHIFTED[name], *shifted) == pytest.approx((lon, lat), abs=1e-9)


@given(lon=st.floats(75, 135), lat=st.floats(18, 53))
def test_the_shift_is_some_hundred_metres(lon: float, lat: float) -> None:
    """It is neither nothing nor another place."""
    x, y = gcj02_of(np.array(lon), np.array(lat))

    assert 0.01 < Place(lon, lat).great_circle_km(Place(float(x), float(y))) < 1.5


def test_many_points_are_the_same_as_one_by_one() -> None:
    lons, lats = np.array([104.0, 108.4, 120.1]), np.array([30.6, 31.2, 23.5])
    together = np.column_stack(gcj02_of(lons, lats))

    assert [tuple(row) for row in together] == [gcj02_of(*pair) for pair in zip(lons, lats, strict=True)]


def test_the_systems_are_defined_around_china_only() -> None:
    assert list(defined(np.array([108.4, -0.1, 31.2]), np.array([31.2, 51.5, 108.4]))) == [True, False, False]
