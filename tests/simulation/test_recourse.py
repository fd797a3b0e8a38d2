"""A plan in draws: small programs by hand, and the settled program against the whole one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from mineralplan.economics import Economics
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.planning import NoPlan, solve
from mineralplan.rules import registry
from mineralplan.simulation import part
from mineralplan.simulation.indicators import MOVING, Indicators
from mineralplan.simulation.recourse import Recourse
from mineralplan.solving import highs
from mineralplan.solving.compile import compile_model
from tiny import by_hand, case, drawn, findings, indicator, mine


def test_shortage_and_cost_of_a_plan_by_hand() -> None:
    """Capacity 10 at 3 a tonne, unserved 100: demand 14 gives 4 short and 30 + 400; demand 6 gives 18.

    A plan that could open more would not be short; one whose shortage was fixed with the rest would keep 4.
    """
    given = case([mine("A", operating_cost=3.0)], 14.0)
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=by_hand({("A", 2021): 10.0})))
    low = replace(given, demand={("works", "town", 2021): 6.0})

    high, easy = recourse.at(recourse.values(given)), recourse.at(recourse.values(low))

    assert high.status == easy.status == "optimal"
    assert (high.objective, *high.short, *high.output) == pytest.approx((430.0, 4.0, 10.0))
    assert (easy.objective, *easy.short, *easy.output) == pytest.approx((18.0, 0.0, 6.0))


def test_a_working_rate_with_nowhere_to_ship_gives_way_by_what_is_missing() -> None:
    """Rate 0.5 of 10 asks for 5; demand of 2 takes 2: missed by 3, and the draw is kept with its cost."""
    given = case([mine("A", operating_cost=3.0)], 14.0, economics=Economics(working_rate=0.5))
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=by_hand({("A", 2021): 10.0})))

    fate = recourse.at(recourse.values(replace(given, demand={("works", "town", 2021): 2.0})))

    assert fate.status == "missed"
    assert [(row, index) for row, index, _ in fate.misses] == [("working_rate", ("A", 2021))]
    assert fate.misses[0][2] == pytest.approx(3.0, abs=1e-5)
    assert fate.objective == pytest.approx(6.0, abs=1e-4)


def test_a_guarantee_that_cannot_be_kept_gives_way() -> None:
    """All of 14 is guaranteed and 10 can be mined: 4 is missed, at the cost of 10 mined and 4 unserved."""
    rules = {"supply_guarantee": {"works": indicator(1.0, unit="share")}}
    given = case([mine("A")], 14.0, rules=rules)
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=by_hand({("A", 2021): 10.0})))

    fate = recourse.at(recourse.values(given))

    assert fate.status == "missed"
    assert fate.misses[0][0] == "rule_supply_guarantee.hard"
    assert fate.misses[0][2] == pytest.approx(4.0, abs=1e-5)


def test_a_resource_that_runs_out_holds_the_years_together() -> None:
    """Resource 12, demand 10 in two years, worth 100 and then 40: the first year gets 10, the second 2.

    Solved year by year, both would be met.
    """
    given = case([mine("A", resource=12.0)], {2021: 10.0, 2022: 10.0}, years=(2021, 2022))
    given = replace(given, unserved_cost={("works", "town", 2021): 100.0, ("works", "town", 2022): 40.0})
    plan = by_hand({("A", 2021): 10.0, ("A", 2022): 10.0})
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=plan))

    fate = recourse.at(recourse.values(given))

    assert fate.short.tolist() == pytest.approx([0.0, 8.0])
    assert fate.objective == pytest.approx(320.0)


@pytest.mark.parametrize("seed", range(12))
def test_the_settled_program_costs_what_the_whole_one_does(seed: int) -> None:
    """Against the model built afresh in every draw, its decisions fixed, nothing reduced."""
    given = drawn(seed)
    try:
        plan = solve(given, gap=0.0)
    except NoPlan:
        return
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=plan.allocation))
    dice = np.random.default_rng(seed)
    for _ in range(4):
        other = replace(given, demand={key: round(q * dice.uniform(0.6, 1.5), 3) for key, q in given.demand.items()})
        program = compile_model(build(other)).minimising(lines(COST, other))
        whole = highs.solve(program.fixed(extract.decisions(other, program, plan.allocation)))

        fate = recourse.at(recourse.values(other))

        assert (fate.status == "optimal") == (whole.x is not None)
        if whole.x is not None:
            assert fate.objective == pytest.approx(whole.objective, rel=1e-7, abs=1e-6)


def test_a_draw_depends_on_nothing_before_it() -> None:
    """The same draw after different others: the same bits."""
    given = drawn(3)
    plan = solve(given, gap=0.0)
    figures = []
    for order in ((1.0, 0.7, 1.2), (1.2, 1.3, 0.6, 1.0, 0.7)):
        recourse = Recourse(given, given, partial(extract.decisions, given, plan=plan.allocation))
        fates = {
            factor: recourse.at(recourse.values(
                replace(given, demand={key: q * factor for key, q in given.demand.items()})))
            for factor in order
        }
        figures.append([(fates[f].objective, fates[f].lines.tobytes(), fates[f].short.tobytes()) for f in (0.7, 1.2)])

    assert figures[0] == figures[1]


def test_no_other_rule_moves_while_decisions_stand() -> None:
    """Output halved and everything short: only the rules that are computed in every draw change their value."""
    given = case([mine("A"), mine("B")], 20.0, rules={
        "output_cap": {"stone": indicator(30)}, "mine_count": {"all": indicator(3)},
        "minimum_scale": {"stone": indicator(5)}, "supply_guarantee": {"works": indicator(0.5, unit="share")}})
    full = by_hand({("A", 2021): 10.0, ("B", 2021): 10.0})
    half = by_hand({("A", 2021): (10.0, 5.0), ("B", 2021): (10.0, 5.0)}, short={("works", "town", 2021): 10.0})

    moved = {rule for rule in registry() if rule in given.rules
             and [f.value for f in findings(rule, given, full)] != [f.value for f in findings(rule, given, half)]}

    assert moved == set(MOVING)


def test_indicators_of_a_draw_are_those_of_its_exact_check() -> None:
    """10 of 14 mined under a cap of 9 (not held by the plan), 4 short: the share met is 10 ÷ 14."""
    given = case([mine("A")], 14.0, rules={
        "output_cap": {"stone": indicator(9, "expected", penalty=1.0)},
        "supply_guarantee": {"works": indicator(0.8, "expected", unit="share")}})
    plan = by_hand({("A", 2021): 10.0})
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=plan))

    values, margins = Indicators.of(given, plan).at(recourse.at(recourse.values(given)), np.array([14.0]))

    assert dict(zip([f.rule for f in Indicators.of(given, plan).findings], values, strict=True)) \
        == pytest.approx({"output_cap": 10.0, "supply_guarantee": 10 / 14})
    assert (margins < 0).all()


def test_a_guarantee_follows_the_demand_of_the_draw() -> None:
    """Half of the demand is guaranteed and 10 can be mined; the widest demand is 40.

    Demand 30 may be 15 short, is 20 short, and so misses by 5; held to the widest demand it would miss nothing.
    """
    rules = {"supply_guarantee": {"works": indicator(0.5, unit="share")}}
    given = case([mine("A")], 16.0, rules=rules)
    widest, draw = (replace(given, demand={("works", "town", 2021): q}) for q in (40.0, 30.0))
    recourse = Recourse(given, widest, partial(extract.decisions, given, plan=by_hand({("A", 2021): 10.0})))

    fate = recourse.at(recourse.values(draw))

    assert [round(amount, 4) for _, _, amount in fate.misses] == [5.0]


def test_a_column_left_out_comes_in_where_it_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mines at 3 and 8 of 10 each, demand 16. Unserved at 5 the second stands idle; at 100 both work: 30 + 48 = 78.

    A sifted answer that was not priced would know no second mine and leave 6 short, at 630.
    """
    monkeypatch.setattr(part, "MANY", 0)
    monkeypatch.setattr(part, "NEAR", 0.0)
    place = ("works", "town", 2021)
    given = replace(case([mine("A", operating_cost=3.0), mine("B", operating_cost=8.0)], 16.0),
                    unserved_cost={place: 5.0})
    plan = by_hand({("A", 2021): 10.0, ("B", 2021): 10.0})
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=plan))

    fates = [recourse.at(recourse.values(replace(given, unserved_cost={place: worth}))) for worth in (5.0, 100.0)]

    assert [fate.objective for fate in fates] == pytest.approx([60.0, 78.0])
