"""New small mines are strictly controlled (严格控制新设小型矿山)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule


class NewSmall(Rule):
    """New small mines in work ≤ limit."""

    name = "new_small"
    items = "all"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per year."""
        new = [code for code, block in case.blocks.items() if block.status == "new"]
        yield "", sum(model.in_class[code, "small", requirement.year] for code in new), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the number of new small mines that work in the year."""
        count = 0
        for (code, year), capacity in allocation.capacity.items():
            block = case.blocks[code]
            if year == requirement.year and block.status == "new":
                count += case.size_class(block.mineral, capacity) == "small"
        return Fraction(count)
