"""A licensed scale must match the resource (开采规模与资源量相匹配): years of life by size class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import TOLERANCE, Requirement, Rule, exact, under


class LifeMatch(Rule):
    """Recoverable resource ÷ licensed capacity ≥ years, for every scale licensed after the base year.

    The resource is what is known by the year, before mining: the question a licence answers is whether the deposit
    carries the scale, not how much of it is left. The scale an existing mine already holds is not questioned.
    """

    name = "life_match"
    items = "large|medium|small"
    sense = ">="
    chooses = True

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per option that the resource does not carry."""
        for code, k in self.too_large(case, requirement):
            yield f"{code}:{k}", model.exactly[code, k, requirement.year], 0.0

    def too_large(self, case: Case, requirement: Requirement) -> Iterator[tuple[str, int]]:
        """Yield block and number of every option that the resource does not carry."""
        for block in case.blocks.values():
            for k, option in enumerate(block.options, start=1):
                if block.existing and k == 1:
                    continue
                if case.size_class(block.mineral, option.capacity) != requirement.item:
                    continue
                recoverable = block.resource_by(requirement.year) * block.recoverable_share
                if under(recoverable / option.capacity, requirement.limit):
                    yield block.code, k

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the shortest life among the scales licensed after the base year."""
        return min(_lives(case, allocation, requirement), default=None)

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return the number of mines whose resource does not carry their scale."""
        floor = exact(requirement.limit) - TOLERANCE
        return Fraction(sum(life < floor for life in _lives(case, allocation, requirement)))


def _lives(case: Case, allocation: Allocation, requirement: Requirement) -> Iterator[Fraction]:
    """Yield the life of every scale of the class that was licensed after the base year."""
    year = requirement.year
    for code in allocation.working(year):
        block, capacity = case.blocks[code], allocation.capacity[code, year]
        held = block.existing and capacity == block.options[0].capacity
        if not held and case.size_class(block.mineral, capacity) == requirement.item:
            known = exact(block.resource) + sum(exact(more) for start, more in block.additions if start <= year)
            yield known * exact(block.usable_share) * exact(block.recovery) / exact(capacity)
