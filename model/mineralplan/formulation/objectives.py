"""What a plan can be judged by: named measures by year, of which cost is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

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


def mines(model: Any, case: Case, year: int) -> Any:
    """Mines at work."""
    return sum(model.works[code, year] for code in case.blocks)


MEASURES: dict[str, Term] = {
    "shortage": unmet,
    "haul": haul,
    "carbon": emissions,
    "land": land,
    "new_blocks": new_blocks,
    "mines": mines,
}
"""Objectives other than cost, by the name a scenario gives."""
WHOLE = frozenset({"new_blocks", "mines"})
"""Objectives that are whole numbers in every plan."""

COST = "cost"
OBJECTIVES = (COST, *MEASURES)


def lines(name: str, case: Case) -> dict[tuple[str, int], float]:
    """Return what an objective adds up: (term or measure, year) → weight.

    Cost is discounted to the base year; mines are counted in the target year (the last planned one where that lies
    outside); the other measures are plain sums over the years.
    """
    if name == COST:
        return {(term, year): case.discount(year) for term in TERMS for year in case.years}
    if name == mines.__name__:
        return {(f"measure:{name}", case.target_year if case.target_year in case.years else case.years[-1]): 1.0}
    return {(f"measure:{name}", year): 1.0 for year in case.years}


def carriage(name: str, case: Case, km: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return what a tonne shipped over some distances adds to an objective, by year: as its lines say.

    Parameters
    ----------
    name : str
    case : Case
    km : numpy.ndarray, shape (links,)

    Returns
    -------
    numpy.ndarray, shape (links, years)
    """
    money = case.economics
    if name == COST:
        rate = money.loading + money.haul * km + money.carbon_price / 1000 * money.haul_carbon * km
        return np.outer(rate, [case.discount(year) for year in case.years])
    per_km = {haul.__name__: 1.0, "carbon": 10 * money.haul_carbon}.get(name, 0.0)
    return np.outer(per_km * km, np.ones(len(case.years)))
