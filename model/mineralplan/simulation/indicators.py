"""The plan's indicators in many draws: those that only decisions move stand, the others follow output and shortage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules import registry
from mineralplan.rules.rule import TOLERANCE, Finding
from mineralplan.simulation.recourse import Fate
from mineralplan.simulation.settling import Index
from mineralplan.solving.program import Vector

OF_OUTPUT, OF_SHORTAGE = "output_cap", "supply_guarantee"
"""The rules whose value moves while decisions stand; every other is a matter of decisions alone."""
MOVING = (OF_OUTPUT, OF_SHORTAGE)


@dataclass(frozen=True)
class Indicators:
    """The requirements of a case, and what the decisions of a plan make of them.

    Attributes
    ----------
    findings : tuple of Finding
        Of the plan itself; those of the moving rules are overwritten in every draw.
    """

    case: Case
    allocation: Allocation
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, case: Case, allocation: Allocation) -> Indicators:
        """Return the requirements that are in force."""
        found = (finding for rule in registry().values() for finding in rule.check(case, allocation))
        return cls(case, allocation, tuple(found))

    @cached_property
    def _still(self) -> tuple[Vector, Vector]:
        """Value and margin that decisions alone make."""
        values = [np.nan if finding.value is None else float(finding.value) for finding in self.findings]
        margins = [np.nan if finding.margin is None else float(finding.margin) for finding in self.findings]
        return np.array(values), np.array(margins)

    @cached_property
    def _moving(self) -> dict[str, tuple[Index, Index, Vector, Vector]]:
        """Where the requirements of a moving rule stand, which figure of a draw they take, their limit and side."""
        years = {year: n for n, year in enumerate(self.case.years)}
        items = {OF_OUTPUT: self.case.minerals, OF_SHORTAGE: self.case.uses}
        found = {}
        for rule, names in items.items():
            first = {name: n * len(years) for n, name in enumerate(names)}
            own = [(i, f) for i, f in enumerate(self.findings) if f.rule == rule]
            found[rule] = (np.array([i for i, _ in own], dtype=np.int64),
                           np.array([first[f.item] + years[f.year] for _, f in own], dtype=np.int64),
                           np.array([float(f.limit) for _, f in own]),
                           np.array([1.0 if f.sense == "<=" else -1.0 for _, f in own]))
        return found

    def at(self, fate: Fate, demand: Vector) -> tuple[Vector, Vector]:
        """Return value and margin of every requirement in a draw, NaN where nothing falls under it.

        Parameters
        ----------
        demand : numpy.ndarray, shape (uses × years,)
            The district's own, 10⁴ t.
        """
        values, margins = (figures.copy() for figures in self._still)
        met = 1 - np.divide(fate.short, demand, out=np.full(len(demand), np.nan), where=demand > 0)
        for rule, figures in ((OF_OUTPUT, fate.output), (OF_SHORTAGE, met)):
            where, which, limit, side = self._moving[rule]
            values[where] = figures[which]
            margins[where] = side * (limit - figures[which])
        return values, margins


def holds(margins: Vector) -> Vector:
    """Return 1 where a requirement holds, as exact arithmetic would judge it: to rounding; 0 elsewhere."""
    kept: Vector = (np.isnan(margins) | (margins >= -float(TOLERANCE))).astype(float)
    return kept
