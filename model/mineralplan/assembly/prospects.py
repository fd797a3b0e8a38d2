"""The exploration blocks of a case: what each is to find, and which mining block it adds to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mineralplan.assembly.context import Context
from mineralplan.inputs.faults import Message, message
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import AdditionRow, ExplorationRow
from mineralplan.inputs.tables import Placed
from mineralplan.inputs.units import UnitError, factor
from mineralplan.unknowns import Prospect

Addition = tuple[str, int]
"""Mining block and year of a row of ``additions.csv``."""


def assemble_prospects(ctx: Context) -> tuple[Prospect, ...]:
    """Return the exploration blocks, their targets in the unit in which the plan states the mineral's."""
    minerals = {row.block: row.mineral for row in (*ctx.region.blocks.rows, *ctx.region.merges.rows)}
    additions = {(row.block, row.year): row for row in ctx.region.additions.rows}
    taken: dict[Addition, int] = {}
    found = []
    for entry in ctx.region.exploration.placed:
        checked = _Candidate(ctx, entry)
        unit = checked.unit()
        checked.near()
        if unit is None:
            continue
        target = entry.row.target * factor(entry.row.unit, unit)
        if entry.row.block:
            checked.adds(minerals, additions, taken, target, unit)
        found.append(_prospect(entry.row, target, unit))
    return tuple(found)


def _prospect(row: ExplorationRow, target: float, unit: str) -> Prospect:
    return Prospect(row.exploration_block, row.mineral, row.year, target, unit, Label(zh=row.name_zh, en=row.name_en),
                    row.zone, row.block, row.basis, row.source)


@dataclass(frozen=True)
class _Candidate:
    """A row of ``exploration.csv`` under check."""

    ctx: Context
    entry: Placed[ExplorationRow]

    def unit(self) -> str | None:
        """Return the unit of the target: the plan's, the mineral's where the plan states none; None for no such."""
        row, plan = self.entry.row, self.ctx.plan
        if not self.ctx.known(self.ctx.region.exploration, self.entry, "mineral", plan.minerals):
            return None
        stated = plan.exploration.get(row.mineral)
        unit = stated.unit if stated is not None and stated.unit else plan.minerals[row.mineral].unit
        try:
            factor(row.unit, unit)
        except UnitError:
            self._fault("unit", message("unit", unit=unit), repr(row.unit))
            return None
        return unit

    def near(self) -> None:
        """Check the township and the year."""
        row, plan = self.entry.row, self.ctx.plan
        self.ctx.known(self.ctx.region.exploration, self.entry, "zone", self.ctx.zones_of("township"))
        # Of an earlier round is what was explored before the base year: it is known, like such an addition.
        if row.year > plan.horizon:
            self._fault("year", message("bound", sign="≤", value=plan.horizon), row.year)

    def adds(
        self, minerals: dict[str, str], additions: dict[Addition, AdditionRow], taken: dict[Addition, int],
        target: float, unit: str,
    ) -> None:
        """Check the mining block that is named: same mineral, and the addition of that year and amount.

        Parameters
        ----------
        taken : dict
            Addition → line of the exploration block that names it already; this one is put there.
        """
        row, region = self.entry.row, self.ctx.region
        known = region.blocks.names | region.merges.names
        if not self.ctx.known(region.exploration, self.entry, "block", known):
            return
        if row.block not in minerals:  # its own row is at fault
            return
        if minerals[row.block] != row.mineral:
            self._fault("mineral", message("mineral_of", block=row.block, mineral=minerals[row.block]),
                        repr(row.mineral))
            return
        addition = row.block, row.year
        if taken.setdefault(addition, self.entry.line) != self.entry.line:
            self._fault("block", message("unique", line=taken[addition]), repr(row.block))
            return
        of_block = self.ctx.plan.minerals[row.mineral].unit
        try:
            amount = target * factor(unit, of_block)
        except UnitError:
            self._fault("block", message("no_addition_in", unit=unit), repr(row.block))
            return
        stated = additions.get(addition)
        if stated is None and row.block not in region.additions.refused:
            self._fault("block", message("addition", block=row.block, year=row.year), "–")
        elif stated is not None and not math.isclose(stated.resource_10kt, amount, rel_tol=1e-9):
            self._fault("target", message("as_added", value=f"{stated.resource_10kt:g}", unit=of_block), row.target)

    def _fault(self, column: str, expected: Message, found: object) -> None:
        row = self.entry.row
        self.ctx.faults.add(self.ctx.region.exploration.file, self.entry.line, f"{column} ({row.exploration_block})",
                            expected, found)
