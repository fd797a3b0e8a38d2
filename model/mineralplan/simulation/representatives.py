"""Few futures that stand for many: fast forward selection (Heitsch and Römisch, 2003)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from mineralplan.solving.program import Vector


def representatives(points: Vector, count: int) -> tuple[npt.NDArray[np.int64], Vector]:
    """Return which draws to keep, and the share of all draws that each stands for.

    One after the other that draw is taken which lessens most the mean distance of all draws to the nearest taken; in
    the end every draw lends its weight to the nearest. The draws are all equally probable. Nothing is random here;
    another choice may be nearer still.

    Parameters
    ----------
    points : numpy.ndarray, shape (draws, figures)
    count : int
        Fewer are kept where fewer draws differ.

    Returns
    -------
    tuple of (numpy.ndarray of int, numpy.ndarray)
        Indices of the draws, rising, and their probabilities, both of shape (kept,).
    """
    distance = cdist(points, points)
    nearest, kept = np.full(len(points), np.inf), list[int]()
    while len(kept) < min(count, len(points)) and (not kept or nearest.max() > 0):
        kept.append(int(np.minimum(nearest[:, None], distance).sum(axis=0).argmin()))
        nearest = np.minimum(nearest, distance[:, kept[-1]])
    chosen = np.array(sorted(kept), dtype=np.int64)
    weights = np.bincount(distance[:, chosen].argmin(axis=1), minlength=len(chosen)) / len(points)
    return chosen, weights
