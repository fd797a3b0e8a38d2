"""The first plan: a plan, with a bound that holds, not shut in by a rule that the relaxation filled up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mineralplan.case import Block, Case
from mineralplan.inputs.plan import Area
from mineralplan.solving import search
from mineralplan.solving.compile import Program
from mineralplan.solving.highs import Outcome, Settings, solve
from mineralplan.solving.start import _settled, _within, first_plan
from tiny import block, case, compiled, drawn, fits, indicator, program, relaxed

EXACT = Settings(gap=0.0)


@pytest.mark.parametrize("seed", range(40, 46))
def test_the_first_plan_is_a_plan_with_the_bound_of_the_relaxation(seed: int) -> None:
    """It keeps every row; relaxation = its bound ≤ optimum ≤ its cost.

    The bound of the neighbourhood would be its own optimum: with it the first plan would pass for the best.
    """
    whole = compiled(drawn(seed))
    first, loose, best = first_plan(whole, EXACT), solve(relaxed(whole)), solve(whole, EXACT)

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


def _free(given: Case) -> set[str]:
    """Return the blocks that the first search is left with."""
    whole = compiled(given)
    point = solve(relaxed(whole)).x
    assert point is not None
    settled = _settled(whole, point)
    return {index[0] for (name, index), kept in zip(whole.columns, settled, strict=True)
            if name == "at_least" and not kept}


def test_blocks_tied_by_a_tight_area_limit_are_left_free() -> None:
    """The relaxation works A and B whole and a third of E: 10 + 10 + 5 fill the 25 to the last tonne.

    Whole mines: A and E (or B and E) fill it too and cost 10 + 30 + 5 × 100 = 540. Kept as they are, A and B leave
    no room for E: 20 + 10 × 100 = 1020.
    """
    given = _quarry()
    whole = compiled(given)

    assert solve(relaxed(whole)).objective == pytest.approx(10 + 10 + 10 + 500)
    assert _free(given) == {"A", "B", "E"}
    assert first_plan(whole, EXACT).objective == pytest.approx(540)
    assert solve(whole, EXACT).objective == pytest.approx(540)


def test_a_block_outside_the_area_stays_as_the_relaxation_has_it() -> None:
    """D lies outside, costs more than the demand is worth and is nowhere used: it stays closed, the others are free."""
    assert _free(_quarry(block("D", 5, operating_cost=200, capital=10))) == {"A", "B", "E"}


def test_an_area_limit_that_is_not_tight_frees_nobody() -> None:
    """With room for 100 the relaxation works A, B and two thirds of E, or all of it: A and B stay."""
    assert not _free(_quarry(limit=100)) & {"A", "B"}


def test_no_first_plan_where_even_the_relaxation_has_none() -> None:
    """No mine and no shortage allowed: the outcome says so and holds no point."""
    rules = {"mine_count": {"all": indicator(0, unit="mines")},
             "supply_guarantee": {"works": indicator(1.0, unit="share")}}
    first = first_plan(compiled(case([block("A")], 10, rules=rules)), EXACT)

    assert (first.status, first.x) == ("infeasible", None)


def test_the_first_search_is_shown_to_the_watcher_and_keeps_half_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 10 s of which 2 are used it gets 4, and never less than 1; 0.7 of the gap; without a limit none."""
    assert _within(Settings(gap=0.01, time_limit_s=10), 2.0).time_limit_s == 4
    assert _within(Settings(gap=0.01, time_limit_s=1), 2.0).time_limit_s == 1
    free = _within(Settings(gap=0.01), 2.0)
    assert (free.gap, free.time_limit_s) == (pytest.approx(0.007), None)

    watchers: list[object] = []

    def spy(given: Program, settings: Settings, *, on_progress: object = None) -> Outcome:
        watchers.append(on_progress)
        return solve(given, settings)

    monkeypatch.setattr("mineralplan.solving.start.solve", spy)
    watch = lambda _: None  # noqa: E731
    first_plan(compiled(_quarry()), EXACT, watch)

    assert watchers == [None, watch]


def test_a_neighbourhood_without_a_plan_costs_nothing_but_its_time() -> None:
    """Whole x at 10 and y at 1 with x + 2y = 1: the relaxation takes y = ½ at 0.5 and keeps x = 0, and y cannot be.

    The first plan has no point and still the bound 0.5; the search goes on without it and finds x = 1 at 10. If its
    answer were believed, the program would be infeasible.
    """
    narrow = program([10, 1], [([1, 2], 1, 1)])
    first = first_plan(narrow, EXACT)

    assert (first.status, first.x, first.bound) == ("infeasible", None, 0.5)
    assert search._settle(narrow, EXACT, None, None).objective == 10


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
    """The search stops before it holds any plan: the first plan, 3 with the bound 1.5, is the answer and not none."""
    nothing = Outcome("no plan", None, float("inf"), float("-inf"), 0.0, "time")
    monkeypatch.setattr(search, "solve", lambda *_, **__: nothing)
    outcome = search._settle(_half(), EXACT, None, None)

    assert (outcome.status, outcome.objective, outcome.bound, outcome.stopped) == ("feasible", 3, 1.5, "time")
    assert outcome.x is not None and fits(_half(), outcome.x)
