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
    needs = "flows"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield one row per use and year: shortage ≤ (1 − share) × demand, 10⁴ t."""
        keys = [(requirement.item, zone, requirement.year) for zone in _demand(case, requirement)]
        demand = sum(model.given["demand", *key] for key in keys)
        yield "", sum(model.shortage[key] for key in keys), (1 - requirement.limit) * demand

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the share of the district's demand that is met."""
        short, total = _short_of(case, allocation, requirement)
        return 1 - short / total if total else None

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return what is short beyond what may be, 10⁴ t."""
        short, total = _short_of(case, allocation, requirement)
        return max(Fraction(0), short - (1 - exact(requirement.limit)) * total)


def _short_of(case: Case, allocation: Allocation, requirement: Requirement) -> tuple[Fraction, Fraction]:
    """Return what is short of the district's demand, and that demand, 10⁴ t."""
    demand = _demand(case, requirement)
    short = allocation.short(requirement.item, requirement.year, frozenset(demand))
    return sum(map(exact, short), Fraction(0)), sum(map(exact, demand.values()), Fraction(0))


def _demand(case: Case, requirement: Requirement) -> dict[str, float]:
    use, year = requirement.item, requirement.year
    zones = [zone for zone in case.markets[use] if not case.exported(zone)]
    return {zone: case.demand[use, zone, year] for zone in zones if case.demand.get((use, zone, year), 0) > 0}
