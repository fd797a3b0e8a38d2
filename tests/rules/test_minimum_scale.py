"""A licensed scale is at least the mineral's minimum."""

from __future__ import annotations

import pytest

from tiny import (
    ALL_MET,
    TWO_MINERALS,
    block,
    by_hand,
    case,
    findings,
    indicator,
    least_missed,
    mine,
    of_each,
    outputs,
    refused,
    sentences,
    solved,
    verdicts,
)


def test_a_block_too_small_has_to_be_licensed_larger() -> None:
    """Demand 10, minimum 20. A (10) at 1 CNY/t is out; B (10, or 30 for 5 more) at 1.2; C (20) at 2.

    B at 30: 12 + 5 = 17; C, on the minimum: 20. The optimum is 17. A rule that forbids every block with an option
    below the minimum gives 20, one that asks only whether the largest option is large enough leaves B at 10: 12.
    """
    blocks = [block("A", operating_cost=1), block("B", expanded=30, expansion_capital=5, operating_cost=1.2),
              block("C", 20, operating_cost=2)]
    rules = {"minimum_scale": {"stone": indicator(20)}}

    plan = solved(case(blocks, 10, rules=rules))

    assert solved(case(blocks, 10)).certificate.objective == pytest.approx(10)
    assert plan.certificate.objective == pytest.approx(17)
    assert outputs(plan) == {("B", 2021): 10}
    assert solved(case([blocks[0], blocks[2]], 10, rules=rules)).certificate.objective == pytest.approx(20)


@pytest.mark.parametrize(("deadline", "cost"), [(None, 20), (2022, 25), (2021, 30)])
def test_existing_mines_have_until_their_deadline(deadline: int | None, cost: float) -> None:
    """Demand 10 in 2021 and 2022; the mine E (10, or 20 for 5 a year more) at 1 CNY/t, minimum 20.

    Without a deadline E stays at 10: 20. From 2022 on it has to expand: 10 + 15 = 25. From 2021 on: 30.
    """
    rules = {"minimum_scale": {"stone": indicator(20, existing_from=deadline)}}

    plan = solved(case([mine("E", expanded=20, expansion_capital=5, operating_cost=1)], 10, years=(2021, 2022),
                       rules=rules))

    assert plan.certificate.objective == pytest.approx(cost)
    assert all(finding.holds for finding in plan.findings)


def test_a_merged_mine_has_no_deadline() -> None:
    """Demand 10, minimum 20 for new and merged mines. E (10) at 3 CNY/t; M, in its place, at 1, 20 for 5 more.

    M at 20: 10 + 5 = 15; E stays: 30. Spared like an existing mine, M would stay at 10: 10.
    """
    merged = block("M", expanded=20, expansion_capital=5, operating_cost=1, status="merged", parents=("E",))
    given = case([mine("E", operating_cost=3), merged], 10, rules={"minimum_scale": {"stone": indicator(20)}})

    assert solved(given).certificate.objective == pytest.approx(15)
    assert verdicts("minimum_scale", given, by_hand({("M", 2021): 10})) == [(10, False)]


def test_other_minerals_have_no_minimum() -> None:
    """10 of stone from a block of 20 at 2 CNY/t, 10 of clay from one of 10 at 1: 20 + 10 = 30.

    With the minimum of stone for clay too, the clay would be short: 20 + 1000.
    """
    blocks = [block("C", 20, operating_cost=2), block("D", mineral="clay", operating_cost=1)]
    given = case(blocks, of_each(10, 10), **TWO_MINERALS, rules={"minimum_scale": {"stone": indicator(20)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(30)
    assert verdicts("minimum_scale", given, plan.allocation) == [(20, True)]


@pytest.mark.parametrize(("penalty", "cost", "verdict"), [(5, 15, (10, False)), (15, 20, (20, True))])
def test_expected_it_is_a_price_per_mine_too_small(penalty: float, cost: float, verdict: tuple[int, bool]) -> None:
    """Demand 10, minimum 20; A (10) at 1 CNY/t, C (20) at 2. At 5 a mine A costs 15, at 15 it costs 25; C costs 20.

    A price on the 10 that A lacks would be 50 already at 5, and C would be taken both times.
    """
    blocks = [block("A", operating_cost=1), block("C", 20, operating_cost=2)]
    given = case(blocks, 10, rules={"minimum_scale": {"stone": indicator(20, "expected", penalty=penalty)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(cost)
    assert verdicts("minimum_scale", given, plan.allocation) == [verdict]


def test_a_scale_on_a_straight_ramp_is_not_lost_to_rounding() -> None:
    """From 0.5 in 2020 straight to 0.8 in 2023: 0.7 in 2022, in floating point 0.7000000000000001.

    A block of 0.7 is large enough for the exact check, and for the rows as well: 0.5 at 1 CNY/t. Taken to the last
    bit the rows would leave the demand short: 50.
    """
    ramp = indicator({2020: 0.5, 2023: 0.8}, between="linear")
    given = case([block("A", 0.7, operating_cost=1)], 0.5, years=(2022,), rules={"minimum_scale": {"stone": ramp}})

    assert findings("minimum_scale", given, by_hand({("A", 2022): 0.7}))[0].holds
    assert solved(given).certificate.objective == pytest.approx(0.5)


def test_check_and_words() -> None:
    """The smallest scale among the mines concerned; E only from its deadline."""
    given = case([mine("E"), block("B", 15), block("C", 20)], 10, years=(2021, 2022), rules={
        "minimum_scale": {"stone": indicator(20, existing_from=2022)}})
    good = by_hand({("E", 2021): 10, ("C", 2021): 20, ("C", 2022): 20})
    bad = by_hand({("B", 2021): 15, ("C", 2021): 20, ("E", 2022): 10, ("C", 2022): 20})

    assert verdicts("minimum_scale", given, good) == [(20, True), (20, True)]
    assert verdicts("minimum_scale", given, bad) == [(15, False), (10, False)]
    assert verdicts("minimum_scale", given, by_hand({("E", 2021): 10})) == [(None, True), (None, True)]
    assert sentences("minimum_scale", given, bad) == (
        "stone in 2021: licensed scale 15 is under the minimum of 20 10kt/a (test)",
        "2021年stone：许可规模 15，低于最低开采规模 20 10kt/a（test）",
    )


def test_relaxed_it_names_the_option() -> None:
    """10 in full from the existing mine of 10 alone, minimum 20 for all: its first option is the one too small."""
    given = case([mine("E"), block("B", 8)], 10, rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(20, existing_from=2021)}})

    assert refused(given)
    assert least_missed(given, "minimum_scale") == {("stone", 2021, "E:1"): 1}
