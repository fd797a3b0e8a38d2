"""Aggregate per head as a curve that falls from the rate of the building boom to that of a settled district."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from mineralplan.demand.parameters import Array

PER_HEAD = "aggregate_per_head"
BEFORE, SATURATED, MIDYEAR, STEEPNESS = (f"per_head_{part}" for part in ("before", "saturated", "midyear", "steepness"))
CURVE = (BEFORE, SATURATED, MIDYEAR, STEEPNESS)


def per_head(years: range, before: Array, saturated: Array, midyear: Array, steepness: Array) -> Array:
    """Return ``saturated + (before - saturated) / (1 + exp(steepness (year - midyear)))``.

    Parameters
    ----------
    before, saturated : ndarray, shape (n, 1)
        t per person, long before and long after the turn.
    midyear : ndarray, shape (n, 1)
        When it is half way.
    steepness : ndarray, shape (n, 1)
        1/a.

    Returns
    -------
    ndarray, shape (n, years)
    """
    gone = steepness * (np.array(years, float) - midyear)
    return np.asarray(saturated + (before - saturated) * expit(-gone))
