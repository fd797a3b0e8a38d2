"""Parameters of the demand model: a path over the years and how far it may be off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import ParameterRow

Array = NDArray[np.floating[Any]]
Z95 = 1.6448536269514722
"""The standard normal's 95 % quantile: bounds are given as 5 and 95 % quantiles."""
SHARE = "share"
"""The unit of what cannot exceed one."""
KAPPA, CORRELATION, OBSERVATION_ERROR = "kappa", "shared_correlation", "observation_error"
"""Calibration factor with its prior; correlation of the shared intensities; relative error of an observation."""


@dataclass(frozen=True)
class Parameter:
    """A driver or intensity as used.

    Attributes
    ----------
    years : tuple of int
        The years of the path; empty for a constant.
    low, central, high : ndarray, shape (years,) or (1,)
        5, 50 and 95 % quantiles, in ``unit``.
    shared : bool
        Whether it moves with the factor that the intensities have in common.
    anchors : tuple of ParameterRow
        The rows that gave the path, with grade and source.
    changed : bool
        Whether the scenario set its figures.
    """

    name: str
    unit: str
    low: Array
    central: Array
    high: Array
    years: tuple[int, ...] = ()
    shared: bool = False
    anchors: tuple[ParameterRow, ...] = field(default=(), compare=False)
    changed: bool = False

    @property
    def label(self) -> Label:
        """What people call it; the table's own word where the table gives no name."""
        plain = self.name.replace("_", " ")
        row = self.anchors[0] if self.anchors else None
        return Label(zh=(row.name_zh if row else "") or plain, en=(row.name_en if row else "") or plain)

    @property
    def certain(self) -> bool:
        """Whether its bounds are its central figure."""
        return bool(np.all(self.low == self.high))

    def at(self, z: Array) -> Array:
        """Return the path at standard normal deviates.

        Parameters
        ----------
        z : ndarray, shape (n,)

        Returns
        -------
        ndarray, shape (n, years) or (n, 1)
        """
        ceiling = 1.0 if self.unit == SHARE else np.inf
        return quantile(z[:, None], self.low, self.central, self.high, ceiling)


def quantile(z: Array, low: Any, central: Any, high: Any, ceiling: float = np.inf) -> Array:
    """Return a distribution with the given 5, 50 and 95 % quantiles, at standard normal deviates.

    Two halves meet at the central figure, each as wide as its own bound asks: normal in the logarithm where the lower
    bound is positive, normal and cut off at 0 where it is 0.

    Parameters
    ----------
    z : ndarray, shape (n, 1)
    low, central, high : float or ndarray, shape (years,)
    ceiling : float
        Where the upper tail is cut off.
    """
    low, central, high = (np.asarray(bound, float) for bound in (low, central, high))
    if np.all(low > 0):
        down, up = np.log(central / low), np.log(high / central)
        return np.asarray(np.minimum(central * np.exp(z * np.where(z < 0, down, up) / Z95), ceiling))
    return np.asarray(np.clip(central + z * np.where(z < 0, central - low, high - central) / Z95, 0.0, ceiling))


def between(anchors: Mapping[int, float], years: range, how: str) -> Array:
    """Return a path through its anchors.

    Parameters
    ----------
    anchors : mapping of int to float
    years : range
        Within the first and last anchor: a trend carried on cannot be defended.
    how : {"linear", "monotone"}
        Straight lines, or a monotone cubic (PCHIP), which does not overshoot.

    Returns
    -------
    ndarray, shape (years,)
    """
    known = np.array(sorted(anchors), float)
    figures = np.array([anchors[year] for year in sorted(anchors)])
    wanted = np.array(years, float)
    if how == "linear" or len(known) < 2:
        return np.asarray(np.interp(wanted, known, figures))
    return np.asarray(PchipInterpolator(known, figures)(wanted))
