"""Plans that were solved: sound as they are, broken by any change of a tonne, not accused for what is not said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, combinations

import pandas as pd
import pytest
from plans import audited

from mineralplan.allocation import Allocation
from mineralplan.auditing.audit import audit_claim
from mineralplan.auditing.claim import Claim, Known
from mineralplan.planning import Plan
from tiny import drawn, solved

SEEDS = range(8)
TONNE = 1e-4


@pytest.fixture(scope="module", params=SEEDS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return solved(drawn(request.param))


def moved(table: pd.DataFrame, column: str, by: float) -> pd.DataFrame:
    """Return a table with its first figure changed."""
    figures = table[column].astype(float).copy()
    figures.iloc[0] += by
    return table.assign(**{column: figures})


CHANGES: dict[str, Callable[[Allocation], Allocation]] = {
    "more mined": lambda a: replace(a, mines=moved(a.mines, "output_10kt", TONNE)),
    "less mined": lambda a: replace(a, mines=moved(a.mines, "output_10kt", -TONNE)),
    "more licensed": lambda a: replace(a, mines=moved(a.mines, "capacity_10kt_a", TONNE)),
    "more delivered": lambda a: replace(a, flows=moved(a.flows, "quantity_10kt", TONNE)),
    "less delivered": lambda a: replace(a, flows=moved(a.flows, "quantity_10kt", -TONNE)),
    "a delivery lost": lambda a: replace(a, flows=a.flows.iloc[1:]),
    "no longer green": lambda a: replace(a, mines=a.mines.assign(green=a.mines.index != a.mines.index[0])),
    "a mine twice": lambda a: replace(a, mines=pd.concat([a.mines, a.mines.iloc[[0]]])),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_any_change_of_a_tonne_is_found(plan: Plan, change: str) -> None:
    """Nothing but the tables is looked at: neither stated costs nor an objective helps."""
    assert audited(plan.case, plan.allocation).verdict == "holds"

    assert audited(plan.case, CHANGES[change](plan.allocation)).verdict == "broken"


def test_a_plan_is_not_accused_for_what_is_not_said(plan: Plan) -> None:
    """Any of the years alone, without flows and without green mines: open, never broken."""
    years = plan.case.years
    mines = plan.allocation.mines
    for some in chain.from_iterable(combinations(years, count) for count in range(1, len(years) + 1)):
        claim = Claim(Allocation(mines[mines["year"].isin(some)]), Known(some, flows=False, green=False))

        audit = audit_claim(plan.case, claim)

        assert audit.breaches == ()
        assert audit.verdict == "undecided"
        assert {finding.year for finding in audit.findings} <= set(some)


def test_the_audit_of_a_plan_is_the_plans_own(plan: Plan) -> None:
    """No second check: the findings of the scorecard are those of the audit."""
    assert plan.findings is plan.audit.findings
    assert plan.audit.as_dict()["verdict"] == "holds"
