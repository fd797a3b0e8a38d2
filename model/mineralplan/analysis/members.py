"""Who can take part in a conflict: rules and data, each with the rows of the program that stand for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mineralplan.case import Case
from mineralplan.rules import registry
from mineralplan.solving.program import Program

OUTSIDE = ("import", "recycled", "spoil")
RESOURCE, WORKING_RATE = "resource", "working_rate"
DATA = (*OUTSIDE, RESOURCE, WORKING_RATE)
"""Data that can take part: what outside supply of a kind and use is limited to, the known resource of a mineral, the
least output of a working mine. Demand takes part through the guarantee that asks for it to be met."""


@dataclass(frozen=True, order=True)
class Member:
    """A rule with its item, or a group of data, that takes part in a conflict.

    Attributes
    ----------
    name : str
        The rule's name, or one of `DATA`.
    item : str
        The rule's item; the use of outside supply, the mineral of a resource, ``"all"`` for the working rate.
    """

    name: str
    item: str

    @property
    def is_rule(self) -> bool:
        """Whether it is a rule of the plan and not data."""
        return self.name not in DATA

    def clause(self, case: Case) -> str:
        """Return where the plan says it; empty for data."""
        return registry()[self.name].clause(case, self.item) if self.is_rule else ""


class Rows:
    """Which member and year every row of a program belongs to.

    Attributes
    ----------
    owner : tuple of Member or None
        By row; None for the laws, which nobody can give up.
    year : numpy.ndarray of int, shape (rows,)
        0 for rows that sum over years: they belong to the horizon.
    members : tuple of Member
        Data first: what can be dropped first is dropped first, and a rule is easier to talk about.
    """

    def __init__(self, case: Case, program: Program) -> None:
        owned = [_owner(case, name, index) for name, index in program.rows]
        self.owner = tuple(member for member, _ in owned)
        self.year = np.array([year for _, year in owned], dtype=int)
        self.members = tuple(sorted({m for m in self.owner if m}, key=lambda m: (m.is_rule, m)))
        number = {member: i for i, member in enumerate(self.members)}
        self._number = np.array([-1 if m is None else number[m] for m in self.owner], dtype=int)

    def of(self, members: Collection[Member]) -> npt.NDArray[np.bool_]:
        """Return the mask, shape (rows,), of some members' rows."""
        wanted = [i for i, member in enumerate(self.members) if member in members]
        return np.isin(self._number, wanted)

    def only(
        self, program: Program, members: Collection[Member], years: Collection[int] | None = None
    ) -> Program:
        """Return the program in which no other members hold, and these only in ``years`` where given."""
        kept = self.of(members)
        if years is not None:
            kept &= (self.year == 0) | np.isin(self.year, list(years))
        return program.freed((self._number >= 0) & ~kept)


def _owner(case: Case, name: str, index: tuple[str, int]) -> tuple[Member | None, int]:
    """Return a row's member and year."""
    if name.startswith("rule_") and name.endswith(".hard"):
        return Member(name.removeprefix("rule_").removesuffix(".hard"), index[0]), index[1]
    if name == "supply_limit":
        supply = case.supplies[index[0]]
        return Member(supply.kind, supply.use), index[1]
    if name == RESOURCE:
        return Member(RESOURCE, case.blocks[index[0]].mineral), 0
    if name == WORKING_RATE:
        return Member(WORKING_RATE, "all"), index[1]
    return None, 0
