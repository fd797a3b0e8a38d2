"""Dated projects: how their works spread over the years."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mineralplan.demand.parameters import Array, quantile
from mineralplan.inputs.plan import Label


@dataclass(frozen=True)
class Project:
    """A project as used.

    Attributes
    ----------
    size : float
        In ``size_unit``: kilometres, or the number of works.
    intensity, spoil : str
        Parameters: aggregate per unit of size (10⁴ t), and the share of it dug in the project's own works; ``spoil``
        is empty where there is none.
    start, end : int
        First and last year of works, before any delay.
    profile : {"even", "peaked"}
        Works spread evenly, or most in the middle.
    moves : bool
        Whether a delay moves the start too (a planned project) or stretches the works (one under way).
    delay : tuple of float
        5, 50 and 95 % quantiles, years.
    cancel_probability : float
    towns : dict of str to float
        Township → share of the works.
    """

    name: str
    label: Label
    size: float
    size_unit: str
    intensity: str
    start: int
    end: int
    towns: dict[str, float]
    spoil: str = ""
    profile: str = "even"
    moves: bool = False
    delay: tuple[float, float, float] = (0.0, 0.0, 0.0)
    cancel_probability: float = 0.0
    cancelled: bool = False
    row: Any = field(default=None, compare=False)

    def delays(self, z: Array) -> Array:
        """Return the delay at standard normal deviates, years; shape (n,)."""
        return quantile(z, *self.delay)

    def schedule(self, years: range, delay: Array) -> Array:
        """Return the share of the works done in each year.

        Works begin with the first day of ``start`` and end with the last of ``end``. With ``x`` the part of that time
        gone by, the part of the works done is ``x`` (even) or ``3 x² - 2 x³`` (peaked).

        Parameters
        ----------
        years : range
        delay : ndarray, shape (n,)
            Years.

        Returns
        -------
        ndarray, shape (n, years)
        """
        late = delay[:, None]
        start = self.start + (late if self.moves else 0.0)
        length = self.end + 1 + late - start
        edges = np.arange(years[0], years[-1] + 2, dtype=float)
        x = np.clip((edges - start) / length, 0.0, 1.0)
        done = x if self.profile == "even" else x * x * (3 - 2 * x)
        return np.diff(np.broadcast_to(done, (len(delay), len(edges))), axis=1)
