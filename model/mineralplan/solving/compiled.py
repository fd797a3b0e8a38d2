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
from mineralplan.solving.program import Program, Vector


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

    def program(self, case: Case) -> Program:
        """Return the program of a case: what a fresh build would give."""
        return self.blueprint.at(self.values(case)) if self.like(case) else compile_model(build(case))
