"""What can still be done of a plan that is half over: the re-plan that keeps to it, and the least change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mineralplan.allocation import Allocation
from mineralplan.analysis.standing import as_things_stand, carried_out, deciding, decisions
from mineralplan.auditing.audit import Audit, audit
from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.simulation.enact import CHANGES, elastic, yielding
from mineralplan.simulation.rolling import keeping
from mineralplan.simulation.settling import WORKING_RATE
from mineralplan.simulation.window import Mask, held
from mineralplan.solving.apart import search_apart
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Progress, Settings, relative_gap
from mineralplan.solving.optimise import LARGE, TIE_BREAK
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, Found, search
from mineralplan.solving.start import NOTHING, Known

Watch = Callable[[str, Progress], None]


@dataclass(frozen=True)
class Proposal:
    """A plan for the years that are left.

    Attributes
    ----------
    objective, bound : float
        Of what was minimised: discounted cost and what departures are priced at, 10⁴ CNY; or departures counted.
    """

    allocation: Allocation
    audit: Audit
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Proven relative gap."""
        return relative_gap(self.objective, self.bound)

    @property
    def cost(self) -> float:
        """Discounted cost alone, 10⁴ CNY."""
        return float(self.audit.objectives[COST]) if COST in self.audit.objectives else float("nan")


@dataclass(frozen=True)
class Bench:
    """A case with observed years, its program, and a plan that was published for it.

    Attributes
    ----------
    case : Case
        With its observed years.
    published : Allocation
    settings : Settings
    """

    case: Case
    published: Allocation
    settings: Settings

    @cached_property
    def program(self) -> Program:
        """The program of the case: its observed years are settled."""
        return compile_model(build(self.case))

    @cached_property
    def cost(self) -> Aim:
        """Discounted cost."""
        return Aim(COST, lines(COST, self.case))

    @cached_property
    def tie(self) -> Aim:
        """What settles what costs the same."""
        return Aim(TIE_BREAK, lines(TIE_BREAK, self.case))

    @cached_property
    def stands(self) -> Vector:
        """The decisions as things stand, as a point of the program."""
        scales = as_things_stand(self.case, self.published)
        return decisions(self.case, self.program, scales, self.published)

    @cached_property
    def forecast(self) -> Allocation:
        """What comes of it as things stand."""
        return carried_out(self.case, self.program, self.stands, self.settings)

    @cached_property
    def open(self) -> tuple[int, ...]:
        """The years that are still decided."""
        return tuple(year for year in self.case.years if year not in self.case.observed_years)

    def kept(self, watch: Watch | None = None) -> Proposal | None:
        """Return the best plan where what was published and is changed has its price; None where there is no plan."""
        price = {year: self.case.futures.keep * self.case.discount(year) for year in self.open}
        announced = extract.decisions(self.case, self.program, self.published)
        program, aim = keeping(self.program, self.cost, announced, price)
        return self._proposal(self._search(program, [aim], self.settings, watch, Known(self.stands)))

    def least(self, begin: Allocation, time_limit_s: float, watch: Watch | None = None) -> Proposal:
        """Return the plan with fewest departures from how things stand that keeps every binding clause.

        A departure is a scale, or a green upgrade, that a block has or lacks in a year otherwise than as things stand.
        Among those with as few, the cheapest. Working rates hold nothing back: what is asked is what the indicators
        need, not what is worth working. Where the time ends before any plan is found, ``begin`` it is.

        Parameters
        ----------
        begin : Allocation
            A plan that keeps every clause.
        time_limit_s : float
            Of the whole search; its bound says whether fewer departures may be possible.
        """
        moving = self.moving
        away = np.where(moving, 1.0 - 2.0 * self.stands, 0.0)
        year = self.case.years[-1]
        counted = self.program.with_line((CHANGES, year), away, float(self.stands[moving].sum()))
        rates = np.array([name == WORKING_RATE for name, _ in counted.rows], dtype=bool)
        fewest = Aim(CHANGES, {(CHANGES, year): 1.0})
        settings = replace(self.settings, gap=0.0, time_limit_s=time_limit_s)
        known = extract.decisions(self.case, self.program, begin)
        found = self._search(counted.freed(rates), [fewest, self.cost], settings, watch, Known(known))
        departures = float(np.abs(known - self.stands)[moving].sum())
        return self._proposal(found) or Proposal(begin, audit(self.case, begin), departures, 0.0)

    @cached_property
    def moving(self) -> Mask:
        """Which columns are decisions of the years that are left, shape (columns,)."""
        still = [isinstance(index, tuple) and index[-1] in self.open for _, index in self.program.columns]
        moving: Mask = deciding(self.program) & np.array(still, dtype=bool)
        return moving

    def without(self, plan: Allocation, blocks: frozenset[str]) -> Audit | None:
        """Return what a plan comes to with some blocks as things stand; None where the laws do not allow it.

        A clause is missed only where there is no way to keep it.
        """
        point = extract.decisions(self.case, self.program, plan)
        own = np.array([isinstance(index, tuple) and index[0] in blocks for _, index in self.program.columns])
        fixed = deciding(self.program)
        point = np.where(fixed & own, self.stands, point)
        found = search(elastic(held(self.program, point, fixed)), [yielding(self.cost)], self.tie, self.settings)
        if found.x is None:
            return None
        return audit(self.case, extract.allocation(self.case, self.program, found.x[: len(point)]))

    def _search(
        self, program: Program, aims: list[Aim], settings: Settings, watch: Watch | None, known: Known = NOTHING
    ) -> Found:
        how = search_apart if program.matrix.nnz >= LARGE else search
        return how(program, aims, self.tie, settings, watch, known)

    def _proposal(self, found: Found) -> Proposal | None:
        if found.stopped == "interrupt":
            raise KeyboardInterrupt
        if found.x is None:
            return None
        allocation = extract.allocation(self.case, self.program, found.x)
        return Proposal(allocation, audit(self.case, allocation), found.stages[0].value, found.stages[0].bound)
