"""Every plan of a small region is tried, and the cheapest is what the solver found."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isclose

import pytest
from enumeration import best, combinations, paths
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebook import ruled

from mineralplan.case import Block, Case
from mineralplan.planning import NoPlan
from mineralplan.rules import registry
from tiny import ALL_MET, block, case, indicator, mine, solved

GREEN = {"green_share": {"small": indicator(1.0, unit="share")}}


def cost(given_case: Case) -> float:
    """Return what the best plan costs, infinity where there is none."""
    try:
        return solved(given_case).certificate.objective
    except NoPlan as none:
        assert none.status == "infeasible"
        return inf


def same(one: float, other: float) -> bool:
    return one == other or isclose(one, other, rel_tol=1e-7, abs_tol=1e-6)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000))
def test_the_solver_finds_the_cheapest_of_all_plans(seed: int) -> None:
    """Under all rules at once, binding and priced: the same cost as by trying everything, or no plan for both."""
    region = ruled(seed)
    cheapest = best(region)

    assert same(cost(region), cheapest.cost)
    if cheapest.allocation is not None:
        judged = [finding for rule in registry().values() for finding in rule.check(region, cheapest.allocation)]
        assert all(finding.holds for finding in judged if finding.nature == "binding")


DECISIVE = {
    12: ("output_cap binding",),
    13: ("life_match expected", "size_share expected", "small_resource expected"),
    15: ("new_licences expected",),
    34: ("area_capacity binding",),
    69: ("new_small binding",),
    81: ("area_capacity expected", "life_match binding", "mine_count expected", "output_cap expected",
         "size_share binding"),
    89: ("minimum_scale expected", "recovery binding"),
    94: ("excluded_land expected", "green_share binding", "mine_count binding", "recovery expected",
         "supply_guarantee expected"),
    108: ("mineral_control expected",),
    116: ("mineral_control binding", "small_resource binding"),
    159: ("green_share expected", "minimum_scale binding", "supply_guarantee binding"),
    163: ("new_licences binding",),
    181: ("excluded_land binding",),
    195: ("existing_first expected", "new_small expected"),
}
"""Regions whose best plan gets cheaper without the rule's indicators of that nature."""


@pytest.mark.parametrize("seed", DECISIVE)
def test_every_rule_decides_somewhere(seed: int) -> None:
    """The cheapest plan is dearer than without the indicators: a rule without effect would give the cheaper one."""
    region = ruled(seed)
    cheapest = best(region).cost

    assert same(cost(region), cheapest)
    for decisive in DECISIVE[seed]:
        rule, nature = decisive.split()
        kept = {item: entry for item, entry in region.rules[rule].items() if entry.nature != nature}
        assert cost(replace(region, rules={**region.rules, rule: kept})) < cheapest - 0.5


@pytest.mark.parametrize("seed", [99, 133, 180, 201])
def test_every_law_decides_somewhere(seed: int) -> None:
    """Regions in which the solver would find something cheaper if a law were missing from its rows.

    99: a mine that expanded and closed keeps what it drew. 133: an upgrade stays; a merged mine has what its parents
    were to find. 180: an expansion stays. 201: a merged mine follows its parents, works beside none of them, and
    shares their resource.
    """
    region = ruled(seed)

    assert same(cost(region), best(region).cost)


def test_every_rule_is_named_binding_and_expected() -> None:
    """A preference for existing mines is never binding."""
    named = {decisive for found in DECISIVE.values() for decisive in found}

    assert named == {f"{rule} {nature}" for rule in registry() for nature in ("binding", "expected")} - {
        "existing_first binding"}


@pytest.mark.parametrize(
    ("site", "years", "count"),
    [
        (mine("A"), 3, 4),  # closes in one of three years, or never
        (block("A"), 3, 7),  # idle, or one run from any of three years to any later one: 1 + 3 + 2 + 1
        (mine("A", expanded=20), 2, 6),  # 00 10 11 12 20 22: not 01 02 (no second start), not 21 (an expansion stays)
        (block("A", expanded=20), 2, 8),  # the same, and 01 02
        (mine("A", green=False), 2, 6),  # 00 10 11, upgraded u: u0 1u uu; not u1 (an upgrade stays)
        (block("A", earliest=2022), 2, 2),
        (block("A", latest=2021), 2, 2),
    ],
)
def test_what_a_block_can_do_counted_by_hand(site: Block, years: int, count: int) -> None:
    region = case([site], 0, years=range(2021, 2021 + years), rules=GREEN)

    assert len(paths(region, site)) == count


def test_what_a_merger_allows_counted_by_hand() -> None:
    """Parent 00 (closed at once): merged 00, 10, 11; parent 10: 00, 01; parent 11: 00. Six of 3 × 4."""
    region = case([mine("P"), block("M", status="merged", parents=("P",))], 0, years=(2021, 2022))

    assert len(list(combinations(region))) == 6


def test_the_cheapest_plan_by_hand() -> None:
    """A (10) costs 20 to open and 1 CNY/t. Demand 10: opened 20 + 10 = 30, unserved 50 at 5 CNY/t and 20 at 2.

    Where all must be served and nothing may open there is no plan.
    """
    dear = case([block("A", capital=20, operating_cost=1)], 10, unserved=5)
    cheap = replace(dear, unserved_cost=dict.fromkeys(dear.demand, 2.0))

    assert (best(dear).cost, best(cheap).cost) == (pytest.approx(30), pytest.approx(20))
    closed = {"new_licences": {"all": indicator(0)}, "supply_guarantee": ALL_MET}
    assert best(replace(dear, rules=closed)).cost == inf
