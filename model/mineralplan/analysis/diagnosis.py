"""All that is said of a case that cannot be met: impossibilities, conflicts, and the least changes."""

from __future__ import annotations

from dataclasses import dataclass

from mineralplan.analysis.conflict import Collision, Compiled, TooLittleTime, collision, compiled
from mineralplan.analysis.impossible import Impossibility, impossibilities
from mineralplan.analysis.members import Member
from mineralplan.analysis.questions import Asker
from mineralplan.analysis.remedy import Remedy, remedy
from mineralplan.case import Case

MOST = 5
"""Conflicts that are looked for."""


@dataclass(frozen=True)
class Conflict:
    """Members that cannot hold together, and what the least change of each is.

    Attributes
    ----------
    members, years, proven
        As in `Collision`.
    remedies : tuple of Remedy
        One for each member: of it alone where that suffices; otherwise together with members of the other conflicts,
        as far as they have to change too.
    """

    members: tuple[Member, ...]
    years: tuple[int, ...]
    proven: bool
    remedies: tuple[Remedy, ...]

    @property
    def released(self) -> bool:
        """Whether a plan was found without any one of the members, all others being as they are."""
        return all(found.status == "found" and len(found.members) == 1 for found in self.remedies)


@dataclass(frozen=True)
class Diagnosis:
    """Why a case cannot be met, and what would change that.

    Attributes
    ----------
    feasible : bool
    impossibilities : tuple of Impossibility
        What cannot be, found by arithmetic alone.
    conflicts : tuple of Conflict
        Where no change of a member suffices, the others that stand behind are among them, up to `MOST` in all. Empty
        where the laws and data alone are contradictory.
    combined : Remedy or None
        The least change of all members together, relative to the limits; None where there is only one.
    """

    feasible: bool
    impossibilities: tuple[Impossibility, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    combined: Remedy | None = None

    @property
    def solvable(self) -> bool:
        """Whether some change of the members was found after which a plan exists."""
        remedies = [remedy for conflict in self.conflicts for remedy in conflict.remedies]
        return any(found.status == "found" for found in (*remedies, self.combined) if found)


def diagnose(case: Case, asker: Asker) -> Diagnosis:
    """Explain why a case cannot be met.

    Raises
    ------
    TooLittleTime
        When the time limit of a question was too short to say anything.
    """
    whole = compiled(case)
    possible = asker.possible(whole.program, "whole")
    if possible is None:
        raise TooLittleTime(())
    if possible:
        return Diagnosis(True)
    search = _Search(whole, asker)
    search.run()
    together = tuple(sorted({member for found in search.collisions for member in found.members}))
    combined = search.combined(together) if len(together) > 1 else None
    return Diagnosis(False, impossibilities(case), search.conflicts(), combined)


class _Search:
    """Conflicts, and the least change of each of their members.

    Where no change of a member suffices, though the members of all other conflicts may change with it, another conflict
    stands behind: it is looked for without any of them, and the member asked again.
    """

    def __init__(self, whole: Compiled, asker: Asker) -> None:
        self.whole, self.asker = whole, asker
        self.collisions: list[Collision] = []
        self.remedies: dict[tuple[int, Member], Remedy] = {}

    def run(self) -> None:
        """Find the first conflict, and what follows from it."""
        self._look(())
        number = 0
        while number < len(self.collisions):
            for member in self.collisions[number].members:
                self.remedies[number, member] = self._remedy(number, member)
            number += 1

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the conflicts with their remedies."""
        return tuple(
            Conflict(found.members, found.years, found.proven,
                     tuple(self.remedies[number, member] for member in found.members))
            for number, found in enumerate(self.collisions)
        )

    def combined(self, together: tuple[Member, ...]) -> Remedy:
        """Return the least change of all members together, from the cheapest plan known."""
        share = self.whole.reliefs.share
        plans = [found.plan for found in self.remedies.values() if found.plan is not None]
        best = min(plans, key=lambda plan: float(share @ plan[-len(share):]), default=None)
        return remedy(self.whole, together, self.asker, start=best)

    def _remedy(self, number: int, member: Member) -> Remedy:
        found = remedy(self.whole, (member,), self.asker)
        while found.status == "none":
            others = {m for collision in self.collisions for m in collision.members}
            others -= set(self.collisions[number].members)
            if others and len(found.members) < len(others) + 1:
                found = remedy(self.whole, (member, *sorted(others)), self.asker)
            elif not self._look(found.members):
                break
        return found

    def _look(self, given_up: tuple[Member, ...]) -> bool:
        """Look for a conflict among the members that are not given up; return whether there is another."""
        if len(self.collisions) == MOST:
            return False
        held = [member for member in self.whole.rows.members if member not in given_up]
        try:
            found = collision(self.whole, self.whole.rows.only(self.whole.program, held), self.asker)
        except TooLittleTime:
            if not self.collisions:
                raise
            return False
        self.collisions += [found] if found else []
        return found is not None
