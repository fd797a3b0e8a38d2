"""A share of the mines of a class is green; an upgrade costs 2 CNY per t/a of capacity, paid back in one year."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from mineralplan.case import Case
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Indicator
from mineralplan.planning import Plan
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
    sentences,
    solved,
    supply,
    verdicts,
)

GREY = [mine("E1", green=False, operating_cost=1), mine("E2", 12, green=False, operating_cost=1)]


def small(limit: Indicator, **values: Any) -> Case:
    rules = {"green_share": {"small": limit}, **values.pop("more", {})}
    return case(values.pop("blocks", GREY), values.pop("demand", 22), rules=rules,
                economics=Economics(green_upgrade=2), **values)


def test_the_cheaper_half_is_upgraded() -> None:
    """Demand 22 from E1 (10) and E2 (12), both grey, at 1 CNY/t; half of them green.

    E1: 22 + 20 = 42; E2: 22 + 24 = 46; both 66. Closing E2 and upgrading E1 leaves 12 short. A rule that never asks
    for the upgrade, or takes half an upgrade of each for one, costs less than 42 or the same: so the check counts too.
    """
    plan = solved(small(indicator(0.5, unit="share")))

    assert plan.certificate.objective == pytest.approx(42)
    assert costs(plan) == {"mining": 22, "green_upgrade": 20}
    assert plan.allocation.green == {("E1", 2021)}
    assert [(f.value, f.holds) for f in plan.findings] == [(Fraction(1, 2), True)]


def test_ramp() -> None:
    """From 0 in 2021 straight to all in 2023: 0, 1/2, 1 → upgrades 0, 20, 44 beside 3 × 22 mined: 130.

    As a step only 2023 would ask: 66 + 44 = 110.
    """
    def cost(between: str) -> float:
        limit = indicator({2021: 0.0, 2023: 1.0}, unit="share", between=between)
        return solved(small(limit, years=(2021, 2022, 2023))).certificate.objective

    assert cost("linear") == pytest.approx(130)
    assert cost("step") == pytest.approx(110)


def test_an_expanded_mine_is_green() -> None:
    """Demand 10 from a grey mine; an upgrade costs 20, an expansion 15 and brings the standard with it: 10 + 15."""
    blocks = [mine("E", green=False, expanded=20, expansion_capital=15, operating_cost=1)]

    plan = solved(small(indicator(1.0, unit="share"), blocks=blocks, demand=10))

    assert plan.certificate.objective == pytest.approx(25)
    assert plan.allocation.green == {("E", 2021)}


def test_an_upgrade_is_paid_at_its_annualised_price() -> None:
    """E1 (10) at 20 CNY per t/a: 200 once, over 8 years without interest 25 a year. Imports cost 4 CNY/t.

    Demand 10, all small mines green: upgraded 10 + 25 = 35; closed, with the stone imported, 40: upgraded. Paid at
    once it would be 210 and the mine be closed. Over 5 years it is 10 + 40 = 50, and the mine is closed.
    """
    def run(life: float) -> Plan:
        return solved(case(GREY[:1], 10, supplies={"s": supply("s", 4, 100)},
                           economics=Economics(green_upgrade=20, capital_life=life),
                           rules={"green_share": {"small": indicator(1.0, unit="share")}}))

    assert costs(run(8)) == {"mining": 10, "green_upgrade": 25}
    assert costs(run(5)) == {"imports": 40}


def test_an_upgrade_stays() -> None:
    """All green in 2021, nothing asked from 2022 on: what is upgraded stays so, 2 × 10 mined + 2 × 20 = 60.

    An upgrade that may be taken back would be paid in 2021 only: 40.
    """
    plan = solved(small(indicator({2021: 1.0, 2022: 0.0}, unit="share"), blocks=GREY[:1], demand=10,
                        years=(2021, 2022)))

    assert plan.certificate.objective == pytest.approx(60)
    assert plan.allocation.green == {("E1", 2021), ("E1", 2022)}


def test_every_class_by_itself() -> None:
    """All medium mines green, none of the small ones: E1 (10) stays grey, D (60) is upgraded for 120: 70 + 120.

    Taken over all classes together, one green mine of two could be E1, for 20: 90.
    """
    blocks = [GREY[0], mine("D", 60, green=False, operating_cost=1)]
    plan = solved(case(blocks, 70, economics=Economics(green_upgrade=2), rules={"green_share": {
        "medium": indicator(1.0, unit="share"), "small": indicator(0.0, unit="share")}}))

    assert costs(plan) == {"mining": 70, "green_upgrade": 120}
    assert plan.allocation.green == {("D", 2021)}
    assert {f.item: f.value for f in plan.findings} == {"medium": Fraction(1), "small": Fraction(0)}


def test_an_expanded_mine_counts_in_the_class_it_has_grown_into() -> None:
    """Half of the small mines green; 65 mined from E1 (10, to 60 for 9) and E2 (12), both needed, both grey.

    Expanded, E1 is green and medium; of the small mines E2 alone remains and has to be upgraded: 65 + 9 + 24 = 98.
    Were the expanded mine still counted among the small ones, it would be the green half: 65 + 9 = 74.
    """
    blocks = [mine("E1", green=False, operating_cost=1, expanded=60, expansion_capital=9), GREY[1]]

    plan = solved(small(indicator(0.5, unit="share"), blocks=blocks, demand=65))

    assert costs(plan) == {"mining": 65, "capital": 9, "green_upgrade": 24}
    assert plan.allocation.green == {("E1", 2021), ("E2", 2021)}


def test_only_mines_of_the_class_count() -> None:
    """All large mines green: the small grey ones are not asked, nothing is upgraded, and the value is none."""
    plan = solved(case(GREY, 22, rules={"green_share": {"large": indicator(1.0, unit="share")}},
                       economics=Economics(green_upgrade=2)))

    assert plan.certificate.objective == pytest.approx(22)
    assert [(f.value, f.holds) for f in plan.findings] == [(None, True)]


def test_expected_at_a_price_per_mine() -> None:
    """Both to be green, at 21 per mine missing: upgrade E1 (20 < 21), leave E2 grey (24 > 21): 22 + 20 + 21 = 63."""
    plan = solved(small(indicator(1.0, "expected", unit="share", penalty=21)))

    assert plan.certificate.objective == pytest.approx(63)
    assert [(f.value, f.holds) for f in plan.findings] == [(Fraction(1, 2), False)]


def test_check_and_words() -> None:
    given = small(indicator(0.6, unit="share"), blocks=[*GREY, block("L", 100)])
    half = by_hand({("E1", 2021): 10, ("E2", 2021): 12, ("L", 2021): 100}, green=[("E1", 2021), ("L", 2021)])

    assert verdicts("green_share", given, half) == [(Fraction(1, 2), False)]
    assert findings("green_share", given, half)[0].margin == Fraction(-1, 10)
    assert verdicts("green_share", given, by_hand({("E1", 2021): 10}, green=[("E1", 2021)])) == [(1, True)]
    assert sentences("green_share", given, half) == (
        "small mines in 2021: share of green mines 0.5 is under 0.6 (test)",
        "2021年小型矿山：绿色矿山比例 0.5，低于 0.6（test）",
    )
    assert sentences("green_share", given, by_hand({("E1", 2021): 10}, green=[("E1", 2021)])) == (
        "small mines in 2021: share of green mines 1, at least 0.6 (test)",
        "2021年小型矿山：绿色矿山比例 1，不低于 0.6（test）",
    )


def test_relaxed_it_says_how_many_mines_are_missing() -> None:
    """Every mine can be upgraded, so only a share above 1 cannot be met: 1.5 × 2 mines − 2 = 1 missing."""
    given = small(indicator(1.5, unit="share"), more={"supply_guarantee": ALL_MET})

    assert least_missed(given, "green_share") == {("small", 2021, ""): 1}
