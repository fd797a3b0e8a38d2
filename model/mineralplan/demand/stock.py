"""Buildings as a stock: what must be built so that the stock follows people and floor space, and what falls out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from mineralplan.demand.parameters import Array

POPULATION, URBAN_SHARE = "population", "urban_share"
PLACES = ("urban", "rural")
DRIVERS = (POPULATION, URBAN_SHARE, *(f"floor_per_head_{place}" for place in PLACES))
"""The paths that begin with the history of the stock, not with the base year."""
LIVES = tuple(f"building_life_{place}" for place in PLACES)
SHAPE = "building_life_shape"


@dataclass(frozen=True)
class Stock:
    """A stock by year, its inflow and outflow; arrays of shape (n, years).

    Attributes
    ----------
    standing, inflow, outflow : ndarray
        ``standing[t] = standing[t - 1] + inflow[t] - outflow[t]``; no flow is known of the first year.
    surplus : ndarray
        What stands beyond the need: above 0 where the need falls faster than buildings leave.
    """

    standing: Array
    inflow: Array
    outflow: Array
    surplus: Array


def follow(need: Array, scale: Array, shape: Array) -> Stock:
    """Return the stock that meets ``need`` in every year, buildings leaving by a Weibull life.

    Of what is built in a year, ``exp(-(age / scale) ** shape)`` stands ``age`` years later. The first year's stock has
    the ages of a stock that was long constant, so that ``gammaincc(1 / shape, (t / scale) ** shape)`` of it stands
    after ``t`` years (the equilibrium distribution of a renewal process).

    Parameters
    ----------
    need : ndarray, shape (n, years)
        10⁴ m².
    scale, shape : ndarray, shape (n, 1)
        Of the Weibull distribution of life; the scale in years.
    """
    years = need.shape[1]
    hazard = (np.arange(years) / scale) ** shape
    survival, of_the_first = np.exp(-hazard), gammaincc(1 / shape, hazard)
    standing, inflow, outflow, surplus = (np.zeros(hazard.shape) for _ in range(4))
    need = np.broadcast_to(need, hazard.shape)
    standing[:, 0] = need[:, 0]
    for t in range(1, years):
        cohorts = (inflow[:, 1:t] * survival[:, t - 1 : 0 : -1]).sum(axis=1)
        left = need[:, 0] * of_the_first[:, t] + cohorts
        outflow[:, t] = standing[:, t - 1] - left
        inflow[:, t] = np.maximum(need[:, t] - left, 0.0)
        standing[:, t] = left + inflow[:, t]
        surplus[:, t] = standing[:, t] - need[:, t]
    return Stock(standing, inflow, outflow, surplus)
