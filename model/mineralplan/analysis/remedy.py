"""The least change of some members after which a plan exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from mineralplan.analysis.amounts import Amount, amounts, changed, changes
from mineralplan.analysis.conflict import Compiled, compiled
from mineralplan.analysis.members import Member
from mineralplan.analysis.questions import Asker
from mineralplan.case import Case
from mineralplan.outputs.extract import allocation
from mineralplan.solving.program import Program, Vector

FITS = 1e-6
"""How far a plan may pass a row by rounding."""


@dataclass(frozen=True)
class Remedy:
    """What the least change of some members is.

    Attributes
    ----------
    members : tuple of Member
        Those that may give way; the first is the one in question.
    status : {"found", "none", "unknown"}
        Found; proven that no change of these members suffices; or the time was too short to tell.
    amounts : tuple of Amount
        What gives way.
    total, bound : float
        What is missed in all: found, and proven that it cannot be less. For one member in the unit of its rows (for a
        share of the mines in mines, for a guarantee in 10⁴ t, for a floor under single mines in the floor's unit); for
        several as parts of the limits.
    verified : bool
        Whether a plan was checked to keep every row of the case changed so.
    plan : numpy.ndarray or None
        The plan found, the reliefs behind its columns.
    """

    members: tuple[Member, ...]
    status: Literal["found", "none", "unknown"]
    amounts: tuple[Amount, ...] = ()
    total: float = float("inf")
    bound: float = 0.0
    verified: bool = False
    plan: Vector | None = field(default=None, compare=False, repr=False)

    @property
    def proven(self) -> bool:
        """Whether the total is proven to be the least, to four digits."""
        return self.total - self.bound <= 1e-4 * max(self.total, 1e-9)

    @property
    def changes(self) -> Mapping[str, Any]:
        """What a scenario has to say for a plan to exist: dotted name → value, for `Case.change` or ``--set``.

        Not enough by itself where an amount has no name.
        """
        return changes(self.amounts)


def remedy(
    whole: Compiled, members: tuple[Member, ...], asker: Asker, *, start: Vector | None = None
) -> Remedy:
    """Find the least change of some members; all other rows hold.

    What is missed of one member is counted in the unit of its rows, of several relative to their limits.

    Parameters
    ----------
    start : numpy.ndarray, optional
        The plan of another remedy to begin from.
    """
    every = whole.reliefs
    own = every.of(members)
    cost = np.where(own, every.price if len(members) == 1 else every.share, 0.0)
    elastic = every.elastic(whole.program, cost, np.where(own, np.inf, 0.0))
    outcome = asker.least(elastic, "alone" if len(members) == 1 else "together", members, start)
    if outcome.status == "infeasible":
        return Remedy(members, "none")
    x = None if outcome.x is None else asker.exact(elastic, outcome.x)
    if x is None:
        return Remedy(members, "unknown", bound=max(0.0, outcome.bound))
    count = len(whole.program.columns)
    plan = allocation(whole.case, whole.program, x[:count])
    found = amounts(whole.case, plan, members, zip(every.each, x[count:], strict=True))
    found = tuple(sorted(found, key=lambda amount: members.index(amount.member)))
    total = float(cost @ x[count:])
    verified = _keeps(changed(whole.case, found), whole.program, x[:count], members, asker)
    return Remedy(members, "found", found, total, min(max(0.0, outcome.bound), total), verified, x)


def _keeps(case: Case, program: Program, x: Vector, members: tuple[Member, ...], asker: Asker) -> bool:
    """Return whether the changed case has a plan: the one found, or another where rounding shut that out."""
    other = compiled(case).program
    if other.columns == program.columns:
        activity = other.matrix @ x
        if np.all(activity >= other.row_lower - FITS) and np.all(activity <= other.row_upper + FITS):
            return True
    return asker.possible(other, "check", members) is True
