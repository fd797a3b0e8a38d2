"""Laws that hold for every case, on random small ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.case import Case, Economics, Zone
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import solve
from tiny import block, case, indicator, km, label, mine, outputs, solved, supply

YEARS = (2021, 2022)
few = settings(max_examples=12, deadline=None, derandomize=True, database=None,
               suppress_health_check=list(HealthCheck))
whole = st.integers


@st.composite
def blocks(draw: st.DrawFn, index: int) -> Any:
    make = draw(st.sampled_from([block, mine]))
    capacity = draw(whole(2, 12))
    return make(
        f"B{index}", capacity, expanded=draw(st.sampled_from([None, capacity + 6])), capital=draw(whole(0, 60)),
        expansion_capital=draw(whole(0, 30)), operating_cost=draw(whole(1, 20)), fixed_cost=draw(whole(0, 4)),
        closure_cost=draw(whole(0, 10)), resource=draw(whole(5, 40)), recovery=draw(st.sampled_from([1.0, 0.8])),
        place=km(draw(whole(0, 50))),
    )


@st.composite
def cases(draw: st.DrawFn, **rules: Any) -> Case:
    """Two zones, two years, two to four blocks, imports that are dear."""
    zones = {"town": Zone("town", label("town"), km(0)), "hill": Zone("hill", label("hill"), km(30))}
    demand = {("works", zone, year): float(draw(whole(1, 12))) for zone in zones for year in YEARS}
    return case(
        [draw(blocks(index)) for index in range(draw(whole(2, 4)))], demand, years=YEARS, zones=zones, rules=rules,
        economics=Economics(discount_rate=0.06, capital_life=6, haul=0.5, loading=1),
        supplies={"s": supply("s", 60, draw(whole(0, 5)), years=YEARS)},
    )


def cost(here: Case) -> float:
    return solved(here).certificate.objective


def no_more(lower: float, upper: float) -> bool:
    return lower <= upper + 1e-6 * max(1.0, abs(upper))


@few
@given(cases(), whole(0, 15), whole(1, 10))
def test_a_higher_cap_never_costs_more(here: Case, cap: int, more: int) -> None:
    def capped(limit: float) -> Case:
        return replace(here, rules={"output_cap": {"stone": indicator(limit)}})

    assert no_more(cost(capped(cap + more)), cost(capped(cap)))
    assert no_more(cost(here), cost(capped(cap + more)))


@few
@given(cases(), whole(0, 3))
def test_one_more_mine_never_costs_more(here: Case, limit: int) -> None:
    def counted(mines: float) -> Case:
        return replace(here, rules={"mine_count": {"all": indicator(mines, unit="mines")}})

    assert no_more(cost(counted(limit + 1)), cost(counted(limit)))


@few
@given(cases(), st.sampled_from([0.25, 3.0, 10.0]))
def test_all_masses_times_a_factor_is_all_costs_times_the_factor(here: Case, factor: float) -> None:
    """Demand, capacity, resource, limits, capital and closure in another unit of mass: the plan in that unit."""
    scaled = replace(
        here,
        demand={key: factor * quantity for key, quantity in here.demand.items()},
        blocks={code: replace(b, resource=factor * b.resource, closure_cost=factor * b.closure_cost, options=tuple(
            replace(o, capacity=factor * o.capacity, capital=factor * o.capital) for o in b.options))
            for code, b in here.blocks.items()},
        supplies={code: replace(s, limit={y: factor * q for y, q in s.limit.items()})
                  for code, s in here.supplies.items()},
    )

    assert cost(scaled) == pytest.approx(factor * cost(here), rel=1e-6, abs=1e-6)


@few
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_blocks_does_not_matter(here: Case, random: Any) -> None:
    codes = list(here.blocks)
    random.shuffle(codes)
    shuffled = replace(here, blocks={code: here.blocks[code] for code in codes})

    assert cost(shuffled) == pytest.approx(cost(here), rel=1e-6)


@few
@given(cases())
def test_a_block_too_dear_to_use_moves_nothing(here: Case) -> None:
    """At 500 CNY/t against shortage at 100 it is never worth a tonne."""
    before = solved(here)
    after = solved(replace(here, blocks={**here.blocks, "dear": block("dear", operating_cost=500, fixed_cost=1)}))

    assert after.certificate.objective == pytest.approx(before.certificate.objective, rel=1e-6)
    assert not [key for key in outputs(after) if key[0] == "dear"]
    assert "dear" not in set(after.allocation.mines["block"])


@few
@given(cases())
def test_nothing_asked_costs_nothing(here: Case) -> None:
    """No demand, and no mine of the base year that would have to be kept or closed."""
    new = {code: replace(b, status="new") for code, b in here.blocks.items()}
    plan = solved(replace(here, blocks=new, demand=dict.fromkeys(here.demand, 0.0)))

    assert plan.certificate.objective == 0
    assert outputs(plan) == {}
    assert plan.allocation.flows.empty and plan.allocation.shortage.empty


@few
@given(cases())
def test_supplied_and_short_add_up_to_the_demand(here: Case) -> None:
    """Zone by zone and year by year, and what leaves a block is what it mined."""
    plan = solved(here)
    flows, short = plan.allocation.flows, plan.allocation.shortage
    for (use, zone, year), quantity in here.demand.items():
        def there(table: Any, use: str = use, zone: str = zone, year: int = year) -> float:
            rows = table[(table["use"] == use) & (table["zone"] == zone) & (table["year"] == year)]
            return float(rows["quantity_10kt"].sum())

        assert there(flows) + there(short) == pytest.approx(quantity, abs=1e-6)
        assert there(flows) <= quantity + 1e-6
    for (code, year), output in plan.allocation.output.items():
        left = flows.loc[(flows["source"] == code) & (flows["year"] == year), "quantity_10kt"].sum()
        assert left == pytest.approx(output, abs=1e-6)
        assert output <= plan.allocation.capacity[code, year] + 1e-6
    for code, b in here.blocks.items():
        mined = sum(output for (other, _), output in plan.allocation.output.items() if other == code)
        assert mined / b.recovery <= b.resource + 1e-6


@few
@given(cases())
def test_the_relaxation_is_a_bound(here: Case) -> None:
    plan = solved(here)
    program = compile_model(build(here)).minimising(lines(COST, here))
    relaxed = solve(replace(program, integer=np.zeros_like(program.integer))).objective

    assert no_more(relaxed, plan.certificate.objective)
    assert no_more(relaxed, plan.certificate.bound)
    assert no_more(plan.certificate.bound, plan.certificate.objective)
    assert plan.certificate.gap <= 1e-6


@few
@given(cases(mine_count={"all": indicator(2, unit="mines")}, output_cap={"stone": indicator(14)},
             new_licences={"all": indicator(1, unit="mines/a")}))
def test_a_plan_holds_every_binding_rule(here: Case) -> None:
    """The exact check agrees with the solver."""
    assert all(finding.holds for finding in solved(here).findings)
