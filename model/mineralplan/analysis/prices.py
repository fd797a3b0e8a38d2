"""What the limits are worth with the mines of a plan: duals of the linear program that its decisions leave.

With the decisions fixed, cost is a convex function of a limit. So the saving of one step more is never more per unit
than the dual price, the loss of one step less never less; and where they are the same, the price holds all that way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST, lines
from mineralplan.inputs.schedule import Schedule
from mineralplan.outputs.extract import decisions
from mineralplan.rules import registry
from mineralplan.solving import highs
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import LiveLP, Outcome, SolverFailure
from mineralplan.solving.program import PRICE, Vector

SHARE_STEP, COUNT_STEP, STEP = 0.01, 1.0, 10.0
"""Default steps of a limit that is a share, of one that is a number of mines or years, and of any other."""
COUNTED = ("mines", "a")
TIGHT = 1e-6
"""Slack under this is none."""
SAME = 1e-6
"""Relative difference under which two prices are the same."""
DUALS = ["kind", "rule", "item", "year", "nature", "unit", "limit", "slack", "state", "step",
         "discounted_10kcny_per_unit", "in_year_10kcny_per_unit", "one_step_looser_10kcny_per_unit",
         "one_step_tighter_10kcny_per_unit", "holds_looser", "holds_tighter"]
MARGINAL = ["use", "year", "zones", "least_cny_t", "median_cny_t", "most_cny_t", "median_discounted_cny_t"]
IMPLIED = "strong_link"
RESOURCE, SUPPLY, RULE = "resource", "supply", "rule"
PRICED, SLACK, DECIDED = "priced", "slack", "decided"


@dataclass(frozen=True)
class Basis:
    """A plan whose limits are to be priced.

    Attributes
    ----------
    case : Case
    allocation : Allocation
    objective, bound : float
        Its discounted cost and the proven bound, 10⁴ CNY.
    wanted_gap : float
        The gap that it was searched to.
    """

    case: Case
    allocation: Allocation
    objective: float
    bound: float
    wanted_gap: float


@dataclass(frozen=True)
class Row:
    """One limit of the program: its rows, and by how much each gives way when the limit is eased by one unit."""

    kind: str
    rule: str
    item: str
    year: int
    rows: npt.NDArray[np.int64]
    factors: Vector
    limit: float
    nature: str
    unit: str
    step: float


def step_of(unit: str, step: float) -> float:
    """Return by how much a limit of a unit is changed: ``step`` where it is a quantity."""
    if unit == "share":
        return SHARE_STEP
    return COUNT_STEP if unit in COUNTED or "mines" in unit else step


def eased(case: Case, changes: Mapping[tuple[str, str], float]) -> Case:
    """Return the case in which some limits are eased, in every year in which they hold.

    Parameters
    ----------
    changes : mapping of (rule, item) to float
        By how much; less than 0 tightens. No limit falls under 0.
    """
    rules = {name: dict(items) for name, items in case.rules.items()}
    for (rule, item), amount in changes.items():
        indicator, sign = rules[rule][item], 1 if registry()[rule].sense == "<=" else -1
        limits = ((year, indicator.schedule.at(year)) for year in case.years)
        steps = tuple((year, max(0.0, limit + sign * amount)) for year, limit in limits if limit is not None)
        rules[rule][item] = indicator.model_copy(update={"limit": Schedule(steps), "between": "step"})
    return replace(case, rules=rules)


class Fixed:
    """The linear program that the decisions of a plan leave.

    Parameters
    ----------
    basis : Basis
    compiled : Compiled
        Of the plan's case.

    Raises
    ------
    SolverFailure
        When the decisions of the plan are not possible in its case.
    """

    def __init__(self, basis: Basis, compiled: Compiled) -> None:
        self.case, self.compiled = basis.case, compiled
        self.whole = compiled.program(basis.case).minimising(lines(COST, basis.case))
        self.x = decisions(basis.case, self.whole, basis.allocation)
        # What links shipments to open mines is implied once decisions are whole. It is written with the demand of the
        # day: kept, it would hold what is shipped to that and take a part of the price of everything else.
        implied = np.array([name == IMPLIED for name, _ in self.whole.rows])
        self.program = self.whole.fixed(self.x).freed(implied)
        self.outcome, self._live = highs.solve(self.program), LiveLP(self.program)
        if self.outcome.x is None or self.outcome.duals is None:
            raise SolverFailure(f"the decisions of the plan leave no plan: {self.outcome.status}")
        # What is begun follows from what works: with the decisions fixed it is no choice either.
        names = np.array([name for name, _ in self.program.columns])
        self.free = (self.program.lower < self.program.upper) & (names != "begun")
        self._by_row = sparse.csr_array(self.program.matrix)

    @property
    def duals(self) -> Vector:
        """Row duals, shape (rows,)."""
        assert self.outcome.duals is not None
        return self.outcome.duals

    def rows(self, step: float) -> list[Row]:
        """Return every limit that can be priced: of rules, of outside supplies, of resources."""
        return [*self._of_rules(step), *self._of_data(step)]

    def _of_rules(self, step: float) -> Iterable[Row]:
        units = {(rule, item): step_of(i.unit, step) for rule, items in self.case.rules.items()
                 for item, i in items.items() if not registry()[rule].chooses}
        # A small part of a step: no share passes 0 or 1 with it.
        part = 1e-3
        other = self.compiled.program(eased(self.case, {key: part * unit for key, unit in units.items()}))
        moved = {name: float(upper) for name, upper in zip(other.rows, other.row_upper, strict=True)}
        found: dict[tuple[str, str, int], list[int]] = {}
        for place, (name, index) in enumerate(self.program.rows):
            rule = name.removeprefix("rule_").removesuffix(".hard").removesuffix(".soft")
            if name.startswith("rule_") and rule in self.case.rules:
                found.setdefault((rule, index[0], index[1]), []).append(place)
        for (rule, item, year), places in found.items():
            indicator = self.case.rules[rule][item]
            limit, size = indicator.schedule.at(year), units.get((rule, item), 0.0)
            names = [self.program.rows[place] for place in places]
            gives = [(moved[name] - self.program.row_upper[place]) / (part * size) if size and name in moved else 0.0
                     for name, place in zip(names, places, strict=True)]
            yield Row(RULE, rule, item, year, np.array(places), np.round(gives, 6), 0.0 if limit is None else limit,
                      indicator.nature_in(year), indicator.unit, size)

    def _of_data(self, step: float) -> Iterable[Row]:
        for kind, name in ((SUPPLY, "supply_limit"), (RESOURCE, "resource")):
            for place, (row, index) in enumerate(self.program.rows):
                if row == name:
                    yield Row(kind, "", str(index[0]), int(index[1]), np.array([place]), np.ones(1),
                              float(self.program.row_upper[place]), "", "10kt", step)

    def price(self, row: Row) -> dict[str, Any]:
        """Return the row of duals.csv of a limit."""
        assert self.outcome.x is not None
        matrix = self._by_row[row.rows]
        said: dict[str, Any] = {"kind": row.kind, "rule": row.rule, "item": row.item, "year": row.year,
                                "nature": row.nature, "unit": row.unit, "limit": row.limit, "step": row.step}
        moved = row.factors > 0
        if not moved.any() or not (abs(matrix)[moved] @ self.free.astype(float)).any():
            return {**said, "state": DECIDED}
        slack = self.program.row_upper[row.rows] - matrix @ self.outcome.x
        dual = float(-self.duals[row.rows] @ row.factors)
        dual = dual if abs(dual) > PRICE else 0.0
        said["slack"] = max(0.0, float((slack[moved] / row.factors[moved]).min()))
        if said["slack"] >= row.step and not dual:
            none = dict.fromkeys(DUALS[10:14], 0.0)
            return {**said, "state": SLACK, **none, "holds_looser": True, "holds_tighter": True}
        looser, tighter = self._moved(row, row.step), self._moved(row, -row.step)
        here = self.program.objective(self.outcome.x)
        saved = None if looser.x is None else (here - self.program.objective(looser.x)) / row.step
        lost = None if tighter.x is None else (self.program.objective(tighter.x) - here) / row.step
        in_year = dual / self.case.discount(row.year) if row.kind != RESOURCE else None
        return {
            **said, "state": PRICED if dual or said["slack"] <= TIGHT else SLACK, DUALS[10]: dual, DUALS[11]: in_year,
            DUALS[12]: _clean(saved), DUALS[13]: _clean(lost), "holds_looser": _same(saved, dual),
            "holds_tighter": _same(lost, dual),
        }

    def _moved(self, row: Row, amount: float) -> Outcome:
        program, upper = self.program, self.program.row_upper.copy()
        upper[row.rows] += row.factors * amount
        return self._live.solve(program.row_lower, upper, program.lower, program.upper, program.cost)

    def marginal_costs(self) -> pd.DataFrame:
        """Return what one more tonne of demand costs with these mines: least, median and most of the zones."""
        found: dict[tuple[str, int], list[float]] = {}
        for place, (name, index) in enumerate(self.program.rows):
            if name == "balance":
                use, _, year = index
                found.setdefault((use, year), []).append(float(self.duals[place]))
        rows = []
        for (use, year), costs in sorted(found.items()):
            now = np.array(costs) / self.case.discount(year)
            middle = float(np.median(costs))
            rows.append((use, year, len(costs), now.min(), float(np.median(now)), now.max(), middle))
        return pd.DataFrame(rows, columns=MARGINAL)


def duals(fixed: Fixed, step: float = STEP, watch: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Return the dual price of every limit with the mines of a plan.

    Parameters
    ----------
    fixed : Fixed
    step : float
        By how much a limit in a quantity is moved, one year alone, to see how far its price holds; shares and numbers
        of mines have steps of their own (`step_of`).
    watch : callable, optional
        Called with the number of limits done, and of all.

    Returns
    -------
    pandas.DataFrame
        One row per limit and year, as docs/prices.md describes; a price is what one unit of easing saves. ``state`` is
        ``priced``, ``slack``, or ``decided`` for a limit on decisions alone, which has no price with decisions fixed.
    """
    rows = fixed.rows(step)
    table = []
    for done, row in enumerate(rows):
        if watch:
            watch(done, len(rows))
        table.append(fixed.price(row))
    return pd.DataFrame(table, columns=DUALS)


def _clean(value: float | None) -> float | None:
    return None if value is None else 0.0 if abs(value) <= PRICE else value


def _same(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) <= SAME * max(1.0, abs(other))
