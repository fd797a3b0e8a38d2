"""What the answers of the parts say of good prices: a Dantzig–Wolfe master with one convex combination per part.

Every answer of a part, its cost and what it takes, is a column. The master mixes the columns of each part at least cost
within what is shared. Its duals are the next prices. Left alone it jumps from one end of the prices to the other while
columns are few; so prices may leave the best ones known only by a step (a box), which in the master is a right to
exceed what is shared, or to leave it unused, at the prices of the box's walls (du Merle, Villeneuve, Desrosiers and
Hansen, Stabilized column generation, 1999).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.highs import Basis, Settings, SolverFailure, solve
from mineralplan.solving.program import Program, Vector

BASIC, AT_LOWER = 1, 0
"""HiGHS's numbers for what is in a basis and what stands at its lower bound."""


@dataclass(frozen=True)
class Answer:
    """What a part answered to some prices: its own cost, and what it takes of what is shared, shape (shared,)."""

    part: int
    cost: float
    use: Vector


@dataclass(frozen=True)
class Mix:
    """What a master says.

    Attributes
    ----------
    value : float
        Least cost of a mix; no bound of the whole can be better than it where nothing is exceeded.
    prices : numpy.ndarray, shape (shared,)
    use : numpy.ndarray, shape (parts, shared)
        What every part takes in the mix.
    exceeded : float
        What the walls of the box add to ``value`` or take from it, in absolute amounts: 0 where the mix keeps to what
        is shared.
    """

    value: float
    prices: Vector
    use: npt.NDArray[np.float64]
    exceeded: float


class Master:
    """The answers so far, and the mix of them.

    Parameters
    ----------
    parts : int
    limits : numpy.ndarray, shape (shared,)
        What all parts together may take.
    """

    def __init__(self, parts: int, limits: Vector) -> None:
        self.parts, self.limits = parts, limits
        self.answers: list[Answer] = []
        self._basis: Basis | None = None

    def add(self, answer: Answer) -> None:
        """Take up an answer."""
        self.answers.append(answer)

    def mix(self, low: Vector, high: Vector) -> Mix:
        """Return the best mix, with prices between two walls.

        Parameters
        ----------
        low, high : numpy.ndarray, shape (shared,)
            High may be infinite: then what is shared may not be exceeded.
        """
        shared, count = len(self.limits), len(self.answers)
        uses = sparse.csc_array(np.array([answer.use for answer in self.answers]).T)
        ones = sparse.csc_array((np.ones(count), ([answer.part for answer in self.answers], np.arange(count))),
                                shape=(self.parts, count))
        walls = sparse.eye_array(shared, format="csc")
        nothing = sparse.csc_array((self.parts, shared))
        matrix = sparse.vstack([sparse.hstack([-walls, walls, uses]), sparse.hstack([nothing, nothing, ones])],
                               format="csc")
        able = np.isfinite(high)
        cost = np.concatenate([np.where(able, high, 0.0), -low, [answer.cost for answer in self.answers]])
        upper = np.concatenate([np.where(able, np.inf, 0.0), np.where(low > 0, np.inf, 0.0), np.full(count, np.inf)])
        width = len(cost)
        program = Program(
            matrix, np.concatenate([np.full(shared, -np.inf), np.ones(self.parts)]),
            np.concatenate([self.limits, np.ones(self.parts)]), np.zeros(width), upper, np.zeros(width, dtype=bool),
            cost, 0.0, tuple(("mix", i) for i in range(width)), tuple(("shared", i) for i in range(matrix.shape[0])),
            sparse.csr_array((0, width)), np.zeros(0), (),
        )
        found = solve(program, Settings(), basis=self._begin(width))
        if found.x is None or found.duals is None:
            raise SolverFailure(f"the master ended with: {found.status}")
        self._basis = found.basis
        weights = found.x[2 * shared :]
        use = np.zeros((self.parts, shared))
        for answer, weight in zip(self.answers, weights.tolist(), strict=True):
            if weight > 0:
                use[answer.part] += weight * answer.use
        prices = np.clip(-found.duals[:shared], low, high)
        return Mix(found.objective, prices, use, float(np.abs(cost[: 2 * shared]) @ found.x[: 2 * shared]))

    def _begin(self, width: int) -> Basis | None:
        """Return the last basis with what came in since then left out of it."""
        if self._basis is None:
            return None
        columns, rows = self._basis
        more = np.full(width - len(columns), AT_LOWER, dtype=np.int8)
        return np.concatenate([columns, more]), rows
