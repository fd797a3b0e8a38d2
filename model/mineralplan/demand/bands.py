"""Bands: what the draws say of every use, zone, year and estimator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mineralplan.demand import sampling
from mineralplan.demand.calibration import Calibration
from mineralplan.demand.chain import ESTIMATORS
from mineralplan.demand.model import DemandModel
from mineralplan.demand.parameters import Array

QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Draws:
    """Demand of every draw.

    Attributes
    ----------
    zones : mapping of str to ndarray of float32, shape (draws, years, zones)
        By use, of the driving estimator, scaled as the scenario says.
    totals : mapping of (estimator, quantity) to ndarray, shape (draws, years)
        District totals of what the estimators compute, unscaled.
    """

    zones: Mapping[str, Array]
    totals: Mapping[tuple[str, str], Array]


def draw(
    model: DemandModel, calibration: Calibration, count: int, seed: int, quantities: tuple[str, ...],
    factor: Callable[[str, int], float] = lambda use, year: 1.0,
) -> Draws:
    """Return the demand at ``count`` points of the parameters.

    Parameters
    ----------
    quantities : tuple of str
        What to total for every estimator, beside the uses.
    factor : callable
        From use and year to what a scenario multiplies the demand with.
    """
    scale = {use: np.array([[factor(use, year)] for year in model.years]) for use in model.uses}
    shape = (count, len(model.years))
    zones = {use: np.empty((*shape, len(model.zones)), np.float32) for use in model.uses}
    wanted = tuple(dict.fromkeys((*quantities, *model.uses)))
    totals = {(e, q): np.empty(shape) for e in ESTIMATORS for q in wanted if model.states(e, q)}
    first = 0
    for point in sampling.draws(model, calibration, count, seed):
        found = model.by_estimator(point, wanted)
        rows = slice(first, first + len(next(iter(found[model.estimator].values()))))
        first = rows.stop
        for estimator, quantity in totals:
            totals[estimator, quantity][rows] = found[estimator][quantity].sum(axis=-1)
        for use in model.uses:
            zones[use][rows] = model.by_zone(use, model.of_driver(found, use)) * scale[use]
    return Draws(zones, totals)


def quantiles(values: Array) -> Array:
    """Return the 10, 50 and 90 % quantiles over the draws, shape (3, ...)."""
    return np.quantile(values, QUANTILES, axis=0)
