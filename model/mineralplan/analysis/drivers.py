"""What a decision hangs on: over drawn futures the input that tells it best, over scenarios what differs there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mineralplan.case import Case

Truths = npt.NDArray[np.bool_]
INPUTS = ("blocks", "demand", "economics", "minerals", "routes", "rules", "size_class_reading", "supplies",
          "unserved_cost", "uses", "years", "zones")
"""The parts of a case in which scenarios can differ."""


@dataclass(frozen=True)
class Split:
    """One input that tells a yes from a no.

    Attributes
    ----------
    threshold : float
        Half way between the two draws it lies between.
    above : bool
        Whether the yes lies above it.
    told : float
        Share of the draws that it tells rightly.
    majority : float
        The same of the better constant answer: what no input at all tells.
    correlation : float
        Spearman's, of the input and the yes.
    """

    name: str
    threshold: float
    above: bool
    told: float
    majority: float
    correlation: float


def best_split(inputs: pd.DataFrame, truth: Truths) -> Split | None:
    """Return the input, threshold and side that tell a yes from a no most often: a classification tree of depth one.

    Every threshold of every input is tried; what tells equally well goes to the higher rank correlation.

    Parameters
    ----------
    inputs : pandas.DataFrame, shape (draws, inputs)
    truth : numpy.ndarray of bool, shape (draws,)

    Returns
    -------
    Split or None
        None where no input tells more than the more frequent answer does.
    """
    from scipy.stats import spearmanr  # half a second that only this needs

    majority = max(truth.mean(), 1 - truth.mean())
    found = []
    for name in inputs.columns:
        values = inputs[name].to_numpy(float)
        if np.ptp(values) == 0 or majority == 1:
            continue
        told, threshold, above = _split(values, truth)
        if told > majority:
            rho = float(spearmanr(values, truth).statistic)
            found.append(Split(str(name), threshold, above, told, float(majority), rho))
    return max(found, key=lambda split: (split.told, abs(split.correlation)), default=None)


def _split(values: npt.NDArray[np.float64], truth: Truths) -> tuple[float, float, bool]:
    """Return the share told, the threshold and the side of one input's best split."""
    order = np.argsort(values, kind="stable")
    ranked, yes = values[order], truth[order]
    below = np.cumsum(yes)[:-1]  # the yes up to each draw
    seen = np.arange(1, len(ranked))
    if_above = (seen - below) + (yes.sum() - below)
    right = np.maximum(if_above, len(ranked) - if_above)
    right[np.diff(ranked) == 0] = 0
    best = int(right.argmax())
    return float(right[best] / len(ranked)), float(ranked[best : best + 2].mean()), bool(if_above[best] == right[best])


def differences(case: Case, other: Case) -> dict[str, tuple[str, ...]]:
    """Return in which parts two cases differ, and the names in each, of what differs there."""
    found = {}
    for part in INPUTS:
        here, there = getattr(case, part), getattr(other, part)
        if here != there:
            found[part] = _names(here, there)
    return found


def _names(here: Any, there: Any) -> tuple[str, ...]:
    if not isinstance(here, Mapping):
        return ()
    keys = [key for key in dict.fromkeys([*here, *there]) if here.get(key) != there.get(key)]
    return tuple(dict.fromkeys(str(key if isinstance(key, str) else key[0]) for key in keys))


def telling(parts: Mapping[str, Collection[str]], otherwise: Collection[str]) -> tuple[str, ...]:
    """Return the parts that differ in every scenario that decides otherwise and in none of the others.

    Parameters
    ----------
    parts : mapping
        Scenario → the parts in which it differs.
    otherwise : collection of str
        The scenarios that decide otherwise.
    """
    common = set.intersection(*(set(parts[name]) for name in otherwise)) if otherwise else set()
    others = {part for name, found in parts.items() if name not in otherwise for part in found}
    return tuple(sorted(common - others))
