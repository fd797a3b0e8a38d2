"""Licensed capacity in a concentrated mining area is limited (集中开采区年产能)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule, exact


class AreaCapacity(Rule):
    """Σ licensed capacity of the area's own mineral inside the area ≤ limit, 10⁴ t/a."""

    name = "area_capacity"
    items = "area"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per area and year."""
        inside = [b for b in case.blocks_of(case.areas[requirement.item].mineral) if b.area == requirement.item]
        yield "", sum(model.capacity[b.code, requirement.year] for b in inside), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the capacity licensed in the area in the year."""
        mineral = case.areas[requirement.item].mineral
        total = Fraction(0)
        for (code, year), capacity in allocation.capacity.items():
            block = case.blocks[code]
            if year == requirement.year and block.area == requirement.item and block.mineral == mineral:
                total += exact(capacity)
        return total
