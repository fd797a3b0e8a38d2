"""A linear program that is solved time and again."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from mineralplan.solving.highs.calls import check, fresh, lp_of, option
from mineralplan.solving.highs.outcome import Outcome, Settings, SolverFailure, Status
from mineralplan.solving.program import Program, Vector

DEVEX = 1
"""HiGHS's number of the rule that chooses rows by reference weights, which begin at 1."""


class LiveLP:
    """A linear program that is solved time and again with other bounds and costs, each time from a known basis.

    The solver forgets everything between two runs but the program, and begins from the optimum of that reference whose
    rows are bounded most alike: an answer depends on what was asked and not on what was asked before.

    Parameters
    ----------
    program : Program
        Without integers; its own bounds and costs are the first reference, whose optimum is ``reference``.
    settings : Settings, optional
    """

    def __init__(self, program: Program, settings: Settings | None = None) -> None:
        self._highs = fresh(settings or Settings())
        option(self._highs, "output_flag", False)
        # Steepest edge would work its weights out anew for every basis that is set, at a solve for each row.
        option(self._highs, "simplex_dual_edge_weight_strategy", DEVEX)
        check(self._highs.passModel(lp_of(program)), "passModel")
        rows, columns = program.matrix.shape
        self._rows, self._columns = np.arange(rows, dtype=np.int32), np.arange(columns, dtype=np.int32)
        self._told = program.lower, program.upper, program.cost
        self._bases, self._places = list[Any](), np.empty((0, rows))
        self.reference = self._run()
        self._keep(program.row_lower, program.row_upper, self.reference)

    def learn(self, row_lower: Vector, row_upper: Vector, lower: Vector, upper: Vector, cost: Vector) -> Outcome:
        """Solve as `solve` does, and take the optimum as one more reference."""
        outcome = self.solve(row_lower, row_upper, lower, upper, cost)
        self._keep(row_lower, row_upper, outcome)
        return outcome

    def solve(self, row_lower: Vector, row_upper: Vector, lower: Vector, upper: Vector, cost: Vector) -> Outcome:
        """Minimise with other bounds and costs, without the program's constant."""
        highs, rows, columns = self._highs, self._rows, self._columns
        check(highs.clearSolver(), "clearSolver")
        check(highs.changeRowsBounds(len(rows), rows, row_lower, row_upper), "changeRowsBounds")
        if not all(map(np.array_equal, self._told, (lower, upper, cost))):  # most draws leave them as they were
            check(highs.changeColsBounds(len(columns), columns, lower, upper), "changeColsBounds")
            check(highs.changeColsCost(len(columns), columns, cost), "changeColsCost")
            self._told = lower, upper, cost
        if self._bases:
            far = np.abs(self._places - _place(row_lower, row_upper)).sum(axis=1)
            check(highs.setBasis(self._bases[int(np.argmin(far))]), "setBasis")
        outcome = self._run()
        if outcome.x is None and self._bases:  # believed only when it is found without a basis, too
            check(highs.clearSolver(), "clearSolver")
            outcome = self._run()
        return outcome

    def _keep(self, row_lower: Vector, row_upper: Vector, outcome: Outcome) -> None:
        if outcome.x is not None:
            found, basis = self._highs.getBasis(), highspy.HighsBasis()
            basis.col_status, basis.row_status = list(found.col_status), list(found.row_status)
            basis.valid = found.valid
            self._bases.append(basis)
            self._places = np.vstack([self._places, _place(row_lower, row_upper)])

    def _run(self) -> Outcome:
        highs, kinds = self._highs, highspy.HighsModelStatus
        check(highs.run(), "run")
        status = highs.getModelStatus()
        if status in (kinds.kOptimal, kinds.kModelEmpty):
            value = float(highs.getInfo().objective_function_value)
            found = highs.getSolution()
            x, duals = np.array(found.col_value, dtype=float), np.array(found.row_dual, dtype=float)
            return Outcome("optimal", x, value, value, 0.0, duals=duals)
        if status in (kinds.kInfeasible, kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
            word: Status = "unbounded" if status == kinds.kUnbounded else "infeasible"
            return Outcome(word, None, float("inf"), float("inf"), 0.0)
        raise SolverFailure(f"HiGHS ended with status {highs.modelStatusToString(status)}")


def _place(row_lower: Vector, row_upper: Vector) -> Vector:
    """Return the finite side of every row, the upper one where both are."""
    return np.asarray(np.where(np.isfinite(row_upper), row_upper, np.where(np.isfinite(row_lower), row_lower, 0.0)))
