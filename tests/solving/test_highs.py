"""Statuses are not trusted, plans are exact, ties are broken, objectives keep their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from mineralplan.case import Case, Zone
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import lines
from mineralplan.inputs.plan import Area
from mineralplan.planning import NoPlan, solve
from mineralplan.solving import highs
from mineralplan.solving.compile import Program, compile_model
from mineralplan.solving.highs import Outcome, Progress, Settings, SolverFailure
from mineralplan.solving.start import first_plan
from tiny import block, capacities, case, indicator, km, label, mine, outputs, solved, supply


def _program(cost: list[float], rows: list[list[float]], upper: list[float], *, whole: bool = True) -> Program:
    """Return min cost·x, rows·x ≤ upper, 0 ≤ x ≤ 1."""
    count = len(cost)
    return Program(
        matrix=sparse.csc_array(np.array(rows, dtype=float)), row_lower=np.full(len(rows), -np.inf),
        row_upper=np.array(upper, dtype=float), lower=np.zeros(count), upper=np.ones(count),
        integer=np.full(count, whole), cost=np.array(cost, dtype=float), offset=0.0,
        columns=tuple(("x", (str(i), i)) for i in range(count)), rows=tuple(("row", i) for i in range(len(rows))),
        lines=sparse.csr_array((0, count)), line_offset=np.zeros(0), line_names=(),
    )


def _compiled(given: Case) -> Program:
    return compile_model(build(given)).minimising(lines("cost", given))


def test_infeasible_is_believed_only_after_a_second_solve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A presolve that wrongly says infeasible (HiGHS#3296) is overruled by the run without it."""
    real, asked = highs._run, []

    def lying(program: Program, *rest: Any, presolve: bool) -> Outcome:
        asked.append(presolve)
        if presolve:
            return Outcome("infeasible", None, float("inf"), float("inf"), 0.0)
        return real(program, *rest, presolve=presolve)

    monkeypatch.setattr(highs, "_run", lying)

    outcome = highs.solve(_program([-1.0], [[1.0]], [1.0]))

    assert asked == [True, False]
    assert (outcome.status, outcome.objective) == ("optimal", -1.0)


def test_truly_infeasible_gives_no_point() -> None:
    outcome = highs.solve(_program([1.0], [[1.0]], [-1.0]))

    assert (outcome.status, outcome.x) == ("infeasible", None)


def test_an_unknown_option_is_a_failure() -> None:
    with pytest.raises(SolverFailure, match="no_such_option"):
        highs._set(highs.highspy.Highs(), "no_such_option", 1)


def test_a_failing_progress_callback_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception inside the solver's callback would otherwise end as a "solve error" without a word."""
    given = case([block(f"B{i}", 7 + i, capital=20 + 3 * i, operating_cost=i % 3) for i in range(9)], 31)

    def watch(_: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        highs.solve(_compiled(given), on_progress=watch)


def test_polish_sets_whole_numbers_exactly() -> None:
    """0.9999999 of a mine is one mine; what cannot be whole is said to be infeasible, not rounded away."""
    program = _program([-3.0, -2.0], [[1.0, 1.0]], [1.0])

    exact = highs.polish(program, np.array([0.9999999, 1e-8]))
    broken = highs.polish(program, np.array([0.6, 0.6]))

    assert exact.x is not None
    assert exact.x.tolist() == [1.0, 0.0]
    assert exact.objective == -3.0
    assert broken.x is None


@pytest.mark.parametrize("stopped", ["time", "interrupt"])
def test_a_search_cut_short_keeps_its_plan_and_says_so(monkeypatch: pytest.MonkeyPatch, stopped: str) -> None:
    """The main search stops with the plan it has: the plan stands, not proven, with the bound known by then."""
    given = case([mine("A", operating_cost=2)], 10)
    real: Callable[..., Outcome] = highs.solve

    def cut(program: Program, settings: Settings | None = None, **rest: Any) -> Outcome:
        outcome = real(program, settings, **rest)
        return replace(outcome, status="feasible", bound=15.0, stopped=stopped) if program.integer.any() else outcome

    monkeypatch.setattr("mineralplan.solving.search.solve", cut)
    plan = solve(given)

    assert (plan.certificate.status, plan.certificate.stopped) == ("feasible", stopped)
    assert plan.certificate.objective == 20
    assert plan.certificate.gap == pytest.approx(0.25)


def test_no_plan_is_written_from_a_status_that_has_none() -> None:
    """All demand has to be met and nothing can be mined: no plan, and the status says why."""
    rules = {"supply_guarantee": {"works": indicator(1.0, unit="share")}}

    with pytest.raises(NoPlan) as caught:
        solve(case([], 5, rules=rules))

    assert caught.value.status == "infeasible"


def test_ties_go_to_the_shorter_haul() -> None:
    """A (5 km) and B (50 km) cost the same and haulage is free: A serves. The cost stays 10 × 3 = 30 to the digit."""
    given = case([mine("B", place=km(50), operating_cost=3), mine("A", place=km(5), operating_cost=3)], 10)
    plan = solved(given)

    assert outputs(plan) == {("A", 2021): 10}
    assert plan.certificate.objective == 30


def test_objectives_are_taken_in_their_order() -> None:
    """Serving 10 costs 12 a tonne and is worth 9. Cost alone leaves it unmet (90); shortage first serves it (120).

    A weighted sum of both would depend on the weights.
    """
    given = case([mine("A", operating_cost=12)], 10, unserved=9)

    assert solved(given).costs["cost_10kcny"].sum() == 90
    first = solved(replace(given, objective=("shortage", "cost")))
    assert [s.objective for s in first.certificate.stages] == ["shortage", "cost"]
    assert [s.value for s in first.certificate.stages] == pytest.approx([0, 120])


def test_a_second_objective_chooses_among_equals() -> None:
    """One block of 20 or two of 10 cost the same: with new_blocks second, one is licensed."""
    blocks = [block("A", 10, capital=5), block("B", 10, capital=5), block("C", 20, capital=10)]
    plan = solved(replace(case(blocks, 20), objective=("cost", "new_blocks")))

    assert capacities(plan) == {("C", 2021): 20}


def test_the_first_plan_is_feasible_and_its_bound_is_the_relaxation() -> None:
    """Demand 15 from mines of 10 with capital 100: the relaxation opens 1.5 mines (150), the plan two (200).

    The neighbourhood's own bound (200) would not hold for what lies outside it in general.
    """
    program = _compiled(case([block("A", capital=100), block("B", capital=100)], 15))
    found = first_plan(program, Settings(gap=0.0))

    assert found.x is not None
    activity = program.matrix @ found.x
    assert np.all(activity <= program.row_upper + 1e-7)
    assert np.all(activity >= program.row_lower - 1e-7)
    assert found.objective == pytest.approx(200)
    assert found.bound == pytest.approx(150)


def test_a_block_tied_to_a_fraction_by_a_tight_rule_is_left_free() -> None:
    """An area may hold 50. A (30) is cheapest, B (40) next: relaxed, A whole and half of B fill it.

    Kept whole, A would leave no room for B: 30 served, 20 short at 100, 2,030. The best plan is B and C (10): 50
    served at 40 × 2 + 10 × 3 = 110. The first plan has to find it, since a tight rule ties A to the fraction of B.
    """
    area = {"pit": _area()}
    blocks = [block("A", 30, area="pit", operating_cost=1), block("B", 40, area="pit", operating_cost=2),
              block("C", 10, area="pit", operating_cost=3)]
    given = case(blocks, 50, areas=area, rules={"area_capacity": {"pit": indicator(50)}})

    found = first_plan(_compiled(given), Settings(gap=0.0))

    assert found.objective == pytest.approx(110)
    assert solved(given).certificate.objective == 110


def _area() -> Area:
    return Area(zh="pit", en="pit", area_km2=1.0, mineral="stone", clause="test")


def test_the_optimal_face_holds_the_cost_and_frees_the_rest() -> None:
    """Two zones, two mines of equal cost: the face keeps 20 × 3 = 60 while haulage falls to its least.

    A slack on the cost row would let the second objective spend it.
    """
    zones = {"town": Zone("town", label("town"), km(0)), "far": Zone("far", label("far"), km(40))}
    demand = {("works", "town", 2021): 10.0, ("works", "far", 2021): 10.0}
    mines = [mine("A", place=km(0), operating_cost=3), mine("B", place=km(40), operating_cost=3)]
    plan = solved(case(mines, demand, zones=zones))

    assert plan.certificate.objective == 60
    flows = {(row.source, row.zone): row.quantity_10kt for row in plan.allocation.flows.itertuples()}
    assert flows == {("A", "town"): 10, ("B", "far"): 10}


def test_imports_come_before_shortage() -> None:
    """A case without blocks solves too: 6 from outside at 7, 4 short at 100."""
    plan = solved(case([], 10, supplies={"S": supply("S", 7, 6)}))

    assert plan.certificate.objective == 442
    assert plan.production.empty
