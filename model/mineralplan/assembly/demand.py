"""The demand of a case by use, zone and year, and the distances to it."""

from __future__ import annotations

from mineralplan.assembly.context import Context
from mineralplan.case import Economics
from mineralplan.demand import chain
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.schedule import constant

Figures = dict[tuple[str, str, int], float]


def assemble_demand(ctx: Context, economics: Economics) -> tuple[Figures, Figures]:
    """Return the demand by use, zone and year, and what it costs not to meet it."""
    totals = _totals(ctx)
    shares = _shares(ctx)
    demand: Figures = {}
    unserved: Figures = {}
    for use in ctx.plan.uses:
        if use not in totals or use not in shares:
            continue
        scaled = {year: quantity * _scale(ctx, use, year) for year, quantity in totals[use].items()}
        for (zone, year), quantity in chain.split(scaled, shares[use]).items():
            # A hundredth of a tonne: exact decimals, so that the audit's arithmetic closes.
            demand[use, zone, year] = round(quantity, 6)
            unserved[use, zone, year] = economics.shortage.get(use, 0.0)
    _exports(ctx, demand, unserved)
    return demand, unserved


def _totals(ctx: Context) -> dict[str, dict[int, float]]:
    table = ctx.region.chain
    names: set[str] = set()
    sound = True
    for placed in table.placed:
        if placed.row.of and placed.row.of not in names:
            sound &= ctx.known(table, placed, "of", names)
        names.add(placed.row.quantity)
    for quantity in ctx.scenario.demand.factors:
        if quantity not in names:
            ctx.fault(("demand", "factors", quantity), one_of(names, quantity), repr(quantity))
    for use in ctx.scenario.demand.scale:
        if use != "all" and use not in ctx.plan.uses:
            ctx.fault(("demand", "scale", use), one_of(["all", *ctx.plan.uses], use), repr(use))
    return chain.evaluate(table.rows, ctx.years, ctx.scenario.demand.factors) if sound else {}


def _scale(ctx: Context, use: str, year: int) -> float:
    """Return what a scenario multiplies a use's demand with; nothing is scaled before a schedule's first year."""
    factor = 1.0
    for name in ("all", use):
        value = ctx.scenario.demand.scale.get(name, constant(1.0)).at(year)
        factor *= 1.0 if value is None else value
    return factor


def _shares(ctx: Context) -> dict[str, dict[str, float]]:
    people = {code: zone.population for code, zone in ctx.zones.items() if zone.kind == "township"}
    table = ctx.region.places
    shares: dict[str, dict[str, float]] = {}
    for placed in table.placed:
        # What neighbours take are exports: a place among them would count as one.
        town = ctx.known(table, placed, "zone", ctx.zones_of("township"))
        if ctx.known(table, placed, "use", ctx.plan.uses) and town:
            shares.setdefault(placed.row.use, {})[placed.row.zone] = placed.row.share
    if ctx.zones and not any(people.values()):
        ctx.faults.add(ctx.region.zones.file, None, "population", message("bound", sign=">", value=0), 0)
        return {}
    return {use: shares.get(use, people) for use in ctx.plan.uses}


def _exports(ctx: Context, demand: Figures, unserved: Figures) -> None:
    if not ctx.scenario.trade.exports:
        return
    table = ctx.region.exports
    for placed in sorted(table.placed, key=lambda placed: placed.row.from_year):
        row = placed.row
        # An export row for a township would take the place of the township's own demand.
        abroad = ctx.known(table, placed, "zone", ctx.zones_of("neighbour"))
        if not (ctx.known(table, placed, "use", ctx.plan.uses) and abroad):
            continue
        for year in ctx.years:
            if year >= row.from_year:
                demand[row.use, row.zone, year] = row.quantity_10kt_a
                unserved[row.use, row.zone, year] = row.value_cny_t


def assemble_routes(ctx: Context, sources: set[str]) -> dict[tuple[str, str], float]:
    """Return the road distances that replace the estimate."""
    table, result = ctx.region.routes, {}
    for placed in table.placed:
        if ctx.known(table, placed, "source", sources) & ctx.known(table, placed, "zone", ctx.zone_names):
            result[placed.row.source, placed.row.zone] = placed.row.distance_km
    return result
