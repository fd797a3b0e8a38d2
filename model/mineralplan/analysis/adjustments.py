"""What is to be done otherwise than published, and otherwise than as things stand; and which of it the plan needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.analysis.evaluation import SMALL, Course, Courses, with_blocks
from mineralplan.analysis.replanning import Bench
from mineralplan.case import Case
from mineralplan.outputs.tables import actions
from mineralplan.rules import broken

ADJUSTMENTS = ["block", "year", "step", "action", "published_year", "published", "as_things_stand", "replanned",
               "least_change", "reason"]
LEAST = ["block", "year", "step", "action", "as_things_stand", "least_change", "reason"]
SCALES = ["block", "year", "published", "as_things_stand", "replanned", "least_change"]
COST, LAW = "cost", "law"
"""Reasons other than an indicator: it is cheaper so; the rest would not be possible without it."""
UPGRADE, EXPAND, CLOSE, CANCEL, KEEP = "upgrade", "expand", "close", "cancel", "keep"
POSTPONE, ADVANCE = "postpone", "advance"
Step = tuple[str, str, int]
"""A block, what is done with it, and the how manieth time."""


@dataclass(frozen=True)
class Done:
    """When a step is taken and the scale it leads to; of a closure the scale that was held, 10⁴ t/a."""

    year: int
    capacity: float


def steps(case: Case, plan: Allocation) -> dict[Step, Done]:
    """Return every step of a plan: licences, expansions, mergers, closures, and upgrades to the green standard."""
    found: dict[Step, Done] = {}
    times: dict[tuple[str, str], int] = {}
    for row in actions(case, plan).to_dict("records"):
        key = str(row["block"]), str(row["action"])
        times[key] = times.get(key, 0) + 1
        found[*key, times[key]] = Done(int(row["year"]), float(row["capacity_10kt_a"]))
    for code, block in case.blocks.items():
        first = block.options[0].capacity
        years = [year for year in case.years if plan.capacity.get((code, year)) == first and (code, year) in plan.green]
        if years and not block.green:
            found[code, UPGRADE, 1] = Done(years[0], first)
    return found


def adjustments(bench: Bench, courses: Courses, needed: Mapping[Step, str]) -> pd.DataFrame:
    """Return what the re-plan does in the years that are left, against what was published.

    Parameters
    ----------
    needed : mapping of step to str
        The steps of the least change and what each serves (`least_change`).

    Returns
    -------
    pandas.DataFrame
        One row per step: ``keep`` (as announced), ``postpone``, ``advance``, ``cancel`` (announced and not done), or
        the step itself where nothing of the kind was announced. ``published``, ``as_things_stand`` and ``replanned``
        are the scales of the year, 10⁴ t/a. ``reason`` names the indicators off course that the block, as re-planned,
        brings nearer to their target; else what the least change needs it for; ``cost`` where there is neither.
    """
    case, last, replanned = bench.case, bench.case.observed_years[-1], courses.replanned.allocation
    announced, again = steps(case, bench.published), steps(case, replanned)
    rows = []
    for step, done in again.items():
        if done.year > last:
            old = announced.get(step)
            rows.append((step, done.year, _action(step, done, old), old.year if old else pd.NA))
    worked = {code for code, _ in replanned.capacity}
    for step, done in announced.items():
        if step not in again and (step[1] not in (CLOSE, EXPAND) or step[0] in worked):
            rows.append((step, done.year, CANCEL, done.year))
    helped = _helped(courses, {step[0] for step, _, action, _ in rows if action != KEEP})
    plans = bench.published, bench.forecast, replanned
    table = pd.DataFrame(
        [(step[0], year, step[1], action, old, *(_held(plan, step, year) for plan in plans), step in needed,
          "" if action == KEEP else helped[step[0]] or needed.get(step, COST))
         for step, year, action, old in sorted(rows, key=lambda row: (row[1], row[0]))], columns=ADJUSTMENTS)
    return table.astype({"published_year": "Int64"})


def _helped(courses: Courses, blocks: set[str]) -> dict[str, str]:
    """Return by block which indicators off course it alone, as in the re-plan, brings nearer to their target."""
    off = [(rule, requirement, courses.stands.value(rule, requirement)) for rule, requirement in courses.off_course]
    found: dict[str, str] = {}
    for group in _groups(courses.case, blocks):
        swapped = Course(courses.case, with_blocks(courses.stands.allocation, courses.replanned.allocation, group))
        helped = dict.fromkeys(
            f"{rule.name} {requirement.item}" for rule, requirement, value in off
            if _nearer(rule.sense, value, swapped.value(rule, requirement)))
        found |= dict.fromkeys(group, "; ".join(helped))
    return found


def _nearer(sense: str, value: float, then: float) -> bool:
    """Return whether a value off course has moved to the right side; what falls under no limit has."""
    return then != then or (value - then if sense == "<=" else then - value) > SMALL


def _action(step: Step, done: Done, old: Done | None) -> str:
    if old is None:
        return step[1]
    return KEEP if done.year == old.year else POSTPONE if done.year > old.year else ADVANCE


def _held(plan: Allocation, step: Step, year: int) -> float:
    return plan.capacity.get((step[0], year), 0.0)


def least_change(bench: Bench, least: Allocation) -> tuple[pd.DataFrame, dict[Step, str]]:
    """Return the least change as a table and as steps.

    The reason of a step: the binding indicators that cannot be kept when its block alone stays as things stand.
    """
    case, last = bench.case, bench.case.observed_years[-1]
    stands, then = steps(case, bench.forecast), steps(case, least)
    changed = {step: done for step, done in then.items() if done.year > last and not _same(step, done, stands)}
    dropped = {step: done for step, done in stands.items() if done.year > last and step not in then}
    served = _served(bench, least, {step[0] for step in (*changed, *dropped)})
    rows = [(step, done.year, _action(step, done, stands.get(step))) for step, done in changed.items()]
    rows += [(step, done.year, CANCEL) for step, done in dropped.items()]
    table = pd.DataFrame(
        [(step[0], year, step[1], action, _held(bench.forecast, step, year), _held(least, step, year), served[step[0]])
         for step, year, action in sorted(rows, key=lambda row: (row[1], row[0]))], columns=LEAST)
    return table, {step: served[step[0]] for step in (*changed, *dropped)}


def _same(step: Step, done: Done, stands: Mapping[Step, Done]) -> bool:
    """Return whether a step is taken as things stand; at which scale a mine closes is no matter of the closure."""
    old = stands.get(step)
    return old is not None and old.year == done.year and (step[1] == CLOSE or old.capacity == done.capacity)


def _served(bench: Bench, least: Allocation, blocks: set[str]) -> dict[str, str]:
    """Return by block what is missed when it, and what it merges with, stays as things stand."""
    found: dict[str, str] = {}
    for group in _groups(bench.case, blocks):
        checked = bench.without(least, group)
        missed = [] if checked is None else sorted({
            f"{finding.rule} {finding.item}" for finding in checked.findings if broken(bench.case, finding)})
        found |= dict.fromkeys(group, "; ".join(missed) or LAW)
    return found


def _groups(case: Case, blocks: set[str]) -> Iterator[frozenset[str]]:
    """Yield the blocks that can only be changed together: a merged mine and its parents."""
    left = set(blocks)
    for code, block in case.blocks.items():
        if code in left and block.parents:
            group = left & {code, *block.parents}
            left -= group
            yield frozenset(group)
    yield from (frozenset({code}) for code in case.blocks if code in left)


def scales(bench: Bench, replanned: Allocation, least: Allocation) -> pd.DataFrame:
    """Return the licensed scale over all years of every block that differs between the plans, 10⁴ t/a."""
    plans = (bench.published, bench.forecast, replanned, least)
    rows = []
    for code in bench.case.blocks:
        own = [[plan.capacity.get((code, year), 0.0) for plan in plans] for year in bench.case.years]
        if any(a != b for held in own for a, b in pairwise(held)):
            rows += [(code, year, *held) for year, held in zip(bench.case.years, own, strict=True)]
    return pd.DataFrame(rows, columns=SCALES)
