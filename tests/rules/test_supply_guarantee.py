"""A share of the district's own demand is met."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from mineralplan.case import Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Indicator
from tiny import (
    block,
    by_hand,
    case,
    findings,
    indicator,
    km,
    label,
    least_missed,
    refused,
    sentences,
    solved,
    supply,
    verdicts,
)

DEAR = block("A", 20, operating_cost=150)
ZONES = {code: Zone(code, label(code), km(at)) for code, at in (("town", 0), ("hill", 100))}
NEIGHBOUR = {"town": ZONES["town"], "abroad": Zone("abroad", label("abroad"), km(0), kind="neighbour")}


def share(limit: float, nature: str = "binding", **values: Any) -> dict[str, dict[str, Indicator]]:
    return {"supply_guarantee": {"works": indicator(limit, nature, unit="share", **values)}}


def test_stone_dearer_than_its_worth_is_mined_for_the_guarantee() -> None:
    """Demand 10; mined at 150 CNY/t, short at 100. Free: 1000 short. With 0.8: 8 × 150 + 2 × 100 = 1400."""
    assert solved(case([DEAR], 10)).certificate.objective == pytest.approx(1000)
    assert solved(case([DEAR], 10, rules=share(0.8))).certificate.objective == pytest.approx(1400)


def test_the_district_as_a_whole_and_not_every_zone() -> None:
    """Town and hill ask for 10 each, hill lies 100 km off at 1 CNY/t·km; 0.8 × 20 = 16 are to be met.

    Town in full and 6 on the hill: 10 × 150 + 6 × 250 + 4 × 100 = 3400.
    In every zone 8: 8 × 150 + 8 × 250 + 400 = 3600.
    """
    given = case([DEAR], {("works", "town", 2021): 10.0, ("works", "hill", 2021): 10.0}, zones=ZONES,
                 economics=Economics(haul=1), rules=share(0.8))

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(3400)
    assert [(f.value, f.holds) for f in plan.findings] == [(Fraction(8, 10), True)]


def test_exports_do_not_count() -> None:
    """One mine of 10 at 150; town and neighbour ask for 10 each, worth 100 and 200; half of the town's is guaranteed.

    5 to each: 1500 + 500 + 1000 = 3000. With exports counted the neighbour could have all 10: 1500 + 1000 = 2500.
    """
    demand = {("works", "town", 2021): 10.0, ("works", "abroad", 2021): 10.0}
    worth = {("works", "town", 2021): 100.0, ("works", "abroad", 2021): 200.0}
    given = case([block("A", operating_cost=150)], demand, zones=NEIGHBOUR, unserved_cost=worth,
                 rules=share(0.5))

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(3000)
    assert [f.value for f in plan.findings] == [Fraction(1, 2)]


def test_what_is_brought_in_counts_from_its_year_on() -> None:
    """Demand 10, imports at 120 CNY/t, own stone at 150; 0.8 from 2022 on. 2021: 1000 short. 2022: 8 × 120 + 200.

    Together 2160. A guarantee of own stone would cost 1400 in 2022, one that holds from the start 1160 in 2021 too.
    """
    years = (2021, 2022)
    guarantee = {"supply_guarantee": {"works": indicator({2022: 0.8}, unit="share")}}
    given = case([DEAR], 10, years=years, supplies={"I": supply("I", 120, 10, years=years)}, rules=guarantee)

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(2160)
    assert [(f.year, f.value, f.holds) for f in plan.findings] == [(2022, Fraction(4, 5), True)]


def test_expected_at_a_price_per_tonne() -> None:
    """What is short beyond 2 costs 60, or 40, more than its worth of 100; mining costs 150.

    At 60 mining saves 10 a tonne up to the guarantee: 8 × 150 + 200 = 1400. At 40 it does not: 1000 + 8 × 40 = 1320.
    """
    met = solved(case([DEAR], 10, rules=share(0.8, "expected", penalty=60)))
    assert met.certificate.objective == pytest.approx(1400)
    plan = solved(case([DEAR], 10, rules=share(0.8, "expected", penalty=40)))
    assert plan.certificate.objective == pytest.approx(1320)
    assert [(f.value, f.holds) for f in plan.findings] == [(0, False)]


def test_check_and_words() -> None:
    demand = {("works", "town", 2021): 10.0, ("works", "abroad", 2021): 10.0}
    given = case([DEAR], demand, zones=NEIGHBOUR, rules=share(0.8))
    short = by_hand({}, short={("works", "town", 2021): 2.5, ("works", "abroad", 2021): 10})
    met = by_hand({}, short={("works", "town", 2021): 2, ("works", "abroad", 2021): 10})

    assert verdicts("supply_guarantee", given, short) == [(Fraction(3, 4), False)]
    assert findings("supply_guarantee", given, short)[0].margin == Fraction(-5, 100)
    assert verdicts("supply_guarantee", given, met) == [(Fraction(8, 10), True)]
    assert verdicts("supply_guarantee", case([DEAR], 0, rules=share(0.8)), met) == [(None, True)]
    assert sentences("supply_guarantee", given, short) == (
        "works in 2021: only 0.75 of the district's demand is met, 0.8 is asked (test)",
        "2021年works：本区需求满足率仅 0.75，要求 0.8（test）",
    )


def test_relaxed_it_says_how_much_stays_short() -> None:
    """Demand 20 from a mine of 10: 10 short, of which 0.2 × 20 = 4 are allowed: 6 missed."""
    given = case([block("A")], 20, rules=share(0.8))

    assert refused(given)
    assert least_missed(given, "supply_guarantee") == {("works", 2021, ""): 6}
