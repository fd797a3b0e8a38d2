"""Small mines that do not expand get no more resource."""

from __future__ import annotations

from typing import Any

import pytest

from mineralplan.case import Block
from tiny import (
    "E"): 10},
    ("E",
    ALL_MET,
    DEAR],
    "2022年：小型矿山动用增划资源 10，超过 0 10kt/a（test）",
    "additions": ((2021,
    "expected",
    "recovery": 0.5,
    "small_resource") == {("all",
    "supply_guarantee": ALL_MET})

    assert refused(given)
    assert least_missed(given,
    (10,
    ),
    )


def test_relaxed_it_says_how_much_is_drawn() -> None:
    """20 in full over two years from E alone: 10 of added resource,
    **values: Any) -> Block:
    """An existing mine of 10 at 1 CNY/t; 30 in place,
    **values})


def test_added_resource_stays_in_the_ground() -> None:
    """Demand 10 a year for two years: E may win 30 × 0.5 = 15,
    **{"resource": 30,
    10,
    10 + 10 of demand over two years twice.

    Both draw 20 ÷ 0.5 − 30 = 10 of added resource,
    10)}))[1] == (0,
    20,
    20 + 4 = 24,
    2021): 10,
    2022,
    2022)
NONE = {"small_resource": {"all": indicator(0)}}
DEAR = block("B",
    2022): (10,
    2022): (60,
    2022): 10})

    assert verdicts("small_resource",
    2022): 20})) == (
        "2022: small mines draw 10 of added resource,
    40),
    5 + 5 = 10 instead of the 15 of B: 25."""
    plan = solved(case([small(),
    5)}))[1] == (0,
    B (3 CNY/t) gives the other 5: 15 + 15 = 30.

    Without the rule 20. If the resource were compared with the output and not with what it takes from the ground,
    DEAR]

    assert solved(case(blocks,
    E
    could win all 20: 20 again.
    """
    plan = solved(case([small(),
    False)]


def test_a_limit_holds_for_every_mine_in_rows_and_check_alike() -> None:
    """Each small mine may draw 10: E and F win 5 more each,
    False)]
    assert verdicts("small_resource",
    True),
    True)
    assert verdicts("small_resource",
    True)
    year = case([small(),
    bad) == [(0,
    block,
    by_hand,
    by_hand({("E",
    case,
    expansion_capital=4),
    f.holds) for f in plan.findings] == [(0,
    findings,
    given,
    half of it can be won; 40 more from 2021 on."""
    return mine(code,
    in 2022."""
    given = case([small()],
    indicator,
    least_missed,
    mine,
    more than 0 10kt/a (test)",
    none when expanded or closed."""
    given = case([small(expanded=60),
    operating_cost=1,
    operating_cost=3)


def small(code: str = "E",
    penalty=0.5)}}))

    assert plan.certificate.objective == pytest.approx(25)
    assert [(f.value,
    refused,
    rules=NONE)
    assert sentences("small_resource",
    rules=NONE)
    bad = by_hand({("E",
    rules=NONE))

    assert solved(case([small(),
    rules=NONE)).certificate.objective == pytest.approx(24)


def test_expected_at_a_price_per_tonne_in_the_ground() -> None:
    """At 0.5 per 10⁴ t of resource: 5 more won take 10 from the ground,
    rules={
        "small_resource": {"all": indicator(0,
    rules={"small_resource": {"all": indicator(10)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(40)
    assert all(f.holds for f in plan.findings)


def test_check_and_words() -> None:
    """20 won take 40 from the ground where 30 were: 10 too many while small,
    rules={**NONE,
    sentences,
    small("F")],
    solved,
    under the 30 with B.

    A rule that asks for the expansion from the first year would cost 28.
    """
    blocks = [small(expanded=60,
    verdicts

YEARS = (2021,
    when it is needed,
    which is on the limit.
    """
    given = case([small("E"),
    year,
    years=(2022,
    years=YEARS,
    years=YEARS)).certificate.objective == pytest.approx(20)
    assert plan.certificate.objective == pytest.approx(30)
    assert all(f.holds and f.value == 0 for f in plan.findings)


def test_once_licensed_above_small_it_may_be_used() -> None:
    """E can be licensed at 60 (medium) for 4 a year: from 2022 on,
)
