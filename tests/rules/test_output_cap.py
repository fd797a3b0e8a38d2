"""A cap on what is mined of a mineral."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mineralplan.allocation import Allocation
from mineralplan.inputs.plan import Use
from tiny import (
    ALL_MET,
    TWO_MINERALS,
    block,
    by_hand,
    case,
    findings,
    indicator,
    least_missed,
    of_each,
    outputs,
    refused,
    sentences,
    solved,
    verdicts,
)


def test_the_cap_is_on_what_is_mined_by_all_mines_together() -> None:
    """Demand 10 of a product of which a tonne mined gives half: 20 would be mined, the cap is 12.

    12 mined from A and B at 1 CNY/t give 6 of product, 4 stay short at 100: 12 + 400 = 412. A cap on the product would
    let 12 > 10 pass and cost 20; one per mine would allow 24 and cost 20 too.
    """
    half = {"works": Use(zh="works", en="works", served_by={"stone": 0.5})}
    blocks = [block("A", operating_cost=1), block("B", operating_cost=1)]

    free = solved(case(blocks, 10, uses=half))
    capped = solved(case(blocks, 10, uses=half, rules={"output_cap": {"stone": indicator(12)}}))

    assert free.certificate.objective == pytest.approx(20)
    assert capped.certificate.objective == pytest.approx(412)
    assert sum(outputs(capped).values()) == pytest.approx(12)


def test_other_minerals_do_not_count() -> None:
    """Demand 20 of stone and 20 of clay, both at 1 CNY/t, stone capped at 12: 12 + 8 × 100 + 20 = 832.

    With clay under the cap of stone 12 of 40 would be mined: 12 + 2800.
    """
    blocks = [block("A", 20, operating_cost=1), block("D", 20, mineral="clay", operating_cost=1)]
    given = case(blocks, of_each(20, 20), **TWO_MINERALS, rules={"output_cap": {"stone": indicator(12)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(832)
    assert outputs(plan) == {("A", 2021): 12, ("D", 2021): 20}
    assert verdicts("output_cap", given, plan.allocation) == [(12, True)]


def test_linear_ramp_and_steps() -> None:
    """Demand 20 in 2021–2023, mined at 1 CNY/t, short at 100; cap 20 in 2021, 10 in 2023.

    Straight between: 20, 15, 10 → 20 + (15 + 500) + (10 + 1000) = 1545. In steps: 20, 20, 10 → 20 + 20 + 1010 = 1050.
    """
    years = (2021, 2022, 2023)

    def cost(between: str) -> float:
        rules = {"output_cap": {"stone": indicator({2021: 20, 2023: 10}, between=between)}}
        return solved(case([block("A", 20, operating_cost=1)], 20, years=years, rules=rules)).certificate.objective

    assert cost("linear") == pytest.approx(1545)
    assert cost("step") == pytest.approx(1050)


def test_expected_until_it_binds() -> None:
    """Cap 10, binding from 2022 and before that expected at 3 per 10⁴ t; demand 20, mined at 1, short at 100.

    2021: 20 mined, 10 too many: 20 + 30 = 50. 2022: 10 + 1000. Together 1060. Binding at once it would be 2020, only
    expected 100. Before the first step of a cap nothing is asked at all.
    """
    years = (2021, 2022)
    plan = solved(case([block("A", 20, operating_cost=1)], 20, years=years, rules={
        "output_cap": {"stone": indicator(10, penalty=3, binding_from=2022)}}))

    assert plan.certificate.objective == pytest.approx(1060)
    assert [(f.nature, f.value, f.holds) for f in plan.findings] == [("expected", 20, False), ("binding", 10, True)]
    later = case([block("A", 20)], 20, years=years, rules={"output_cap": {"stone": indicator({2022: 10})}})
    assert [f.year for f in findings("output_cap", later, by_hand({}))] == [2022]


def test_check_adds_exactly_and_words() -> None:
    """7 + 5 = 12 is on the cap of 12; a millionth of 10⁴ t above is rounding, ten millionths are not."""
    given = case([block("A"), block("B")], 20, rules={"output_cap": {"stone": indicator(12)}})

    def mined(extra: float) -> Allocation:
        return by_hand({("A", 2021): (10, 7.0), ("B", 2021): (10, 5.0 + extra)})

    assert verdicts("output_cap", given, mined(0)) == [(12, True)]
    assert verdicts("output_cap", given, mined(1e-6)) == [(12 + Fraction(1, 10**6), True)]
    assert verdicts("output_cap", given, mined(1e-5)) == [(12 + Fraction(1, 10**5), False)]
    assert sentences("output_cap", given, by_hand({("A", 2021): 10, ("B", 2021): 10})) == (
        "stone in 2021: output 20 is above the cap of 12 10kt/a (test)",
        "2021年stone：产量 20 超过开采总量 12 10kt/a（test）",
    )


def test_relaxed_it_says_how_much_too_much() -> None:
    """Demand 20 in full under a cap of 12: 8 too much."""
    given = case([block("A", 20)], 20, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(12)}})

    assert refused(given)
    assert least_missed(given, "output_cap") == {("stone", 2021, ""): 8}
