"""Several runs beside each other: the tables of each with a column for the run, and the difference to the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pandas as pd

from mineralplan.analysis.dominance import Place, place, tightened
from mineralplan.case import Case
from mineralplan.inputs.plan import Label
from mineralplan.inputs.scenario import SolveOptions
from mineralplan.outputs.tables import Tables

MORE, LESS, SAME, OPEN = "more", "less", "same", "open"
OTHER_YEARS, OTHER_OBJECTIVE, OTHER_BASE, NOT_CERTIFIED = "years", "objective", "base_year", "not_certified"
"""Why nothing is proven of the difference between two runs."""
CLEAR = 1e-6
"""A difference under this part of the objective is rounding."""
QUANTITIES = ("demand_10kt", "local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt", "shortage_10kt")
PAIRS = ["first", "second", "difference", "least", "most", "verdict", "limits"]
LOOSER, TIGHTER = "looser", "tighter"
"""How the limits of the second run of a pair stand to those of the first, where nothing else differs."""


@dataclass(frozen=True)
class Result:
    """What is known of the optimum of a run: it lies between ``bound`` and ``value``.

    Attributes
    ----------
    objective : str
    value, bound, gap : float
    years : tuple of int
    base_year : int
        The one that money is discounted to.
    certified : bool
        Whether the run is what was certified, and breaks no law.
    place : Place
        Where its limits stand, as `standing` says.
    """

    objective: str
    value: float
    bound: float
    gap: float
    years: tuple[int, ...]
    base_year: int
    certified: bool
    place: Place


def standing(case: Case) -> Place:
    """Return where a case stands by its limits, whatever it is called and wherever it was read from."""
    nameless = Label(zh="", en="")
    return place(replace(case, name="", title=nameless, scenario_file="", inputs=(), provenance=(),
                         options=SolveOptions()))


def proven(first: Result, second: Result) -> tuple[float, float, float, str, str]:
    """Return the difference of two objectives, second − first, the least and most of the optima's, verdict and limits.

    Each optimum lies between bound and objective, so their difference lies between second bound − first objective and
    second objective − first bound. It is proven where that interval leaves out 0: where the two intervals are disjoint.
    Where one run differs in nothing but looser limits, the plan of the tighter one holds in it and its bound in the
    tighter one, and its optimum is not above the other.
    """
    nothing = float("nan")
    if first.objective != second.objective:
        return nothing, nothing, nothing, OTHER_OBJECTIVE, ""
    if first.years != second.years:
        return nothing, nothing, nothing, OTHER_YEARS, ""
    if first.base_year != second.base_year:
        return nothing, nothing, nothing, OTHER_BASE, ""
    difference = second.value - first.value
    if not (first.certified and second.certified):
        return difference, nothing, nothing, NOT_CERTIFIED, ""
    one, two = tightened((first.place, second.place), (first.value, second.value), (first.bound, second.bound))
    least, most = two.bound - one.objective, two.objective - one.bound
    looser, tighter = first.place.within(second.place), second.place.within(first.place)
    least, most = max(least, 0.0) if tighter else least, min(most, 0.0) if looser else most
    rounding = CLEAR * max(abs(first.value), abs(second.value), 1.0)
    verdict = MORE if least > rounding else LESS if most < -rounding else (
        SAME if least >= -rounding and most <= rounding else OPEN)
    return difference, least, most, verdict, "" if looser == tighter else LOOSER if looser else TIGHTER


def pairs(results: Mapping[str, Result]) -> pd.DataFrame:
    """Return of each two runs the difference of their objectives, its certified interval and the verdict."""
    rows = [(one, two, *proven(results[one], results[two])) for one, two in combinations(results, 2)]
    return pd.DataFrame(rows, columns=PAIRS)


def objectives(results: Mapping[str, Result]) -> pd.DataFrame:
    """Return objective, bound and gap of every run."""
    rows = [(run, r.objective, r.value, r.bound, r.gap, r.years[0], r.years[-1], r.certified)
            for run, r in results.items()]
    return pd.DataFrame(rows, columns=["run", "objective", "value", "bound", "gap", "first_year", "last_year",
                                       "certified"])


def indicators(tables: Mapping[str, Tables], years: Collection[int]) -> pd.DataFrame:
    """Return limit, value, margin and verdict of every requirement in every run, and whether they differ."""
    whole = _together({run: entry.scorecard for run, entry in tables.items()}, years)
    return _against(whole, ["year", "rule", "item", "unit"], ("limit", "value", "margin"), list(tables))


def balance(tables: Mapping[str, Tables], years: Collection[int]) -> pd.DataFrame:
    """Return demand and where it was met from in every run, with the differences to the first."""
    whole = _together({run: entry.balance for run, entry in tables.items()}, years)
    return _against(whole, ["year", "use", "market"], QUANTITIES, list(tables))


def costs(tables: Mapping[str, Tables], years: Collection[int]) -> pd.DataFrame:
    """Return the cost of every year and term in every run, with the differences to the first."""
    whole = _together({run: entry.costs for run, entry in tables.items()}, years)
    return _against(whole, ["year", "term"], ("cost_10kcny", "discounted_10kcny"), list(tables))


def actions(tables: Mapping[str, Tables], years: Collection[int]) -> pd.DataFrame:
    """Return what is done with every block in every run: the year, empty where it is not, and whether they differ.

    Returns
    -------
    pandas.DataFrame
        One row per block, action and run: block, mineral, action, run, year, capacity_10kt_a, differs.
    """
    whole = _together({run: entry.actions for run, entry in tables.items()}, years)
    key = ["block", "mineral", "action", "turn"]
    whole["turn"] = whole.groupby(["run", "block", "action"]).cumcount()
    full = _full(whole, key, list(tables))
    full["year"] = full["year"].astype("Int64")
    spread = full.fillna({"year": 0, "capacity_10kt_a": 0.0}).groupby(key, sort=False)[["year", "capacity_10kt_a"]]
    full["differs"] = (spread.transform("max") != spread.transform("min")).any(axis=1)
    return full[["block", "mineral", "action", "run", "year", "capacity_10kt_a", "differs"]]


def _together(tables: Mapping[str, pd.DataFrame], years: Collection[int]) -> pd.DataFrame:
    """Return the tables under each other with their run, in the common years only."""
    parts = [table[table["year"].isin(list(years))].assign(run=run) for run, table in tables.items()]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _full(table: pd.DataFrame, key: Sequence[str], runs: Sequence[str]) -> pd.DataFrame:
    """Return one row per key and run, in the order of both; what a run does not have is empty."""
    keys = table[list(key)].drop_duplicates()
    wanted = keys.merge(pd.DataFrame({"run": list(runs)}), how="cross")
    return wanted.merge(table, on=[*key, "run"], how="left")


def _against(table: pd.DataFrame, key: Sequence[str], figures: Sequence[str], runs: Sequence[str]) -> pd.DataFrame:
    """Return the table with the difference of each figure to the same of the first run."""
    full = _full(table, key, runs)
    for name in figures:
        first = full.groupby(list(key), sort=False)[name].transform(lambda group: group.iloc[0])
        full[f"{name}_difference"] = full[name] - first
    return full
