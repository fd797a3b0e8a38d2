"""Every cost term in a case where it alone costs something, and the optimum by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mineralplan.case import Block, Case, Zone
from mineralplan.economics import Economics
from mineralplan.formulation.costs import TERMS
from mineralplan.formulation.objectives import COST, lines
from mineralplan.inputs.plan import Mineral, Use
from mineralplan.planning import Plan
from tiny import block, capacities, case, costs, indicator, km, label, mine, outputs, solved, supply

YEARS = (2021, 2022, 2023)


def by_year(plan: Plan, term: str) -> list[float]:
    """Return one term by year, undiscounted."""
    rows = plan.costs[plan.costs["term"] == term].sort_values("year")
    return [round(float(value), 6) for value in rows["cost_10kcny"]]


def one(given: Case) -> tuple[str, float, Plan]:
    """Return the only term that costs something, its undiscounted sum, and the plan."""
    plan = solved(given)
    ((term, total),) = costs(plan).items()
    return term, total, plan


def test_every_term_is_tested_and_counted() -> None:
    """A term of which no test speaks, or that the objective leaves out, would be a cost nobody pays."""
    assert {name.removeprefix("test_").partition("__")[0] for name in globals() if "__" in name} >= set(TERMS)
    assert {term for term, _ in lines(COST, case([block("A")], 1))} == set(TERMS)


# --- capital ---------------------------------------------------------------------------------------------------------


def test_capital__is_annualised_by_the_recovery_factor() -> None:
    """Capital 1000, 10 % over 2 years: 0.1 ÷ (1 − 1.1⁻²) = 0.576190…, 576.1905 a year.

    Discounted to 2020 over its two years that is 1000 again. Spread evenly it would be 500 a year and 867.77
    discounted; at the whole sum in the first year 909.09.
    """
    given = case([block("A", capital=1000)], 10, years=(2021, 2022), unserved=1e4,
                 economics=Economics(discount_rate=0.1, capital_life=2))

    term, total, plan = one(given)

    assert term == "capital"
    assert total == pytest.approx(2 * 1000 * 0.1 / (1 - 1.1**-2))
    assert plan.certificate.objective == pytest.approx(1000)


def test_capital__without_interest_is_spread_evenly() -> None:
    """Capital 300 over 10 years at no interest: 30 in the one year of the plan; unspread it would be 300."""
    assert one(case([block("A", capital=300)], 10, economics=Economics(capital_life=10)))[:2] == ("capital", 30)


def test_capital__is_sunk_and_not_given_back_when_a_mine_closes() -> None:
    """Demand 10 in one year only; A costs 50 a year, imports 10 × 12 = 120.

    Begun for 2021 A is paid to the horizon, 3 × 50 = 150, although it may close after 2021: the import is cheaper.
    Paid only while open, A would cost 50 and be chosen. Begun in the last year it costs 50 and is chosen.
    """
    dear = {"s": supply("s", 12, 100, years=YEARS)}
    early = solved(case([block("A", capital=50)], {2021: 10}, years=YEARS, supplies=dear))
    late = solved(case([block("A", capital=50)], {2023: 10}, years=YEARS, supplies=dear))

    assert costs(early) == {"imports": 120}
    assert costs(late) == {"capital": 50}
    assert by_year(late, "capital") == [0, 0, 50]


def test_capital__goes_on_when_the_mine_has_closed() -> None:
    """Demand 10 in 2021 only, nothing else to serve it; A costs 50 a year and 10 × 3 = 30 for its licence.

    A closes after 2021, which saves the 30, and pays 50 to the horizon: 30 + 3 × 50 = 180. Paid only while open it
    would be 80; at a licence kept for the sake of the capital 240.
    """
    plan = solved(case([block("A", capital=50, fixed_cost=3)], {2021: 10}, years=YEARS))

    assert capacities(plan) == {("A", 2021): 10}
    assert by_year(plan, "capital") == [50, 50, 50]
    assert by_year(plan, "fixed") == [30, 0, 0]


def test_capital__is_free_where_the_mine_is_there_already() -> None:
    """E (existing) and N (new), 10 each for 50 a year: E pays nothing, N pays 50. Paid by both 100."""
    assert costs(solved(case([mine("E", capital=50)], 10))) == {}
    assert one(case([block("N", capital=50)], 10))[:2] == ("capital", 50)


def test_capital__of_an_expansion_is_paid_on_top_from_when_it_is_taken_up() -> None:
    """The mine E (10) is there; the step to 20 costs 8 a year and is needed from 2022 on: 0, 8, 8.

    What an existing mine already holds costs nothing, however dear it was.
    """
    grows = mine("E", expanded=20, capital=500, expansion_capital=8)
    given = case([grows], {2021: 10, 2022: 20, 2023: 20}, years=YEARS)

    term, total, plan = one(given)

    assert (term, total) == ("capital", 16)
    assert by_year(plan, "capital") == [0, 8, 8]


def test_capital__of_a_large_option_contains_the_steps_below() -> None:
    """A new block at 10 for 7, at 20 for 5 more: licensed at 20 at once 12."""
    assert one(case([block("A", expanded=20, capital=7, expansion_capital=5)], 20))[:2] == ("capital", 12)


# --- running a mine --------------------------------------------------------------------------------------------------


def test_green_upgrade__is_annualised_on_the_capacity_of_the_mine_as_it_is() -> None:
    """20 CNY per t/a × 10 = 200, over 4 years without interest 50 a year while it works green.

    Asked from 2022 on: 0, 50, 50. Unspread it would be 200, 200; on the output of 5 only 25.
    """
    given = case([mine("E", green=False)], 5, years=YEARS, unserved=1e4,
                 economics=Economics(green_upgrade=20, capital_life=4),
                 rules={"green_share": {"small": indicator({2022: 1.0}, unit="share")}})

    term, total, plan = one(given)

    assert (term, total) == ("green_upgrade", 100)
    assert by_year(plan, "green_upgrade") == [0, 50, 50]


def test_fixed__is_paid_on_licensed_capacity_and_not_on_output() -> None:
    """Demand 4 from a mine of 10 at 3 per 10⁴ t/a: 30; on the output it would be 12.

    With the option of 20 in use 60, and not 30 + 60.
    """
    assert one(case([block("A", fixed_cost=3)], 4))[:2] == ("fixed", 30)
    assert one(case([block("A", expanded=20, fixed_cost=3)], 14))[:2] == ("fixed", 60)


def test_mining__is_paid_on_what_is_mined() -> None:
    """4 mined at 3 CNY/t: 12; on the capacity of 10 it would be 30."""
    assert one(case([block("A", operating_cost=3)], 4))[:2] == ("mining", 12)


def test_resource_tax__is_paid_on_output() -> None:
    """6 mined at 2 CNY/t, of which 80 % can be won: 12; on the resource consumed it would be 15."""
    given = case([block("A", recovery=0.8)], 6, economics=Economics(resource_tax={"stone": 2}))

    assert one(given)[:2] == ("resource_tax", 12)


def test_concession__is_paid_on_the_resource_consumed() -> None:
    """6 mined, 0.5 × 0.8 of a tonne in place is won: 15 consumed, at 2 CNY/t 30.

    On the output it would be 12, without slope lock 15, without recovery 24, multiplied instead of divided 4.8.
    """
    given = case([block("A", usable_share=0.5, recovery=0.8)], 6, economics=Economics(concession={"stone": 2}))

    assert one(given)[:2] == ("concession", 30)


def test_restoration__is_paid_on_output() -> None:
    """6 mined at 2 CNY/t: 12, in every year of work."""
    assert one(case([block("A", recovery=0.8)], 6, years=(2021, 2022),
                    economics=Economics(restoration={"stone": 2})))[:2] == ("restoration", 24)


def test_closure__is_paid_when_a_mine_stops_and_not_at_the_horizons_end() -> None:
    """Demand in 2021 only; keeping A costs nothing, so it never stops: 0. If the horizon's end counted: 40.

    With 10 × 3 = 30 a year for its licence it stops after 2021 and pays 40 in 2022: 30 + 40 = 70, under the 90 of
    staying.
    """
    idle = solved(case([mine("E", closure_cost=40)], {2021: 10}, years=YEARS))
    stopped = solved(case([mine("E", closure_cost=40, fixed_cost=3)], {2021: 10}, years=YEARS))

    assert costs(idle) == {}
    assert sorted(capacities(idle)) == [("E", year) for year in YEARS]
    assert costs(stopped) == {"fixed": 30, "closure": 40}
    assert by_year(stopped, "closure") == [0, 40, 0]


def test_closure__of_a_mine_of_the_base_year_that_does_not_go_on() -> None:
    """E worked in 2020 and may not in 2021: its 40 fall due in 2021, and only there."""
    term, total, plan = one(case([mine("E", closure_cost=40, latest=2020)], 0.0, years=YEARS))

    assert (term, total) == ("closure", 40)
    assert by_year(plan, "closure") == [40, 0, 0]


# --- haulage and carbon ----------------------------------------------------------------------------------------------


def test_haulage__is_loading_and_price_times_road_distance() -> None:
    """100 km as the crow flies, detour 1.2, 0.5 CNY/t·km, loading 4: 4 + 60 = 64 per t, 10 × 64 = 640.

    Without detour 540, without loading 600, with the detour on the loading too 648.
    """
    given = case([block("A", place=km(100))], 10, economics=Economics(haul=0.5, loading=4, detour=1.2))

    term, total, _ = one(given)

    assert term == "haulage"
    assert total == pytest.approx(640)


def test_haulage__takes_the_road_where_it_is_known() -> None:
    """The road of 30 km replaces the estimate and is not made longer by the detour: 4 + 15 = 19 per t."""
    given = case([block("A", place=km(100))], 10, routes={("A", "town"): 30.0},
                 economics=Economics(haul=0.5, loading=4, detour=1.2))

    assert one(given)[1] == pytest.approx(190)


def test_haulage__is_paid_on_the_product_and_also_on_what_is_brought() -> None:
    """Half of what is mined is product: 5 hauled, not 10. Of the import 5 as well, over 20 km: 100."""
    half = {"works": Use(zh="works", en="works", served_by={"stone": 0.5})}
    given = case([block("A", place=km(10))], 10, uses=half, supplies={"s": supply("s", 0, 100, at=20)},
                 economics=Economics(haul=1))

    term, total, plan = one(given)

    assert (term, total) == ("haulage", pytest.approx(5 * 10 + 5 * 20))
    assert outputs(plan) == {("A", 2021): 10}


def test_carbon__price_and_units() -> None:
    """10 × 10⁴ t mined at 5 kg/t are 500 t CO₂e; hauled 100 km at 0.2 kg/t·km another 2000 t.

    At 40 CNY/t that is 100,000 CNY = 10 × 10⁴. A factor forgotten gives 10,000 or 1.
    """
    given = case([block("A", place=km(100))], 10,
                 economics=Economics(carbon_price=40, haul_carbon=0.2, mining_carbon={"stone": 5}))

    term, total, _ = one(given)

    assert term == "carbon"
    assert total == pytest.approx(2500 * 40 / 1e4)


def test_carbon__of_what_is_brought_is_that_of_its_road_alone() -> None:
    """10 imported over 50 km at 0.2 kg/t·km are 1000 t CO₂e, at 40 CNY/t 4; the mining elsewhere is not counted.

    A haulage of shipments alone would cost nothing; with 5 kg/t of mining on the import it would be 6.
    """
    given = case([], 10, supplies={"s": supply("s", 0, 100, at=50)},
                 economics=Economics(carbon_price=40, haul_carbon=0.2, mining_carbon={"stone": 5}))

    assert one(given)[:2] == ("carbon", pytest.approx(4))


def test_carbon__without_a_price_costs_nothing() -> None:
    given = case([block("A", place=km(100))], 10, economics=Economics(haul_carbon=0.2, mining_carbon={"stone": 5}))

    assert costs(solved(given)) == {}


def test_carbon__decides_between_near_and_clean() -> None:
    """A emits 5 kg/t at 0 km, B nothing at 10 km with 0.2 kg/t·km = 2 kg/t: B, 10 × 2 × 100 ÷ 1000 = 2."""
    minerals = {name: Mineral(zh=name, en=name) for name in ("stone", "clean")}
    uses = {"works": Use(zh="works", en="works", served_by={"stone": 1.0, "clean": 1.0})}
    given = case([block("A"), block("B", mineral="clean", place=km(10))], 10, minerals=minerals, uses=uses,
                 economics=Economics(carbon_price=100, haul_carbon=0.2, mining_carbon={"stone": 5}))

    term, total, plan = one(given)

    assert (term, total) == ("carbon", pytest.approx(2))
    assert outputs(plan) == {("B", 2021): 10}


# --- other supply, shortage, penalties -------------------------------------------------------------------------------


def test_imports__price_of_the_year_within_the_limit() -> None:
    """Demand 10, at most 6 a year, at 7 CNY/t in 2021 and 9 in 2022: 42 + 54; 4 stay short at 100 each year.

    Shortage is paid too here; without a limit the imports would cost 160 and nothing be short.
    """
    priced = replace(supply("s", 0, 6, years=(2021, 2022)), price={2021: 7.0, 2022: 9.0})
    given = case([], 10, years=(2021, 2022), supplies={"s": priced})

    assert costs(solved(given)) == {"imports": 96, "shortage": 800}


def test_recycled__is_told_apart_from_imports() -> None:
    """6 recycled at 3 CNY/t, the rest imported at 5: 18 and 20."""
    given = case([], 10, supplies={"r": supply("r", 3, 6, kind="recycled"), "s": supply("s", 5, 100)})

    assert costs(solved(given)) == {"recycled": 18, "imports": 20}


def test_spoil__serves_its_own_townships_only() -> None:
    """Town and east want 10 each; 12 dug in the town's works at 3 CNY/t: 10 × 3 = 30 in the town, the east is short.

    2 of the 12 are left over. Free to go anywhere they would cost 36 and leave 8 short: 800 instead of 1000.
    """
    zones = {name: Zone(name, label(name), km(0)) for name in ("town", "east")}
    dug = replace(supply("d", 3, 12, kind="spoil"), reach=("town",))
    given = case([], {("works", name, 2021): 10.0 for name in zones}, zones=zones, supplies={"d": dug})

    assert costs(solved(given)) == {"spoil": 30, "shortage": 1000}


def test_spoil__is_told_apart_from_recycled() -> None:
    """4 of the works at 2 CNY/t, the other 6 recycled at 3: 8 and 18."""
    given = case([], 10, supplies={"d": supply("d", 2, 4, kind="spoil"), "r": supply("r", 3, 6, kind="recycled")})

    assert costs(solved(given)) == {"spoil": 8, "recycled": 18}


def test_shortage__is_the_worth_of_what_is_not_met() -> None:
    """Demand 10 from a mine of 4: 6 short at 100, 600. Nothing else costs anything."""
    assert one(case([block("A", 4)], 10))[:2] == ("shortage", 600)


def test_shortage__exports_worth_less_than_they_cost_are_not_served() -> None:
    """The neighbour pays 20; delivered from A (5 CNY/t) over 10 km at 1 CNY/t·km it costs 15: served, 150.

    Over 16 km it costs 21: not served, and what is lost is its worth, 10 × 20 = 200. Served all the same: 210.
    """
    def cost(distance: float) -> dict[str, float]:
        zones = {"abroad": Zone("abroad", label("abroad"), km(distance), kind="neighbour")}
        return costs(solved(case([block("A", operating_cost=5)], {("works", "abroad", 2021): 10.0}, zones=zones,
                                 unserved=20, economics=Economics(haul=1))))

    assert cost(10) == {"mining": 50, "haulage": 100}
    assert cost(16) == {"shortage": 200}


def test_shortage__every_zone_has_a_worth_of_its_own() -> None:
    """10 to give, the town and the neighbour want 10 each, at 100 and at 20: the town is served, 200 is lost.

    With one worth for both, 1000 would be lost whoever is served.
    """
    zones = {"town": Zone("town", label("town"), km(0)), "abroad": Zone("abroad", label("abroad"), km(0), "neighbour")}
    demand = {("works", "abroad", 2021): 10.0, ("works", "town", 2021): 10.0}
    worth = {("works", "abroad", 2021): 20.0, ("works", "town", 2021): 100.0}
    given = replace(case([block("A")], demand, zones=zones), unserved_cost=worth)

    term, total, plan = one(given)

    assert (term, total) == ("shortage", 200)
    assert plan.allocation.short("works", 2021, frozenset({"abroad"})) == [10]


def test_imports__never_serve_a_neighbour() -> None:
    """Outside supply is for the district's own demand: the neighbour's 10 stay unserved although imports are free."""
    zones = {"abroad": Zone("abroad", label("abroad"), km(0), kind="neighbour")}
    given = case([], {("works", "abroad", 2021): 10.0}, zones=zones, unserved=20, supplies={"s": supply("s", 0, 100)})

    assert one(given)[:2] == ("shortage", 200)


def test_penalties__are_per_unit_missed_and_year() -> None:
    """20 mined in each of two years under an expected cap of 12, at 3: 2 × 8 × 3 = 48. Nothing else costs."""
    given = case([block("A", 20)], 20, years=(2021, 2022), rules={
        "output_cap": {"stone": indicator(12, "expected", penalty=3)}})

    assert one(given)[:2] == ("penalties", 48)


def test_penalties__of_an_indicator_without_a_price_are_reported_only() -> None:
    plan = solved(case([block("A", 20)], 20, rules={"output_cap": {"stone": indicator(12, "expected")}}))

    assert costs(plan) == {}
    assert [(f.value, f.holds) for f in plan.findings] == [(20, False)]


# --- discounting -----------------------------------------------------------------------------------------------------


def test_discounting_goes_back_to_the_base_year() -> None:
    """10 a year in 2021 and 2022 at 10 %: 10 ÷ 1.1 + 10 ÷ 1.21 = 17.3554. From the first year it would be 19.0909.

    The table carries both sums, and the discounted ones add up to the objective.
    """
    plan = solved(case([block("A", operating_cost=1)], 10, years=(2021, 2022), economics=Economics(discount_rate=0.1)))

    assert plan.certificate.objective == pytest.approx(10 / 1.1 + 10 / 1.21)
    assert costs(plan) == {"mining": 20}
    assert float(plan.costs["discounted_10kcny"].sum()) == pytest.approx(plan.certificate.objective, rel=1e-12)


def test_discounting_decides_when_to_mine() -> None:
    """20 in the ground, demand 20 in both years; short now costs more than short later: 2021 is served.

    2021: 0, 2022: 2000 ÷ 1.21; the other way 2000 ÷ 1.1. Undiscounted both would be equal.
    """
    plan = solved(case([block("A", 20, resource=20)], 20, years=(2021, 2022), economics=Economics(discount_rate=0.1)))

    assert outputs(plan) == {("A", 2021): 20}
    assert plan.certificate.objective == pytest.approx(2000 / 1.21)


def mixed() -> tuple[list[Block], dict[str, Any]]:
    """Return blocks and values of a case in which every term of the mines costs something."""
    blocks = [
        mine("E", green=False, expanded=14, expansion_capital=60, fixed_cost=1, operating_cost=2, closure_cost=9,
             recovery=0.9, place=km(5)),
        block("N", 12, capital=90, operating_cost=1, recovery=0.8, usable_share=0.9, place=km(12)),
    ]
    economics = Economics(
        discount_rate=0.06, capital_life=12, haul=0.4, loading=1, detour=1.3, green_upgrade=3, carbon_price=80,
        haul_carbon=0.1, resource_tax={"stone": 1}, concession={"stone": 0.5}, restoration={"stone": 0.3},
        mining_carbon={"stone": 4},
    )
    rules = {"green_share": {"small": indicator(1.0, "expected", unit="share", penalty=7)},
             "output_cap": {"stone": indicator(20, "expected", penalty=2)}}
    return blocks, {"economics": economics, "rules": rules, "supplies": {
        "s": supply("s", 30, 3, years=YEARS), "r": supply("r", 8, 2, kind="recycled", years=YEARS)}}


def test_all_terms_together_recomputed_from_the_tables() -> None:
    """Output, capacity, flows and shortage of the plan, priced again by hand: the same sum as the objective."""
    blocks, values = mixed()
    given = case(blocks, {2021: 12, 2022: 22, 2023: 40}, years=YEARS, **values)
    plan = solved(given)
    made, total, factor = plan.allocation, 0.0, 0.06 / (1 - 1.06**-12)
    for year in YEARS:
        cost = 0.0
        for code in made.working(year):
            b, output = given.blocks[code], made.output[code, year]
            taxes = 1 + 0.3 + 0.5 / (b.usable_share * b.recovery)
            cost += made.capacity[code, year] * b.fixed_cost + output * (b.operating_cost + taxes + 4 * 80 / 1000)
        cost += factor * 90 * any(b == "N" and y <= year for b, y in made.capacity)
        cost += factor * 60 * any(b == "E" and y <= year and c == 14 for (b, y), c in made.capacity.items())
        green = [code for code in made.working(year) if (code, year) in made.green]
        cost += factor * 3 * 10 * ("E" in green and made.capacity["E", year] == 10)
        cost += 7 * (len(made.working(year)) - len(green))
        cost += 9 * ("E" not in made.working(year) and (year == 2021 or "E" in made.working(year - 1)))
        cost += 2 * max(0.0, sum(q for (_, y), q in made.output.items() if y == year) - 20)
        for row in made.flows[made.flows["year"] == year].itertuples():
            road, price = {"E": (6.5, 0), "N": (15.6, 0), "s": (0, 30), "r": (0, 8)}[row.source]
            cost += row.quantity_10kt * (price + 1 + 0.4 * road + 0.1 * road * 80 / 1000)
        cost += 100 * sum(made.short("works", year, frozenset({"town"})))
        total += cost / 1.06 ** (year - 2020)

    assert plan.certificate.objective == pytest.approx(total, rel=1e-9)
    assert {"capital", "fixed", "mining", "haulage", "imports", "recycled", "shortage", "carbon"} <= set(costs(plan))
