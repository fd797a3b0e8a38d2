"""The candidate blocks of a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from mineralplan.assembly.context import Context
from mineralplan.assembly.sources import Sources
from mineralplan.case import Block, Option, Place
from mineralplan.inputs.faults import Faults, Message, from_validation, message, one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import BlockRow
from mineralplan.inputs.scenario import Scenario
from mineralplan.inputs.tables import Placed, Table


def assemble_blocks(ctx: Context) -> dict[str, Block]:
    """Return the candidate blocks and merges, with the scenario's changes."""
    region = ctx.region
    codes = region.blocks.names | region.merges.names
    for code in ctx.scenario.blocks:
        if code not in codes:
            ctx.fault(("blocks", code), one_of(codes, code), repr(code))
    additions: dict[str, list[tuple[int, float]]] = {}
    for placed in region.additions.placed:
        if ctx.known(region.additions, placed, "block", codes):
            additions.setdefault(placed.row.block, []).append((placed.row.year, placed.row.resource_10kt))
    result: dict[str, Block] = {}
    lines = {entry.row.block: entry.line for entry in region.blocks.placed}
    for table in (region.blocks, region.merges):
        for entry in table.placed:
            candidate = _Candidate(ctx, table, entry, _changed(ctx, entry.row))
            if table is region.merges and entry.row.block in lines:
                taken = message("unique", line=f"{lines[entry.row.block]}, {region.blocks.file}")
                ctx.faults.add(table.file, entry.line, entry.row.block, taken, entry.row.block)
            elif candidate.sound(codes):
                result[entry.row.block] = _block(candidate.row, tuple(sorted(additions.get(entry.row.block, ()))))
    return result


def _changed(ctx: Context, row: BlockRow) -> BlockRow:
    """Return a row with what the scenario changes of it; its code is its name and stays."""
    change = ctx.scenario.blocks.get(row.block)
    if not change:
        return row
    columns = [column for column in BlockRow.model_fields if column != "block"]
    if "block" in change:
        ctx.fault(("blocks", row.block, "block"), one_of(columns, ""), repr(change["block"]))
    try:
        return BlockRow.model_validate({**row.model_dump(), **change, "block": row.block})
    except ValidationError as error:
        for detail in error.errors():
            expected, found = from_validation(dict(detail), columns)
            ctx.fault(("blocks", row.block, str(detail["loc"][0])), expected, found)
        return row


@dataclass(frozen=True)
class _Candidate:
    """A block as the scenario has it, and the table row it comes from."""

    ctx: Context
    table: Table[BlockRow]
    entry: Placed[BlockRow]
    row: BlockRow

    def sound(self, codes: Iterable[str]) -> bool:
        """Check what the block names, and its scale against the plan's minimum."""
        plan = self.ctx.plan
        checks = [
            self._known("mineral", self.row.mineral, plan.minerals),
            self._known("zone", self.row.zone, self.ctx.zone_names),
            not self.row.area or self._known("area", self.row.area, plan.areas),
            not self.row.overlap or self._known("overlap", self.row.overlap, plan.rules.get("excluded_land", {})),
            *(self._known("parents", parent, codes) for parent in filter(None, self.row.parents.split("+"))),
            self._large_enough(),
        ]
        return all(checks)

    def _known(self, column: str, found: str, names: Iterable[str]) -> bool:
        known = set(names)
        # Without any zone the zones' table has a fault of its own.
        if found in known or (column == "zone" and not known):
            return True
        self._fault(column, one_of(known, found), repr(found))
        return False

    def _large_enough(self) -> bool:
        """A scenario may raise a minimum scale and so rule blocks out; the tables must agree with the region's plan."""
        published = self.ctx.region.plan.values.get("rules", {}).get("minimum_scale", {}).get(self.row.mineral)
        minimum = published.get("limit") if isinstance(published, dict) else None
        largest = self.row.expanded_capacity_10kt_a or self.row.capacity_10kt_a
        if self.row.status == "existing" or not isinstance(minimum, int | float) or largest >= minimum:
            return True
        assert isinstance(published, dict)
        expected = message("minimum_scale", value=minimum, clause=published.get("clause", ""))
        self._fault("capacity_10kt_a", expected, self.row.capacity_10kt_a)
        return False

    def _fault(self, column: str, expected: Message, found: object) -> None:
        """Blame the scenario where it set the column, the table's row otherwise."""
        if column in self.ctx.scenario.blocks.get(self.row.block, {}):
            self.ctx.fault(("blocks", self.row.block, column), expected, found)
        else:
            self.ctx.faults.add(self.table.file, self.entry.line, f"{column} ({self.row.block})", expected, found)


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


def check_block_names(sources: Sources, scenario: Scenario, faults: Faults) -> None:
    """Say which blocks a scenario names that do not exist; for when the plan itself is at fault."""
    known = sources.region.blocks.names | sources.region.merges.names
    for block in scenario.blocks:
        if block not in known:
            origin = sources.layers.origin(("blocks", block), sources.scenario_file)
            faults.add(origin.file, origin.line, f"blocks.{block}", one_of(known, block), repr(block))
