"""The solver and the search around it: what is believed, what is kept when time is up, how ties are broken."""

from __future__ import annotations

import _thread
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pytest

from mineralplan.case import Case, Zone
from mineralplan.planning import NoPlan
from mineralplan.planning import solve as plan_of
from mineralplan.solving import search
from mineralplan.solving.highs import Outcome, Progress, Settings, SolverFailure, polish, relative_gap, run, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.start import First
from tiny import block, capacities, case, compiled, fits, indicator, km, label, mine, outputs, program, solved

EXACT = Settings(gap=0.0)
Solve = Callable[..., Outcome]


def _hard() -> Program:
    """Return a knapsack of 120 things in 10 sacks, with a plan at once and a proof after hours."""
    dice = np.random.default_rng(7)
    weights = dice.integers(10, 1000, (10, 120)).astype(float)
    worth = weights.mean(axis=0) + dice.integers(0, 100, 120)
    return program(-worth, [(row, -np.inf, float(row.sum() // 2)) for row in weights])


# What is believed


def test_a_plan_taken_over_at_less_than_it_costs_is_not_believed() -> None:
    """E (10 at 1 CNY/t, 15 to be won) may expand for 4 and win 20: 20 + 4 = 24; with B at 3 CNY/t 5 + 10 + 15 = 30.

    Begun from the plan with B, HiGHS 1.16 takes it over at 20 and calls 30 optimal with a bound of 20.
    """
    old = mine("E", operating_cost=1, resource=30, recovery=0.5, additions=((2021, 40),), expanded=60,
               expansion_capital=4)
    whole = compiled(case([old, block("B", operating_cost=3)], 10, years=(2021, 2022),
                          rules={"small_resource": {"all": indicator(0)}}))
    with_b = {("at_least", ("E", 1, 2021)), ("at_least", ("E", 1, 2022)), ("at_least", ("B", 1, 2021))}
    start = np.array([float(column in with_b) for column in whole.columns])

    found = solve(whole, EXACT, start=start)

    assert (found.objective, found.bound) == (pytest.approx(24), pytest.approx(24))


def test_infeasible_is_believed_after_a_second_run_without_presolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two whole numbers up to 1 that add up to 3: infeasible, and asked twice."""
    asked, real = [], run._run

    def spy(*arguments: Any, presolve: bool) -> Outcome:
        asked.append(presolve)
        return real(*arguments, presolve=presolve)

    monkeypatch.setattr(run, "_run", spy)
    outcome = solve(program([1, 1], [([1, 1], 3, np.inf)]))

    assert (outcome.status, outcome.x) == ("infeasible", None)
    assert asked == [True, False]


def test_a_presolve_that_errs_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run says infeasible, the second finds x + y = 1 at 2: the plan counts."""
    real = run._run

    def erring(*arguments: Any, presolve: bool) -> Outcome:
        if presolve:
            return Outcome("infeasible", None, float("inf"), float("inf"), 0.0)
        return real(*arguments, presolve=presolve)

    monkeypatch.setattr(run, "_run", erring)
    outcome = solve(program([2, 3], [([1, 1], 1, np.inf)]), EXACT)

    assert (outcome.status, outcome.objective) == ("optimal", 2)


def test_a_good_answer_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run, with presolve."""
    asked, real = [], run._run

    def spy(*arguments: Any, presolve: bool) -> Outcome:
        asked.append(presolve)
        return real(*arguments, presolve=presolve)

    monkeypatch.setattr(run, "_run", spy)

    assert solve(program([2, 3], [([1, 1], 1, np.inf)]), EXACT).objective == 2
    assert asked == [True]


def test_unbounded_is_told_from_infeasible() -> None:
    """−x without a limit to x: presolve alone says "unbounded or infeasible"."""
    outcome = solve(program([-1], [([1], 1, np.inf)], whole=False, upper=np.inf))

    assert (outcome.status, outcome.x) == ("unbounded", None)


@pytest.mark.parametrize("wrong", [{"gap": -1.0}, {"threads": -3}, {"seed": -1}, {"time_limit_s": -1.0}])
def test_a_wrong_option_is_a_failure(wrong: dict[str, Any]) -> None:
    """An option that the solver refuses is never passed over: the run would not be the one that was asked for."""
    with pytest.raises(SolverFailure, match="refused the option"):
        solve(program([1]), Settings(**wrong))


def test_arrays_that_are_no_program_are_a_failure() -> None:
    """A coefficient that is not a number."""
    with pytest.raises(SolverFailure, match="passModel"):
        solve(program([1], [([np.inf], 0, 1)]))


@pytest.mark.parametrize("state", ["kSolveError", "kPresolveError", "kUnknown", "kIterationLimit"])
def test_a_state_that_says_nothing_gives_no_result(state: str) -> None:
    """Where HiGHS does not know, a number it still holds is no answer."""

    class Lost:
        def getModelStatus(self) -> Any:  # noqa: N802 - the solver's name
            return getattr(highspy.HighsModelStatus, state)

        def getInfo(self) -> Any:  # noqa: N802
            return highspy.Highs().getInfo()

        def modelStatusToString(self, status: Any) -> str:  # noqa: N802
            return str(status)

    with pytest.raises(SolverFailure, match="ended with status"):
        run.outcome_of(Lost(), program([1]), 0.0, interrupted=False)


def test_no_point_without_a_plan() -> None:
    """Stopped at once there is no plan: no point, no objective, and the reason is the time."""
    outcome = solve(_hard(), Settings(time_limit_s=0.0))

    assert (outcome.status, outcome.x, outcome.stopped) == ("no plan", None, "time")
    assert outcome.objective == float("inf") and outcome.gap == float("inf")


def test_a_program_of_nothing_has_its_constant_as_optimum() -> None:
    """No columns, no rows: 0 + 3 = 3."""
    assert solve(replace(program([]), offset=3.0)).objective == 3


def test_gap_is_relative_to_the_plan() -> None:
    """(100 − 99) ÷ 100; never under 0; infinite while there is no plan."""
    assert relative_gap(100, 99) == 0.01
    assert relative_gap(-100, -101) == 0.01
    assert relative_gap(100, 101) == 0
    assert relative_gap(float("inf"), 1) == float("inf")


def test_a_case_without_a_plan_says_so() -> None:
    """All demand must be met and no mine may work: `NoPlan`, with the case and the word."""
    rules = {"mine_count": {"all": indicator(0, unit="mines")},
             "supply_guarantee": {"works": indicator(1.0, unit="share")}}
    given = case([block("A")], 10, rules=rules)

    with pytest.raises(NoPlan, match="infeasible") as caught:
        solved(given)
    assert (caught.value.status, caught.value.case) == ("infeasible", given)


# What is kept when the search is cut short


def test_time_keeps_the_best_plan() -> None:
    """After half a second there is a plan and no proof: both are handed back, and that the time was up."""
    hard = _hard()
    outcome = solve(hard, Settings(gap=0.0, time_limit_s=0.5))

    assert (outcome.status, outcome.stopped) == ("feasible", "time")
    assert outcome.x is not None and fits(hard, outcome.x)
    assert outcome.objective == pytest.approx(hard.objective(outcome.x))
    assert outcome.bound < outcome.objective and outcome.gap > 0
    assert outcome.seconds < 10


def test_an_interrupt_keeps_the_best_plan() -> None:
    """Ctrl-C when there is a plan and the search is well under way: the plan is handed back, nothing is raised."""
    hard, seen = _hard(), []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if np.isfinite(progress.incumbent) and progress.seconds > 0.1 and len(seen) < 1000:
            seen.extend([progress] * 1000)
            _thread.interrupt_main()

    outcome = solve(hard, Settings(gap=0.0, time_limit_s=30), on_progress=watch)

    assert (outcome.status, outcome.stopped) == ("feasible", "interrupt")
    assert outcome.x is not None and fits(hard, outcome.x)
    assert outcome.seconds < 20


def test_a_watcher_that_fails_is_heard() -> None:
    """An error of the one who watches comes out as it is and not as an error of the solver."""

    def watch(_: Progress) -> None:
        raise ZeroDivisionError("watching")

    with pytest.raises(ZeroDivisionError, match="watching"):
        solve(_hard(), Settings(gap=0.0, time_limit_s=30), on_progress=watch)


def test_a_start_is_taken_up() -> None:
    """Stopped at once, the solver still hands back the plan that it was given, or a better one."""
    hard = _hard()
    given = solve(hard, Settings(gap=0.02))
    again = solve(hard, Settings(gap=0.0, time_limit_s=0.3), start=given.x)

    assert again.x is not None
    assert again.objective <= given.objective + 1e-6


def _cut(kind: str) -> Solve:
    """Return a solver whose mixed-integer searches end as if cut short."""

    def solving(given: Program, settings: Settings | None = None, **how: Any) -> Outcome:
        outcome = solve(given, settings, **how)
        if not given.integer.any():
            return outcome
        return replace(outcome, status="feasible", stopped=kind, bound=outcome.bound - 1)

    return solving


def _two() -> Case:
    """A (10 at 1 CNY/t) and B (10 at 2 CNY/t), demand 15: 10 + 10 = 20."""
    return case([block("A", operating_cost=1), block("B", operating_cost=2)], 15, objective=("cost", "new_blocks"))


@pytest.mark.parametrize(("kind", "stages"), [("time", 2), ("interrupt", 1)])
def test_a_plan_cut_short_is_said_to_be(monkeypatch: pytest.MonkeyPatch, kind: str, stages: int) -> None:
    """A stays cheap, B costs 4 to open: A and B 10 + 10 + 4 = 24, the relaxation opens half of B: 22.

    Cut short at a bound of 23: that bound, and why it is not better. An interrupt also ends the row of objectives.
    """
    monkeypatch.setattr(search, "solve", _cut(kind))
    blocks = [block("A", operating_cost=1), block("B", operating_cost=2, capital=4)]
    plan = solved(case(blocks, 15, objective=("cost", "new_blocks")))
    certificate = plan.certificate

    assert (certificate.status, certificate.stopped) == ("feasible", kind)
    assert (certificate.objective, certificate.bound, certificate.gap) == pytest.approx((24, 23, 1 / 24))
    assert [stage.objective for stage in certificate.stages] == ["cost", "new_blocks"][:stages]
    assert outputs(plan) == {("A", 2021): 10, ("B", 2021): 5}


def test_an_interrupted_first_search_is_not_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the neighbourhood of the relaxation: its plan is the answer, with the bound of the relaxation."""
    asked = []

    def never(*_: Any, **__: Any) -> Outcome:
        asked.append(1)
        raise AssertionError("searched on after the interrupt")

    def first(given: Program, settings: Settings, *_: Any) -> First:
        return First(replace(solve(given, settings), status="feasible", stopped="interrupt", bound=18.0), given)

    monkeypatch.setattr(search, "first_plan", first)
    monkeypatch.setattr(search, "solve", lambda given, *a, **k: never() if given.integer.any() else solve(given, *a))
    certificate = solved(_two()).certificate

    assert (certificate.status, certificate.stopped, certificate.bound) == ("feasible", "interrupt", 18)
    assert not asked


def test_no_plan_in_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing found: not "infeasible", which would be a claim."""
    nothing = Outcome("no plan", None, float("inf"), -float("inf"), 0.0, "time")
    monkeypatch.setattr(search, "first_plan", lambda given, *_: First(nothing, given))
    monkeypatch.setattr(search, "solve", lambda *_, **__: nothing)

    with pytest.raises(NoPlan) as caught:
        solved(_two())
    assert caught.value.status == "no plan"


# Exact whole numbers


def test_polish_gives_exact_whole_numbers() -> None:
    """0.9999996 and 0.0000003 become 1 and 0, not nearly; what is not whole is solved again: x + z ≥ 3, z = 2."""
    mixed = program([5, 7, 1], [([1, 0, 1], 3, np.inf)], upper=10)
    mixed = replace(mixed, integer=np.array([True, True, False]))
    outcome = polish(mixed, np.array([0.9999996, 0.0000003, 2.0000004]))

    assert outcome.x is not None
    assert outcome.x.tolist() == [1.0, 0.0, 2.0]
    assert outcome.objective == 7
    assert outcome.duals is not None and outcome.reduced is not None


def test_polish_refuses_a_plan_that_only_tolerance_allows() -> None:
    """A limit of 0.9 is no place for a whole x of 1; the search says that its plan was none."""
    narrow = program([-1], [([1], -np.inf, 0.9)])

    assert polish(narrow, np.array([0.9999999])).status == "infeasible"
    with pytest.raises(SolverFailure, match="whole numbers"):
        search._exact(narrow, np.array([0.9999999]), EXACT)


def test_the_decisions_of_a_plan_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that is a millionth off in every whole number does not show in the plan: capacity 10, cost 20."""

    def hazy(given: Program, settings: Settings | None = None, **how: Any) -> Outcome:
        outcome = solve(given, settings, **how)
        if outcome.x is None or not given.integer.any():
            return outcome
        x: Vector = np.where(given.integer, np.abs(outcome.x - 5e-7), outcome.x)
        return replace(outcome, x=x, objective=given.objective(x))

    monkeypatch.setattr(search, "solve", hazy)
    plan = solved(_two())

    assert capacities(plan) == {("A", 2021): 10, ("B", 2021): 10}
    assert plan.certificate.objective == 20


# Ties and orders


def _crossing() -> Case:
    """West and East, 100 km apart, each with a mine of 10 and a demand of 10; haulage is free."""
    zones = {"west": Zone("west", label("west"), km(0.0)), "east": Zone("east", label("east"), km(100.0))}
    blocks = [block("E", operating_cost=1, place=km(100.0)), block("W", operating_cost=1, place=km(0.0))]
    return case(blocks, {("works", zone, 2021): 10.0 for zone in zones}, zones=zones)


@pytest.mark.parametrize("turned", [False, True])
def test_among_equal_costs_the_shorter_haul(turned: bool) -> None:
    """All four links are free, so that every exchange costs 20; each mine serving its own side hauls nothing.

    Crossed shipments would haul 20 × 100 = 2000. In whichever order the mines are listed.
    """
    given = _crossing()
    blocks = dict(reversed(given.blocks.items())) if turned else given.blocks
    plan = solved(replace(given, blocks=blocks))

    assert plan.certificate.objective == 20
    flows = plan.allocation.flows
    assert sorted(zip(flows["source"], flows["zone"], flows["quantity_10kt"], strict=True)) == [
        ("E", "east", 10), ("W", "west", 10)]


def test_a_shorter_haul_never_raises_the_cost() -> None:
    """Demand in the west only. The near mine W costs 1.001, the far one E 1: E gives all 10 for 10, at 1000 t·km.

    Haul first would choose W: 10.01. Both are mines of the base year and stay open at no cost.
    """
    blocks = [mine("W", operating_cost=1.001), mine("E", operating_cost=1, place=km(100.0))]
    plan = solved(case(blocks, 10))

    assert plan.certificate.objective == 10
    assert outputs(plan) == {("E", 2021): 10}


def test_a_tie_is_broken_for_all_years_together() -> None:
    """West wants 10 in 2021, east 10 in 2022; resource 10 each, free haulage, closing is dear: both mines stay.

    W for the west and E for the east cost 20 and haul nothing; crossed they cost 20 too and haul 2000.
    """
    zones = {"west": Zone("west", label("west"), km(0.0)), "east": Zone("east", label("east"), km(100.0))}
    values = {"operating_cost": 1, "resource": 10, "closure_cost": 1000}
    demand = {("works", "west", 2021): 10.0, ("works", "east", 2022): 10.0}
    for blocks in ([mine("E", place=km(100.0), **values), mine("W", **values)],
                   [mine("W", **values), mine("E", place=km(100.0), **values)]):
        plan = solved(case(blocks, demand, zones=zones, years=(2021, 2022)))

        assert plan.certificate.objective == 20
        assert outputs(plan) == {("W", 2021): 10, ("E", 2022): 10}


def test_shortage_before_cost() -> None:
    """Demand 10, unmet at 1 CNY/t; A costs 5, B 6 CNY/t.

    Cost alone leaves all unmet: 10. Shortage first, then cost: 0 short, and of the plans without shortage A's at 50,
    not B's at 60.
    """
    blocks = [block("B", operating_cost=6), block("A", operating_cost=5)]
    cheap = solved(case(blocks, 10, unserved=1))
    full = solved(case(blocks, 10, unserved=1, objective=("shortage", "cost")))

    assert cheap.certificate.objective == 10 and outputs(cheap) == {}
    assert [stage.objective for stage in full.certificate.stages] == ["shortage", "cost"]
    assert [stage.value for stage in full.certificate.stages] == pytest.approx([0, 50])
    assert outputs(full) == {("A", 2021): 10}


def test_fewer_new_blocks_among_equal_costs() -> None:
    """The existing A and the new B both cost 1 CNY/t, demand 10: cost 10, and no new block is needed."""
    blocks = [block("B", operating_cost=1), mine("A", operating_cost=1)]
    plan = solved(case(blocks, 10, objective=("cost", "new_blocks")))

    assert [stage.value for stage in plan.certificate.stages] == pytest.approx([10, 0])
    assert outputs(plan) == {("A", 2021): 10}


@pytest.mark.parametrize(
    ("order", "values"),
    [(("cost", "new_blocks"), [10, 1]), (("new_blocks", "cost"), [0, 30])],
)
def test_the_earlier_objective_goes_first(order: tuple[str, ...], values: list[float]) -> None:
    """Existing A at 3, new B at 1 CNY/t, demand 10: cost first takes B, 10 and one new block; the other way A, 30."""
    blocks = [mine("A", operating_cost=3), block("B", operating_cost=1)]
    plan = solved(case(blocks, 10, objective=order))

    assert [stage.value for stage in plan.certificate.stages] == pytest.approx(values)
    assert [stage.gap for stage in plan.certificate.stages] == pytest.approx([0, 0], abs=1e-8)


def test_a_plan_found_in_time_carries_no_reason() -> None:
    """Proven to the gap asked for: optimal, nothing stopped it, and the watcher saw the objective's name."""
    seen: list[str] = []
    plan = plan_of(_two(), gap=0.0, time_limit_s=60, watch=lambda name, _: seen.append(name))

    assert (plan.certificate.status, plan.certificate.stopped, plan.certificate.gap) == ("optimal", "", 0)
    assert set(seen) <= {"cost", "new_blocks"}
