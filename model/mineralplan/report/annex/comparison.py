"""What a scenario changes of the plan in force: indicators, and data of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from mineralplan.assembly.planned import published_plan
from mineralplan.assembly.recipe import Recipe
from mineralplan.case import Case
from mineralplan.inputs.faults import Faults
from mineralplan.inputs.plan import Indicator
from mineralplan.inputs.scenario import Layers, dotted
from mineralplan.inputs.schedule import ALWAYS
from mineralplan.report.boxes import SHARE
from mineralplan.report.notices import unit_label
from mineralplan.rules import registry
from mineralplan.rules.rule import exact, figure
from mineralplan.words import say

COMPARED = ("limit", "nature", "binding_from", "existing_from", "penalty")
"""What a scenario may change of an indicator."""
NOT_DATA = {"rules", "blocks", "title", "region", "solve", "extends"}
"""Parts of a scenario that are shown elsewhere, or say nothing of the district."""


@dataclass(frozen=True)
class Change:
    """An indicator that is not what the plan in force says; ``before`` is None where it is new."""

    rule: str
    item: str
    before: Indicator | None
    after: Indicator


@dataclass(frozen=True)
class BlockChange:
    """A column of the table of blocks that the scenario sets."""

    block: str
    column: str
    before: Any
    after: Any


def rules_in_force(case: Case) -> dict[str, dict[str, Indicator]] | None:
    """Return the region's rules without the scenario's changes; None for a case that was not read from files."""
    if not isinstance(case.recipe, Recipe):
        return None
    plan = published_plan(replace(case.recipe, layers=Layers()), Faults())
    return None if plan is None else plan.rules


def rule_changes(case: Case) -> list[Change]:
    """Return every indicator that the scenario changes of the plan in force, or adds to it."""
    published = rules_in_force(case)
    if published is None:
        return []
    found = []
    for rule, items in case.rules.items():
        for item, after in items.items():
            before = published.get(rule, {}).get(item)
            if before is None or any(getattr(before, name) != getattr(after, name) for name in COMPARED):
                found.append(Change(rule, item, before, after))
    return found


def block_changes(case: Case) -> list[BlockChange]:
    """Return what the scenario changes of the table of blocks."""
    recipe = case.recipe
    if not isinstance(recipe, Recipe):
        return []
    rows = {row.block: row for row in (*recipe.region.blocks.rows, *recipe.region.merges.rows)}
    found = [BlockChange(str(path[1]), str(path[2]), getattr(rows[str(path[1])], str(path[2])), value)
             for path, value in recipe.layers.values.items() if path[0] == "blocks" and len(path) == len(COLUMN)]
    return [change for change in found if change.before != change.after]


COLUMN = ("blocks", "code", "column")
"""How a scenario names a column of a block."""


def settings(case: Case) -> Iterator[tuple[str, str]]:
    """Yield every other setting of the scenario, named as in its file, with its value."""
    if isinstance(case.recipe, Recipe):
        for path, value in case.recipe.layers.values.items():
            if path[0] not in NOT_DATA:
                yield dotted(path), str(value)


def indicator_text(rule: str, indicator: Indicator | None, lang: str) -> str:
    """Return what an indicator asks for over the years, and how strictly."""
    if indicator is None:
        return "–"
    sign = "≤" if registry()[rule].sense == "<=" else "≥"
    percent = indicator.unit == SHARE
    unit = "%" if percent else unit_label(indicator.unit, lang)
    steps = [(year, figure(exact(value) * (100 if percent else 1))) for year, value in indicator.limit.steps]
    limits = say("annex.between", lang).join(
        value if year == ALWAYS else say("annex.indicator.step", lang, year=year, value=value) for year, value in steps)
    parts = [f"{sign} {limits} {unit}".strip(), say(f"figures.nature.{indicator.nature}", lang)]
    if indicator.binding_from is not None:
        parts.append(say("annex.indicator.binding_from", lang, year=indicator.binding_from))
    if indicator.existing_from is not None:
        parts.append(say("annex.indicator.existing_from", lang, year=indicator.existing_from))
    if indicator.nature == "expected" and indicator.penalty:
        parts.append(say("annex.indicator.penalty", lang, penalty=f"{indicator.penalty:g}"))
    return say("annex.between", lang).join(parts)
