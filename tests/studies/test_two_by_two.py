"""The hand case: its optimum is what the docstring derives."""

from __future__ import annotations

import pytest
from two_by_two import COST, two_by_two

from tiny import outputs, solved


def test_the_optimum() -> None:
    """A from 2021, B from 2022; in 2021 B would cost 20 a year for 2 · 7 = 14 of stone: 129.92."""
    plan = solved(two_by_two())

    assert plan.certificate.objective == pytest.approx(COST)
    assert outputs(plan) == {("A", 2021): 10, ("A", 2022): 10, ("B", 2022): 6}


@pytest.mark.parametrize(("cap", "cost"), [(26, 107.2), (6, 196.8), (17, 120.64), (15, 129.6)])
def test_other_caps(cap: float, cost: float) -> None:
    """One more or less of cap is worth 4.48; ten more no more than 17.92, ten less cost 71.68."""
    assert solved(two_by_two(cap=cap)).certificate.objective == pytest.approx(cost)
