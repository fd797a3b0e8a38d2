"""What was seen of the first years: read, held against the tables, and made part of the case.

What contradicts the tables is a fault. What contradicts a clause of the plan is none: it happened, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mineralplan.assembly.beside import own_input, own_table
from mineralplan.assembly.context import Context
from mineralplan.assembly.history import History, licensed
from mineralplan.case import Block
from mineralplan.inputs.faults import message
from mineralplan.inputs.region import density_by_block
from mineralplan.inputs.rows import ActualRow
from mineralplan.inputs.tables import Placed, Table, key_of
from mineralplan.unknowns import Observation

BESIDE = ("actuals",)
ROOM = 1e-6
"""What rounding may make of a figure, in its unit."""
Seen = Mapping[tuple[str, int], Observation]
Rows = Mapping[tuple[str, int], Placed[ActualRow]]


@dataclass(frozen=True)
class Actuals:
    """What was observed.

    Attributes
    ----------
    file : str
        Where it stands; empty where nothing was observed.
    rows : tuple of ActualRow
    seen : mapping of (block, year) to Observation
    blocks : mapping of str to Block
        The blocks, with the share of every observed year in which they worked, where that is under the working rate.
    """

    file: str
    rows: tuple[ActualRow, ...]
    seen: Seen
    blocks: Mapping[str, Block]


def assemble_actuals(ctx: Context, blocks: Mapping[str, Block], working_rate: float) -> Actuals:
    """Return what was observed, in the units of the case; every contradiction to the tables is a fault.

    Parameters
    ----------
    ctx : Context
    blocks : mapping of str to Block
    working_rate : float
        Share of its licensed capacity that a mine gives at least.
    """
    region = ctx.region
    table = own_table(ctx, BESIDE, ctx.scenario.actuals, ActualRow, region.actuals,
                      density=density_by_block(region.plan, region.blocks, region.merges))
    rows = _sound(ctx, table, blocks)
    _check_years(ctx, table, rows)
    years = sorted({year for _, year in rows})
    seen: dict[tuple[str, int], Observation] = {}
    for code, block in blocks.items():
        own = {year: rows[code, year] for year in years if (code, year) in rows}
        history = History(ctx, table, block, own, sure=code not in table.refused)
        seen |= {(code, year): found for year, found in history.over(years) if found is not None}
    _check_mergers(ctx, table, blocks, rows, years)
    _check_resource(ctx, table, blocks, rows, seen)
    return Actuals(table.file if seen else "", table.rows, seen, _with_standstill(blocks, seen, working_rate))


def actuals_input(ctx: Context) -> tuple[tuple[str, str], ...]:
    """Return name and sha256 of the scenario's own file of observed years."""
    return own_input(ctx, BESIDE, ctx.scenario.actuals)


def _sound(
    ctx: Context, table: Table[ActualRow], blocks: Mapping[str, Block]
) -> dict[tuple[str, int], Placed[ActualRow]]:
    """Return the rows that name a block and a planned year."""
    codes = ctx.region.blocks.names | ctx.region.merges.names
    found = {}
    for entry in table.placed:
        row = entry.row
        known = ctx.known(table, entry, "block", codes)
        if row.year not in ctx.years:
            ctx.faults.add(table.file, entry.line, f"year ({key_of(row)})",
                           message("within_horizon", first=ctx.years[0], last=ctx.years[-1]), row.year)
        elif known and row.block in blocks:
            found[row.block, row.year] = entry
    return found


def _check_years(ctx: Context, table: Table[ActualRow], rows: Rows) -> None:
    """Observed years begin with the first planned one and leave no gap; a row that could not be read may fill it."""
    years = {year for _, year in rows}
    if not years or table.refused:
        return
    missing = [year for year in ctx.years if year < max(years) and year not in years]
    if missing:
        after = min(year for year in years if year > missing[0])
        line = min(entry.line for (_, year), entry in rows.items() if year == after)
        ctx.faults.add(table.file, line, "year", message("from_the_first", first=ctx.years[0], year=missing[0]), after)


def _check_mergers(
    ctx: Context, table: Table[ActualRow], blocks: Mapping[str, Block], rows: Rows, years: list[int]
) -> None:
    """A merged mine starts when every parent worked the year before, and from then on no parent works."""
    for block in blocks.values():
        working = [year for year in years if licensed(rows.get((block.code, year)))]
        for year in working:
            entry = rows[block.code, year]
            where = f"state ({key_of(entry.row)})"
            still = [parent for parent in block.parents if licensed(rows.get((parent, year)))]
            if still:
                ctx.faults.add(table.file, entry.line, where, message("parents_closed", year=year), " ".join(still))
            if year == working[0]:
                gone = [parent for parent in block.parents if not _worked(blocks[parent], rows, year - 1, years)]
                if gone:
                    ctx.faults.add(table.file, entry.line, where, message("parents_worked", year=year - 1),
                                   " ".join(gone))


def _worked(block: Block, rows: Rows, year: int, years: list[int]) -> bool:
    """Return whether a block worked in a year: one before those observed is the base year."""
    return licensed(rows.get((block.code, year))) if year in years else block.existing


def _check_resource(
    ctx: Context, table: Table[ActualRow], blocks: Mapping[str, Block], rows: Rows, seen: Seen
) -> None:
    """What was mined so far, divided by what can be won of a tonne, is at most the resource known by then.

    A merged mine draws on what its parents left. Only the first year that is too much is a fault.
    """
    for code, block in blocks.items():
        sources = (code, *block.parents)
        for year in sorted(year for other, year in seen if other == code and seen[other, year].output):
            added = sum(blocks[p].resource_by(year) - blocks[p].resource for p in block.parents)
            left = block.resource_by(year) + added - _drawn(blocks, seen, sources, year, but=(code, year))
            most = left * block.recoverable_share
            if seen[code, year].output > most + ROOM:
                entry = rows[code, year]
                ctx.faults.add(table.file, entry.line, f"output_10kt ({key_of(entry.row)})",
                               message("resource_left", most=f"{max(0.0, most):.6g}", block=code),
                               f"{seen[code, year].output:g}")
                break


def _drawn(blocks: Mapping[str, Block], seen: Seen, codes: tuple[str, ...], year: int, but: tuple[str, int]) -> float:
    """Return the resource that some blocks have used by a year, 10⁴ t, one entry left out."""
    return sum(entry.output / blocks[code].recoverable_share for (code, when), entry in seen.items()
               if code in codes and when <= year and (code, when) != but)


def _with_standstill(blocks: Mapping[str, Block], seen: Seen, working_rate: float) -> dict[str, Block]:
    """Return the blocks with the share of each observed year that they worked, where it is under the working rate."""
    shares: dict[str, dict[int, float]] = {}
    for code, year, share in below_rate(seen, working_rate):
        shares.setdefault(code, {})[year] = share
    return {code: replace(block, available=shares[code]) if code in shares else block for code, block in blocks.items()}


def below_rate(seen: Seen, working_rate: float) -> Iterator[tuple[str, int, float]]:
    """Yield (block, year, share of the year) of every licensed mine that was seen to give less than it has to."""
    for (code, year), entry in seen.items():
        if entry.capacity and (not entry.output or entry.output < working_rate * entry.capacity - ROOM):
            yield code, year, entry.output / entry.capacity
