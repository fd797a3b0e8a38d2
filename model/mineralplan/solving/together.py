"""Programs of several futures as one, with some columns in common: the extensive form of a two-stage program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.program import Program, Vector

RISK = "risk"
"""The line that the extensive form minimises."""
OBJECTIVE = {(RISK, 0): 1.0}
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Attitude:
    """What is minimised of the costs over the futures: ``(1 − risk) · mean + risk · CVaR``.

    Attributes
    ----------
    risk : float
        λ in [0, 1]; 0 minds the mean alone.
    alpha : float
        CVaR is the mean of the worst ``1 − alpha`` of the probability; in [0, 1).
    """

    risk: float = 0.0
    alpha: float = 0.9

    def of(self, costs: Vector, probability: Vector) -> float:
        """Return the value of some costs, shape (futures,); infinite where one is."""
        mean = float(probability @ costs)
        if not self.risk or not np.isfinite(mean):
            return mean
        return (1 - self.risk) * mean + self.risk * cvar(costs, probability, self.alpha)


def cvar(costs: Vector, probability: Vector, alpha: float) -> float:
    """Return the mean of the worst ``1 − alpha`` of some costs; a future on the edge counts in part."""
    worst = np.argsort(-costs, kind="stable")
    left, total = 1 - alpha, 0.0
    for i in worst:
        part = min(left, float(probability[i]))
        total += part * float(costs[i])
        left -= part
    return total / (1 - alpha)


@dataclass(frozen=True)
class Together:
    """The extensive form.

    Attributes
    ----------
    program : Program
        Its line `RISK` is the objective. What is in common stands first.
    columns : tuple of numpy.ndarray of int
        For each future, where its columns stand in ``program``.
    """

    program: Program
    columns: tuple[Ints, ...]

    def of_future(self, x: Vector, future: int) -> Vector:
        """Return what a point of the extensive form is in one future, as a point of that future's program."""
        point: Vector = x[self.columns[future]]
        return point


def together(
    programs: Sequence[Program], probability: Vector, common: Callable[[str, bool], bool], attitude: Attitude, *,
    least: float = -np.inf,
) -> Together:
    """Return the extensive form of some programs.

    Parameters
    ----------
    programs : sequence of Program
        One per future, each with its objective; columns are told apart by their names.
    probability : numpy.ndarray, shape (futures,)
        Sums to 1.
    common : callable
        Whether a column is decided before the future is known: from its variable and whether it is an integer. The
        strictest bounds of all futures hold for it.
    attitude : Attitude
    least : float
        No future can cost less: a lower bound of the value at risk, which has none of its own.

    Notes
    -----
    A row over common columns alone that is the same in every future stands once. With risk there is one column η more,
    and for each future one excess z ≥ cost − η: CVaR = min η + Σ p z ÷ (1 − α) (Rockafellar and Uryasev, 2000).
    """
    places, names = _places(programs, common)
    count = len(names)
    lower, upper, integer = np.full(count, -np.inf), np.full(count, np.inf), np.zeros(count, dtype=bool)
    for program, place in zip(programs, places, strict=True):
        lower[place] = np.maximum(lower[place], program.lower)
        upper[place] = np.minimum(upper[place], program.upper)
        integer[place] = program.integer
    costs = np.zeros((len(programs), count))
    for i, (program, place) in enumerate(zip(programs, places, strict=True)):
        costs[i, place] = program.cost
    matrix, low, high, rows = _rows(programs, places, count)
    offsets = np.array([program.offset for program in programs])
    mean, constant = probability @ costs, float(probability @ offsets)
    if attitude.risk:
        excess = np.hstack([-costs, np.ones((len(programs), 1)), np.eye(len(programs))])
        matrix = sparse.vstack([
            sparse.hstack([matrix, sparse.csc_array((matrix.shape[0], len(programs) + 1))]), sparse.csr_array(excess),
        ], format="csc")
        low, high = np.concatenate([low, offsets]), np.concatenate([high, np.full(len(programs), np.inf)])
        rows += [("excess", i) for i in range(len(programs))]
        tail = np.concatenate([[1.0], probability / (1 - attitude.alpha)])
        mean = np.concatenate([(1 - attitude.risk) * mean, attitude.risk * tail])
        constant *= 1 - attitude.risk
        lower = np.concatenate([lower, [least], np.zeros(len(programs))])
        upper = np.concatenate([upper, np.full(len(programs) + 1, np.inf)])
        integer = np.concatenate([integer, np.zeros(len(programs) + 1, dtype=bool)])
        names += [("value_at_risk", None), *(("excess", i) for i in range(len(programs)))]
    return Together(
        Program(matrix, low, high, lower, upper, integer, mean, constant, tuple(names), tuple(rows),
                sparse.csr_array(mean.reshape(1, -1)), np.array([constant]), ((RISK, 0),)),
        tuple(places),
    )


def _places(
    programs: Sequence[Program], common: Callable[[str, bool], bool]
) -> tuple[list[Ints], list[tuple[str, Any]]]:
    """Return where every program's columns stand, and the names of all: the common ones first, then by future."""
    shared = dict.fromkeys(
        name for program in programs for name, whole in zip(program.columns, program.integer, strict=True)
        if common(name[0], bool(whole))
    )
    names: list[tuple[str, Any]] = list(shared)
    place = {name: i for i, name in enumerate(names)}
    places = []
    for number, program in enumerate(programs):
        where = []
        for name in program.columns:
            if name not in place:
                where.append(len(names))
                names.append((name[0], (number, name[1])))
            else:
                where.append(place[name])
        places.append(np.array(where, dtype=np.int64))
    return places, names


def _rows(
    programs: Sequence[Program], places: Sequence[Ints], count: int
) -> tuple[Any, Vector, Vector, list[tuple[str, Any]]]:
    """Return the rows of all futures; one that says the same of the common columns again is left out."""
    seen: set[tuple[Any, ...]] = set()
    parts, lows, highs, names = [], [], [], list[tuple[str, Any]]()
    for number, (program, place) in enumerate(zip(programs, places, strict=True)):
        table = sparse.coo_array(program.matrix)
        wide = sparse.csr_array((table.data, (table.row, place[table.col])), shape=(program.matrix.shape[0], count))
        wide.sort_indices()
        keep = np.ones(wide.shape[0], dtype=bool)
        for i in range(wide.shape[0]):
            part = slice(wide.indptr[i], wide.indptr[i + 1])
            said = (wide.indices[part].tobytes(), wide.data[part].tobytes(), program.row_lower[i], program.row_upper[i])
            keep[i] = said not in seen
            seen.add(said)
        parts.append(wide[keep])
        lows.append(program.row_lower[keep])
        highs.append(program.row_upper[keep])
        names += [(name, (number, index)) for (name, index), kept in zip(program.rows, keep, strict=True) if kept]
    return sparse.vstack(parts, format="csc"), np.concatenate(lows), np.concatenate(highs), names
