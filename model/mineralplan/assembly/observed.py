"""What was really used: the observations that the demand model is calibrated with and tested on."""

from __future__ import annotations

from mineralplan.assembly.beside import own_input, own_table
from mineralplan.assembly.context import Context
from mineralplan.demand.calibration import Calibration, Observation
from mineralplan.inputs.faults import message
from mineralplan.inputs.rows import ObservedRow
from mineralplan.inputs.tables import Table
from mineralplan.inputs.units import UnitError, factor

BESIDE = ("demand", "observed")


def assemble_observations(ctx: Context, table: Table[ObservedRow], units: dict[str, str]) -> Calibration:
    """Return the observations in the units of their quantities.

    Parameters
    ----------
    table : Table of ObservedRow
        What `observed_table` returned.
    units : dict of str to str
        The unit of every quantity of the bottom-up estimator.
    """
    first, last = ctx.plan.base_year, ctx.plan.horizon
    found = []
    for placed in table.placed:
        row = placed.row
        if not ctx.known(table, placed, "use", units):
            continue
        if not first <= row.year <= last:
            ctx.faults.add(table.file, placed.line, f"year ({row.use})",
                           message("within_horizon", first=first, last=last), row.year)
            continue
        try:
            amount = row.quantity * factor(row.unit, units[row.use])
        except UnitError:
            ctx.faults.add(table.file, placed.line, f"unit ({row.use})", message("unit", unit=units[row.use]),
                           repr(row.unit))
            continue
        if row.year <= ctx.years[-1]:
            found.append(Observation(row.year, row.use, amount, row.source))
    if table.placed and not table.refused and all(entry.row.year != first for entry in table.placed):
        ctx.faults.add(table.file, None, "year", message("of_base_year", year=first),
                       ", ".join(sorted({str(entry.row.year) for entry in table.placed})))
    return Calibration(tuple(found), first)


def observed_table(ctx: Context) -> Table[ObservedRow]:
    """Return the region's observations, or those that the scenario names."""
    return own_table(ctx, BESIDE, ctx.scenario.demand.observed, ObservedRow, ctx.region.observed)


def observed_input(ctx: Context) -> tuple[tuple[str, str], ...]:
    """Return name and sha256 of the scenario's own file of observations."""
    return own_input(ctx, BESIDE, ctx.scenario.demand.observed)
