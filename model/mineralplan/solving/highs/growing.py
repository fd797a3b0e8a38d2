"""A linear program that begins with some of its rows and takes up others when they are broken."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from mineralplan.solving.highs.calls import basis_of, check, fresh, lp_of, option
from mineralplan.solving.highs.outcome import Basis, Outcome, Settings
from mineralplan.solving.highs.run import outcome_of, search
from mineralplan.solving.program import Program, Vector

AT_LOWER, BASIC = 0, 1
"""HiGHS's numbers for a column that stays at its lower bound, and for what is in the basis: a row that holds nothing
back."""


class GrowingLP:
    """The linear relaxation of a program over some of its rows, begun anew from where it stood when rows come in.

    Parameters
    ----------
    program : Program
        Its integers are taken as continuous.
    rows : numpy.ndarray of int
        The rows to begin with.
    settings : Settings, optional
        The time limit is that of each solve.
    basis : tuple of numpy.ndarray, optional
        Of the program with these rows, to begin from.
    """

    def __init__(
        self, program: Program, rows: npt.NDArray[np.intp], settings: Settings | None = None,
        basis: Basis | None = None,
    ) -> None:
        self.rows, settings = rows, settings or Settings()
        self._matrix = sparse.csr_array(program.matrix)
        self._program = replace(
            program, matrix=sparse.csc_array(self._matrix[rows]), row_lower=program.row_lower[rows],
            row_upper=program.row_upper[rows], integer=np.zeros_like(program.integer),
        )
        self._whole, self._highs = program, fresh(settings)
        check(self._highs.passModel(lp_of(self._program)), "passModel")
        if settings.time_limit_s is not None:
            option(self._highs, "time_limit", float(settings.time_limit_s))
        if basis is not None:
            check(self._highs.setBasis(basis_of(basis)), "setBasis")

    def add(self, rows: npt.NDArray[np.intp]) -> None:
        """Take up rows."""
        part = self._matrix[rows]
        lower, upper = self._whole.row_lower[rows], self._whole.row_upper[rows]
        starts, columns = part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32)
        check(self._highs.addRows(len(rows), lower, upper, part.nnz, starts, columns, part.data), "addRows")
        self.rows = np.concatenate([self.rows, rows])

    def within(self, lower: Vector, upper: Vector) -> None:
        """Set the bounds of all columns; the next solve begins from where the last one ended."""
        count = len(lower)
        check(self._highs.changeColsBounds(count, np.arange(count, dtype=np.int32), lower, upper), "changeColsBounds")

    def solve(self) -> Outcome:
        """Minimise over the rows that are in; duals and basis are those of ``rows``, in their order."""
        began = time.perf_counter()
        interrupted = search(self._highs, None)
        return outcome_of(self._highs, self._program, time.perf_counter() - began, interrupted)
