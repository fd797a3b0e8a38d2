"""A search cut short: what was found is kept, and nothing is claimed that was not proven."""

from __future__ import annotations

import _thread
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.planning import NoPlan, solve
from mineralplan.solving import highs, search, start
from mineralplan.solving.highs import Outcome, Progress, Settings, SolverFailure
from mineralplan.solving.program import Program
from mineralplan.solving.relaxed import Relaxation
from tiny import block, case, compiled, indicator, km, label

YEARS = tuple(range(2021, 2029))


def district(blocks: int = 24, zones: int = 12) -> Case:
    """Return a case that takes minutes to prove: capital on many blocks, many zones, a tight count of mines."""
    random = np.random.default_rng(5)
    places = {f"z{i}": Zone(f"z{i}", label(f"z{i}"), km(float(random.integers(0, 90)))) for i in range(zones)}
    demand = {("works", zone, year): float(random.integers(3, 30)) for zone in places for year in YEARS}
    sites = [
        block(f"B{i}", float(random.integers(15, 40)), expanded=float(random.integers(41, 80)),
              capital=float(random.integers(300, 900)), expansion_capital=float(random.integers(200, 700)),
              operating_cost=float(random.integers(10, 16)), fixed_cost=1.5, resource=float(random.integers(120, 400)),
              place=km(float(random.integers(0, 90))))
        for i in range(blocks)
    ]
    return case(sites, demand, years=YEARS, zones=places, economics=Economics(
        haul=0.5, discount_rate=0.06, capital_life=10, working_rate=0.4),
        rules={"mine_count": {"all": indicator(6, unit="mines")},
               "new_licences": {"all": indicator(2, unit="mines/a")}})


def test_a_time_limit_keeps_the_best_plan() -> None:
    """Four seconds on a case that takes minutes: a plan that holds every rule, its bound below it, and the word."""
    plan = solve(district(), gap=0.0, time_limit_s=4)

    assert (plan.certificate.status, plan.certificate.stopped) == ("feasible", "time")
    assert 0 < plan.certificate.bound < plan.certificate.objective
    assert 0 < plan.certificate.gap < 0.5
    assert all(finding.holds for finding in plan.findings)
    assert float(plan.costs["discounted_10kcny"].sum()) == pytest.approx(plan.certificate.objective, rel=1e-9)


def test_an_interrupt_keeps_the_best_plan() -> None:
    """Ctrl-C at the first plan found, as from the keyboard, into the waiting main thread."""
    sent = threading.Event()

    def watch(_: str, progress: Progress) -> None:
        if np.isfinite(progress.incumbent) and not sent.is_set():
            sent.set()
            _thread.interrupt_main()

    plan = solve(district(), gap=0.0, time_limit_s=60, watch=watch)

    assert (plan.certificate.status, plan.certificate.stopped) == ("feasible", "interrupt")
    assert plan.certificate.bound <= plan.certificate.objective
    assert all(finding.holds for finding in plan.findings)


def _cut_relaxation(monkeypatch: pytest.MonkeyPatch, stopped: str) -> list[str]:
    """Let every linear relaxation that the first plan asks for end early, and note what is searched after it."""
    asked: list[str] = []

    def cut(self: Relaxation, *_: Any) -> Outcome:
        asked.append("relaxation")
        return Outcome("no plan", None, np.inf, -np.inf, 0.0, stopped)

    def searched(program: Program, settings: Settings | None = None, **rest: Any) -> Outcome:
        asked.append("neighbourhood")
        return highs.solve(program, settings, **rest)

    monkeypatch.setattr(start.Relaxation, "solve", cut)
    monkeypatch.setattr(start, "solve", searched)
    return asked


@pytest.mark.parametrize("stopped", ["time", "interrupt"])
def test_a_relaxation_cut_short_is_neither_a_plan_nor_a_bound(monkeypatch: pytest.MonkeyPatch, stopped: str) -> None:
    """1.5 mines are no plan, and what was not solved to the end bounds nothing; no neighbourhood is searched."""
    program = compiled(case([block("A", capital=100), block("B", capital=100)], 15))
    asked = _cut_relaxation(monkeypatch, stopped)

    found = start.first_plan(program, Settings(gap=0.0)).outcome

    assert (found.status, found.x, found.stopped) == ("no plan", None, stopped)
    assert found.bound == -np.inf
    assert asked == ["relaxation"]


def test_an_interrupt_during_the_relaxation_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before there is a plan: no plan, and not half a minute more of searching."""
    _cut_relaxation(monkeypatch, "interrupt")

    def never(*_: Any, **__: Any) -> Outcome:
        raise AssertionError("the search went on")

    monkeypatch.setattr(search, "solve", never)

    with pytest.raises(NoPlan) as caught:
        solve(case([block("A", capital=100), block("B", capital=100)], 15))
    assert caught.value.status == "no plan"


def test_time_that_runs_out_during_the_relaxation_leaves_the_search_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    _cut_relaxation(monkeypatch, "time")

    plan = solve(case([block("A", capital=100), block("B", capital=100)], 15))

    assert plan.certificate.objective == 200


def test_a_refused_setting_is_a_failure_and_not_a_default() -> None:
    """A negative number of threads: HiGHS keeps its default and says so in a log that nobody reads."""
    with pytest.raises(SolverFailure, match="threads"):
        highs.solve(compiled(case([block("A")], 5)), Settings(threads=-3))


def test_a_later_objective_that_finds_no_plan_in_time_leaves_the_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortage is settled, the time for cost is gone: the first stage's plan stands, and only its stage is reported."""
    given = replace(case([block("A", operating_cost=12)], 10, unserved=9), objective=("shortage", "cost"))
    real, calls = search._settle, []

    def once(*args: Any) -> Outcome:
        calls.append(args)
        return real(*args) if len(calls) == 1 else Outcome("no plan", None, np.inf, -np.inf, 1.0, "time")

    monkeypatch.setattr(search, "_settle", once)
    plan = solve(given)

    assert [stage.objective for stage in plan.certificate.stages] == ["shortage"]
    assert (plan.certificate.status, plan.certificate.stopped) == ("feasible", "time")
    assert plan.allocation.shortage.empty
