"""The demand chain: curves through their anchors, factors multiplied from top to bottom, totals split over zones."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mineralplan.demand.chain import evaluate, path, split
from mineralplan.inputs.rows import ChainRow
from mineralplan.inputs.schedule import ALWAYS, Schedule, constant

FALLING = {2020: 11.5, 2025: 9.05, 2030: 7.2, 2035: 5.75}
YEARS = range(2020, 2036)
CURVES = st.dictionaries(st.integers(2000, 2050), st.floats(0, 1000), min_size=2, max_size=8)


def row(quantity: str, factor: float, *, of: str = "", year: int | None = None) -> ChainRow:
    return ChainRow(quantity=quantity, of=of, year=year, factor=factor, unit="t", basis="measured", source="test")


def test_a_curve_passes_through_its_anchors() -> None:
    curve = path(FALLING, YEARS)

    assert {year: curve[year] for year in FALLING} == pytest.approx(FALLING, rel=1e-12)


def test_a_curve_is_flat_outside_its_anchors() -> None:
    """A trend carried forward from 2030–2035 would give 5.17 in 2037 and 12.5 in 2018."""
    curve = path(FALLING, [2010, 2018, 2019, 2036, 2037, 2060])

    assert list(curve.values()) == pytest.approx([11.5, 11.5, 11.5, 5.75, 5.75, 5.75], rel=1e-12)


def test_two_anchors_are_a_straight_line() -> None:
    """A monotone cubic through two points is their chord: 10, 10.2, 10.4, 10.6."""
    assert list(path({2020: 10, 2023: 10.6}, range(2020, 2024)).values()) == pytest.approx([10, 10.2, 10.4, 10.6])


def test_a_curve_does_not_overshoot_a_level() -> None:
    """Level at 4 from 2024 on. A natural cubic spline through these anchors rises above 4 and dips under 0."""
    curve = path({2020: 0, 2022: 0, 2024: 4, 2030: 4}, YEARS)

    assert [curve[year] for year in (2020, 2021, 2022)] == [0, 0, 0]
    assert [curve[year] for year in range(2024, 2031)] == [4] * 7
    assert 0 < curve[2023] < 4


@settings(derandomize=True, deadline=None, max_examples=60)
@given(CURVES)
def test_a_curve_stays_between_its_anchors(anchors: dict[int, float]) -> None:
    """Between two anchors a curve runs from one to the other, never back and never beyond."""
    curve = path(anchors, range(min(anchors), max(anchors) + 1))
    slack = 1e-9 * max(1.0, *anchors.values())
    for first, last in pairwise(sorted(anchors)):
        piece = [curve[year] for year in range(first, last + 1)]
        rising = anchors[last] >= anchors[first]
        assert all((b - a if rising else a - b) >= -slack for a, b in pairwise(piece))


def test_a_single_factor_holds_always() -> None:
    assert path({ALWAYS: 0.82}, [2020, 2035]) == {2020: 0.82, 2035: 0.82}
    assert path({2025: 0.82}, [2020, 2035]) == {2020: 0.82, 2035: 0.82}


CHAIN = [
    row("population", 10, year=2020), row("population", 12, year=2022),
    row("aggregate", 4, of="population"),
    row("concrete", 0.8, of="aggregate"), row("masonry", 0.2, of="aggregate"),
    row("lime", 70),
]


def test_the_arithmetic_of_a_chain() -> None:
    """2021: 11 people × 4 = 44 of aggregate, of it 35.2 concrete and 8.8 masonry; lime stands by itself."""
    found = evaluate(CHAIN, [2020, 2021, 2022])

    assert found["population"] == pytest.approx({2020: 10, 2021: 11, 2022: 12})
    assert found["aggregate"] == pytest.approx({2020: 40, 2021: 44, 2022: 48})
    assert found["concrete"] == pytest.approx({2020: 32, 2021: 35.2, 2022: 38.4})
    assert found["masonry"] == pytest.approx({2020: 8, 2021: 8.8, 2022: 9.6})
    assert found["lime"] == {2020: 70, 2021: 70, 2022: 70}


def test_a_factor_that_a_scenario_replaces_runs_down_the_chain() -> None:
    """5 instead of 4 t a head: aggregate 55 and concrete 44 in 2021; population and lime as they were."""
    plain, changed = evaluate(CHAIN, [2021]), evaluate(CHAIN, [2021], {"aggregate": constant(5)})

    assert changed["aggregate"][2021] == pytest.approx(55)
    assert changed["concrete"][2021] == pytest.approx(44)
    assert changed["population"] == plain["population"]
    assert changed["lime"] == plain["lime"]


def test_anchors_that_a_scenario_replaces_are_anchors() -> None:
    """{2020: 4, 2022: 5} runs straight to 4.5 in 2021; read as steps it would stay at 4."""
    changed = evaluate(CHAIN, [2020, 2021, 2022], {"aggregate": Schedule(((2020, 4.0), (2022, 5.0)))})

    assert changed["aggregate"] == pytest.approx({2020: 40, 2021: 49.5, 2022: 60})


def test_a_quantity_stands_below_what_it_follows_from() -> None:
    with pytest.raises(KeyError):
        evaluate(list(reversed(CHAIN)), [2021])


def test_a_split_in_proportion() -> None:
    """100 over 3 : 1 is 75 and 25; only the proportion counts."""
    assert split({2021: 100.0}, {"T1": 3, "T2": 1}) == {("T1", 2021): 75, ("T2", 2021): 25}
    assert split({2021: 100.0}, {"T1": 0.75, "T2": 0.25}) == {("T1", 2021): 75, ("T2", 2021): 25}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(0, 1e4), st.lists(st.floats(0.001, 1e6), min_size=1, max_size=40))
def test_a_split_sums_to_the_total(total: float, weights: list[float]) -> None:
    shares = {f"T{number}": weight for number, weight in enumerate(weights)}

    assert sum(split({2021: total}, shares).values()) == pytest.approx(total, rel=1e-12)
