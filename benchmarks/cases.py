"""The cases of the suite by name: a shipped scenario, ``county 3`` or ``growth 25x12x8``.

A county is a drawn district that trades with nobody; its number is the seed. The seeds were fixed before anything was
tuned and nothing may be tuned on them. A growing county has so many blocks, townships and years.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drawn_province import draw

import mineralplan as mp
from mineralplan.case import Block, Case
from mineralplan.inputs.plan import Indicator
from mineralplan.inputs.schedule import Schedule

SCENARIOS = Path(__file__).parents[1] / "scenarios"
GROWTH_SEED = 1
OF_THE_WHOLE = ("output_cap", "mine_count", "area_capacity", "new_licences")
"""The rules whose limits are of the whole county, so that they grow with it."""


def case_of(name: str) -> Case:
    """Return a case by its name."""
    kind, _, which = name.partition(" ")
    if kind == "county":
        return draw(1, int(which)).districts["D01"]
    if kind == "growth":
        blocks, townships, years = map(int, which.split("x"))
        like = resized(mp.load(SCENARIOS / "baseline.yaml"), blocks, years)
        return draw(1, GROWTH_SEED, like, townships).districts["D01"]
    return mp.load(SCENARIOS / f"{name}.yaml")


def resized(like: Case, blocks: int, years: int) -> Case:
    """Return a case with another number of blocks and its first years; demand, imports and limits grow with the blocks.

    Blocks are taken evenly from the table, again under another code where there are more of them than it has; a merged
    mine goes without its parents.
    """
    share, kept = blocks / len(like.blocks), like.years[:years]
    table = list(like.blocks.values())
    some = table if blocks >= len(table) else [table[i * len(table) // blocks] for i in range(blocks)]
    copies = [_copy(some[i % len(some)], i // len(some)) for i in range(blocks)]
    codes = {block.code for block in copies}
    return replace(
        like, years=kept, target_year=min(like.target_year, kept[-1]),
        report_years=tuple(year for year in like.report_years if year in kept) or kept[-1:],
        blocks={block.code: block for block in copies if codes.issuperset(block.parents)},
        demand={key: quantity * share for key, quantity in like.demand.items()},
        supplies={code: replace(supply, limit={year: most * share for year, most in supply.limit.items()})
                  for code, supply in like.supplies.items()},
        rules={rule: {item: _scaled(given, share) if rule in OF_THE_WHOLE else given for item, given in items.items()}
               for rule, items in like.rules.items()},
    )


def _copy(block: Block, number: int) -> Block:
    if number == 0:
        return block
    return replace(block, code=f"{block.code}-{number}", parents=tuple(f"{code}-{number}" for code in block.parents))


def _scaled(given: Indicator, share: float) -> Indicator:
    steps = tuple((year, float(round(most * share))) for year, most in given.limit.steps)
    return given.model_copy(update={"limit": Schedule(steps, given.limit.between)})
