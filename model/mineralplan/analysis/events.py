"""What a plan decides of each block: whether it starts, stays to the target year, is expanded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.solving.program import Program

STARTS, STAYS, EXPANDED = "starts", "stays", "expanded"
EVENTS = (STARTS, STAYS, EXPANDED)


@dataclass(frozen=True)
class Event:
    """A yes or no that a plan says of a block.

    Attributes
    ----------
    kind : str
        ``starts``: a new or merged block is licensed, in whatever year. ``stays``: a mine of the base year still works
        in the target year. ``expanded``: a scale above the first is taken up.
    """

    block: str
    kind: str


def target_of(case: Case) -> int:
    """Return the target year, or the last planned one where that lies outside."""
    return case.target_year if case.target_year in case.years else case.years[-1]


def events(case: Case) -> tuple[Event, ...]:
    """Return every event of a case, block by block."""
    found = []
    for block in case.blocks.values():
        found.append(Event(block.code, STAYS if block.existing else STARTS))
        if len(block.options) > 1:
            found.append(Event(block.code, EXPANDED))
    return tuple(found)


def columns_of(case: Case, program: Program, wanted: Iterable[Event]) -> dict[Event, int]:
    """Return the column of a program that is 1 where an event happens, else 0, in every plan."""
    place = {name: i for i, name in enumerate(program.columns)}
    last, target = case.years[-1], target_of(case)
    means = {STARTS: ("begun", 1, last), STAYS: ("at_least", 1, target), EXPANDED: ("begun", 2, last)}
    found = {}
    for event in wanted:
        variable, option, year = means[event.kind]
        found[event] = place[variable, (event.block, option, year)]
    return found


def happened(case: Case, plan: Allocation) -> dict[Event, int | None]:
    """Return the first year of every event in a plan; None where it does not happen.

    Of a mine that stays it is the first planned year.
    """
    working = frozenset(plan.working(target_of(case)))
    expanded = _expanded(case, plan.capacity)
    years: dict[Event, int | None] = {}
    for event in events(case):
        if event.kind == STAYS:
            years[event] = case.years[0] if event.block in working else None
        else:
            years[event] = plan.started(event.block) if event.kind == STARTS else expanded.get(event.block)
    return years


def _expanded(case: Case, capacity: Mapping[tuple[str, int], float]) -> dict[str, int]:
    first: dict[str, int] = {}
    for (code, year), held in capacity.items():
        if held > case.blocks[code].options[0].capacity:
            first[code] = min(year, first.get(code, year))
    return first
