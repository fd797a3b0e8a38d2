"""Land where no mine may be licensed: ecological red line, permanent farmland, urban boundary."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Block, Case
from mineralplan.rules.rule import Requirement, Rule


class ExcludedLand(Rule):
    """Mines on the land ≤ limit (normally 0); existing mines count from the indicator's deadline on."""

    name = "excluded_land"
    items = "ecological_red_line|permanent_farmland|urban_boundary"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per kind of land and year."""
        blocks = [block.code for block in case.blocks.values() if _concerned(block, requirement)]
        yield "", sum(model.works[code, requirement.year] for code in blocks), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the number of mines on the land in the year."""
        working = allocation.working(requirement.year)
        return Fraction(sum(_concerned(case.blocks[code], requirement) for code in working))


def _concerned(block: Block, requirement: Requirement) -> bool:
    deadline = requirement.indicator.existing_from
    return block.overlap == requirement.item and (
        not block.existing or (deadline is not None and requirement.year >= deadline)
    )
