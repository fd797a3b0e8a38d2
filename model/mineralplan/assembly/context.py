"""What every part of the assembly needs: the plan, the scenario, the zones, and how to report a fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mineralplan.assembly.sources import Sources
from mineralplan.case import Place, Zone
from mineralplan.inputs.documents import Key
from mineralplan.inputs.faults import Faults, Message, message, one_of
from mineralplan.inputs.plan import Label, PublishedPlan
from mineralplan.inputs.region import Region
from mineralplan.inputs.scenario import Scenario, dotted
from mineralplan.inputs.tables import Placed, Table, key_of


@dataclass(frozen=True)
class Context:
    """One assembly under way.

    Attributes
    ----------
    years : tuple of int
        The planned years.
    zones : dict of str to Zone
    faults : Faults
        Where every part notes what it finds wrong.
    """

    sources: Sources
    scenario: Scenario
    plan: PublishedPlan
    years: tuple[int, ...]
    zones: dict[str, Zone]
    faults: Faults

    @property
    def region(self) -> Region:
        """The region's tables."""
        return self.sources.region

    @property
    def zone_names(self) -> set[str]:
        """The zones that can be named: also those whose own row is at fault."""
        return {*self.zones, *self.region.zones.names}

    def zones_of(self, kind: str) -> set[str]:
        """The zones of one kind that can be named; of a zone at fault the kind is not known, so it passes."""
        return self.zone_names - {code for code, zone in self.zones.items() if zone.kind != kind}

    def fault(self, path: Key, expected: Message, found: object) -> None:
        """Note a fault of the scenario at a path."""
        origin = self.sources.layers.origin(path, self.sources.scenario_file)
        self.faults.add(origin.file, origin.line, dotted(path), expected, found)

    def known(self, table: Table[Any], placed: Placed[Any], column: str, names: Iterable[str]) -> bool:
        """Check that a cell names something that exists; an empty table to name from has a fault of its own."""
        known, found = set(names), getattr(placed.row, column)
        if found in known or not known:
            return found in known
        self.faults.add(table.file, placed.line, f"{column} ({key_of(placed.row)})", one_of(known, found), repr(found))
        return False


def context(sources: Sources, scenario: Scenario, plan: PublishedPlan, faults: Faults) -> Context:
    """Begin an assembly."""
    first, last = scenario.years or (plan.base_year + 1, plan.horizon)
    zones = {
        row.zone: Zone(row.zone, Label(zh=row.name_zh, en=row.name_en), Place(row.lon, row.lat), row.kind,
                       row.population, row.urban_population)
        for row in sources.region.zones.rows
    }
    begun = Context(sources, scenario, plan, tuple(range(first, last + 1)), zones, faults)
    if first <= plan.base_year:
        begun.fault(("years",), message("after_base", year=plan.base_year), first)
    return begun
