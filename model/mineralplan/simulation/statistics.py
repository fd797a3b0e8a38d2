"""What many draws say: quantiles, the mean of the worst, and how well they are known."""

from __future__ import annotations

import math

import numpy as np

from mineralplan.solving.program import Vector

TAIL = 0.05
"""The worst part of the draws that CVaR is the mean of."""


def cvar(values: Vector, tail: float = TAIL) -> float:
    """Return the mean of the highest ``tail`` part of some equally likely values (conditional value at risk).

    A value that lies across the border counts with the part of it that is inside (Rockafellar and Uryasev), so that
    the figure is exact for any number of values.
    """
    if not len(values):
        return math.nan
    falling = np.sort(values)[::-1]
    weight = np.clip(tail * len(values) - np.arange(len(values)), 0.0, 1.0)
    return float(falling @ weight / weight.sum())


def quantile(values: Vector, share: float) -> float:
    """Return a quantile, NaN where there is nothing."""
    return float(np.quantile(values, share)) if len(values) else math.nan


def mean(values: Vector) -> float:
    """Return the mean, NaN where there is nothing."""
    return float(values.mean()) if len(values) else math.nan


def standard_error(values: Vector) -> float:
    """Return the standard error of the mean, as of independent draws."""
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def standard_error_of_share(share: float, count: int) -> float:
    """Return the standard error of a share of ``count`` independent draws.

    By Agresti and Coull, with two draws more of each kind: a share of 0 or 1 is not known without error.
    """
    if not count:
        return math.nan
    total = count + 4
    near = (share * count + 2) / total
    return math.sqrt(near * (1 - near) / total)
