"""Prices and differences: by hand, and never more certain than the optima they stand for."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from mineralplan.analysis.differences import Differences
from mineralplan.analysis.prices import Basis, Fixed, duals, eased, step_of
from mineralplan.case import Case
from mineralplan.planning import NoPlan, Plan, solve
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings
from tiny import ALL_MET, YEAR, block, case, drawn, indicator, mine, solved, supply


def basis(plan: Plan) -> Basis:
    certificate = plan.certificate
    return Basis(plan.case, plan.allocation, certificate.objective, certificate.bound, certificate.wanted_gap)


def fixed(plan: Plan) -> Fixed:
    return Fixed(basis(plan), Compiled(plan.case))


def priced(given: Case, step: float = 1.0) -> pd.DataFrame:
    return duals(fixed(solved(given)), step).set_index(["kind", "rule", "item", "year"])


def differences(plan: Plan, gap: float = 0.0) -> Differences:
    return Differences(fixed(plan), plan.certificate.objective, plan.certificate.bound, Settings(gap=gap))


def only(table: pd.DataFrame) -> Any:
    assert len(table) == 1
    return table.iloc[0]


def test_a_supply_and_a_resource_have_a_price() -> None:
    """Stone from outside at 10, at most 4; a mine at 3 with 6 in the ground of which 80 % are won; short costs 100.

    One more from outside saves 100 − 10 = 90. One more in the ground gives 0.8, which saves 0.8 · 97 = 77.6.
    """
    sites = [mine("A", 10, operating_cost=3, resource=6.0, recovery=0.8)]

    table = priced(case(sites, 20.0, supplies={"I": supply("I", 10, 4)}))

    assert table.loc[("supply", "", "I", YEAR), "discounted_10kcny_per_unit"] == pytest.approx(90)
    assert table.loc[("resource", "", "A", YEAR), "discounted_10kcny_per_unit"] == pytest.approx(77.6)
    assert pd.isna(table.loc[("resource", "", "A", YEAR), "in_year_10kcny_per_unit"])


def test_a_floor_is_eased_downwards() -> None:
    """Half of 20 has to be met from a supply at 30, where short costs 10: each part of the share costs 20 · 20 = 400.

    With the sign of a cap the price would be −400.
    """
    given = case([], 20.0, unserved=10.0, supplies={"I": supply("I", 30, 20)},
                 rules={"supply_guarantee": {"works": indicator(0.5, unit="share")}})

    row = priced(given).loc[("rule", "supply_guarantee", "works", YEAR)]

    assert row["discounted_10kcny_per_unit"] == pytest.approx(400)
    assert row["step"] == 0.01
    assert bool(row["holds_looser"])
    assert bool(row["holds_tighter"])


def test_a_price_at_a_kink_has_two_sides() -> None:
    """A cap of 10 where the demand is 10: one more is worth nothing, one less costs 100 − 2; a dual is one of both."""
    given = case([mine("A", 20, operating_cost=2)], 10.0, rules={"output_cap": {"stone": indicator(10.0)}})

    row = priced(given).loc[("rule", "output_cap", "stone", YEAR)]

    assert row["one_step_looser_10kcny_per_unit"] == 0
    assert row["one_step_tighter_10kcny_per_unit"] == pytest.approx(98)
    assert 0 <= row["discounted_10kcny_per_unit"] <= 98 + 1e-6
    assert not (row["holds_looser"] and row["holds_tighter"])


def test_a_limit_that_cannot_be_tightened() -> None:
    """All 10 must be met and the cap is 10: with one less there is nothing left to do, which is no price of 0."""
    given = case([mine("A", 20, operating_cost=2)], 10.0,
                 rules={"output_cap": {"stone": indicator(10.0)}, "supply_guarantee": ALL_MET})

    row = priced(given).loc[("rule", "output_cap", "stone", YEAR)]

    assert pd.isna(row["one_step_tighter_10kcny_per_unit"])
    assert not row["holds_tighter"]


def test_a_limit_on_decisions_has_no_price() -> None:
    """One mine at most, where two would be worth it: with the mines fixed that says nothing, and 0 would be wrong.

    A and B save 5 · (100 − 1) less 10 and 20 a year: the second one is worth 495 − 20 = 475.
    """
    sites = [block("A", 5, capital=10, operating_cost=1), block("B", 5, capital=20, operating_cost=1)]
    plan = solved(case(sites, 10.0, rules={"mine_count": {"all": indicator(1, unit="mines")}}))

    row = only(duals(fixed(plan)).query("kind == 'rule'"))
    step = only(differences(plan).steps(duals(fixed(plan)), 10.0))

    assert row["state"] == "decided"
    assert pd.isna(row["discounted_10kcny_per_unit"])
    assert (step["saving_least_10kcny"], step["saving_most_10kcny"]) == pytest.approx((475, 475))
    assert pd.isna(step["by_duals_10kcny"])


def test_a_missed_expectation_costs_its_penalty() -> None:
    """9 a tonne over a cap of 10 that is only expected, 15 mined: one more of cap saves 9, and so does a step of 5."""
    given = case([mine("A", 20)], 15.0, rules={"output_cap": {"stone": indicator(10.0, "expected", penalty=9)}})

    row = priced(given, 5.0).loc[("rule", "output_cap", "stone", YEAR)]

    assert row["discounted_10kcny_per_unit"] == pytest.approx(9)
    assert bool(row["holds_looser"])


def test_what_a_tonne_costs() -> None:
    """The mine serves the last tonne at 2: that is the marginal cost.

    With the tight links (a shipment is at most the demand) one more could only be short, and would cost 100.
    """
    table = fixed(solved(case([mine("A", 20, operating_cost=2)], 10.0))).marginal_costs()

    assert only(table)[["least_cny_t", "median_cny_t", "most_cny_t"]].tolist() == pytest.approx([2, 2, 2])


def test_a_clause_without_a_row_costs_nothing() -> None:
    """No block is under the least scale: the rule has no row, and without it the program is the same."""
    plan = solved(case([block("A", 20)], 10.0, rules={"minimum_scale": {"stone": indicator(5.0)}}))

    row = only(differences(plan, gap=0.1).ranking())

    assert (row["how"], row["verdict"]) == ("no_row", "nothing")


def test_clauses_without_a_price_are_let_go_together() -> None:
    """Two caps that are far away: one search without both proves the same most of each, and none is searched alone."""
    plan = solve(case([block("A", 10, capital=10), block("B", 4, capital=9)], 12.0,
                      rules={"output_cap": {"stone": indicator(500.0)}, "new_small": {"all": indicator(9)}}), gap=0.9)
    changed = differences(plan, gap=0.9)

    table = changed.ranking()

    assert changed.searched == 1
    assert table["how"].tolist() == ["together", "together"]
    assert table["saving_least_10kcny"].tolist() == [0, 0]
    assert table["saving_most_10kcny"].min() >= plan.certificate.objective - plan.certificate.bound - 1e-6
    assert set(table["verdict"]) == {"not_proven"}


def test_together_they_may_save_what_none_saves_alone() -> None:
    """A second block needs both a larger cap and a licence: without both 440 are saved, without either one nothing.

    So what is found without both is no saving of one: each is then searched alone.
    """
    sites = [block("A", 5), block("B", 5, capital=60)]
    rules = {"output_cap": {"stone": indicator(5.0)}, "mine_count": {"all": indicator(1, unit="mines")}}

    changed = differences(solved(case(sites, 10.0, rules=rules)))
    changed.priced = set()  # whatever the relaxation says, so that both are let go together

    table = changed.ranking()

    assert table["how"].tolist() == ["searched", "searched"]
    assert table["verdict"].tolist() == ["nothing", "nothing"]


def test_a_tightened_limit_that_the_plan_keeps_is_not_searched() -> None:
    plan = solved(case([mine("A", 10)], 10.0, rules={"output_cap": {"stone": indicator(50.0)}}))
    changed = differences(plan)

    table = changed.steps(duals(fixed(plan)), 10.0, tighten=True).set_index("change")

    assert table.loc["tightened", "how"] == "kept"
    assert table.loc["tightened", "verdict"] == "nothing"


@pytest.mark.parametrize(("unit", "step"), [("share", 0.01), ("mines", 1), ("new mines", 1), ("mines/a", 1), ("a", 1),
                                            ("10kt/a", 7), ("10km3/a", 7)])
def test_steps_of_units(unit: str, step: float) -> None:
    assert step_of(unit, 7.0) == step


def truth(given: Case) -> float | None:
    """Return the proven optimum, None where there is no plan."""
    try:
        return solved(given).certificate.objective
    except NoPlan:
        return None


@pytest.mark.parametrize("seed", range(6))
def test_the_true_difference_lies_in_the_interval(seed: int) -> None:
    """A rough plan (gap up to a third) and rough searches: whatever they found, the exact difference is inside."""
    given = drawn(seed)
    plan = solve(given, gap=0.3)
    exact = truth(given)
    assert exact is not None
    changed = differences(plan, gap=0.3)
    table = changed.steps(duals(fixed(plan)), 3.0, tighten=True)
    signs = {"eased": 1, "tightened": -1}

    for _, row in table.iterrows():
        clause = (row["rule"], row["item"])
        new = truth(eased(given, {clause: signs[row["change"]] * row["step"]}))
        if row["verdict"] == "impossible":
            assert new is None
        else:
            assert new is not None
            assert row["saving_least_10kcny"] - 1e-4 <= exact - new <= row["saving_most_10kcny"] + 1e-4
    for _, row in changed.ranking().iterrows():
        rules = {**given.rules, row["rule"]: {row["item"]: given.rules[row["rule"]][row["item"]].model_copy(
            update={"nature": "off"})}}
        new = truth(_with(given, rules))
        assert new is not None
        assert row["saving_least_10kcny"] - 1e-4 <= exact - new <= row["saving_most_10kcny"] + 1e-4


def _with(given: Case, rules: Any) -> Case:
    from dataclasses import replace

    return replace(given, rules=rules)
