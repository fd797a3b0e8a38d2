"""The shipped scenario that cannot be met, in full size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import mineralplan as mp
from mineralplan.analysis.conflict import compiled
from mineralplan.analysis.impossible import impossibilities
from mineralplan.analysis.members import Member
from tiny import is_feasible

SCENARIO = Path(__file__).parents[2] / "scenarios" / "conflict.yaml"


def test_the_sum_that_does_not_work_out() -> None:
    """Aggregate in 2027: demand, less recycled material and the projects' own stone, against 0.95 × the cap of 500.

    In every other year of the guarantee the cap suffices, and nothing is said.
    """
    case = mp.load(SCENARIO)
    use, mineral = "concrete_aggregate", "building_limestone"
    demand = {year: sum(quantity for (u, zone, y), quantity in case.demand.items()
                        if u == use and y == year and not case.exported(zone)) for year in case.years}
    outside = {y: sum(s.limit[y] for s in case.supplies.values() if s.use == use) for y in case.years}

    (found,) = impossibilities(case)

    assert (found.kind, found.uses, found.years) == ("cap", (use,), (2027,))
    assert found.needed == pytest.approx((demand[2027],))
    assert found.available == pytest.approx((outside[2027] + 0.95 * 500,))
    assert [y for y in range(2027, 2036) if demand[y] > outside[y] + 0.95 * 500] == [2027]
    assert Member("output_cap", mineral) in found.members


@pytest.mark.slow
def test_the_shipped_conflict() -> None:
    """A set is named; without any one of its members, and after each least change, the whole scenario has a plan.

    The change of the cap is what is missing ÷ 0.95, found by arithmetic alone.
    """
    case = mp.load(SCENARIO)
    (missing,) = impossibilities(case)

    found = mp.explain(case)

    (conflict,) = found.diagnosis.conflicts
    assert conflict.proven
    assert conflict.released
    assert conflict.years == (2027,)
    assert Member("supply_guarantee", "concrete_aggregate") in conflict.members
    whole = compiled(case)
    for member in conflict.members:
        others = [other for other in whole.rows.members if other != member]
        assert is_feasible(whole.rows.only(whole.program, others))
    for remedy in found.remedies:
        assert remedy.proven
        changed = replace(case.change(remedy.changes), recipe=None)
        assert is_feasible(compiled(changed).program)
    cap = next(remedy for remedy in conflict.remedies if remedy.members[0].name == "output_cap")
    assert cap.total == pytest.approx(missing.short / 0.95, abs=1e-4)
