"""Supply from outside the blocks, switched and scaled by the scenario."""

from __future__ import annotations

from mineralplan.assembly.context import Context
from mineralplan.case import Supply
from mineralplan.inputs.faults import one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import SupplyRow
from mineralplan.inputs.scenario import SupplyChange
from mineralplan.inputs.schedule import Schedule


def assemble_supplies(ctx: Context) -> dict[str, Supply]:
    """Return imports and recycled material, switched and scaled by the scenario."""
    table = ctx.region.supplies
    steps: dict[str, list[SupplyRow]] = {}
    for placed in table.placed:
        uses = ctx.known(table, placed, "use", ctx.plan.uses)
        if ctx.known(table, placed, "zone", ctx.zone_names) and uses:
            steps.setdefault(placed.row.supply, []).append(placed.row)
    for code in ctx.scenario.supplies:
        if code not in {row.supply for row in table.rows}:
            ctx.fault(("supplies", code), one_of(steps, code), repr(code))
    return {
        code: _supply(ctx, rows, ctx.scenario.supplies.get(code))
        for code, rows in steps.items()
        if rows[0].zone in ctx.zones and (rows[0].kind != "import" or ctx.scenario.trade.imports)
    }


def _supply(ctx: Context, rows: list[SupplyRow], change: SupplyChange | None) -> Supply:
    """Return one supply by year: each row holds from its year on; before the first there is none to have."""
    rows = sorted(rows, key=lambda row: row.from_year)
    first, price, limit = rows[0], {}, {}
    for year in ctx.years:
        valid = [row for row in rows if row.from_year <= year]
        price[year] = (valid or rows[:1])[-1].price_cny_t * _scale(change.price_scale if change else None, year)
        limit[year] = (valid[-1].limit_10kt_a if valid else 0.0) * _scale(change.limit_scale if change else None, year)
    return Supply(first.supply, first.kind, first.use, first.zone, ctx.zones[first.zone].place, price, limit,
                  Label(zh=first.name_zh, en=first.name_en))


def _scale(schedule: Schedule | None, year: int) -> float:
    value = schedule.at(year) if schedule else None
    return 1.0 if value is None else value
