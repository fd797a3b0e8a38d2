"""A share of the mines of a size class meets the green-mine standard (绿色矿山)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule, exact


class GreenShare(Rule):
    """Green mines of the class ≥ share × mines of the class; a class without mines meets it."""

    name = "green_share"
    items = "large|medium|small"
    sense = ">="
    needs = "green"

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
        green, mines = _green_of(case, allocation, requirement)
        return Fraction(green, mines) if mines else None

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return how many green mines are missing."""
        green, mines = _green_of(case, allocation, requirement)
        return max(Fraction(0), exact(requirement.limit) * mines - green)


def _green_of(case: Case, allocation: Allocation, requirement: Requirement) -> tuple[int, int]:
    """Return the number of green mines of the class, and of all its mines."""
    year = requirement.year
    mines = [
        code
        for code in allocation.working(year)
        if case.size_class(case.blocks[code].mineral, allocation.capacity[code, year]) == requirement.item
    ]
    return sum((code, year) in allocation.green for code in mines), len(mines)
