"""The licensed capacity in a concentrated mining area is limited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mineralplan.case import Block, Case
from mineralplan.inputs.plan import Area, Mineral, Use
from tiny import (
    ALL_MET,
    block,
    by_hand,
    case,
    findings,
    indicator,
    least_missed,
    outputs,
    refused,
    sentences,
    solved,
    verdicts,
)

PIT = {"pit": Area(zh="坑", en="pit", area_km2=1, mineral="stone", clause="test")}


def district() -> list[Block]:
    """Two blocks of 20 in the pit at 1 CNY/t, one outside at 5 CNY/t."""
    return [block("A", 20, area="pit", operating_cost=1), block("B", 20, area="pit", operating_cost=1),
            block("C", 20, operating_cost=5)]


def pit(limit: float | Mapping[int, float], demand: float = 30, **values: Any) -> Case:
    nature = values.pop("nature", "binding")
    penalty = values.pop("penalty", 0.0)
    blocks, more = values.pop("blocks", district()), values.pop("more", {})
    return case(blocks, demand, areas=PIT, rules={
        "area_capacity": {"pit": indicator(limit, nature, penalty=penalty)}, **more}, **values)


def test_capacity_and_not_output() -> None:
    """Demand 30, 25 allowed in the pit: only one of A, B fits; 20 × 1 + 10 × 5 = 70.

    Without the rule 30. A limit on output, or fractions of mines, would let 25 come from the pit: 25 + 5 × 5 = 50.
    """
    plan = solved(pit(25))

    assert solved(case(district(), 30)).certificate.objective == pytest.approx(30)
    assert plan.certificate.objective == pytest.approx(70)
    assert sorted(outputs(plan).values()) == [10, 20]


def test_limit_from_a_year_on_and_at_a_price() -> None:
    """From 2022 at most 15, which no mine in the pit fits into.

    2021: 30. 2022: 20 × 5 + 10 short = 1100. Together 1130. Expected at 2 per 10⁴ t: 40 − 15 = 25 too many, 30 + 50 =
    80; with one mine 20 + 50 and 5 × 2 = 80 as well, so at 1.5: 30 + 37.5 = 67.5 against 77.5. Together 97.5.
    """
    years = (2021, 2022)

    assert solved(pit({2022: 15}, years=years)).certificate.objective == pytest.approx(1130)
    plan = solved(pit({2022: 15}, years=years, nature="expected", penalty=1.5))
    assert plan.certificate.objective == pytest.approx(97.5)
    assert [(f.year, f.value, f.holds) for f in plan.findings] == [(2022, 40, False)]


def test_only_the_areas_own_mineral_counts() -> None:
    """Clay of 20 in the stone pit is not the pit's; the check counts stone in the pit and nothing else."""
    minerals = {name: Mineral(zh=name, en=name) for name in ("stone", "clay")}
    uses = {"works": Use(zh="works", en="works", served_by={"stone": 1.0}),
            "bricks": Use(zh="bricks", en="bricks", served_by={"clay": 1.0})}
    blocks = [*district(), block("D", 20, area="pit", mineral="clay", operating_cost=1)]
    given = case(blocks, {("works", "town", 2021): 30.0, ("bricks", "town", 2021): 20.0}, minerals=minerals,
                 uses=uses, areas=PIT, rules={"area_capacity": {"pit": indicator(25)}})

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(70 + 20)
    assert verdicts("area_capacity", given, plan.allocation) == [(20, True)]


def test_check_and_words() -> None:
    given = pit(25)
    both = by_hand({("A", 2021): (20, 0), ("B", 2021): (20, 5), ("C", 2021): 20})

    assert verdicts("area_capacity", given, both) == [(40, False)]
    assert findings("area_capacity", given, both)[0].margin == -15
    assert verdicts("area_capacity", given, by_hand({("A", 2021): 20, ("C", 2021): 20})) == [(20, True)]
    assert sentences("area_capacity", given, both) == (
        "pit in 2021: licensed capacity 40 is above 25 10kt/a (test)",
        "2021年坑：许可产能 40，超过 25 10kt/a（test）",
    )


def test_relaxed_it_says_how_much_capacity_too_much() -> None:
    """30 in full from A and B alone: 40 licensed, 25 allowed, 15 too much."""
    given = pit(25, blocks=district()[:2], more={"supply_guarantee": ALL_MET})

    assert refused(given)
    assert least_missed(given, "area_capacity") == {("pit", 2021, ""): 15}
