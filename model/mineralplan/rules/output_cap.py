"""Yearly output of a mineral is capped (开采总量)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule, exact


class OutputCap(Rule):
    """Σ output of the mineral's mines ≤ cap, 10⁴ t/a."""

    name = "output_cap"
    items = "mineral"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per mineral and year."""
        blocks = case.blocks_of(requirement.item)
        yield "", sum(model.output[b.code, requirement.year] for b in blocks), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the mineral's output in the year."""
        return sum(
            (
                exact(output)
                for (block, year), output in allocation.output.items()
                if year == requirement.year and case.blocks[block].mineral == requirement.item
            ),
            Fraction(0),
        )
