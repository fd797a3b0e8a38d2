"""A share of the mines of a size class meets the green-mine standard (绿色矿山)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule


class GreenShare(Rule):
    """Green mines of the class ≥ share × mines of the class; a class without mines meets it."""

    name = "green_share"
    items = "large|medium|small"
    sense = ">="

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per size class and year, in mines."""
        size, year = requirement.item, requirement.year
        yield (
            "",
            sum(
                requirement.limit * model.in_class[b, size, year] - model.green_in_class[b, size, year]
                for b in case.blocks
            ),
            0.0,
        )

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the share of green mines in the class."""
        year = requirement.year
        mines = [
            code
            for code in allocation.working(year)
            if case.size_class(case.blocks[code].mineral, allocation.capacity[code, year]) == requirement.item
        ]
        if not mines:
            return None
        return Fraction(sum((code, year) in allocation.green for code in mines), len(mines))
