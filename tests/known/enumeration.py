"""The best plan by trying every one, written from docs/model.md: of the package only cases and exact checks are used.

The decisions of a block over the years are a `Path`: what it holds each year, option 0 for not at work. All lawful
paths of all blocks are combined; what is left for each combination is where the stone goes, a linear program of its
own. Rules on decisions are judged by their exact check, which shares nothing with their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf

from distribution import Distribution, distribute

from mineralplan.allocation import Allocation
from mineralplan.case import Block, Case
from mineralplan.rules import registry
from mineralplan.rules.rule import Finding
from tiny import by_hand

State = tuple[int, bool]
"""The option that a block holds in a year, and whether it was upgraded to the green standard."""
Path = tuple[State, ...]
ON_FLOWS = {"output_cap", "supply_guarantee", "small_resource"}
"""The rules on quantities; all others are on decisions."""


@dataclass(frozen=True)
class Best:
    """The cheapest plan, and how many decisions there were to try."""

    cost: float
    allocation: Allocation | None
    tried: int


def best(case: Case) -> Best:
    """Return the cheapest plan of a case; its cost is infinite where there is none."""
    candidates, tried = [], 0
    for decisions in combinations(case):
        tried += 1
        cost = decided_cost(case, decisions) + decided_penalties(case, decisions)
        if cost < inf:
            candidates.append((cost, tried, decisions))
    cheapest, allocation = inf, None
    for cost, _, decisions in sorted(candidates):
        if cost >= cheapest:  # nothing that flows has a price under 0
            break
        flows = distribute(case, {b: [capacity(case.blocks[b], k) for k, _ in path] for b, path in decisions.items()})
        if cost + flows.cost < cheapest:
            cheapest, allocation = cost + flows.cost, _allocation(case, decisions, flows)
    return Best(cheapest, allocation, tried)


def paths(case: Case, block: Block) -> list[Path]:
    """Return what a block can do over the years."""
    states = [(k, False) for k in range(len(block.options) + 1)]
    if "green_share" in case.rules and not block.green:
        states.append((1, True))
    return [path for path in product(states, repeat=len(case.years)) if _lawful(case, block, path)]


def _lawful(case: Case, block: Block, path: Path) -> bool:
    """Return whether a block works in allowed years only, in one run, and keeps what it has taken up."""
    levels = [k for k, _ in path]
    works = [k > 0 for k in levels]
    run = [block.existing, *works]
    starts = sum(after and not before for before, after in pairwise(run))
    return (
        all(block.allowed(year) for year, at_work in zip(case.years, works, strict=True) if at_work)
        and starts <= (0 if block.existing else 1)
        and all(after >= before for before, after in pairwise(levels) if after)
        and all(after[1] for before, after in pairwise(path) if before[1] and after[0] == 1)
    )


def combinations(case: Case) -> Iterator[dict[str, Path]]:
    """Yield the decisions for all blocks in which mergers follow their parents."""
    names = list(case.blocks)
    for chosen in product(*(paths(case, case.blocks[name]) for name in names)):
        decisions = dict(zip(names, chosen, strict=True))
        if all(_follows(case, decisions, block, parent) for block in case.blocks.values() for parent in block.parents):
            yield decisions


def _follows(case: Case, decisions: Mapping[str, Path], merged: Block, parent: str) -> bool:
    """Return whether a merged mine takes over from a parent that worked until the year before, never beside it."""
    own = [k > 0 for k, _ in decisions[merged.code]]
    old = [case.blocks[parent].existing, *(k > 0 for k, _ in decisions[parent])]
    beside = any(a and b for a, b in zip(own, old[1:], strict=True))
    return not beside and (not any(own) or old[own.index(True)])


def capacity(block: Block, level: int) -> float:
    """Return the licensed capacity of an option, 0 for none."""
    return block.options[level - 1].capacity if level else 0.0


def decided_cost(case: Case, decisions: Mapping[str, Path]) -> float:
    """Return what the decisions cost whatever flows: capital, upgrades, fixed cost and closures, discounted."""
    money, total = case.economics, 0.0
    factor = money.capital_recovery_factor
    for code, path in decisions.items():
        block = case.blocks[code]
        held = before = 1 if block.existing else 0
        for year, (level, upgraded) in zip(case.years, path, strict=True):
            held = max(held, level)
            sunk = sum(o.capital for o in block.options[(1 if block.existing else 0) : held])
            upgrade = money.green_upgrade * block.options[0].capacity if upgraded else 0.0
            closed = block.closure_cost if before and not level else 0.0
            total += case.discount(year) * (
                factor * (sunk + upgrade) + block.fixed_cost * capacity(block, level) + closed)
            before = level
    return total


def decided_penalties(case: Case, decisions: Mapping[str, Path]) -> float:
    """Return what the missed expectations on decisions cost, infinite where a binding rule is broken."""
    mines, total = _mines(case, decisions), 0.0
    for name in case.rules.keys() - ON_FLOWS:
        for finding in registry()[name].check(case, mines):
            if finding.nature == "binding" and not finding.holds:
                return inf
            penalty = case.rules[name][finding.item].penalty
            if finding.nature == "expected" and penalty and not finding.holds:
                total += case.discount(finding.year) * penalty * missed(case, mines, finding)
    return total


def missed(case: Case, mines: Allocation, finding: Finding) -> float:
    """Return by how much an expectation is missed: shares and floors in mines, all else in the unit of its limit."""
    assert finding.margin is not None
    year, floor = finding.year, finding.limit
    at_work = [case.blocks[code] for code in mines.working(year)]
    scale = {b.code: mines.capacity[b.code, year] for b in at_work}
    sizes = {b.code: case.size_class(b.mineral, scale[b.code]) for b in at_work}
    rule = case.rules[finding.rule][finding.item]
    old = rule.existing_from is not None and year >= rule.existing_from
    if finding.rule == "size_share":
        return float(-finding.margin) * len(at_work)
    if finding.rule == "green_share":
        return float(-finding.margin) * list(sizes.values()).count(finding.item)
    if finding.rule == "recovery":
        return sum(b.method == finding.item and b.recovery < floor for b in at_work)
    if finding.rule == "minimum_scale":
        return sum(b.mineral == finding.item and scale[b.code] < floor and (old or not b.existing) for b in at_work)
    if finding.rule == "life_match":
        asked = [b for b in at_work if sizes[b.code] == finding.item
                 and not (b.existing and scale[b.code] == b.options[0].capacity)]
        return sum(b.resource_by(year) * b.recoverable_share / scale[b.code] < floor for b in asked)
    return float(-finding.margin)


def _mines(case: Case, decisions: Mapping[str, Path], output: Mapping[tuple[str, int], float] | None = None,
           short: Mapping[tuple[str, str, int], float] | None = None) -> Allocation:
    held = {(code, year): state for code, path in decisions.items()
            for year, state in zip(case.years, path, strict=True) if state[0]}
    green = [(code, year) for (code, year), (level, upgraded) in held.items()
             if case.blocks[code].green or level > 1 or upgraded]
    figures = {(code, year): (capacity(case.blocks[code], level), (output or {}).get((code, year), 0.0))
               for (code, year), (level, _) in held.items()}
    return by_hand(figures, green=green, short=short)


def _allocation(case: Case, decisions: Mapping[str, Path], flows: Distribution) -> Allocation:
    return _mines(case, decisions, flows.output, flows.short)
