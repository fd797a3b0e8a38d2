"""What each block can give at most in a year, as far as each rule by itself lets it work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mineralplan.analysis.members import WORKING_RATE, Member
from mineralplan.analysis.relief import one_mine
from mineralplan.case import Block, Case
from mineralplan.inputs.plan import SIZE_CLASSES
from mineralplan.rules import registry
from mineralplan.rules.rule import TOLERANCE, Requirement

SINGLE = ("area_capacity", "excluded_land", "life_match", "mine_count", "mineral_control", "minimum_scale", "new_small",
          "output_cap", "recovery")
"""Rules that one mine can break by itself, so that no other mine beside it can mend it."""
SMALL = SIZE_CLASSES[-1]


@dataclass(frozen=True)
class Usable:
    """What the blocks of a case can be licensed for in a year.

    Attributes
    ----------
    every, allowed : dict of str to float
        Largest capacity of every block that may work in the year at all, 10⁴ t/a; and of those that no single rule
        shuts out.
    above_small, allowed_above_small : frozenset of str
        Those of them that can be large or medium.
    shut : dict of str to set of Member
        What shuts out options of a block.
    """

    every: Mapping[str, float]
    allowed: Mapping[str, float]
    above_small: frozenset[str]
    allowed_above_small: frozenset[str]
    shut: Mapping[str, frozenset[Member]]


def usable(case: Case, year: int) -> Usable:
    """Return what can be licensed in a year."""
    every: dict[str, float] = {}
    allowed: dict[str, float] = {}
    above, allowed_above, shut = set(), set(), {}
    requirements = _requirements(case, year)
    for block in case.blocks.values():
        if not block.allowed(year):
            continue
        every[block.code] = block.options[-1].capacity
        broken = {option.capacity: _broken(case, block, option.capacity, requirements) for option in block.options}
        left = [capacity for capacity, members in broken.items() if not members]
        shut[block.code] = frozenset().union(*broken.values())
        if left:
            allowed[block.code] = max(left)
        if any(case.size_class(block.mineral, capacity) != SMALL for capacity in broken):
            above.add(block.code)
        if any(case.size_class(block.mineral, capacity) != SMALL for capacity in left):
            allowed_above.add(block.code)
    return Usable(every, allowed, frozenset(above), frozenset(allowed_above), shut)


def binding(case: Case, name: str, year: int) -> list[Requirement]:
    """Return the requirements of a rule that bind in a year; none does in one that was observed."""
    if year in case.observed_years:
        return []
    return [r for r in registry()[name].requirements(case) if r.year == year and r.nature == "binding"]


def _requirements(case: Case, year: int) -> list[tuple[str, Requirement]]:
    return [(name, requirement) for name in SINGLE for requirement in binding(case, name, year)]


def _broken(
    case: Case, block: Block, capacity: float, requirements: list[tuple[str, Requirement]]
) -> frozenset[Member]:
    """Return whom a mine of this scale breaks the rules of, whatever else works."""
    if not requirements:
        return frozenset()
    rate = case.economics.working_rate
    alone = one_mine(block, capacity, requirements[0][1].year, rate * capacity)
    found: set[Member] = set()
    for name, requirement in requirements:
        rule = registry()[name]
        value = rule.value(case, alone, requirement)
        if value is not None and rule.margin(requirement, value) < -10 * TOLERANCE:
            found.add(Member(name, requirement.item))
            if name == "output_cap":
                found.add(Member(WORKING_RATE, "all"))
    return frozenset(found)
