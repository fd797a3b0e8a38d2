"""A share of the mines is large or medium; here medium begins at 50 and large at 100."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mineralplan.case import Block
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


def district(medium_fixed: float = 0.0) -> list[Block]:
    """Two small blocks at 1 CNY/t, a medium one at 3 CNY/t."""
    return [block("S1", 30, operating_cost=1), block("S2", 30, operating_cost=1),
            block("M", 60, operating_cost=3, fixed_cost=medium_fixed)]


def test_half_of_the_mines_and_not_of_the_capacity() -> None:
    """Demand 60, half of the mines medium. S1 and S2 alone cost 60, share 0.

    S1 with M: 30 + 30 × 3 = 120, share 1/2. M alone: 180. S1 and S2 with M idle would be one of three. A share of
    the capacity (60 of 120) or a fraction of M would let that pass at 60.
    """
    given = case(district(), 60, rules={"size_share": {"all": indicator(0.5, unit="share")}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(120)
    assert sorted(capacities(plan).values()) == [30, 60]
    assert verdicts("size_share", given, plan.allocation) == [(Fraction(1, 2), True)]


def test_large_and_existing_mines_count_as_well() -> None:
    """Demand 60: a small existing mine of 30 at 1 CNY/t, a large block of 120 at 3 CNY/t; half is asked.

    Both: 30 + 30 × 3 = 120, share 1/2. If only medium mines counted, none could work: 6000 short; if existing mines did
    not, the check would find 1.
    """
    blocks = [mine("E", 30, operating_cost=1), block("L", 120, operating_cost=3)]
    given = case(blocks, 60, rules={"size_share": {"all": indicator(0.5, unit="share")}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(120)
    assert verdicts("size_share", given, plan.allocation) == [(Fraction(1, 2), True)]


def test_ramp() -> None:
    """The share rises straight from 0 in 2020 to 1/2 in 2022; M costs 6 a year even idle.

    2021 asks for 1/4: M idle beside S1 and S2 is 1/3, 60 + 6 = 66. 2022: one of S1, S2 stops, 30 + 90 + 6 = 126.
    Together 192; as a step 2021 would ask for nothing and cost 60, together 186.
    """
    ramp = indicator({2020: 0.0, 2022: 0.5}, unit="share", between="linear")
    given = case(district(0.1), 60, years=(2021, 2022), rules={"size_share": {"all": ramp}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(192)
    assert [f.limit for f in plan.findings] == [Fraction(1, 4), Fraction(1, 2)]
    assert verdicts("size_share", given, plan.allocation) == [(Fraction(1, 3), True), (Fraction(1, 2), True)]


def test_expected_it_is_a_price_per_mine_missing() -> None:
    """S1 and S2 miss 1/2 × 2 − 0 = 1 mine; at 10 that is 60 + 10 = 70, under the 126 of meeting it.

    M idle beside them would miss half a mine: 60 + 6 + 5 = 71.
    """
    given = case(district(0.1), 60, rules={"size_share": {"all": indicator(0.5, "expected", unit="share", penalty=10)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(70)
    assert verdicts("size_share", given, plan.allocation) == [(0, False)]


def test_check_and_words() -> None:
    given = case(district(), 60, rules={"size_share": {"all": indicator(0.5, unit="share")}})
    third = by_hand({("S1", 2021): 30, ("S2", 2021): 30, ("M", 2021): 60})

    assert verdicts("size_share", given, third) == [(Fraction(1, 3), False)]
    assert findings("size_share", given, third)[0].margin == Fraction(-1, 6)
    assert verdicts("size_share", given, by_hand({})) == [(None, True)]
    assert sentences("size_share", given, third) == (
        "2021: share of large and medium mines 0.3333 is under 0.5 (test)",
        "2021年：大中型矿山比例 0.3333，低于 0.5（test）",
    )


def test_relaxed_it_says_how_many_mines_are_missing() -> None:
    """60 in full from two small mines, half to be medium: 1/2 × 2 − 0 = 1 missing."""
    given = case(district()[:2], 60, rules={
        "supply_guarantee": ALL_MET, "size_share": {"all": indicator(0.5, unit="share")}})

    assert refused(given)
    assert least_missed(given, "size_share") == {("all", 2021, ""): 1}
