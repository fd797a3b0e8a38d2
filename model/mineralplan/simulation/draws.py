"""Futures that a case is tried in: demand as its model draws it, and named inputs as their distributions say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.case import Case
from mineralplan.demand import sampling
from mineralplan.demand.chain import BOTTOM_UP
from mineralplan.demand.model import PATTERNS, DemandModel
from mineralplan.demand.parameters import Array
from mineralplan.solving.program import Vector

DIGITS = 6
"""Decimals of a quantity, as of the central one: a hundredth of a tonne."""
DemandKey = tuple[str, str, int]
LimitKey = tuple[str, int]


@dataclass(frozen=True)
class DemandDraws:
    """Demand of every draw, and what the projects and the recycling of the same draw supply.

    Attributes
    ----------
    keys : tuple of (use, zone, year)
    quantity : numpy.ndarray, shape (draws, keys)
        10⁴ t of product.
    limit_keys : tuple of (supply, year)
        Supplies whose limit the demand model states.
    limit : numpy.ndarray, shape (draws, limit_keys)
        10⁴ t.
    """

    keys: tuple[DemandKey, ...]
    quantity: Vector
    limit_keys: tuple[LimitKey, ...]
    limit: Vector

    def case(self, case: Case, draw: int) -> Case:
        """Return a case with the demand and the limits of one draw."""
        return self._with(case, self.quantity[draw], self.limit[draw])

    def widest(self, case: Case) -> Case:
        """Return a case with the highest demand of all draws everywhere: its model has every row that a draw needs."""
        return self._with(case, self.quantity.max(axis=0), self.limit.max(axis=0))

    def _with(self, case: Case, quantity: Vector, limit: Vector) -> Case:
        demand = {**case.demand, **dict(zip(self.keys, quantity.tolist(), strict=True))}
        limits: dict[str, dict[int, float]] = {}
        for (code, year), most in zip(self.limit_keys, limit.tolist(), strict=True):
            limits.setdefault(code, dict(case.supplies[code].limit))[year] = most
        supplies = {code: replace(supply, limit=limits.get(code, supply.limit))
                    for code, supply in case.supplies.items()}
        return replace(case, demand=demand, supplies=supplies)


def demand_draws(case: Case, count: int, seed: int) -> DemandDraws:
    """Draw the demand of a case from its outlook; the same seed gives the same draws.

    Sobol points fill the distributions evenly, so that the first draws of many are a fair sample as well.

    Raises
    ------
    ValueError
        When the case was built in Python and not read from files.
    """
    outlook = case.projected()
    model = outlook.model
    driven = _driven(case)
    wanted = (*model.uses, *sorted({quantity for quantity, _ in driven.values()}))
    years = [model.years.index(year) for year in case.years]
    keys = tuple((use, zone, year) for use in model.uses for zone in model.zones for year in case.years)
    limit_keys = tuple((code, year) for code in driven for year in case.years)
    share = np.array([_shares(case, code, quantity, column) for code, (quantity, column) in driven.items()])
    scale = {use: np.array([[outlook.factor(use, year)] for year in case.years]) for use in model.uses}
    quantities, limits = [], []
    for point in sampling.draws(model, outlook.calibration, count, seed):
        found = model.by_estimator(point, wanted)
        each = [
            np.swapaxes(model.by_zone(use, model.of_driver(found, use))[:, years] * scale[use], 1, 2)
            for use in model.uses
        ]
        quantities.append(np.stack(each, axis=1).reshape(len(each[0]), -1))
        amounts = [_amount(found, model, quantity, column)[:, years] for quantity, column in driven.values()]
        limits.append((np.stack(amounts, axis=1) * share).reshape(len(each[0]), -1) if amounts
                      else np.empty((len(each[0]), 0)))
    return DemandDraws(keys, _round(np.concatenate(quantities)), limit_keys, _round(np.concatenate(limits)))


def _round(values: Array) -> Vector:
    return np.asarray(np.round(np.maximum(values, 0.0), DIGITS) + 0.0, dtype=float)


def _driven(case: Case) -> dict[str, tuple[str, int | None]]:
    """Return the supplies whose limit is a quantity of the demand model, and of which project it is."""
    model = case.projected().model
    projects = {project.name: column for column, project in enumerate(model.projects, start=len(PATTERNS))}
    found: dict[str, tuple[str, int | None]] = {}
    for code, supply in case.supplies.items():
        if supply.kind == "spoil":
            name = next(name for name in projects if code.endswith(f"_{name}"))
            found[code] = code.removesuffix(f"_{name}"), projects[name]
        elif code in model.quantities and _shares(case, code, code, None).any():
            found[code] = code, None
    return found


def _shares(case: Case, code: str, quantity: str, column: int | None) -> Vector:
    """Return what part of the central quantity the supply's limit is, by year: what a scenario scales it with."""
    outlook = case.projected()
    model, given = outlook.model, case.supplies[code].limit
    central = _amount(outlook.central, model, quantity, column)[0]
    there = np.array([central[model.years.index(year)] for year in case.years])
    limit = np.array([given[year] for year in case.years])
    known = there > 10.0**-DIGITS
    share = np.divide(limit, there, out=np.full(len(there), np.nan), where=known)
    if not known.any():
        return np.zeros(len(there))
    years = np.arange(len(there))
    nearest = np.abs(years[:, None] - years[known]).argmin(axis=1)
    return np.asarray(np.where(known, share, share[known][nearest]), dtype=float)


def _amount(
    found: Mapping[str, Mapping[str, Array]], model: DemandModel, quantity: str, column: int | None
) -> Array:
    """Return a quantity by point and year, of one project where ``column`` names it."""
    own = found[model.estimator]
    values = own[quantity] if quantity in own else found[BOTTOM_UP][quantity]
    return np.asarray(values.sum(axis=-1) if column is None else values[..., column])
