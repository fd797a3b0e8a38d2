"""What is left behind a look-ahead has its worth: nothing is mined out early, no limit over years is broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.solving import highs
from mineralplan.solving.program import Program, Vector
from played import bench, go, optimum
from tiny import case, drawn, indicator, mine, supply

YEARS = (2021, 2022, 2023)
few = settings(max_examples=6, deadline=None, derandomize=True, database=None,
               suppress_health_check=[HealthCheck.filter_too_much])


def dear_later() -> Case:
    """Return a mine of 100 at 5 CNY/t, a demand of 60 a year, and an import at 10, 10 and then 30 CNY/t."""
    bought = replace(supply("I", 0.0, 1000.0, years=YEARS), price={2021: 10.0, 2022: 10.0, 2023: 30.0})
    return case([mine("A", 100, resource=100.0, operating_cost=5.0)], 60, years=YEARS, supplies={"I": bought})


def test_without_a_worth_all_is_mined_before_it_is_dear() -> None:
    """Year by year the mine is cheaper than the import: 60, 40, 0.

    300, then 200 + 20 · 10, then 60 · 30: 2,500. That is what a look-ahead of one year costs that leaves nothing.
    """
    played = go(bench(dear_later()), "rolling1", worth=False)

    assert played.outputs == {("A", 2021): 60, ("A", 2022): 40}
    assert played.cost == pytest.approx(300 + 400 + 1800)


def test_with_a_worth_a_look_ahead_of_one_year_leaves_what_is_dear_later() -> None:
    """A tonne saves 25 in 2023 and 5 before: 60 stay for 2023, and 40 are mined before.

    2021 and 2022 together: 40 · 5 + 80 · 10 = 1,000; 2023: 300. It is the optimum, seen one year at a time.
    """
    played = go(bench(dear_later()), "rolling1")

    assert played.outputs["A", 2023] == 60
    assert sum(played.outputs.values()) == 100
    assert played.cost == pytest.approx(1300)
    assert played.cost == pytest.approx(optimum(dear_later()))


def test_the_bounds_by_hand() -> None:
    """Behind 2022 the reference leaves 60 of the row's 100, 40 being gone: the 60 of 2023 cost 300.

    Each tonne less is bought for 25 more: 1,500 over the reference's cost where nothing is left, and no less than
    nothing however much is left. The row counts what was mined: its right-hand side is what is left.
    """
    table = bench(dear_later())

    found = table.reserve(2022)

    def worth(left: float) -> float:
        return max(cut.constant + sum(slope * left for slope in cut.slopes.values()) for cut in found)

    assert [worth(left) for left in (60.0, 30.0, 0.0)] == pytest.approx([0, 750, 1500])
    assert worth(100.0) == pytest.approx(0)
    assert table.reserve(2023) == ()


def cost_of_later(program: Program, decided: Vector, early: Vector, last: int) -> float | None:
    """Return the least cost of the years after ``last`` where decisions and earlier outputs stand; None without any."""
    outputs = np.array([name == "output" and index[1] <= last for name, index in program.columns])
    fixed = program.fixed(decided)
    fixed = replace(fixed, lower=np.where(outputs, early, fixed.lower), upper=np.where(outputs, early, fixed.upper))
    outcome = highs.solve(fixed, highs.Settings())
    return None if outcome.x is None else outcome.objective


@few
@given(st.integers(0, 10_000), st.integers(2021, 2022), st.lists(st.floats(0.0, 1.5), min_size=6, max_size=6))
def test_the_worth_is_never_more_than_what_later_years_cost(seed: int, last: int, factors: list[float]) -> None:
    """Earlier years mine anything: the bound on what the later ones then cost more is no more than they truly do.

    True is the whole program with the reference plan's decisions and the outputs given, not a window. Chords between
    the amounts that were solved, in place of tangents, would be too high between them.
    """
    given_ = drawn(seed)
    given_ = replace(given_, economics=replace(given_.economics, working_rate=0.0))
    table = bench(given_)
    forward, x = table.forward, table.reference
    later = {line: weight for line, weight in forward.cost.weights.items() if line[1] > last}
    program = forward.program(given_).minimising(later)
    by_block = dict(zip(given_.blocks, factors, strict=False))
    early = x.copy()
    for (name, index), j in forward.place.items():
        if name == "output" and index[1] <= last:
            early[j] = x[j] * by_block[index[0]]

    true, planned = cost_of_later(program, x, early, last), cost_of_later(program, x, x, last)
    assume(true is not None)
    assert true is not None and planned is not None

    window = forward.window(last + 1, given_.years[-1]).program(program, early)
    left = {index: float(window.row_upper[i]) for i, (name, index) in enumerate(window.rows) if name == "resource"}
    worth = [cut.constant + sum(slope * left[row] for row, slope in cut.slopes.items()) for cut in table.reserve(last)]
    assert max(worth, default=0.0) <= true - planned + 1e-5


@pytest.mark.parametrize("worth", [True, False])
def test_the_resource_is_not_mined_twice(worth: bool) -> None:
    """25 in place, 10 a year wanted: 10, 10 and 5, or less before. A look-ahead that began anew each year finds 30."""
    played = go(bench(case([mine("A", 10, resource=25.0)], 10, years=YEARS)), "rolling1", worth=worth)

    assert sum(played.outputs.values()) == pytest.approx(25)
    assert played.answer["audit"] == "holds"


@pytest.mark.parametrize("worth", [True, False])
def test_a_clause_over_years_is_kept_by_a_look_ahead_of_one(worth: bool) -> None:
    """A small mine of 12 may not draw on the 20 that were added: 12 in all years together, 18 of 30 are short.

    A look-ahead that saw this year's output alone would find 10 ≤ 12 every year, dig 30 and miss the clause by 18.
    """
    small = mine("A", 10, resource=12.0, additions=((2021, 20.0),))
    shown = case([small], 10, years=YEARS, rules={"small_resource": {"all": indicator(0.0, unit="10kt")}})

    played = go(bench(shown), "rolling1", worth=worth)

    assert sum(played.outputs.values()) == pytest.approx(12)
    assert played.cost == pytest.approx(1800)
    assert played.answer["audit"] == "holds"
