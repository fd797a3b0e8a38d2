"""What was really used: the observations that the demand model is calibrated with and tested on."""

from __future__ import annotations

from pathlib import Path

from mineralplan.assembly.context import Context
from mineralplan.demand.calibration import Calibration, Observation
from mineralplan.inputs.faults import message
from mineralplan.inputs.paths import beside, project_of
from mineralplan.inputs.region import sha256
from mineralplan.inputs.rows import ObservedRow
from mineralplan.inputs.tables import Table, read_table
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
    given = observed_file(ctx)
    if given is None:
        return ctx.region.observed
    file, path = given
    if path is None:
        ctx.fault(BESIDE, message("inside", folder=project_of(Path(ctx.sources.scenario_file))),
                  repr(ctx.scenario.demand.observed))
        return Table(file)
    if not path.is_file():
        ctx.fault(BESIDE, message("readable"), repr(file))
    return read_table(path, file, ObservedRow, ctx.faults, required=path.is_file())


def observed_file(ctx: Context) -> tuple[str, Path | None] | None:
    """Return the scenario's own file of observations: how reports call it, and where it is if it may be read."""
    name = ctx.scenario.demand.observed
    if not name:
        return None
    written = Path(ctx.sources.layers.origin(BESIDE, ctx.sources.scenario_file).file)
    # What is typed, on the command line or in Python, is seen from the user's folder and may lie anywhere.
    typed = not written.suffix
    project = None if typed else project_of(Path(ctx.sources.scenario_file))
    file = (written.parent / name.replace("\\", "/")).as_posix()
    return file, beside(written, name, within=project)


def observed_input(ctx: Context) -> tuple[tuple[str, str], ...]:
    """Return name and sha256 of the scenario's own file of observations."""
    given = observed_file(ctx)
    return ((given[0], sha256(given[1])),) if given and given[1] and given[1].is_file() else ()
