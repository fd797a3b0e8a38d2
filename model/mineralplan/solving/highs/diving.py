"""A linear program that is solved within other bounds again and again, each time from where the last one ended."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np

from mineralplan.solving.highs.calls import basis_of, check, fresh, lp_of, option
from mineralplan.solving.highs.outcome import Basis, Settings
from mineralplan.solving.highs.run import search
from mineralplan.solving.program import Program, Vector


class DivingLP:
    """The linear relaxation of a program within ever other bounds of its integers.

    It says little and says it fast: what is not solved within the ceiling has no point, whatever the reason.

    Parameters
    ----------
    program : Program
    basis : tuple of numpy.ndarray
        To begin from.
    settings : Settings, optional
        The time limit is that of each solve.

    Attributes
    ----------
    interrupted : bool
        The last solve was.
    """

    def __init__(self, program: Program, basis: Basis, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        self._highs, self.interrupted = fresh(settings), False
        self._integers = np.flatnonzero(program.integer).astype(np.int32)
        check(self._highs.passModel(lp_of(replace(program, integer=np.zeros_like(program.integer)))), "passModel")
        check(self._highs.setBasis(basis_of(basis)), "setBasis")
        if settings.time_limit_s is not None:
            option(self._highs, "time_limit", float(settings.time_limit_s))

    def solve(self, lower: Vector, upper: Vector, ceiling: float = np.inf) -> tuple[Vector, float] | None:
        """Return the optimum and its objective, None where there is none that costs no more than ``ceiling``.

        Of the bounds, shape (columns,), only those of the integers are taken.
        """
        highs, where = self._highs, self._integers
        check(highs.changeColsBounds(len(where), where, lower[where], upper[where]), "changeColsBounds")
        option(highs, "objective_bound", float(ceiling))
        self.interrupted = search(highs, None)
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value = float(highs.getInfo().objective_function_value)
        return None if value > ceiling else (np.array(highs.getSolution().col_value, dtype=float), value)
