"""Land where no mine may be licensed."""

from __future__ import annotations

from fractions import Fraction

import pytest

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

LINE = "ecological_red_line"
YEARS = (2021, 2022)
BLOCKS = [block("N", overlap=LINE, operating_cost=1), mine("E", overlap=LINE, operating_cost=2),
          block("O", operating_cost=3), block("F", overlap="permanent_farmland", operating_cost=4)]


@pytest.mark.parametrize(("deadline", "cost"), [(None, 40), (2022, 50), (2021, 60)])
def test_new_mines_never_existing_ones_until_the_deadline(deadline: int | None, cost: float) -> None:
    """Demand 10 in two years. N (new, on the line) 1 CNY/t, E (existing, on the line) 2, O (elsewhere) 3.

    Without the rule 20. Without a deadline E stays: 40; from 2022 on O takes over: 20 + 30; from 2021 on 60.
    """
    rules = {"excluded_land": {LINE: indicator(0, unit="mines", existing_from=deadline)}}

    plan = solved(case(BLOCKS, 10, years=YEARS, rules=rules))

    assert solved(case(BLOCKS, 10, years=YEARS)).certificate.objective == pytest.approx(20)
    assert plan.certificate.objective == pytest.approx(cost)
    assert all(f.holds for f in plan.findings)


def test_only_the_kind_of_land_that_is_named() -> None:
    """The red line closes N and not F, which lies on farmland: F at 40."""
    rules = {"excluded_land": {LINE: indicator(0, unit="mines")}}

    assert solved(case([BLOCKS[0], BLOCKS[3]], 10, rules=rules)).certificate.objective == pytest.approx(40)


def test_expected_at_a_price_per_mine_and_year() -> None:
    """At 5 per mine N costs 10 + 5, under the 20 of E, which counts only from its deadline on."""
    plan = solved(case(BLOCKS, 10, rules={"excluded_land": {LINE: indicator(0, "expected", penalty=5)}}))

    assert plan.certificate.objective == pytest.approx(15)
    assert [(f.value, f.holds) for f in plan.findings] == [(1, False)]


def test_check_and_words() -> None:
    given = case(BLOCKS, 10, years=YEARS, rules={
        "excluded_land": {LINE: indicator(0, unit="mines", existing_from=2022)}})
    stays = by_hand({("E", 2021): 10, ("F", 2021): 10, ("E", 2022): 10})
    new = by_hand({("N", 2021): 10, ("E", 2021): 10})

    assert verdicts("excluded_land", given, stays) == [(0, True), (1, False)]
    assert verdicts("excluded_land", given, new) == [(1, False), (0, True)]
    assert [f.margin for f in findings("excluded_land", given, new)] == [Fraction(-1), Fraction(0)]
    assert sentences("excluded_land", given, new) == (
        "ecological red line in 2021: 1 mines lie on excluded land (test)",
        "2021年生态保护红线：有 1 个矿山位于避让范围（test）",
    )
    assert sentences("excluded_land", given, stays) == (
        "ecological red line in 2021: 0 mines of at most 0 (test)",
        "2021年生态保护红线：矿山 0 个，不超过 0 个（test）",
    )


def test_relaxed_it_says_how_many_mines_lie_there() -> None:
    """20 in full from N and E, both on the line and E past its deadline: two."""
    given = case(BLOCKS[:2], 20, rules={"supply_guarantee": ALL_MET, "excluded_land": {
        LINE: indicator(0, unit="mines", existing_from=2021)}})

    assert refused(given)
    assert least_missed(given, "excluded_land") == {(LINE, 2021, ""): 2}
