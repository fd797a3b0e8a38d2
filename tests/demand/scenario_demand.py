"""What tests ask of a case's demand."""

from __future__ import annotations

from mineralplan.case import Case
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import Parameter


def of(case: Case, use: str, year: int) -> dict[str, float]:
    """Return the district's demand of a use in a year by zone."""
    return {z: q for (u, z, y), q in case.demand.items() if (u, y) == (use, year) and not case.exported(z)}


def total(case: Case, use: str, year: int) -> float:
    return sum(of(case, use, year).values())


def by_year(case: Case, use: str = "aggregate") -> list[float]:
    """Return the district's demand of a use in 2021, 2022 and 2023."""
    return [total(case, use, year) for year in case.years]


def outlook(case: Case) -> Outlook:
    assert case.outlook is not None
    return case.outlook


def parameter(case: Case, name: str) -> Parameter:
    return outlook(case).model.parameters[name]


def bounds(case: Case, name: str) -> list[list[float]]:
    """Return low, central and high of a parameter, each over its years."""
    found = parameter(case, name)
    return [list(found.low), list(found.central), list(found.high)]
