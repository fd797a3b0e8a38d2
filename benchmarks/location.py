"""Slow published location problems: our form handed plainly to HiGHS, or prices first.

The folder of the instances is read as the tests read it: ``../shared/benchmarks`` unless ``MINERALPLAN_BENCHMARKS``
names another.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from measure import INFINITE, Afresh, Clock, Notes, size

from mineralplan.formulation.objectives import COST, lines
from mineralplan.solving.highs import Settings, solve
from mineralplan.solving.location.search import search_location

TESTS = Path(__file__).parents[1] / "tests"


def location(case: str, way: str, gap: float, limit: float) -> dict[str, Any]:
    """Solve an instance, ``way`` is ``plain`` or ``mineralplan``, and say whether the published optimum was found."""
    sys.path[:0] = [str(TESTS), str(TESTS / "known")]
    from instances import FOLDER, capacitated, optima, wide

    if not (FOLDER / "optima.csv").is_file():
        return {"missing": "the folder of published instances (MINERALPLAN_BENCHMARKS)"}
    given, clock = (capacitated if case.startswith("cap") else wide)(case), Clock()
    program = Afresh(clock).program(given).minimising(lines(COST, given))
    notes, settings = Notes(), Settings(gap, limit)
    if way == "plain":
        outcome = solve(program, settings, on_progress=notes)
    else:
        located = search_location(program, settings, notes)
        assert located is not None, "it is a location problem"
        outcome = located
    best, safe = optima()[case], outcome.safe_bound
    agrees = outcome.bound <= best * (1 + 1e-6) and (bool(outcome.stopped) or abs(outcome.objective / best - 1) <= 1e-6)
    answer = notes.ended(outcome.objective, outcome.bound, gap, outcome.stopped) | clock.seconds | size(program)
    return answer | {"agrees": agrees, "below": 1 - safe / best if safe > -INFINITE else None}
