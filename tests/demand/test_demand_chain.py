"""The chain: each quantity the sum of factor × quantity, by estimator and by pattern."""

from __future__ import annotations

import numpy as np
import pytest

from mineralplan.demand.chain import Term, ancestors, components, evaluate, of_estimator, reachable
from mineralplan.demand.parameters import Array

PATTERNS = ("population", "urban", "rural")
FLOOR = Term("", "building", "floor", 2.0)
PER_HEAD = Term("", "building", "people", "per_head")
LIME = Term("", "lime", "", "capacity", "urban")
CALIBRATED = Term("bottom_up", "aggregate", "building", "kappa")
CURVE = Term("per_head", "aggregate", "people", "curve")
CONCRETE = Term("", "concrete", "aggregate", 0.75)
TERMS = (FLOOR, PER_HEAD, LIME, CALIBRATED, CURVE, CONCRETE)
FACTORS = {
    "per_head": np.array([[0.5]]), "capacity": np.array([[50.0, 60.0]]), "kappa": np.array([[1.2]]),
    "curve": np.array([[4.0, 3.0]]),
}


def given(**quantities: tuple[list[float], int]) -> dict[str, Array]:
    """Return what a chain begins with: figures by year, and the pattern's column."""
    result = {}
    for name, (figures, column) in quantities.items():
        result[name] = np.zeros((1, len(figures), len(PATTERNS)))
        result[name][0, :, column] = figures
    return result


GIVEN = given(people=([10, 20], 0), floor=([3, 5], 2))


def computed(estimator: str, wanted: list[str] | None = None) -> dict[str, list[list[float]]]:
    """Return what an estimator computes, by year and pattern."""
    found = evaluate(of_estimator(TERMS, estimator), GIVEN, FACTORS, PATTERNS, wanted)
    return {name: values[0].round(9).tolist() for name, values in found.items()}


def test_a_quantity_is_the_sum_of_its_terms_and_patterns_stay_apart() -> None:
    """First year: 10 people × 0.5 = 5 by people, 3 of floor × 2 = 6 by rural people; second year 10 and 10."""
    assert computed("bottom_up")["building"] == [[5, 0, 6], [10, 0, 10]]


def test_a_factor_by_itself_has_a_pattern_of_its_own() -> None:
    """50 and 60 by urban people; added to the people's column it would follow everybody."""
    assert computed("bottom_up")["lime"] == [[0, 50, 0], [0, 60, 0]]


def test_a_factor_runs_down_the_chain() -> None:
    """κ 1.2 on 5 and 6 is 6 and 7.2, three quarters of that 4.5 and 5.4; second year 12, 12 and 9, 9."""
    assert computed("bottom_up")["aggregate"] == [[6, 0, 7.2], [12, 0, 12]]
    assert computed("bottom_up")["concrete"] == [[4.5, 0, 5.4], [9, 0, 9]]


def test_each_estimator_uses_its_own_rows_and_the_common_ones() -> None:
    """Per head: 10 × 4 and 20 × 3 of aggregate, all by people; three quarters of it 30 and 45.

    With both rows in the sum the first year would be 46. The third estimator has no row: no aggregate, no concrete.
    """
    assert computed("per_head")["aggregate"] == [[40, 0, 0], [60, 0, 0]]
    assert computed("per_head")["concrete"] == [[30, 0, 0], [45, 0, 0]]
    assert set(computed("cement")) == {"people", "floor", "building", "lime"}


def test_points_side_by_side() -> None:
    """Two points of κ, 1 and 2, over one point of everything else: 11 and 22 in the first year, 20 and 40 after."""
    found = evaluate(of_estimator(TERMS, "bottom_up"), {n: np.repeat(v, 2, axis=0) for n, v in GIVEN.items()},
                     {**FACTORS, "kappa": np.array([[1.0], [2.0]])}, PATTERNS)

    assert found["aggregate"].sum(axis=-1).tolist() == [[11, 20], [22, 40]]


def test_a_quantity_stands_below_what_it_follows_from() -> None:
    """Read from below, concrete and aggregate stand above what they follow from: neither can be computed."""
    upside_down = tuple(reversed(of_estimator(TERMS, "bottom_up")))

    assert reachable(upside_down, GIVEN) == {"people", "floor", "building", "lime"}
    assert "concrete" not in evaluate(upside_down, GIVEN, FACTORS, PATTERNS)


def test_a_quantity_that_lacks_a_term_is_not_computed() -> None:
    """Building from people alone would be 5 of 11: without the floor there is no building, nor what follows."""
    without = {"people": GIVEN["people"]}

    assert reachable(of_estimator(TERMS, "bottom_up"), without) == {"people", "lime"}
    assert set(evaluate(of_estimator(TERMS, "bottom_up"), without, FACTORS, PATTERNS)) == {"people", "lime"}


def test_no_more_than_wanted() -> None:
    """Aggregate needs building and what the chain begins with, not lime and not concrete."""
    assert set(computed("bottom_up", ["aggregate"])) == {"people", "floor", "building", "aggregate"}
    assert computed("bottom_up", ["aggregate"])["aggregate"] == computed("bottom_up")["aggregate"]


def test_what_a_quantity_follows_from() -> None:
    found = ancestors(of_estimator(TERMS, "bottom_up"), ["aggregate"])

    assert found == {"aggregate", "building", "floor", "people"}


@pytest.mark.parametrize("quantity", ["building", "aggregate", "concrete"])
def test_components_are_the_terms_of_the_first_sum_above(quantity: str) -> None:
    """Concrete is part of aggregate, that of building, and building has two terms."""
    assert components(of_estimator(TERMS, "bottom_up"), quantity) == (FLOOR, PER_HEAD)


def test_components_of_what_is_no_sum() -> None:
    """Per head, concrete follows from aggregate, that from people, and these from nothing: one term is left."""
    assert components(of_estimator(TERMS, "per_head"), "concrete") == (CURVE,)
    assert components(TERMS, "lime") == (LIME,)
