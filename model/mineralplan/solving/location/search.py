"""The search of a location problem: prices, a plan near them, what they settle, and the solver on the rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mineralplan.solving.highs import Outcome, Progress, Settings, relative_gap, solve
from mineralplan.solving.location.prices import Priced, ascend, first_prices, narrowed, priced, proven
from mineralplan.solving.location.reduced import Reduced, reduce, worth_keeping
from mineralplan.solving.location.structure import Location, count_of, recognised
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.relaxed import Relaxation

MANY = 10_000
"""Links from which on prices are quicker than the solver alone."""
FAR = 0.05
"""Relative gap above which the prices have said too little: the solver does better on the whole."""
UNSURE, EFFORT = 30, 10_000
"""A plan near the prices is searched among the blocks that they leave most in doubt: so many, and so many with their
links to all zones together."""
FEW = 4
"""Links that this search keeps, as a multiple of the zones."""
ROUGH = 2e-4
"""Relative gap to which it goes."""
CLOSE = 0.02
"""Relative gap from which on the solver need not look for plans any more, only prove."""
EMPTY = 1e-7
"""What may be left in the pool, as a part of the largest demand."""


@dataclass(frozen=True, eq=False)
class Served:
    """Blocks that are open and the best that can be shipped from them, over all their links."""

    opened: Vector
    shipped: Vector
    short: Vector
    cost: float


def search_location(
    program: Program, settings: Settings, on_progress: Callable[[Progress], None] | None = None
) -> Outcome | None:
    """Search a program that is a large location problem.

    Returns
    -------
    Outcome or None
        None where the program is anything else or small, or where prices say too little of it. Its ``bound`` is the
        solver's on what the prices left, its ``safe_bound`` that of prices on the whole, in exact arithmetic.
    """
    began = time.perf_counter()
    if not _may_be(program):
        return None
    location = recognised(program)
    if location is None or len(location.zone) < MANY:
        return None
    return _Search(program, location, settings, on_progress, began).run()


def _may_be(program: Program) -> bool:
    """Return at little cost whether to look closer: what is whole are blocks of one year and scale."""
    whole = (program.columns[j] for j in np.flatnonzero(program.integer))
    first = next(whole, None)
    return len(program.columns) >= MANY and first is not None and all(
        name == "at_least" and index[1] == 1 and index[2] == first[1][2] for name, index in whole)


class _Search:
    """A search under way: the best plan, what is proven, and why it stopped."""

    def __init__(
        self, program: Program, location: Location, settings: Settings,
        on_progress: Callable[[Progress], None] | None, began: float,
    ) -> None:
        self.program, self.location, self.settings = program, location, settings
        self.count, self.watch, self.began = count_of(location), on_progress, began
        self.best: Served | None = None
        self.safe = self.bound = -np.inf
        self.stopped = ""

    def run(self) -> Outcome | None:
        """Return the outcome, None where the prices lead nowhere near a plan."""
        found = ascend(self.location, self.count, first_prices(self.location))
        self._prove(found, found)
        self._consider(self._served(found.opened))
        left, found = self._raised(self.location, found)
        if self._goes_on():
            self._near(left, found)
            left, found = self._raised(left, found)
        if self._gap() > FAR and not self.stopped:
            return None
        kept: npt.NDArray[np.bool_] | None = worth_keeping(left, found)
        while kept is not None and self._goes_on():
            kept = self._rest(left, kept, found.edge)
        return self._outcome()

    def _raised(self, left: Location, found: Priced) -> tuple[Location, Priced]:
        """Raise the prices with the best plan as their aim; settle what they let settle, before and after."""
        assert self.best is not None
        left = narrowed(left, found, self.best.cost)
        found = ascend(left, self.count, found.price, self.best.cost)
        self._prove(found, priced(self.location, self.count, found.price))
        return narrowed(left, found, self.best.cost), found

    def _rest(
        self, left: Location, kept: npt.NDArray[np.bool_], edge: Vector
    ) -> npt.NDArray[np.bool_] | None:
        """Let the solver loose on what is left; return the links to keep where the pool was used."""
        assert self.best is not None
        rest = reduce(left, self.count, kept, edge)
        outcome = self._solved(rest, self.best.opened)
        if outcome.status == "infeasible":  # nothing that is left is a plan: none is better than the best
            self.bound = self.best.cost
            return None
        self.bound = max(self.bound, min(outcome.bound, self.best.cost))
        if outcome.x is None:
            return None
        self._consider(self._served(rest.opened(outcome.x)))
        used = rest.pooled(outcome.x) > EMPTY * self.location.demand.max()
        return kept | (used[left.zone] & (left.upper[left.block] > 0)) if used.any() else None

    def _solved(self, rest: Reduced, opened: Vector | None) -> Outcome:
        """Solve with the rows that the relaxation needs; without a plan to begin from any good plan will do."""
        relaxation = Relaxation(rest.program, self._left())
        outcome = loose = relaxation.solve()
        if loose.x is not None:
            if opened is None or self.best is None:
                rough = max(ROUGH, self.settings.gap)
                outcome = solve(relaxation.lean, replace(self._left(), gap=rough, guided=True))
            else:
                near = relative_gap(self.best.cost, loose.objective) <= CLOSE
                outcome = solve(relaxation.lean, replace(self._left(), guided=near), start=rest.start(opened))
        self.stopped = self.stopped or outcome.stopped
        return outcome

    def _near(self, left: Location, found: Priced) -> None:
        """Look for a plan near the prices: what they leave in doubt is searched, the rest done as they say."""
        settled, opens = np.ones(len(found.reduced), dtype=bool), found.opened > 0
        many = min(UNSURE, max(1, EFFORT // len(self.location.demand)))
        settled[np.argsort(np.abs(found.reduced), kind="stable")[:many]] = False
        part = replace(
            left, lower=np.where(settled & opens, left.upper, left.lower),
            upper=np.where(settled & ~opens, left.lower, left.upper),
        )
        rest = reduce(part, self.count, worth_keeping(part, found, FEW))
        outcome = self._solved(rest, None)
        if outcome.x is not None:
            self._consider(self._served(rest.opened(outcome.x)))

    def _served(self, opened: Vector) -> Served:
        """Return the cheapest shipments from the blocks that are open."""
        fixed = replace(self.location, lower=opened, upper=opened)
        rest = reduce(fixed, replace(self.count, least=0), opened[self.location.block] > 0)
        outcome = solve(replace(rest.program, integer=np.zeros_like(rest.program.integer)))
        assert outcome.x is not None  # who is not served is short
        shipped, short = rest.flows(outcome.x)
        return Served(opened, shipped, short, outcome.objective)

    def _consider(self, served: Served) -> None:
        if self.best is not None and served.cost >= self.best.cost:
            return
        self.best, self.bound = served, min(self.bound, served.cost)
        if self.watch:
            self.watch(Progress(served.cost, self.bound, self._gap(), time.perf_counter() - self.began, self._point()))

    def _prove(self, left: Priced, whole: Priced) -> None:
        """Take up the bound of prices: on what is left it holds for every plan better than the best."""
        self.safe = max(self.safe, proven(self.location, self.count, whole))
        ceiling = np.inf if self.best is None else self.best.cost
        self.bound = max(self.bound, min(self.safe, ceiling), min(left.bound, ceiling))

    def _point(self) -> Vector:
        assert self.best is not None
        return self.location.point(self.best.opened, self.best.shipped, self.best.short, len(self.program.columns))

    def _gap(self) -> float:
        return np.inf if self.best is None else relative_gap(self.best.cost, self.bound)

    def _left(self) -> Settings:
        return self.settings.after(time.perf_counter() - self.began)

    def _goes_on(self) -> bool:
        limit = self.settings.time_limit_s
        if not self.stopped and limit is not None and time.perf_counter() - self.began > limit:
            self.stopped = "time"
        return not self.stopped and self._gap() > self.settings.gap

    def _outcome(self) -> Outcome:
        x, stopped = self._point(), self.stopped if self._gap() > self.settings.gap else ""
        cost, seconds = self.program.objective(x), time.perf_counter() - self.began
        bound, safe = min(self.bound, cost), min(self.safe, cost)
        return Outcome("feasible" if stopped else "optimal", x, cost, bound, seconds, stopped, safe_bound=safe)
