"""The states: nested options, and beginnings that are whole by themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mineralplan.solving.highs import Settings, solve
from tiny import block, case, compiled, drawn, relaxed, solved

YEARS = (2021, 2022, 2023)


def test_a_fraction_of_a_large_option_is_no_small_one() -> None:
    """Demand 10; options 10 for 50 and 40 for 100 more: 50, and so says the linear relaxation.

    Options side by side would relax to a quarter of 150: 37.5.
    """
    given = case([block("A", expanded=40, capital=50, expansion_capital=100)], 10)

    assert solved(given).certificate.objective == pytest.approx(50)
    assert solve(relaxed(compiled(given))).objective == pytest.approx(50)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("seed", range(3))
def test_beginnings_are_whole_wherever_the_states_are(seed: int, sign: float) -> None:
    """``begun`` is a continuous column; however an objective pulls at it, it comes out 0 or 1 beside whole states."""
    program = compiled(drawn(seed))
    begun = np.array([name == "begun" for name, _ in program.columns])
    pull = sign * np.random.default_rng(seed).uniform(0.5, 1.5, len(begun))

    outcome = solve(replace(program, cost=np.where(begun, pull, 1e-3 * program.cost)), Settings(gap=0.0))

    assert outcome.x is not None
    assert not program.integer[begun].any()
    assert np.abs(outcome.x[begun] - np.rint(outcome.x[begun])).max() < 1e-6


def test_several_additions_are_each_held_back_until_their_year() -> None:
    """5 in place, 5 more in 2022, 5 more in 2023; demand 10 a year, short at 300 in 2021 and at 100 after.

    5 are mined each year: 5 × 300 + 10 × 100 = 2500. Watched only over the whole horizon 10 would be mined in 2021 and
    5 later: 1500.
    """
    worth = {("works", "town", year): 300.0 if year == 2021 else 100.0 for year in YEARS}
    plan = solved(case([block("A", resource=5, additions=((2022, 5.0), (2023, 5.0)))], 10, years=YEARS,
                       unserved_cost=worth))

    assert plan.certificate.objective == pytest.approx(2500)
