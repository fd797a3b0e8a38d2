"""What is audited: an allocation, how much of a plan it says, and the figures that are stated with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mineralplan.allocation import Allocation
from mineralplan.case import Case


@dataclass(frozen=True)
class Known:
    """How much of a plan its tables say.

    Attributes
    ----------
    years : tuple of int
        The planned years that appear, rising.
    flows : bool
        Whether it is said where the stone goes, and so what is short.
    green : bool
        Whether it is said which mines meet the green standard.
    """

    years: tuple[int, ...]
    flows: bool = True
    green: bool = True

    def missing(self, case: Case) -> tuple[int, ...]:
        """Return the planned years that do not appear."""
        return tuple(year for year in case.years if year not in self.years)

    def after_gap(self, case: Case) -> tuple[int, ...]:
        """Return the years of which the year before is not known; the base year always is."""
        return tuple(year for year in self.years if year > case.years[0] and year - 1 not in self.years)


@dataclass(frozen=True)
class Claim:
    """What somebody says a plan is.

    Attributes
    ----------
    allocation : Allocation
    known : Known
    states : mapping of (block, year) to bool
        Whether the block is said to work.
    costs : mapping of (term, year) to float
        Stated costs, 10⁴ CNY of the year.
    objectives : mapping of str to float
        Stated value of every objective.
    """

    allocation: Allocation
    known: Known
    states: Mapping[tuple[str, int], bool] = field(default_factory=dict)
    costs: Mapping[tuple[str, int], float] = field(default_factory=dict)
    objectives: Mapping[str, float] = field(default_factory=dict)
