"""The annual plan (年度计划): what to put on offer, expand, merge, close, mine and prove in each year to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, nan

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.inputs.plan import Indicator
from mineralplan.rules.rule import TOLERANCE, exact

KINDS = {"license": "offer", "expand": "expand", "merge": "merge", "close": "close"}
"""What the annual plan calls an action."""
COLUMNS = ["year", "kind", "mineral", "block", "capacity_10kt_a", "quantity_10kt", "limit_10kt", "unit", "clause",
           "basis"]
STEPS = 100
"""Quotas come in steps of 0.01: so many of them make one."""
DIGITS = 9
"""Decimals of an output as tables print it: quotas are the same from a plan just solved and from one read back."""

Row = tuple[int, str, str, str, float, float, float, str, str, str]


def annual_plan(case: Case, allocation: Allocation, actions: pd.DataFrame) -> pd.DataFrame:
    """Return the annual plan, one row for each thing to be done or allowed.

    Parameters
    ----------
    actions : pandas.DataFrame
        What is licensed, expanded, merged and closed: the table of that name.

    Returns
    -------
    pandas.DataFrame
        By year, then by kind: ``offer``, ``expand``, ``merge``, ``close`` (the actions), ``quota_mineral``,
        ``quota_mine`` (of minerals whose output is capped), ``prove``. Capacity, quantity and limit stand in ``unit``,
        a capacity per year; what a kind has no figure for is NaN. Observed years are no plan, and left out.
    """
    rows = [
        row
        for year in planned_years(case)
        for row in (*_actions(case, actions, year), *_quotas(case, allocation, year), *_to_prove(case, year))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def planned_years(case: Case) -> tuple[int, ...]:
    """Return the years that are still to be planned: those that were not observed."""
    return tuple(year for year in case.years if year not in case.observed_years)


def in_force(case: Case, rule: str, item: str, year: int) -> Indicator | None:
    """Return the indicator of a rule and item where it limits anything in ``year``."""
    indicator = case.rules.get(rule, {}).get(item)
    if indicator is None or indicator.nature_in(year) == "off" or indicator.schedule.at(year) is None:
        return None
    return indicator


def _actions(case: Case, actions: pd.DataFrame, year: int) -> Iterator[Row]:
    """Yield the year's actions by kind; a scale is judged by the clause on minimum scales."""
    now = actions[actions["year"] == year]
    for action, kind in KINDS.items():
        chosen = now[now["action"] == action]
        for code, mineral, capacity in zip(chosen["block"], chosen["mineral"], chosen["capacity_10kt_a"], strict=True):
            least = None if kind == "close" else in_force(case, "minimum_scale", mineral, year)
            yield (year, kind, mineral, code, float(capacity), nan, nan, case.minerals[mineral].unit,
                   least.clause if least else "", case.blocks[code].basis)


def _quotas(case: Case, allocation: Allocation, year: int) -> Iterator[Row]:
    """Yield the quotas of the minerals that are capped, then those of their mines."""
    of_minerals, of_mines = [], []
    working = allocation.working(year)
    for mineral in case.minerals:
        capped = in_force(case, "output_cap", mineral, year)
        if capped is None or not case.blocks_of(mineral):
            continue
        limit = float(capped.schedule.at(year) or 0.0)
        mines = [block for block in case.blocks_of(mineral) if block.code in working]
        held = [allocation.capacity[block.code, year] for block in mines]
        mined = [allocation.output.get((block.code, year), 0.0) for block in mines]
        steps = shared_out(mined, held, limit)
        unit = case.minerals[mineral].unit
        of_minerals.append((year, "quota_mineral", mineral, "", float(sum(held)), sum(steps) / STEPS, limit, unit,
                            capped.clause, capped.basis))
        of_mines += [
            (year, "quota_mine", mineral, block.code, capacity, quota / STEPS, capacity, unit, capped.clause,
             block.basis)
            for block, capacity, quota in zip(mines, held, steps, strict=True)
        ]
    yield from of_minerals
    yield from of_mines


def shared_out(mined: Sequence[float], licensed: Sequence[float], cap: float) -> list[int]:
    """Return what mines may produce in steps of 0.01, so that they add up to the rounded sum (largest remainder).

    Rounding lifts nothing over a limit: where a mine keeps within its licence, so does its quota, and where the sum
    keeps within the cap, so does the sum of the quotas. What breaks its limit in the plan itself is not hidden.

    Parameters
    ----------
    mined, licensed : sequences of float
        Planned output and licensed capacity of each mine.
    cap : float
        On their sum.
    """
    wanted, most = [], []
    for output, capacity in zip(mined, licensed, strict=True):
        planned, held = exact(round(max(0.0, output), DIGITS)), exact(capacity)
        within = planned <= held + TOLERANCE
        wanted.append(STEPS * (min(planned, held) if within else planned))
        most.append(floor(STEPS * held) if within else floor(STEPS * planned))
    whole = sum(wanted)
    total = floor(whole + exact(0.5))
    if whole <= STEPS * (exact(cap) + TOLERANCE):
        total = min(total, floor(STEPS * exact(cap)))
    quotas = [floor(amount) for amount in wanted]
    missing = total - sum(quotas)
    order = sorted(range(len(wanted)), key=lambda i: quotas[i] - wanted[i])
    # A sum that passes its cap by less than a rounding error has one step too many.
    for i in [i for i in reversed(order) if quotas[i] > 0][: max(0, -missing)]:
        quotas[i] -= 1
    for i in [i for i in order if quotas[i] < most[i]][: max(0, missing)]:
        quotas[i] += 1
    return quotas


def _to_prove(case: Case, year: int) -> Iterator[Row]:
    """Yield what exploration has to prove: by exploration block, or where none is known by what blocks count on."""
    for prospect in case.prospects:
        if prospect.year == year:
            yield (year, "prove", prospect.mineral, prospect.code, nan, prospect.target, nan, prospect.unit, "",
                   prospect.basis)
    for block in () if case.prospects else case.blocks.values():
        for when, amount in block.additions:
            if when == year:
                yield (year, "prove", block.mineral, block.code, nan, amount, nan, case.minerals[block.mineral].unit,
                       "", block.basis)
