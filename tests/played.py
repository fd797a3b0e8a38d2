"""Years played forward in cases small enough to follow by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.inputs.plan import Indicator
from mineralplan.outputs import extract
from mineralplan.simulation.course import Course, play, relieved
from mineralplan.simulation.futures import Future, certain
from mineralplan.simulation.knowledge import Knowledge
from mineralplan.simulation.policies import Look, Own, Policy
from mineralplan.simulation.rolling import Rolling
from mineralplan.studies.courses import Bench, Setup, told
from mineralplan.unknowns import Futures
from tiny import drawn, indicator, solved

TROUBLED = Futures(
    demand_scatter=0.15, stoppage_probability=0.3, stoppage_least=0.1, stoppage_most=0.9, delay_probability=0.5,
    delay_most=2.0, resource_spread=0.3, exploration_success=0.5, exploration_spread=0.3, import_price_volatility=0.2,
    import_price_reversion=0.3, keep=3.0,
)
"""Everything that can happen, often."""


@dataclass(frozen=True)
class Played:
    """One future under one policy: the course, what was done, and what the study tells of it."""

    course: Course
    allocation: Allocation
    answer: Mapping[str, Any]

    @property
    def cost(self) -> float:
        return float(self.answer["cost"])

    @property
    def outputs(self) -> dict[tuple[str, int], float]:
        """What was mined where it is not nothing."""
        return {key: round(value, 6) for key, value in self.allocation.output.items() if round(value, 6)}

    @property
    def licensed(self) -> dict[tuple[str, int], float]:
        return dict(self.allocation.capacity)


def bench(given: Case, future: Future | None = None, *, plan: Allocation | None = None, ahead: int = 1,
          gap: float = 0.0) -> Bench:
    """Return what is needed to play a case: its optimum is the published plan unless one is given."""
    ways = (future or certain(given),)
    return Bench(Setup(given, ways, plan or solved(given).allocation, ahead, gap))


def go(table: Bench, policy: str | Policy | Callable[[Look], Mapping[str, float]], number: int = 0, *,
       worth: bool = True) -> Played:
    """Play one future; without ``worth`` nothing that is left counts."""
    reserve = table.reserve if worth else (lambda last: ())
    made = table.policy(policy) if isinstance(policy, str) else policy if isinstance(policy, Policy) else Own(policy)
    if isinstance(made, Rolling):
        made = replace(made, reserve=reserve)
    knowledge = Knowledge(table.setup.case, table.setup.futures[number])
    course = play(table.forward, knowledge, made, reserve, table.setup.settings)
    allocation = extract.allocation(knowledge.true, course.program, course.x)
    return Played(course, allocation, told(relieved(knowledge.true, course.idle), allocation, "one", number))


def optimum(given: Case) -> float:
    """Return the least cost with everything known."""
    plan = solved(given)
    return float(plan.audit.objectives["cost"])


def happens(given: Case, **what: Any) -> Future:
    """Return the future in which everything comes as expected but what is named."""
    return replace(certain(given), **what)


def troubled(seed: int, **values: Any) -> Case:
    """Return a case drawn at random in which everything can happen and licences need a resource."""
    given, dice = drawn(seed), random.Random(seed)
    rules: dict[str, dict[str, Indicator]] = {
        **given.rules, "life_match": {"small": indicator(dice.choice((2.0, 4.0)), unit="a")},
        "small_resource": {"all": indicator(0.0, unit="10kt")},
    }
    money = replace(given.economics, working_rate=dice.choice((0.0, 0.4)))
    return replace(given, economics=money, rules=rules, futures=TROUBLED, **values)


def several(given: Case, futures: Sequence[Future], *, ahead: int = 1, gap: float = 0.0) -> Bench:
    return Bench(Setup(given, tuple(futures), solved(given).allocation, ahead, gap))
