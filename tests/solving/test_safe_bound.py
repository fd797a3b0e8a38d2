"""A bound that needs no trust in the solver: right by hand, valid for any multipliers, as good as the relaxation."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from mineralplan.solving.highs import Settings, solve
from mineralplan.solving.program import Program
from mineralplan.solving.safe_bound import _as_wholes, safe_bound
from tiny import compiled, drawn, program, relaxed, solved

few = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def _knapsack() -> Program:
    """Return: minimise −3a − 2b + 10, with 2a + b ≤ 3 and 0 ≤ a, b ≤ 1.5."""
    return replace(program([-3, -2], [([2, 1], -np.inf, 3)], whole=False, upper=1.5), offset=10.0)


@pytest.mark.parametrize(("dual", "bound"), [(-1.5, 4.75), (-2.0, 4.0), (0.0, 2.5), (-0.5, 3.25), (3.0, 2.5)])
def test_weak_duality_by_hand(dual: float, bound: float) -> None:
    """Multiplier y of 2a + b ≤ 3: bound = 10 + 3y + min over [0, 1.5]² of (−3 − 2y) a + (−2 − y) b.

    y = −1.5: 10 − 4.5 + 0·a − 0.5 · 1.5 = 4.75, the optimum (a = 0.75, b = 1.5: 10 − 2.25 − 3). y = −2: 10 − 6 + 0
    (both coefficients ≥ 0) = 4. y = 0: 10 − 4.5 − 3 = 2.5. y = −0.5: 10 − 1.5 − 2 · 1.5 − 1.5 · 1.5 = 3.25. A
    positive y leans on a lower side that the row does not have: it must count as 0, where adding 3y would claim 11.5.
    """
    assert safe_bound(_knapsack(), np.array([dual])) == bound


def test_a_column_without_bound_takes_the_one_that_its_row_implies() -> None:
    """No upper bounds: 2a + b ≤ 3 with a, b ≥ 0 implies a ≤ 1.5 and b ≤ 3. With y = −1.5 b's reduced cost is −0.5.

    10 − 4.5 − 0.5 · 3 = 4. Leaving b out would claim 5.5, above the optimum 4 (b = 3).
    """
    free = replace(_knapsack(), upper=np.full(2, np.inf))

    assert safe_bound(free, np.array([-1.5])) == 4.0


def test_nothing_is_claimed_where_nothing_bounds() -> None:
    """−a − 2b under a − b ≤ 3: b grows with a for ever, so there is no bound, and none is made up."""
    endless = replace(_knapsack(), matrix=sparse.csc_array([[1.0, -1.0]]), upper=np.full(2, np.inf))

    assert safe_bound(endless, np.array([-1.0])) == -math.inf


def test_what_a_rule_is_missed_by_has_a_price_that_caps_the_dual() -> None:
    """Minimise 2m − a with a − m ≤ 1, a ≤ 5 and m without bound: optimum −1 (a = 1). With y = −3 m costs 2 − 3 = −1.

    The dual is brought back to −2 and the bound is y · 1 + (−1 + 2) · 0 = −2; with y = −1 it is exactly −1.
    """
    priced = replace(_knapsack(), matrix=sparse.csc_array([[1.0, -1.0]]), row_upper=np.array([1.0]),
                     upper=np.array([5.0, np.inf]), cost=np.array([-1.0, 2.0]), offset=0.0)

    assert safe_bound(priced, np.array([-3.0])) == -2.0
    assert safe_bound(priced, np.array([-1.0])) == -1.0


def test_it_is_rounded_down() -> None:
    """Nothing but the constant 1/10 − 1/3·0: what comes out is a float that is not above the exact sum."""
    odd = replace(_knapsack(), cost=np.array([-0.1, -0.2]), upper=np.full(2, 0.3), offset=0.0)
    exact = Fraction(-0.1) * Fraction(0.3) + Fraction(-0.2) * Fraction(0.3)

    bound = safe_bound(odd, np.zeros(1))

    assert Fraction(bound) <= exact
    assert bound == pytest.approx(-0.09)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6))
@settings(deadline=None, derandomize=True, database=None)
def test_floats_become_whole_numbers_without_loss(values: list[float]) -> None:
    wholes, bits = _as_wholes(np.array(values))

    assert [Fraction(int(whole), 1 << bits) for whole in wholes] == [Fraction(value) for value in values]


@few
@given(st.integers(0, 5_000))
def test_no_multipliers_give_a_bound_above_the_optimum(seed: int) -> None:
    """Duals of the relaxation, those with noise, and pure noise: each bound ≤ the optimum of the whole numbers."""
    whole = compiled(drawn(seed))
    best = solve(whole, Settings(gap=0.0)).objective
    linear = solve(relaxed(whole))
    assert linear.duals is not None
    noise = np.random.default_rng(seed).normal(size=len(linear.duals))

    for duals in (linear.duals, linear.duals * (1 + 0.1 * noise), 10 * noise):
        assert safe_bound(whole, duals) <= best + 1e-6 * max(1.0, abs(best))
    assert safe_bound(whole, linear.duals) == pytest.approx(linear.objective, rel=1e-7, abs=1e-5)


@few
@given(st.integers(0, 5_000))
def test_a_plan_carries_its_safe_bound(seed: int) -> None:
    """The certificate's safe bound is not above its bound, and the better of the two is the one that counts."""
    certificate = solved(drawn(seed)).certificate

    assert certificate.safe_bound is not None
    assert certificate.safe_bound <= certificate.bound <= certificate.objective
    assert certificate.bound_is == ("safe bound" if certificate.safe_bound == certificate.bound else "solver's bound")
