"""What neighbours would buy: each export an entry of its own that a scenario can switch and scale."""

from __future__ import annotations

from mineralplan.assembly.context import Context
from mineralplan.demand.outlook import Export
from mineralplan.inputs.faults import one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import ExportRow
from mineralplan.inputs.scenario import ExportChange
from mineralplan.inputs.schedule import constant


def assemble_exports(ctx: Context) -> tuple[Export, ...]:
    """Return every export, also those that the scenario switches off."""
    table, changes = ctx.region.exports, ctx.scenario.exports
    for code in changes:
        if code not in table.names:
            ctx.fault(("exports", code), one_of(table.names, code), repr(code))
    steps: dict[str, list[ExportRow]] = {}
    for placed in sorted(table.placed, key=lambda placed: placed.row.from_year):
        # An export to a township would take the place of the township's own demand.
        abroad = ctx.known(table, placed, "zone", ctx.zones_of("neighbour"))
        if ctx.known(table, placed, "use", ctx.plan.uses) and abroad:
            steps.setdefault(placed.row.export, []).append(placed.row)
    return tuple(_export(ctx, rows, changes.get(code, ExportChange())) for code, rows in steps.items())


def _export(ctx: Context, rows: list[ExportRow], change: ExportChange) -> Export:
    first, quantity = rows[0], {}
    for year in ctx.years:
        valid = [row for row in rows if row.from_year <= year]
        factor = (change.scale or constant(1.0)).at(year)
        quantity[year] = (valid[-1].quantity_10kt_a if valid else 0.0) * (1.0 if factor is None else factor)
    return Export(first.export, Label(zh=first.name_zh, en=first.name_en), first.use, first.zone, quantity,
                  ctx.scenario.trade.exports and change.on, first.basis, first.source)
