"""The way out of a draw that a plan's decisions do not fit: rows give way, as little as can be, then at least cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from mineralplan.simulation.part import Figures, part_program
from mineralplan.simulation.settling import Part, Settled, gives_way
from mineralplan.solving.highs import LiveLP, Outcome, Settings
from mineralplan.solving.program import Program, Vector

SLACK = 1e-7
"""Relative room that the least miss leaves to the cost, so that rounding does not close it."""
NOISE = 1e-6
"""Misses under it are the solver's tolerance, in the row's unit."""
Ends = tuple[Vector, Vector]
Miss = tuple[str, tuple[Any, ...], float]


class Elastic:
    """A part whose rules and working rates may be missed, ready to be solved in one draw after the other.

    Parameters
    ----------
    program : Program
        Whose rows have names.
    reference : tuple of numpy.ndarray
        Bounds and costs of the whole settled program in a typical draw, whose optimum the others begin from.
    """

    def __init__(self, program: Program, settled: Settled, part: Part, reference: Figures, settings: Settings) -> None:
        self.part = part
        own = np.flatnonzero(np.isin(settled.group, part.rows))
        self._yielding = np.array([i for i in own if gives_way(program.rows[i][0])], dtype=np.int64)
        self._names = [program.rows[i] for i in self._yielding]
        self._factor = settled.factor[self._yielding]
        place = {row: n for n, row in enumerate(part.rows.tolist())}
        self._open = np.array([place[int(group)] for group in settled.group[self._yielding]], dtype=np.int64)
        self._matrix = sparse.csr_array(settled.matrix[part.rows][:, part.columns])
        # Of two signs one helps: a row too small is filled up, one too large is drained.
        helps = sparse.csr_array((np.ones(len(self._open)), (self._open, np.arange(len(self._open)))),
                                 shape=(len(part.rows), len(self._open)))
        self._none = np.zeros(2 * len(self._open))
        self._missing = np.append(np.zeros(len(part.columns)), np.tile(np.abs(self._factor), 2))
        low, high, lower, upper, cost = self._wider(reference)
        wider = part_program(sparse.hstack([self._matrix, helps, -helps]), low, high, lower, upper, self._missing)
        self._least = LiveLP(wider, settings)
        priced = replace(wider.with_row(self._missing, _room(self._least.reference)), cost=cost)
        self._cheapest = LiveLP(priced, settings)

    def solve(self, figures: Figures, given: Ends) -> tuple[Vector | None, tuple[Miss, ...]]:
        """Return the best point of the part in a draw, which rows are missed there, and by how much.

        Parameters
        ----------
        figures : tuple of numpy.ndarray
            Bounds and costs of the whole settled program.
        given : tuple of numpy.ndarray
            Bounds of the program's rows without the settled columns.

        Returns
        -------
        tuple
            None and nothing where even that is no way out.
        """
        low, high, lower, upper, cost = self._wider(figures)
        missed = self._least.solve(low, high, lower, upper, self._missing)
        if missed.x is None:
            return None, ()
        best = self._cheapest.solve(np.append(low, -np.inf), np.append(high, _room(missed)), lower, upper, cost)
        if best.x is None:
            return None, ()
        x = best.x[: len(self.part.columns)]
        activity = (self._matrix @ x)[self._open] * self._factor
        amount = np.maximum(given[0][self._yielding] - activity, activity - given[1][self._yielding])
        return x, tuple((name, _index(index), float(a)) for (name, index), a in zip(self._names, amount, strict=True)
                        if a > NOISE)

    def _wider(self, figures: Figures) -> Figures:
        """Return the part's own bounds and costs, with those of what is missed."""
        low, high, lower, upper, cost = figures
        rows, columns = self.part.rows, self.part.columns
        return (low[rows], high[rows], np.append(lower[columns], self._none),
                np.append(upper[columns], self._none + np.inf), np.append(cost[columns], self._none))


def _room(missed: Outcome) -> float:
    """Return the most that may be missed while cost is made least."""
    return missed.objective + SLACK * max(1.0, missed.objective)


def _index(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)
