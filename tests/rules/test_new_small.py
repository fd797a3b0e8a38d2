"""New small mines are strictly controlled; here medium begins at 50."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tiny import (
    ALL_MET,
    block,
    by_hand,
    capacities,
    case,
    findings,
    indicator,
    least_missed,
    mine,
    outputs,
    refused,
    sentences,
    solved,
    verdicts,
)

NONE = {"new_small": {"all": indicator(0, unit="mines")}}
SMALL, MEDIUM = block("N", operating_cost=1), block("M", 60, operating_cost=3)


def test_a_medium_mine_instead_of_a_new_small_one() -> None:
    """Demand 10: N (new, small) at 1 CNY/t is out, M (new, medium) at 3 serves: 30.

    Against an existing small mine at 2 CNY/t: 20, because only new ones are meant.
    """
    assert solved(case([SMALL, MEDIUM], 10)).certificate.objective == pytest.approx(10)
    assert solved(case([SMALL, MEDIUM], 10, rules=NONE)).certificate.objective == pytest.approx(30)
    plan = solved(case([SMALL, MEDIUM, mine("E", operating_cost=2)], 10, rules=NONE))
    assert outputs(plan) == {("E", 2021): 10}


def test_licensed_larger_it_is_no_longer_small() -> None:
    """The block of 10 can be licensed at 60 for 4 a year more: 10 + 4 = 14, under the 30 of M.

    A rule that looks at the first option only would have it out: 30.
    """
    blocks = [block("N", expanded=60, expansion_capital=4, operating_cost=1), MEDIUM]

    assert solved(case(blocks, 10, rules=NONE)).certificate.objective == pytest.approx(14)


def test_expected_at_a_price_per_mine_and_year() -> None:
    """At 5 per new small mine and year N costs 2 × (10 + 5) = 30 in two years, under the 60 of M."""
    plan = solved(case([SMALL, MEDIUM], 10, years=(2021, 2022), rules={
        "new_small": {"all": indicator(0, "expected", unit="mines", penalty=5)}}))

    assert plan.certificate.objective == pytest.approx(30)
    assert [(f.value, f.holds) for f in plan.findings] == [(1, False), (1, False)]


def test_steps_count_the_mines_at_work_and_not_only_those_that_start() -> None:
    """One new small mine until 2021, none from 2022 on. Demand 10: N (small) 1 CNY/t, M (medium) 3.

    N may work in 2021 and has to leave: 10 + 30 = 40. Counted in the year of the licence only, N would stay: 20;
    a limit read as 0 from the start gives 60.
    """
    plan = solved(case([SMALL, MEDIUM], 10, years=(2021, 2022), rules={
        "new_small": {"all": indicator({2021: 1, 2022: 0}, unit="mines")}}))

    assert plan.certificate.objective == pytest.approx(40)
    assert capacities(plan)["N", 2021] == 10 and ("N", 2022) not in capacities(plan)
    assert [f.limit for f in plan.findings] == [1, 0]


def test_check_and_words() -> None:
    given = case([SMALL, MEDIUM, mine("E"), block("G", status="merged", parents=("E",))], 10, rules=NONE)
    bad = by_hand({("N", 2021): 10, ("M", 2021): 60})

    assert verdicts("new_small", given, bad) == [(1, False)]
    assert [f.margin for f in findings("new_small", given, bad)] == [Fraction(-1)]
    assert verdicts("new_small", given, by_hand({("M", 2021): 60, ("E", 2021): 10})) == [(0, True)]
    assert verdicts("new_small", given, by_hand({("G", 2021): 10})) == [(0, True)]
    assert sentences("new_small", given, bad) == (
        "2021: 1 new small mines are more than 0 (test)", "2021年：新设小型矿山 1 个，超过 0 个（test）")


def test_relaxed_it_says_how_many_too_many() -> None:
    """20 in full from two new small mines: two too many."""
    given = case([SMALL, block("O")], 20, rules={**NONE, "supply_guarantee": ALL_MET})

    assert refused(given)
    assert least_missed(given, "new_small") == {("all", 2021, ""): 2}
