"""A licensed scale matches the resource; here every scale is small and asks for ten years."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from mineralplan.case import Block, Case
from tiny import (
    ALL_MET,
    block,
    by_hand,
    case,
    indicator,
    least_missed,
    mine,
    outputs,
    refused,
    sentences,
    solved,
    verdicts,
)

TEN = {"life_match": {"small": indicator(10, unit="a")}}


def district(**values: Any) -> list[Block]:
    """A at 1 CNY/t, 120 in place of which 0.9 × 0.9 can be won; B at 3 CNY/t with 100, all of it."""
    return [block("A", operating_cost=1, resource=120, usable_share=0.9, recovery=0.9, **values),
            block("B", operating_cost=3, resource=100)]


def given(blocks: list[Block], demand: float = 10, **values: Any) -> Case:
    return case(blocks, demand, **{"rules": TEN, **values})


def test_what_can_be_won_and_not_what_is_in_place() -> None:
    """Demand 10. A: 120 × 0.81 ÷ 10 = 9.72 years, too few; B: 100 ÷ 10 = 10, enough: 10 × 3 = 30.

    Without slope lock or recovery A has 10.8 years, without both 12, and the plan would cost 10.
    """
    plan = solved(given(district()))

    assert plan.certificate.objective == pytest.approx(30)
    assert outputs(plan) == {("B", 2021): 10}
    assert solved(case(district(), 10)).certificate.objective == pytest.approx(10)


def test_exploration_counts_from_its_year_and_mining_does_not_count_against() -> None:
    """With 30 more from 2022 on A has 150 × 0.81 ÷ 10 = 12.15 years: 30 in 2021, 10 a year after.

    Years 2021–2024: 30 + 3 × 10 = 60. Known from the start it would be 40. If what has been mined were taken off, A
    would have 150 − 2 × 12.3 = 125 left in 2024 and be out: 80.
    """
    plan = solved(given(district(additions=((2022, 30),)), years=(2021, 2022, 2023, 2024)))

    assert plan.certificate.objective == pytest.approx(60)


def test_the_scale_an_existing_mine_holds_is_not_questioned_its_expansion_is() -> None:
    """Demand 20; E (10, or 20) at 1 CNY/t has 50: 5 years at 10, 2.5 at 20. B at 3 CNY/t.

    E at 10 and B: 10 + 30 = 40. Questioned, E would stand idle: 30 + 1000. Unquestioned at 20: 20.
    """
    blocks = [mine("E", expanded=20, operating_cost=1, resource=50), district()[1]]

    assert solved(given(blocks, 20)).certificate.objective == pytest.approx(40)


def test_every_size_class_has_its_own_years() -> None:
    """Only large mines need ten years. Demand 60: L (100) has 500, 5 years, at 1 CNY/t; M (60) 240, 4 years, at 2.

    M serves all: 120. Without the rule L does: 60; asked of medium mines too, nothing works: 6000.
    """
    blocks = [block("L", 100, operating_cost=1, resource=500), block("M", 60, operating_cost=2, resource=240)]
    here = given(blocks, 60, rules={"life_match": {"large": indicator(10, unit="a")}})

    assert solved(here).certificate.objective == pytest.approx(120)
    assert verdicts("life_match", here, by_hand({("M", 2021): 60})) == [(None, True)]
    assert verdicts("life_match", here, by_hand({("L", 2021): 100, ("M", 2021): 60})) == [(5, False)]


@pytest.mark.parametrize(("penalty", "cost", "verdict"), [(15, 25, (Fraction(972, 100), False)), (25, 30, (10, True))])
def test_expected_it_is_a_price_per_mine(penalty: float, cost: float, verdict: tuple[Fraction, bool]) -> None:
    """A costs 10 and the price, B 30: at 15 A is worth it, 25, at 25 it is not."""
    here = given(district(), rules={"life_match": {"small": indicator(10, "expected", unit="a", penalty=penalty)}})

    plan = solved(here)

    assert plan.certificate.objective == pytest.approx(cost)
    assert verdicts("life_match", here, plan.allocation) == [verdict]


def test_check_counts_exploration_in_its_year_already() -> None:
    """90 in place and 10 more from 2022: 9 years in 2021, 10 in 2022."""
    here = given([block("A", resource=90, additions=((2022, 10),))], years=(2021, 2022))

    assert verdicts("life_match", here, by_hand({("A", 2021): 10, ("A", 2022): 10})) == [(9, False), (10, True)]


def test_exactly_the_years_asked_for_are_enough() -> None:
    """3.3 in place, 1.1 a year, three years asked: 3 × 1.1 is 3.3000000000000003 to the machine, and 3.3 to people."""
    three = {"life_match": {"small": indicator(3, unit="a")}}
    exactly = given([block("A", 1.1, operating_cost=1, resource=3.3)], 1.1, rules=three)

    assert verdicts("life_match", exactly, by_hand({("A", 2021): 1.1})) == [(3, True)]
    assert solved(exactly).certificate.objective == pytest.approx(1.1)


def test_check_and_words() -> None:
    """The shortest life; an existing mine at the scale it held is not asked."""
    here = given([*district(), mine("E", expanded=20, resource=50)])
    bad = by_hand({("A", 2021): 10, ("B", 2021): 10, ("E", 2021): 10})

    assert verdicts("life_match", here, bad) == [(Fraction(972, 100), False)]
    assert verdicts("life_match", here, by_hand({("B", 2021): 10, ("E", 2021): 10})) == [(10, True)]
    assert verdicts("life_match", here, by_hand({("E", 2021): 10})) == [(None, True)]
    assert verdicts("life_match", here, by_hand({("E", 2021): 20})) == [(Fraction(5, 2), False)]
    assert sentences("life_match", here, bad) == (
        "small mines in 2021: a licensed scale lasts only 9.72 a, 10 a are required (test)",
        "2021年小型矿山：许可规模服务年限仅 9.72 年，应不低于 10 年（test）",
    )


def test_relaxed_it_names_the_option() -> None:
    """10 in full from A alone: its only option is the one that the resource does not carry."""
    here = given(district()[:1], rules={**TEN, "supply_guarantee": ALL_MET})

    assert refused(here)
    assert least_missed(here, "life_match") == {("small", 2021, "A:1"): 1}
