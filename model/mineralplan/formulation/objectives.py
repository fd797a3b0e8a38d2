"""What a plan can be judged by: named measures by year, of which cost is one."""

from __future__ import annotations

from typing import Any

from mineralplan.case import Case
from mineralplan.formulation.costs import TERMS, Term, carbon_kg_t, haul_km


def unmet(model: Any, case: Case, year: int) -> Any:
    """Demand of the district that is not met, 10⁴ t."""
    return sum(q for (_, zone, y), q in model.shortage.items() if y == year and not case.exported(zone))


def haul(model: Any, case: Case, year: int) -> Any:
    """Haulage, 10⁴ t·km."""
    return haul_km(model, case, year)


def emissions(model: Any, case: Case, year: int) -> Any:
    """Carbon of mining and haulage, t CO₂e."""
    return 10 * carbon_kg_t(model, case, year)


def land(model: Any, case: Case, year: int) -> Any:
    """Area of the blocks at work, km²·years."""
    return sum(b.area_km2 * model.works[b.code, year] for b in case.blocks.values() if b.area_km2)


def new_blocks(model: Any, case: Case, year: int) -> Any:
    """New blocks licensed."""
    return sum(model.starts[b.code, year] for b in case.blocks.values() if b.status == "new")


MEASURES: dict[str, Term] = {
    "shortage": unmet,
    "haul": haul,
    "carbon": emissions,
    "land": land,
    "new_blocks": new_blocks,
}
"""Objectives other than cost, by the name a scenario gives."""

COST = "cost"
OBJECTIVES = (COST, *MEASURES)


def lines(name: str, case: Case) -> dict[tuple[str, int], float]:
    """Return what an objective adds up: (term or measure, year) → weight.

    Cost is discounted to the base year; the other measures are plain sums over the years.
    """
    if name == COST:
        return {(term, year): case.discount(year) for term in TERMS for year in case.years}
    return {(f"measure:{name}", year): 1.0 for year in case.years}
