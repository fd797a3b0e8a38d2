"""One solve: a program in, an outcome out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from mineralplan.solving.highs.calls import basis_of, check, fresh, lp_of, option, states_of
from mineralplan.solving.highs.outcome import Basis, Outcome, Progress, Settings, SolverFailure, Status, relative_gap
from mineralplan.solving.program import Program, Vector

SEARCHES_FOR_PLANS = (
    "mip_allow_restart", "mip_heuristic_run_feasibility_jump", "mip_heuristic_run_rens", "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost", "mip_heuristic_run_shifting", "mip_heuristic_run_zi_round",
)
"""What HiGHS spends most of its time on at the root, in vain where the plan is as good as best."""
ROUNDING = 1e-6
"""Relative gap that rounding may leave."""


def solve(
    program: Program,
    settings: Settings | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    start: Vector | None = None,
    basis: Basis | None = None,
    target: float | None = None,
) -> Outcome:
    """Minimise a program.

    An answer "infeasible" is believed only after a second solve without presolve gave it too (HiGHS#3296). A plan to
    begin from can be taken over wrongly into the presolved program, at less than it costs: what then passes for optimal
    is farther from its own bound than the wanted gap, and the program is solved again without that plan.

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
    target : float, optional
        Objective of a mixed-integer program at which to stop: good enough.

    Raises
    ------
    SolverFailure
        When HiGHS ends in a state that says nothing about the program.
    """
    settings = settings or Settings()
    outcome = _run(program, settings, on_progress, start, basis, target, presolve=True)
    if outcome.status in ("infeasible", "unbounded"):
        outcome = _run(program, settings, on_progress, start, None, target, presolve=False)
    if start is not None and _contradicts_itself(outcome, settings.gap, target):
        return _run(program, settings.after(outcome.seconds), on_progress, None, None, target, presolve=True)
    return outcome


def _contradicts_itself(outcome: Outcome, gap: float, target: float | None) -> bool:
    """Return whether what is said to be optimal is not by its own bound."""
    enough = target is not None and outcome.objective <= target
    return outcome.status == "optimal" and not enough and outcome.gap > gap + ROUNDING


def _run(
    program: Program,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None,
    start: Vector | None,
    basis: Basis | None,
    target: float | None,
    *,
    presolve: bool,
) -> Outcome:
    highs = fresh(settings)
    option(highs, "presolve", "on" if presolve else "off")
    option(highs, "mip_rel_gap", settings.gap)
    option(highs, "mip_abs_gap", 1e-9)
    if settings.guided:
        option(highs, "mip_heuristic_effort", 0.0)
        for switch in SEARCHES_FOR_PLANS:
            option(highs, switch, False)
    if settings.time_limit_s is not None:
        option(highs, "time_limit", float(settings.time_limit_s))
    if target is not None and np.isfinite(target):
        option(highs, "objective_target", float(target))
    check(highs.passModel(lp_of(program)), "passModel")
    if start is not None:
        where = np.flatnonzero(program.integer).astype(np.int32)
        check(highs.setSolution(len(where), where, np.rint(start[where])), "setSolution")
    if basis is not None:
        check(highs.setBasis(basis_of(basis)), "setBasis")
    began = time.perf_counter()
    interrupted = search(highs, on_progress)
    if not presolve and highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        raise SolverFailure("HiGHS cannot tell whether there is no plan or no best one")
    return outcome_of(highs, program, time.perf_counter() - began, interrupted)


def search(highs: Any, on_progress: Callable[[Progress], None] | None) -> bool:
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


def outcome_of(highs: Any, program: Program, seconds: float, interrupted: bool) -> Outcome:
    """Return what the solver has to say of a program that it searched."""
    status, kinds = highs.getModelStatus(), highspy.HighsModelStatus
    info, mixed = highs.getInfo(), bool(program.integer.any())
    if status in (kinds.kInfeasible, kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
        word: Status = "unbounded" if status == kinds.kUnbounded else "infeasible"
        return Outcome(word, None, float("inf"), float("inf"), seconds)
    if status not in (kinds.kOptimal, kinds.kTimeLimit, kinds.kInterrupt, kinds.kModelEmpty,
                      kinds.kObjectiveTarget):
        raise SolverFailure(f"HiGHS ended with status {highs.modelStatusToString(status)}")
    enough = status in (kinds.kOptimal, kinds.kModelEmpty, kinds.kObjectiveTarget)
    stopped = "" if enough else "interrupt" if interrupted else "time"
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
        basis = states_of(highs)
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
