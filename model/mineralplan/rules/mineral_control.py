"""Minerals whose mining is restricted or prohibited (限制开采、禁止开采)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule

PROHIBITED = "prohibited"


class MineralControl(Rule):
    """Restricted: at most so many new mines in work. Prohibited: at most so many mines at all."""

    name = "mineral_control"
    items = "mineral"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per mineral and year."""
        every = requirement.indicator.control == PROHIBITED
        blocks = [b for b in case.blocks_of(requirement.item) if every or b.status == "new"]
        yield "", sum(model.works[b.code, requirement.year] for b in blocks), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the number of mines of the controlled kind that work in the year."""
        mines = [case.blocks[code] for code in allocation.working(requirement.year)]
        controlled = [block for block in mines if block.mineral == requirement.item]
        if requirement.indicator.control != PROHIBITED:
            controlled = [block for block in controlled if block.status == "new"]
        return Fraction(len(controlled))
