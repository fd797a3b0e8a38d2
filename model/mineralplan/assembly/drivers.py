"""The parameters of the demand model, as the tables give them and the scenario changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mineralplan.assembly.context import Context
from mineralplan.demand import curve, stock
from mineralplan.demand.model import NEEDED
from mineralplan.demand.parameters import CORRELATION, KAPPA, OBSERVATION_ERROR, SHARE, Array, Parameter, between
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.rows import ParameterRow
from mineralplan.inputs.scenario import ParameterChange
from mineralplan.inputs.schedule import ALWAYS, Schedule, spans_of
from mineralplan.inputs.tables import Placed

REQUIRED = (*NEEDED, KAPPA, CORRELATION, OBSERVATION_ERROR)
POSITIVE = (*stock.LIVES, stock.SHAPE, KAPPA, OBSERVATION_ERROR)
"""What the model divides by, or takes the logarithm of."""
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
    if not table.names:
        return None  # the table has a fault of its own
    _names_exist(ctx, table.names)
    missing = [name for name in REQUIRED if name not in rows and name not in table.refused]
    for name in missing:
        ctx.faults.add(table.file, None, name, message("present"), "–")
    base, last = ctx.plan.base_year, ctx.years[-1]
    history = range(min((_first(rows[name], base) for name in stock.DRIVERS if name in rows), default=base), last + 1)
    found = {
        name: _parameter(ctx, placed, changes.get(name), history if name in stock.DRIVERS else range(base, last + 1))
        for name, placed in rows.items() if name not in table.refused
    }
    whole = {name: parameter for name, parameter in found.items() if parameter is not None}
    return None if missing or table.refused or len(whole) < len(found) else Drivers(history, whole)


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
    """Return one parameter; its bounds keep their proportion to the central figure, between anchors and in a change."""
    one, name, line = rows[0].row, rows[0].row.parameter, rows[0].line
    central: Anchors = {ALWAYS if r.row.year is None else r.row.year: r.row.central for r in rows}
    if ALWAYS in central and len(rows) > 1:
        ctx.faults.add(ctx.region.parameters.file, line, f"year ({name})", message("one_or_by_year"), "–")
        return None
    changed = _changed(ctx, rows, change, years)
    middle = changed["central"] if "central" in changed else _path(ctx, name, line, central, years)
    if middle is None:
        return None
    low, high = (changed.get(b, middle * _ratio(rows, b, years)) for b in ("low", "high"))
    if low is None or high is None:
        return None
    # The stock is followed from year to year, so that its drivers are paths also where one figure holds always.
    wide = np.empty(len(years) if name in stock.DRIVERS else 1)
    low, middle, high, _ = np.broadcast_arrays(low, middle, high, wide)
    if not _possible(ctx, rows, change, low, middle, high):
        return None
    span = tuple(years) if len(middle) == len(years) > 1 else ()
    return Parameter(name, one.unit, low, middle, high, span, one.shared == "yes", tuple(r.row for r in rows),
                     change is not None)


def _possible(
    ctx: Context, rows: list[Placed[ParameterRow]], change: ParameterChange | None, low: Array, middle: Array,
    high: Array,
) -> bool:
    """Check that the bounds hold the central figure, and that the model can work with the figures."""
    name, unit = rows[0].row.parameter, rows[0].row.unit
    torn = (low > middle) | (middle > high)
    if torn.any():
        at = int(torn.argmax())
        ctx.fault(("demand", "parameters", name), message("in_order"), f"{low[at]:g}, {middle[at]:g}, {high[at]:g}")
        return False
    if (unit == SHARE or name == CORRELATION) and middle.max() > 1:
        column, expected, found = "central", message("bound", sign="≤", value=1), middle.max()
    elif name in POSITIVE and low.min() <= 0:
        column, expected, found = "low", message("bound", sign=">", value=0), low.min()
    else:
        return True
    if change is not None and (change.central is not None or getattr(change, column) is not None):
        ctx.fault(("demand", "parameters", name), expected, f"{found:g}")
    else:
        line = next((placed.line for placed in rows if _figure(placed.row, column) == found), rows[0].line)
        ctx.faults.add(ctx.region.parameters.file, line, f"{column} ({name})", expected, f"{found:g}")
    return False


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


def _changed(
    ctx: Context, rows: list[Placed[ParameterRow]], change: ParameterChange | None, years: range
) -> dict[str, Array | None]:
    """Return the paths that the scenario sets, after the anchors before its first; None for one that lacks a year."""
    schedules: dict[str, Schedule | None] = {bound: getattr(change, bound, None) for bound in BOUNDS}
    result = {}
    for bound, schedule in schedules.items():
        if schedule is not None:
            first = schedule.steps[0][0]
            kept = {r.row.year: _figure(r.row, bound) for r in rows if r.row.year is not None and r.row.year < first}
            result[bound] = _path(ctx, rows[0].row.parameter, None, {**kept, **dict(schedule.steps)}, years)
    return result


def _figure(row: ParameterRow, bound: str) -> float:
    figure: float | None = getattr(row, bound)
    return row.central if figure is None else figure


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
        expected = message("every_year" if how is None else "to_the_end", years=spans_of(lacking))
        found = spans_of(sorted(anchors))
        if line is None:
            ctx.fault(("demand", "parameters", name), expected, found)
        else:
            ctx.faults.add(ctx.region.parameters.file, line, f"year ({name})", expected, found)
        return None
    return between(anchors, years, how or "linear")


COMPUTED = (curve.PER_HEAD,)
"""Factors of the chain that the model computes from parameters."""
