"""A window of a program: the years before it are settled, the years after it are not there yet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.simulation.forward import Forward
from mineralplan.simulation.window import held
from mineralplan.solving import highs
from mineralplan.solving.program import Program, Vector
from played import bench
from tiny import block, case, drawn, mine

few = settings(max_examples=4, deadline=None, derandomize=True, database=None)


def best(program: Program, forward: Forward) -> tuple[float, Vector]:
    """Return the least cost of a program, and where."""
    outcome = highs.solve(program.minimising(forward.cost.weights), highs.Settings(gap=0.0))
    assert outcome.x is not None
    return outcome.objective, outcome.x


def until(given: Case, last: int) -> Case:
    """Return the case as if it ended with a year."""
    years = tuple(year for year in given.years if year <= last)
    return replace(given, years=years, target_year=last, report_years=years,
                   demand={key: value for key, value in given.demand.items() if key[2] <= last},
                   unserved_cost={key: value for key, value in given.unserved_cost.items() if key[2] <= last})


@few
@given(st.integers(0, 10_000))
def test_the_window_of_all_years_is_the_program(seed: int) -> None:
    forward = bench(drawn(seed)).forward
    whole = forward.program(forward.case)

    own = forward.window(forward.case.years[0], forward.case.years[-1]).program(whole, forward.empty)

    assert own.columns == whole.columns and own.line_names == whole.line_names
    spoken = {name for name, row in zip(whole.rows, abs(whole.matrix).sum(axis=1), strict=True) if row > 0}
    assert spoken <= set(own.rows) <= set(whole.rows)
    assert best(own, forward)[0] == pytest.approx(best(whole, forward)[0])


@few
@given(st.integers(0, 10_000), st.integers(2022, 2023))
def test_what_is_left_to_decide_of_an_optimum_is_optimal(seed: int, first: int) -> None:
    """The tail of an optimum costs what the window of the tail costs at least, its head settled."""
    forward = bench(drawn(seed)).forward
    whole, last = forward.program(forward.case), forward.case.years[-1]
    _, x = best(whole, forward)
    weights = forward.cost.weights
    tail = sum(weights[line] * value for line, value in whole.line_values(x).items()
               if line in weights and line[1] >= first)

    window = forward.window(first, last)
    cost, inside = best(window.program(whole, x), forward)

    assert cost == pytest.approx(tail, abs=1e-6)
    joined = window.into(x, inside)
    assert sum(weights[line] * value for line, value in whole.line_values(joined).items() if line in weights) \
        == pytest.approx(best(whole, forward)[0], abs=1e-6)


@few
@given(st.integers(0, 10_000), st.integers(2021, 2022))
def test_without_later_years_it_is_the_case_that_ends_there(seed: int, last: int) -> None:
    """Additions that come later, and years that a merged mine may begin in, change nothing of what is possible now."""
    shown = drawn(seed)
    forward, short = bench(shown).forward, bench(until(shown, last)).forward

    own = forward.window(shown.years[0], last).program(forward.program(shown), forward.empty)

    assert best(own, forward)[0] == pytest.approx(best(short.program(short.case), short)[0], abs=1e-6)


def test_a_merged_mine_that_begins_in_the_window_has_begun_later_too() -> None:
    """Two mines of 20 each at 90 CNY/t merge into one of 12 at no cost; 20 are wanted, 100 a tonne is short.

    Merged: 12 for nothing, 8 short, 800. Not merged: 20 at 90, 1,800. The row of the resource says that the parents'
    28 more are there as long as the merger has not begun *by the last year*: a window of one year that forgot that
    what begins stays begun would let the merged mine dig 20 and cost nothing.
    """
    parents = [mine(code, 10, resource=20.0, operating_cost=90.0) for code in ("A", "B")]
    merged = block("M", 20, status="merged", parents=("A", "B"), resource=12.0)
    shown = case([*parents, merged], 20, years=(2021, 2022, 2023))
    forward = bench(shown).forward

    cost, x = best(forward.window(2021, 2021).program(forward.program(shown), forward.empty), forward)

    assert cost == pytest.approx(800)
    columns = [forward.full.columns[j] for j in forward.window(2021, 2021).columns]
    assert x[columns.index(("output", ("M", 2021)))] == pytest.approx(12)


def test_what_was_mined_before_is_gone() -> None:
    """A mine of 25 in place gave 10 and 10: of the 10 wanted in the third year 5 are short, 500.

    A window that forgot what lies before it would find 10 again, and nothing short.
    """
    shown = case([mine("A", 10, resource=25.0)], 10, years=(2021, 2022, 2023))
    forward = bench(shown).forward
    past = forward.empty
    for year in (2021, 2022):
        past[forward.place["at_least", ("A", 1, year)]] = 1.0
        past[forward.place["output", ("A", year)]] = 10.0

    cost, _ = best(forward.window(2023, 2023).program(forward.program(shown), past), forward)

    assert cost == pytest.approx(500)


def test_what_is_held_stands_and_the_rest_is_still_decided() -> None:
    """N at 60 a year serves 10 worth 100 each: it is opened. Held shut, all 10 are short: 1,000."""
    shown = case([block("N", 10, fixed_cost=6.0)], 10)
    forward = bench(shown).forward
    program = forward.program(shown)
    states = np.array([name == "at_least" for name, _ in program.columns])

    kept = held(program, forward.empty, states)

    assert best(program, forward)[0] == pytest.approx(60)
    assert best(kept, forward)[0] == pytest.approx(1000)
    assert not kept.integer[states].any()
