"""A mine's licensed scale is at least the mineral's minimum (最低开采规模)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Block, Case
from mineralplan.rules.rule import TOLERANCE, Requirement, Rule, exact, under


class MinimumScale(Rule):
    """New and merged mines from the start, existing mines from the indicator's deadline.

    An option below the minimum may be held only together with the next one: ``open_k ≤ open_{k+1}``, and the last
    option not at all when it is too small. So the rule takes effect without any new variable.
    """

    name = "minimum_scale"
    items = "mineral"
    sense = ">="
    chooses = True

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per option below the minimum."""
        for block in case.blocks_of(requirement.item):
            if _concerned(block, requirement):
                for k, option in enumerate(block.options, start=1):
                    if under(option.capacity, requirement.limit):
                        yield f"{block.code}:{k}", model.exactly[block.code, k, requirement.year], 0.0

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the smallest licensed scale among the mines concerned."""
        return min(_scales(case, allocation, requirement), default=None)

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return the number of mines that are too small."""
        floor = exact(requirement.limit) - TOLERANCE
        return Fraction(sum(scale < floor for scale in _scales(case, allocation, requirement)))


def _scales(case: Case, allocation: Allocation, requirement: Requirement) -> Iterator[Fraction]:
    """Yield the licensed scale of every mine concerned."""
    year = requirement.year
    for code in allocation.working(year):
        block = case.blocks[code]
        if block.mineral == requirement.item and _concerned(block, requirement):
            yield exact(allocation.capacity[code, year])


def _concerned(block: Block, requirement: Requirement) -> bool:
    deadline = requirement.indicator.existing_from
    return not block.existing or (deadline is not None and requirement.year >= deadline)
