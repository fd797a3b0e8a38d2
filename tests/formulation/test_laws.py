"""The physical laws, each in a case small enough to follow by hand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mineralplan.case import Case, Economics, Zone
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.inputs.plan import Area, Mineral, Use
from mineralplan.solving.compile import Program, compile_model
from mineralplan.solving.highs import Settings, solve
from tiny import block, capacities, case, costs, indicator, km, label, mine, outputs, solved, supply

YEARS = (2021, 2022, 2023)


def program(given: Case, **how: Any) -> Program:
    """Return the compiled case with its cost as the objective."""
    return compile_model(build(given, **how)).minimising(lines(COST, given))


def optimum(given: Case, **how: Any) -> float:
    """Return the integer optimum, found without a first plan."""
    return solve(program(given, **how), Settings(gap=0.0)).objective


def relaxation(given: Case, **how: Any) -> float:
    """Return the optimum of the linear relaxation."""
    whole = program(given, **how)

    return solve(replace(whole, integer=np.zeros_like(whole.integer))).objective


# --- balance and yields ----------------------------------------------------------------------------------------------


def test_what_is_shipped_is_output_times_yield() -> None:
    """A tonne of stone gives 0.8 of aggregate or 0.5 of lime; demand 8 and 5: 10 + 10 = 20 mined, at 3 CNY/t 60.

    Multiplied the wrong way round 6.4 + 2.5 would be mined, without yields 13.
    """
    uses = {"aggregate": Use(zh="骨料", en="aggregate", served_by={"stone": 0.8}),
            "lime": Use(zh="石灰", en="lime", served_by={"stone": 0.5})}
    plan = solved(case([block("A", 30, operating_cost=3)],
                       {("aggregate", "town", 2021): 8.0, ("lime", "town", 2021): 5.0}, uses=uses))

    assert plan.certificate.objective == pytest.approx(60)
    assert outputs(plan) == {("A", 2021): 20}


def test_capacity_is_shared_by_the_uses_in_tonnes_mined() -> None:
    """12 can be mined. Lime (0.5, worth 100) takes 2 of them a tonne, aggregate (0.8, worth 100) 1.25.

    A tonne mined saves 80 as aggregate and 50 as lime: aggregate 8 in full (10 mined), lime 2 × 0.5 = 1, 4 short: 400.
    """
    uses = {"aggregate": Use(zh="骨料", en="aggregate", served_by={"stone": 0.8}),
            "lime": Use(zh="石灰", en="lime", served_by={"stone": 0.5})}
    plan = solved(case([block("A", 12)], {("aggregate", "town", 2021): 8.0, ("lime", "town", 2021): 5.0}, uses=uses))

    assert plan.certificate.objective == pytest.approx(400)


def test_only_the_minerals_that_serve_a_use_reach_it() -> None:
    """Clay does not serve works: all 10 stay short beside an idle clay pit."""
    minerals = {name: Mineral(zh=name, en=name) for name in ("stone", "clay")}

    plan = solved(case([block("C", mineral="clay")], 10, minerals=minerals))

    assert plan.certificate.objective == pytest.approx(1000)


def test_a_source_serves_several_zones_and_no_zone_gets_too_much() -> None:
    """20 mined for zones that ask for 5 and 12: 17 are mined and none are over."""
    zones = {code: Zone(code, label(code), km(0)) for code in ("town", "hill")}
    plan = solved(case([block("A", 20, operating_cost=1)],
                       {("works", "town", 2021): 5.0, ("works", "hill", 2021): 12.0}, zones=zones))

    assert outputs(plan) == {("A", 2021): 17}
    assert dict(zip(plan.allocation.flows["zone"], plan.allocation.flows["quantity_10kt"], strict=True)) == {
        "town": 5, "hill": 12}


def test_outside_supply_is_limited_over_all_zones_together() -> None:
    """6 recycled for two zones of 5: 4 stay short. A limit per zone would serve all."""
    zones = {code: Zone(code, label(code), km(0)) for code in ("town", "hill")}
    plan = solved(case([], {("works", "town", 2021): 5.0, ("works", "hill", 2021): 5.0}, zones=zones,
                       supplies={"r": supply("r", 0, 6, kind="recycled")}))

    assert plan.certificate.objective == pytest.approx(400)


# --- capacity and working rate ---------------------------------------------------------------------------------------


def test_output_stays_within_the_licensed_capacity() -> None:
    """10 of a demand of 14; with the step to 12 in use 12."""
    assert solved(case([block("A")], 14)).certificate.objective == pytest.approx(400)
    assert solved(case([block("A", expanded=12)], 14)).certificate.objective == pytest.approx(200)


def test_a_mine_that_cannot_sell_enough_closes() -> None:
    """A mine of 10 has to mine 6 of them. Demand 5: it cannot sell 6, so it is not licensed, 500 short.

    Demand 6: it works. Without the working rate, or with a rate on output instead of capacity, 5 would be served.
    """
    rate = Economics(working_rate=0.6)

    idle = solved(case([block("A", operating_cost=1)], 5, economics=rate))

    assert idle.certificate.objective == pytest.approx(500)
    assert capacities(idle) == {}
    assert solved(case([block("A", operating_cost=1)], 6, economics=rate)).certificate.objective == pytest.approx(6)


def test_the_working_rate_follows_the_option_in_use() -> None:
    """At 20 a mine has to mine 12: demand 11 is served at 10 and 1 stays short: 100, and not 0."""
    given = case([block("A", expanded=20)], 11, economics=Economics(working_rate=0.6))

    assert solved(given).certificate.objective == pytest.approx(100)
    assert solved(case([block("A", expanded=20)], 12, economics=Economics(working_rate=0.6))
                  ).certificate.objective == pytest.approx(0)


# --- resource --------------------------------------------------------------------------------------------------------


def test_the_resource_is_used_up_over_the_years() -> None:
    """60 in place, 0.5 × 0.8 can be won: 24 in three years of demand 10, 6 short: 600. In each year 24 would do."""
    given = case([block("A", resource=60, usable_share=0.5, recovery=0.8)], 10, years=YEARS)

    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(600)
    assert sum(outputs(plan).values()) == pytest.approx(24)


@pytest.mark.parametrize(("year", "short"), [(2021, 0), (2022, 5), (2023, 15), (2024, 15)])
def test_an_addition_can_be_mined_from_its_year_on(year: int, short: float) -> None:
    """15 in place and 15 more from a year on; demand 20, 10, 0.

    From 2021: all 30. From 2022: 15 of 20 in 2021, then 10 of the 15 that came: 5 short. From 2023: 15 of 30, and what
    comes is not asked for any more: 15 short. After the plan: the same. Watched only over the whole horizon, an
    addition of 2023 would be mined in 2021 and nothing be short.
    """
    demand = {2021: 20.0, 2022: 10.0, 2023: 0.0}
    plan = solved(case([block("A", 20, resource=15, additions=((year, 15.0),))], demand, years=YEARS))

    assert plan.certificate.objective == pytest.approx(100 * short)


def test_several_additions_are_each_held_back_until_their_year() -> None:
    """5 in place, 5 more in 2022, 5 more in 2023; demand 10 a year: 5, 5, 5 are mined and 15 stay short.

    With only the whole horizon watched, 10 in 2021 and 5 later would do the same; so 2021 is worth more: 300 CNY/t
    against 100. Then 5 × 300 + 10 × 100 = 2500 is right, and 15 mined with 10 of them in 2021 would give 1500.
    """
    worth = {("works", "town", 2021): 300.0, ("works", "town", 2022): 100.0, ("works", "town", 2023): 100.0}
    plan = solved(case([block("A", resource=5, additions=((2022, 5.0), (2023, 5.0)))], 10, years=YEARS,
                       unserved_cost=worth))

    assert plan.certificate.objective == pytest.approx(2500)


# --- start once, stop once -------------------------------------------------------------------------------------------


def switching(demand: Mapping[int, float], **values: Any) -> Case:
    """A case in which a licence costs 10 × 3 = 30 a year and imports 20 CNY/t."""
    maker = values.pop("maker", block)
    return case([maker("A", fixed_cost=3, **values)], demand, years=YEARS,
                supplies={"s": supply("s", 20, 100, years=YEARS)})


@pytest.mark.parametrize("maker", [block, mine])
def test_a_mine_does_not_come_back(maker: Any) -> None:
    """Demand 10, 0, 10. Kept through the idle year the licence costs 90; closed for it and opened again it would be 60.

    Not mined at all the imports cost 400, mined in one year only 30 + 200.
    """
    plan = solved(switching({2021: 10, 2023: 10}, maker=maker))

    assert plan.certificate.objective == pytest.approx(90)
    assert sorted(capacities(plan)) == [("A", year) for year in YEARS]


def test_where_waiting_is_dear_it_works_once_and_not_again() -> None:
    """With 10 × 25 = 250 a year: kept 750, one year 250 + 200 = 450, imports alone 400, opened twice 500: imports.

    With 15 × 10 = 150 a year: kept 450, one year 150 + 200 = 350, imports 400; opened twice 300 would win: 350.
    """
    def cost(rate: float) -> float:
        return solved(case([block("A", fixed_cost=rate)], {2021: 10, 2023: 10}, years=YEARS,
                           supplies={"s": supply("s", 20, 100, years=YEARS)})).certificate.objective

    assert cost(25) == pytest.approx(400)
    assert cost(15) == pytest.approx(350)


def test_earliest_and_latest_year() -> None:
    """Demand 10 in 2021–2023; the block may work in 2022 only: 10 served, 2000 short; it starts in its year."""
    plan = solved(case([block("A", earliest=2022, latest=2022)], 10, years=YEARS))

    assert plan.certificate.objective == pytest.approx(2000)
    assert set(capacities(plan)) == {("A", 2022)}
    assert not case([block("A", earliest=2022)], 0).blocks["A"].allowed(2021)


def test_an_existing_mine_that_may_not_begin_at_once_is_gone() -> None:
    """Its licence pauses in 2021: stopped, it does not come back in 2022."""
    plan = solved(case([mine("E", earliest=2022)], 10, years=YEARS))

    assert capacities(plan) == {}
    assert plan.certificate.objective == pytest.approx(3000)


# --- options and expansion -------------------------------------------------------------------------------------------


def test_a_fraction_of_a_large_option_is_no_small_one() -> None:
    """Demand 10; options 10 for 50 and 40 for 100 more: 50. Options side by side relax to a quarter of 150: 37.5.

    The nested form's linear relaxation is the optimum itself.
    """
    given = case([block("A", expanded=40, capital=50, expansion_capital=100)], 10)

    assert solved(given).certificate.objective == pytest.approx(50)
    assert relaxation(given) == pytest.approx(50)


def test_an_expansion_stays_until_the_mine_stops() -> None:
    """Demand 20, 10, 10; the licence costs 1 per 10⁴ t/a. Expanded for 2021 A stays at 20: 20 + 20 + 20 = 60.

    Taken back it would be 20 + 10 + 10 = 40. The 10 short of not expanding cost 1000.
    """
    plan = solved(case([mine("E", expanded=20, fixed_cost=1)], {2021: 20, 2022: 10, 2023: 10}, years=YEARS))

    assert plan.certificate.objective == pytest.approx(60)
    assert set(capacities(plan).values()) == {20}


def test_an_expanded_mine_may_still_close() -> None:
    """Demand 20, 0, 0: after 2021 nothing is needed and nothing is paid: 20."""
    plan = solved(case([mine("E", expanded=20, fixed_cost=1)], {2021: 20}, years=YEARS))

    assert plan.certificate.objective == pytest.approx(20)
    assert capacities(plan) == {("E", 2021): 20}


# --- mergers ---------------------------------------------------------------------------------------------------------


def merger(**values: Any) -> list[Any]:
    """Two mines of 10 at 2 CNY/t that can become one of 30 at 1 CNY/t."""
    return [mine("P", operating_cost=2, resource=40), mine("Q", operating_cost=2, resource=40),
            block("M", 30, status="merged", parents=("P", "Q"), operating_cost=1, **{"resource": 80, **values})]


def test_parents_stop_when_the_merged_mine_starts() -> None:
    """Demand 40: M alone gives 30 (30 + 1000), P and Q 20 (40 + 2000). All three together would serve 40 for 50."""
    plan = solved(case(merger(), 40))

    assert plan.certificate.objective == pytest.approx(1030)
    assert capacities(plan) == {("M", 2021): 30}


def test_a_merger_needs_parents_that_work_until_the_year_before() -> None:
    """M may start in 2023. P and Q cost 30 a year each to keep: 2 × 2 × 30 to have M in 2023.

    Demand 10 only in 2023, imports at 50 CNY/t: keeping both 120 + 10 = 130, imports 500. Without the parents M would
    cost 10 alone. With Q gone after 2021 there is no M at all: P stays, 20 in 2023 beside its licence.
    """
    def cost(**gone: Any) -> tuple[float, set[str]]:
        blocks = [mine("P", operating_cost=9, fixed_cost=3), mine("Q", operating_cost=9, fixed_cost=3, **gone),
                  block("M", 30, status="merged", parents=("P", "Q"), operating_cost=1, earliest=2023)]
        plan = solved(case(blocks, {2023: 30}, years=YEARS, supplies={"s": supply("s", 50, 100, years=YEARS)}))
        return plan.certificate.objective, {code for code, year in capacities(plan) if year == 2023}

    assert cost() == (pytest.approx(120 + 30), {"M"})
    assert cost(latest=2021) == (pytest.approx(90 + 90 + 1000), {"P"})


def test_the_merged_mine_takes_over_what_its_parents_left() -> None:
    """P and Q have 40 each, M the 80 of both. Demand 40, 40, 40 with M from 2022 on.

    2021: P and Q give 20. Left are 60 for 2022 and 2023 at 30 each. Short 20 + 10 + 10 = 40, 4000; mined 2 × 20 + 60.
    A fourth year shows the pool: with nothing left 40 more are short. A merged mine with a fresh 80 would serve 20 of
    them.
    """
    blocks = merger(earliest=2022)
    three = solved(case(blocks, 40, years=YEARS))
    four = solved(case(blocks, 40, years=(*YEARS, 2024)))

    assert three.certificate.objective == pytest.approx(4000 + 40 + 60)
    assert four.certificate.objective == pytest.approx(8000 + 40 + 60)


def test_what_is_explored_at_a_parent_is_the_merged_mines_too() -> None:
    """P and Q have 5 each and M their 10; 20 more are found at P for 2022. Demand 10, 20: all 30 can be mined.

    Before 2022 only 10 are there. Without the addition 20 would be short in 2022.
    """
    blocks = [mine("P", resource=5, additions=((2022, 20.0),)), mine("Q", resource=5),
              block("M", 30, status="merged", parents=("P", "Q"), resource=10, operating_cost=1)]

    plan = solved(case(blocks, {2021: 10, 2022: 20}, years=(2021, 2022)))

    assert plan.certificate.objective == pytest.approx(0 + 20)
    early = solved(case(blocks, {2021: 20, 2022: 10}, years=(2021, 2022)))
    assert early.certificate.objective == pytest.approx(1000 + 10)


# --- the strong rows -------------------------------------------------------------------------------------------------


def crowded(seed: int) -> Case:
    """A random case with several zones, years, options, a merger, an area and tight rules."""
    random = np.random.default_rng(seed)
    zones = {f"z{i}": Zone(f"z{i}", label(f"z{i}"), km(float(random.integers(0, 60)))) for i in range(3)}
    demand = {("works", z, y): float(random.integers(2, 12)) for z in zones for y in YEARS}
    blocks = [
        (mine if i < 2 else block)(
            f"B{i}", float(random.integers(6, 15)), expanded=float(random.integers(16, 25)),
            capital=float(random.integers(20, 90)), expansion_capital=float(random.integers(10, 60)),
            operating_cost=float(random.integers(5, 15)), fixed_cost=float(random.integers(0, 4)),
            resource=float(random.integers(20, 80)), place=km(float(random.integers(0, 60))),
            closure_cost=5.0, area="pit" if i % 2 else "")
        for i in range(5)
    ]
    blocks.append(block("M", 20, status="merged", parents=("B0", "B1"), capital=30,
                        resource=blocks[0].resource + blocks[1].resource, operating_cost=4))
    rules = {"mine_count": {"all": indicator(3, unit="mines")}, "area_capacity": {"pit": indicator(24)},
             "new_licences": {"all": indicator(1, unit="mines/a")},
             "output_cap": {"stone": indicator(28, "expected", penalty=2)}}
    return case(blocks, demand, years=YEARS, zones=zones, rules=rules, economics=Economics(
        haul=0.3, discount_rate=0.05, capital_life=5, working_rate=0.3),
        areas={"pit": Area(zh="坑", en="pit", area_km2=1, mineral="stone", clause="test")})


@pytest.mark.parametrize("seed", range(4))
def test_strong_rows_tighten_the_relaxation_and_not_the_optimum(seed: int) -> None:
    given = crowded(seed)
    weak, strong = optimum(given, strong=False), optimum(given)

    assert strong == pytest.approx(weak, rel=1e-7)
    assert relaxation(given, strong=False) <= relaxation(given) + 1e-6
    assert relaxation(given) <= strong + 1e-6
    assert solved(given).certificate.objective == pytest.approx(weak, rel=1e-7)


def test_strong_rows_bite() -> None:
    """Demand 1 from a mine of 10 with a capital of 50: the weak relaxation opens a tenth of it for 5, the strong all."""
    given = case([block("A", capital=50)], 1)

    assert relaxation(given, strong=False) == pytest.approx(5)
    assert relaxation(given) == pytest.approx(50)


# --- integrality -----------------------------------------------------------------------------------------------------


def test_beginnings_are_whole_by_themselves() -> None:
    """``begun`` is continuous; wherever the states are whole it is whole too, whatever the objective pulls at."""
    for sign, given in itertools.product((1, -1), (crowded(0), crowded(1))):
        whole = program(given)
        begun = np.array([name == "begun" for name, _ in whole.columns])

        pulled = replace(whole, cost=np.where(begun, float(sign), whole.cost * 1e-3))
        x = solve(pulled, Settings(gap=0.0)).x
        assert x is not None
        assert np.abs(x[begun] - np.rint(x[begun])).max() < 1e-6


def test_costs_of_an_empty_case() -> None:
    """No blocks, no supply: all is short; no demand: nothing costs."""
    assert costs(solved(case([], 10))) == {"shortage": 1000}
    assert costs(solved(case([], 0))) == {}
