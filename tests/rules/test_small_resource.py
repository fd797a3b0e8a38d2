"""Small mines that do not expand get no more resource."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from mineralplan.case import Block
from tiny import (
    ALL_MET,
    block,
    by_hand,
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

YEARS = (2021, 2022)
NONE = {"small_resource": {"all": indicator(0)}}
DEAR = block("B", operating_cost=3)


def small(code: str = "E", **values: Any) -> Block:
    """An existing mine of 10 at 1 CNY/t; 30 in place, half of it can be won; 40 more from 2021 on."""
    return mine(code, operating_cost=1, **{"resource": 30, "recovery": 0.5, "additions": ((2021, 40),), **values})


def test_added_resource_stays_in_the_ground() -> None:
    """Demand 10 a year for two years: E may win 30 × 0.5 = 15, B (3 CNY/t) gives the other 5: 15 + 15 = 30.

    Without the rule 20. If the resource were compared with the output and not with what it takes from the ground, E
    could win all 20: 20 again.
    """
    plan = solved(case([small(), DEAR], 10, years=YEARS, rules=NONE))

    assert solved(case([small(), DEAR], 10, years=YEARS)).certificate.objective == pytest.approx(20)
    assert plan.certificate.objective == pytest.approx(30)
    assert all(f.holds and f.value == 0 for f in plan.findings)


def test_once_licensed_above_small_it_may_be_used() -> None:
    """E can be licensed at 60 (medium) for 4 a year: from 2022 on, when it is needed, 20 + 4 = 24, under the 30 with B.

    A rule that asks for the expansion from the first year would cost 28.
    """
    blocks = [small(expanded=60, expansion_capital=4), DEAR]

    assert solved(case(blocks, 10, years=YEARS, rules=NONE)).certificate.objective == pytest.approx(24)


def test_expected_at_a_price_per_tonne_in_the_ground() -> None:
    """At 0.5 per 10⁴ t of resource: 5 more won take 10 from the ground, 5 + 5 = 10 instead of the 15 of B: 25."""
    plan = solved(case([small(), DEAR], 10, years=YEARS, rules={
        "small_resource": {"all": indicator(0, "expected", penalty=0.5)}}))

    assert plan.certificate.objective == pytest.approx(25)
    assert [(f.value, f.holds) for f in plan.findings] == [(0, True), (10, False)]


def test_a_limit_holds_for_every_mine_in_rows_and_check_alike() -> None:
    """Each small mine may draw 10: E and F win 5 more each, 10 + 10 of demand over two years twice.

    Both draw 20 ÷ 0.5 − 30 = 10 of added resource, which is on the limit.
    """
    given = case([small("E"), small("F")], 20, years=YEARS, rules={"small_resource": {"all": indicator(10)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(40)
    assert all(f.holds for f in plan.findings)


def test_check_and_words() -> None:
    """20 won take 40 from the ground where 30 were: 10 too many while small, none when expanded or closed."""
    given = case([small(expanded=60), DEAR], 10, years=YEARS, rules=NONE)
    bad = by_hand({("E", 2021): 10, ("E", 2022): 10})

    assert verdicts("small_resource", given, bad) == [(0, True), (10, False)]
    assert [f.margin for f in findings("small_resource", given, bad)] == [Fraction(0), Fraction(-10)]
    assert verdicts("small_resource", given, by_hand({("E", 2021): 10, ("E", 2022): (10, 5)}))[1] == (0, True)
    assert verdicts("small_resource", given, by_hand({("E", 2021): 10, ("E", 2022): (60, 10)}))[1] == (0, True)
    year = case([small(), DEAR], 10, years=(2022,), rules=NONE)
    assert sentences("small_resource", year, by_hand({("E", 2022): 20})) == (
        "2022: small mines draw 10 of added resource, more than 0 10kt/a (test)",
        "2022年：小型矿山动用增划资源 10，超过 0 10kt/a（test）",
    )
    assert sentences("small_resource", year, by_hand({("E", 2022): 10})) == (
        "2022: small mines draw 0 of added resource, at most 0 10kt/a (test)",
        "2022年：小型矿山动用增划资源 0，不超过 0 10kt/a（test）",
    )


def test_relaxed_it_says_how_much_is_drawn() -> None:
    """20 in full over two years from E alone: 10 of added resource, in 2022."""
    given = case([small()], 10, years=YEARS, rules={**NONE, "supply_guarantee": ALL_MET})

    assert refused(given)
    assert least_missed(given, "small_resource") == {("all", 2022, "E"): 10}
