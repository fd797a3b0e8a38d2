"""Restricted and prohibited minerals."""

from __future__ import annotations

import pytest

from mineralplan.case import Block
from tiny import (
    ALL_MET,
    TWO_MINERALS,
    block,
    by_hand,
    case,
    indicator,
    least_missed,
    mine,
    of_each,
    refused,
    sentences,
    solved,
    verdicts,
)


def district() -> list[Block]:
    """An existing mine at 1 CNY/t, two new blocks at 2 CNY/t, 10 each."""
    return [mine("E", operating_cost=1), block("N1", operating_cost=2), block("N2", operating_cost=2)]


def test_restricted_limits_new_mines_only() -> None:
    """Demand 30, at most one new mine: 10 × 1 + 10 × 2 + 10 short at 100 = 1030.

    Without the rule 50. Counting the existing mine too would leave 20 short: 10 + 2000 = 2010.
    """
    given = case(district(), 30, rules={
        "mineral_control": {"stone": indicator(1, unit="new_mines", control="restricted")}})

    plan = solved(given)

    assert solved(case(district(), 30)).certificate.objective == pytest.approx(50)
    assert plan.certificate.objective == pytest.approx(1030)
    assert verdicts("mineral_control", given, plan.allocation) == [(1, True)]


def test_other_minerals_are_free() -> None:
    """One new stone mine as before, 1030, and a new clay mine beside it, 10 × 1: 1040.

    Counting the clay mine would leave the clay short: 1030 + 1000.
    """
    given = case([*district(), block("D", mineral="clay", operating_cost=1)], of_each(30, 10), **TWO_MINERALS, rules={
        "mineral_control": {"stone": indicator(1, unit="new_mines", control="restricted")}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(1040)
    assert verdicts("mineral_control", given, plan.allocation) == [(1, True)]


def test_prohibited_from_a_year_on_closes_existing_mines_too() -> None:
    """All works in 2021 (50); from 2022 nothing may: 3000. Sparing the existing mine would give 50 + 2010."""
    plan = solved(case(district(), 30, years=(2021, 2022), rules={
        "mineral_control": {"stone": indicator({2022: 0}, unit="mines", control="prohibited")}}))

    assert plan.certificate.objective == pytest.approx(3050)


def test_expected_at_a_price_per_mine_and_year() -> None:
    """Prohibited, expected at 200 per mine: three mines cost 50 + 600, under the 3000 of none."""
    given = case(district(), 30, rules={
        "mineral_control": {"stone": indicator(0, "expected", unit="mines", control="prohibited", penalty=200)}})

    assert solved(given).certificate.objective == pytest.approx(650)


def test_check_and_words() -> None:
    restricted = case(district(), 30, rules={
        "mineral_control": {"stone": indicator(1, unit="new_mines", control="restricted")}})
    prohibited = case(district(), 30, rules={
        "mineral_control": {"stone": indicator(0, unit="mines", control="prohibited")}})
    one, two = by_hand({("E", 2021): 10, ("N1", 2021): 10}), by_hand({("N1", 2021): 10, ("N2", 2021): 10})

    assert verdicts("mineral_control", restricted, one) == [(1, True)]
    assert verdicts("mineral_control", restricted, two) == [(2, False)]
    assert verdicts("mineral_control", prohibited, one) == [(2, False)]
    assert sentences("mineral_control", restricted, two) == (
        "stone in 2021: 2 mines are more than the 1 allowed (test)",
        "2021年stone：矿山 2 个，超过允许的 1 个（test）",
    )


def test_relaxed_it_says_how_many_mines_too_many() -> None:
    """20 in full under a prohibition: two mines too many."""
    given = case(district(), 20, rules={"supply_guarantee": ALL_MET, "mineral_control": {
        "stone": indicator(0, unit="mines", control="prohibited")}})

    assert refused(given)
    assert least_missed(given, "mineral_control") == {("stone", 2021, ""): 2}
