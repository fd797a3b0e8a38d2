"""What a worker of a simulation does: one future under one policy, or with perfect foresight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.auditing.audit import Audit, audit
from mineralplan.case import Case
from mineralplan.outputs import extract
from mineralplan.outputs import tables as results
from mineralplan.planning import NoPlan, solve
from mineralplan.simulation.course import play, relieved
from mineralplan.simulation.enact import elastic, yielding
from mineralplan.simulation.forward import Forward
from mineralplan.simulation.futures import Future, widest
from mineralplan.simulation.knowledge import Knowledge
from mineralplan.simulation.policies import Decide, Own, Policy, Published, Rule, function_of
from mineralplan.simulation.reserve import Cut, cuts
from mineralplan.simulation.rolling import Rolling
from mineralplan.solving.highs import Settings, polish
from mineralplan.solving.program import Vector
from mineralplan.solving.search import search

PERFECT, PUBLISHED, RULE, FREE = "perfect", "published", "rule", "rolling_free"
ROLLING = re.compile(r"rolling(\d*)")


Start = tuple[Allocation, Mapping[tuple[str, int], float]]
"""What perfect foresight begins from: a course, and where mines stood still in it for want of demand."""


@dataclass(frozen=True)
class Setup:
    """What every worker is given.

    Attributes
    ----------
    case : Case
        As expected in the base year.
    plan : Allocation
        The plan that was published, made for ``case``.
    look_ahead : int
        Of the policies ``rolling`` and ``rolling_free``, in years.
    gap : float
        Relative gap of every search.
    own : mapping of str to callable
        Users' own policies that were given as functions.
    """

    case: Case
    futures: tuple[Future, ...]
    plan: Allocation
    look_ahead: int
    gap: float
    own: Mapping[str, Decide] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """One thread and no limit of time: an answer must not depend on the machine."""
        return Settings(self.gap, None, 1, self.case.options.seed)


@dataclass
class Bench:
    """What a worker prepares once: the model of every future, the published plan in it, the worth of what is left."""

    setup: Setup
    _worth: dict[int, tuple[Cut, ...]] = field(default_factory=dict)

    @cached_property
    def forward(self) -> Forward:
        """The model of every future."""
        return Forward(self.setup.case, widest(self.setup.case, self.setup.futures))

    @cached_property
    def reference(self) -> Vector:
        """The published plan as a point of the model."""
        forward, setup = self.forward, self.setup
        program = forward.program(setup.case).minimising(forward.cost.weights)
        found = polish(program, extract.decisions(setup.case, program, setup.plan), setup.settings)
        if found.x is None:
            raise NoPlan(found.status, setup.case)
        return found.x

    def reserve(self, last: int) -> tuple[Cut, ...]:
        """Return the worth of what is left when ``last`` has ended."""
        years = self.setup.case.years
        if last not in self._worth:
            self._worth[last] = () if last >= years[-1] else cuts(
                self.forward.program(self.setup.case), self.forward.window(last + 1, years[-1]), self.forward.cost,
                self.reference, self.setup.settings)
        return self._worth[last]

    def policy(self, name: str) -> Policy:
        """Return a policy by its name, fresh: it remembers nothing of another course."""
        setup = self.setup
        if name == PUBLISHED:
            return Published(setup.plan, self.reference)
        if name == RULE:
            return Rule()
        years = years_ahead(name, setup.look_ahead)
        if years is not None:
            keep = 0.0 if name == FREE else setup.case.futures.keep
            return Rolling(self.forward, years, keep, self.reserve, setup.settings)
        return Own(setup.own[name] if name in setup.own else function_of(name))


def years_ahead(name: str, look_ahead: int) -> int | None:
    """Return how far a policy looks ahead, the present year counted; None for one that does not."""
    if name == FREE:
        return look_ahead
    own = ROLLING.fullmatch(name)
    return None if own is None else int(own[1] or look_ahead)


def prepare(setup: Setup) -> Bench:
    """Return what a worker needs for all its courses."""
    return Bench(setup)


def work(bench: Bench, payload: tuple[str, int, Start | None]) -> dict[str, Any]:
    """Return what one future came to under one policy: `told`."""
    name, number, start = payload
    knowledge = Knowledge(bench.setup.case, bench.setup.futures[number])
    if name == PERFECT:
        return _foreseen(bench, knowledge, number, start)
    forward = bench.forward
    course = play(forward, knowledge, bench.policy(name), bench.reserve, bench.setup.settings)
    allocation = extract.allocation(knowledge.true, course.program, course.x)
    return told(relieved(knowledge.true, course.idle), allocation, name, number) | {
        "changes": course.changes, "gave_way": course.gave_way, "idle": course.idle}


def _foreseen(bench: Bench, knowledge: Knowledge, number: int, start: Start | None) -> dict[str, Any]:
    """Return what could have been done had everything been known, no worse than the best of what was done.

    Where the best stood still for want of demand, it may stand still as well.
    """
    course, idle = start or (None, {})
    true = relieved(knowledge.true, idle)
    calm = replace(true, options=true.options.model_copy(update={"threads": 1, "time_limit_s": None}))
    try:
        plan = solve(calm, gap=bench.setup.gap, apart=False, start=course)
    except NoPlan:
        return _least_missed(bench, true, number)
    if plan.certificate.stopped == "interrupt":
        raise KeyboardInterrupt
    return told(true, plan.allocation, PERFECT, number) | {
        "changes": 0, "gave_way": (), "idle": idle, "bound": plan.certificate.bound, "gap": plan.certificate.gap}


def _least_missed(bench: Bench, true: Case, number: int) -> dict[str, Any]:
    """Return what could have been done at best in a future in which the binding clauses cannot all be kept."""
    forward, program = bench.forward, bench.forward.program(true)
    found = search(elastic(program), [yielding(forward.cost)], forward.tie, bench.setup.settings)
    if found.x is None:
        raise NoPlan(found.status, true)
    allocation = extract.allocation(true, program, found.x[: len(program.columns)])
    answer = told(true, allocation, PERFECT, number)
    return answer | {"changes": 0, "idle": {}, "gave_way": tuple(sorted({year for *_, year, _ in answer["breaches"]}))}


def told(case: Case, allocation: Allocation, policy: str, number: int) -> dict[str, Any]:
    """Return cost, audit and tables of a course.

    Parameters
    ----------
    case : Case
        As everything came.
    """
    checked = audit(case, allocation)
    named = {"policy": policy, "future": number}
    return {
        **named, "allocation": allocation, "audit": checked.verdict,
        "missed": sum(1 for breach in checked.breaches if breach.kind == "rule"),
        "breaches": [(b.kind, b.name, " ".join(b.where), b.year, float(b.amount)) for b in checked.breaches],
        "cost": float(checked.objectives["cost"]) if "cost" in checked.objectives else float("nan"),
        "tables": {name: _named(table, named) for name, table in _tables(case, allocation, checked).items()},
    }


def _named(table: pd.DataFrame, named: Mapping[str, Any]) -> pd.DataFrame:
    for at, (column, value) in enumerate(named.items()):
        table.insert(at, column, value)
    return table


def _tables(case: Case, allocation: Allocation, checked: Audit) -> dict[str, pd.DataFrame]:
    """Return balance of the district, landbank, indicators and actions."""
    balance = results.balance(case, allocation)
    exports = balance[balance["market"] == "export"]
    district = balance[balance["market"] == "district"].drop(columns=["market", "self_sufficiency"])
    district["recycled_10kt"] += district.pop("spoil_10kt")
    columns = ["year", "mineral", "output_10kt", "capacity_10kt_a", "mines", "landbank_years"]
    rows = [
        (f.year, f.rule, f.item, f.nature, f.unit, f.sense, float(f.limit), None if f.value is None else float(f.value),
         f.holds)
        for f in checked.findings
    ]
    indicators = pd.DataFrame(rows, columns=["year", "rule", "item", "nature", "unit", "sense", "limit", "value",
                                             "holds"])
    return {
        "balance": district.reset_index(drop=True),
        "exports": exports[["year", "use", "demand_10kt", "shortage_10kt"]].reset_index(drop=True),
        "landbank": results.minerals(case, allocation)[columns].copy(), "indicators": indicators,
        "actions": results.actions(case, allocation)[["year", "block", "action", "capacity_10kt_a"]].copy(),
    }
