"""What can only make a plan cheaper, or only dearer, whatever the figures: tried on regions under every rule."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebook import ruled

from mineralplan.case import Block, Case
from mineralplan.planning import NoPlan
from mineralplan.rules import registry
from tiny import case, mine, solved

REGIONS = st.integers(min_value=0, max_value=10_000).map(ruled)

few = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def cost(region: Case) -> float:
    """Return what the best plan costs, infinity where there is none."""
    try:
        return solved(region).certificate.objective
    except NoPlan as none:
        assert none.status == "infeasible"
        return inf


def no_dearer(one: Case, other: Case) -> bool:
    """Return whether ``one`` costs no more than ``other`` but for rounding."""
    limit = cost(other)
    return limit == inf or cost(one) <= limit + 1e-6 * max(1.0, abs(limit))


def with_block(region: Case, changed: Block) -> Case:
    return replace(region, blocks={**region.blocks, changed.code: changed})


def one_of(names: object) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(names))  # type: ignore[call-overload]


@few
@given(REGIONS, st.data(), st.integers(1, 30))
def test_more_resource_never_costs_more(region: Case, data: st.DataObject, more: int) -> None:
    """What a mine did with less it can do with more: its life only grows, and no rule asks to use a resource up."""
    site = region.blocks[data.draw(one_of(region.blocks))]
    addition = (data.draw(st.sampled_from(region.years)), float(more))

    assert no_dearer(with_block(region, replace(site, resource=site.resource + more)), region)
    assert no_dearer(with_block(region, replace(site, additions=(*site.additions, addition))), region)


@few
@given(REGIONS, st.data(), one_of(("operating_cost", "fixed_cost", "closure_cost", "capital")), st.integers(1, 40))
def test_a_dearer_block_never_gives_a_cheaper_plan(region: Case, data: st.DataObject, what: str, more: int) -> None:
    """The dearer plan was there before, at no more than it costs now."""
    site = region.blocks[data.draw(one_of(region.blocks))]
    if what == "capital":
        dearer = replace(site, options=tuple(replace(o, capital=o.capital + more) for o in site.options))
    else:
        dearer = replace(site, **{what: getattr(site, what) + more})

    assert no_dearer(region, with_block(region, dearer))


@pytest.mark.parametrize("rule", sorted(registry()))
def test_without_a_rule_no_plan_is_dearer(rule: str) -> None:
    """Every plan under all rules is one under all but one."""
    for seed in (81, 94, 159):
        region = ruled(seed)
        assert no_dearer(replace(region, rules={n: i for n, i in region.rules.items() if n != rule}), region)


@few
@given(REGIONS, st.data(), st.integers(1, 10))
def test_more_outside_supply_never_costs_more(region: Case, data: st.DataObject, more: int) -> None:
    source = region.supplies[data.draw(one_of(region.supplies))]
    wider = replace(source, limit={year: limit + more for year, limit in source.limit.items()})

    assert no_dearer(replace(region, supplies={**region.supplies, source.code: wider}), region)


@few
@given(REGIONS)
def test_a_longer_horizon_never_costs_less(region: Case) -> None:
    """A plan to the last year is one to the year before it as well, and the last year costs no less than nothing."""
    assert no_dearer(replace(region, years=region.years[:-1]), region)


@few
@given(REGIONS, st.sampled_from((0.9, 0.5, 0.0)))
def test_less_demand_never_costs_more_where_no_mine_has_to_work(region: Case, share: float) -> None:
    """Everything that moves times ``share`` is a plan, by the same mines, that misses no share of demand by more."""
    free = replace(region, economics=replace(region.economics, working_rate=0.0))

    assert no_dearer(replace(free, demand={key: share * q for key, q in free.demand.items()}), free)


def test_less_demand_can_cost_more_where_a_mine_has_to_work() -> None:
    """A mine of 10 must give 5 (1 CNY/t) or close (30). Demand 5: 5. Demand 4: closed, 30 + 4 × 100 unserved."""
    five = case([mine("A", operating_cost=1, closure_cost=30)], 5)
    rate = replace(five.economics, working_rate=0.5)

    assert cost(replace(five, economics=rate)) == pytest.approx(5)
    assert cost(replace(five, economics=rate, demand=dict.fromkeys(five.demand, 4.0))) == pytest.approx(430)
