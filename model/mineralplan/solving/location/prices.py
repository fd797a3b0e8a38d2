"""The bound by prices: what every zone pays for a tonne is given, and each block does what is best for itself.

With a price on each zone's demand the rows that couple the blocks are gone. An open block sells where a tonne earns it
most, until its capacity is used up: a knapsack whose things may be divided. It opens if that pays for the opening.
What all of this comes to is a lower bound, whatever the prices are (Lagrangian relaxation).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import nextafter

import numpy as np

from mineralplan.solving.location.structure import Count, Indices, Location
from mineralplan.solving.program import Vector

STEPS = 100
"""Steps of an ascent."""
PATIENCE = 8
"""Steps without a better bound after which they get shorter."""
SHORTER = 0.6
KEPT = 0.6
"""Part of the old direction in a new one, so that the steps do not zigzag."""
ROUNDING = 1e-9
"""Relative room that is left for the rounding of sums of floats where blocks are settled."""
AHEAD = 0.05
"""How far above the best bound the optimum is taken to be while no plan is known."""


@dataclass(frozen=True, eq=False)
class Priced:
    """What some prices lead to.

    Attributes
    ----------
    price : numpy.ndarray, shape (zones,)
        Of a tonne served.
    bound : float
    count_price : float
        Of one more open block, where at least so many must be.
    reduced : numpy.ndarray, shape (blocks,)
        By how much the bound rises when the block opens, after the price of the count.
    edge : numpy.ndarray, shape (blocks,)
        What a tonne of the block's capacity is worth to it.
    missing : numpy.ndarray, shape (zones,)
        Demand less what is served: the direction in which prices should move.
    opened : numpy.ndarray, shape (blocks,)
        Which blocks open.
    """

    price: Vector
    bound: float
    count_price: float
    reduced: Vector
    edge: Vector
    missing: Vector
    opened: Vector


def priced(location: Location, count: Count, price: Vector) -> Priced:
    """Evaluate prices."""
    worth = np.flatnonzero(location.cost < price[location.zone])
    zone, block, weight = location.zone[worth], location.block[worth], location.weight[worth]
    gain = (price[zone] - location.cost[worth]) / weight
    order = np.lexsort((-gain, block))
    gain, zone, block, weight = gain[order], zone[order], block[order], weight[order]
    amount, sold, edge = _filled(location, zone, block, weight, gain)
    reduced = location.opening - np.bincount(block, sold * gain, len(location.capacity))
    return _counted(location, count, price, reduced, edge, (zone, block, amount))


def _filled(
    location: Location, zone: Indices, block: Indices, weight: Vector, gain: Vector
) -> tuple[Vector, Vector, Vector]:
    """Return tonnes shipped and mined over links in the order of gain, and what the last tonne of a block earns."""
    wanted, room = location.demand[zone] * weight, location.capacity[block]
    total = np.concatenate([[0.0], np.cumsum(wanted)])
    first = np.searchsorted(block, np.arange(len(location.capacity)))
    before = total[:-1] - total[first[block]]
    sold = np.clip(room - before, 0.0, wanted)
    edge = np.zeros(len(location.capacity))
    full = (before < room) & (before + wanted >= room)
    edge[block[full]] = gain[full]
    return sold / weight, sold, edge


def _counted(
    location: Location, count: Count, price: Vector, reduced: Vector, edge: Vector,
    flows: tuple[Indices, Indices, Vector],
) -> Priced:
    """Open what pays, and as many as must open; the price of the count is what the last of them costs."""
    zone, block, amount = flows
    able, each = location.upper > 0, 0.0
    if count.least:
        costs = np.sort(np.where(location.lower > 0, -np.inf, reduced)[able])
        each = float(costs[count.least - 1]) if count.least <= len(costs) else np.inf
        shy = (location.unserved - price) * float(count.short) / np.maximum(location.mined, 1e-12)
        each = max(0.0, min(each, float(shy.min(initial=np.inf))))
    after = reduced - each
    opened = np.where(after < 0, location.upper, location.lower)
    unmet = location.unserved - price - each * location.mined / float(count.short)
    short = np.where(unmet < 0, location.demand, 0.0)
    bound = location.offset + price @ location.demand + each * count.least + after @ opened + unmet @ short
    if opened.sum() < count.least:  # those that the price of the count makes worth neither more nor less than nothing
        first = np.argsort(np.where(able, after, np.inf), kind="stable")[: count.least]
        opened[first] = location.upper[first]
    served = np.bincount(zone, amount * opened[block], len(location.demand))
    return Priced(price, float(bound), each, after, edge, location.demand - served - short, opened)


def first_prices(location: Location) -> Vector:
    """Return a zone's third cheapest cost of being served, the opening paid by full capacity."""
    full = location.cost + location.weight * (location.opening / location.capacity)[location.block]
    order = np.lexsort((full, location.zone))
    zone = location.zone[order]
    first = np.searchsorted(zone, np.arange(len(location.demand)))
    last = np.searchsorted(zone, np.arange(len(location.demand)), side="right")
    third = np.minimum(first + 2, last - 1)
    found = np.where(last > first, full[order][np.clip(third, 0, None)], location.unserved)
    return np.asarray(np.minimum(found, location.unserved))


def ascend(location: Location, count: Count, price: Vector, target: float | None = None, steps: int = STEPS) -> Priced:
    """Raise the bound by steps along what is missing (subgradients, deflected, as long as they should be).

    Parameters
    ----------
    target : float, optional
        The cost of a plan: the bound cannot get above.
    """
    best: Priced | None = None
    direction, length, idle = np.zeros(len(price)), 1.0, 0
    for step in range(steps):
        here = priced(location, count, price)
        if best is None or here.bound > best.bound + 1e-7 * abs(best.bound):
            best, idle = here, 0
        else:
            idle += 1
        if idle >= PATIENCE:
            length, idle, here, direction = length * SHORTER, 0, best, best.missing
        else:
            direction = here.missing if not step else KEPT * direction + (1 - KEPT) * here.missing
        goal = best.bound + AHEAD * abs(best.bound) if target is None else target
        stride = length * max(goal - here.bound, 0.0) / max(float(direction @ direction), 1e-9)
        price = np.clip(here.price + stride * direction, 0.0, location.unserved)
    assert best is not None
    return best


def proven(location: Location, count: Count, found: Priced) -> float:
    """Return the bound of some prices in exact arithmetic, rounded down.

    The numbers of the location problem are taken as they are; a block's knapsack is bounded by the price ``edge`` of
    its capacity, which is a bound whatever that price is.
    """
    each, edge = Fraction(max(found.count_price, 0.0)), [Fraction(float(e)) for e in found.edge]
    price = [Fraction(float(p)) for p in found.price]
    demand = [Fraction(float(q)) for q in location.demand]
    total = Fraction(location.offset) + each * count.least + sum(
        (p * q for p, q in zip(price, demand, strict=True)), Fraction(0))
    for j, (p, q) in enumerate(zip(price, demand, strict=True)):
        unmet = Fraction(float(location.unserved[j])) - p - each * Fraction(float(location.mined[j])) / count.short
        total += min(Fraction(0), unmet) * q
    opened = [Fraction(float(f)) - each - e * Fraction(float(a))
              for f, e, a in zip(location.opening, edge, location.capacity, strict=True)]
    gain = location.cost - found.price[location.zone] + location.weight * found.edge[location.block]
    for k in np.flatnonzero(gain <= 1e-6 * np.abs(location.cost).max(initial=1.0)):
        i, j = int(location.block[k]), int(location.zone[k])
        less = Fraction(float(location.cost[k])) - price[j] + Fraction(float(location.weight[k])) * edge[i]
        if less < 0:
            opened[i] += less * demand[j]
    for i, value in enumerate(opened):
        total += value * Fraction(float(location.upper[i] if value < 0 else location.lower[i]))
    nearest = float(total)
    return nearest if Fraction(nearest) <= total else nextafter(nearest, -np.inf)


def narrowed(location: Location, found: Priced, ceiling: float) -> Location:
    """Return the problem in which blocks are settled that no plan cheaper than ``ceiling`` has otherwise.

    To open a block adds its reduced cost to the bound, to leave it shut takes away what it is below zero.
    """
    room = ceiling - found.bound + ROUNDING * max(1.0, abs(ceiling))
    shut, held = found.reduced > room, -found.reduced > room
    return replace(
        location, upper=np.where(shut & (location.lower == 0), 0.0, location.upper),
        lower=np.where(held & (location.upper == 1), 1.0, location.lower),
    )
