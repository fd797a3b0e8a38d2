"""Fronts: by hand, and against every combination of decisions there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from mineralplan.analysis.pareto import Front, NoFront, Point, front, undominated
from mineralplan.analysis.remembered import Searches
from mineralplan.case import Case
from mineralplan.formulation.objectives import lines
from mineralplan.simulation.store import Store
from mineralplan.solving import highs
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program
from mineralplan.solving.search import Found, search
from tiny import YEAR, block, case, compiled, drawn, indicator, mine, solved


def found(given: Case, *names: str, gap: float = 0.0, **how: Any) -> Front:
    return front(given, compiled(given), names, Settings(gap=gap), **how)


def corners(given: Front) -> list[tuple[float, ...]]:
    return [tuple(round(value, 6) for value in point.values.values()) for point in given.points]


def by_brute_force(given: Case, second: str) -> dict[int, float]:
    """Return the least cost for every value of a whole-numbered objective, over all decisions of the blocks."""
    program = compiled(given)
    choices = np.flatnonzero(program.integer)
    weights = program.minimising(lines(second, given))
    best: dict[int, float] = {}
    for chosen in product((0.0, 1.0), repeat=len(choices)):
        x = np.zeros(len(program.columns))
        x[choices] = chosen
        outcome = highs.solve(program.fixed(x))
        if outcome.x is not None:
            value = round(weights.objective(outcome.x))
            best[value] = min(best.get(value, np.inf), outcome.objective)
    return best


def efficient(best: dict[int, float]) -> list[tuple[float, float]]:
    """Return (cost, value) of those that no smaller value reaches as cheaply, the cheapest first."""
    kept = [(cost, value) for value, cost in best.items()
            if all(cost < other - 1e-6 for smaller, other in best.items() if smaller < value)]
    return sorted((round(cost, 6), float(value)) for cost, value in kept)


SITES = [mine("E", 4, operating_cost=3, fixed_cost=1), block("N", 6, capital=20, operating_cost=2),
         block("M", 5, capital=8, operating_cost=4, closure_cost=1), block("L", 3, capital=2, operating_cost=9)]


@pytest.mark.parametrize("second", ["mines", "new_blocks"])
def test_a_front_in_whole_numbers_is_complete(second: str) -> None:
    """All 2⁴ choices of four blocks in one year, each solved on its own, give the same front: no point is missing."""
    given = case(SITES, 14.0, unserved=30.0)

    whole = found(given, "cost", second)

    assert whole.complete
    assert corners(whole) == efficient(by_brute_force(given, second))
    assert len(whole.points) >= 3


def test_a_point_is_efficient_and_not_only_weakly_so() -> None:
    """A and B cost the same to the town; A takes 1 km² and B 2. The least cost alone would as well take B."""
    sites = [block("B", 10, operating_cost=2, area_km2=2), block("A", 10, operating_cost=2, area_km2=1)]

    whole = found(case(sites, 10.0), "cost", "land", points=3)

    assert corners(whole)[0] == (20, 1)


def test_values_between_the_limits_end_a_step_at_the_plan() -> None:
    """Shortage of 10, 4 or 0: limits between them find these plans and no other, each listed once."""
    sites = [block("A", 6, capital=1), block("B", 4, capital=500)]

    whole = found(case(sites, 10.0, unserved=100.0), "cost", "shortage", points=5)

    # With B 501; without it 4 short cost 400 + 1. Only A or nothing: 401 or 1,000, and so never nothing.
    assert corners(whole) == [(401, 4), (501, 0)]
    assert {round(r.point.values["shortage"], 6) for r in whole.removed} <= {0.0, 4.0}


def test_three_objectives() -> None:
    """A costs 2 on 5 km², B costs 3 on 1 km² but lies 7 km away; each alone serves all."""
    sites = [block("A", 10, operating_cost=2, area_km2=5), block("B", 10, operating_cost=3, area_km2=1)]
    given = case(sites, 10.0, routes={("A", "town"): 0.0, ("B", "town"): 7.0},
                 rules={"supply_guarantee": {"works": indicator(1.0, unit="share")}})

    whole = found(given, "cost", "land", "haul", points=9)

    # Cheapest is A alone (20, 5, 0); on 1 km² only B, hauling 70 (30, 1, 70). No mixture has both open for less land.
    assert {(20.0, 5.0, 0.0), (30.0, 1.0, 70.0)} == set(corners(whole))
    assert not whole.complete


def test_a_gap_that_is_left_is_said() -> None:
    """At a gap of half the cost no point is called efficient, and the bound stays a bound: the exact front is above."""
    given = drawn(5)
    exact, rough = (found(given, "cost", "new_blocks", gap=gap) for gap in (0.0, 0.5))
    best = {point.values["new_blocks"]: point.values["cost"] for point in exact.points}

    assert not rough.complete
    assert not any(point.settled for point in rough.points)
    for point in rough.points:
        allowed = [cost for blocks, cost in best.items() if blocks <= point.values["new_blocks"] + 1e-6]
        assert point.bound <= min(allowed) + 1e-6 <= point.values["cost"] + 2e-6


def point(cost: float, mines: float, bound: float | None = None) -> Point:
    return Point(np.zeros(0), {"cost": cost, "mines": mines}, {}, cost if bound is None else bound, settled=True)


def test_dominated_points_are_removed_with_who_dominates() -> None:
    """(3, 2) is worse than (2, 2) in cost; (4, 1) is worse than nobody; of two equals the better proven one stays."""
    cheap, few, worse, loose = point(2, 2), point(4, 1), point(3, 2), point(4, 1, bound=3)

    kept, removed = undominated([worse, loose, few, cheap])

    assert kept == (cheap, few)
    assert [(r.point, r.by) for r in removed] == [(worse, cheap), (loose, few)]


def test_no_plan_no_front() -> None:
    """All demand must be met, and there is no block."""
    given = case([], 10.0, rules={"supply_guarantee": {"works": indicator(1.0, unit="share")}})

    with pytest.raises(NoFront, match="infeasible"):
        found(given, "cost", "mines")


def test_too_little_time_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search under limits that ends with nothing leaves its limits unanswered, and the front is not complete."""
    def cut_off(program: Program, *rest: Any) -> Found:
        limited = any(name == "bound" for name, _ in program.rows)
        return Found("no plan", None, (), "time") if limited else search(program, *rest)

    monkeypatch.setattr("mineralplan.analysis.remembered.search", cut_off)

    cut = found(case(SITES, 14.0, unserved=30.0), "cost", "mines")

    assert {limits["mines"] for limits in cut.unanswered}
    assert not cut.impossible
    assert not cut.complete


def test_a_second_start_searches_nothing_again(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept is taken from the store: a search that would be made again fails here."""
    given = case(SITES, 14.0, unserved=30.0)
    store = Store(tmp_path / "kept")
    before = found(given, "cost", "mines", searches=Searches(store))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("searched again")

    monkeypatch.setattr("mineralplan.analysis.remembered.search", refuse)
    after = found(given, "cost", "mines", searches=Searches(store))

    assert corners(after) == corners(before)
    with pytest.raises(AssertionError, match="searched again"):
        found(given, "cost", "new_blocks", searches=Searches(store))


def test_mines_are_counted_in_the_target_year() -> None:
    """Demand of both mines in the first year and of one in the second, the target: one mine, not three mine-years."""
    years = (YEAR, YEAR + 1)
    sites = [mine(code, 5, operating_cost=1) for code in "AB"]
    given = case(sites, {years[0]: 10.0, years[1]: 5.0}, years=years, unserved=50.0,
                 rules={"supply_guarantee": {"works": indicator(1.0, unit="share")}})

    plan = solved(replace(given, objective=("mines", "cost")))

    assert corners(found(given, "mines", "cost", points=2)) == [(1, 15)]
    assert [stage.value for stage in plan.certificate.stages] == pytest.approx([1, 15])
    assert plan.audit.objectives["mines"] == 1
    assert plan.audit.verdict == "holds"
