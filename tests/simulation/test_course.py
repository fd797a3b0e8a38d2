"""Years played one by one, followed by hand: what happens, who knows it when, and what stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mineralplan.economics import Economics
from mineralplan.simulation.futures import certain
from mineralplan.solving import highs
from mineralplan.solving.start import Known, first_plan
from mineralplan.studies.courses import work
from mineralplan.unknowns import Observation
from played import bench, go, happens
from tiny import block, case, indicator, mine, supply

YEARS = (2021, 2022, 2023)
POLICIES = ("published", "rule", "rolling1", "rolling3")
EVERY = pytest.mark.parametrize("policy", POLICIES)


# --- stoppages, delays, surprises --------------------------------------------------------------------------------


@EVERY
def test_a_stoppage_limits_the_output_of_its_year_alone(policy: str) -> None:
    """Ten a year; in 2022 the mine keeps 0.4 of the year: 4, and 6 are short at 100. 2021 and 2023 are as ever.

    A planner who foresaw it would have nothing else to do either; a stoppage that lasted would cost 1,200.
    """
    shown = case([mine("A", 10, resource=200.0)], 10, years=YEARS)

    played = go(bench(shown, happens(shown, available={("A", 2022): 0.4})), policy)

    assert played.outputs == {("A", 2021): 10, ("A", 2022): 4, ("A", 2023): 10}
    assert played.cost == pytest.approx(600)
    assert played.answer["audit"] == "holds"


def test_a_stoppage_is_foreseen_by_nobody() -> None:
    """N could serve 2022 for 30 while A stands still, which would save 1,000 − 30. It is not opened: nobody knew.

    In the year itself decisions are made before it comes: one that looked at the year's own stoppages would cost 30.
    """
    shown = case([mine("A", 10), block("N", 10, fixed_cost=3.0)], 10, years=YEARS)

    played = go(bench(shown, happens(shown, available={("A", 2022): 0.0})), "rolling3")

    assert played.licensed == {("A", year): 10 for year in YEARS}
    assert played.cost == pytest.approx(1000)


@EVERY
def test_a_block_that_is_not_ready_is_tried_again_when_it_is(policy: str) -> None:
    """N was to work from 2021 and is ready in 2023: 10 short in 2021 and 2022, nothing in 2023.

    A proposal carried out without looking would mine in 2021; one that was dropped for good would be short thrice.
    """
    shown = case([block("N", 10, resource=200.0)], 10, years=YEARS)

    played = go(bench(shown, happens(shown, ready={"N": 2023})), policy)

    assert played.licensed == {("N", 2023): 10}
    assert played.cost == pytest.approx(2000)
    assert played.answer["audit"] == "holds"


def test_who_has_been_told_of_a_delay_plans_with_it() -> None:
    """N costs 1 a tonne and is late beyond the horizon; M costs 3 and 25 a year and is ready.

    2021: N is sought and refused, 10 short. The planner then knows: M is opened for 2022 and 2023, 55 each. A planner
    who was not told would seek N every year, and be 10 short in all of them: 3,000.
    """
    shown = case([block("N", 10, operating_cost=1.0), block("M", 10, operating_cost=3.0, fixed_cost=2.5)], 10,
                 years=YEARS)

    played = go(bench(shown, happens(shown, ready={"N": 2024})), "rolling3")

    assert played.licensed == {("M", 2022): 10, ("M", 2023): 10}
    assert played.cost == pytest.approx(1000 + 55 + 55)
    assert played.answer["audit"] == "holds"


@EVERY
def test_a_deposit_that_holds_less_than_reported_stops_its_mine(policy: str) -> None:
    """30 reported, 12 less are there: 18 in all, 12 of 30 are short. A mine has to give half of its 10 or close.

    To the letter the mine leaves 5 and 5 for the years that the plan counts on; who looks one year ahead gives 10 and
    8 and closes. Both are 12 short: 1,200. A course that went by the report would mine 30.
    """
    shown = case([mine("A", 10, resource=30.0)], 10, years=YEARS, economics=Economics(working_rate=0.5))

    played = go(bench(shown, happens(shown, surprise={"A": -12.0})), policy)

    assert sum(played.outputs.values()) == pytest.approx(18)
    assert played.cost == pytest.approx(1200)
    assert played.answer["audit"] == "holds"
    if policy == "rolling1":
        assert played.outputs == {("A", 2021): 10, ("A", 2022): 8}
        assert ("A", 2023) not in played.licensed


@EVERY
def test_a_find_that_fails_forbids_the_scale_that_relied_on_it(policy: str) -> None:
    """A scale of 10 asks for four years of life, 40; with the 20 to be found in 2022 A's 30 carry it, without not.

    Nothing is found: A stays at 5, and 5 a year are short. A planner who licensed on the find of the same year would
    hold 10 in 2022 and miss the clause by what the exact audit finds.
    """
    shown = case([mine("A", 5, expanded=10, resource=30.0, additions=((2022, 20.0),))], 10, years=YEARS,
                 rules={"life_match": {"small": indicator(4.0, unit="a")}})

    played = go(bench(shown, happens(shown, additions={("A", 2022): 0.0})), policy)

    assert played.licensed == {("A", year): 5 for year in YEARS}
    assert played.cost == pytest.approx(1500)
    assert played.answer["audit"] == "holds"


@pytest.mark.parametrize("policy", ["published", "rolling1", "rolling3"])
def test_a_find_that_comes_allows_it(policy: str) -> None:
    """The same, found: 5 in 2021 and 10 from 2022 on; 5 short in 2021 alone."""
    shown = case([mine("A", 5, expanded=10, resource=30.0, additions=((2022, 20.0),))], 10, years=YEARS,
                 rules={"life_match": {"small": indicator(4.0, unit="a")}})

    played = go(bench(shown), policy)

    assert played.licensed == {("A", 2021): 5, ("A", 2022): 10, ("A", 2023): 10}
    assert played.cost == pytest.approx(500)


def test_an_import_price_is_known_when_it_comes() -> None:
    """Mining costs 8, imports 5: nothing is mined. In 2022 imports cost 10: the mine gives 10 for 80, then 5 again."""
    shown = case([mine("A", 10, operating_cost=8.0)], 10, years=YEARS,
                 supplies={"I": supply("I", 5.0, 100.0, years=YEARS)})

    played = go(bench(shown, happens(shown, price={2021: 1.0, 2022: 2.0, 2023: 1.0})), "rolling1")

    assert played.outputs == {("A", 2022): 10}
    assert played.cost == pytest.approx(50 + 80 + 50)


def test_a_clause_that_nothing_can_keep_gives_way_and_is_told() -> None:
    """All demand has to be met, and 12 come where 10 were expected: 2 are short in each year, and both are named.

    A course that ended there, or hid it, would tell of no plan, or of a clause that holds.
    """
    shown = case([mine("A", 10)], 10, years=YEARS[:2], rules={"supply_guarantee": {"works": indicator(1.0,
                                                                                                      unit="share")}})

    played = go(bench(shown, happens(shown, demand={("works", "town", year): 12.0 for year in YEARS[:2]})), "rolling1")

    assert played.cost == pytest.approx(400)
    assert played.answer["missed"] == 2
    assert {(name, year) for _, name, _, year, _ in played.answer["breaches"]} \
        == {("supply_guarantee", 2021), ("supply_guarantee", 2022)}


# --- what has been seen --------------------------------------------------------------------------------------------


@EVERY
def test_what_was_observed_stays_to_the_tonne(policy: str) -> None:
    """A was seen with 6 of 10 in 2021, and N, cheaper, with 3 of 4: nobody mines more of that year afterwards.

    Of 10 wanted 1 was short. Then N gives 4 and A 6: 6 · 2 a year. A course that decided 2021 again would mine 10.
    """
    seen = {("A", 2021): Observation(10.0, 6.0), ("N", 2021): Observation(4.0, 3.0)}
    shown = case([mine("A", 10, operating_cost=2.0, resource=200.0), block("N", 4, resource=200.0)], 10, years=YEARS,
                 observed=seen)

    played = go(bench(shown), policy)

    assert {key: value for key, value in played.outputs.items() if key[1] == 2021} \
        == {("A", 2021): 6, ("N", 2021): 3}
    assert played.cost == pytest.approx(12 + 100 + 12 + 12)
    assert played.answer["audit"] == "holds"


def test_a_mine_that_was_seen_closed_does_not_come_back() -> None:
    """A did not work in 2021: the rule, who would keep every mine, has none left and 10 are short every year."""
    shown = case([mine("A", 10), mine("B", 2)], 10, years=YEARS, observed={("B", 2021): Observation(2.0, 2.0)})

    played = go(bench(shown), "rule")

    assert set(played.licensed) == {("B", year) for year in YEARS}
    assert played.cost == pytest.approx(2400)


# --- a plan to begin from -------------------------------------------------------------------------------------------


def test_what_is_forbidden_is_not_allowed_by_being_held() -> None:
    """A plan to begin from holds N, which may not work this year: it is no plan, and says nothing of the cost.

    Held against its bound, N would serve all 10 for nothing where the best is 10 short, 1,000: a search that began
    from it would end there, with a proof.
    """
    forward = bench(case([block("N", 10, earliest=2022)], 10)).forward
    program = forward.program(forward.case).minimising(forward.cost.weights)
    wish = forward.empty
    wish[forward.place["at_least", ("N", 1, 2021)]] = 1.0

    assert highs.polish(program, wish).status == "infeasible"
    found = first_plan(program, highs.Settings(gap=0.0), known=Known(wish)).outcome
    assert found.x is None or found.objective == pytest.approx(1000)


def test_an_announced_scale_that_became_impossible_is_not_proposed() -> None:
    """A's expansion is announced for 2023 on 20 to be found in 2022; nothing is found, and 2023 is decided without it.

    Expanded all the same, nothing would be short and the clause missed; as it is, 5 of the 10 of 2023 are.
    """
    shown = case([mine("A", 5, expanded=10, resource=30.0, additions=((2022, 20.0),))],
                 {2021: 5.0, 2022: 5.0, 2023: 10.0}, years=YEARS,
                 rules={"life_match": {"small": indicator(4.0, unit="a")}})

    played = go(bench(shown, happens(shown, additions={("A", 2022): 0.0})), "rolling3")

    assert played.licensed == {("A", year): 5 for year in YEARS}
    assert played.cost == pytest.approx(500)


# --- nothing happens ----------------------------------------------------------------------------------------------


@EVERY
def test_a_year_that_comes_as_expected_changes_nothing(policy: str) -> None:
    shown = case([mine("A", 10, resource=200.0)], 10, years=YEARS)

    played = go(bench(shown), policy)

    assert played.outputs == {("A", year): 10 for year in YEARS}
    assert (played.cost, played.course.changes, played.course.gave_way) == (0, 0, ())


def test_the_same_course_in_whatever_company() -> None:
    """A future is played alike whether its model was compiled for it alone or for a wider one beside it."""
    shown = case([mine("A", 10), block("N", 10, fixed_cost=3.0)], 8, years=YEARS)
    one = happens(shown, demand={("works", "town", year): 12.0 for year in YEARS})
    wide = happens(shown, demand={("works", "town", year): 90.0 for year in YEARS})
    alone = bench(shown, one)
    beside = type(alone)(replace(alone.setup, futures=(wide, certain(shown), one)))

    first, second = go(alone, "rolling1"), go(beside, "rolling1", 2)

    assert first.licensed == second.licensed
    assert np.isclose(first.cost, second.cost)


def test_a_mine_stands_still_where_less_is_wanted_than_its_working_rate() -> None:
    """A (10, at least half of it) is licensed for a demand of 8; only 2 come. It gives 2: 2 of the 5 it has to give.

    So it works 0.4 of the year, and no law is broken. Held to its rate the year would be impossible.
    """
    shown = case([mine("A", 10, operating_cost=1)], 8.0, economics=Economics(working_rate=0.5))
    future = happens(shown, demand=dict.fromkeys(shown.demand, 2.0))

    played = go(bench(shown, future), "rolling1")

    assert played.outputs == {("A", 2021): 2.0}
    assert played.course.idle == {("A", 2021): pytest.approx(0.4)}
    assert (played.course.gave_way, played.answer["audit"]) == ((), "holds")
    foreseen = work(bench(shown, future), ("perfect", 0, (played.allocation, played.course.idle)))
    assert foreseen["cost"] == pytest.approx(played.cost) == pytest.approx(2)
