"""What a plan rule is: one object that knows its clause, its rows, its exact check and its words.

A rule states its rows over the vocabulary of the formulation (``works``, ``capacity``, ``in_class``, ``starts``,
``output`` …), never over single variables, so that it holds whatever formulation stands behind them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Literal

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.inputs.plan import Indicator
from mineralplan.words import say

TOLERANCE = Fraction(1, 10**6)
"""How far a value may pass its limit by rounding, in the limit's unit."""


def under(value: float, floor: float) -> bool:
    """Return whether a figure is under a floor by more than rounding, as the exact check judges it."""
    return value < floor - float(TOLERANCE)


@lru_cache(maxsize=2**16)
def exact(value: float) -> Fraction:
    """Return the decimal number that a float is written as: 0.6 is 3/5, not its binary neighbour."""
    return Fraction(repr(float(value)))


@dataclass(frozen=True)
class Requirement:
    """One indicator in one year."""

    item: str
    year: int
    limit: float
    nature: str
    indicator: Indicator


@dataclass(frozen=True)
class Finding:
    """What the check of one requirement found.

    Attributes
    ----------
    value, margin : Fraction or None
        None where nothing in the allocation falls under the rule. The margin is positive on the right side.
    """

    rule: str
    item: str
    year: int
    nature: str
    unit: str
    sense: str
    limit: Fraction
    value: Fraction | None
    margin: Fraction | None
    holds: bool
    clause: str


class Rule(ABC):
    """A rule of a plan.

    Attributes
    ----------
    name : str
        Its name in plan files and scenarios.
    items : str
        The kind of its items: ``"mineral"``, ``"use"``, ``"area"``, or the items joined by ``|``.
    sense : {"<=", ">="}
        On which side of its limit a value has to be.
    needs : {"", "flows", "green", "year before", "years before"}
        What its value is computed from besides the mines that work in the year.
    chooses : bool
        Whether its limit only chooses which rows there are, and stands in none of them.
    """

    name: ClassVar[str]
    items: ClassVar[str]
    sense: ClassVar[Literal["<=", ">="]] = "<="
    needs: ClassVar[Literal["", "flows", "green", "year before", "years before"]] = ""
    chooses: ClassVar[bool] = False

    @abstractmethod
    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        """Yield the linear rows ``left ≤ right`` of a requirement as (name, left, right)."""

    @abstractmethod
    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction | None:
        """Return the exact value that the limit is compared with; shares nothing with `rows`."""

    def missed(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        """Return by how much a requirement is missed in the unit of its rows: what a penalty is paid on."""
        value = self.value(case, allocation, requirement)
        if value is None:
            return Fraction(0)
        return max(Fraction(0), -self.margin(requirement, value))

    def margin(self, requirement: Requirement, value: Fraction) -> Fraction:
        """Return how far a value is on the right side of its limit."""
        limit = exact(requirement.limit)
        return limit - value if self.sense == "<=" else value - limit

    def clause(self, case: Case, item: str) -> str:
        """Return where the plan says it."""
        return case.rules[self.name][item].clause

    def requirements(self, case: Case) -> Iterator[Requirement]:
        """Yield every indicator and year of the rule that is in force."""
        for item, indicator in case.rules.get(self.name, {}).items():
            for year in case.years:
                limit, nature = indicator.schedule.at(year), indicator.nature_in(year)
                if limit is not None and nature != "off":
                    yield Requirement(item, year, limit, nature, indicator)

    def check(self, case: Case, allocation: Allocation) -> list[Finding]:
        """Return what exact arithmetic says of every requirement, from the tables alone."""
        findings = []
        for requirement in self.requirements(case):
            limit, value = exact(requirement.limit), self.value(case, allocation, requirement)
            margin = None if value is None else self.margin(requirement, value)
            findings.append(
                Finding(
                    self.name, requirement.item, requirement.year, requirement.nature, requirement.indicator.unit,
                    self.sense, limit, value, margin, margin is None or margin >= -TOLERANCE,
                    requirement.indicator.clause,
                )
            )
        return findings

    def phrase(self, finding: Finding, case: Case, lang: str) -> str:
        """Return what a planner reads of a finding."""
        value = "–" if finding.value is None else figure(finding.value)
        return say(
            f"rules.{self.name}.{'holds' if finding.holds else 'fails'}", lang,
            item=item_label(case, finding.item, lang), year=finding.year, limit=figure(finding.limit), value=value,
            unit=finding.unit, clause=finding.clause,
        )


def figure(value: Fraction) -> str:
    """Return a figure as planners write it: no digits that say nothing."""
    text = f"{float(value):,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def item_label(case: Case, item: str, lang: str) -> str:
    """Return the name of a rule's item in ``lang``."""
    for names in (case.minerals, case.uses, case.areas):
        if item in names:
            return names[item].text(lang)
    return say(f"items.{item}", lang)
