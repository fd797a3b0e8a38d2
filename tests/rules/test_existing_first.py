"""Existing mines before new ones: a new licence has to be worth its price."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tiny import (
    ALL_MET,
    block,
    by_hand,
    case,
    costs,
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

BLOCKS = [mine("E", operating_cost=3), block("N", operating_cost=1)]


@pytest.mark.parametrize(("penalty", "cost", "worked"), [(0, 10, "N"), (15, 25, "N"), (25, 30, "E")])
def test_a_new_licence_has_to_save_more_than_its_price(penalty: float, cost: float, worked: str) -> None:
    """Demand 10 from E (existing, 3 CNY/t: 30) or N (new, 1 CNY/t: 10).

    At 15 a licence N costs 25 and is worth it; at 25 it costs 35 and is not.
    """
    plan = solved(case(BLOCKS, 10, rules={
        "existing_first": {"all": indicator(0, "expected", unit="mines", penalty=penalty)}}))

    assert plan.certificate.objective == pytest.approx(cost)
    assert outputs(plan) == {(worked, 2021): 10}


def test_the_price_is_paid_once_per_licence() -> None:
    """Two years at 25: N costs 20 + 25 = 45, E 60. Paid in every year of work N would cost 70 and E be kept."""
    plan = solved(case(BLOCKS, 10, years=(2021, 2022), rules={
        "existing_first": {"all": indicator(0, "expected", unit="mines", penalty=25)}}))

    assert plan.certificate.objective == pytest.approx(45)
    assert costs(plan) == {"mining": 20, "penalties": 25}


def test_a_scenario_may_make_it_bind() -> None:
    """No new licence at all: E at 30."""
    plan = solved(case(BLOCKS, 10, rules={"existing_first": {"all": indicator(0, unit="mines")}}))

    assert plan.certificate.objective == pytest.approx(30)


def test_check_and_words() -> None:
    given = case(BLOCKS, 10, years=(2021, 2022), rules={"existing_first": {"all": indicator(0, "expected")}})
    late = by_hand({("E", 2021): 10, ("N", 2022): 10})
    early = by_hand({("N", 2021): 10, ("N", 2022): 10})

    assert verdicts("existing_first", given, late) == [(0, True), (1, False)]
    assert verdicts("existing_first", given, early) == [(1, False), (0, True)]
    assert [f.margin for f in findings("existing_first", given, early)] == [Fraction(-1), Fraction(0)]
    assert sentences("existing_first", given, early) == (
        "2021: 1 new licences where existing mines go first (test)", "2021年：新设采矿权 1 个，存量优先（test）")
    assert sentences("existing_first", given, late) == (
        "2021: no new licence beyond 0 (test)", "2021年：新设采矿权未超过 0 个（test）")


def test_relaxed_it_says_how_many_licences_are_needed() -> None:
    """20 in full from E (10) and N (10): one licence."""
    given = case(BLOCKS, 20, rules={
        "supply_guarantee": ALL_MET, "existing_first": {"all": indicator(0, unit="mines")}})

    assert refused(given)
    assert least_missed(given, "existing_first") == {("all", 2021, ""): 1}
