"""What is asked of the solver and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from mineralplan.solving.program import Vector

Status = Literal["optimal", "feasible", "infeasible", "unbounded", "no plan"]
Basis = tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]


class SolverFailure(RuntimeError):  # noqa: N818 - the users' word is failure
    """The solver failed, or refused an option: nothing can be said of the model."""


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    Attributes
    ----------
    incumbent, bound : float
        Best plan found and proven bound; infinite while there is none.
    gap : float
        Relative to the incumbent.
    seconds : float
    x : numpy.ndarray or None
        The incumbent, whenever there is a new one.
    """

    incumbent: float
    bound: float
    gap: float
    seconds: float
    x: Vector | None = None


@dataclass(frozen=True)
class Settings:
    """How to search.

    Attributes
    ----------
    gap : float
        Relative gap at which to stop.
    time_limit_s : float or None
    threads, seed : int
    guided : bool
        A good plan is given, so that only the proof is wanted: no searches for plans, no restarts.
    """

    gap: float = 0.001
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0
    guided: bool = False

    def after(self, seconds: float) -> Settings:
        """Return the settings with what is left of the time limit, at least a second."""
        if self.time_limit_s is None:
            return self
        return replace(self, time_limit_s=max(1.0, self.time_limit_s - seconds))


@dataclass(frozen=True)
class Outcome:
    """What a solve gave.

    Attributes
    ----------
    status : str
        ``optimal`` (within the gap), ``feasible`` (stopped earlier, with a plan), ``infeasible``, ``unbounded``,
        ``no plan`` (stopped before one was found).
    x : numpy.ndarray or None
        The point, None where there is none.
    stopped : str
        Why the search ended before the gap was reached: ``""``, ``"time"`` or ``"interrupt"``.
    duals, reduced : numpy.ndarray or None
        Row duals and reduced costs of a linear program.
    safe_bound : float
        Proven in exact arithmetic (`mineralplan.solving.safe_bound`); minus infinity where that was not done.
    basis : tuple of numpy.ndarray or None
        The optimal basis of a linear program: the states of its columns and of its rows.
    """

    status: Status
    x: Vector | None
    objective: float
    bound: float
    seconds: float
    stopped: str = ""
    duals: Vector | None = None
    reduced: Vector | None = None
    safe_bound: float = -float("inf")
    basis: Basis | None = None

    @property
    def gap(self) -> float:
        """Distance of the bound from the objective, relative to the objective."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective − bound) ÷ |objective|, never negative."""
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return float("inf")
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)
