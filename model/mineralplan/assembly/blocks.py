"""The candidate blocks of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from mineralplan.assembly.context import Context
from mineralplan.case import Block, Option, Place
from mineralplan.inputs.faults import Faults, from_validation, message, one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import BlockRow
from mineralplan.inputs.scenario import Scenario
from mineralplan.inputs.tables import Placed, Table

if TYPE_CHECKING:
    from mineralplan.assembly.recipe import Recipe


def assemble_blocks(ctx: Context) -> dict[str, Block]:
    """Return the candidate blocks and merges, with the scenario's changes."""
    region = ctx.region
    codes = {row.block for row in (*region.blocks.rows, *region.merges.rows)}
    for code in ctx.scenario.blocks:
        if code not in codes:
            ctx.fault(("blocks", code), one_of(codes, code), repr(code))
    additions: dict[str, list[tuple[int, float]]] = {}
    for placed in region.additions.placed:
        if ctx.known(region.additions, placed, "block", codes):
            additions.setdefault(placed.row.block, []).append((placed.row.year, placed.row.resource_10kt))
    result = {}
    for table in (region.blocks, region.merges):
        for entry in table.placed:
            row = _changed(ctx, entry.row)
            if _sound(ctx, table, entry, row, codes):
                result[row.block] = _block(row, tuple(sorted(additions.get(row.block, ()))))
    return result


def _changed(ctx: Context, row: BlockRow) -> BlockRow:
    change = ctx.scenario.blocks.get(row.block)
    if not change:
        return row
    try:
        return BlockRow.model_validate({**row.model_dump(), **change})
    except ValidationError as error:
        for detail in error.errors():
            expected, found = from_validation(dict(detail), BlockRow.model_fields)
            ctx.fault(("blocks", row.block, str(detail["loc"][0])), expected, found)
        return row


def _sound(ctx: Context, table: Table[BlockRow], placed: Placed[BlockRow], row: BlockRow, codes: set[str]) -> bool:
    """Check what a block names, and its scale against the plan's minimum."""
    sound = ctx.known(table, placed, "mineral", ctx.plan.minerals)
    sound &= ctx.known(table, placed, "zone", ctx.zones)
    if row.area:
        sound &= ctx.known(table, placed, "area", ctx.plan.areas)
    lands = ctx.plan.rules.get("excluded_land", {})
    if row.overlap and row.overlap not in lands:
        ctx.fault(("blocks", row.block, "overlap"), one_of(lands, row.overlap), repr(row.overlap))
        sound = False
    for parent in filter(None, row.parents.split("+")):
        if parent not in codes:
            ctx.faults.add(table.file, placed.line, f"parents ({row.block})", one_of(codes, parent), repr(parent))
            sound = False
    # A scenario may raise a minimum scale and so rule blocks out; the region's own table must agree with its plan.
    published = ctx.region.plan.values.get("rules", {}).get("minimum_scale", {}).get(row.mineral)
    largest = row.expanded_capacity_10kt_a or row.capacity_10kt_a
    if row.status != "existing" and isinstance(published, dict):
        minimum = published.get("limit")
        if isinstance(minimum, int | float) and largest < minimum:
            ctx.faults.add(
                table.file, placed.line, f"capacity_10kt_a ({row.block})",
                message("minimum_scale", value=minimum, clause=published.get("clause", "")), row.capacity_10kt_a,
            )
            sound = False
    return sound


def _block(row: BlockRow, additions: tuple[tuple[int, float], ...]) -> Block:
    options = [Option(row.capacity_10kt_a, row.capital_10kcny)]
    if row.expanded_capacity_10kt_a is not None:
        options.append(Option(row.expanded_capacity_10kt_a, row.expansion_capital_10kcny or 0.0))
    return Block(
        code=row.block, mineral=row.mineral, options=tuple(options), resource=row.resource_10kt, status=row.status,
        label=Label(zh=row.name_zh, en=row.name_en), zone=row.zone, place=Place(row.lon, row.lat),
        area_km2=row.area_km2, usable_share=row.usable_share, recovery=row.recovery, method=row.method,
        earliest=row.earliest_year, latest=row.latest_year, area=row.area, overlap=row.overlap,
        green=row.green == "yes" or row.status != "existing", additions=additions,
        fixed_cost=row.fixed_10kcny_a / row.capacity_10kt_a, operating_cost=row.operating_cny_t,
        closure_cost=row.closure_10kcny, parents=tuple(filter(None, row.parents.split("+"))),
        basis=row.basis, source=row.source,
    )


def check_block_names(recipe: Recipe, scenario: Scenario, faults: Faults) -> None:
    """Say which blocks a scenario names that do not exist; for when the plan itself is at fault."""
    known = {row.block for row in (*recipe.region.blocks.rows, *recipe.region.merges.rows)}
    for block in scenario.blocks:
        if block not in known:
            origin = recipe.layers.origin(("blocks", block), recipe.scenario_file)
            faults.add(origin.file, origin.line, f"blocks.{block}", one_of(known, block), repr(block))
