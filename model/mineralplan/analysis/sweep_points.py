"""What a sweep knows of a point, and the tables of all points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, nan
from typing import Any

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.analysis.dominance import Place, Standing
from mineralplan.analysis.sweep_grid import Grid, Index
from mineralplan.auditing.claim import Known
from mineralplan.auditing.ledger import Ledger
from mineralplan.auditing.measures import MEASURES, by_year
from mineralplan.case import Case
from mineralplan.outputs.tables import actions, balance
from mineralplan.solving.highs import relative_gap

STARTS = ("license", "merge")
MEASURED = {"shortage": "shortage_10kt", "new_blocks": "new_licences", "haul": "haul_10kt_km", "carbon": "carbon_t",
            "land": "land_km2_a", "mines": "mines_at_work"}
"""Measure → column of points.csv."""


@dataclass(frozen=True)
class Found:
    """A plan of a point, in what the tables say of it.

    Attributes
    ----------
    allocation : Allocation
    costs : pandas.DataFrame
        year, term, cost_10kcny, discounted_10kcny.
    scorecard : pandas.DataFrame
        As of the results folder, in the years of report.
    quantities : mapping of str to float
        Columns of points.csv.
    starts : mapping of str to int
        Block → first year in which it is licensed or merged.
    audit : str
        The verdict of the exact audit.
    """

    allocation: Allocation
    costs: pd.DataFrame
    scorecard: pd.DataFrame
    quantities: Mapping[str, float]
    starts: Mapping[str, int]
    audit: str


@dataclass(frozen=True)
class Answer:
    """What the search of one point gave.

    Attributes
    ----------
    place : Place
    status : str
        ``optimal``, ``feasible``, ``infeasible``, ``unbounded``, ``no plan`` or ``failed``.
    objective, bound : float
        As `mineralplan.analysis.dominance.tightened` takes them.
    found : Found or None
    implied_by : int
        The number of the looser point that has no plan, so that this one was not searched; 0 where it was.
    reasons : mapping of str to str
        Why there is no plan, by language.
    ended : str
        How a worker ended that could not answer.
    """

    place: Place
    status: str
    objective: float = inf
    bound: float = -inf
    found: Found | None = None
    implied_by: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)
    ended: str = ""


@dataclass(frozen=True)
class Point:
    """A point with all that is proven of it.

    Attributes
    ----------
    index : tuple of int
    number, plan_of, bound_of : int
        Its own number, and those of the points that its plan and its bound come from.
    found : Found or None
        The plan, measured in this point's case.
    standing : Standing
    """

    index: Index
    number: int
    status: str
    answer: Answer
    found: Found | None
    standing: Standing
    plan_of: int
    bound_of: int

    @property
    def gap(self) -> float:
        """Proven relative gap; NaN without a plan."""
        return relative_gap(self.standing.objective, self.standing.bound) if self.found else nan

    def difference(self, base: Point) -> tuple[float, float, float]:
        """Return by how much the optimum differs from the base's: as found, and between which two values for certain.

        Where one of the two is looser, its optimum cannot be the dearer one, whatever the gaps are.
        """
        here, there = self.standing, base.standing
        if self.number == base.number:
            return 0.0, 0.0, 0.0
        low, high = here.bound - there.objective, here.objective - there.bound
        if base.answer.place.within(self.answer.place):
            high = min(high, 0.0)
        if self.answer.place.within(base.answer.place):
            low = max(low, 0.0)
        middle = here.objective - there.objective
        return (middle if isfinite(middle) else nan), low, high


def measured(case: Case, allocation: Allocation, costs: pd.DataFrame, scorecard: pd.DataFrame, audit: str) -> Found:
    """Return a plan as a sweep keeps it."""
    ledger = Ledger(case, allocation, Known(case.years))
    supply, steps = balance(case, allocation), actions(case, allocation)
    sums = {column: float(sum(by_year(MEASURES[name], ledger).values())) for name, column in MEASURED.items()}
    terms = costs.groupby("term", sort=False)["discounted_10kcny"].sum()
    quantities = {
        "shortage_10kt": sums["shortage_10kt"],
        "imports_10kt": float(supply["imported_10kt"].sum()),
        "mines_at_work": sums["mines_at_work"],
        **{column: sums[column] for column in MEASURED.values() if column not in ("shortage_10kt", "mines_at_work")},
        **{f"discounted_{term}_10kcny": float(value) for term, value in terms.items()},
    }
    begun = steps[steps["action"].isin(STARTS)].drop_duplicates("block")
    starts = {str(block): int(year) for block, year in zip(begun["block"], begun["year"], strict=True)}
    told = scorecard[scorecard["year"].isin(case.report_years)].reset_index(drop=True)
    return Found(allocation, costs, told, quantities, starts, audit)


def points_table(grid: Grid, points: Sequence[Point], reasons: Mapping[str, Mapping[int, str]]) -> pd.DataFrame:
    """Return one row per point: its inputs, what was proven, what the plan does.

    Parameters
    ----------
    reasons : mapping of str to mapping of int to str
        Language → number of a point → why it has no plan.
    """
    base = points[grid.number[grid.base] - 1]
    names = [name for point in points if point.found for name in point.found.quantities]
    rows = []
    for point in points:
        standing, found = point.standing, point.found
        difference, low, high = point.difference(base)
        rows.append({
            "point": point.number, **{name: cell(value) for name, value in grid.values(point.index).items()},
            "base": point.number == base.number, "status": point.status,
            "objective": _known(standing.objective), "bound": _known(standing.bound), "gap": _known(point.gap),
            "plan_of_point": point.plan_of if found else 0, "bound_of_point": point.bound_of,
            "difference": difference, "difference_low": _known(low), "difference_high": _known(high),
            **{name: found.quantities.get(name, 0.0) if found else nan for name in dict.fromkeys(names)},
            "audit": found.audit if found else "",
            **{f"reason_{lang}": told.get(point.number, "") for lang, told in reasons.items()},
        })
    return pd.DataFrame(rows)


def indicators_table(grid: Grid, points: Sequence[Point]) -> pd.DataFrame:
    """Return the scorecard of every point in the years of report."""
    parts = [_with_axes(grid, point, point.found.scorecard) for point in points if point.found]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["point", *_axes(grid)])


def actions_table(case: Case, grid: Grid, points: Sequence[Point]) -> pd.DataFrame:
    """Return one row per point and new or merged block that is licensed there: in which year first."""
    parts = []
    for point in points:
        if point.found:
            starts = [(code, case.blocks[code].mineral, year) for code, year in sorted(point.found.starts.items())]
            parts.append(_with_axes(grid, point, pd.DataFrame(starts, columns=["block", "mineral", "first_year"])))
    names = ["point", *_axes(grid), "block", "mineral", "first_year"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def cell(value: Any) -> Any:
    """Return a value as a cell of a table: figures by year in one text."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {entry}" for key, entry in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _axes(grid: Grid) -> list[str]:
    return [axis.name for axis in grid.axes]


def _with_axes(grid: Grid, point: Point, table: pd.DataFrame) -> pd.DataFrame:
    head = {"point": point.number, **{name: cell(value) for name, value in grid.values(point.index).items()}}
    return pd.concat([pd.DataFrame([head] * len(table), columns=list(head)), table.reset_index(drop=True)], axis=1)


def _known(value: float) -> float:
    return value if isfinite(value) else nan
