"""The physical laws: what no plan can break, whatever its rules are."""

from __future__ import annotations

import pytest

from mineralplan.case import Block, Case, Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Mineral, Use
from mineralplan.solving.highs import Settings, solve
from tiny import block, capacities, case, compiled, drawn, km, label, mine, outputs, relaxed, solved, supply

TWO, THREE = (2021, 2022), (2021, 2022, 2023)


def _yield(share: float) -> dict[str, Use]:
    return {"works": Use(zh="works", en="works", served_by={"stone": share})}


def _cost(given: Case) -> float:
    return round(solved(given).certificate.objective, 6)


# Balance, yield and capacity


def test_output_is_what_is_shipped_divided_by_the_yield() -> None:
    """Demand 8 t of product, 0.8 t of product per tonne mined: 8 ÷ 0.8 = 10 are mined, 10 × 1 = 10.

    Yield forgotten: 8. Yield on the wrong side: 8 × 0.8 = 6.4.
    """
    plan = solved(case([block("A", 20, operating_cost=1)], 8, uses=_yield(0.8)))

    assert plan.certificate.objective == pytest.approx(10)
    assert outputs(plan) == {("A", 2021): 10}
    assert plan.allocation.flows["quantity_10kt"].tolist() == [8]


def test_capacity_limits_what_is_mined_and_not_what_is_shipped() -> None:
    """Demand 10, capacity 10, yield 0.8: 8 arrive and 2 are short at 100, 10 × 1 + 200 = 210.

    A limit on the product instead would mine 12.5 and cost 12.5.
    """
    assert _cost(case([block("A", 10, operating_cost=1)], 10, uses=_yield(0.8))) == 210


def test_the_mineral_that_is_cheaper_per_tonne_of_product_is_mined() -> None:
    """Stone costs 1.0 and yields 0.5: 2.0 per tonne of product; shale costs 1.5 and yields 1: 1.5. Demand 10: 15.

    Yields forgotten, stone looks cheaper: 10 (or, paid afterwards, 20).
    """
    both = {"works": Use(zh="works", en="works", served_by={"stone": 0.5, "shale": 1.0})}
    minerals = {name: Mineral(zh=name, en=name) for name in ("stone", "shale")}
    blocks = [block("A", 100, operating_cost=1.0), block("B", 100, operating_cost=1.5, mineral="shale")]

    plan = solved(case(blocks, 10, uses=both, minerals=minerals))

    assert plan.certificate.objective == pytest.approx(15)
    assert outputs(plan) == {("B", 2021): 10}


def test_a_mine_shares_its_output_among_the_zones_and_serves_none_beyond_its_demand() -> None:
    """A gives 10; town wants 4, east wants 8: 12 − 10 = 2 short, 10 × 1 + 200 = 210.

    If each zone could draw the whole capacity: 12. If surplus in town could count for east: 210 as well, so the
    balance of each zone is asked too.
    """
    zones = {name: Zone(name, label(name), km(0.0)) for name in ("town", "east")}
    demand = {("works", "town", 2021): 4.0, ("works", "east", 2021): 8.0}
    plan = solved(case([block("A", operating_cost=1)], demand, zones=zones))

    assert plan.certificate.objective == pytest.approx(210)
    for (_, zone, _), wanted in demand.items():
        flows, short = plan.allocation.flows, plan.allocation.shortage
        arrived = flows.loc[flows["zone"] == zone, "quantity_10kt"].sum()
        missing = short.loc[short["zone"] == zone, "quantity_10kt"].sum()
        assert arrived + missing == pytest.approx(wanted)


def test_outside_supply_keeps_its_limit_and_is_not_sold_on() -> None:
    """Imports at 2, at most 6. Town wants 10, a neighbour wants 5: 6 × 2 + 4 × 100 + 5 × 100 = 912.

    Without the limit: 10 × 2 + 500 = 520. If imports could be sold to the neighbour with no limit: 30.
    """
    zones = {"town": Zone("town", label("town"), km(0.0)), "far": Zone("far", label("far"), km(0.0), "neighbour")}
    demand = {("works", "town", 2021): 10.0, ("works", "far", 2021): 5.0}
    plan = solved(case([], demand, zones=zones, supplies={"I": supply("I", 2, 6)}))

    assert plan.certificate.objective == pytest.approx(912)
    assert set(plan.allocation.flows["zone"]) == {"town"}


# Working rate


def test_a_mine_that_cannot_sell_half_of_its_capacity_closes() -> None:
    """Capacity 20 at a working rate of 0.5 asks for 10, the demand is 4: the mine closes, 7 + 4 × 100 = 407.

    A formulation that lets stone be thrown away mines 10 and costs 10; one without the rate mines 4 and costs 4.
    """
    given = case([mine("A", 20, operating_cost=1, closure_cost=7)], 4, economics=Economics(working_rate=0.5))
    plan = solved(given)

    assert plan.certificate.objective == pytest.approx(407)
    assert capacities(plan) == {}


def test_a_mine_that_just_sells_its_working_rate_stays() -> None:
    """Demand 10 is exactly 0.5 × 20: 10 × 1 = 10. A strict inequality would close it: 7 + 1000."""
    given = case([mine("A", 20, operating_cost=1, closure_cost=7)], 10, economics=Economics(working_rate=0.5))

    assert _cost(given) == 10


# Resource


@pytest.mark.parametrize(("usable", "recovery"), [(0.5, 0.8), (0.8, 0.5), (0.4, 1.0)])
def test_resource_is_consumed_by_output_divided_by_what_can_be_won(usable: float, recovery: float) -> None:
    """Of 20 in place 20 × 0.4 = 8 can be mined; demand 10: 8 × 1 + 2 × 100 = 208.

    One of the two shares forgotten, or multiplied on the side of the output: 10.
    """
    blocks = [block("A", operating_cost=1, resource=20, usable_share=usable, recovery=recovery)]

    assert _cost(case(blocks, 10)) == 208


def test_resource_is_one_stock_for_all_years() -> None:
    """20 in place, half of it recoverable: 10 in all. Demand 10 in two years: 10 × 1 + 10 × 100 = 1010.

    A limit per year would give 10 each year: 20.
    """
    plan = solved(case([block("A", operating_cost=1, resource=20, recovery=0.5)], 10, years=TWO))

    assert plan.certificate.objective == pytest.approx(1010)
    assert sum(outputs(plan).values()) == pytest.approx(10)


@pytest.mark.parametrize(
    ("year", "mined"),
    [(2019, 15), (2021, 15), (2022, 15), (2023, 11), (2024, 5)],
)
def test_an_addition_is_usable_from_its_year(year: int, mined: float) -> None:
    """Demand 6 in three years, 5 in place, 10 more from ``year``: 15 at most.

    From 2021 or before: all 15. From 2022: 5 in 2021, then 5 + 5. From 2023: 5 by 2022, then the demand, 6. After
    the horizon: 5. The cost is mined × 1 + (18 − mined) × 100. Usable before its year, 2023 would give 15 too.
    """
    blocks = [block("A", operating_cost=1, resource=5, additions=((year, 10.0),))]
    plan = solved(case(blocks, 6, years=THREE))

    assert sum(outputs(plan).values()) == pytest.approx(mined)
    assert plan.certificate.objective == pytest.approx(mined + (18 - mined) * 100)


def test_what_was_not_used_of_an_addition_stays() -> None:
    """Nothing in place, 10 from 2021 and 5 from 2023, demand 0, 8, 8: 8 in 2022 and 7 in 2023, 15 + 1 × 100 = 115.

    An addition lost at the end of its year would leave 5 for 2023 and nothing for 2022: 5 + 1100.
    """
    blocks = [block("A", operating_cost=1, resource=0, additions=((2021, 10.0), (2023, 5.0)))]

    assert _cost(case(blocks, {2021: 0, 2022: 8, 2023: 8}, years=THREE)) == 115


# Starting and stopping


@pytest.mark.parametrize("make", [block, mine])
def test_no_mine_opens_twice(make: type[Block]) -> None:
    """Demand 10, 0, 10; capacity 10 at a fixed cost of 1: the mine works through, 3 × 10 = 30.

    Could it close and open again, 20. A new mine and one of the base year alike.
    """
    plan = solved(case([make("A", fixed_cost=1)], {2021: 10, 2022: 0, 2023: 10}, years=THREE))

    assert plan.certificate.objective == pytest.approx(30)
    assert len(capacities(plan)) == 3


def test_a_year_without_sales_ends_a_mine_that_must_work() -> None:
    """The same with a working rate: nothing can be sold in 2022, so one year of demand is lost, 10 + 1000 = 1010.

    With re-opening it would cost 20; without the working rate 30.
    """
    given = case([block("A", fixed_cost=1)], {2021: 10, 2022: 0, 2023: 10}, years=THREE,
                 economics=Economics(working_rate=0.5))

    assert _cost(given) == 1010


def test_a_mine_of_the_base_year_does_not_come_back() -> None:
    """An existing mine that may work from 2022 on only is closed in 2021: 5 + 10 × 100 in each of two years = 2005.

    Could it start again, only 2021 would be short: 1005.
    """
    assert _cost(case([mine("A", closure_cost=5, earliest=2022)], 10, years=TWO)) == 2005


def test_a_block_works_within_its_years() -> None:
    """Allowed in 2022 only, demand 10 in three years: 10 × 1 + 2 × 1000 = 2010. Without the years: 30."""
    plan = solved(case([block("A", operating_cost=1, earliest=2022, latest=2022)], 10, years=THREE))

    assert plan.certificate.objective == pytest.approx(2010)
    assert set(capacities(plan)) == {("A", 2022)}


# Options


def test_a_larger_option_is_built_on_the_smaller_one() -> None:
    """10 for 30, ten more for 5. Demand 20: 30 + 5 = 35. With options side by side: 5. Demand 10: 30, not 35."""
    assert _cost(case([block("A", 10, expanded=20, capital=30, expansion_capital=5)], 20)) == 35
    assert _cost(case([block("A", 10, expanded=20, capital=30, expansion_capital=5)], 10)) == 30


def test_an_expansion_may_come_later_and_is_paid_from_then() -> None:
    """Existing 10, ten more for 40. Demand 10, then 20: 40 in 2022 only. Paid from the start: 80."""
    plan = solved(case([mine("A", 10, expanded=20, capital=1000, expansion_capital=40)], {2021: 10, 2022: 20},
                       years=TWO))

    assert plan.certificate.objective == pytest.approx(40)
    assert capacities(plan) == {("A", 2021): 10, ("A", 2022): 20}


def test_an_expansion_stays_while_the_mine_works() -> None:
    """Demand 20, then 10, fixed cost 1 per capacity: 20 + 20 = 40. Could the licence shrink: 20 + 10 = 30."""
    plan = solved(case([block("A", 10, expanded=20, fixed_cost=1)], {2021: 20, 2022: 10}, years=TWO))

    assert plan.certificate.objective == pytest.approx(40)
    assert capacities(plan) == {("A", 2021): 20, ("A", 2022): 20}


def test_an_expanded_mine_can_close() -> None:
    """Demand 20, 20, 0: two years of 20 = 40. Were an expansion for ever, the third year would cost 20 more."""
    assert _cost(case([block("A", 10, expanded=20, fixed_cost=1)], {2021: 20, 2022: 20, 2023: 0}, years=THREE)) == 40


# Mergers


def _merger(**merged: object) -> list[Block]:
    """Two mines of 5 at 3 CNY/t, and the mine of 10 at 1 CNY/t that can replace them."""
    values = {"operating_cost": 1, "status": "merged", "parents": ("P", "Q"), **merged}
    return [mine("P", 5, operating_cost=3), mine("Q", 5, operating_cost=3), block("M", 10, **values)]


def test_a_merged_mine_works_in_place_of_its_parents() -> None:
    """Demand 20: merged 10 × 1 and 10 short, 10 + 1000 = 1010. Were the parents to work beside it: 10 + 30 = 40."""
    plan = solved(case(_merger(), 20))

    assert plan.certificate.objective == pytest.approx(1010)
    assert capacities(plan) == {("M", 2021): 10}


def test_parents_work_until_the_merger() -> None:
    """Merger from 2022, demand 10 twice: 10 × 3 + 10 × 1 = 40. A merger that wants stopped parents: 60 or more."""
    plan = solved(case(_merger(earliest=2022), 10, years=TWO))

    assert plan.certificate.objective == pytest.approx(40)
    assert set(capacities(plan)) == {("P", 2021), ("Q", 2021), ("M", 2022)}


def test_a_merger_needs_parents_that_worked_the_year_before() -> None:
    """P may work until 2021, the merger comes in 2023: demand 10 in 2021 only, 10 × 1 + 2 × 1000 = 2010.

    If a closed parent could be merged, 2023 would be served: 1020.
    """
    blocks = [mine("P", operating_cost=1, latest=2021),
              block("M", operating_cost=1, status="merged", parents=("P",), earliest=2023)]

    assert _cost(case(blocks, 10, years=THREE)) == 2010


def test_a_merger_needs_all_of_its_parents() -> None:
    """Q may not work from 2021 on, so that P and Q cannot merge in 2022: P alone, 5 × 3 + 5 × 100 in both years.

    1030 in all; with one parent enough: 515 + 10 = 525.
    """
    blocks = [mine("P", 5, operating_cost=3), mine("Q", 5, latest=2020),
              block("M", 10, operating_cost=1, status="merged", parents=("P", "Q"), earliest=2022)]

    assert _cost(case(blocks, 10, years=TWO)) == 1030


@pytest.mark.parametrize(("added", "expected"), [(0.0, 515), (3.0, 218), (5.0, 20)])
def test_a_merged_mine_draws_on_what_its_parents_left(added: float, expected: float) -> None:
    """P has 15 and mines 10 in 2021; M takes over in 2022 with 5 left: 15 × 1 + 5 × 100 = 515.

    With 3 (5) more found in P by 2022: 18 + 200 = 218 (20). A resource of its own for M: 20 in every case.
    """
    blocks = [mine("P", operating_cost=1, resource=15, latest=2021, additions=((2022, added),) if added else ()),
              block("M", operating_cost=1, resource=15, status="merged", parents=("P",))]

    assert _cost(case(blocks, 10, years=TWO)) == expected


@pytest.mark.parametrize(("last", "merged_cost", "expected"), [(None, 50, 20), (2021, 1, 812)])
def test_a_merger_binds_its_parents_only_when_it_comes(last: int | None, merged_cost: float, expected: float) -> None:
    """P has 20 at 1 CNY/t, M would have 12; demand is 10 in each of two years.

    M at 50 is not worth it: P gives all, 20; bound by a mine that never starts: 12 + 8 × 100 = 812.
    Where P must end in 2021 and M follows at 1, of its 12 there are 2 left: 10 + 2 + 8 × 100 = 812, and not 20.
    """
    blocks = [mine("P", operating_cost=1, resource=20, latest=last),
              block("M", operating_cost=merged_cost, resource=12, status="merged", parents=("P",))]

    assert _cost(case(blocks, 10, years=TWO)) == expected


# Strong rows


def test_strong_rows_close_the_gap_of_the_relaxation() -> None:
    """One mine of 100 for a capital of 100, demand 10.

    Capacity rows alone open a tenth of the mine: bound 0.1 × 100 = 10. With ship ≤ min(10, 100) × open: 100, which is
    the optimum. A row with capacity in place of the smaller of the two would say 10 again.
    """
    given = case([block("A", 100, capital=100)], 10)
    bounds = [solve(relaxed(compiled(given, strong=strong))).objective for strong in (False, True)]

    assert bounds == pytest.approx([10, 100])
    assert _cost(given) == 100


def test_strong_rows_count_the_options_one_on_the_other() -> None:
    """Options 4 (capital 8) and 10 (12 more), demand 10, yield 0.5: at most 2, then 5 arrive.

    Optimum 8 + 12 + 5 × 100 = 520. Rows that know the first option only ship 2 and leave 8 short: 8 + 800 = 808.
    """
    given = case([block("A", 4, expanded=10, capital=8, expansion_capital=12)], 10, uses=_yield(0.5))

    assert _cost(given) == 520


@pytest.mark.parametrize("seed", range(8))
def test_strong_rows_cut_off_no_plan(seed: int) -> None:
    """With and without them the optimum is the same, and the relaxation with them is nowhere weaker."""
    given, exact = drawn(seed), Settings(gap=0.0)
    strong, weak = compiled(given), compiled(given, strong=False)

    assert solve(strong, exact).objective == pytest.approx(solve(weak, exact).objective, rel=1e-7)
    assert solve(relaxed(strong)).objective >= solve(relaxed(weak)).objective - 1e-6
