"""A case's model, compiled once and set to changed cases after that."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from mineralplan.case import Case
from mineralplan.formulation.given import figures, structure
from mineralplan.formulation.model import build
from mineralplan.solving.blueprint import Blueprint, compile_blueprint
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Basis, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim
from mineralplan.solving.start import relaxation


class Compiled:
    """The compiled model of a case, and of every case that differs from it in figures alone.

    Figures are what `mineralplan.formulation.given` names: demand, limits, resources, prices, the years in which a
    block may work. A case that differs in more (another block, scale, distance or rule) is built afresh.

    Parameters
    ----------
    case : Case
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._bases: dict[str, Basis | None] = {}

    @cached_property
    def blueprint(self) -> Blueprint:
        """The program of the case with its figures open."""
        return compile_blueprint(build(self.case, symbols=True))

    @cached_property
    def position(self) -> Mapping[Any, int]:
        """Where every figure stands in a vector of `values`."""
        return {name: i for i, name in enumerate(self.blueprint.figures)}

    @cached_property
    def _structure(self) -> tuple[Any, ...]:
        return structure(self.case)

    def like(self, case: Case) -> bool:
        """Return whether a case differs from the compiled one in figures alone."""
        return structure(case) == self._structure

    def values(self, case: Case) -> Vector:
        """Return the figures of a like case, shape (figures,)."""
        numbers = dict(figures(case))
        return np.array([numbers[name] for name in self.blueprint.figures])

    def basis(self, case: Case, aim: Aim) -> Basis | None:
        """Return where the linear relaxation of a like case may begin: the optimal basis of the compiled case.

        It is always that of the compiled case and not of the last one, so that an answer does not depend on what was
        asked before.
        """
        if not self.like(case):
            return None
        if aim.name not in self._bases:
            relaxed = solve(relaxation(self.program(self.case).minimising(aim.weights)))
            self._bases[aim.name] = relaxed.basis
        return self._bases[aim.name]

    def program(self, case: Case) -> Program:
        """Return the program of a case: what a fresh build would give."""
        return self.blueprint.at(self.values(case)) if self.like(case) else compile_model(build(case))
