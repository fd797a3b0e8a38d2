"""What districts agree on, from what they would do at the prices, and whether their plans keep to it, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mineralplan.allocation import Allocation
from mineralplan.province.province import Key, Province
from mineralplan.rules.rule import TOLERANCE, exact
from mineralplan.solving.master import Mix

STEPS = 1_000_000
"""What is agreed is whole in ten kilograms, millionths of 10⁴ t: rounded down, so that a sum keeps to its limit."""
Moved = Mapping[Key, Fraction]


@dataclass(frozen=True)
class Agreement:
    """What each link carries, and what each district may mine of what is capped for all.

    Attributes
    ----------
    agreed : mapping of (link, year) to float
        10⁴ t.
    shares : mapping of str to mapping of (mineral, year) to float
        By district, 10⁴ t.
    """

    agreed: Mapping[Key, float]
    shares: Mapping[str, Mapping[Key, float]]


def agree(province: Province, mix: Mix) -> Agreement:
    """Return what fits together of a mix: no more over a link than is offered and wanted, caps shared out whole.

    A cap is shared in proportion to what each district mines in the mix, also where that leaves room or exceeds it.
    """
    agreed, use = {}, mix.use
    for column, key in enumerate(province.most):
        offered, wanted = -float(use[:, column].clip(max=0).sum()), float(use[:, column].clip(min=0).sum())
        agreed[key] = _down(min(offered, wanted))
    shares: dict[str, dict[Key, float]] = {name: {} for name in province.districts}
    for column, (key, limit) in enumerate(province.limits.items(), start=len(province.most)):
        mined = use[:, column].clip(min=0)
        part = mined / mined.sum() if mined.sum() > 0 else np.full(len(mined), 1 / len(mined))
        for name, share in zip(province.districts, part.tolist(), strict=True):
            shares[name][key] = _down(limit * share)
    return Agreement(agreed, shares)


def kept(province: Province, plans: Mapping[str, Allocation]) -> dict[Key, float]:
    """Return what every link carries when nobody sends what nobody takes, and takes what nobody sends."""
    sent, taken = moved(province, plans)
    return {key: _nearest(min(sent.get(key, Fraction(0)), taken.get(key, Fraction(0)))) for key in province.most}


def moved(province: Province, plans: Mapping[str, Allocation]) -> tuple[Moved, Moved]:
    """Return what is sent and what is taken over every link and year by the plans, 10⁴ t."""
    sent: dict[Key, Fraction] = {}
    taken: dict[Key, Fraction] = {}
    codes = {link.code: link.target for link in province.links}
    leaving = {(link.source, link.use, link.zone): link.code for link in province.links}
    for name, plan in plans.items():
        for year, source, use, zone, quantity in plan.flows.itertuples(index=False):
            if codes.get(source) == name:
                taken[source, year] = taken.get((source, year), Fraction(0)) + exact(quantity)
            if (name, use, zone) in leaving:
                key = leaving[name, use, zone], year
                sent[key] = sent.get(key, Fraction(0)) + exact(quantity)
    return sent, taken


def misses(province: Province, plans: Mapping[str, Allocation]) -> Iterator[tuple[str, int, Fraction]]:
    """Yield where plans do not fit together: the link or mineral, the year, and by how much, 10⁴ t.

    Nothing is yielded where over every link exactly what is sent is taken, within its most, and every shared cap is
    kept by all districts together, each within `mineralplan.rules.rule.TOLERANCE`.
    """
    sent, taken = moved(province, plans)
    for key in {**dict.fromkeys(sent), **dict.fromkeys(taken)}:
        there, here = sent.get(key, Fraction(0)), taken.get(key, Fraction(0))
        over = max(abs(there - here), there - exact(province.most.get(key, 0.0)))
        if over > TOLERANCE:
            yield *key, over
    for (mineral, year), limit in province.limits.items():
        mined = sum((
            exact(output) for name, plan in plans.items() for (block, of), output in plan.output.items()
            if of == year and province.districts[name].blocks[block].mineral == mineral
        ), Fraction(0))
        if mined - exact(limit) > TOLERANCE:
            yield mineral, year, mined - exact(limit)


def _down(quantity: float) -> float:
    return math.floor(quantity * STEPS) / STEPS


def _nearest(quantity: Fraction) -> float:
    return round(quantity * STEPS) / STEPS
