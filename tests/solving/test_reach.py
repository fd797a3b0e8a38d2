"""Far links left out: what pays comes back, the bound is that of all links, and the plan says what was left out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import OBJECTIVES, carriage, lines
from mineralplan.inputs.plan import Use
from mineralplan.inputs.scenario import SolveOptions
from mineralplan.planning import Plan, solve
from mineralplan.report.summary import summary
from mineralplan.solving.compile import compile_model
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.reach import PAYS, savings
from tiny import ALL_MET, YEAR, block, case, drawn, indicator, km, label, solved

few = settings(
    max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def _within(whole: Case, reach_km: float | None) -> Case:
    return replace(whole, options=SolveOptions(gap=0.0, reach_km=reach_km))


def _cost(plan: Plan) -> float:
    return plan.certificate.objective


def _two_towns(**values: Any) -> Case:
    """A and B (6 each, 60 a year) beside the town, which wants 9; F (10, 100 a year) beside the east, which wants 5.

    They lie 100 km apart, which costs 12 CNY/t; what is not served costs 200 CNY/t.
    """
    zones = {name: Zone(name, label(name), km(at)) for name, at in (("town", 0.0), ("east", 100.0))}
    return case(
        [block("A", 6.0, fixed_cost=10.0), block("B", 6.0, fixed_cost=10.0),
         block("F", 10.0, fixed_cost=10.0, place=km(100.0))],
        {("works", "town", YEAR): 9.0, ("works", "east", YEAR): 5.0}, zones=zones, unserved=200.0,
        economics=Economics(haul=0.12, detour=1.0), **values,
    )


def _near_and_far() -> Case:
    """The town wants 10: N beside it gives them at 60 CNY/t, F, 30 km off, at 5 and 1 CNY/km."""
    return case([block("N", operating_cost=60.0), block("F", operating_cost=5.0, place=km(30.0))], 10.0,
                economics=Economics(haul=1.0, detour=1.0))


def test_the_bound_is_that_of_all_links() -> None:
    """All links: A and F, which sends 3 to the town: 60 + 100 + 3 · 12 = 196. Without F to town: A, B and F, 220.

    The relaxation opens half of B for the town's last 3, at 10 CNY/t: 60 + 30 + 100 = 190, and F to town, at 12, does
    not pay. So 220 is within 30 of the best. A certificate that looked at the kept links alone would say 220 of 220:
    24 more than the best plan costs, and proven.
    """
    whole, near = solved(_two_towns()), solved(_within(_two_towns(), 20.0))

    assert (_cost(whole), _cost(near)) == (pytest.approx(196.0), pytest.approx(220.0))
    assert near.certificate.bound == pytest.approx(190.0) == near.certificate.safe_bound
    assert (near.certificate.status, near.certificate.stopped) == ("feasible", "reach")
    assert near.certificate.bound_is == "safe bound"
    reach = near.certificate.reach
    assert reach is not None
    assert reach.near_bound == pytest.approx(220.0)
    assert (reach.links, reach.km) == (6, 20.0)
    assert 1 <= reach.left_out <= 3
    assert near.audit.verdict == "holds"


def test_a_far_link_that_pays_comes_back() -> None:
    """Near: 10 · 60 = 600; 30 km off: 10 · (5 + 30) = 350. The far one pays, so it is no longer left out."""
    plan = solved(_within(_near_and_far(), 20.0))

    assert _cost(plan) == pytest.approx(350.0)
    assert plan.certificate.reach is None
    assert plan.certificate.status == "optimal"


def test_what_cannot_be_done_within_reach_is_sought_beyond() -> None:
    """All demand must be met by two mines. A and B leave the east without, A and F the town, unless F ships there: 196.

    Told of the near links alone a planner would hear that there is no plan.
    """
    rules = {"supply_guarantee": ALL_MET, "mine_count": {"all": indicator(2.5, unit="mines")}}

    plan = solved(_within(_two_towns(rules=rules), 20.0))

    assert _cost(plan) == pytest.approx(196.0)
    assert (plan.certificate.reach, plan.certificate.stopped) == (None, "")


def test_what_nobody_can_do_within_reach_is_sought_beyond() -> None:
    """The only mine lies 30 km off, and all demand must be met: 10 · 30 = 300; within reach there is no plan."""
    alone = case([block("F", place=km(30.0))], 10.0, rules={"supply_guarantee": ALL_MET},
                 economics=Economics(haul=1.0, detour=1.0))

    assert _cost(solved(_within(alone, 20.0))) == pytest.approx(300.0)


def test_several_objectives_and_a_compiled_model_have_every_link() -> None:
    """The bound of links left out is known for a first objective alone; a compiled model was built with all of them."""
    given = _within(_two_towns(), 20.0)
    ordered = solved(replace(given, objective=("shortage", "cost")))
    compiled = solve(given, gap=0.0, compiled=Compiled(_two_towns()))

    for plan in (ordered, compiled):
        assert plan.certificate.reach is None
        assert plan.costs["cost_10kcny"].sum() == pytest.approx(196.0)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_shipment_is_priced_as_the_model_has_it(objective: str) -> None:
    """Every column of a shipment: +1 in its balance, −1 ÷ yield in what its block ships, a strong link of its own.

    Its price is `carriage`. A row or cost term that a shipment enters and that the bound does not know of fails here.
    """
    some = drawn(3)
    priced = replace(some, economics=replace(some.economics, carbon_price=70.0, haul_carbon=0.2),
                     uses={"works": some.uses["works"].model_copy(update={"served_by": {"stone": 0.8}})})
    program = compile_model(build(priced)).minimising(lines(objective, priced))
    ships = [j for j, (name, _) in enumerate(program.columns) if name == "ship"]

    assert ships
    for j in ships:
        source, use, zone, year = program.columns[j][1]
        entries = slice(*program.matrix.indptr[j : j + 2])
        rows = {program.rows[i]: v for i, v in zip(program.matrix.indices[entries], program.matrix.data[entries],
                                                   strict=True)}
        assert rows == {("balance", (use, zone, year)): 1.0, ("shipped", (source, year)): -1 / 0.8,
                        ("strong_link", (source, use, zone, year)): 1.0}
        price = carriage(objective, priced, np.array([priced.distance_km(source, zone)]))
        assert program.cost[j] == pytest.approx(price[0, priced.years.index(year)], rel=1e-13)


@pytest.mark.parametrize(("demand", "saved"), [(4.0, 100.0), (8.0, 125.0)])
def test_what_a_link_may_save_by_hand(demand: float, saved: float) -> None:
    """Half of what is mined is product; a tonne is worth 60 in the town, 2.5 at the mine F, 30 km off at 1 CNY/km.

    A tonne sent saves 60 − 30 − 2.5 ÷ 0.5 = 25; F can send min(demand, 10 · 0.5) a year, and from the second year on:
    25 · 4 = 100, 25 · 5 = 125. Without the yield it would save 27.5; in both years, or beyond its capacity, twice or
    200. N, which is kept, is not asked.
    """
    two = case([block("N"), block("F", place=km(30.0), earliest=YEAR + 1)], demand, years=(YEAR, YEAR + 1),
               uses={"works": Use(zh="works", en="works", served_by={"stone": 0.5})},
               economics=Economics(haul=1.0, detour=1.0))
    kept = (("N", "works", "town"),)
    program = compile_model(build(two, over=kept)).minimising(lines("cost", two))
    worth = {"balance": 60.0, "shipped": 2.5}
    duals = np.array([worth.get(name, 0.0) for name, _ in program.rows])

    assert dict(savings(two, "cost", kept, program, duals)) == {("F", "works", "town"): pytest.approx(saved)}


def test_what_is_not_taken_in_lowers_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Near: 600. A tonne from the far mine, at 5 + 30 CNY, saves 25 at least: the bound is at most 600 − 10 · 25 = 350.

    That is what all links cost; a certificate without the far link would say that 600 is the best.
    """
    monkeypatch.setattr("mineralplan.solving.reach.PAYS", math.inf)

    near = solved(_within(_near_and_far(), 20.0)).certificate

    assert near.objective == pytest.approx(600.0)
    assert near.bound <= 350.0 + 1e-6
    assert near.reach is not None
    assert near.reach.left_out == 1


@few
@given(st.integers(0, 5_000), st.integers(1, 90), st.sampled_from((PAYS, math.inf)))
def test_the_best_of_all_links_lies_between_bound_and_plan(seed: int, reach_km: int, pays: float) -> None:
    """Bound with a reach ≤ optimum of all links ≤ plan with a reach, also where nothing that pays is taken in."""
    whole = drawn(seed)
    best = _cost(solved(whole))
    with mock.patch("mineralplan.solving.reach.PAYS", pays):
        near = solved(_within(whole, float(reach_km)))
    room = 1e-6 * max(1.0, abs(best))

    assert near.certificate.bound <= best + room
    assert best <= _cost(near) + room
    assert near.audit.verdict == "holds"


def test_a_reach_that_covers_all_leaves_nothing_out() -> None:
    plan = solved(_within(_two_towns(), 100.1))

    assert _cost(plan) == pytest.approx(196.0)
    assert (plan.certificate.reach, plan.manifest()["reach"]) == (None, None)


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "longer than 20 km and not found to pay. The bound holds with all of them, so leaving them out costs at "
           "most 30.0 10⁴ CNY (13.636%)"),
    ("zh", "长于 20 km，且未发现其有利。下界对全部线路成立，因此由此造成的损失至多 30.0 万元（13.636%，"),
])
def test_the_plan_says_what_was_left_out(lang: str, said: str) -> None:
    """220 − 190 = 30, 13.6 % of 220; within reach the search proved 220."""
    plan = solved(_within(_two_towns(), 20.0))
    reach = plan.manifest()["reach"]

    text = summary(plan.record(), lang)

    assert said in text
    assert "220.0" in text
    assert (reach["km"], reach["links"]) == (20.0, 6)
    assert reach["most_loss"] == pytest.approx(30.0)
    assert reach["near_bound"] == pytest.approx(220.0)
