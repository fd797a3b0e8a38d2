"""By how much a figure gives way, what that is in a scenario, and the case that has it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.analysis.members import OUTSIDE, RESOURCE, WORKING_RATE, Member
from mineralplan.analysis.relief import NOISE, Relief, scenario_name, unscaled
from mineralplan.case import Case
from mineralplan.inputs.scenario import dotted
from mineralplan.inputs.schedule import Schedule
from mineralplan.rules import broken, registry

SHARE = "share"
FINE, COARSE = 4, 2
"""Digits of shares and factors, and of everything else; figures are rounded to the side that gives way more."""


@dataclass(frozen=True)
class Amount:
    """A figure that gives way.

    Attributes
    ----------
    member : Member
    codes : tuple of str
        The supplies that share the limit, or the block with the resource; empty otherwise.
    unit : str
        As in plan files.
    years : tuple of int
        Empty for a figure that holds over the whole horizon.
    old, new : tuple of float
        One for each year; one each for the whole horizon.
    name : str
        What a scenario calls it; empty where no scenario can change it.
    value : float, mapping of int to float, or None
        What the scenario has to say; years outside ``years`` keep what they have.
    """

    member: Member
    codes: tuple[str, ...]
    unit: str
    years: tuple[int, ...]
    old: tuple[float, ...]
    new: tuple[float, ...]
    name: str
    value: float | Mapping[int, float] | None


def amounts(
    case: Case, allocation: Allocation, members: Iterable[Member], given: Iterable[tuple[Relief, float]]
) -> tuple[Amount, ...]:
    """Return what has to change of some members so that a found plan keeps everything.

    The limits of rules become the values that the plan reaches, in exact arithmetic; data become what the reliefs say.

    Parameters
    ----------
    given : iterable of (Relief, float)
        How far each relief gave way for the plan.
    """
    used = [(relief, amount) for relief, amount in given if amount > NOISE]
    found = [of_rule for member in members if member.is_rule for of_rule in _of_rule(case, allocation, member)]
    supplies: dict[str, list[tuple[Relief, float]]] = {}
    for relief, amount in used:
        if relief.member.name in OUTSIDE:
            supplies.setdefault(scenario_name(case, case.supplies[relief.codes[0]]), []).append((relief, amount))
        elif relief.member.name == RESOURCE:
            block = case.blocks[relief.codes[0]]
            more = _outward(block.resource + amount, COARSE, up=True)
            unit = case.minerals[block.mineral].unit
            found.append(Amount(relief.member, relief.codes, unit, (), (block.resource,), (more,),
                                f"blocks.{block.code}.resource_10kt", more))
        elif relief.member.name == WORKING_RATE:
            found.append(_rate(case, allocation, relief.member))
    for name, parts in supplies.items():
        found += _of_supply(case, name, parts)
    return tuple(found)


def changes(found: Iterable[Amount]) -> dict[str, Any]:
    """Return what a scenario has to say, by dotted name."""
    return {amount.name: amount.value for amount in found if amount.name}


def changed(case: Case, found: Iterable[Amount]) -> Case:
    """Return the case in which the figures gave way."""
    for amount in found:
        case = _changed(case, amount)
    return case


def _of_rule(case: Case, allocation: Allocation, member: Member) -> list[Amount]:
    rule, indicator = registry()[member.name], case.rules[member.name][member.item]
    digits = FINE if indicator.unit == SHARE else COARSE
    new: dict[int, float] = {}
    for finding in rule.check(case, allocation):
        if finding.item == member.item and broken(case, finding):
            assert finding.value is not None
            new[finding.year] = _outward(finding.value, digits, up=rule.sense == "<=")
    if not new:
        return []
    limits = {year: indicator.schedule.at(year) for year in case.years}
    old = {year: limit for year, limit in limits.items() if limit is not None}
    name = dotted(("rules", member.name, member.item))
    years = tuple(sorted(new))
    # Between the steps of a straight line nothing can change without the line: every year gets a figure of its own.
    value = {**old, **new} if indicator.between == "linear" else _steps(old, new)
    return [Amount(member, (), indicator.unit, years, tuple(old[y] for y in years), tuple(new[y] for y in years),
                   name, value)]


def _steps(old: Mapping[int, float], new: Mapping[int, float]) -> dict[int, float]:
    """Return the steps from the first change on."""
    steps: dict[int, float] = {}
    for year in (year for year in old if year >= min(new)):
        figure = new.get(year, old[year])
        if not steps or steps[max(steps)] != figure:
            steps[year] = figure
    return steps


def _of_supply(case: Case, name: str, parts: Sequence[tuple[Relief, float]]) -> list[Amount]:
    """Return the change of a supply: its factor where it has something to be scaled, the amount alone elsewhere."""
    member = parts[0][0].member
    codes = tuple(c for c, s in case.supplies.items() if s.kind == member.name and scenario_name(case, s) == name)
    base, unit = unscaled(case), f"{case.uses[member.item].unit}/a"
    whole = {year: sum(base[code][year] for code in codes) for year in case.years}
    limit = {year: sum(case.supplies[code].limit[year] for code in codes) for year in case.years}
    # What was scaled by a few digits comes back as it was written.
    factor = {year: round(limit[year] / whole[year], 9) if whole[year] else 1.0 for year in case.years}
    scaled = {r.year: _outward(factor[r.year] + more, FINE, up=True) for r, more in parts if whole[r.year]}
    found = [Amount(member, r.codes, unit, (r.year,), (0.0,), (_outward(more, COARSE, up=True),), "", None)
             for r, more in parts if not whole[r.year]]
    if scaled:
        years = tuple(sorted(scaled))
        old, new = tuple(limit[y] for y in years), tuple(whole[y] * scaled[y] for y in years)
        found.append(Amount(member, codes, unit, years, old, new, f"supplies.{name}.limit_scale",
                            _steps(factor, scaled)))
    return found


def _rate(case: Case, allocation: Allocation, member: Member) -> Amount:
    """Return the working rate that every mine of the plan keeps in the years that are decided."""
    least = min(allocation.output[mine] / capacity for mine, capacity in allocation.capacity.items()
                if mine[1] not in case.observed_years)
    rate = _outward(least, FINE, up=False)
    return Amount(member, (), SHARE, (), (case.economics.working_rate,), (rate,), "economics.working_rate", rate)


def _outward(value: float | Fraction, digits: int, *, up: bool) -> float:
    """Round to the side that gives way more; what is whole but for the solver's noise stays."""
    scaled, noise = value * 10**digits, 10**digits * NOISE
    return float((math.ceil(scaled - noise) if up else math.floor(scaled + noise)) / 10**digits)


def _changed(case: Case, amount: Amount) -> Case:
    name, item = amount.member.name, amount.member.item
    if amount.member.is_rule:
        indicator = case.rules[name][item]
        limits = {year: indicator.schedule.at(year) for year in case.years}
        steps = {year: limit for year, limit in limits.items() if limit is not None}
        steps |= dict(zip(amount.years, amount.new, strict=True))
        loose = indicator.model_copy(update={"limit": Schedule(tuple(sorted(steps.items())))})
        return replace(case, rules={**case.rules, name: {**case.rules[name], item: loose}})
    if name in OUTSIDE:
        base = unscaled(case)
        parts = {code: case.supplies[code] for code in amount.codes}
        for year, new in zip(amount.years, amount.new, strict=True):
            whole = sum(base[code][year] for code in amount.codes)
            for code, supply in parts.items():
                more = base[code][year] * new / whole if whole else new
                parts[code] = replace(supply, limit={**supply.limit, year: more})
        return replace(case, supplies={**case.supplies, **parts})
    if name == RESOURCE:
        block = replace(case.blocks[amount.codes[0]], resource=amount.new[0])
        return replace(case, blocks={**case.blocks, block.code: block})
    return replace(case, economics=replace(case.economics, working_rate=amount.new[0]))
