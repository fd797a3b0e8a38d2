"""The projection of the demand: model, calibration and exports put together, and checked for what cannot be."""

from __future__ import annotations

import numpy as np

from mineralplan.assembly.accounts import assemble_people, assemble_places, assemble_quantities, assemble_terms
from mineralplan.assembly.context import Context
from mineralplan.assembly.drivers import assemble_drivers
from mineralplan.assembly.exports import assemble_exports
from mineralplan.assembly.observed import assemble_observations
from mineralplan.assembly.works import assemble_projects
from mineralplan.demand import sampling
from mineralplan.demand.calibration import Calibration, line
from mineralplan.demand.chain import BOTTOM_UP
from mineralplan.demand.model import GIVEN, DemandModel, Point
from mineralplan.demand.outlook import Outlook
from mineralplan.inputs.faults import message, one_of

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
    names = {*ctx.region.parameters.names}
    people = assemble_people(ctx)
    quantities = assemble_quantities(ctx)
    terms = assemble_terms(ctx, names, set(quantities))
    places = assemble_places(ctx)
    projects = assemble_projects(ctx, names, people or {name: {} for name in ("population", "urban", "rural")})
    computed = {*GIVEN, *(term.quantity for term in terms)}
    calibration = assemble_observations(ctx, {name: q.unit for name, q in quantities.items() if name in computed})
    if drivers is None or len(ctx.faults.found) > before or any(t.refused for t in (
            ctx.region.chain, ctx.region.quantities, ctx.region.projects, ctx.region.zones)):
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
    _refuse_the_impossible(ctx, model, calibration)
    if len(ctx.faults.found) > before:
        return None
    return Outlook(model, calibration, exports, demand.reason, demand.scale, demand.draws, demand.seed)


def _refuse_the_impossible(ctx: Context, model: DemandModel, calibration: Calibration) -> None:
    """Report negative floor, negative demand, and observations that no calibration can reach."""
    point = sampling.central(model, Calibration((), calibration.base_year))
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
    _refuse_unreachable(ctx, model, calibration, point)
    for use, demand in model.demand(point).items():
        least = demand[0].sum(axis=-1)
        if least.min() < 0:
            ctx.faults.add(ctx.region.chain.file, None, use, message("bound", sign="≥", value=0),
                           f"{least.min():g}, {model.years[int(least.argmin())]}")


def _refuse_unreachable(ctx: Context, model: DemandModel, calibration: Calibration, point: Point) -> None:
    bottom_up = {term.quantity for term in model.terms_of(BOTTOM_UP)}
    if not calibration.calibrated or not bottom_up:
        return
    fixed, slope = line(model, point, calibration.base_year)
    for entry in calibration.observations:
        if entry.year != calibration.base_year:
            continue
        file = ctx.scenario.demand.observed or ctx.region.observed.file
        if slope[entry.quantity][0] <= 0:
            reached = [name for name, rise in slope.items() if rise[0] > 0]
            ctx.faults.add(file, None, f"use ({entry.quantity} {entry.year})", one_of(reached, entry.quantity),
                           repr(entry.quantity))
        elif entry.amount <= fixed[entry.quantity][0]:
            ctx.faults.add(file, None, f"quantity ({entry.quantity} {entry.year})",
                           message("bound", sign=">", value=f"{fixed[entry.quantity][0]:g}"), f"{entry.amount:g}")
