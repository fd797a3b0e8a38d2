"""A first plan: the linear relaxation, then a search among its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mineralplan.solving.compile import Program
from mineralplan.solving.highs import Outcome, Progress, Settings, solve

WHOLE = 1e-6
"""How near to a whole number counts as whole."""
SHARE = 0.7
"""The neighbourhood is searched to this share of the wanted gap: the rest is left for the bound."""


def first_plan(
    program: Program, settings: Settings, on_progress: Callable[[Progress], None] | None = None
) -> Outcome:
    """Search for a good plan to begin from, with a bound that holds for the whole program.

    Decisions that the linear relaxation already takes whole are kept; the search is left with the others (relaxation
    enforced neighbourhood search). On a district this leaves a fifth of the binaries, and what HiGHS finds there is
    within a tenth of a percent of the optimum, where its own first plans are several tenths away.

    Returns
    -------
    Outcome
        Without a point where none was found. Its bound is that of the linear relaxation: the neighbourhood's own
        bound says nothing of what lies outside it.
    """
    relaxed = solve(replace(program, integer=np.zeros_like(program.integer)), settings)
    if relaxed.x is None:
        return relaxed
    lower, upper = program.lower.copy(), program.upper.copy()
    near = np.rint(relaxed.x)
    whole = program.integer & (np.abs(relaxed.x - near) < WHOLE)
    lower[whole] = upper[whole] = near[whole]
    found = solve(replace(program, lower=lower, upper=upper), _within(settings, relaxed.seconds), on_progress=on_progress)
    return replace(found, bound=relaxed.objective)


def _within(settings: Settings, used: float) -> Settings:
    """Leave half of a time limit to the search for the bound."""
    limit = settings.time_limit_s
    return replace(
        settings, gap=settings.gap * SHARE, time_limit_s=None if limit is None else max(1.0, (limit - used) / 2)
    )
