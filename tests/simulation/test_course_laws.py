"""What holds in every future of every district: audits, perfect foresight, and the plan that nothing disturbs.

The fast tests draw a few cases; those marked slow draw many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.outputs import extract
from mineralplan.simulation.futures import draw_futures
from mineralplan.simulation.policies import Look
from mineralplan.studies.courses import Bench, work
from mineralplan.unknowns import Futures, Observation
from played import Played, bench, go, optimum, several, troubled
from tiny import drawn

NEAR = 1e-6
POLICIES = ("published", "rule", "rolling1", "rolling2", "rolling_free")
SEEDS = st.integers(0, 10_000)


def some(count: int) -> settings:
    return settings(max_examples=count, deadline=None, derandomize=True, database=None,
                    suppress_health_check=[HealthCheck.too_slow])


def hasty(look: Look) -> Mapping[str, float]:
    """Want every block at its largest scale in odd years, and the first of them closed in even ones."""
    blocks = look.case.blocks
    if look.year % 2:
        return {code: block.options[-1].capacity for code, block in blocks.items()}
    return {next(iter(blocks)): 0.0}


def everybody(table: Bench, number: int) -> list[Played]:
    return [*(go(table, name, number) for name in POLICIES), go(table, hasty, number)]


# --- where nothing is uncertain ------------------------------------------------------------------------------------


def assert_equals_the_optimum(shown: Case, ahead: int, *, observed: bool = False) -> None:
    given_ = seen(shown) if observed else shown
    rolling = go(bench(given_, ahead=ahead), "rolling")
    assert rolling.answer["audit"] == "holds"
    assert rolling.cost == pytest.approx(optimum(given_), abs=NEAR)


def seen(shown: Case) -> Case:
    """Return the case with its first year observed: every mine of the base year at half its capacity."""
    first = shown.years[0]
    return replace(shown, observed={
        (code, first): Observation(block.options[0].capacity, block.options[0].capacity / 2)
        for code, block in shown.blocks.items() if block.existing})


@some(5)
@given(SEEDS, st.integers(3, 5), st.sampled_from([0.0, 7.0]))
def test_seen_to_the_end_the_years_one_by_one_are_the_single_optimisation(seed: int, ahead: int, keep: float) -> None:
    """A course that lost a state between two years, or paid a cost twice, would cost more, or less."""
    assert_equals_the_optimum(replace(drawn(seed), futures=Futures(keep=keep)), ahead)


@some(4)
@given(SEEDS)
def test_the_same_after_a_year_that_was_observed(seed: int) -> None:
    calm = drawn(seed)
    assert_equals_the_optimum(replace(calm, economics=replace(calm.economics, working_rate=0.0)), 3, observed=True)


@pytest.mark.slow
@some(40)
@given(SEEDS, st.integers(3, 5), st.sampled_from([0.0, 7.0]))
def test_seen_to_the_end_in_many_districts(seed: int, ahead: int, keep: float) -> None:
    assert_equals_the_optimum(replace(drawn(seed), futures=Futures(keep=keep)), ahead)


@some(4)
@given(SEEDS)
def test_the_published_plan_undisturbed_costs_what_it_was_published_at(seed: int) -> None:
    shown = drawn(seed)

    played = go(bench(shown), "published")

    assert played.cost == pytest.approx(optimum(shown), abs=NEAR)
    assert played.course.changes == 0


# --- where everything is ---------------------------------------------------------------------------------------------


def assert_audits_hold(seed: int, number: int) -> None:
    shown = troubled(seed)
    table = several(shown, draw_futures(shown, 2, seed), ahead=2)
    for played in everybody(table, number):
        assert played.answer["breaches"] == []
        assert played.answer["audit"] == "holds"
        assert played.course.gave_way == ()


@some(3)
@given(SEEDS, st.integers(0, 1))
def test_every_year_of_every_course_passes_the_exact_audit(seed: int, number: int) -> None:
    """Laws, licences, resources and clauses hold as the future truly is, whoever decides."""
    assert_audits_hold(seed, number)


@pytest.mark.slow
@some(25)
@given(SEEDS, st.integers(0, 1))
def test_audits_hold_in_many_districts(seed: int, number: int) -> None:
    assert_audits_hold(seed, number)


@some(2)
@given(SEEDS)
def test_what_was_observed_stays_under_every_policy(seed: int) -> None:
    shown = seen(troubled(seed))
    (future,) = draw_futures(shown, 1, seed)

    for played in everybody(bench(shown, future, ahead=2), 0):
        first = shown.years[0]
        assert {code: (played.licensed.get((code, first), 0.0), played.allocation.output.get((code, first), 0.0))
                for code in shown.blocks} == {
            code: (s.capacity, s.output) if (s := shown.observed.get((code, first))) else (0.0, 0.0)
            for code in shown.blocks}
        assert played.answer["audit"] == "holds"


def assert_foresight_is_best(seed: int, gap: float) -> None:
    shown = troubled(seed)
    table = several(shown, draw_futures(shown, 2, seed), ahead=2, gap=gap)
    for number in (0, 1):
        done = everybody(table, number)
        best = min((one for one in done if one.answer["audit"] == "holds"), key=lambda one: one.cost)
        foreseen = work(table, ("perfect", number, (best.allocation, best.course.idle)))
        assert foreseen["audit"] == "holds"
        assert foreseen["cost"] <= best.cost + NEAR
        assert foreseen["bound"] <= foreseen["cost"] + NEAR


@some(2)
@given(SEEDS, st.sampled_from([0.0, 0.5]))
def test_perfect_foresight_is_never_worse(seed: int, gap: float) -> None:
    """Nor with a gap of a half: a search that began from nothing could stop at a plan that anybody beats."""
    assert_foresight_is_best(seed, gap)


@pytest.mark.slow
@some(20)
@given(SEEDS, st.sampled_from([0.0, 0.2, 0.5]))
def test_perfect_foresight_is_never_worse_in_many_districts(seed: int, gap: float) -> None:
    assert_foresight_is_best(seed, gap)


@some(2)
@given(SEEDS)
def test_a_future_is_played_alike_however_many_are_drawn(seed: int) -> None:
    """What happens in the first future is the same with one drawn or four, and what is done costs the same."""
    shown = troubled(seed)
    few, many = draw_futures(shown, 1, seed), draw_futures(shown, 4, seed)
    assert few[0] == many[0]

    one, other = go(several(shown, few), "rolling1"), go(several(shown, many), "rolling1")

    assert one.cost == pytest.approx(other.cost, abs=NEAR)


def test_what_is_told_is_what_was_done() -> None:
    """The allocation that the audit sees gives the line values of the course's own point, to rounding."""
    shown = troubled(7)
    (future,) = draw_futures(shown, 1, 7)
    table = bench(shown, future)

    played = go(table, "rolling1")

    lines = played.course.program.line_values(played.course.x)
    cost = sum(weight * lines[line] for line, weight in table.forward.cost.weights.items())
    assert played.cost == pytest.approx(cost, abs=1e-4)
    assert extract.allocation(future.case(shown), played.course.program, played.course.x).mines.equals(
        played.allocation.mines)
