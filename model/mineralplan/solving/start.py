"""A first plan: the linear relaxation, then a search among its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.compile import Program, Vector
from mineralplan.solving.highs import Outcome, Progress, Settings, solve

WHOLE = 1e-6
"""How near to a whole number counts as whole."""
RULE_ROWS = "rule_"
"""How the names of the plan rules' rows begin."""
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
    if relaxed.stopped:  # cut short it is neither a plan nor a bound
        return replace(relaxed, status="no plan", x=None, objective=np.inf, bound=-np.inf)
    near = np.rint(relaxed.x)
    settled = _settled(program, relaxed.x)
    kept = replace(
        program, lower=np.where(settled, near, program.lower), upper=np.where(settled, near, program.upper)
    )
    found = solve(kept, _within(settings, relaxed.seconds), on_progress=on_progress)
    return replace(found, bound=relaxed.objective)


def _settled(program: Program, x: Vector) -> npt.NDArray[np.bool_]:
    """Return which decisions the relaxation ``x`` has taken whole and no tight rule ties to one it has not.

    Where a rule is tight, whole decisions were chosen to fit the fractions beside them: three quarters of a mine fill
    a limited area to the last tonne, and no whole mine fits into what the others leave. Kept, they would shut out the
    good plans, so a block that such a rule touches is searched in all its years.
    """
    undecided = program.integer & (np.abs(x - np.rint(x)) >= WHOLE)
    activity = program.matrix @ x
    tight = np.isclose(activity, program.row_upper, rtol=0, atol=WHOLE)
    rule = np.array([name.startswith(RULE_ROWS) for name, _ in program.rows])
    pattern = sparse.csr_array(abs(program.matrix) > 0, dtype=float)
    touched = rule & tight & (pattern @ undecided.astype(float) > 0)
    tied = np.asarray(pattern.T @ touched.astype(float) > 0) & program.integer
    blocks = {program.columns[column][1][0] for column in np.flatnonzero(tied)}
    free = np.array([index is not None and index[0] in blocks for _, index in program.columns])
    settled: npt.NDArray[np.bool_] = program.integer & ~undecided & ~free
    return settled


def _within(settings: Settings, used: float) -> Settings:
    """Leave half of a time limit to the search for the bound."""
    limit = settings.time_limit_s
    return replace(
        settings, gap=settings.gap * SHARE, time_limit_s=None if limit is None else max(1.0, (limit - used) / 2)
    )
