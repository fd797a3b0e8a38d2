"""A share of the mines is large or medium (大中型矿山比例)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule, exact


class SizeShare(Rule):
    """Large and medium mines ≥ share × all mines; a district without mines meets it.

    As a row: ``share · Σ works − Σ (large + medium) ≤ 0``, in mines.
    """

    name = "size_share"
    items = "all"
    sense = ">="

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per year."""
        year = requirement.year
        yield (
            "",
            sum(
                requirement.limit * model.works[b, year] - model.in_class[b, "large", year]
                - model.in_class[b, "medium", year]
                for b in case.blocks
            ),
            0.0,
        )

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the share of large and medium mines in the year."""
        classes = _classes(case, allocation, requirement.year)
        return Fraction(len(classes) - classes.count("small"), len(classes)) if classes else None

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return how many large or medium mines are missing."""
        classes = _classes(case, allocation, requirement.year)
        return max(Fraction(0), exact(requirement.limit) * len(classes) - (len(classes) - classes.count("small")))


def _classes(case: Case, allocation: Allocation, year: int) -> list[str]:
    capacity = allocation.capacity
    return [case.size_class(case.blocks[b].mineral, capacity[b, year]) for b in allocation.working(year)]
