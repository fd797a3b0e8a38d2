"""New mining rights put on offer in a year are limited (矿业权投放)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule


def licensed_in(case: Case, allocation: Allocation, year: int) -> Fraction:
    """Return how many new blocks start in ``year``; mergers of existing rights are not new."""
    new = [code for code, block in case.blocks.items() if block.status == "new"]
    return Fraction(sum(allocation.started(code) == year for code in new))


class NewLicences(Rule):
    """Blocks licensed anew in a year ≤ limit."""

    name = "new_licences"
    items = "all"
    needs = "year before"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per year."""
        new = [code for code, block in case.blocks.items() if block.status == "new"]
        yield "", sum(model.starts[code, requirement.year] for code in new), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the number of new blocks that start in the year."""
        return licensed_in(case, allocation, requirement.year)
