"""Near-optimal plans: which decisions every plan within a cost slack shares, which can be otherwise, each with proof.

For every event of a block (`mineralplan.analysis.events`) the least cost of a plan in which it is *otherwise* than in
the best plan is enclosed from both sides. From below by the linear relaxation with the event turned over: where that
passes the limit ``(1 + slack) · best``, no plan within the slack turns it over. From above by a plan that does: found
by letting the block alone decide anew while all else stays, then by a dive from the relaxation, then by a search over
everything where time is given to it. What lies between is not settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mineralplan.allocation import Allocation
from mineralplan.analysis.events import Event, columns_of, events, happened
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.rules import broken, check
from mineralplan.solving.highs import Outcome, Settings, polish, solve
from mineralplan.solving.optimise import LARGE
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.start import first_plan, relaxation

Verdict = Literal["always", "never", "can_be_left_out", "can_come_in", "not_settled"]
ROUND = 1e-7
"""Relative: a bound must pass the limit by more than a linear program's tolerance."""
PART = 0.1
"""A search stops at this part of the slack."""
Watch = Callable[[int, int, int], None]


@dataclass(frozen=True)
class Alternative:
    """A plan within the slack.

    Attributes
    ----------
    cost : float
        10⁴ CNY, discounted: of exact decisions, with everything else at its best.
    asked : Event or None
        What it was searched for; None for the best plan.
    years : mapping of Event to (int or None)
        First year of every event.
    holds : bool
        Whether the exact check finds every binding rule kept.
    """

    cost: float
    asked: Event | None
    allocation: Allocation
    years: dict[Event, int | None]
    holds: bool


@dataclass(frozen=True)
class Answer:
    """What is proven of an event within the slack.

    Attributes
    ----------
    in_best : bool
        Whether it happens in the best plan.
    at_least, at_most : float
        Enclose the least cost of a plan in which it is otherwise; ``at_most`` is infinite where none was found.
    """

    event: Event
    in_best: bool
    verdict: Verdict
    at_least: float
    at_most: float


@dataclass(frozen=True)
class NearOptimal:
    """The near-optimal set of a case as far as it was settled.

    Attributes
    ----------
    best, limit : float
        Cost of the best known plan, and the most that a plan within the slack may cost.
    plans : tuple of Alternative
        The best plan first; all of them within the slack.
    """

    best: float
    limit: float
    answers: tuple[Answer, ...]
    plans: tuple[Alternative, ...]


def near_optimal(
    case: Case, program: Program, plan: Allocation, slack: float, settings: Settings, *,
    whole_s: float | None = None, watch: Watch | None = None,
) -> NearOptimal:
    """Settle for every event whether a plan within the slack has it otherwise.

    Parameters
    ----------
    program : Program
        Of the case.
    plan : Allocation
        The best plan known.
    slack : float
        Share of its cost.
    whole_s : float, optional
        Seconds to search everything for each event that the relaxation, the block's own choices and the dive leave
        open. Without it a small program is searched to the end and a large one not at all: nothing depends on time.
    watch : callable, optional
        Called with how many questions are answered, of how many, and 0: each event has one bound and one plan to it.

    Raises
    ------
    ValueError
        When the plan is none of the case.
    """
    found = _Search(case, program.minimising(lines(COST, case)), plan, slack, settings, watch)
    found.relax()
    found.near()
    found.dive()
    if whole_s is not None or program.matrix.nnz < LARGE:
        found.everything(replace(settings, time_limit_s=whole_s))
    return NearOptimal(found.best, found.limit, tuple(found.answers()), tuple(found.plans))


class _Search:
    """The state of the questions: a lower bound and a plan, for each event turned over."""

    def __init__(
        self, case: Case, program: Program, plan: Allocation, slack: float, settings: Settings, watch: Watch | None
    ) -> None:
        self.watch = watch
        self.case, self.program, self.settings = case, program, replace(settings, time_limit_s=None)
        start = polish(program, extract.decisions(case, program, plan), self.settings)
        if start.x is None:
            raise ValueError("the plan is none of the case")
        self.best, self.x = start.objective, start.x
        self.limit = (1 + slack) * self.best
        self.gap = PART * slack
        self.column = columns_of(case, program, events(case))
        self.holding = {event: bool(round(self.x[column])) for event, column in self.column.items()}
        self.bound = dict.fromkeys(self.column, -np.inf)
        self.least = dict.fromkeys(self.column, np.inf)
        self.plans: list[Alternative] = []
        self._note(self.x, self.best, None)

    def turned(self, program: Program, event: Event) -> Program:
        """Return a program in which an event is otherwise than in the best plan."""
        lower, upper, column = program.lower.copy(), program.upper.copy(), self.column[event]
        if self.holding[event]:
            upper[column] = 0.0
        else:
            lower[column] = 1.0
        return replace(program, lower=lower, upper=upper)

    def open(self) -> list[Event]:
        """Return the events that neither a bound nor a plan has settled."""
        high = self.limit + ROUND * abs(self.limit)
        return [e for e in self.column if self.bound[e] <= high and self.least[e] > self.limit]

    def tell(self, bounded: int) -> None:
        """Tell a watcher how far the search is, given how many events have their bound."""
        if self.watch:
            count = len(self.column)
            self.watch(bounded + (count - len(self.open()) if bounded == count else 0), 2 * count, 0)

    def relax(self) -> None:
        """Bound every question by the linear relaxation with the event turned over."""
        relaxed = relaxation(self.program)
        root = solve(relaxed, self.settings)
        assert root.reduced is not None and root.x is not None
        for number, (event, column) in enumerate(self.column.items()):
            # To move a column off its bound costs at least its reduced cost.
            step = -root.x[column] if self.holding[event] else 1 - root.x[column]
            self.bound[event] = root.objective + max(0.0, float(root.reduced[column] * step))
            if event in self.open():
                self._bound(event, relaxed, root.basis)
            self.tell(number + 1)

    def _bound(self, event: Event, relaxed: Program, basis: Any) -> None:
        turned = self.turned(relaxed, event)
        if turned.lower[self.column[event]] > turned.upper[self.column[event]]:
            self.bound[event] = np.inf
            return
        outcome = solve(turned, self.settings, basis=basis)
        self.bound[event] = max(self.bound[event], outcome.objective)

    def near(self) -> None:
        """Search each open question among plans that differ from the best one only in one block and its kin."""
        at = np.rint(self.x)
        for event in self.open():
            if self.least[event] <= self.limit:  # a plan found for another has settled it
                continue
            free = self._kin(event) | ~self.program.integer
            kept = replace(self.program, lower=np.where(free, self.program.lower, at),
                           upper=np.where(free, self.program.upper, at))
            self._keep(event, solve(self.turned(kept, event), replace(self.settings, gap=self.gap)))
            self.tell(len(self.column))

    def dive(self) -> None:
        """Search each open question by a dive: any plan that is as near to its bound as the limit is, is within it."""
        for event in self.open():
            if self.least[event] > self.limit:
                gap = (self.limit - self.bound[event]) / self.limit
                first = first_plan(self.turned(self.program, event), replace(self.settings, gap=gap))
                self._keep(event, first.outcome)
                self.tell(len(self.column))

    def everything(self, settings: Settings) -> None:
        """Search each open question over all plans within the limit."""
        row, upper = self.program.cost, self.limit - self.program.offset
        for event in self.open():
            if self.least[event] > self.limit:
                within = self.turned(self.program.with_row(row, upper), event)
                outcome = solve(within, replace(settings, gap=self.gap))
                if outcome.status == "infeasible":
                    self.bound[event] = max(self.bound[event], self.limit * (1 + 2 * ROUND))
                self._keep(event, outcome)
                self.tell(len(self.column))

    def _keep(self, event: Event, outcome: Outcome) -> None:
        """Keep the plan of a search where it is within the limit, its whole numbers exact."""
        if outcome.x is None or outcome.objective > self.limit:
            return
        exact = polish(self.program, outcome.x, self.settings)
        if exact.x is not None and exact.objective <= self.limit:
            self._note(exact.x, exact.objective, event)

    def _note(self, x: Vector, cost: float, asked: Event | None) -> None:
        """Keep a plan, with all that it says of other events."""
        allocation = extract.allocation(self.case, self.program, x)
        years = happened(self.case, allocation)
        holds = not any(broken(self.case, finding) for finding in check(self.case, allocation))
        self.plans.append(Alternative(cost, asked, allocation, years, holds))
        for event, holding in self.holding.items():
            if (years[event] is not None) != holding:
                self.least[event] = min(self.least[event], cost)

    def _kin(self, event: Event) -> npt.NDArray[np.bool_]:
        """Return the columns of the decisions on a block, on its parents and on what replaces it."""
        block = self.case.blocks[event.block]
        tied = {event.block, *block.parents, *(b.code for b in self.case.blocks.values() if event.block in b.parents)}
        return np.array([whole and index[0] in tied for (_, index), whole
                         in zip(self.program.columns, self.program.integer, strict=True)], dtype=bool)

    def answers(self) -> Iterator[Answer]:
        """Yield what was settled, event by event."""
        for event, holding in self.holding.items():
            bound, least = min(self.bound[event], self.least[event]), self.least[event]
            verdict: Verdict = "not_settled"
            if least <= self.limit:
                verdict = "can_be_left_out" if holding else "can_come_in"
            elif bound > self.limit + ROUND * abs(self.limit):
                verdict = "always" if holding else "never"
            yield Answer(event, holding, verdict, bound, least)


def spanning(found: NearOptimal, most: int) -> Sequence[Alternative]:
    """Return few plans that together show as much as all: the best one, then whichever shows most that is new."""
    best, *rest = found.plans
    chosen, seen = [best], {(e, year is not None) for e, year in best.years.items()}
    while rest and len(chosen) <= most:
        news = [{(e, year is not None) for e, year in plan.years.items()} - seen for plan in rest]
        value, _, i = max((len(new), -plan.cost, -i) for i, (new, plan) in enumerate(zip(news, rest, strict=True)))
        if not value:
            break
        seen |= news[-i]
        chosen.append(rest.pop(-i))
    return chosen
