"""Far links left out, with a bound that holds for all links.

Whatever the multipliers y of the rows are, the Lagrangian bound of a program is a sum over its columns (`safe_bound`).
A shipment is a column of its own: it stands in the balance of its zone (+1), in what its block ships (−1 ÷ yield), in
the objective, and in a strong link that holds it alone and may have the multiplier 0. So at the multipliers of the
links that are kept, a program with one more shipment has a bound that is lower by

    max(0, −d) · upper,    d = c − y_balance + y_shipped ÷ yield,    upper = min(demand, yield × largest capacity).

Where that is nothing for every shipment that was left out, the bound of the kept is that of the whole. A link that may
save something is taken in and the relaxation is solved again (column generation): in the end only those stay out that
cannot improve the relaxation.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.case import Case
from mineralplan.formulation.flows import Link, links
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import carriage
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Basis, Settings
from mineralplan.solving.highs.growing import AT_LOWER, BASIC
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.relaxed import Relaxation
from mineralplan.solving.safe_bound import multipliers, safe_bound
from mineralplan.solving.search import Aim, Found

PAYS = 1e-9
"""The part of the bound from which on a saving counts: what is less is the noise of duals."""
ROUNDING = 1e-12
"""More than the few sums and products of a saving can err, relative to what goes into them."""


@dataclass(frozen=True)
class Reach:
    """How many links were left out, and what is proven of them.

    Attributes
    ----------
    km : float
        Every shorter link is kept.
    links, left_out : int
        All links, and those of them that the program does not have.
    bound : float
        No plan gets under it, whatever links it uses.
    near_bound : float
        Of plans that use none of the links left out: the better of the search's and ``bound``.
    """

    km: float
    links: int
    left_out: int
    bound: float
    near_bound: float

    def judged(self, found: Found, gap: float) -> Found:
        """Return what a search among the kept links gave, with the bound of all links in place of its own."""
        stages = tuple(replace(s, bound=min(self.bound, s.value), safe_bound=min(self.bound, s.value))
                       for s in found.stages)
        if found.status == "optimal" and stages[0].gap > gap:
            return replace(found, stages=stages, status="feasible", stopped="reach")
        return replace(found, stages=stages)

    def beside(self, found: Found) -> Reach:
        """Return the same with what a search among the kept links proved of them."""
        return replace(self, near_bound=max(self.near_bound, *(s.bound for s in found.stages)))


@dataclass(frozen=True)
class Near:
    """The program of the links that are kept, where its relaxation ended, and what stays out of it."""

    program: Program
    basis: Basis | None
    reach: Reach


def within_reach(case: Case, aim: Aim, settings: Settings) -> Near | None:
    """Build a case with the links within its ``reach_km`` and the longer ones that pay.

    Parameters
    ----------
    case : Case
        With a reach and one objective.
    aim : Aim
        That objective.
    settings : Settings

    Returns
    -------
    Near or None
        None where nothing is left out, where the links within reach do not allow any plan, and where the time is over
        before there is a bound.
    """
    reach, every = case.options.reach_km, sum(1 for _ in links(case))
    assert reach is not None
    kept = tuple(link for link in links(case) if case.distance_km(link[0], link[2]) <= reach)
    began = time.perf_counter()
    program: Program | None = None
    basis: Basis | None = None
    while len(kept) < every:
        before, program = program, compile_model(build(case, over=kept)).minimising(aim.weights)
        basis = _carried(before, basis, program) if before and basis else None
        relaxed = Relaxation(program, settings.after(time.perf_counter() - began), basis=basis).solve()
        basis = relaxed.basis
        if relaxed.duals is None:
            return None
        saved = {link: s for link, s in savings(case, aim.name, set(kept), program, relaxed.duals) if s > 0}
        bound = safe_bound(program, relaxed.duals)
        paying = {link for link, saving in saved.items() if saving > PAYS * max(1.0, abs(bound))}
        if not paying or relaxed.stopped:
            whole = math.nextafter(bound - math.fsum(saved.values()), -math.inf)
            return Near(program, basis, Reach(reach, every, every - len(kept), whole, whole))
        added = {*kept, *paying}
        kept = tuple(link for link in links(case) if link in added)
    return None


def _carried(before: Program, basis: Basis, program: Program) -> Basis:
    """Return where a program with more links begins: where the one before ended, with nothing shipped over them."""
    columns, rows = (dict(zip(names, states, strict=True)) for names, states in zip(
        (before.columns, before.rows), basis, strict=True))
    return (np.array([columns.get(name, AT_LOWER) for name in program.columns], dtype=np.int8),
            np.array([rows.get(name, BASIC) for name in program.rows], dtype=np.int8))


def savings(
    case: Case, objective: str, kept: Collection[Link], program: Program, duals: Vector
) -> Iterator[tuple[Link, float]]:
    """Yield every link that is left out with the most that it can save in all years, rounded up."""
    dual = dict(zip(program.rows, multipliers(program, duals), strict=True))
    for use, entry in case.uses.items():
        zones = case.markets[use]
        demand = np.array([[case.demand.get((use, z, y), 0.0) for y in case.years] for z in zones])
        worth = np.array([[dual.get(("balance", (use, z, y)), 0.0) for y in case.years] for z in zones])
        for block in case.blocks.values():
            if block.mineral not in entry.served_by:
                continue
            out = [i for i, zone in enumerate(zones) if (block.code, use, zone) not in kept]
            gain = entry.served_by[block.mineral]
            stone = np.array([dual["shipped", (block.code, y)] for y in case.years]) / gain
            open_to = np.array([y in case.observed_years or block.allowed(y) for y in case.years])
            most = np.minimum(demand[out], gain * max(o.capacity for o in block.options)) * open_to
            cost = carriage(objective, case, np.array([case.distance_km(block.code, zones[i]) for i in out]))
            saved = worth[out] - stone - cost + ROUNDING * (np.abs(worth[out]) + np.abs(stone) + np.abs(cost))
            total = (np.maximum(saved, 0.0) * most).sum(axis=1) * (1 + ROUNDING)
            yield from (((block.code, use, zones[i]), float(t)) for i, t in zip(out, total, strict=True))
