"""New mining rights of a year are limited."""

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
    refused,
    sentences,
    solved,
    verdicts,
)

ONE = {"new_licences": {"all": indicator(1, unit="mines/a")}}


def test_one_a_year() -> None:
    """Demand 20 from two blocks of 10 at 1 CNY/t: 10 and 1000 short in 2021, 20 in 2022: 1030.

    A limit on the new mines at work would keep 10 short in 2022 too: 2020.
    """
    plan = solved(case([block("A", operating_cost=1), block("B", operating_cost=1)], 20, years=(2021, 2022),
                       rules=ONE))

    assert plan.certificate.objective == pytest.approx(1030)
    assert [f.value for f in plan.findings] == [1, 1]


def test_steps_are_not_carried_over() -> None:
    """None in 2021, two in 2022: both start in 2022, 2000 + 20. What was not used in 2021 is not there in 2023."""
    blocks = [block("A", operating_cost=1), block("B", operating_cost=1), block("C", 5, operating_cost=1)]
    rules = {"new_licences": {"all": indicator({2021: 0, 2022: 2, 2023: 0}, unit="mines/a")}}

    plan = solved(case(blocks, 25, years=(2021, 2022, 2023), rules=rules))

    assert plan.certificate.objective == pytest.approx(2500 + (20 + 500) * 2)
    assert [f.value for f in plan.findings] == [0, 2, 0]


def test_a_merger_is_no_new_licence() -> None:
    """No new licences; demand 20; M (20) replaces the mine P (10), both at 1 CNY/t: 20.

    Counted as new, M could not start, and 10 would stay short: 1010.
    """
    plan = solved(case([mine("P", operating_cost=1), block("M", 20, status="merged", parents=("P",),
                                                           operating_cost=1)], 20,
                       rules={"new_licences": {"all": indicator(0, unit="mines/a")}}))

    assert plan.certificate.objective == pytest.approx(20)
    assert capacities(plan) == {("M", 2021): 20}


def test_expected_at_a_price_per_licence() -> None:
    """Two licences in 2021 where one is expected, at 50: 20 + 20 + 50 = 90, under the 1030 of waiting."""
    plan = solved(case([block("A", operating_cost=1), block("B", operating_cost=1)], 20, years=(2021, 2022), rules={
        "new_licences": {"all": indicator(1, "expected", unit="mines/a", penalty=50)}}))

    assert plan.certificate.objective == pytest.approx(90)
    assert [(f.value, f.holds) for f in plan.findings] == [(2, False), (0, True)]


def test_check_and_words() -> None:
    """What counts is the first year of work, not work itself."""
    given = case([mine("E"), block("A"), block("B")], 20, years=(2021, 2022), rules=ONE)
    good = by_hand({("E", 2021): 10, ("A", 2021): 10, ("A", 2022): 10, ("B", 2022): 10})
    bad = by_hand({("A", 2021): 10, ("B", 2021): 10, ("A", 2022): 10, ("B", 2022): 10})

    assert verdicts("new_licences", given, good) == [(1, True), (1, True)]
    assert verdicts("new_licences", given, bad) == [(2, False), (0, True)]
    assert [f.margin for f in findings("new_licences", given, bad)] == [Fraction(-1), Fraction(1)]
    assert sentences("new_licences", given, bad) == (
        "2021: 2 new licences are more than 1 (test)", "2021年：新设采矿权 2 个，超过 1 个（test）")
    assert sentences("new_licences", given, good) == (
        "2021: 1 new licences of at most 1 (test)", "2021年：新设采矿权 1 个，不超过 1 个（test）")


def test_relaxed_it_says_how_many_too_many() -> None:
    """30 in full at once from three blocks of 10, one licence: two too many."""
    given = case([block("A"), block("B"), block("C")], 30, rules={**ONE, "supply_guarantee": ALL_MET})

    assert refused(given)
    assert least_missed(given, "new_licences") == {("all", 2021, ""): 2}
