"""A province planned by its districts: prices, an agreement, a plan of each, and how good they are together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from mineralplan.allocation import Allocation
from mineralplan.planning import NoPlan, Plan
from mineralplan.province.agreement import Agreement, agree, kept, misses
from mineralplan.province.bench import Bench, Doubted, Order, work
from mineralplan.province.district import as_agreed
from mineralplan.province.pricing import Priced, Round, price
from mineralplan.province.province import Province
from mineralplan.simulation.store import digest
from mineralplan.simulation.workers import Crew, Failed, Task
from mineralplan.solving.highs import SolverFailure, relative_gap

OPEN = 0.05
"""Part of the wanted gap that prices may leave open."""
OF_DISTRICTS = 0.75
"""Part of the wanted gap to which each district is planned."""
OF_BOUNDS = (0.5, 0.3)
"""Parts of the wanted gap to which the bound of each district is brought, one after the other until enough is proven:
relaxations alone often prove less."""
BOUND_S = 120.0
"""Most seconds for a better bound of a district."""
MOST_ROUNDS = 60
PLAN_S = 300.0
"""Most seconds for the plan of a district: the whole is proven by the prices, whatever a district proves of itself."""
SETTLED = 0.05
"""Gap of a district whose mines stand and whose trade alone is cut down to what was kept."""
Watch = Callable[[Round], None]


@dataclass(frozen=True)
class ProvincePlan:
    """The plans of all districts.

    Attributes
    ----------
    province : Province
    plans : mapping of str to Plan
        By district: ordinary plans of the districts as agreed, each with its own certificate and audit.
    agreement : Agreement
    bound : float
        What the prices prove of the cost of the whole, 10⁴ CNY discounted: with the solver's bounds of districts where
        they are better than those of exact arithmetic, which alone make ``safe_bound``.
    priced : Priced
    misses : tuple of (str, int, Fraction)
        Where trade or a shared cap is not kept (`mineralplan.province.agreement.misses`): empty where all is.
    seconds : mapping of str to float
        By phase: prices, plans, settling, bounds.
    """

    province: Province
    plans: Mapping[str, Plan]
    agreement: Agreement
    bound: float
    priced: Priced
    misses: tuple[tuple[str, int, Fraction], ...]
    seconds: Mapping[str, float]

    @property
    def cost(self) -> float:
        """Cost of all districts, 10⁴ CNY discounted, as their audits add it up."""
        return float(sum((plan.audit.objectives["cost"] for plan in self.plans.values()), Fraction(0)))

    @property
    def safe_bound(self) -> float:
        """What exact arithmetic proves of the cost of the whole, 10⁴ CNY discounted."""
        return self.priced.bound

    @property
    def gap(self) -> float:
        """Relative gap that is proven of the whole."""
        return relative_gap(self.cost, self.bound)

    @property
    def trade(self) -> tuple[dict[str, float], dict[str, float]]:
        """What every district sends and what it takes over all years, 10⁴ t."""
        sent, taken = (dict.fromkeys(self.plans, 0.0) for _ in range(2))
        for link in self.province.links:
            much = sum(self.agreement.agreed.get((link.code, year), 0.0) for year in self.province.years)
            sent[link.source] += much
            taken[link.target] += much
        return sent, taken

    @property
    def verdict(self) -> str:
        """``holds`` where every district's audit does and the districts fit together, else ``broken``."""
        return "broken" if self.misses or any(p.audit.verdict != "holds" for p in self.plans.values()) else "holds"


def solve_province(
    province: Province, *, gap: float = 0.01, workers: int = 1, cluster: str = "", time_limit_s: float | None = PLAN_S,
    watch: Watch | None = None,
) -> ProvincePlan:
    """Plan a province.

    Parameters
    ----------
    province : Province
    gap : float
        What the prices and the districts are solved to, so that the whole may be proven within it; the gap that was
        reached is `ProvincePlan.gap`.
    workers : int
        Processes.
    cluster : str
        Address of a Dask scheduler instead.
    time_limit_s : float or None
        Of each district's plan.
    watch : callable, optional
        Called with each `Round` of the prices.

    Raises
    ------
    NoPlan
        When a district has none.
    """
    clock = {"begin": time.perf_counter()}
    with Crew(Bench, province, work, workers=workers, cluster=cluster) as crew:
        priced = price(province, crew, open_gap=gap * OPEN, most_rounds=MOST_ROUNDS, watch=watch)
        clock["prices"] = time.perf_counter()
        agreement = agree(province, priced.mix)
        plans = _ordered(province, crew, agreement, {}, province.districts, gap * OF_DISTRICTS, time_limit_s)
        clock["plans"] = time.perf_counter()
        agreement, plans = _settled(province, crew, agreement, plans, time_limit_s)
        clock["settling"] = time.perf_counter()
        plan = ProvincePlan(province, plans, agreement, priced.bound, priced, tuple(misses(province, _of(plans))), {})
        plan = _proven(plan, crew, gap)
        clock["bounds"] = time.perf_counter()
    return replace(plan, seconds={after: clock[after] - clock[before] for before, after in pairwise(clock)})


def _of(plans: Mapping[str, Plan]) -> dict[str, Allocation]:
    return {name: plan.allocation for name, plan in plans.items()}


def _proven(plan: ProvincePlan, crew: Crew, gap: float) -> ProvincePlan:
    """Return the plan with bounds of its districts that prove the wanted gap, or with the best that were found."""
    best: dict[str, float] = {}
    for part in OF_BOUNDS:
        if plan.gap <= gap:
            break
        for name, bound in _better_bounds(plan, crew, gap * part).items():
            best[name] = max(bound, best.get(name, bound))
        plan = replace(plan, bound=plan.priced.better(best))
    return plan


def _better_bounds(plan: ProvincePlan, crew: Crew, gap: float) -> dict[str, float]:
    """Return bounds of the districts at the prices with whole mines; a district that gave none has none."""
    tasks = [
        Task(digest("bound", name),
             Doubted(name, plan.priced.prices_of(plan.province, name), part.allocation, gap, BOUND_S), home)
        for home, (name, part) in enumerate(plan.plans.items())
    ]
    found = dict(zip(plan.plans, crew.run(tasks).values(), strict=True))
    return {name: bound for name, bound in found.items() if not isinstance(bound, Failed)}


def _ordered(
    province: Province, crew: Crew, agreement: Agreement, before: Mapping[str, Plan], districts: Collection[str],
    gap: float, time_limit_s: float | None,
) -> dict[str, Plan]:
    """Return the plans of some districts as agreed, begun from those before."""
    tasks = [
        Task(digest("order", name), Order(
            name, agreement.agreed, agreement.shares[name], gap, time_limit_s,
            before[name].allocation if name in before else None,
        )) for name in districts
    ]
    plans = dict(zip(districts, crew.run(tasks).values(), strict=True))
    for name, plan in plans.items():
        if isinstance(plan, Failed):
            raise SolverFailure(f"{name}: {plan.reason}")
        if isinstance(plan, str):
            raise NoPlan(plan, as_agreed(province, name, agreement.agreed, agreement.shares[name]))
    return plans


def _settled(
    province: Province, crew: Crew, agreement: Agreement, plans: dict[str, Plan], time_limit_s: float | None
) -> tuple[Agreement, dict[str, Plan]]:
    """Cut trade down to what is both sent and taken, and plan anew who is concerned, until all fits.

    Every pass cuts at least one link of a year, to no more than it carried: so there is an end.
    """
    while True:
        carried = kept(province, _of(plans))
        changed = {code for (code, year), much in carried.items() if much != agreement.agreed[code, year]}
        if not changed:
            return agreement, plans
        agreement = replace(agreement, agreed=carried)
        concerned = [name for name in province.districts
                     if any(link.code in changed for link in province.links_of(name))]
        plans = {**plans, **_ordered(province, crew, agreement, plans, concerned, SETTLED, time_limit_s)}
