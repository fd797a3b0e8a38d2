"""What a clause of the plan costs when everything may be decided anew: differences of optima, as certified intervals.

Of each optimum it is known that it lies between the bound and the objective of its search. So the saving of a change,
old optimum − new optimum, lies between old bound − new objective and old objective − new bound. Easing a limit cannot
cost, tightening cannot save: that is the interval's other end where it is narrower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from mineralplan.analysis.prices import RULE, Fixed, eased, step_of
from mineralplan.analysis.remembered import Searches
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST, lines
from mineralplan.rules import registry
from mineralplan.solving import highs
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import PRICE, Program, Vector
from mineralplan.solving.search import Aim
from mineralplan.solving.start import relaxation

TIE_BREAK = "haul"
EASED, TIGHTENED, OFF = "eased", "tightened", "off"
SAVES, COSTS, NOTHING, NOT_PROVEN, MAY_COST = "saves", "costs", "nothing", "not_proven", "may_cost"
ENOUGH = 2.0
"""Clauses that prove within so many times the wanted gap, when they are let go together, are not searched alone."""
SEARCHED, TOGETHER, NO_ROW, KEPT, IMPOSSIBLE = "searched", "together", "no_row", "kept", "impossible"
CLEAR = 1e-6
"""A saving under this part of the cost is rounding and no proof of one."""
DIFFERENCES = ["rule", "item", "clause", "nature", "unit", "change", "step", "years", "old_10kcny", "new_10kcny",
               "new_bound_10kcny", "saving_least_10kcny", "saving_most_10kcny", "verdict", "how", "by_duals_10kcny"]
Clause = tuple[str, str]
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Optimum:
    """What is known of an optimum: it lies between ``bound`` and ``objective``; ``how`` says from what."""

    objective: float
    bound: float
    how: str


class Differences:
    """The clauses of a case, changed one at a time.

    Parameters
    ----------
    fixed : Fixed
        The plan.
    objective, bound : float
        Its discounted cost and the proven bound, 10⁴ CNY.
    settings : Settings
        Of the searches.
    searches : Searches, optional
    """

    def __init__(
        self, fixed: Fixed, objective: float, bound: float, settings: Settings, searches: Searches | None = None
    ) -> None:
        self.fixed, self.case, self.settings = fixed, fixed.case, settings
        self.old = Optimum(objective, bound, SEARCHED)
        self.searches, self.searched = searches or Searches(), 0
        self.tie = Aim(TIE_BREAK, lines(TIE_BREAK, self.case))
        self.aim = Aim(COST, lines(COST, self.case))
        relaxed = highs.solve(relaxation(fixed.whole))
        assert relaxed.duals is not None
        masks = {clause: self._mask(clause) for clause in _clauses(self.case)}
        self.priced = {clause for clause, rows in masks.items() if (np.abs(relaxed.duals[rows]) > PRICE).any()}
        self.masks = masks

    def _mask(self, clause: Clause) -> npt.NDArray[np.bool_]:
        rule, item = clause
        names = (f"rule_{rule}.hard", f"rule_{rule}.soft")
        return np.array([name in names and index[0] == item for name, index in self.fixed.whole.rows])

    def steps(
        self, duals: pd.DataFrame, step: float, *, tighten: bool = False, watch: Watch | None = None
    ) -> pd.DataFrame:
        """Return what a step of each limit saves, in all its years at once.

        Parameters
        ----------
        duals : pandas.DataFrame
            As `mineralplan.analysis.prices.duals` gives them: what they foretell stands beside.
        step : float
            Of a limit that is a quantity.
        tighten : bool
            Whether to take the step in the other direction, too.
        """
        clauses = [clause for clause in self.masks if not registry()[clause[0]].chooses]
        changes = [(c, sign) for c in clauses for sign in ((1, -1) if tighten else (1,))]
        rows = []
        for done, (clause, sign) in enumerate(changes):
            if watch:
                watch(done, len(changes))
            amount = step_of(self.case.rules[clause[0]][clause[1]].unit, step)
            rows.append(self._row(
                clause, EASED if sign > 0 else TIGHTENED, amount, self._stepped(clause, sign * amount),
                _foretold(duals, clause, sign * amount),
            ))
        return pd.DataFrame(rows, columns=DIFFERENCES)

    def ranking(self, watch: Watch | None = None) -> pd.DataFrame:
        """Return what each clause costs the district: the saving without it, those that may save most first."""
        rows = []
        for done, clause in enumerate(self.masks):
            if watch:
                watch(done, len(self.masks))
            rows.append(self._row(clause, OFF, 0.0, self._without(clause), None))
        table = pd.DataFrame(rows, columns=DIFFERENCES).drop(columns=["step", "by_duals_10kcny"])
        order = ["saving_least_10kcny", "saving_most_10kcny"]
        return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)

    def _without(self, clause: Clause) -> Optimum | None:
        if not self.masks[clause].any():
            return replace(self.old, how=NO_ROW)
        if self._enough(clause):
            return Optimum(self.old.objective, self._together.bound, TOGETHER)
        return self._searched(self.fixed.whole.freed(self.masks[clause]), eases=True)

    def _enough(self, clause: Clause) -> bool:
        """Return whether as much is proven of easing a clause, among all without a price, as a search is asked for."""
        if clause in self.priced:
            return False
        gap = highs.relative_gap(self.old.objective, self._together.bound)
        return gap <= max(CLEAR / 10, ENOUGH * self.settings.gap)

    @cached_property
    def _together(self) -> Optimum:
        """The optimum without all clauses that have no price in the relaxation.

        What is proven of it holds when only one of them is let go, or eased: the optimum is no less then.
        """
        unpriced = [rows for clause, rows in self.masks.items() if clause not in self.priced]
        found = self._searched(self.fixed.whole.freed(np.any(unpriced, axis=0)), eases=True)
        assert found is not None
        return found

    def _stepped(self, clause: Clause, amount: float) -> Optimum | None:
        """Return the optimum with a limit changed; None where there is no plan."""
        if not self.masks[clause].any() and amount > 0:
            return replace(self.old, how=NO_ROW)
        if amount > 0 and self._enough(clause):
            return Optimum(self.old.objective, self._together.bound, TOGETHER)
        program = self.fixed.compiled.program(eased(self.case, {clause: amount})).minimising(self.aim.weights)
        if amount < 0:
            kept = highs.solve(program.fixed(self._here(program)))
            if kept.x is not None and kept.objective <= self.old.objective * (1 + 1e-9):
                return Optimum(kept.objective, self.old.bound, KEPT)
        return self._searched(program, eases=amount > 0)

    def _searched(self, program: Program, *, eases: bool) -> Optimum | None:
        self.searched += 1
        found = self.searches.search(program, [self.aim], self.tie, self.settings, self._here(program))
        if found.x is None:
            if found.status == "infeasible":
                return None
            raise highs.SolverFailure(f"no plan was found: {found.status}")
        stage = found.stages[0]
        # What was possible before is possible under wider limits; what no plan reached is not reached under narrower.
        objective = min(stage.value, self.old.objective) if eases else stage.value
        return Optimum(objective, min(stage.bound if eases else max(stage.bound, self.old.bound), objective), SEARCHED)

    def _here(self, program: Program) -> Vector:
        """Return the decisions of the plan as a point of a program that may have other columns."""
        if program.columns == self.fixed.whole.columns:
            return self.fixed.x
        values = dict(zip(self.fixed.whole.columns, self.fixed.x, strict=True))
        return np.array([values.get(column, 0.0) for column in program.columns])

    def _row(
        self, clause: Clause, change: str, step: float, new: Optimum | None, foretold: float | None
    ) -> tuple[object, ...]:
        rule, item = clause
        indicator = self.case.rules[rule][item]
        years = sum(indicator.schedule.at(y) is not None and indicator.nature_in(y) != OFF for y in self.case.years)
        head = (rule, item, indicator.clause, indicator.nature, indicator.unit, change, step, years,
                self.old.objective)
        if new is None:
            return (*head, None, None, None, None, IMPOSSIBLE, SEARCHED, foretold)
        low, high = self._saving(change, new)
        clear = CLEAR * max(1.0, abs(self.old.objective))
        if max(abs(low), abs(high)) <= clear:
            verdict = NOTHING
        elif change == TIGHTENED:
            verdict = COSTS if high < -clear else MAY_COST
        else:
            verdict = SAVES if low > clear else NOT_PROVEN
        return (*head, new.objective, new.bound, low, high, verdict, new.how, foretold)

    def _saving(self, change: str, new: Optimum) -> tuple[float, float]:
        if new.how == NO_ROW:
            return 0.0, 0.0
        low, high = self.old.bound - new.objective, self.old.objective - new.bound
        if change == TIGHTENED:
            return low, max(low, min(0.0, high))
        return min(high, max(0.0, low)), max(0.0, high)


def _clauses(case: Case) -> list[Clause]:
    """Return every clause that the model holds to: one that is only reported costs nothing."""
    return [
        (name, item) for name, rule in registry().items() for item, indicator in case.rules.get(name, {}).items()
        if any(r.item == item and (r.nature != "expected" or indicator.penalty > 0) for r in rule.requirements(case))
    ]


def _foretold(duals: pd.DataFrame, clause: Clause, amount: float) -> float | None:
    """Return what the dual prices foretell of a step of a limit in all its years."""
    here = duals[(duals["kind"] == RULE) & (duals["rule"] == clause[0]) & (duals["item"] == clause[1])]
    known = here["discounted_10kcny_per_unit"].dropna()
    return float(known.sum()) * amount if len(known) else None
