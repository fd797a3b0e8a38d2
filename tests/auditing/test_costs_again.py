"""Costs computed again: by hand, and equal to what the solver's own lines say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from plans import YEARS, audited, whole

from mineralplan.auditing import costs
from mineralplan.auditing.measures import MEASURES
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.formulation import costs as formulated
from mineralplan.formulation import objectives
from mineralplan.planning import Plan
from tiny import YEAR, block, case, drawn, indicator, km, label, mine, solved, supply


def again(given: Case, *args: object, **values: object) -> dict[str, dict[int, Fraction]]:
    """Return the cost of a whole plan by term and year, without the zeros."""
    found: dict[str, dict[int, Fraction]] = {}
    for (term, year), cost in audited(given, whole(given, *args, **values)).costs.items():  # type: ignore[arg-type]
        if cost:
            found.setdefault(term, {})[year] = cost
    return found


def test_the_same_terms_and_measures() -> None:
    """Two computations that share no code, of the same things in the same order."""
    assert list(costs.TERMS) == list(formulated.TERMS)
    assert list(MEASURES) == list(objectives.MEASURES)


def test_the_capital_recovery_factor_is_exact() -> None:
    """Half a year's rate over two years: 0.5 ÷ (1 − 1.5⁻²) = 0.5 ÷ (5/9) = 9/10. Without interest, one half."""
    assert costs.capital_recovery_factor(Economics(discount_rate=0.5, capital_life=2)) == Fraction(9, 10)
    assert costs.capital_recovery_factor(Economics(capital_life=2)) == Fraction(1, 2)


def test_a_life_that_is_not_whole() -> None:
    economics = Economics(discount_rate=0.08, capital_life=12.5)

    assert float(costs.capital_recovery_factor(economics)) == economics.capital_recovery_factor


def test_capital_is_paid_on_what_was_begun() -> None:
    """N takes up 40 in 2021 and 10 more in 2022, and stops: annualised over 10 years it pays 4, 5 and still 5.

    E holds its first option since before, and pays 2 for the expansion alone. Paid on what works, 2023 would be 0.
    """
    given = case(
        [block("N", 10, expanded=20, capital=40, expansion_capital=10), mine("E", 5, expanded=9, capital=70,
                                                                             expansion_capital=20)],
        dict.fromkeys(YEARS, 30.0), years=YEARS, economics=Economics(capital_life=10), unserved=0.0)

    assert again(given, {("N", 2021): 10, ("N", 2022): 20})["capital"] == {2021: 4, 2022: 5, 2023: 5}
    assert again(given, {("E", 2021): 5, ("E", 2022): 9})["capital"] == {2022: 2, 2023: 2}


def test_closure_is_paid_when_a_mine_stops() -> None:
    """A stops in 2021 (it worked in the base year), B in 2023; C never worked."""
    given = case([mine("A", closure_cost=3), mine("B", closure_cost=5), block("C", closure_cost=7)],
                 dict.fromkeys(YEARS, 30.0), years=YEARS, unserved=0.0)

    assert again(given, {("B", 2021): 10, ("B", 2022): 10}) == {"closure": {2021: 3, 2023: 5}}


def test_an_upgrade_is_paid_while_the_mine_works_as_it_is() -> None:
    """20 CNY per t/a over 10 years: 2 × 10 = 20 a year in 2021 and 2022; expanded in 2023 it is green by itself."""
    given = case([mine("E", 10, expanded=15, green=False), mine("G")], dict.fromkeys(YEARS, 30.0), years=YEARS,
                 economics=Economics(capital_life=10, green_upgrade=20), unserved=0.0)
    mines = {("E", 2021): 10, ("E", 2022): 10, ("E", 2023): 15, ("G", 2021): 10}

    assert again(given, mines) == {"green_upgrade": {2021: 20, 2022: 20}}


def test_costs_of_a_tonne() -> None:
    """6 mined at 60 % × 50 % and hauled 10 km; 4 imported from 90 km for 20 CNY/t, 3 recycled for 5, 2 of spoil for 1.

    Fixed 2 × 10; mining 7 × 6; tax 3 × 6; concession 1.5 × 6 ÷ 0.3; restoration 0.5 × 6; haulage 1 + 0.3 per km;
    15 are wanted at 100 CNY/t: none is short. Carbon: (4 kg × 6 + 0.1 kg × 420 km) at 50 CNY/t CO₂e.
    """
    kinds = {"I": ("import", 20), "R": ("recycled", 5), "S": ("spoil", 1)}
    given = case(
        [block("N", 10, fixed_cost=2, operating_cost=7, usable_share=0.6, recovery=0.5)], 15.0,
        economics=Economics(haul=0.3, loading=1, carbon_price=50, haul_carbon=0.1, resource_tax={"stone": 3},
                            concession={"stone": 1.5}, restoration={"stone": 0.5}, mining_carbon={"stone": 4}),
        routes={("N", "town"): 10.0, ("I", "town"): 90.0, ("R", "town"): 0.0, ("S", "town"): 0.0},
        supplies={code: supply(code, price, 9, kind=kind) for code, (kind, price) in kinds.items()})
    bought = [(YEAR, code, "works", "town", float(amount)) for code, amount in (("I", 4), ("R", 3), ("S", 2))]
    km_t = 6 * 10 + 4 * 90

    found = {term: cost[YEAR] for term, cost in again(given, {("N", YEAR): (10, 6)}, more=bought).items()}

    assert found == {
        "fixed": 20, "mining": 42, "resource_tax": 18, "concession": 30, "restoration": 3,
        "haulage": 15 + Fraction(3, 10) * km_t, "imports": 80, "recycled": 15, "spoil": 2,
        "carbon": Fraction(50, 1000) * (24 + Fraction(1, 10) * km_t),
    }


def test_unserved_demand_and_penalties() -> None:
    """10 wanted, 7 mined: 3 × 100 short. A cap of 5, expected at 9 a unit: 2 × 9."""
    given = case([block("N")], 10.0, rules={"output_cap": {"stone": indicator(5, "expected", penalty=9)}})

    assert again(given, {("N", YEAR): (10, 7)}) == {"shortage": {YEAR: 300}, "penalties": {YEAR: 18}}


def test_costs_are_discounted_exactly() -> None:
    """A hundred short in each of two years at 10 %: 100 ÷ 1.1 + 100 ÷ 1.21, as a fraction."""
    given = case([block("N")], {2021: 1.0, 2022: 1.0}, years=(2021, 2022), economics=Economics(discount_rate=0.1))

    assert audited(given, whole(given, {})).objectives["cost"] == Fraction(1000, 11) + Fraction(10000, 121)


def test_the_other_objectives() -> None:
    """6 hauled 10 km abroad and 2 to the town next to it; 1 km² at work in two years, two new blocks."""
    zones = {"town": Zone("town", label("town"), km(0)), "abroad": Zone("abroad", label("abroad"), km(0), "neighbour")}
    given = case(
        [block("N", area_km2=1), block("M", area_km2=3)],
        {("works", zone, year): 10.0 for zone in zones for year in YEARS}, years=YEARS, zones=zones,
        routes={("N", "abroad"): 10.0}, economics=Economics(mining_carbon={"stone": 4}, haul_carbon=0.5))
    mines = {("N", 2021): (10, 8), ("N", 2022): (10, 0), ("M", 2022): (10, 0)}

    audit = audited(given, whole(given, mines, without=[("N", 2021)], more=[
        (2021, "N", "works", "abroad", 6.0), (2021, "N", "works", "town", 2.0)]))

    found = {name: value for name, value in audit.objectives.items() if name != "cost"}
    carbon = 10 * (4 * 8 + Fraction(1, 2) * 60)
    assert found == {"shortage": 28, "haul": 60, "carbon": carbon, "land": 5, "new_blocks": 2, "mines": 0}


def stated(plan: Plan) -> dict[tuple[str, int], float]:
    return {(term, year): cost for year, term, cost, _ in plan.costs.itertuples(index=False)}


@pytest.mark.parametrize("seed", range(12))
def test_every_solved_plan_holds_and_costs_what_it_says(seed: int) -> None:
    """Random cases with expansions, mergers, imports, exports, additions and a priced cap, to 10⁻⁹ of the whole."""
    plan = solved(drawn(seed))

    assert plan.audit.breaches == ()
    assert plan.audit.verdict == "holds"
    whole_cost = float(plan.audit.objectives["cost"])
    assert plan.certificate.objective == pytest.approx(whole_cost, rel=1e-9)
    for key, cost in stated(plan).items():
        assert cost == pytest.approx(float(plan.audit.costs[key]), abs=1e-9 * whole_cost), key


def test_objectives_in_order_are_all_what_they_are_said_to_be() -> None:
    """Each earlier objective gives way by 10⁻⁹ of itself to the next: that is no misstatement."""
    plan = solved(replace(drawn(3), objective=("shortage", "land", "cost", "haul", "carbon")))

    assert set(plan.audit.stated) == {"shortage", "land", "cost", "haul", "carbon"}
    assert plan.audit.verdict == "holds"
    for name, value in plan.audit.stated.items():
        assert value == pytest.approx(float(plan.audit.objectives[name]), rel=1e-8, abs=1e-6)
