"""The building stock: hand cases, the books balanced, and a second implementation of the same idea."""

from __future__ import annotations

import math

import flodym
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_demand import life

from mineralplan.demand.parameters import Array
from mineralplan.demand.stock import Stock, follow

FEW = settings(derandomize=True, deadline=None, max_examples=60)
NEEDS = st.lists(st.floats(0, 1e5), min_size=2, max_size=40)
SCALES, SHAPES = st.floats(2, 120), st.floats(0.5, 5)


def one(need: list[float], scale: float, shape: float) -> Stock:
    return follow(np.array([need]), np.array([[scale]]), np.array([[shape]]))


def mean_life(scale: float, shape: float) -> float:
    return scale * math.gamma(1 + 1 / shape)


def test_by_hand_with_an_exponential_life() -> None:
    """Half leaves in a year (shape 1, ``exp(-1 / scale) = 0.5``), whatever its age.

    Need 80, 80, 100, 60. 2nd year: 40 leave, 40 are built. 3rd: 40 leave, 60 are built. 4th: 50 of 100 leave, 10 are
    built. If what is built in a year began to leave in that very year, the 2nd year would take 80.
    """
    found = one([80, 80, 100, 60], life(0.5), 1)

    assert found.standing[0] == pytest.approx([80, 80, 100, 60])
    assert found.outflow[0] == pytest.approx([0, 40, 40, 50])
    assert found.inflow[0] == pytest.approx([0, 40, 60, 10])
    assert found.surplus[0] == pytest.approx([0, 0, 0, 0])


def test_by_hand_with_an_ageing_life() -> None:
    """Shape 2, scale 1, a stock that begins at nothing: 100 built in the 2nd year, need 100 in the 3rd and 4th.

    Of a cohort e⁻¹ = 0.3679 stands after one year and e⁻⁴ = 0.0183 after two. 3rd year: 63.21 leave and are built anew.
    4th: 36.79 - 1.83 leave of the first cohort and 63.21 × 0.6321 = 39.96 of the second, 74.91 in all. An exponential
    life with the first year's rate would take 63.21 again.
    """
    found = one([0, 100, 100, 100], 1, 2)
    after_one, after_two = math.exp(-1), math.exp(-4)
    second = 100 * (1 - after_one)
    third = 100 * (after_one - after_two) + second * (1 - after_one)

    assert third == pytest.approx(74.91, abs=0.005)
    assert found.outflow[0] == pytest.approx([0, 0, second, third])
    assert found.inflow[0] == pytest.approx([0, 100, second, third])


def test_surplus_by_hand() -> None:
    """Half leaves in a year. Need 80, 20, 20: 40 stand in the 2nd year, 20 too many; 20 in the 3rd, nothing built.

    Built negatively, the 2nd year would show -20.
    """
    found = one([80, 20, 20], life(0.5), 1)

    assert found.standing[0] == pytest.approx([80, 40, 20])
    assert found.surplus[0] == pytest.approx([0, 20, 0])
    assert found.inflow[0] == pytest.approx([0, 0, 0])


def test_the_first_stock_of_an_ageing_life() -> None:
    """Shape 2, scale 10: of a stock of all ages ``∫_t^∞ S / ∫_0^∞ S = erfc(t / 10)`` stands after t years.

    Nothing is needed from the 2nd year on, so 100 erfc(0.1) = 88.75 and 100 erfc(0.2) = 77.73 stand. A stock that was
    all new would leave 99.00 and 96.08.
    """
    found = one([100, 0, 0], 10, 2)

    assert found.standing[0] == pytest.approx([100, 100 * math.erfc(0.1), 100 * math.erfc(0.2)])


@pytest.mark.parametrize("scale", [5.0, 50.0])
def test_a_steady_stock_with_an_exponential_life(scale: float) -> None:
    """Of a constant 1,000 leave ``1000 (1 - exp(-1 / scale))`` in every year, and as much is built."""
    found = one([1000.0] * 30, scale, 1)
    leaving = 1000 * (1 - math.exp(-1 / scale))

    assert found.outflow[0, 1:] == pytest.approx([leaving] * 29)
    assert found.inflow[0, 1:] == pytest.approx([leaving] * 29)


@pytest.mark.parametrize(("scale", "shape"), [(54, 2.0), (31, 2.0), (40, 4.0)])
def test_a_steady_stock_turns_over_in_a_mean_life(scale: float, shape: float) -> None:
    """A constant stock is renewed once in a mean life, in every year alike: ``need / mean``.

    What is built stands whole to the end of its year, so that the mean life is up to a year longer: between
    ``need / mean`` and ``need / (mean + 1)``. A stock that was all new would lose next to nothing at first.
    """
    found, mean = one([1000.0] * 200, scale, shape), mean_life(scale, shape)

    assert found.outflow[0, 1:].max() <= 1000 / mean
    assert found.outflow[0, 1:].min() >= 1000 / (mean + 1)


@FEW
@given(NEEDS, SCALES, SHAPES)
def test_the_books_balance(need: list[float], scale: float, shape: float) -> None:
    """``standing[t] = standing[t - 1] + inflow[t] - outflow[t]``, no flow is negative, no need is unmet."""
    found = one(need, scale, shape)
    standing, inflow, outflow, surplus = (x[0] for x in (found.standing, found.inflow, found.outflow, found.surplus))
    room = 1e-9 * max(1.0, *need)

    assert np.abs(np.diff(standing) - inflow[1:] + outflow[1:]).max() <= room
    assert inflow.min() >= 0 and outflow.min() >= -room and surplus.min() >= -room
    assert np.abs(standing - need - surplus).max() <= room


@FEW
@given(NEEDS, SCALES, SHAPES)
def test_surplus_only_where_need_falls_faster_than_buildings(need: list[float], scale: float, shape: float) -> None:
    """There is surplus in just the years in which more is left standing than is needed; then none is built."""
    found = one(need, scale, shape)
    room = 1e-9 * max(1.0, *need)
    left = found.standing[0, :-1] - found.outflow[0, 1:]
    too_many = left > np.array(need[1:]) + room

    assert np.array_equal(found.surplus[0, 1:] > room, too_many)
    assert not found.inflow[0, 1:][too_many].any()


@pytest.mark.parametrize(("scale", "shape"), [(20.0, 1.0), (53.6, 2.0), (31.0, 3.5)])
def test_agrees_with_flodym(scale: float, shape: float) -> None:
    """A stock that begins at nothing has no ages to assume: flodym's stock-driven model gives the same flows.

    ``inflow_at="end"`` is the same convention: what is built in a year is whole at its end and a year old at the next.
    """
    years = range(1978, 2036)
    need = [1000 * (1 - math.exp(-t / 25)) + 5 * t for t in range(len(years))]
    found = one(need, scale, shape)
    inflow, outflow = second_opinion(years, need, scale, shape)

    assert found.inflow[0] == pytest.approx(inflow, rel=1e-9, abs=1e-9)
    assert found.outflow[0] == pytest.approx(outflow, rel=1e-9, abs=1e-9)


def second_opinion(years: range, need: list[float], scale: float, shape: float) -> tuple[Array, Array]:
    """Return inflow and outflow of flodym's stock-driven model."""
    time = flodym.Dimension(name="time", letter="t", items=list(years), dtype=int)
    dims = flodym.DimensionSet(dim_list=[time])
    lifetime = flodym.WeibullLifetime(dims=dims, inflow_at="end", weibull_scale=scale, weibull_shape=shape)
    model = flodym.StockDrivenDSM(
        dims=dims, name="dwellings", lifetime_model=lifetime,
        stock=flodym.StockArray(dims=dims, name="stock", values=np.array(need)),
    )
    model.compute()
    return model.inflow.values, model.outflow.values


def test_points_stand_side_by_side() -> None:
    """Two points with lives of their own and one need: each as it would be alone."""
    need, scales = [100.0, 110, 130, 135], [20.0, 40.0]
    both = follow(np.array([need]), np.array([scales]).T, np.array([[2.0]]))

    for row, scale in enumerate(scales):
        assert both.inflow[row] == pytest.approx(one(need, scale, 2).inflow[0])
        assert both.standing[row] == pytest.approx(need)
