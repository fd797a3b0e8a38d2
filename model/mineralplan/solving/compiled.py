"""A case's model, compiled once and set to changed cases after that."""

from __future__ import annotations

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.solving.compile import compile_model
from mineralplan.solving.program import Program


class Compiled:
    """The compiled model of a case, and of every case that differs from it in figures alone.

    Parameters
    ----------
    case : Case
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._program = compile_model(build(case))

    def program(self, case: Case) -> Program:
        """Return the program of a case: the same as a fresh build would give."""
        return self._program if case == self.case else compile_model(build(case))
