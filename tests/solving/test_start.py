"""The first plan: a plan, with a bound that holds, and none where the relaxation leads astray."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mineralplan.case import Block, Case
from mineralplan.inputs.plan import Area
from mineralplan.solving import search, start
from mineralplan.solving.highs import Outcome, Progress, Settings, solve
from mineralplan.solving.program import Program
from mineralplan.solving.relaxed import Relaxation
from mineralplan.solving.safe_bound import safe_bound
from mineralplan.solving.start import _enough, first_plan
from mineralplan.solving.start import _half as _half_of
from tiny import block, case, compiled, drawn, fits, indicator, program, relaxed

EXACT = Settings(gap=0.0)


@pytest.mark.parametrize("seed", range(40, 46))
def test_the_first_plan_is_a_plan_with_the_bound_of_the_relaxation(seed: int) -> None:
    """It keeps every row; relaxation = its bound ≤ optimum ≤ its cost.

    The bound of the neighbourhood would be its own optimum: with it the first plan would pass for the best.
    """
    whole = compiled(drawn(seed))
    first, loose, best = first_plan(whole, EXACT).outcome, solve(relaxed(whole)), solve(whole, EXACT)

    assert first.x is not None and fits(whole, first.x)
    assert first.objective == pytest.approx(whole.objective(first.x))
    assert first.bound == pytest.approx(loose.objective)
    assert first.bound <= best.objective + 1e-6
    assert best.objective <= first.objective + 1e-6


def _quarry(*others: Block, limit: float = 25) -> Case:
    """A and B (10 each, 1 CNY/t) and E (15, 2 CNY/t) in an area limited to 25; demand 30 at 100 CNY/t."""
    inside = [block("A", 10, operating_cost=1, area="quarry"), block("B", 10, operating_cost=1, area="quarry"),
              block("E", 15, operating_cost=2, area="quarry")]
    areas = {"quarry": Area(zh="quarry", en="quarry", area_km2=1, mineral="stone", clause="test")}
    return case([*inside, *others], 30, areas=areas, rules={"area_capacity": {"quarry": indicator(limit)}})


def test_a_dive_backs_off_where_what_is_whole_costs_too_much() -> None:
    """The relaxation works A and B whole and a third of E: 10 + 10 + 5 fill the 25 to the last tonne, for 530.

    Whole mines: A and E (or B and E) fill it too and cost 10 + 30 + 5 × 100 = 540. Kept as they are, A and B leave
    no room for E: 20 + 10 × 100 = 1020, 92 % above the relaxation. So they are not kept, and E is tried both ways.
    """
    first = first_plan(compiled(_quarry()), EXACT).outcome

    assert first.x is not None
    assert (first.objective, first.bound) == (pytest.approx(540), pytest.approx(530))


def test_near_a_plan_only_what_is_apart_is_searched() -> None:
    """Whole x, y, z at 5, 4, 3 with x + y ≥ 1 and z ≥ 1; a plan has x and z, the relaxation y at 0.9 and z.

    x and y are apart, z is not: with y for x the plan costs 7 and not 8. Where nothing is apart the plan stays.
    """
    three = program([5, 4, 3], [([1, 1, 0], 1, np.inf), ([0, 0, 1], 1, np.inf)])
    plan = Outcome("feasible", np.array([1.0, 0.0, 1.0]), 8.0, 6.6, 0.0)
    near = start._around(plan, replace(plan, x=np.array([0.1, 0.9, 1.0])), three, EXACT, None)

    assert near.x is not None and near.x.tolist() == [0, 1, 1]
    assert (near.objective, near.bound) == (7, 6.6)
    assert start._around(plan, plan, three, EXACT, None).objective == 8


@pytest.mark.parametrize(("wanted", "left_at"), [(0.1, 0.0225), (0.17, 0.002), (0.001, 0.0522)])
def test_near_a_plan_the_search_ends_where_little_can_be_won(
    monkeypatch: pytest.MonkeyPatch, wanted: float, left_at: float
) -> None:
    """A plan at 8 over a bound of 6.6 has a gap of 17.5 %: to 10 % miss 7.5, and what is less than 0.3 of that is left.

    To 17 % 0.5 are missing: 0.15 would be closer than 0.2, which is close enough. Without that rule the surroundings of
    a plan that is far off are searched to 0.07 % where 0.1 is wanted, and all in vain.
    """
    asked: list[float] = []

    def spy(given: Program, settings: Settings, **_: Any) -> Outcome:
        asked.append(settings.gap)
        return solve(given, settings)

    monkeypatch.setattr(start, "solve", spy)
    one = program([8], [([1], 1, np.inf)])
    plan = Outcome("feasible", np.array([1.0]), 8.0, 6.6, 0.0)
    start._around(plan, plan, one, Settings(gap=wanted), None)

    assert asked == pytest.approx([left_at])


def test_no_first_plan_where_even_the_relaxation_has_none() -> None:
    """No mine and no shortage allowed: the outcome says so and holds no point."""
    rules = {"mine_count": {"all": indicator(0, unit="mines")},
             "supply_guarantee": {"works": indicator(1.0, unit="share")}}
    first = first_plan(compiled(case([block("A")], 10, rules=rules)), EXACT).outcome

    assert (first.status, first.x) == ("infeasible", None)


def test_the_first_search_is_shown_to_the_watcher_and_keeps_half_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 10 s of which 2 are used it gets 4, and never less than 1; without a limit none."""
    assert _half_of(Settings(gap=0.01, time_limit_s=10), 2.0).time_limit_s == 4
    assert _half_of(Settings(gap=0.01, time_limit_s=1), 2.0).time_limit_s == 1
    assert _half_of(Settings(gap=0.01), 2.0).time_limit_s is None

    watchers: list[Any] = []

    def spy(given: Program, settings: Settings, *, on_progress: Any = None, **_: Any) -> Outcome:
        watchers.append(on_progress)
        return solve(given, settings)

    monkeypatch.setattr("mineralplan.solving.start.solve", spy)
    heard: list[Progress] = []
    quarry = compiled(_quarry())
    first_plan(quarry, EXACT, heard.append)

    assert len(watchers) == 1
    # From the relaxation on there is a bound, before there is any plan.
    assert heard[0] == Progress(np.inf, pytest.approx(solve(relaxed(quarry)).objective), np.inf, heard[0].seconds)
    # What the neighbourhood proves says nothing of the whole: the watcher sees the relaxation's bound.
    heard.clear()
    watchers[-1](Progress(1000.0, 999.0, 0.001, 1.0))
    bound = solve(relaxed(quarry)).objective
    assert heard == [Progress(1000.0, pytest.approx(bound), pytest.approx((1000 - bound) / 1000), 1.0)]


def test_a_plan_is_enough_where_it_is_within_the_gap_of_the_bound() -> None:
    """At a gap of 1 % over a bound of 99, 100: (100 − 99) ÷ 100; 99 × 1.01 would be too strict."""
    assert _enough(99.0, 0.01) == pytest.approx(100)
    assert _enough(-101.0, 0.01) == pytest.approx(-100)
    assert _enough(99.0, 0.0) == 99


def test_rows_that_nothing_needs_are_left_out_and_change_nothing() -> None:
    """A mine that fills a demand of 5 from 10: its shipment is at most 5 × open, and half of it would do without.

    The lean program has what the relaxation needed; with whole mines its optimum is that of the whole.
    """
    for seed in range(40, 46):
        whole = compiled(drawn(seed))
        lean = first_plan(whole, EXACT).lean
        assert len(lean.rows) <= len(whole.rows)
        assert {name for name, _ in set(whole.rows) - set(lean.rows)} <= {"strong_link"}
        assert solve(lean, EXACT).objective == pytest.approx(solve(whole, EXACT).objective)


def test_rows_that_raise_the_relaxation_by_little_are_not_waited_for() -> None:
    """At a share of 1 the second round ends it: a bound below that of all rows at times, never above, and proven.

    With all rows in it whatever the share, nothing would be saved; with the bound of a round that was broken off
    beside the duals of another, the proof would not fit.
    """
    saved = 0
    for seed in range(40, 46):
        whole = compiled(drawn(seed))
        rough, exact = Relaxation(whole, fine=1.0).solve(), Relaxation(whole).solve()
        assert exact.objective == pytest.approx(solve(relaxed(whole)).objective, rel=1e-9)
        assert rough.duals is not None and rough.objective <= exact.objective * (1 + 1e-9)
        assert safe_bound(whole, rough.duals) == pytest.approx(rough.objective, rel=1e-7)
        saved += rough.objective < exact.objective - 0.1
    assert saved == 2


def test_a_dive_takes_back_what_leads_nowhere() -> None:
    """Whole x at 10 and y at 1 with x + 2y = 1: the relaxation takes y = ½ at 0.5 and keeps x = 0, and y cannot be.

    Kept so there is no plan; the dive tries y both ways and finds x = 1 at 10.
    """
    narrow = program([10, 1], [([1, 2], 1, 1)])
    first = first_plan(narrow, EXACT).outcome

    assert (first.objective, first.bound) == (10, 0.5)


def test_where_no_dive_finds_a_plan_the_search_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, if the dive found nothing: no point and still the bound 0.5, and the search on the whole finds 10."""
    monkeypatch.setattr("mineralplan.solving.dive.Dive.first", lambda self: None)
    narrow = program([10, 1], [([1, 2], 1, 1)])
    first = first_plan(narrow, EXACT).outcome

    assert (first.status, first.x, first.bound) == ("no plan", None, 0.5)
    assert search._settle(narrow, EXACT, None, None).objective == 10


def test_ctrl_c_between_two_steps_keeps_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first dive gave 540 (as above) and the next is broken off: 540, and the word."""
    def broken_off(self: object, plan: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mineralplan.solving.dive.Dive.again", broken_off)
    monkeypatch.setattr(start, "AGAIN", 1e9)
    first = first_plan(compiled(_quarry()), Settings(gap=1e-6)).outcome

    assert (first.stopped, first.objective) == ("interrupt", pytest.approx(540))


def _half() -> Program:
    """Return whole x at 3 and y at 4 with 2x + 2y ≥ 1: the relaxation pays 1.5 for half of x, the optimum is 3."""
    return program([3, 4], [([2, 2], 1, float("inf"))])


def test_the_better_of_the_two_bounds_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is cut short at a bound of 0, the relaxation proved 1.5: forgotten, the gap would be 100 %."""

    def cut(given: Program, settings: Settings, **_: object) -> Outcome:
        return replace(solve(given, settings), status="feasible", stopped="time", bound=0.0)

    monkeypatch.setattr(search, "solve", cut)
    outcome = search._settle(_half(), EXACT, None, None)

    assert (outcome.objective, outcome.bound, outcome.stopped) == (3, 1.5, "time")


def test_the_first_plan_stands_where_the_search_has_no_time_to_take_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole x at 3 with 5x ≥ 3: the relaxation pays 1.8 for 0.6 of it, the dive takes all of it for 3.

    The search stops before it holds any plan: the first plan, 3 with the bound 1.8, is the answer and not none.
    """
    nothing = Outcome("no plan", None, float("inf"), float("-inf"), 0.0, "time")
    monkeypatch.setattr(search, "solve", lambda *_, **__: nothing)
    most = program([3], [([5], 3, float("inf"))])
    outcome = search._settle(most, EXACT, None, None)

    assert (outcome.status, outcome.objective, outcome.stopped) == ("feasible", 3, "time")
    assert outcome.bound == pytest.approx(1.8)
    assert outcome.x is not None and fits(most, outcome.x)


def test_a_search_that_loses_the_plan_it_was_given_does_not_lose_it_for_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole x at 3 with 5x ≥ 3, up to 2: one is taken for 3; a search that comes back with two is worse."""
    most = program([3], [([5], 3, float("inf"))], upper=2)
    worse = Outcome("optimal", np.array([2.0]), 6.0, 2.5, 0.0)
    monkeypatch.setattr(search, "solve", lambda *_, **__: worse)
    outcome = search._settle(most, EXACT, None, None)

    assert (outcome.objective, outcome.bound) == (3, 2.5)
    assert outcome.x is not None and outcome.x.tolist() == [1.0]
