"""Supply from outside the blocks, switched and scaled by the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mineralplan.assembly.context import Context
from mineralplan.case import Place, Supply
from mineralplan.demand.chain import BOTTOM_UP
from mineralplan.demand.model import PATTERNS
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import Array
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import SupplyRow
from mineralplan.inputs.scenario import SupplyChange
from mineralplan.inputs.schedule import Schedule

SPOIL: Literal["spoil"] = "spoil"
Available = Mapping[str, Array]
"""What the demand model says of a quantity, shape (years, patterns), by the supply of its name."""


def assemble_supplies(ctx: Context, outlook: Outlook | None) -> dict[str, Supply]:
    """Return imports, recycled material and the stone of projects' own works."""
    table = ctx.region.supplies
    steps: dict[str, list[SupplyRow]] = {}
    available = _available(outlook)
    quantities = available or ctx.region.quantities.names
    for placed in table.placed:
        row = placed.row
        sound = ctx.known(table, placed, "use", ctx.plan.uses)
        if row.kind != SPOIL or row.zone:
            sound &= ctx.known(table, placed, "zone", ctx.zone_names)
        limit = f"limit_10kt_a ({row.supply} {row.from_year})"
        if row.kind == SPOIL and row.limit_10kt_a is not None:
            ctx.faults.add(table.file, placed.line, limit, message("blank_with", column=f"kind {SPOIL}"),
                           row.limit_10kt_a)
            sound = False
        elif row.limit_10kt_a is None and row.supply not in quantities:
            ctx.faults.add(table.file, placed.line, limit, message("limit_or_quantity"), "–")
            sound = False
        if sound:
            steps.setdefault(row.supply, []).append(row)
    for code in ctx.scenario.supplies:
        if code not in {row.supply for row in table.rows}:
            ctx.fault(("supplies", code), one_of(steps, code), repr(code))
    supplies: dict[str, Supply] = {}
    for code, rows in steps.items():
        rows.sort(key=lambda row: row.from_year)
        change = ctx.scenario.supplies.get(code, SupplyChange())
        if rows[0].kind == SPOIL:
            supplies |= _per_project(ctx, rows, change, outlook, available)
        elif rows[0].zone in ctx.zones and (rows[0].kind != "import" or ctx.scenario.trade.imports):
            supplies[code] = _supply(ctx, rows, change, available)
    return supplies


def _available(outlook: Outlook | None) -> Available:
    """Return the central figures of the demand model, of the driving estimator first."""
    if outlook is None:
        return {}
    found = {**outlook.central[BOTTOM_UP], **outlook.central[outlook.model.estimator]}
    return {name: values[0] for name, values in found.items()}


def _supply(ctx: Context, rows: list[SupplyRow], change: SupplyChange, available: Available) -> Supply:
    """Return one supply by year: each row holds from its year on; before the first there is none to have."""
    first, price, limit = rows[0], _price(ctx, rows, change), {}
    for year in ctx.years:
        valid = [row for row in rows if row.from_year <= year]
        most = valid[-1].limit_10kt_a if valid else 0.0
        if most is None:
            most = _round(available[first.supply][year - ctx.plan.base_year].sum()) if available else 0.0
        limit[year] = most * _scale(change.limit_scale, year)
    return Supply(first.supply, first.kind, first.use, first.zone, ctx.zones[first.zone].place, price, limit,
                  Label(zh=first.name_zh, en=first.name_en))


def _per_project(
    ctx: Context, rows: list[SupplyRow], change: SupplyChange, outlook: Outlook | None, available: Available
) -> dict[str, Supply]:
    """Return the stone of each project's own works, which no other place can use."""
    supplies: dict[str, Supply] = {}
    first, price = rows[0], _price(ctx, rows, change)
    for column, project in enumerate(outlook.model.projects if outlook else (), start=len(PATTERNS)):
        limit = {}
        for year in ctx.years:
            amount = available[first.supply][year - ctx.plan.base_year, column] if year >= first.from_year else 0.0
            limit[year] = _round(amount) * _scale(change.limit_scale, year)
        if any(limit.values()):
            code = f"{first.supply}_{project.name}"
            reach = tuple(zone for zone, share in project.towns.items() if share)
            place = _middle(ctx, project.towns)
            label = Label(zh=project.label.zh + first.name_zh, en=f"{project.label.en}: {first.name_en}")
            supplies[code] = Supply(code, SPOIL, first.use, "", place, price, limit, label, reach)
    return supplies


def _price(ctx: Context, rows: list[SupplyRow], change: SupplyChange) -> dict[int, float]:
    """Return the price by year: each row's holds from its year on, the first row's before it too."""
    return {
        year: ([row for row in rows if row.from_year <= year] or rows[:1])[-1].price_cny_t
        * _scale(change.price_scale, year) for year in ctx.years
    }


def _middle(ctx: Context, towns: Mapping[str, float]) -> Place:
    """Return the point between a project's townships, each weighing as its share."""
    places = [(ctx.zones[zone].place, share) for zone, share in towns.items()]
    return Place(sum(place.lon * share for place, share in places), sum(place.lat * share for place, share in places))


def _round(amount: float) -> float:
    return round(float(amount), 6)


def _scale(schedule: Schedule | None, year: int) -> float:
    value = schedule.at(year) if schedule else None
    return 1.0 if value is None else value
