"""Observed years stand in the model as they were: nothing of them is decided, and what they miss ends no search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.economics import Economics
from mineralplan.formulation.given import structure
from mineralplan.formulation.model import build
from mineralplan.outputs import extract
from mineralplan.planning import solve
from mineralplan.simulation.recourse import Recourse
from mineralplan.solving.compile import compile_model
from mineralplan.unknowns import Observation
from tiny import block, capacities, case, costs, drawn, indicator, km, mine, outputs, refused, solved

YEARS = (2021, 2022)


def seen(entries: dict[tuple[str, int], tuple[float, float]]) -> dict[str, Any]:
    """Return what `case` needs of (block, year) → capacity and output."""
    return {"observed": {mine: Observation(*figures) for mine, figures in entries.items()}}


def test_what_was_seen_is_kept_though_another_mine_is_cheaper() -> None:
    """Both mines give 10 a year, B costs 1 and A costs 5; 10 are wanted.

    In 2021 A was seen to give 6 and B did not work: A costs 30, and the other 4 are short (100 each: 400). 2022 is
    decided: A goes on, B is free to start and is cheaper: 10. Without what was seen B would give 10 in both years: 20.
    """
    one = case([mine("A", 10, operating_cost=5.0), block("B", 10, operating_cost=1.0)], 10, years=YEARS,
               **seen({("A", 2021): (10.0, 6.0)}))

    plan = solved(one)

    assert outputs(plan) == {("A", 2021): 6, ("B", 2022): 10}
    assert capacities(plan)["A", 2021] == 10 and ("B", 2021) not in capacities(plan)
    assert costs(plan) == {"mining": 40, "shortage": 400}
    assert plan.audit.verdict == "holds"


def test_a_block_without_a_row_did_not_work_and_does_not_come_back() -> None:
    """A worked in the base year and not in 2021: it has stopped, so that 10 are short in both years (2,000).

    A model that only pinned the blocks with rows would let A give 10 in 2021 and 2022.
    """
    plan = solved(case([mine("A", 10), mine("B", 4)], 10, years=YEARS, **seen({("B", 2021): (4.0, 0.0)})))

    assert outputs(plan) == {("B", 2022): 4}
    assert costs(plan) == {"shortage": 1600}


def test_a_clause_that_was_missed_does_not_bind_in_the_year_that_was_seen() -> None:
    """A cap of 5 a year; 8 were mined in 2021. The plan keeps the 8, and 5 in 2022; 2 and 5 of 10 are short.

    A hard cap in 2021 would leave no plan at all.
    """
    one = case([mine("A", 10)], 10, years=YEARS, rules={"output_cap": {"stone": indicator(5)}},
               **seen({("A", 2021): (10.0, 8.0)}))

    plan = solved(one)

    assert outputs(plan) == {("A", 2021): 8, ("A", 2022): 5}
    assert costs(plan) == {"shortage": 700}
    assert plan.audit.verdict == "holds"
    assert [(f.rule, f.year, float(f.value or 0)) for f in plan.audit.conflicts] == [("output_cap", 2021, 8)]


def test_an_expected_indicator_that_was_missed_costs_its_penalty() -> None:
    """The cap of 5 is expected at 7 for each 10⁴ t: 3 too much in 2021 cost 21, and 2022 stays at 5 (7 > 0 gained)."""
    one = case([mine("A", 10)], 8, years=YEARS, unserved=6.0,
               rules={"output_cap": {"stone": indicator(5, "expected", penalty=7.0)}},
               **seen({("A", 2021): (10.0, 8.0)}))

    assert costs(solved(one)) == {"penalties": 21, "shortage": 18}


def test_output_that_the_projection_has_no_use_for_is_unsold() -> None:
    """9 were mined in 2021 at 2 each, and the projection wants 4: 5 find no demand, and mining still costs 18.

    Without a way out for the 5 there would be no plan.
    """
    one = case([mine("A", 10, operating_cost=2.0)], {2021: 4, 2022: 7}, years=YEARS, **seen({("A", 2021): (10.0, 9.0)}))

    plan = solved(one)

    assert outputs(plan) == {("A", 2021): 9, ("A", 2022): 7}
    assert costs(plan) == {"mining": 32}
    assert plan.audit.verdict == "holds"
    assert plan.allocation.flows["quantity_10kt"].tolist() == [4, 7]


def test_nothing_is_unsold_in_a_year_that_is_decided() -> None:
    """At a working rate of a half the mine must give 5 in 2022, and 3 are wanted: it has to close.

    Could output stay unsold there, the mine would go on.
    """
    one = case([mine("A", 10, closure_cost=1.0)], {2021: 5, 2022: 3}, years=YEARS, unserved=0.1,
               economics=Economics(working_rate=0.5), **seen({("A", 2021): (10.0, 5.0)}))

    plan = solved(one)

    assert capacities(plan) == {("A", 2021): 10}
    assert costs(plan)["closure"] == 1


def test_what_was_mined_is_gone() -> None:
    """Of 12 in place 9 were mined in 2021: 3 are left for 2022, however cheap."""
    plan = solved(case([mine("A", 10, resource=12.0)], 10, years=YEARS, **seen({("A", 2021): (10.0, 9.0)})))

    assert outputs(plan) == {("A", 2021): 9, ("A", 2022): 3}


def test_an_expansion_that_was_seen_stays_and_is_paid_for() -> None:
    """A was expanded to 20 in 2021 for a capital of 100: 100 / 2 years a year at no interest, in both years.

    Left to itself it would not expand: 10 are wanted.
    """
    one = case([mine("A", 10, expanded=20.0, expansion_capital=100.0)], 10, years=YEARS,
               economics=Economics(discount_rate=0.0, capital_life=2), **seen({("A", 2021): (20.0, 10.0)}))

    plan = solved(one)

    assert capacities(plan) == {("A", 2021): 20, ("A", 2022): 20}
    assert costs(plan) == {"capital": 100}


def test_a_block_that_started_early_is_the_years_own_fault_and_no_reason_to_close_others() -> None:
    """B may work from 2022 on and was seen in 2021: the model keeps what was seen; the audit says what is wrong."""
    one = case([block("B", 10, earliest=2022)], 10, years=YEARS, **seen({("B", 2021): (10.0, 10.0)}))

    plan = solved(one)

    assert capacities(plan) == {("B", 2021): 10, ("B", 2022): 10}
    assert {breach.name for breach in plan.audit.breaches} == {"allowed_years"}


def test_observed_years_that_contradict_each_other_leave_no_plan() -> None:
    """A stood without a licence in 2021 and worked in 2022: no mine starts twice."""
    assert refused(case([mine("A", 10)], 10, years=(2021, 2022, 2023),
                        **seen({("A", 2021): (0.0, 0.0), ("A", 2022): (10.0, 10.0)})))


def test_cases_with_other_observations_have_another_structure() -> None:
    one = case([mine("A", 10)], 10, years=YEARS, **seen({("A", 2021): (10.0, 6.0)}))
    more = replace(one, **seen({("A", 2021): (10.0, 7.0)}))

    assert structure(one) != structure(more)
    assert structure(one) != structure(replace(one, observed={}))
    assert structure(one) == structure(replace(one, observed_from="elsewhere.csv"))


def test_a_draw_of_the_demand_changes_nothing_of_what_was_seen() -> None:
    """6 were mined in 2021. In a draw of 2 there 4 stay unsold; in one of 20, 14 are short: 1,400, and 10 in 2022.

    Were output free in a draw, the mine would give 2, or 10.
    """
    one = case([mine("A", 10, operating_cost=1.0)], 10, years=YEARS,
               **seen({("A", 2021): (10.0, 6.0)}))
    plan = solved(one)
    recourse = Recourse(one, one, lambda program: extract.decisions(one, program, plan.allocation))

    def drawn_demand(first: float, second: float) -> Case:
        return replace(one, demand={("works", "town", 2021): first, ("works", "town", 2022): second})

    low, high = (recourse.at(recourse.values(drawn_demand(*wanted))) for wanted in ((2, 5), (20, 20)))

    assert (low.status, low.output.round(6).tolist(), low.short.round(6).tolist()) == ("optimal", [6, 5], [0, 0])
    assert (high.status, high.output.round(6).tolist(), high.short.round(6).tolist()) == ("optimal", [6, 10], [14, 10])


few = settings(max_examples=20, deadline=None, derandomize=True, database=None,
               suppress_health_check=[HealthCheck.too_slow])


@few
@given(seed=st.integers(0, 10_000), count=st.integers(1, 3))
def test_a_plan_whose_first_years_are_observed_is_that_plan(seed: int, count: int) -> None:
    """The best plan's own first years, observed: nothing costs more, and nothing less but for rules left out there.

    Rules of the drawn cases hold in the plan, so that leaving them out in its years changes nothing of it.
    """
    one = drawn(seed)
    plan = solved(one)
    past = {(b, y): Observation(held, plan.allocation.output[b, y])
            for (b, y), held in plan.allocation.capacity.items() if y in one.years[:count]}
    if len({year for _, year in past}) < count:
        return
    again = solved(replace(one, observed=past))

    assert again.certificate.objective == pytest.approx(plan.certificate.objective, rel=1e-7, abs=1e-6)
    for mine_, seen_ in past.items():
        assert again.allocation.capacity[mine_] == seen_.capacity
        assert again.allocation.output[mine_] == pytest.approx(seen_.output, abs=1e-6)
    assert again.audit.verdict == "holds"


def test_the_search_keeps_what_was_seen_from_any_start() -> None:
    """A plan of before the observation is where the search begins; B of it did not work in 2021."""
    one = case([mine("A", 10, operating_cost=5.0), block("B", 10, operating_cost=1.0, place=km(1))], 10, years=YEARS)
    before = solved(one)
    known = replace(one, **seen({("A", 2021): (10.0, 6.0)}))

    plan = solve(known, gap=0.0, start=before.allocation)

    assert outputs(before) == {("B", 2021): 10, ("B", 2022): 10}
    assert outputs(plan) == {("A", 2021): 6, ("B", 2022): 10}


def test_without_observed_years_the_model_is_what_it_was() -> None:
    """No column and no row of what was seen."""
    program = compile_model(build(case([mine("A", 10)], 10, years=YEARS)))

    assert not {name for name, _ in (*program.columns, *program.rows)} & {"unsold", "observed_output"}
