"""The only file that talks to HiGHS."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import highspy
import numpy as np
import numpy.typing as npt

from mineralplan.solving.program import Program, Vector

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
    """

    gap: float = 0.001
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0

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


def solve(
    program: Program,
    settings: Settings | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    start: Vector | None = None,
    basis: Basis | None = None,
) -> Outcome:
    """Minimise a program.

    An answer "infeasible" is believed only after a second solve without presolve gave it too (HiGHS#3296).

    Parameters
    ----------
    program : Program
    settings : Settings, optional
    on_progress : callable, optional
        Called with each `Progress` of a mixed-integer search.
    start : numpy.ndarray, optional
        A first plan to begin from.
    basis : tuple of numpy.ndarray, optional
        Of a linear program with as many columns and rows, to begin from.

    Raises
    ------
    SolverFailure
        When HiGHS ends in a state that says nothing about the program.
    """
    settings = settings or Settings()
    outcome = _run(program, settings, on_progress, start, basis, presolve=True)
    if outcome.status in ("infeasible", "unbounded"):
        outcome = _run(program, settings, on_progress, start, None, presolve=False)
    return outcome


def _run(
    program: Program,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None,
    start: Vector | None,
    basis: Basis | None,
    *,
    presolve: bool,
) -> Outcome:
    with _banner_swallowed():
        highs = highspy.Highs()
    # Silent, not switched off: with output_flag off the progress callback is never called.
    _set(highs, "log_to_console", False)
    _set(highs, "presolve", "on" if presolve else "off")
    _set(highs, "threads", settings.threads)
    _set(highs, "random_seed", settings.seed)
    _set(highs, "mip_rel_gap", settings.gap)
    _set(highs, "mip_abs_gap", 1e-9)
    if settings.time_limit_s is not None:
        _set(highs, "time_limit", float(settings.time_limit_s))
    _check(highs.passModel(_lp(program)), "passModel")
    if start is not None:
        where = np.flatnonzero(program.integer).astype(np.int32)
        _check(highs.setSolution(len(where), where, np.rint(start[where])), "setSolution")
    if basis is not None:
        _check(highs.setBasis(_basis(basis)), "setBasis")
    began = time.perf_counter()
    interrupted = _search(highs, on_progress)
    if not presolve and highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        raise SolverFailure("HiGHS cannot tell whether there is no plan or no best one")
    return _outcome(highs, program, time.perf_counter() - began, interrupted)


@contextlib.contextmanager
def _banner_swallowed() -> Iterator[None]:
    """Keep the first solver of a process from printing its banner, which no option of HiGHS can switch off."""
    sys.stdout.flush()
    try:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a process without a standard output has nothing to keep clean
        yield
        return
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _set(highs: Any, name: str, value: Any) -> None:
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise SolverFailure(f"HiGHS refused the option {name} = {value!r}")


def _check(status: Any, call: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise SolverFailure(f"HiGHS failed in {call}")


def _lp(program: Program) -> Any:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.offset_ = program.cost, program.offset
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    if program.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in program.integer]
    return lp


def _basis(states: Basis) -> Any:
    basis, kinds = highspy.HighsBasis(), [highspy.HighsBasisStatus(kind) for kind in range(5)]
    basis.col_status, basis.row_status = ([kinds[state] for state in side] for side in states)
    basis.valid = True
    return basis


def _search(highs: Any, on_progress: Callable[[Progress], None] | None) -> bool:
    """Run the solver in a thread of its own, so that Ctrl-C reaches us; return whether it came."""
    highs.HandleUserInterrupt = True
    failures: list[Exception] = []
    proven = -float("inf")

    def report(event: Any) -> None:
        nonlocal proven
        if on_progress is None or failures:
            return
        data, x = event.data_out, None
        incumbent = float(data.mip_primal_bound)
        if event.callback_type == highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution:
            x = np.array(data.mip_solution, dtype=float)  # this event knows no bound
        else:
            proven = float(data.mip_dual_bound)
        # An exception must not pass through the solver: it would end as a "solve error".
        try:
            on_progress(Progress(incumbent, proven, relative_gap(incumbent, proven), float(data.running_time), x))
        except Exception as error:
            failures.append(error)
            highs.cancelSolve()

    events = highs.cbMipLogging, highs.cbMipImprovingSolution
    for event in events:
        event.subscribe(report)
    thread, interrupted = highs.startSolve(), False
    while True:
        try:
            done, _ = highs.wait(0.1)
            if done:
                break
        except KeyboardInterrupt:
            interrupted = True
            highs.cancelSolve()
    thread.join()
    for event in events:
        event.unsubscribe(report)
    if failures:
        raise failures[0]
    return interrupted


def _outcome(highs: Any, program: Program, seconds: float, interrupted: bool) -> Outcome:
    status, kinds = highs.getModelStatus(), highspy.HighsModelStatus
    info, mixed = highs.getInfo(), bool(program.integer.any())
    if status in (kinds.kInfeasible, kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
        word: Status = "unbounded" if status == kinds.kUnbounded else "infeasible"
        return Outcome(word, None, float("inf"), float("inf"), seconds)
    if status not in (kinds.kOptimal, kinds.kTimeLimit, kinds.kInterrupt, kinds.kModelEmpty):
        raise SolverFailure(f"HiGHS ended with status {highs.modelStatusToString(status)}")
    stopped = "" if status in (kinds.kOptimal, kinds.kModelEmpty) else "interrupt" if interrupted else "time"
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not feasible and program.matrix.shape[1]:
        bound = float(info.mip_dual_bound) if mixed else -float("inf")
        return Outcome("no plan", None, float("inf"), bound, seconds, stopped)
    solution = highs.getSolution()
    x = np.array(solution.col_value, dtype=float)
    objective = program.objective(x)
    bound = float(info.mip_dual_bound) if mixed else -float("inf") if stopped else objective
    duals = None if mixed else np.array(solution.row_dual, dtype=float)
    reduced = None if mixed else np.array(solution.col_dual, dtype=float)
    basis = None
    if not mixed and not stopped:
        found = highs.getBasis()
        col, row = (np.array([int(s) for s in side], dtype=np.int8) for side in (found.col_status, found.row_status))
        basis = col, row
    return Outcome(
        "feasible" if stopped else "optimal", x, objective, bound, seconds, stopped, duals, reduced, basis=basis
    )


def polish(program: Program, x: Vector, settings: Settings | None = None) -> Outcome:
    """Set the integers to exact whole numbers and solve the linear program that is left.

    Returns
    -------
    Outcome
        ``infeasible`` where the rounded integers admit no plan: then the point was feasible by tolerance only.
    """
    outcome = solve(program.fixed(x), replace(settings or Settings(), time_limit_s=None))
    if outcome.x is None:
        return outcome
    exact = np.clip(np.where(program.integer, np.rint(x), outcome.x), program.lower, program.upper)
    return replace(outcome, x=exact, objective=program.objective(exact))


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
        settings = settings or Settings()
        with _banner_swallowed():
            self._highs = highspy.Highs()
        _set(self._highs, "output_flag", False)
        _set(self._highs, "threads", settings.threads)
        _set(self._highs, "random_seed", settings.seed)
        _check(self._highs.passModel(_lp(program)), "passModel")
        rows, columns = program.matrix.shape
        self._rows, self._columns = np.arange(rows, dtype=np.int32), np.arange(columns, dtype=np.int32)
        self._told, self._known = (program.lower, program.upper, program.cost), list[tuple[Vector, Any]]()
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
        _check(highs.clearSolver(), "clearSolver")
        _check(highs.changeRowsBounds(len(rows), rows, row_lower, row_upper), "changeRowsBounds")
        if not all(map(np.array_equal, self._told, (lower, upper, cost))):  # most draws leave them as they were
            _check(highs.changeColsBounds(len(columns), columns, lower, upper), "changeColsBounds")
            _check(highs.changeColsCost(len(columns), columns, cost), "changeColsCost")
            self._told = lower, upper, cost
        if self._known:
            here = _place(row_lower, row_upper)
            far = [float(np.abs(known - here).sum()) for known, _ in self._known]
            _check(highs.setBasis(self._known[int(np.argmin(far))][1]), "setBasis")
        outcome = self._run()
        if outcome.x is None and self._known:  # believed only when it is found without a basis, too
            _check(highs.clearSolver(), "clearSolver")
            outcome = self._run()
        return outcome

    def _keep(self, row_lower: Vector, row_upper: Vector, outcome: Outcome) -> None:
        if outcome.x is not None:
            found, basis = self._highs.getBasis(), highspy.HighsBasis()
            basis.col_status, basis.row_status = list(found.col_status), list(found.row_status)
            basis.valid = found.valid
            self._known.append((_place(row_lower, row_upper), basis))

    def _run(self) -> Outcome:
        highs, kinds = self._highs, highspy.HighsModelStatus
        _check(highs.run(), "run")
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
