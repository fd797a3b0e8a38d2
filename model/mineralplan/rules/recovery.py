"""Mining recovery reaches the plan's floor (开采回采率)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule, exact, under


class Recovery(Rule):
    """No mine of the method works with a recovery below the floor."""

    name = "recovery"
    items = "open_pit|underground|well"
    sense = ">="

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per block below the floor."""
        for block in case.blocks.values():
            if block.method == requirement.item and under(block.recovery, requirement.limit):
                yield block.code, model.works[block.code, requirement.year], 0.0

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the lowest recovery among the mines that work."""
        mines = [case.blocks[code] for code in allocation.working(requirement.year)]
        return min((exact(b.recovery) for b in mines if b.method == requirement.item), default=None)
