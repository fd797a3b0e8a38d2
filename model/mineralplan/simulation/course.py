"""A future played year by year under a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.case import Case
from mineralplan.rules.rule import TOLERANCE
from mineralplan.simulation.enact import come, possible
from mineralplan.simulation.forward import Forward
from mineralplan.simulation.knowledge import Knowledge
from mineralplan.simulation.policies import Look, Policy
from mineralplan.simulation.rolling import Reserve
from mineralplan.solving.highs import Settings, SolverFailure, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.start import relaxation


@dataclass(frozen=True)
class Course:
    """How the years went.

    Attributes
    ----------
    x : numpy.ndarray
        Every year, as a point of ``program``.
    program : Program
        Of the future as it came.
    changes : int
        Announced scales of blocks, by year, that were changed later.
    gave_way : tuple of int
        Years in which a clause could not be kept.
    idle : mapping of (block, year) to float
        Share of the year that a mine worked of which less was wanted than its working rate.
    """

    program: Program
    x: Vector
    changes: int
    gave_way: tuple[int, ...]
    idle: Mapping[tuple[str, int], float]


def play(forward: Forward, knowledge: Knowledge, policy: Policy, reserve: Reserve, settings: Settings) -> Course:
    """Play every year that was not observed.

    In each year the policy proposes with what is known, the proposal is made possible with the mines as they truly
    are, and the year comes: demand, stoppages and prices. What was decided and mined stays.
    """
    case = knowledge.case
    x = observed(forward, knowledge.true)
    announced: Vector | None = None
    until, changes = 0, 0
    gave_way: list[int] = []
    tried: set[str] = set()
    idle: dict[tuple[str, int], float] = {}
    for year in (y for y in case.years if y not in case.observed_years):
        worked = _worked(forward, x, year)
        look = _look(forward, knowledge.by(year - 1, worked=worked, tried=tried), x, year)
        proposal = policy.propose(look)
        sought = set(proposal.capacity) - set(look.capacity)
        tried |= {code for code in sought if not knowledge.true.blocks[code].allowed(year)}
        # A licence is not given on resource that the year's own exploration does not find.
        told = forward.program(knowledge.by(year - 1, worked=case.blocks, tried=case.blocks, explored=year))
        decided, changed = possible(forward, told, x, year, proposal, settings)
        at_work = {*worked, *forward.capacity(decided, year)}
        x, missed = come(forward, forward.program(knowledge.by(year, worked=at_work, tried=tried)), x, decided, year,
                         proposal, reserve, settings)
        gave_way += [year] if missed else []
        idle.update(_idle(forward, knowledge.true, x, year))
        announced_now = proposal.ahead
        if announced is not None and announced_now is not None:
            changes += _differ(forward, announced, announced_now, year, until)
        changes += changed
        announced, until = announced_now, proposal.last or year
    return Course(forward.program(knowledge.true), x, changes, tuple(gave_way), idle)


def relieved(case: Case, idle: Mapping[tuple[str, int], float]) -> Case:
    """Return a case in which mines stood still for a part of a year for want of demand, and no working rate is missed.

    Parameters
    ----------
    idle : mapping of (block, year) to float
        The share of the year that is left.
    """
    if not idle:
        return case
    blocks = dict(case.blocks)
    for (code, year), share in idle.items():
        blocks[code] = replace(blocks[code], available={**blocks[code].available, year: share})
    return replace(case, blocks=blocks)


def _idle(forward: Forward, true: Case, x: Vector, year: int) -> Iterator[tuple[tuple[str, int], float]]:
    """Yield the mines that gave less than their working rate, with the share of the year for which that is enough."""
    rate, output = true.economics.working_rate, forward.output(x, year)
    for code, held in forward.capacity(x, year).items():
        there = true.blocks[code].available.get(year, 1.0)
        if output[code] < rate * there * held - float(TOLERANCE):
            yield (code, year), max(0.0, output[code]) / (rate * held)


def observed(forward: Forward, true: Case) -> Vector:
    """Return the point of the observed years: what was seen of the mines, flows at least cost; nothing where none is.

    Raises
    ------
    SolverFailure
        When what was observed leaves no way to be carried out.
    """
    x, years = forward.empty, true.observed_years
    if not years:
        return x
    window = forward.window(years[0], years[-1])
    own = window.program(forward.program(true), x).minimising(forward.cost.weights)
    found = solve(relaxation(own), Settings())
    if found.x is None:
        raise SolverFailure(f"{true.name}: what was observed leaves no way to be carried out")
    return window.into(x, np.where(own.integer, np.rint(found.x), found.x))


def _worked(forward: Forward, x: Vector, year: int) -> set[str]:
    """Return the blocks that worked in a planned year before."""
    return {code for before in forward.case.years if before < year for code in forward.capacity(x, before)}


def _look(forward: Forward, case: Case, x: Vector, year: int) -> Look:
    capacity = forward.capacity(x, year - 1)
    first = year == case.years[0]
    started = {*_worked(forward, x, year), *(code for code, block in case.blocks.items() if block.existing)}
    return Look(
        year, case, capacity, {} if first else forward.output(x, year - 1), dict(_left(forward, case, x, year)),
        frozenset(started - set(capacity)), x,
    )


def _left(forward: Forward, case: Case, x: Vector, year: int) -> Iterator[tuple[str, float]]:
    """Yield what can still be won of every block, as it is known: a merged mine has what its parents left."""
    drawn = dict.fromkeys(case.blocks, 0.0)
    for before in case.years:
        if before < year:
            for code, output in forward.output(x, before).items():
                drawn[code] += output / case.blocks[code].recoverable_share
    for code, block in case.blocks.items():
        parents = [case.blocks[parent] for parent in block.parents]
        there = max(0.0, block.resource_by(year) + block.surprise)
        there += sum(parent.resource_by(year) - parent.resource for parent in parents)
        gone = drawn[code] + sum(drawn[parent.code] for parent in parents)
        yield code, max(0.0, there - gone) * block.recoverable_share


def _differ(forward: Forward, before: Vector, now: Vector, year: int, until: int) -> int:
    """Count the announced scales of blocks, by year, that are other now."""
    return sum(
        int(round(before[column]) != round(now[column]))
        for later in forward.case.years if year <= later <= until
        for column, _, _ in forward.levels(later)
    )
