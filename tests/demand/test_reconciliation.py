"""Estimators side by side."""

from __future__ import annotations

import math

import pytest
from tiny_demand import TERMS, tiny_demand

from mineralplan.demand.reconciliation import apart, headline


@pytest.mark.parametrize(("estimates", "expected"), [
    ((246, 350, 300), 350 / 246 - 1),
    ((300, 300), 0),
    ((100, None, 130), 0.3),
    ((0, 5), math.inf),
    ((-2, 5), math.inf),
    ((0, 0), None),
    ((-1, 0), None),
    ((7,), None),
    ((None, 7, None), None),
    ((), None),
])
def test_how_far_apart(estimates: tuple[float | None, ...], expected: float | None) -> None:
    """The highest over the lowest, less one: 350 over 246 is 42 % higher. Nothing is no part of anything.

    As a part of the highest it would be 30 %; where fewer than two speak there is nothing to compare.
    """
    assert apart(estimates) == (expected if expected is None else pytest.approx(expected))


def test_the_order_does_not_matter() -> None:
    assert apart([300, 246, 350]) == apart([350, 300, 246])


def test_what_every_estimator_computes_by_rows_of_its_own() -> None:
    """Aggregate before cement, as in the chain; what follows from them is no way of its own."""
    assert headline(TERMS) == ("aggregate", "cement")
    assert tiny_demand().headline == ("aggregate", "cement")


def test_a_quantity_that_an_estimator_takes_over_is_no_headline() -> None:
    """Without its row of cement per head, that estimator has no cement: aggregate alone is left."""
    without = [term for term in TERMS if (term.estimator, term.quantity) != ("per_head", "cement")]

    assert headline(without) == ("aggregate",)
