"""A case whose years are played one after the other: its program at what is known, its years as windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from mineralplan.case import Case
from mineralplan.formulation.given import figures
from mineralplan.formulation.objectives import COST, lines
from mineralplan.rules import registry
from mineralplan.simulation.window import Window
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim


@dataclass
class Forward:
    """The model of every future of a case, compiled once.

    Parameters
    ----------
    case : Case
        As expected.
    widest : Case
        With all demand and resource that any future has (`mineralplan.simulation.futures.widest`).
    """

    case: Case
    widest: Case
    _windows: dict[tuple[int, int], Window] = field(default_factory=dict)

    @cached_property
    def compiled(self) -> Compiled:
        """The compiled model of the widest case."""
        return Compiled(self.widest)

    @cached_property
    def cost(self) -> Aim:
        """Discounted cost."""
        return Aim(COST, lines(COST, self.case))

    @cached_property
    def tie(self) -> Aim:
        """Haulage, which settles what costs the same."""
        return Aim("haul", lines("haul", self.case))

    @cached_property
    def full(self) -> Program:
        """The program of the widest case: every other has its columns and rows, and no entry more."""
        return self.compiled.blueprint.at(self.compiled.values(self.widest))

    @property
    def empty(self) -> Vector:
        """A point of the program at which nothing is done."""
        return np.zeros(len(self.full.columns))

    @cached_property
    def place(self) -> dict[tuple[str, Any], int]:
        """Where a column stands, by name and index."""
        return {name: j for j, name in enumerate(self.full.columns)}

    def program(self, case: Case) -> Program:
        """Return the program of the case as somebody knows it; demand that it has not is 0."""
        numbers, known = dict(figures(case)), self.compiled.blueprint.figures
        program = self.compiled.blueprint.at(np.array([numbers.get(name, 0.0) for name in known]))
        upper = program.upper.copy()
        for scale in _too_large(case):
            upper[self.place["at_least", scale]] = 0.0
        return replace(program, upper=upper)

    def window(self, first: int, last: int) -> Window:
        """Return the window of some years."""
        if (first, last) not in self._windows:
            self._windows[first, last] = Window.of(self.full, first, last)
        return self._windows[first, last]

    def horizon(self, year: int, look_ahead: int) -> int:
        """Return the last year that a planner looks at in ``year``."""
        return min(year + look_ahead - 1, self.case.years[-1])

    def levels(self, year: int) -> Iterator[tuple[int, str, int]]:
        """Yield column, block and number of every scale that may be held in a year."""
        for code, block in self.case.blocks.items():
            for k in range(1, len(block.options) + 1):
                yield self.place["at_least", (code, k, year)], code, k

    def capacity(self, x: Vector, year: int) -> dict[str, float]:
        """Return the licensed capacity of the blocks that work in a year, 10⁴ t/a; in the base year as they were."""
        if year < self.case.years[0]:
            return {code: b.options[0].capacity for code, b in self.case.blocks.items() if b.existing}
        held: dict[str, float] = {}
        for column, code, k in self.levels(year):
            if x[column] > 0.5:
                held[code] = self.case.blocks[code].options[k - 1].capacity
        return held

    def output(self, x: Vector, year: int) -> dict[str, float]:
        """Return the output of a year by block, 10⁴ t."""
        return {code: float(x[self.place["output", (code, year)]]) for code in self.case.blocks}


def _too_large(case: Case) -> Iterator[tuple[str, int, int]]:
    """Yield the scales that a rule shuts out as a resource does not carry them, by block, number and year.

    Which rows such a rule has follows from the resource, so that those of the compiled case do not tell.
    """
    rule: Any = registry()["life_match"]
    for requirement in rule.requirements(case):
        if requirement.nature == "binding":
            yield from ((code, k, requirement.year) for code, k in rule.too_large(case, requirement))
