"""One chunk of an ensemble: a plan tried in some draws, or one draw decided anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.inputs.faults import InputFaults
from mineralplan.simulation.draws import DemandDraws, demand_draws
from mineralplan.simulation.ensemble_file import Uncertain
from mineralplan.simulation.indicators import Indicators, holds
from mineralplan.simulation.recourse import Fate, Recourse
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program, Vector

LIGHT = ("supplies", "exports", "economics")
"""Inputs that move prices and supply alone: they narrow no row that cannot bind at the case's own figures."""
TYPICAL = 32
"""Draws, the first, whose optima the others begin from."""
REFUSED = "refused"
"""Of a draw that the case's own rules of input do not allow: a negative price, say."""


@dataclass(frozen=True)
class Setup:
    """What every worker of an ensemble is given.

    Attributes
    ----------
    decide : callable
        From a program to a point of it with the plan's decisions; a function of a module, or a partial of one.
    """

    case: Case
    allocation: Allocation
    decide: Callable[..., Vector]
    demand: bool
    uncertain: tuple[Uncertain, ...]
    count: int
    seed: int
    gap: float


@dataclass
class Bench:
    """What a worker prepares once: the draws, and the program of the plan's decisions when one is first tried."""

    setup: Setup
    _known: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def draws(self) -> DemandDraws | None:
        """The demand of every draw; None where it is not drawn."""
        setup = self.setup
        return demand_draws(setup.case, setup.count, setup.seed) if setup.demand else None

    @cached_property
    def inputs(self) -> Mapping[str, list[float]]:
        """The drawn values of every uncertain input."""
        return {entry.name: entry.values(self.setup.count, self.setup.seed) for entry in self.setup.uncertain}

    @cached_property
    def widest(self) -> Case:
        """The case with demand wherever any draw has some."""
        return self.draws.widest(self.setup.case) if self.draws else self.setup.case

    @cached_property
    def compiled(self) -> Compiled:
        """The model that every draw which is decided anew is set to."""
        return Compiled(self.setup.case)

    @cached_property
    def recourse(self) -> Recourse:
        """The plan's decisions, ready to be tried."""
        return self._recourse(self.setup.case, self.widest)

    @cached_property
    def indicators(self) -> Indicators:
        """The plan's indicators at the case's own figures."""
        return Indicators.of(self.setup.case, self.setup.allocation)

    def case(self, draw: int) -> Case:
        """Return the case of one draw.

        Raises
        ------
        InputFaults
            When a drawn value is none that the input can have.
        """
        case = self.changed(draw)
        return self.draws.case(case, draw) if self.draws else case

    def changed(self, draw: int) -> Case:
        """Return the case with the inputs of one draw, its demand not yet."""
        values = {name: drawn[draw] for name, drawn in self.inputs.items()}
        return self.setup.case.change(values) if values else self.setup.case

    def tried(self, draw: int) -> tuple[Fate, Indicators, Vector]:
        """Return what becomes of the plan in one draw, with the indicators and the district's demand there."""
        if not self.inputs:
            return self.recourse.at(self._figures(draw)), self.indicators, self._demand(draw)
        case = self.case(draw)
        like = self.compiled.like(self.changed(draw))
        recourse = self.recourse if like else self._recourse(case, case)
        return recourse.at(recourse.values(case)), Indicators.of(case, self.setup.allocation), own_demand(case)

    def _recourse(self, case: Case, widest: Case) -> Recourse:
        setup = self.setup
        heavy = any(entry.name.partition(".")[0] not in LIGHT for entry in setup.uncertain)
        return Recourse(case, widest, _Decide(setup.decide, widest, setup.allocation),
                        Settings(seed=setup.case.options.seed), keep_all=heavy)

    def _figures(self, draw: int) -> Vector:
        """Return the figures of a draw of demand: quick, since nothing is assembled."""
        if "base" not in self._known:
            own = self.draws
            places = [] if own is None else [
                (self.recourse.places(own.keys, "demand"), own.quantity),
                (self.recourse.places(own.limit_keys, "supply"), own.limit),
            ]
            self._known |= {"base": self.recourse.values(self.setup.case), "places": places}
            self.recourse.typical = [self._figures(first) for first in range(min(TYPICAL, self.setup.count))]
        values: Vector = self._known["base"].copy()
        for (drawn, place), quantity in self._known["places"]:
            values[place] = quantity[draw][drawn]
        return values

    def _demand(self, draw: int) -> Vector:
        own, case = self.draws, self.setup.case
        if own is None:
            return own_demand(case)
        # The model's keys run over uses, townships and years, in this order; neighbours are not among them.
        total: Vector = own.quantity[draw].reshape(len(case.uses), -1, len(case.years)).sum(axis=1).ravel()
        return total


@dataclass(frozen=True)
class _Decide:
    """The plan's decisions as a point of any program of a case."""

    decisions: Callable[..., Vector]
    case: Case
    plan: Allocation

    def __call__(self, program: Program) -> Vector:
        return self.decisions(self.case, program, self.plan)


def own_demand(case: Case) -> Vector:
    """Return the district's own demand, shape (uses × years,), 10⁴ t."""
    total = dict.fromkeys(((use, year) for use in case.uses for year in case.years), 0.0)
    for (use, zone, year), quantity in case.demand.items():
        if not case.exported(zone) and (use, year) in total:
            total[use, year] += quantity
    return np.array(list(total.values()))


def prepare(setup: Setup) -> Bench:
    """Return what a worker needs for all its chunks."""
    return Bench(setup)


def try_plan(bench: Bench, draws: range) -> list[dict[str, Any]]:
    """Return what becomes of the plan in some draws, plain values each: see `outcome`."""
    return [_tried(bench, draw) for draw in draws]


def _tried(bench: Bench, draw: int) -> dict[str, Any]:
    try:
        fate, indicators, demand = bench.tried(draw)
    except InputFaults as error:
        return {"draw": draw, "status": REFUSED, "reason": "; ".join(fault.item for fault in error.faults)}
    values, margins = indicators.at(fate, demand)
    lines = {name: float(value) for name, value in zip(bench.recourse.line_names, fate.lines, strict=True)}
    return {
        "draw": draw, "status": fate.status, "objective": fate.objective, "bound": fate.objective, "lines": lines,
        "short": fate.short, "exported": fate.exported, "output": fate.output, "values": values,
        "holds": holds(margins) if fate.status != "infeasible" else np.zeros(len(values)),
        "demand": demand, "inputs": {name: float(drawn[draw]) for name, drawn in bench.inputs.items()},
        "misses": fate.misses,
        "reason": "; ".join(f"{row} {' '.join(map(str, index))}: {amount:.4f}" for row, index, amount in fate.misses),
    }
