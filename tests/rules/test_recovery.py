"""Mining recovery reaches the plan's floor."""

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

FLOOR = {"recovery": {"open_pit": indicator(0.9, unit="share")}}
BLOCKS = [block("A", operating_cost=1, recovery=0.85), block("B", operating_cost=3, recovery=0.9),
          block("U", operating_cost=2, recovery=0.7, method="underground")]


def test_no_mine_under_the_floor_of_its_method() -> None:
    """Demand 10, open pits at least 0.9. A (0.85) at 1 CNY/t is out, B (0.9) at 3 is in: 30.

    U (0.7) at 2 is underground and not asked: 20. An average over the mines would let A in beside an idle U or B.
    """
    assert solved(case(BLOCKS[:2], 10)).certificate.objective == pytest.approx(10)
    assert solved(case(BLOCKS[:2], 10, rules=FLOOR)).certificate.objective == pytest.approx(30)
    assert solved(case(BLOCKS, 10, rules=FLOOR)).certificate.objective == pytest.approx(20)


def test_expected_until_it_binds() -> None:
    """Expected at 5 per mine in 2021, binding from 2022, for existing mines too: A at 10 + 5, then B at 30: 45."""
    floor = {"recovery": {"open_pit": indicator(0.9, unit="share", penalty=5, binding_from=2022)}}
    blocks = [mine("A", operating_cost=1, recovery=0.85), BLOCKS[1]]

    plan = solved(case(blocks, 10, years=(2021, 2022), rules=floor))

    assert plan.certificate.objective == pytest.approx(45)
    assert [(f.nature, f.holds) for f in plan.findings] == [("expected", False), ("binding", True)]


def test_a_floor_on_a_straight_ramp_is_not_lost_to_rounding() -> None:
    """From 0.5 in 2020 straight to 0.8 in 2023: 0.7 in 2022, in floating point 0.7000000000000001.

    A recovery of 0.7 reaches it, in the check and in the rows: 10 at 1 CNY/t, and not 10 short.
    """
    ramp = {"recovery": {"open_pit": indicator({2020: 0.5, 2023: 0.8}, unit="share", between="linear")}}
    given = case([block("A", operating_cost=1, recovery=0.7)], 10, years=(2022,), rules=ramp)

    assert findings("recovery", given, by_hand({("A", 2022): 10}))[0].holds
    assert solved(given).certificate.objective == pytest.approx(10)


def test_check_and_words() -> None:
    given = case(BLOCKS, 10, rules=FLOOR)
    bad = by_hand({("A", 2021): 10, ("B", 2021): 10, ("U", 2021): 10})

    assert verdicts("recovery", given, bad) == [(Fraction(85, 100), False)]
    assert findings("recovery", given, bad)[0].margin == Fraction(-5, 100)
    assert verdicts("recovery", given, by_hand({("B", 2021): 10, ("U", 2021): 10})) == [(Fraction(9, 10), True)]
    assert verdicts("recovery", given, by_hand({("U", 2021): 10})) == [(None, True)]
    assert sentences("recovery", given, bad) == (
        "open-pit mines in 2021: recovery 0.85 is under 0.9 (test)",
        "2021年露天矿山：回采率 0.85，低于 0.9（test）",
    )
    assert sentences("recovery", given, by_hand({("B", 2021): 10})) == (
        "open-pit mines in 2021: lowest recovery 0.9, at least 0.9 (test)",
        "2021年露天矿山：最低回采率 0.9，不低于 0.9（test）",
    )


def test_relaxed_it_names_the_mine() -> None:
    """10 in full from A alone."""
    given = case(BLOCKS[:1], 10, rules={**FLOOR, "supply_guarantee": ALL_MET})

    assert refused(given)
    assert least_missed(given, "recovery") == {("open_pit", 2021, "A"): 1}
