"""What must hold of every case, whatever its figures: tried on figures that are drawn."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.case import Block, Case, Option
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Indicator
from mineralplan.solving.highs import solve
from tiny import block, case, compiled, drawn, indicator, relaxed, solved

YEARS = (2021, 2022)
CASES = st.integers(min_value=0, max_value=10_000).map(drawn)

few = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def _limited(case_: Case, rule: str, item: str, limit: float) -> Case:
    """Return the case with another limit of one binding rule."""
    unit = "mines" if rule == "mine_count" else "10kt/a"
    return replace(case_, rules={**case_.rules, rule: {item: indicator(limit, unit=unit)}})


def _cost(case_: Case) -> float:
    return solved(case_).certificate.objective


def _same(value: float) -> object:
    return pytest.approx(value, rel=1e-7, abs=1e-6)


@few
@given(CASES, st.integers(0, 30), st.integers(1, 15))
def test_raising_an_output_cap_never_costs_more(drawn_case: Case, cap: int, more: int) -> None:
    """What keeps a cap keeps a higher one, so the best plan can only get better."""
    low, high = (_cost(_limited(drawn_case, "output_cap", "stone", limit)) for limit in (cap, cap + more))

    assert high <= low + 1e-6 * max(1.0, low)


@few
@given(CASES, st.integers(0, 4), st.integers(1, 2))
def test_raising_the_mine_limit_never_costs_more(drawn_case: Case, mines: int, more: int) -> None:
    """What keeps a limit of mines keeps a higher one."""
    low, high = (_cost(_limited(drawn_case, "mine_count", "all", limit)) for limit in (mines, mines + more))

    assert high <= low + 1e-6 * max(1.0, low)


def _scaled(drawn_case: Case, factor: float) -> Case:
    """Return the case with all masses, and what is paid once for a mine, times ``factor``."""

    def larger(b: Block) -> Block:
        return replace(
            b, options=tuple(Option(o.capacity * factor, o.capital * factor) for o in b.options),
            resource=b.resource * factor, additions=tuple((y, a * factor) for y, a in b.additions),
            closure_cost=b.closure_cost * factor,
        )

    def wider(entry: Indicator) -> Indicator:
        limits = {year: (entry.schedule.at(year) or 0.0) * factor for year in drawn_case.years}
        return indicator(limits, entry.nature, penalty=entry.penalty)

    caps = {item: wider(entry) for item, entry in drawn_case.rules["output_cap"].items()}
    return replace(
        drawn_case,
        blocks={code: larger(b) for code, b in drawn_case.blocks.items()},
        supplies={code: replace(s, limit={y: q * factor for y, q in s.limit.items()})
                  for code, s in drawn_case.supplies.items()},
        demand={key: q * factor for key, q in drawn_case.demand.items()},
        rules={**drawn_case.rules, "output_cap": caps},
    )


@few
@given(CASES, st.sampled_from((0.5, 2.0, 8.0)))
def test_scaling_all_masses_scales_the_cost(drawn_case: Case, factor: float) -> None:
    """Twice the demand from blocks twice as large is the same plan at twice the cost: no unit is hidden anywhere."""
    assert _cost(_scaled(drawn_case, factor)) == _same(factor * _cost(drawn_case))


@few
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_blocks_does_not_matter(drawn_case: Case, dice: random.Random) -> None:
    """The same blocks, listed differently, cost the same."""
    names = list(drawn_case.blocks)
    dice.shuffle(names)

    assert _cost(replace(drawn_case, blocks={n: drawn_case.blocks[n] for n in names})) == _same(_cost(drawn_case))


@few
@given(CASES)
def test_a_block_that_is_too_dear_moves_nothing(drawn_case: Case) -> None:
    """A block whose stone costs more than the demand is worth is not worked, and the cost stays."""
    dear = block("Z", 50, operating_cost=1000, fixed_cost=1, capital=100)
    plan = solved(replace(drawn_case, blocks={**drawn_case.blocks, "Z": dear}))

    assert plan.certificate.objective == _same(_cost(drawn_case))
    assert plan.allocation.started("Z") is None


@few
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=5))
def test_no_demand_costs_nothing(figures: list[tuple[int, int, int]]) -> None:
    """New blocks only and no demand: nothing is mined, shipped or paid."""
    blocks = [block(f"B{i}", cap, capital=capital, operating_cost=cost, fixed_cost=1)
              for i, (cap, capital, cost) in enumerate(figures)]
    plan = solved(case(blocks, 0, years=YEARS, economics=Economics(working_rate=0.5)))

    assert plan.certificate.objective == 0
    assert plan.allocation.mines.empty and plan.allocation.flows.empty and plan.allocation.shortage.empty


@few
@given(CASES)
def test_demand_is_met_or_missed_and_never_exceeded(drawn_case: Case) -> None:
    """For every use, zone and year: what arrives + what is short = demand, to 1e-6 of 10⁴ t (10 kg)."""
    allocation = solved(drawn_case).allocation
    key = ["use", "zone", "year"]
    tables = (allocation.flows, allocation.shortage)
    arrived, missing = (table.groupby(key)["quantity_10kt"].sum().to_dict() for table in tables)
    for where, wanted in drawn_case.demand.items():
        assert arrived.get(where, 0.0) <= wanted + 1e-6
        assert abs(arrived.get(where, 0.0) + missing.get(where, 0.0) - wanted) <= 1e-6


@few
@given(CASES)
def test_what_a_mine_gives_is_what_leaves_it_within_its_licence_and_resource(drawn_case: Case) -> None:
    """From the tables alone: output = shipments, between working rate × capacity and capacity, within the resource."""
    plan = solved(drawn_case)
    flows, output = plan.allocation.flows, plan.allocation.output
    for (code, year), capacity in plan.allocation.capacity.items():
        shipped = flows[(flows["source"] == code) & (flows["year"] == year)]["quantity_10kt"].sum()
        assert abs(shipped - output[code, year]) <= 1e-6
        assert drawn_case.economics.working_rate * capacity - 1e-6 <= shipped <= capacity + 1e-6
    for code, b in drawn_case.blocks.items():
        pool = [code, *b.parents]
        for year in drawn_case.years:
            used = sum(output.get((c, y), 0.0) / drawn_case.blocks[c].recoverable_share
                       for c in pool for y in drawn_case.years if y <= year)
            known = b.resource_by(year) + sum(drawn_case.blocks[p].resource_by(year) - drawn_case.blocks[p].resource
                                              for p in b.parents)
            assert used <= known + 1e-6


@few
@given(CASES)
def test_no_bound_lies_above_the_plan(drawn_case: Case) -> None:
    """The relaxation ≤ the solver's bound ≤ the objective; at a gap of nothing the last two are one."""
    plan = solved(drawn_case)
    objective, bound = plan.certificate.objective, plan.certificate.bound
    room = 1e-6 * max(1.0, abs(objective))

    assert solve(relaxed(compiled(drawn_case))).objective <= bound + room
    assert abs(objective - bound) <= room
    assert plan.certificate.status == "optimal"
