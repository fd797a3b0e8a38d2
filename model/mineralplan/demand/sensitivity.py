"""Which input matters most: Sobol indices, and the swing when one input goes from its low to its high figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mineralplan.demand import sampling
from mineralplan.demand.calibration import Calibration
from mineralplan.demand.model import DemandModel, Point
from mineralplan.demand.parameters import Array

LOW, HIGH = 0.05, 0.95
INDICES = ("S1", "S1_conf", "ST", "ST_conf")


@dataclass(frozen=True)
class Influence:
    """What one input does to a quantity in a year.

    Attributes
    ----------
    low, high : float
        The quantity with the input at its 5 and 95 % quantile, all others at their medians.
    first, total : float
        Share of the variance that the input explains alone, and with all its interactions; with the half-width of
        their 95 % interval in ``first_error`` and ``total_error``.
    """

    input: str
    low: float
    high: float
    first: float
    first_error: float
    total: float
    total_error: float


def influences(
    model: DemandModel, calibration: Calibration, quantity: str, years: Sequence[int], points: int, seed: int
) -> dict[int, list[Influence]]:
    """Return by year every input's influence on a quantity of the driving estimator, the widest swing first.

    Parameters
    ----------
    points : int
        Base points of Saltelli's design, a power of two; it takes ``points × (inputs + 2)`` evaluations.

    Notes
    -----
    Indices by Saltelli's and Jansen's estimators as in SALib (Herman and Usher 2017). Inputs that move nothing are
    left out of the design.
    """
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    swings = {name: _swing(model, calibration, name, quantity, years) for name in sampling.inputs(model)}
    names = [name for name, swing in swings.items() if np.ptp(swing, axis=0).any() or name.endswith(".cancelled")]
    if not names:
        return {year: [] for year in years}
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    design = np.clip(sample.sample(problem, points, calc_second_order=False, seed=seed), 1e-9, 1 - 1e-9)
    found = np.concatenate([
        _totals(model, point, quantity, years) for point in sampling.points(model, calibration, names, design)
    ])
    result = {}
    for column, year in enumerate(years):
        if np.ptp(found[:, column]):
            # SALib takes a seed of 0 for none.
            indices = analyse.analyze(problem, found[:, column], calc_second_order=False, seed=seed + 1)
        else:  # no variance to share out
            indices = {key: np.zeros(len(names)) for key in INDICES}
        result[year] = sorted(
            (Influence(name, *(float(end) for end in swings[name][:, column]),
                       *(float(indices[key][i]) for key in INDICES))
             for i, name in enumerate(names)),
            key=lambda one: -abs(one.high - one.low),
        )
    return result


def _swing(model: DemandModel, calibration: Calibration, name: str, quantity: str, years: Sequence[int]) -> Array:
    """Return the quantity with one input low and high, shape (2, years)."""
    return _totals(model, sampling.at(model, calibration, {name: np.array([LOW, HIGH])}, 2), quantity, years)


def _totals(model: DemandModel, point: Point, quantity: str, years: Sequence[int]) -> Array:
    columns = [model.years.index(year) for year in years]
    return np.asarray(model.evaluate(point, wanted=[quantity])[quantity][:, columns].sum(axis=-1))
