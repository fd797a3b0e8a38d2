"""Deciding before the future is known: the two-stage stochastic program, and what knowing or ignoring it is worth.

Licences, scales, their years and upgrades are decided once for all futures; output, shipments and shortage follow what
each future brings. ``RP`` is the least ``(1 − λ) · mean + λ · CVaR`` of the cost over such plans. ``WS`` (wait and see)
values the futures' own optima, ``EEV`` the licences of the plan for the mean demand, held in every future:

    WS ≤ RP ≤ EEV,    EVPI = RP − WS,    VSS = EEV − RP.

RP and WS have a bound and a value, so that EVPI and VSS are intervals that are proven to hold the true ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.allocation import Allocation
from mineralplan.analysis.events import Event, happened
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.solving.apart import search_apart
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings, polish
from mineralplan.solving.optimise import LARGE
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, Found, search
from mineralplan.solving.start import NOTHING, Known
from mineralplan.solving.together import OBJECTIVE, RISK, Attitude, Together, together

Interval = tuple[float, float]
Watch = Callable[[int, int, int], None]
AIM = Aim(RISK, OBJECTIVE)


class CannotBeMet(RuntimeError):  # noqa: N818 - an answer
    """No licences serve every future.

    Attributes
    ----------
    futures : tuple of int
        Those that cannot be met even alone; empty where each can, but not with licences in common.
    """

    def __init__(self, futures: tuple[int, ...]) -> None:
        super().__init__(f"futures that cannot be met: {futures or 'all together'}")
        self.futures = futures


@dataclass(frozen=True)
class Solution:
    """The stochastic plan and its worth.

    Attributes
    ----------
    objective, bound : float
        Of RP, 10⁴ CNY.
    costs : numpy.ndarray, shape (futures,)
        Of the stochastic plan, future by future.
    of_mean : numpy.ndarray, shape (futures,)
        Of the mean-value plan's licences; infinite in a future that they cannot serve.
    waited, waited_bound : numpy.ndarray, shape (futures,)
        Cost of each future's own plan, and its bound.
    plans : tuple of Allocation
        The stochastic plan in every future: the same licences.
    mean_plan : Allocation
        The mean-value plan.
    """

    probability: Vector
    attitude: Attitude
    objective: float
    bound: float
    costs: Vector
    of_mean: Vector
    waited: Vector
    waited_bound: Vector
    plans: tuple[Allocation, ...]
    mean_plan: Allocation
    years: dict[Event, int | None]
    mean_years: dict[Event, int | None]
    own_years: tuple[dict[Event, int | None], ...]
    stopped: str

    @property
    def eev(self) -> float:
        """Value of the mean-value plan's licences over the futures."""
        return self.attitude.of(self.of_mean, self.probability)

    @property
    def ws(self) -> Interval:
        """Value of waiting to see: bound and value."""
        return (self.attitude.of(self.waited_bound, self.probability), self.attitude.of(self.waited, self.probability))

    @property
    def rp(self) -> Interval:
        """Least value with licences in common: bound and value."""
        return max(self.bound, self.ws[0]), self.objective

    @property
    def vss(self) -> Interval:
        """Value of the stochastic solution: what deciding on the mean alone costs more."""
        return max(0.0, self.eev - self.rp[1]), max(0.0, self.eev - self.rp[0])

    @property
    def evpi(self) -> Interval:
        """Expected value of perfect information: the most that a perfect forecast is worth."""
        return max(0.0, self.rp[0] - self.ws[1]), max(0.0, self.rp[1] - self.ws[0])


def decided_now(variable: str, whole: bool) -> bool:
    """Return whether a variable is decided before the future is known: licences, scales, their years, upgrades."""
    return whole or variable == "begun"


def mean_case(case: Case, futures: Sequence[Case], probability: Vector) -> Case:
    """Return a case with the expected demand of some futures; all else as in ``case``."""
    keys = dict.fromkeys(key for future in futures for key in future.demand)
    demand = {key: float(sum(p * future.demand.get(key, 0.0) for p, future in zip(probability, futures, strict=True)))
              for key in keys}
    unserved = {key: cost for future in (*futures, case) for key, cost in future.unserved_cost.items()}
    return replace(case, demand=demand, unserved_cost=unserved)


def solve_stochastic(
    case: Case, futures: Sequence[Case], probability: Vector, attitude: Attitude, settings: Settings, *,
    compiled: Compiled | None = None, watch: Watch | None = None,
) -> Solution:
    """Solve the two-stage program of some futures, and value it against waiting and against the mean.

    Parameters
    ----------
    case : Case
        What the mean-value problem is like but for its demand.
    futures : sequence of Case
    probability : numpy.ndarray, shape (futures,)
    settings : Settings
        ``gap`` holds for each search.
    compiled : Compiled, optional
        A model to set to the futures.
    watch : callable, optional
        Called with how many searches are done, of how many, and 0.

    Raises
    ------
    CannotBeMet
        When no licences serve every future, or one cannot be met even alone.
    """
    work = _Work([case, *futures], compiled or Compiled(case), settings, watch)
    mean = mean_case(case, futures, probability)
    programs = [work.program(future) for future in futures]
    mean_plan, mean_found = work.search(mean, work.program(mean), None)
    own = [work.search(future, program, mean_plan) for future, program in zip(futures, programs, strict=True)]
    lost = tuple(i for i, (plan, _) in enumerate(own) if plan is None)
    if lost or mean_found.x is None or mean_plan is None:
        raise CannotBeMet(lost)
    own_plans = [plan for plan, _ in own if plan is not None]
    bounds = np.array([found.stages[0].bound for _, found in own])
    held = [_held(futures, programs, plan, settings) for plan in (mean_plan, *own_plans)]
    whole = together(programs, probability, decided_now, attitude, least=float(bounds.min()))
    found, joint = work.together(whole, futures, programs, probability, attitude, held)
    if found.x is None:
        raise CannotBeMet(())
    points = [_exact(program, joint.of_future(found.x, i), settings) for i, program in enumerate(programs)]
    costs = np.array([program.objective(x) for program, x in zip(programs, points, strict=True)])
    plans = tuple(extract.allocation(f, p, x) for f, p, x in zip(futures, programs, points, strict=True))
    value = attitude.of(costs, probability)
    return Solution(
        probability, attitude, value, min(found.stages[0].bound, value), costs, held[0].costs,
        np.array([found.stages[0].value for _, found in own]), bounds, plans, mean_plan, happened(case, plans[0]),
        happened(case, mean_plan), tuple(happened(f, p) for f, p in zip(futures, own_plans, strict=True)),
        found.stopped,
    )


@dataclass(frozen=True)
class _Held:
    """The licences of a plan held in every future."""

    plan: Allocation
    costs: Vector


def _held(futures: Sequence[Case], programs: Sequence[Program], plan: Allocation, settings: Settings) -> _Held:
    outcomes = [polish(program, extract.decisions(future, program, plan), settings)
                for future, program in zip(futures, programs, strict=True)]
    return _Held(plan, np.array([outcome.objective for outcome in outcomes]))


def _exact(program: Program, x: Vector, settings: Settings) -> Vector:
    exact = polish(program, x, settings).x
    assert exact is not None  # the search has set the same integers to whole numbers
    return exact


class _Work:
    """The searches, each from the best that is known."""

    def __init__(self, cases: Sequence[Case], compiled: Compiled, settings: Settings, watch: Watch | None) -> None:
        self.compiled, self.settings, self.watch = compiled, settings, watch
        self.done, self.total = 0, len(cases) + 1

    def program(self, case: Case) -> Program:
        return self.compiled.program(case).minimising(lines(COST, case))

    def search(self, case: Case, program: Program, near: Allocation | None) -> tuple[Allocation | None, Found]:
        """Search one future."""
        aim = Aim(COST, lines(COST, case))
        basis = self.compiled.basis(case, aim)
        known = Known(None if near is None else extract.decisions(case, program, near), basis)
        found = self._searched(program, aim, known)
        return (None if found.x is None else extract.allocation(case, program, found.x)), found

    def together(
        self, whole: Together, futures: Sequence[Case], programs: Sequence[Program], probability: Vector,
        attitude: Attitude, held: Sequence[_Held],
    ) -> tuple[Found, Together]:
        """Search the extensive form from the best of the plans that were found for one future."""
        best = min(held, key=lambda one: attitude.of(one.costs, probability))
        known = NOTHING
        if np.isfinite(best.costs).all():
            x = np.zeros(len(whole.program.columns))
            x[whole.columns[0]] = extract.decisions(futures[0], programs[0], best.plan)
            known = Known(x)
        return self._searched(whole.program, AIM, known), whole

    def _searched(self, program: Program, aim: Aim, known: Known) -> Found:
        how = search_apart if program.matrix.nnz >= LARGE else search
        found = how(program, [aim], aim, self.settings, None, known)
        self.done += 1
        if self.watch:
            self.watch(self.done, self.total, 0)
        return found
