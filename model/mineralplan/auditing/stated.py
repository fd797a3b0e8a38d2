"""What is stated beside the tables, compared with what follows from them.

A stated figure comes from the solver's own numbers, the audit's from figures with 9 decimals: each of a year's flows
may be off by half a digit, at its price. On full plans that makes 10⁻¹² of a year's cost. An objective that is not the
last of several may besides have given way by the slack that the search leaves it, 10⁻⁹ of it. So a figure is refused
that is off by more than 2·10⁻⁹ of the year's cost, or of the objective, and 10⁻⁶ in its unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from mineralplan.auditing.claim import Claim
from mineralplan.auditing.law import Breach, part_of
from mineralplan.case import Case
from mineralplan.rules.rule import TOLERANCE, exact

RELATIVE = Fraction(2, 10**9)
"""By how much of a year's cost, or of an objective, a stated figure may differ."""


def misstatements(
    case: Case, claim: Claim, costs: Mapping[tuple[str, int], Fraction], objectives: Mapping[str, Fraction]
) -> Iterator[Breach]:
    """Yield every stated cost and objective that is not what the tables say."""
    whole = {year: sum((abs(a) for (_, when), a in costs.items() if when == year), Fraction(0)) for year in case.years}
    for term, year in {**claim.costs, **costs} if claim.costs else ():
        stated = claim.costs.get((term, year), 0.0)
        apart = abs(exact(stated) - costs.get((term, year), Fraction(0)))
        if apart > TOLERANCE + RELATIVE * whole.get(year, Fraction(0)):
            yield Breach("stated_cost", "stated", (term,), year, apart, "10kcny", part_of(apart, exact(stated)))
    for name, stated in claim.objectives.items():
        apart = abs(exact(stated) - objectives[name])
        if apart > TOLERANCE + RELATIVE * abs(objectives[name]):
            yield Breach("stated_objective", "stated", (name,), case.years[-1], apart, f"objective:{name}",
                         part_of(apart, exact(stated)))
