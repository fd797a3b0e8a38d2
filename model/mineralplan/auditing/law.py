"""What a law is to the audit: statements that each hold or are missed by an exact amount."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from mineralplan.auditing.ledger import Ledger
from mineralplan.rules.rule import TOLERANCE

ONE = Fraction(1)


class Check(NamedTuple):
    """One statement of a law.

    Attributes
    ----------
    where : tuple of str
        The codes of what it is about.
    excess : Fraction
        By how much it is missed, in the law's unit; nothing or negative where it is kept.
    of : Fraction
        The figure that it is measured against: a capacity, a demand.
    allowed : Fraction
        How much of it may be rounding.
    """

    where: tuple[str, ...]
    year: int
    excess: Fraction
    of: Fraction = ONE
    allowed: Fraction = TOLERANCE


@dataclass(frozen=True)
class Breach:
    """A statement that does not hold.

    Attributes
    ----------
    name : str
        The law, the rule, or what was stated and is not so.
    kind : {"law", "rule", "stated"}
    amount : Fraction
        By how much, in ``unit``.
    relative : Fraction
        The amount as a part of what it is measured against, at most 1: what breaches of different units are ordered by.
    clause : str
        Where the plan says it, for a rule.
    """

    name: str
    kind: str
    where: tuple[str, ...]
    year: int
    amount: Fraction
    unit: str
    relative: Fraction
    clause: str = ""


@dataclass(frozen=True)
class Law:
    """A law by its name.

    Attributes
    ----------
    find : callable
        Yields every statement of the law that the ledger can decide.
    unit : str
        Of the amounts.
    needs : str
        ``"flows"`` or ``"green"`` where the law says nothing without them.
    between_years : bool
        Whether it compares a year with those before it.
    """

    find: Callable[[Ledger], Iterable[Check]]
    unit: str
    needs: str = ""
    between_years: bool = False

    @property
    def name(self) -> str:
        """The law's name, that of its function."""
        return self.find.__name__


def part_of(amount: Fraction, whole: Fraction) -> Fraction:
    """Return an amount as a part of what it is measured against, at most 1."""
    return amount / max(abs(whole), amount)
