"""Calibration: one factor on modelled aggregate, fitted to what was used in the base year."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mineralplan.demand.chain import BOTTOM_UP
from mineralplan.demand.model import DemandModel, Point
from mineralplan.demand.parameters import KAPPA, OBSERVATION_ERROR, Z95, Array


@dataclass(frozen=True)
class Observation:
    """What was really used of a quantity in a year, in the quantity's own unit."""

    year: int
    quantity: str
    amount: float
    source: str = ""


@dataclass(frozen=True)
class Calibration:
    """The observations of a district; without one of the base year the model is not calibrated.

    Attributes
    ----------
    observations : tuple of Observation
    base_year : int
    """

    observations: tuple[Observation, ...]
    base_year: int

    @property
    def calibrated(self) -> bool:
        """Whether anything was observed in the base year."""
        return any(entry.year == self.base_year for entry in self.observations)

    @property
    def status(self) -> str:
        """``calibrated`` or ``uncalibrated``, as every output says it."""
        return "calibrated" if self.calibrated else "uncalibrated"

    def of(self, model: DemandModel, point: Point) -> tuple[Array, Array]:
        """Return mean and standard deviation of ln κ given the observations of the base year.

        The bottom-up estimate of a quantity is ``a + b κ``. An observation ``y`` with relative error ``e`` says
        ``κ = (y - a) / b``, off by ``e y / (y - a)`` in ln κ. With the prior ``N(m₀, s²)`` of ln κ the posterior has
        the precision ``1/s² + Σ 1/sᵢ²`` and the mean of prior and observations weighted by their precisions.

        Parameters
        ----------
        point : Point
            Of ``n`` points; their own κ is not looked at.

        Returns
        -------
        tuple of ndarray, shape (n,)
            Mean and deviation at each point.
        """
        prior = model.parameters[KAPPA]
        mean = np.log(prior.central[0])
        deviation = math.log(prior.high[0] / prior.low[0]) / (2 * Z95)
        count = max(len(values) for values in point.parameters.values())
        fitted = [entry for entry in self.observations if entry.year == self.base_year]
        if not fitted or deviation == 0:
            return np.full(count, mean), np.full(count, deviation)
        total = np.full(count, mean / deviation**2)
        precision = np.full(count, 1 / deviation**2)
        error = float(model.parameters[OBSERVATION_ERROR].central[0])
        fixed, slope = line(model, point, self.base_year, {entry.quantity for entry in fitted})
        for entry in fitted:
            # Far out a draw may leave nothing for κ to explain; there the observation says next to nothing of it.
            rest = np.maximum(entry.amount - fixed[entry.quantity], 1e-3 * entry.amount)
            weight = (rest / (error * entry.amount)) ** 2
            total = total + weight * np.log(rest / slope[entry.quantity])
            precision = precision + weight
        return total / precision, precision**-0.5

    def back_test(self, model: DemandModel, point: Point) -> list[tuple[Observation, float]]:
        """Return every observation with what the bottom-up estimate says at the first point of ``point``."""
        if not self.observations:
            return []
        found = model.evaluate(point, BOTTOM_UP)
        return [(entry, float(found[entry.quantity][0, model.years.index(entry.year)].sum()))
                for entry in sorted(self.observations, key=lambda entry: (entry.year, entry.quantity))]


def line(
    model: DemandModel, point: Point, year: int, wanted: Iterable[str] | None = None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return, by quantity, the bottom-up estimate of a year at κ = 0 and its rise by one unit of κ; shape (n,)."""
    at, given = model.years.index(year), model.given(point)
    zero, one = (
        {name: found[:, at].sum(axis=-1)
         for name, found in model.evaluate(point.but(KAPPA, value), BOTTOM_UP, given=given, wanted=wanted).items()}
        for value in (np.zeros((1, 1)), np.ones((1, 1)))
    )
    return zero, {name: one[name] - zero[name] for name in zero}
