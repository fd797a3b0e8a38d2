"""The projection of the demand: model, calibration and exports put together, and checked for what cannot be."""

from __future__ import annotations

import numpy as np

from mineralplan.assembly.accounts import assemble_people, assemble_places, assemble_quantities, assemble_terms
from mineralplan.assembly.context import Context
from mineralplan.assembly.drivers import REQUIRED, assemble_drivers
from mineralplan.assembly.exports import assemble_exports
from mineralplan.assembly.observed import assemble_observations, observed_table
from mineralplan.assembly.works import assemble_projects
from mineralplan.demand import sampling
from mineralplan.demand.calibration import Calibration, line
from mineralplan.demand.chain import BOTTOM_UP, of_estimator, reachable
from mineralplan.demand.model import GIVEN, DemandModel, Point
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import KAPPA
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.rows import ObservedRow
from mineralplan.inputs.tables import Table

NEGLIGIBLE = 1e-9


def assemble_outlook(ctx: Context) -> Outlook | None:
    """Return the projection, or None where its input is at fault."""
    before = len(ctx.faults.found)
    demand = ctx.scenario.demand
    for use in demand.scale:
        if use != "all" and use not in ctx.plan.uses:
            ctx.fault(("demand", "scale", use), one_of(["all", *ctx.plan.uses], use), repr(use))
    exports = assemble_exports(ctx)
    drivers = assemble_drivers(ctx)
    # A required parameter that is missing was reported as that; of no table at all nothing is known.
    names = {*ctx.region.parameters.names, *(REQUIRED if ctx.region.parameters.names else ())}
    people = assemble_people(ctx)
    quantities = assemble_quantities(ctx)
    terms = assemble_terms(ctx, names, set(quantities))
    places = assemble_places(ctx)
    projects = assemble_projects(ctx, names, people or {name: {} for name in ("population", "urban", "rural")})
    computed, observed = reachable(of_estimator(terms, BOTTOM_UP), GIVEN), observed_table(ctx)
    units = {name: quantity.unit for name, quantity in quantities.items() if name in computed}
    calibration = assemble_observations(ctx, observed, units)
    blamed, needed = {fault.file for fault in ctx.faults.found}, (
        ctx.region.chain, ctx.region.quantities, ctx.region.projects, ctx.region.zones)
    if drivers is None or len(ctx.faults.found) > before or any(table.file in blamed for table in needed):
        return None
    zones = tuple(code for code, zone in ctx.zones.items() if zone.kind == "township")
    model = DemandModel(
        years=range(ctx.plan.base_year, ctx.years[-1] + 1),
        history=drivers.history,
        parameters=drivers.parameters,
        projects=projects,
        terms=terms,
        quantities=quantities,
        uses=tuple(ctx.plan.uses),
        zones=zones,
        people={name: np.array([shares[zone] for zone in zones]) for name, shares in people.items()},
        places={use: np.array([shares.get(zone, 0.0) for zone in zones]) for use, shares in places.items()},
        estimator=demand.estimator,
    )
    point = sampling.central(model, Calibration((), ctx.plan.base_year))
    _refuse_negative_floor(ctx, model, point)
    _refuse_negative_demand(ctx, model, point)
    _refuse_unreachable(ctx, model, calibration, point, observed)
    if len(ctx.faults.found) > before:
        return None
    return Outlook(model, calibration, exports, demand.reason, demand.scale, demand.draws, demand.seed)


def _refuse_negative_floor(ctx: Context, model: DemandModel, point: Point) -> None:
    """Report floor that would have to be torn down because people leave faster than buildings."""
    own = slice(len(model.history) - len(model.years) + 1, None)
    table = ctx.region.parameters
    for place, stock in model.stocks(point).items():
        surplus = stock.surplus[0, own]
        if surplus.max(initial=0.0) > NEGLIGIBLE:
            driver = f"floor_per_head_{place}"
            at = next(placed.line for placed in table.placed if placed.row.parameter == driver)
            year = model.years[1 + int(surplus.argmax())]
            ctx.faults.add(table.file, at, driver, message("no_negative_floor"),
                           f"{-surplus.max():,.1f} 10k m2, {year}")


def _refuse_negative_demand(ctx: Context, model: DemandModel, point: Point) -> None:
    """Report uses of which a township would have less than nothing."""
    table = ctx.region.chain
    for use, demand in model.demand(point).items():
        least = model.by_zone(use, demand)[0]
        if least.min() < -NEGLIGIBLE:
            at = next(placed.line for placed in table.placed if placed.row.quantity == use)
            year, zone = np.unravel_index(least.argmin(), least.shape)
            ctx.faults.add(table.file, at, f"quantity ({use})", message("bound", sign="≥", value=0),
                           f"{least.min():g}, {model.zones[zone]}, {model.years[year]}")


def _refuse_unreachable(
    ctx: Context, model: DemandModel, calibration: Calibration, point: Point, table: Table[ObservedRow]
) -> None:
    """Report observations of the base year that no calibration can reach."""
    if not calibration.calibrated:
        return
    if model.parameters[KAPPA].certain:
        given = ctx.region.parameters
        at = next(placed.line for placed in given.placed if placed.row.parameter == KAPPA)
        ctx.faults.add(given.file, at, f"low, high ({KAPPA})", message("prior"), "–")
        return
    lines = {(placed.row.year, placed.row.use): placed.line for placed in table.placed}
    fixed, slope = line(model, point, calibration.base_year)
    for entry in calibration.observations:
        if entry.year != calibration.base_year:
            continue
        name, at = f"({entry.year} {entry.quantity})", lines[entry.year, entry.quantity]
        if slope[entry.quantity][0] <= 0:
            reached = [name for name, rise in slope.items() if rise[0] > 0]
            ctx.faults.add(table.file, at, f"use {name}", one_of(reached, entry.quantity), repr(entry.quantity))
        elif entry.amount <= fixed[entry.quantity][0]:
            ctx.faults.add(table.file, at, f"quantity {name}",
                           message("bound", sign=">", value=f"{fixed[entry.quantity][0]:g}"), f"{entry.amount:g}")
