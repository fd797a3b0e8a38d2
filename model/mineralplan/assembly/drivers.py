"""The parameters of the demand model, as the tables give them and the scenario changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mineralplan.assembly.context import Context
from mineralplan.demand import curve, stock
from mineralplan.demand.model import NEEDED
from mineralplan.demand.parameters import CORRELATION, KAPPA, OBSERVATION_ERROR, Array, Parameter, between
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.rows import ParameterRow
from mineralplan.inputs.scenario import ParameterChange
from mineralplan.inputs.schedule import ALWAYS, Schedule
from mineralplan.inputs.tables import Placed

REQUIRED = (*NEEDED, KAPPA, CORRELATION, OBSERVATION_ERROR)
BOUNDS = ("low", "central", "high")
Anchors = Mapping[int, float]


@dataclass(frozen=True)
class Drivers:
    """The parameters of a case.

    Attributes
    ----------
    history : range
        From the first year of the stock's drivers to the last planned year.
    """

    history: range
    parameters: dict[str, Parameter]


def assemble_drivers(ctx: Context) -> Drivers | None:
    """Return every parameter over the years that the model asks of it, or None where one of them is at fault."""
    table, changes = ctx.region.parameters, ctx.scenario.demand.parameters
    rows: dict[str, list[Placed[ParameterRow]]] = {}
    for placed in table.placed:
        rows.setdefault(placed.row.parameter, []).append(placed)
    _names_exist(ctx, {*rows, *table.refused})
    missing = [name for name in REQUIRED if name not in rows and name not in table.refused]
    for name in missing:
        ctx.faults.add(table.file, None, name, message("present"), "–")
    if missing or table.refused or not rows:
        return None
    last = ctx.years[-1]
    history = range(min(_first(rows[name], ctx.plan.base_year) for name in stock.DRIVERS), last + 1)
    years = range(ctx.plan.base_year, last + 1)
    found = {
        name: _parameter(ctx, placed, changes.get(name), history if name in stock.DRIVERS else years)
        for name, placed in rows.items()
    }
    whole = {name: parameter for name, parameter in found.items() if parameter is not None}
    return Drivers(history, whole) if len(whole) == len(found) else None


def _names_exist(ctx: Context, names: Iterable[str]) -> None:
    demand = ctx.scenario.demand
    for name in demand.parameters:
        if name not in names:
            ctx.fault(("demand", "parameters", name), one_of(names, name), repr(name))
    for name in demand.interpolate:
        if name != "all" and name not in names:
            ctx.fault(("demand", "interpolate", name), one_of(["all", *names], name), repr(name))


def _first(rows: list[Placed[ParameterRow]], base: int) -> int:
    return min((entry.row.year for entry in rows if entry.row.year is not None), default=base)


def _parameter(
    ctx: Context, rows: list[Placed[ParameterRow]], change: ParameterChange | None, years: range
) -> Parameter | None:
    """Return one parameter; its bounds keep their proportion to the central figure, between anchors and under change."""
    one, name, line = rows[0].row, rows[0].row.parameter, rows[0].line
    central: Anchors = {ALWAYS if r.row.year is None else r.row.year: r.row.central for r in rows}
    if ALWAYS in central and len(rows) > 1:
        ctx.faults.add(ctx.region.parameters.file, line, f"year ({name})", message("one_or_by_year"), "–")
        return None
    given = _path(ctx, name, line, central, years)
    changed = _changed(ctx, name, change, years)
    middle = changed.get("central", given)
    if middle is None:
        return None
    low, high = (changed.get(b, middle * _ratio(rows, b, years)) for b in ("low", "high"))
    if low is None or high is None:
        return None
    low, middle, high = np.broadcast_arrays(low, middle, high)
    if not (np.all(low <= middle) and np.all(middle <= high)):
        ctx.fault(("demand", "parameters", name), message("in_order"), "–")
        return None
    span = tuple(years) if len(middle) == len(years) > 1 else ()
    return Parameter(name, one.unit, low, middle, high, span, one.shared == "yes", tuple(r.row for r in rows),
                     change is not None)


def _ratio(rows: list[Placed[ParameterRow]], bound: str, years: range) -> Array:
    """Return a bound as a part of the central figure, straight between the anchors."""
    ratios = {}
    for placed in rows:
        figure = getattr(placed.row, bound)
        known = figure is not None and placed.row.central > 0
        ratios[ALWAYS if placed.row.year is None else placed.row.year] = figure / placed.row.central if known else 1.0
    if ALWAYS in ratios:
        return np.array([ratios[ALWAYS]])
    return between(ratios, years, "linear")


def _changed(ctx: Context, name: str, change: ParameterChange | None, years: range) -> dict[str, Array | None]:
    """Return the paths that the scenario sets; None for one that lacks a year."""
    schedules: dict[str, Schedule | None] = {bound: getattr(change, bound, None) for bound in BOUNDS}
    return {bound: _path(ctx, name, None, dict(schedule.steps), years)
            for bound, schedule in schedules.items() if schedule is not None}


def _path(ctx: Context, name: str, line: int | None, anchors: Anchors, years: range) -> Array | None:
    """Return the figures of all ``years``, or one that holds always; None where one is missing.

    Parameters
    ----------
    line : int or None
        Of the table; None where the scenario gave the anchors.
    """
    if ALWAYS in anchors:
        return np.array([anchors[ALWAYS]])
    how = ctx.scenario.demand.interpolate.get(name, ctx.scenario.demand.interpolate.get("all"))
    first, last = min(anchors), max(anchors)
    lacking = [y for y in years if y not in anchors and (how is None or not first <= y <= last)]
    if lacking:
        expected = message("every_year" if how is None else "to_the_end", first=years[0], last=years[-1])
        found = _spans(lacking)
        if line is None:
            ctx.fault(("demand", "parameters", name), expected, found)
        else:
            ctx.faults.add(ctx.region.parameters.file, line, f"year ({name})", expected, found)
        return None
    return between(anchors, years, how or "linear")


def _spans(years: list[int]) -> str:
    """Return the years that are missing, runs of them as first–last.

    Examples
    --------
    >>> _spans([1, 2, 3, 7])
    'no 1–3, 7'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return "no " + ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


COMPUTED = (curve.PER_HEAD,)
"""Factors of the chain that the model computes from parameters."""
