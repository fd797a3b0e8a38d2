"""How a plan that is half over fares by its indicators: achieved, planned, to be expected as things stand, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules import registry
from mineralplan.rules.rule import TOLERANCE, Requirement, Rule

EVALUATION = ["rule", "item", "nature", "unit", "sense", "target_year", "limit", "observed_year", "achieved", "planned",
              "forecast", "replanned", "on_course", "on_course_replanned", "margin", "clause"]
REASONS = ["rule", "item", "year", "kind", "what", "name", "planned", "forecast", "unit", "effect"]
PATHS = ["rule", "item", "nature", "unit", "sense", "year", "limit", "published", "observed", "as_things_stand",
         "replanned"]
OF_OUTPUT, OF_SUPPLY = "output_cap", "supply_guarantee"
"""Rules judged by what is mined, and by what is delivered; every other by which mines work at which scale."""
SMALL = 1e-9
"""Effects under this are rounding."""
NAN = float("nan")


@dataclass(frozen=True)
class Course:
    """A plan or a forecast, and the case it was made for."""

    case: Case
    allocation: Allocation

    def value(self, rule: Rule, requirement: Requirement) -> float:
        """Return the value that a requirement is judged by; NaN where nothing falls under it."""
        known = requirement.item in self.case.rules.get(rule.name, {}) and requirement.year in self.case.years
        value = rule.value(self.case, self.allocation, requirement) if known else None
        return NAN if value is None else float(value)


@dataclass(frozen=True)
class Courses:
    """What was published, what stands, and what could still be done.

    Attributes
    ----------
    published : Course
    stands : Course
        What was seen, then what the plan still has to come.
    replanned : Course
    """

    published: Course
    stands: Course
    replanned: Course

    @property
    def case(self) -> Case:
        """The case with its observed years."""
        return self.stands.case

    @cached_property
    def requirements(self) -> tuple[tuple[Rule, Requirement], ...]:
        """What is evaluated: every indicator in force in the target year, and in the years of report after it."""
        case = self.case
        years = {case.target_year, *(year for year in case.report_years if year >= case.target_year)}
        return tuple((rule, requirement) for name, rule in registry().items() if name in case.rules
                     for requirement in rule.requirements(case) if requirement.year in years)

    @cached_property
    def off_course(self) -> tuple[tuple[Rule, Requirement], ...]:
        """What is missed as things stand, of what is evaluated."""
        return tuple((rule, requirement) for rule, requirement in self.requirements
                     if not _judged(rule, requirement, self.stands.value(rule, requirement))[0])


def evaluation(courses: Courses) -> pd.DataFrame:
    """Return one row per indicator and year: its target, what was achieved, what comes of it.

    Returns
    -------
    pandas.DataFrame
        ``achieved`` is the value in ``observed_year``: the target year where it has passed, else the last year that
        was observed. ``forecast`` is as things stand, NaN where the target year has passed; ``margin`` is positive
        where the forecast, or what was achieved, is on the right side.
    """
    rows = [_row(courses, rule, requirement) for rule, requirement in courses.requirements]
    return pd.DataFrame(rows, columns=EVALUATION)


def _row(courses: Courses, rule: Rule, requirement: Requirement) -> tuple[object, ...]:
    year, last = requirement.year, courses.case.observed_years[-1]
    seen = min(year, last)
    achieved = courses.stands.value(rule, replace(requirement, year=seen))
    passed = year <= last
    forecast = courses.stands.value(rule, requirement)
    again = courses.replanned.value(rule, requirement)
    on_course, margin = _judged(rule, requirement, forecast)
    return (
        rule.name, requirement.item, requirement.nature, requirement.indicator.unit, rule.sense, year,
        requirement.limit, seen, achieved, courses.published.value(rule, requirement), NAN if passed else forecast,
        NAN if passed else again, on_course, _judged(rule, requirement, again)[0], margin, requirement.indicator.clause,
    )


def _judged(rule: Rule, requirement: Requirement, value: float) -> tuple[bool, float]:
    """Return whether a value is on the right side of its limit, and by how much; what is none is."""
    if value != value:
        return True, NAN
    margin = (requirement.limit - value) if rule.sense == "<=" else (value - requirement.limit)
    return margin >= -float(TOLERANCE), margin


def paths(courses: Courses) -> pd.DataFrame:
    """Return every evaluated indicator over all years in which it is in force, in each of the courses.

    Returns
    -------
    pandas.DataFrame
        ``observed`` up to the last observed year, ``as_things_stand`` and ``replanned`` from that year on.
    """
    evaluated = {(rule.name, requirement.item) for rule, requirement in courses.requirements}
    case, rows = courses.case, []
    last = case.observed_years[-1]
    for rule in (rule for name, rule in registry().items() if name in case.rules):
        for requirement in rule.requirements(case):
            if (rule.name, requirement.item) not in evaluated:
                continue
            year, stands = requirement.year, courses.stands.value(rule, requirement)
            rows.append((
                rule.name, requirement.item, requirement.nature, requirement.indicator.unit, rule.sense, year,
                requirement.limit, courses.published.value(rule, requirement), stands if year <= last else NAN,
                stands if year >= last else NAN,
                courses.replanned.value(rule, requirement) if year >= last else NAN,
            ))
    return pd.DataFrame(rows, columns=PATHS)


def reasons(courses: Courses) -> pd.DataFrame:
    """Return why an indicator comes otherwise than planned, as things stand: which block, which use's demand.

    Returns
    -------
    pandas.DataFrame
        One row per indicator, year and block, outside supply or use, the largest effect first. The effect of a block
        is the forecast less what it would be had this block alone come as planned, in the indicator's unit; for
        counts and outputs these add up to the deviation, for shares nearly. Those of deliveries and demand add up.
    """
    swapped = _swapped(courses)
    rows = [row for rule, requirement in courses.requirements if requirement.year > courses.case.observed_years[-1]
            for row in _reasons_of(courses, rule, requirement, swapped)]
    table = pd.DataFrame(rows, columns=REASONS)
    order = table.assign(size=-table["effect"].abs().fillna(0.0).astype(float))
    order["at"] = order.groupby(["rule", "item", "year"], sort=False).ngroup()
    return table.loc[order.sort_values(["at", "size"], kind="stable").index].reset_index(drop=True)


def _swapped(courses: Courses) -> dict[str, Allocation]:
    """Return what stands with one block as published, for every block that differs."""
    stands, plan = courses.stands.allocation, courses.published.allocation
    both = ({str(code): rows.reset_index(drop=True) for code, rows in allocation.mines.groupby("block")}
            for allocation in (stands, plan))
    now, planned = both
    none = stands.mines.iloc[:0]
    return {code: with_blocks(stands, plan, frozenset({code})) for code in courses.case.blocks
            if not now.get(code, none).equals(planned.get(code, none))}


def with_blocks(base: Allocation, other: Allocation, blocks: frozenset[str]) -> Allocation:
    """Return an allocation with the mines of some blocks as in another; its deliveries stay."""
    rest = base.mines[~base.mines["block"].isin(blocks)]
    theirs = other.mines[other.mines["block"].isin(blocks)]
    return replace(base, mines=pd.concat([rest, theirs], ignore_index=True))


def _reasons_of(
    courses: Courses, rule: Rule, requirement: Requirement, swapped: Mapping[str, Allocation]
) -> Iterator[tuple[object, ...]]:
    planned, forecast = courses.published.value(rule, requirement), courses.stands.value(rule, requirement)
    head = rule.name, requirement.item, requirement.year
    if abs(forecast - planned) <= SMALL or (planned != planned and forecast != forecast):
        return
    if rule.name == OF_SUPPLY:
        yield from ((*head, *row) for row in _of_supply(courses, requirement.item, requirement.year))
        return
    for code, allocation in swapped.items():
        effect = forecast - Course(courses.case, allocation).value(rule, requirement)
        if abs(effect) > SMALL:
            yield (*head, "block", *_told(courses, code, requirement.year, rule.name), effect)
    if rule.name == OF_OUTPUT:
        yield from ((*head, *row) for row in _of_demand(courses, requirement.item, requirement.year))


def _told(courses: Courses, code: str, year: int, rule: str) -> tuple[object, ...]:
    """Return in what a block differs from the plan in a year, its name, and figures of both."""
    plan, stands = courses.published.allocation, courses.stands.allocation
    was, now = (allocation.capacity.get((code, year), 0.0) for allocation in (plan, stands))
    mined = tuple(allocation.output.get((code, year), 0.0) for allocation in (plan, stands))
    worked = courses.case.blocks[code].existing or any(
        block == code and when < year for block, when in stands.capacity)
    unit = courses.case.minerals[courses.case.blocks[code].mineral].unit
    if was and now and was == now:
        greener = (code, year) in plan.green and (code, year) not in stands.green
        what = "not_green" if greener and rule == "green_share" else "less" if mined[1] < mined[0] else "more"
    elif was and not now:
        what = "closed" if worked else "not_opened"
    elif now and not was:
        what = "still_there" if worked else "opened"
    else:
        what = "not_expanded" if now < was else "expanded" if now > was else "before"
    of_output = rule == OF_OUTPUT or what in ("less", "more")
    return (what, code, *(mined if of_output else (was, now)), unit if of_output else f"{unit}/a")


def _of_supply(courses: Courses, use: str, year: int) -> Iterator[tuple[object, ...]]:
    """Yield what each source delivers to the district otherwise than planned, and what demand does: they add up."""
    was, now = (_delivered(course, use, year) for course in (courses.published, courses.stands))
    before, after = (_demand(course, use, year) for course in (courses.published, courses.stands))
    unit = courses.case.uses[use].unit
    for source in sorted({*was, *now}):
        old, new = was.get(source, 0.0), now.get(source, 0.0)
        if after and abs(new - old) > SMALL:
            kind = "block" if source in courses.case.blocks else "supply"
            yield kind, "less" if new < old else "more", source, old, new, unit, (new - old) / after
    if before and after and abs(after - before) > SMALL:
        effect = sum(was.values()) * (1 / after - 1 / before)
        yield "demand", "more" if after > before else "less", use, before, after, unit, effect


def _of_demand(courses: Courses, mineral: str, year: int) -> Iterator[tuple[object, ...]]:
    """Yield the demand that a mineral serves where it is other than planned: what it makes of output is not known."""
    for use, served in courses.case.uses.items():
        before, after = (_demand(course, use, year) for course in (courses.published, courses.stands))
        if mineral in served.served_by and abs(after - before) > SMALL:
            yield "demand", "more" if after > before else "less", use, before, after, served.unit, NAN


def _delivered(course: Course, use: str, year: int) -> dict[str, float]:
    """Return what every source brings to the district's zones, 10⁴ t."""
    flows = course.allocation.flows
    own = flows[(flows["year"] == year) & (flows["use"] == use)]
    found: dict[str, float] = {}
    for source, zone, quantity in zip(own["source"], own["zone"], own["quantity_10kt"], strict=True):
        if not course.case.exported(str(zone)):
            found[str(source)] = found.get(str(source), 0.0) + float(quantity)
    return found


def _demand(course: Course, use: str, year: int) -> float:
    """Return the district's demand, 10⁴ t."""
    return sum(quantity for (wanted, zone, when), quantity in course.case.demand.items()
               if wanted == use and when == year and not course.case.exported(zone))
