"""The way out of a draw that a plan's decisions do not fit: rows give way, as little as can be, then at least cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from mineralplan.simulation.part import part_program
from mineralplan.simulation.settling import Part, Settled, gives_way
from mineralplan.solving.highs import LiveLP, Settings
from mineralplan.solving.program import Program, Vector

SLACK = 1e-7
"""Relative room that the least miss leaves to the cost, so that rounding does not close it."""
NOISE = 1e-6
"""Misses under it are the solver's tolerance, in the row's unit."""
Ends = tuple[Vector, Vector]
Miss = tuple[str, tuple[Any, ...], float]


def least_missed(
    program: Program, settled: Settled, part: Part, given: Ends, rows: Ends, columns: Ends, cost: Vector,
    settings: Settings,
) -> tuple[Vector | None, tuple[Miss, ...]]:
    """Return the best point of a part whose rules and working rates may be missed, and which were, by how much.

    Parameters
    ----------
    program : Program
        Whose rows have names.
    given : tuple of numpy.ndarray
        Bounds of the program's rows without the settled columns.
    rows, columns : tuple of numpy.ndarray
        Bounds of the settled program's.

    Returns
    -------
    tuple
        None and nothing where even that is no way out.
    """
    own = np.flatnonzero(np.isin(settled.group, part.rows))
    yielding = [i for i in own if gives_way(program.rows[i][0])]
    place = {row: n for n, row in enumerate(part.rows.tolist())}
    matrix = sparse.csr_array(settled.matrix[part.rows][:, part.columns])
    open_rows = np.array([place[int(settled.group[i])] for i in yielding], dtype=np.int64)
    # Of two signs one helps: a row too small is filled up, one too large is drained.
    helps = sparse.csr_array((np.ones(len(open_rows)), (open_rows, np.arange(len(open_rows)))),
                             shape=(len(part.rows), len(open_rows)))
    scale = np.abs(settled.factor[yielding])
    count, more = len(part.columns), 2 * len(open_rows)
    wider = part_program(
        sparse.hstack([matrix, helps, -helps]), rows[0][part.rows], rows[1][part.rows],
        np.append(columns[0][part.columns], np.zeros(more)), np.append(columns[1][part.columns], np.full(more, np.inf)),
        np.append(np.zeros(count), np.tile(scale, 2)),
    )
    missed = LiveLP(wider, settings).reference
    if missed.x is None:
        return None, ()
    least = missed.objective + SLACK * max(1.0, missed.objective)
    priced = replace(wider.with_row(wider.cost, least), cost=np.append(cost[part.columns], np.zeros(more)))
    best = LiveLP(priced, settings).reference
    if best.x is None:
        return None, ()
    x = best.x[:count]
    activity = (matrix @ x)[open_rows] * settled.factor[yielding]
    amount = np.maximum(given[0][yielding] - activity, activity - given[1][yielding])
    return x, tuple(
        (program.rows[i][0], _index(program.rows[i][1]), float(a)) for i, a in zip(yielding, amount, strict=True)
        if a > NOISE
    )


def _index(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)
