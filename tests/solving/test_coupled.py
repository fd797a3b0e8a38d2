"""Programs that share something: bounds at prices, and the master that finds the prices."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from mineralplan.solving.coupled import Part, on_grid, whole_bound
from mineralplan.solving.highs import solve
from mineralplan.solving.master import Answer, Master
from tiny import compiled, drawn, program, relaxed

few = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def _part() -> Part:
    """Return: minimise −3a − 2b with a + b ≤ 1.5, a, b ≤ 1; a takes 1 of what is shared, and 2 are taken anyway."""
    given = program([-3, -2], [([1, 1], -np.inf, 1.5)], whole=False)
    return Part(given, sparse.csr_array(np.array([[1.0, 0.0]])), np.array([2.0]))


@pytest.mark.parametrize(("price", "value"), [(0.0, -4.0), (0.5, -2.5), (2.0, 1.5), (4.0, 6.0)])
def test_a_part_pays_for_what_it_takes(price: float, value: float) -> None:
    """What a earns is 3 − p, b 2, and 2p are paid anyway; what earns more comes first, up to 1, then up to 1.5.

    p = 0: −3 − ½ · 2 = −4. p = ½: −2.5 − 1 + 1 = −2.5. p = 2: −2 − ½ · 1 + 4 = 1.5. p = 4: a loses 1, so −2 + 8 = 6.
    Were what is taken anyway forgotten, p = 4 would give −2.
    """
    part, prices = _part(), np.array([price])
    found = solve(part.priced(prices))
    assert found.duals is not None and found.x is not None

    assert found.objective == pytest.approx(value)
    bound = part.safe_bound(prices, found.duals)
    assert bound is not None and bound <= Fraction(value) and float(bound) == pytest.approx(value)
    assert part.program.objective(found.x) + part.use(found.x) @ prices == pytest.approx(value)


@few
@given(st.integers(0, 10**6))
def test_the_safe_bound_is_never_above_the_relaxation_at_any_prices(seed: int) -> None:
    case = drawn(seed)
    whole, dice = compiled(case), np.random.default_rng(seed)
    taking = [i for i, (name, _) in enumerate(whole.columns) if name in ("output", "ship")]
    rows = dice.integers(0, 3, len(taking))
    takes = sparse.csr_array((dice.choice([-1.0, 1.0], len(taking)), (rows, taking)), shape=(3, len(whole.columns)))
    part, prices = Part(whole, takes, dice.normal(size=3)), on_grid(dice.uniform(0, 9, 3))
    found = solve(relaxed(part.priced(prices)))
    assert found.duals is not None

    bound = part.safe_bound(prices, found.duals)

    room = 1e-6 * max(1.0, abs(found.objective))
    assert bound is not None
    assert found.objective - 1e-3 * max(1.0, abs(found.objective)) <= float(bound) <= found.objective + room


def test_what_may_be_negative_cannot_be_shared() -> None:
    part = replace(_part(), program=replace(_part().program, lower=np.array([-1.0, 0.0])))

    with pytest.raises(ValueError, match="never negative"):
        part.safe_bound(np.zeros(1), np.zeros(1))


def test_the_whole_is_the_parts_less_what_the_limits_are_worth() -> None:
    """1/3 + 2 − ½ · 3: the float is not above it. One part that proves nothing: nothing is proven."""
    bounds = [Fraction(1, 3), Fraction(2)]

    found = whole_bound(bounds, np.array([0.5]), np.array([3.0]))

    assert Fraction(found) <= Fraction(5, 6) and found == pytest.approx(5 / 6)
    assert whole_bound([*bounds, None], np.array([0.5]), np.array([3.0])) == -np.inf


def _master() -> Master:
    """Return two parts: the first may take 1 for −10, the second 1 for −4, both nothing for 0; there are 1.5."""
    master = Master(2, np.array([1.5]))
    for part, cost, use in ((0, 0.0, 0.0), (0, -10.0, 1.0), (1, 0.0, 0.0), (1, -4.0, 1.0)):
        master.add(Answer(part, cost, np.array([use])))
    return master


def test_the_mix_keeps_to_what_is_shared_and_its_dual_is_the_price() -> None:
    """The first takes 1, the second ½: −10 − 2 = −12; half a unit more would bring 2: price 4."""
    mix = _master().mix(np.zeros(1), np.full(1, np.inf))

    assert mix.value == pytest.approx(-12.0)
    assert mix.prices == pytest.approx([4.0])
    assert mix.use == pytest.approx(np.array([[1.0], [0.5]]))
    assert mix.exceeded == pytest.approx(0.0)


def test_walls_hold_the_prices_and_let_the_mix_exceed() -> None:
    """Price at most 3: the second takes 1 too, half a unit over at 3: −14 + 1.5 = −12.5.

    At least 6: it takes nothing, and the half that is left is sold at 6: −10 − 3 = −13.
    """
    low, high = (_master().mix(np.array([a]), np.array([b])) for a, b in ((0.0, 3.0), (6.0, 9.0)))

    assert (low.value, low.exceeded) == (pytest.approx(-12.5), pytest.approx(1.5))
    assert low.prices == pytest.approx([3.0]) and low.use.sum() == pytest.approx(2.0)
    assert high.value == pytest.approx(-13.0)
    assert high.prices == pytest.approx([6.0]) and high.use.sum() == pytest.approx(1.0)


def test_a_master_that_learns_goes_on_from_where_it_stood() -> None:
    """A new answer of the second, −5 for ½: then −10 − 5 = −15 with nothing left over."""
    master = _master()
    master.mix(np.zeros(1), np.full(1, np.inf))
    master.add(Answer(1, -5.0, np.array([0.5])))

    assert master.mix(np.zeros(1), np.full(1, np.inf)).value == pytest.approx(-15.0)
