"""A share of the district's own demand is met (资源保障)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Requirement, Rule, exact


class SupplyGuarantee(Rule):
    """Demand met in the district's zones ≥ share × demand; exports do not count."""

    name = "supply_guarantee"
    items = "use"
    sense = ">="

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per use and year: shortage ≤ (1 − share) × demand, 10⁴ t."""
        demand = _demand(case, requirement)
        missed = sum(model.shortage[requirement.item, zone, requirement.year] for zone in demand)
        yield "", missed, (1 - requirement.limit) * sum(demand.values())

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the share of the district's demand that is met."""
        demand = {zone: exact(quantity) for zone, quantity in _demand(case, requirement).items()}
        if not demand:
            return None
        missed = allocation.short(requirement.item, requirement.year, frozenset(demand))
        total = sum(demand.values(), Fraction(0))
        return 1 - sum((exact(quantity) for quantity in missed), Fraction(0)) / total


def _demand(case: Case, requirement: Requirement) -> dict[str, float]:
    use, year = requirement.item, requirement.year
    zones = [zone for zone in case.markets[use] if not case.exported(zone)]
    return {zone: case.demand[use, zone, year] for zone in zones if case.demand.get((use, zone, year), 0) > 0}
