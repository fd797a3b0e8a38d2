"""Three estimators side by side: how far apart they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mineralplan.demand.chain import ESTIMATORS, Term

AGREE_WITHIN = 0.30
"""Estimators further apart than this part of the lowest are flagged."""


def headline(terms: Sequence[Term]) -> tuple[str, ...]:
    """Return what every estimator computes by rows of its own, in the order of the chain."""
    own = {e: {term.quantity for term in terms if term.estimator == e} for e in ESTIMATORS}
    everywhere = set.intersection(*own.values())
    return tuple(dict.fromkeys(term.quantity for term in terms if term.quantity in everywhere))


def apart(estimates: Iterable[float | None]) -> float | None:
    """Return how far the highest of several estimates lies above the lowest, as a part of the lowest.

    Parameters
    ----------
    estimates : iterable of float or None
        None where an estimator says nothing of the quantity.

    Returns
    -------
    float or None
        None where there are not two to compare.
    """
    known = [estimate for estimate in estimates if estimate is not None]
    if len(known) < 2:
        return None
    if min(known) <= 0:
        return None if max(known) <= 0 else float("inf")
    return max(known) / min(known) - 1
