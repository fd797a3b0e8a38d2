"""Which case is looser than which, and what the plan and the bound of one say of the other.

Where two cases differ in nothing but binding limits and limits of outside supply, every plan of the tighter one is a
plan of the looser one at the same cost. So the plan of the tighter case is worth as much in the looser one, and no
plan of the tighter case gets under the bound of the looser one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from mineralplan.case import Case
from mineralplan.inputs.plan import Indicator
from mineralplan.inputs.schedule import constant
from mineralplan.rules import registry
from mineralplan.solving.highs import SolverFailure

ROUNDING = 1e-7
"""Relative difference of two values that rounding explains."""


@dataclass(frozen=True)
class Place:
    """Where a case stands among those that differ from it in limits alone.

    Attributes
    ----------
    kind : str
        The same for cases that differ in limits alone.
    room : tuple of float
        Its limits, each turned so that more is looser; infinite where there is none.
    """

    kind: str
    room: tuple[float, ...]

    def within(self, other: Place) -> bool:
        """Return whether every plan here is a plan there, at the same cost."""
        return self.kind == other.kind and all(a <= b for a, b in zip(self.room, other.room, strict=True))


@dataclass(frozen=True)
class Standing:
    """What is proven of one point: the value of a plan and a bound.

    Attributes
    ----------
    objective : float
        Infinite without a plan.
    bound : float
        Infinite where it is proven that there is no plan.
    plan_of, bound_of : int
        The position whose plan and whose bound these are.
    """

    objective: float
    bound: float
    plan_of: int
    bound_of: int

    @property
    def impossible(self) -> bool:
        """Whether it is proven that there is no plan."""
        return self.bound == inf


def place(case: Case) -> Place:
    """Return where a case stands."""
    senses, room, soft = registry(), [], []
    for rule, items in sorted(case.rules.items()):
        for item, indicator in sorted(items.items()):
            for year in case.years:
                limit, nature = indicator.schedule.at(year), indicator.nature_in(year)
                if limit is None or nature == "off":
                    room.append(inf)
                elif nature == "binding":
                    room.append(limit if senses[rule].sense == "<=" else -limit)
                else:  # a missed target has its price: another target is another cost
                    room.append(inf)
                    soft.append((rule, item, year, limit))
    for _, supply in sorted(case.supplies.items()):
        room += [supply.limit.get(year, 0.0) for year in case.years]
    rest = replace(
        case, overrides={},
        rules={rule: {item: _without_limit(indicator) for item, indicator in items.items()}
               for rule, items in case.rules.items()},
        supplies={code: replace(supply, limit={}) for code, supply in case.supplies.items()},
    )
    return Place(hashlib.sha256(repr((rest, soft)).encode("utf-8", "surrogatepass")).hexdigest(), tuple(room))


def _without_limit(indicator: Indicator) -> Indicator:
    return indicator.model_copy(update={"limit": constant(0.0)})


def tightened(places: Sequence[Place], objectives: Sequence[float], bounds: Sequence[float]) -> list[Standing]:
    """Return the best plan and the best bound that the points prove of one another.

    Parameters
    ----------
    places : sequence of Place
    objectives, bounds : sequence of float
        Of each point's own search: infinite without a plan; a bound is infinite where there is none for certain, and
        minus infinite where nothing is known.

    Raises
    ------
    SolverFailure
        When a plan lies under a bound that holds for it: one of two searches was wrong.
    """
    found: dict[int, Standing] = {}
    for kind in dict.fromkeys(entry.kind for entry in places):
        here = [i for i, entry in enumerate(places) if entry.kind == kind]
        room = np.array([places[i].room for i in here])
        value, bound = np.array([objectives[i] for i in here]), np.array([bounds[i] for i in here])
        for position, i in enumerate(here):
            tighter = np.flatnonzero((room <= room[position]).all(axis=1))
            looser = np.flatnonzero((room >= room[position]).all(axis=1))
            plan, proof = tighter[value[tighter].argmin()], looser[bound[looser].argmax()]
            if not _under(value[plan], value[position]):
                plan = position
            if not _under(bound[position], bound[proof]):
                proof = position
            found[i] = Standing(float(value[plan]), float(bound[proof]), here[plan], here[proof])
            _agree(found[i])
    each = (found[i] for i in range(len(places)))
    return [replace(entry, bound=min(entry.bound, entry.objective)) for entry in each]


def _under(low: float, high: float) -> bool:
    """Return whether a value is under another by more than rounding."""
    return low < high if not (isfinite(low) and isfinite(high)) else low < high - ROUNDING * max(1.0, abs(high))


def _agree(entry: Standing) -> None:
    if _under(entry.objective, entry.bound):
        raise SolverFailure(f"a plan of {entry.objective:g} lies under the bound {entry.bound:g} of a looser point")
