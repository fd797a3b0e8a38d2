"""Points of the parameters: the central one, and draws that fill their distributions evenly (Sobol)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import ndtri

from mineralplan.demand.calibration import Calibration
from mineralplan.demand.model import DemandModel, Point
from mineralplan.demand.parameters import CORRELATION, KAPPA, OBSERVATION_ERROR, Array

SHARED = "shared"
"""The input that all shared intensities have in common."""
AT_ONCE = 500
"""Points evaluated together: enough to keep the arrays busy, few enough to keep them in the cache."""


def inputs(model: DemandModel) -> tuple[str, ...]:
    """Return the names of the uncertain inputs, one dimension each."""
    names = [SHARED] if any(p.shared and not p.certain for p in model.parameters.values()) else []
    settings = (CORRELATION, OBSERVATION_ERROR)  # of the draws themselves: only their central figures are used
    names += [name for name, parameter in model.parameters.items() if not parameter.certain and name not in settings]
    for project in model.projects:
        if project.cancelled:
            continue
        names += [f"{project.name}.delay"] if project.delay[0] < project.delay[2] else []
        names += [f"{project.name}.cancelled"] if project.cancel_probability else []
    return tuple(names)


def uniform(dimensions: int, count: int, seed: int) -> Array:
    """Return scrambled Sobol points in the open unit cube, shape (count, dimensions)."""
    from scipy.stats import qmc  # half a second that only draws need

    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points = engine.random_base2(max(1, math.ceil(math.log2(count))))[:count]
    return np.asarray(np.clip(points, 1e-12, 1 - 1e-12))


def central(model: DemandModel, calibration: Calibration) -> Point:
    """Return the one point at which everything has its central value."""
    return at(model, calibration, {}, 1)


def draws(model: DemandModel, calibration: Calibration, count: int, seed: int) -> Iterator[Point]:
    """Yield ``count`` points drawn from the distributions, some at a time; the same seed gives the same points."""
    names = inputs(model)
    u = uniform(len(names), count, seed) if names else np.empty((count, 0))
    yield from points(model, calibration, names, u)


def points(model: DemandModel, calibration: Calibration, names: Sequence[str], u: Array) -> Iterator[Point]:
    """Yield the points at some quantiles of some inputs, `AT_ONCE` together.

    Parameters
    ----------
    names : sequence of str
        Inputs.
    u : ndarray, shape (count, inputs)
        In (0, 1).
    """
    for first in range(0, len(u), AT_ONCE):
        some = u[first : first + AT_ONCE]
        yield at(model, calibration, dict(zip(names, some.T, strict=True)), len(some))


def at(model: DemandModel, calibration: Calibration, u: dict[str, Array], count: int) -> Point:
    """Return the points at some quantiles of the inputs.

    A shared intensity has the deviate ``√ρ z_shared + √(1 - ρ) z_own``: any two of them correlate by ρ. The calibration
    factor is what base-year observations say of it at the very point, so that calibrated draws agree in the base year
    as far as the observations do.

    Parameters
    ----------
    u : dict of str to ndarray, shape (count,)
        By input, in (0, 1); the median where an input is missing.
    """
    middle = np.full(count, 0.5)

    def z(name: str) -> Array:
        return np.asarray(ndtri(u.get(name, middle)))

    correlation = _correlation(model)
    values = {}
    for name, parameter in model.parameters.items():
        own = z(name)
        if parameter.shared:
            own = math.sqrt(correlation) * z(SHARED) + math.sqrt(1 - correlation) * own
        values[name] = parameter.at(own)
    delays = {p.name: p.delays(z(f"{p.name}.delay")) for p in model.projects}
    cancelled = {
        p.name: np.asarray(p.cancelled | (u.get(f"{p.name}.cancelled", np.ones(count)) < p.cancel_probability), float)
        for p in model.projects
    }
    point = Point(values, delays, cancelled)
    mean, deviation = calibration.of(model, point)
    return point.but(KAPPA, np.exp(mean + deviation * z(KAPPA))[:, None])


def _correlation(model: DemandModel) -> float:
    return float(model.parameters[CORRELATION].central[0])
