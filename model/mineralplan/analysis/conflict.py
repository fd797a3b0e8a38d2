"""Why no plan exists: a set of rules and data that cannot hold together and cannot be made smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.analysis.members import Member, Rows
from mineralplan.analysis.questions import Asker
from mineralplan.analysis.relief import NOISE, Reliefs, reliefs
from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program, Vector


@dataclass(frozen=True)
class Collision:
    """Members that cannot hold together in some years; without any one of them the others can.

    Attributes
    ----------
    members : tuple of Member
        Sorted.
    years : tuple of int
        Held in these years alone they collide, whatever happens in the others; held in the others alone they do not.
        Every year in which the least change gives way, and the years without which there would be no collision.
    proven : bool
        False where the time was too short to tell whether each member is needed.
    """

    members: tuple[Member, ...]
    years: tuple[int, ...]
    proven: bool


@dataclass(frozen=True)
class Compiled:
    """A case as the analysis sees it: its program, whose rows are whose, and what may give way."""

    case: Case
    program: Program
    rows: Rows
    reliefs: Reliefs


def compiled(case: Case) -> Compiled:
    """Build and compile a case."""
    program = compile_model(build(case))
    rows = Rows(case, program)
    return Compiled(case, program, rows, reliefs(case, program, rows))


def first_conflict(case: Case, asker: Asker | None = None) -> Collision | None:
    """Return one conflict of a case that cannot be met; None when it can, or when nothing but the laws forbids it."""
    whole = compiled(case)
    return collision(whole, whole.program, asker or Asker(Settings()))


def collision(whole: Compiled, program: Program, asker: Asker) -> Collision | None:
    """Find a conflict in a program that has no plan.

    Where already the linear relaxation is impossible, the rows that its duals price are a proof of that: the members
    they belong to are the shortlist. A deletion filter then drops, one after the other, what can be dropped while the
    rest stays impossible: first by the linear relaxation, which is quick, then with whole mines. Where only whole mines
    collide the filter goes over rules and groups of data, then over the items of those that are left.

    Parameters
    ----------
    whole : Compiled
    program : Program
        The case's, or one in which some members are given up.

    Returns
    -------
    Collision or None
        None where there is a plan, or none even without any member.

    Raises
    ------
    TooLittleTime
        When the time was too short to tell which.
    """
    search = _Filter(whole.rows, program, asker)
    members = search.shortlist(whole.reliefs)
    if members is None:
        members = search.by_groups(whole.rows.members)
    if members is None:
        return None
    members = tuple(search.smallest([(member,) for member in members], relaxed=False))
    if not members:
        return None
    change = least_together(whole, program, members, asker)
    years = _years(whole, program, members, change, asker)
    return Collision(tuple(sorted(members)), years, search.proven)


class _Filter:
    """A deletion filter over members of a program."""

    def __init__(self, rows: Rows, program: Program, asker: Asker) -> None:
        self.rows, self.program, self.asker, self.proven = rows, program, asker, True

    def shortlist(self, every: Reliefs) -> tuple[Member, ...] | None:
        """Return the members whose rows prove the linear relaxation impossible, none to spare; None where it is not."""
        bare = replace(self.program, integer=np.zeros_like(self.program.integer))
        elastic = every.elastic(bare, every.share, np.full(len(every.each), np.inf))
        outcome = self.asker.least(elastic, "shortlist", ())
        if outcome.duals is None or outcome.objective <= NOISE:
            return None
        priced = np.flatnonzero(np.abs(outcome.duals) > NOISE * np.abs(outcome.duals).max())
        found = {owner for owner in (self.rows.owner[row] for row in priced) if owner}
        listed = tuple(member for member in self.rows.members if member in found)
        if self._impossible(listed, relaxed=True):
            return tuple(self.smallest([(member,) for member in listed], relaxed=True))
        return None

    def by_groups(self, members: Sequence[Member]) -> tuple[Member, ...] | None:
        """Return the members of the rules and groups of data that are needed; None where not even all suffice."""
        possible = self.asker.possible(self.program, "collide", tuple(members))
        if possible is None:
            raise TooLittleTime(tuple(members))
        if possible:
            return None
        names = dict.fromkeys(member.name for member in members)
        groups = [tuple(member for member in members if member.name == name) for name in names]
        return tuple(self.smallest(groups, relaxed=False))

    def smallest(self, groups: list[tuple[Member, ...]], *, relaxed: bool) -> list[Member]:
        """Drop group after group while the rest stays impossible."""
        kept = list(groups)
        for group in groups:
            rest = [other for other in kept if other != group]
            if self._impossible([m for other in rest for m in other], relaxed=relaxed, about=group):
                kept = rest
        return [member for group in kept for member in group]

    def _impossible(self, members: Sequence[Member], *, relaxed: bool, about: tuple[Member, ...] = ()) -> bool:
        program = self.rows.only(self.program, members)
        if relaxed:
            program = replace(program, integer=np.zeros_like(program.integer))
        kind = ("relaxed" if relaxed else "without") if about else "collide"
        possible = self.asker.possible(program, kind, about or tuple(members))
        if possible is None:
            self.proven = False
        return possible is False


def least_together(whole: Compiled, program: Program, members: Sequence[Member], asker: Asker) -> Vector:
    """Return how far members give way, relative to their limits, so that they can hold; all others do not hold.

    Returns
    -------
    numpy.ndarray, shape (reliefs,)
    """
    every = whole.reliefs
    elastic = every.elastic(whole.rows.only(program, members), every.share, np.where(every.of(members), np.inf, 0.0))
    outcome = asker.least(elastic, "settle", tuple(members))
    if outcome.x is None:
        raise TooLittleTime(tuple(members))
    found: Vector = outcome.x[-len(every.each):]
    return np.where(found > NOISE, found, 0.0)


class TooLittleTime(RuntimeError):  # noqa: N818 - no error of the program
    """The time limit of a question was too short to say anything."""

    def __init__(self, members: tuple[Member, ...]) -> None:
        super().__init__(", ".join(f"{member.name} {member.item}" for member in members))


def _years(
    whole: Compiled, program: Program, members: Sequence[Member], change: Vector, asker: Asker
) -> tuple[int, ...]:
    """Return the years of a collision: see `Collision`."""
    rows, every = whole.rows, whole.reliefs
    stated = sorted({int(year) for year in rows.year[rows.of(members)] if year})
    moved = {relief.year for relief, amount in zip(every.each, change, strict=True) if amount > 0}
    gives_way = sorted(moved - {0})

    def collide(years: Sequence[int]) -> bool:
        return asker.possible(rows.only(program, members, years), "years", tuple(members)) is False

    def needed(years: Sequence[int]) -> list[int]:
        kept = list(years)
        for year in years:
            rest = [other for other in kept if other != year]
            if year not in gives_way and collide(rest):
                kept = rest
        return kept

    found = gives_way if gives_way and collide(gives_way) else needed(stated)
    others = [year for year in stated if year not in found]
    # Where a figure of the whole horizon gave way, nothing says yet that the other years can hold.
    while 0 in moved and others and collide(others):
        found = sorted({*found, *needed(others)})
        others = [year for year in stated if year not in found]
    return tuple(found)
