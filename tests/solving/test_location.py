"""Location problems by prices: the bound never lies, what is settled loses no best plan, all else is declined."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mineralplan.case import Block, Case, Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Use
from mineralplan.solving.highs import Outcome, Settings, solve
from mineralplan.solving.location import search as prices_first
from mineralplan.solving.location.prices import ascend, first_prices, narrowed, priced, proven
from mineralplan.solving.location.reduced import reduce, worth_keeping
from mineralplan.solving.location.search import search_location
from mineralplan.solving.location.structure import Location, count_of, recognised
from mineralplan.solving.program import Program
from tiny import TWO_MINERALS, YEAR, block, case, compiled, drawn, fits, indicator, km, label, mine, supply

EXACT = Settings(gap=0.0)


def _places(seed: int, blocks: int = 5, zones: int = 6, *, equal: bool = False) -> Case:
    """Return a location problem drawn at random; unequal capacities unless said."""
    dice = np.random.default_rng(seed)
    sizes = np.full(blocks, 12.0) if equal else dice.integers(4, 25, blocks).astype(float)
    sites = [block(f"B{i}", size, capital=float(dice.integers(20, 200)), operating_cost=float(dice.integers(0, 5)),
                   resource=float(dice.choice((size, 0.7 * size)))) for i, size in enumerate(sizes)]
    towns = {f"Z{j}": Zone(f"Z{j}", label(f"Z{j}"), km(0.0)) for j in range(zones)}
    routes = {(f"B{i}", z): float(dice.integers(1, 60)) for i in range(blocks) for z in towns}
    demand = {("works", z, YEAR): float(dice.integers(1, 12)) for z in towns}
    return case(sites, demand, zones=towns, routes=routes, economics=Economics(haul=1.0),
                unserved=float(dice.choice((30.0, 300.0))))


def _read(given_case: Case) -> tuple[Program, Location]:
    whole = compiled(given_case)
    location = recognised(whole)
    assert location is not None
    return whole, location


def _best(whole: Program) -> float:
    return solve(whole, EXACT).objective


# The bound


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10_000), st.booleans())
def test_whatever_the_prices_the_bound_is_not_above_the_optimum(seed: int, equal: bool) -> None:
    """At random prices and at good ones, in floats and exactly; the good ones within the relaxation's reach."""
    whole, location = _read(_places(seed, equal=equal))
    count, best = count_of(location), _best(whole)
    dice = np.random.default_rng(seed)
    rough = priced(location, count, dice.uniform(0, 1, len(location.demand)) * location.unserved)
    good = ascend(location, count, first_prices(location), best)

    for found in (rough, good):
        assert found.bound <= best + 1e-7 * abs(best)
        assert proven(location, count, found) <= found.bound + 1e-7 * abs(best)
        assert proven(location, count, found) == pytest.approx(found.bound, rel=1e-9, abs=1e-6)


def test_the_bound_by_hand() -> None:
    """A (10, opens for 30) serves 10 t of a town at 2 CNY/t: 50.

    At a price of 5 the block earns 3 × 10 = 30 and breaks
    even: bound 5 × 10 = 50, the optimum. At 4 it stays shut: 40. At 7 it opens and gains 50 − 30: 70 − 20 = 50, and
    the price is higher than it need be. At 100 nothing is gained from more: the unserved would cost as much.
    """
    _, location = _read(case([block("A", 10, capital=30, operating_cost=2)], 10))
    none = replace(count_of(location), least=0)
    bounds = [priced(location, none, np.array([price])).bound for price in (5.0, 4.0, 7.0, 100.0)]

    assert bounds == [pytest.approx(50), pytest.approx(40), pytest.approx(50), pytest.approx(50)]
    assert proven(location, none, priced(location, none, np.array([5.0]))) == 50


def _three() -> list[Block]:
    return [block("A", 10, capital=60), block("B", 6, capital=60), block("C", 6, capital=60)]


def test_the_count_of_unequal_blocks_by_hand() -> None:
    """Capacities 10, 6, 6 and demand 13: the largest leaves 3 unmined, so two open, or 3 t and more are short.

    Each opens for 60; shipping is free. Without the count 13 t cost 13 × (60 ÷ 10) = 78 at the least; two blocks cost
    120, and that is what the bound says at a price of 0 for the tonnes and 60 for a block.
    """
    whole, location = _read(case(_three(), 13))
    count = count_of(location)
    found = priced(location, count, np.zeros(1))

    assert (count.least, count.short) == (2, 3)
    assert (found.count_price, found.bound) == (pytest.approx(60), pytest.approx(120))
    assert (proven(location, count, found), _best(whole)) == (120, pytest.approx(120))


def test_shortage_buys_off_the_count() -> None:
    """The same, a tonne unserved at 7 CNY: one block and 3 t short, 60 + 21 = 81. With two blocks it would be 120."""
    whole, location = _read(case(_three(), 13, unserved=7.0))
    found = ascend(location, count_of(location), first_prices(location))

    assert _best(whole) == pytest.approx(81)
    assert found.bound <= 81 + 1e-9


# What is settled


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10_000), st.booleans())
def test_no_best_plan_is_settled_away(seed: int, equal: bool) -> None:
    """Every way to open four blocks is tried: what is cheaper than the ceiling keeps to what was settled."""
    whole, location = _read(_places(seed, blocks=4, equal=equal))
    count, best = count_of(location), _best(whole)
    ceiling = best * 1.05 + 1e-6
    left = narrowed(location, ascend(location, count, first_prices(location), ceiling), ceiling)

    for opened in product((0.0, 1.0), repeat=4):
        x = location.point(np.array(opened), np.zeros(len(location.zone)), np.zeros(len(location.demand)),
                           len(whole.columns))
        cost = solve(whole.fixed(x)).objective
        if cost < ceiling - 1e-6:
            assert np.all(left.lower <= opened) and np.all(np.array(opened) <= left.upper)


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10_000))
def test_a_pool_for_what_is_left_out_is_a_relaxation(seed: int) -> None:
    """With few links kept it costs at most the optimum, with all of them the optimum, without a pool no less."""
    whole, location = _read(_places(seed))
    count, best = count_of(location), _best(whole)
    found = ascend(location, count, first_prices(location), best)
    few = location.zone == location.block  # one link for each of some zones
    everything = np.ones(len(few), dtype=bool)

    assert solve(reduce(location, count, few, found.edge).program, EXACT).objective <= best + 1e-6 * best
    assert solve(reduce(location, count, everything, found.edge).program, EXACT).objective == pytest.approx(best)
    assert solve(reduce(location, count, few).program, EXACT).objective >= best - 1e-6 * best
    assert worth_keeping(location, found).all()  # so few links are all worth it


# The search


@pytest.fixture
def small_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the search take up problems of a few links, and not give up where prices say little."""
    monkeypatch.setattr(prices_first, "MANY", 1)
    monkeypatch.setattr(prices_first, "FAR", np.inf)


@pytest.mark.usefixtures("small_too")
@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_the_optimum(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same cost as HiGHS on the whole, a plan of the program, bounds below it; with a pool that is used, too."""
    monkeypatch.setattr("mineralplan.solving.location.reduced.NEAREST", 1)
    monkeypatch.setattr("mineralplan.solving.location.reduced.ALL_IN", 1 + seed % 3)
    whole = compiled(_places(seed, blocks=8, zones=12, equal=seed % 2 == 0))
    found, best = search_location(whole, EXACT), _best(whole)

    assert found is not None and found.x is not None
    assert fits(whole, found.x)
    assert found.objective == pytest.approx(best, rel=1e-7)
    assert found.bound <= best + 1e-6 and found.gap <= 1e-6
    assert found.safe_bound <= best


@pytest.mark.usefixtures("small_too")
def test_time_that_is_up_leaves_a_plan_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compiled(_places(3, blocks=8, zones=12))

    def late(*_: Any, **__: Any) -> Outcome:
        return Outcome("no plan", None, np.inf, -np.inf, 0.0, "time")

    monkeypatch.setattr(prices_first.Relaxation, "solve", late)
    found, best = search_location(whole, EXACT), _best(whole)

    assert found is not None and (found.status, found.stopped) == ("feasible", "time")
    assert found.bound <= best + 1e-6 <= found.objective + 2e-6


def test_small_problems_are_left_to_the_solver() -> None:
    assert search_location(compiled(_places(1)), EXACT) is None


@pytest.mark.usefixtures("small_too")
def test_where_prices_say_too_little_the_solver_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """One block of 10 at 60, demand 5, 300 CNY/t unserved: any doubt is too much here, so nothing is claimed."""
    monkeypatch.setattr(prices_first, "FAR", -1.0)

    assert search_location(compiled(_places(2)), EXACT) is None


# What is recognised


def test_a_location_problem_is_read_whole() -> None:
    """Capacity within licence and resource; a new block pays to open, an existing one does not."""
    plain = case([block("A", 10, capital=30, operating_cost=2, resource=7), mine("M", 5, operating_cost=1)], 10)
    _, location = _read(plain)

    assert location.capacity.tolist() == [7, 5]
    assert location.opening.tolist() == [30, 0]
    assert location.cost.tolist() == [2, 1]
    assert (location.demand.tolist(), location.unserved.tolist()) == ([10], [100])


@pytest.mark.parametrize("other", [
    lambda: case([block("A")], 10, years=(2021, 2022)),
    lambda: case([block("A", expanded=20)], 10),
    lambda: case([block("A")], 10, economics=Economics(working_rate=0.5)),
    lambda: case([block("A")], 10, supplies={"I": supply("I", 5, 3)}),
    lambda: case([block("A"), block("B")], 10, rules={"mine_count": {"all": indicator(1, unit="mines")}}),
    lambda: case([mine("P"), block("M", status="merged", parents=("P",))], 10),
    lambda: drawn(1),
], ids=["years", "scales", "working rate", "supply", "rule", "merger", "everything"])
def test_anything_else_is_declined(other: Any) -> None:
    assert recognised(compiled(other())) is None


def test_a_use_that_two_yields_serve_is_declined() -> None:
    """A tonne for the town is a tonne of A's stone or two of B's clay: no one weight for the pool."""
    uses = {"works": Use(zh="works", en="works", served_by={"stone": 1.0, "clay": 0.5})}
    two = case([block("A"), block("B", mineral="clay")], 10, minerals=TWO_MINERALS["minerals"], uses=uses)

    assert recognised(compiled(two)) is None


def test_numbers_are_checked_and_not_names_alone() -> None:
    """The same names, one coefficient changed: a shipment that is output twice, an output held above nothing."""
    whole, _ = _read(case([block("A")], 10))
    row = [name for name, _ in whole.rows].index("balance")
    heavier = whole.matrix.copy()
    heavier[row, [name for name, _ in whole.columns].index("ship")] = 2.0
    forced = whole.lower.copy()
    forced[[name for name, _ in whole.columns].index("output")] = 1.0

    assert recognised(replace(whole, matrix=heavier.tocsc())) is None
    assert recognised(replace(whole, lower=forced)) is None
