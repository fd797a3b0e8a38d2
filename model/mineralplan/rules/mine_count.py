"""The number of mines is limited (矿山数量)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule


class MineCount(Rule):
    """Working mines of all minerals ≤ limit."""

    name = "mine_count"
    items = "all"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per year."""
        yield "", sum(model.works[b, requirement.year] for b in case.blocks), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the number of mines that work in the year."""
        return Fraction(len(allocation.working(requirement.year)))
