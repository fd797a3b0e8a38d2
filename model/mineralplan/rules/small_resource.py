"""Small mines that do not expand get no more resource (不具备扩能条件的小型矿山不得增划资源)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Block, Case
from mineralplan.rules.rule import Requirement, Rule, exact


class SmallResource(Rule):
    """An existing small mine may draw on added resource only once it is licensed above small.

    Row, while the mine works: ``Σ output ÷ recoverable share − resource ≤ added · (above small + not working)``.
    A closed mine draws nothing, so its row may be slack.
    """

    name = "small_resource"
    items = "all"
    needs = "years before"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per existing small mine with added resource."""
        year = requirement.year
        for block in case.blocks.values():
            if not _small(case, block) or not any(start <= year for start, _ in block.additions):
                continue
            added = model.given["added", block.code, year]
            drawn = sum(model.output[block.code, y] for y in case.years if y <= year) / block.recoverable_share
            above = model.in_class[block.code, "large", year] + model.in_class[block.code, "medium", year]
            free = above + 1 - model.works[block.code, year]
            yield block.code, drawn - added * free, model.given["own", block.code] + requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the most that a mine which is still small draws of added resource, 10⁴ t."""
        return max((Fraction(0), *_drawn(case, allocation, requirement)))

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return what all mines together draw beyond the limit, 10⁴ t."""
        limit = exact(requirement.limit)
        return sum((max(Fraction(0), drawn - limit) for drawn in _drawn(case, allocation, requirement)), Fraction(0))


def _drawn(case: Case, allocation: Allocation, requirement: Requirement) -> Iterator[Fraction]:
    """Yield what every mine that is still small has drawn beyond the resource it began with, 10⁴ t."""
    year = requirement.year
    for code in allocation.working(year):
        block = case.blocks[code]
        if not _small(case, block) or not block.additions:
            continue
        if case.size_class(block.mineral, allocation.capacity[code, year]) == "small":
            outputs = (exact(allocation.output.get((code, y), 0.0)) for y in case.years if y <= year)
            drawn = sum(outputs, Fraction(0)) / (exact(block.usable_share) * exact(block.recovery))
            yield drawn - exact(block.resource)


def _small(case: Case, block: Block) -> bool:
    return block.existing and case.size_class(block.mineral, block.options[0].capacity) == "small"
