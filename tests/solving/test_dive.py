"""Dives: many decisions at a time where that costs little, the life of a mine in one piece, never beyond a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mineralplan.solving.dive import Dive, Point, _nearest, _places, undecided
from mineralplan.solving.highs import Settings, solve
from mineralplan.solving.program import Program
from tiny import compiled, drawn, fits, program, relaxed

INF = float("inf")


def _dive(whole: Program, settings: Settings | None = None) -> Dive:
    loose = solve(relaxed(whole))
    assert loose.x is not None and loose.basis is not None
    top = Point(loose.x, loose.objective, (whole.lower, whole.upper))
    return Dive(whole, top, loose.basis, settings or Settings())


@pytest.mark.parametrize("seed", range(40, 50))
def test_a_dive_ends_at_a_plan_and_a_second_one_at_a_better_or_none(seed: int) -> None:
    """It keeps every row and its integers are whole; optimum ≤ second ≤ first."""
    whole = compiled(drawn(seed))
    dive = _dive(whole)
    first, best = dive.first(), solve(whole, Settings(gap=0.0)).objective

    assert first is not None and fits(whole, first.x)
    assert not undecided(whole, first.x).any()
    assert best - 1e-6 <= first.objective == pytest.approx(whole.objective(first.x))
    second = dive.again(first)
    assert second is None or (fits(whole, second.x) and best - 1e-6 <= second.objective <= first.objective)


def test_a_share_of_the_nearest_is_settled_and_all_that_are_as_near() -> None:
    """Of 0.1, 0.3, 0.3, 0.4 a half would be 0.1 and one of the two at 0.3; torn apart they would be two lives."""
    x, every = np.array([0.1, 0.3, 0.3, 0.4]), np.ones(4, dtype=bool)

    assert _nearest(every, x, np.rint(x), 0.5).tolist() == [True, True, True, False]
    assert _nearest(every, x, np.rint(x), 0.0).tolist() == [True, False, False, False]


def test_the_other_way_is_taken_where_the_nearest_costs_more() -> None:
    """Whole x at 10 with 5x + s ≥ 2, a shortage s at 100: the relaxation takes 0.4 of x for 4.

    Nearest is 0, and a shortage of 2 for 200; one mine costs 10.
    """
    short = replace(program([10, 100], [([5, 1], 2, INF)], upper=2), integer=np.array([True, False]))
    found = _dive(short).first()

    assert found is not None and (found.objective, found.x.tolist()) == (10, [1, 0])


def test_places_are_tied_by_short_inequalities_only() -> None:
    """Two years of one mine (a ≤ b) share a place; a demand that both mines serve is an equality and ties nothing."""
    two = program([1, 1, 1], [([1, -1, 0], -INF, 0), ([1, 1, 1], 2, 2)])
    place = _places(two)

    assert place[0] == place[1] != place[2]


def test_a_dive_without_time_ends_at_nothing() -> None:
    """Half of x is not whole, and no time is left for a step."""
    half = program([3, 4], [([2, 2], 1, INF)])

    assert _dive(half, Settings(time_limit_s=0.0)).first() is None


@pytest.mark.parametrize(("price", "found"), [(9.9, 9.9), (10 - 1e-6, None)])
def test_a_second_dive_wins_more_than_rounding_or_nothing(price: float, found: float | None) -> None:
    """Whole x at 10 or y a little cheaper, one is needed; the plan has x: y is worth 1 % but not a ten-millionth.

    With "better" alone dives could go on from rounding to rounding until time is up.
    """
    either = program([10, price], [([1, 1], 1, INF)])
    plan = Point(np.array([1.0, 0.0]), 10.0, (either.lower, either.upper))
    second = _dive(either).again(plan)

    assert (second and second.objective) == found
