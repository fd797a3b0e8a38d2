"""The demand of a case by use, zone and year, and the distances to it."""

from __future__ import annotations

from mineralplan.assembly.context import Context
from mineralplan.demand.outlook import Outlook
from mineralplan.economics import Economics

Figures = dict[tuple[str, str, int], float]


def assemble_demand(ctx: Context, outlook: Outlook, economics: Economics) -> tuple[Figures, Figures]:
    """Return the demand by use, zone and year at the central point, and what it costs not to meet it."""
    model = outlook.model
    demand: Figures = {}
    unserved: Figures = {}
    for use in model.uses:
        zonal = model.by_zone(use, model.of_driver(outlook.central, use))[0]
        for year in ctx.years:
            for zone, amount in zip(model.zones, zonal[model.years.index(year)], strict=True):
                # A hundredth of a tonne: exact decimals, so that the audit's arithmetic closes.
                demand[use, zone, year] = round(float(amount) * outlook.factor(use, year), 6)
                unserved[use, zone, year] = economics.shortage.get(use, 0.0)
    values = {row.export: row.value_cny_t for row in ctx.region.exports.rows}
    for export in outlook.exports:
        for year, amount in export.quantity.items():
            if export.on and amount:
                key = export.use, export.zone, year
                demand[key] = round(demand.get(key, 0.0) + amount, 6)
                unserved[key] = max(unserved.get(key, 0.0), values[export.code])
    return demand, unserved


def assemble_routes(ctx: Context, sources: set[str]) -> dict[tuple[str, str], float]:
    """Return the road distances that replace the estimate."""
    table, result = ctx.region.routes, {}
    for placed in table.placed:
        if ctx.known(table, placed, "source", sources) & ctx.known(table, placed, "zone", ctx.zone_names):
            result[placed.row.source, placed.row.zone] = placed.row.distance_km
    return result
