"""Mining recovery reaches the plan's floor (开采回采率)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import TOLERANCE, Requirement, Rule, exact, under


class Recovery(Rule):
    """No mine of the method works with a recovery below the floor."""

    name = "recovery"
    items = "open_pit|underground|well"
    sense = ">="
    chooses = True

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per block below the floor."""
        for block in case.blocks.values():
            if block.method == requirement.item and under(block.recovery, requirement.limit):
                yield block.code, model.works[block.code, requirement.year], 0.0

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the lowest recovery among the mines that work."""
        return min(_recoveries(case, allocation, requirement), default=None)

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return the number of mines that work below the floor."""
        floor = exact(requirement.limit) - TOLERANCE
        return Fraction(sum(share < floor for share in _recoveries(case, allocation, requirement)))


def _recoveries(case: Case, allocation: Allocation, requirement: Requirement) -> list[Fraction]:
    mines = [case.blocks[code] for code in allocation.working(requirement.year)]
    return [exact(block.recovery) for block in mines if block.method == requirement.item]
