"""How the solver is spoken to: options that are checked, programs and bases in its own words."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import highspy
import numpy as np

from mineralplan.solving.highs.outcome import Basis, Settings, SolverFailure
from mineralplan.solving.program import Program


def fresh(settings: Settings) -> Any:
    """Return a solver that prints nothing and searches as it is told."""
    with _banner_swallowed():
        highs = highspy.Highs()
    # Silent, not switched off: with output_flag off the progress callback is never called.
    option(highs, "log_to_console", False)
    option(highs, "threads", settings.threads)
    option(highs, "random_seed", settings.seed)
    return highs


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


def option(highs: Any, name: str, value: Any) -> None:
    """Set an option, whose wrong name would not raise by itself."""
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise SolverFailure(f"HiGHS refused the option {name} = {value!r}")


def check(status: Any, call: str) -> None:
    """Raise where a call failed."""
    if status == highspy.HighsStatus.kError:
        raise SolverFailure(f"HiGHS failed in {call}")


def lp_of(program: Program) -> Any:
    """Return a program in the solver's form."""
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


def basis_of(states: Basis) -> Any:
    """Return a basis in the solver's form."""
    basis, kinds = highspy.HighsBasis(), [highspy.HighsBasisStatus(kind) for kind in range(5)]
    basis.col_status, basis.row_status = ([kinds[state] for state in side] for side in states)
    basis.valid = True
    return basis


def states_of(highs: Any) -> Basis:
    """Return the states of the columns and rows of the solver's basis."""
    found = highs.getBasis()
    col, row = (np.array([int(s) for s in side], dtype=np.int8) for side in (found.col_status, found.row_status))
    return col, row
