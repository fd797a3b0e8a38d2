"""Evaluations by hand: what comes of a plan as things stand, why, the least change, and the price of keeping to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mineralplan as mp
from mineralplan.allocation import Allocation
from mineralplan.analysis.replanning import Bench
from mineralplan.analysis.standing import as_published, as_things_stand
from mineralplan.case import Case
from mineralplan.planning import NoPlan
from mineralplan.solving.search import Found
from mineralplan.studies.evaluate import Evaluation
from mineralplan.unknowns import Futures, Observation
from tiny import block, by_hand, case, drawn, indicator, mine, solved

YEARS = (2021, 2022, 2023)
ROOT = Path(__file__).parents[2]


def seen(**blocks: float | tuple[float, float]) -> dict[tuple[str, int], Observation]:
    """Return what was seen in 2021: block → capacity, fully used, or capacity and output."""
    pairs = {code: held if isinstance(held, tuple) else (held, held) for code, held in blocks.items()}
    return {(code, 2021): Observation(*pair, "kept") for code, pair in pairs.items()}


def three(**values: Any) -> Case:
    """Three mines, 60 % of them medium by 2023; A can grow from 10 to 60, which is medium."""
    share = {"size_share": {"all": indicator({2023: 0.6}, unit="share")}}
    return case([mine("A", 10, expanded=60), mine("B", 60), mine("C", 10)], 130, years=YEARS,
                **{"rules": share, "observed": seen(A=10, B=60, C=10), **values})


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return mp.evaluate(three())


def test_what_did_not_happen_is_not_made_up_for(found: Evaluation) -> None:
    """Planned: A grows in 2021, as demand is 130. It did not: 1 of 3 is medium in 2023, and 2 of 3 were planned.

    Who forecasts with the plan's own states of 2023, not with its changes, finds 2/3 and nothing off course.
    """
    (row,) = found.tables["evaluation"].to_dict("records")

    assert (row["rule"], row["target_year"], row["limit"], row["observed_year"]) == ("size_share", 2023, 0.6, 2021)
    assert row["achieved"] == row["forecast"] == pytest.approx(1 / 3)
    assert row["planned"] == row["replanned"] == pytest.approx(2 / 3)
    assert (row["on_course"], row["on_course_replanned"]) == (False, True)
    assert row["margin"] == pytest.approx(1 / 3 - 0.6)


def test_the_reason_names_the_block(found: Evaluation) -> None:
    """A alone differs: had it grown, the share were 2/3; the deviation of −1/3 is all its own."""
    (row,) = found.tables["reasons"].to_dict("records")

    assert (row["kind"], row["name"], row["what"], row["planned"], row["forecast"]) == (
        "block", "A", "not_expanded", 60, 10)
    assert row["effect"] == pytest.approx(-1 / 3)


def test_the_least_change_is_one_step_in_one_year(found: Evaluation) -> None:
    """A at 60 in 2023 alone: one scale in one year. Without C 1 of 2, without A 1 of 2: not 60 %; without both, two.

    Counted from the published plan, where A is at 60 from 2021, nothing would have to change.
    """
    (row,) = found.tables["least_change"].to_dict("records")

    assert found.said["least_change"] == {"departures": 1, "at_least": pytest.approx(1), "proven": True,
                                          "cost_10kcny": pytest.approx(100 * 50 * 2)}
    assert (row["block"], row["year"], row["step"], row["as_things_stand"], row["least_change"], row["reason"]) == (
        "A", 2023, "expand", 10, 60, "size_share all")


def test_no_least_change_in_time_is_the_re_plan(found: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The re-plan has A at 60 in 2022 and 2023: two departures; that fewer may do, none at all, is not ruled out."""
    monkeypatch.setattr(Bench, "_search", lambda *_: Found("no plan", None, (), "time"))
    again = found.allocation("replanned")
    least = found.bench.least(again, 1.0)

    assert (least.objective, least.bound) == (2, 0)
    assert least.allocation is again


def test_the_re_plan_grows_as_soon_as_it_can(found: Evaluation) -> None:
    """50 short a year at 100 CNY/t: A grows in 2022 and 5,000 are lost in 2021 alone; observed output stays."""
    (row,) = found.tables["adjustments"].to_dict("records")

    assert row == {"block": "A", "year": 2022, "step": "expand", "action": "postpone", "published_year": 2021,
                   "published": 60, "as_things_stand": 10, "replanned": 60, "least_change": True,
                   "reason": "size_share all"}
    assert found.said["replanned"]["cost_10kcny"] == pytest.approx(5000)
    assert found.said["as_things_stand_10kcny"] == pytest.approx(15000)
    assert found.said["audit"]["verdict"] == "holds"
    again = found.allocation("replanned")
    assert {code: again.output[code, 2021] for code in "ABC"} == {"A": 10, "B": 60, "C": 10}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_sentence_is_what_is_off_course(found: Evaluation, lang: str) -> None:
    text = found.text(lang)
    answer = next(line for line in text.splitlines() if line.startswith(("- OFF COURSE", "- 偏离")))

    assert "33.3%" in answer
    assert "66.7%" in answer
    assert "A (" in answer or "A（" in answer
    assert text.index("33.3%") == text.index(answer) + answer.index("33.3%")


@pytest.mark.parametrize("name", ["paths", "timeline"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures(found: Evaluation, name: str, lang: str) -> None:
    """The path that is off course has its cross in 2023; A has its three bars."""
    figure = getattr(found.figures, name)(lang=lang)
    artists = {artist.get_gid(): artist for axes in figure.axes for artist in (*axes.lines, *axes.collections)}

    if name == "paths":
        assert list(artists["off"].get_xdata()) == [2023]
        assert list(artists["observed"].get_ydata())[-1] != list(artists["as_things_stand"].get_ydata())[-1]
    else:
        assert {"A published", "A as_things_stand", "A replanned", "seen"} <= set(artists)


def test_a_target_year_that_has_passed_is_a_final_evaluation() -> None:
    """60 % by 2021, seen 1 of 3: missed, and nothing of it is forecast or decided."""
    late = three(rules={"size_share": {"all": indicator({2021: 0.6}, unit="share")}}, target_year=2021,
                 report_years=(2021,))
    found = mp.evaluate(late)
    (row,) = found.tables["evaluation"].to_dict("records")

    assert found.said["final"]
    assert (row["achieved"], row["on_course"]) == (pytest.approx(1 / 3), False)
    assert pd.isna(row["forecast"])
    assert [(c["kind"], c["rule"]) for c in found.tables["conflicts"].to_dict("records")] == [("clause", "size_share")]
    assert "MISSED" in found.text("en")


def less_demand(keep: float) -> Evaluation:
    """Announced: N opens in 2022 for a demand of 20. Demand is 10, which M serves; N would cost 3 × 10 a year."""
    blocks = [mine("M", 10), block("N", 10, fixed_cost=3.0, earliest=2022)]
    plan = solved(case(blocks, {2021: 10, 2022: 20}, years=(2021, 2022)))
    given_case = case(blocks, 10, years=(2021, 2022), observed=seen(M=10), futures=Futures(keep=keep))
    return mp.evaluate(given_case, plan=plan)


@pytest.mark.parametrize(("keep", "action", "price"), [(40.0, "keep", 30.0), (20.0, "cancel", 0.0)])
def test_the_price_of_keeping_to_the_plan(keep: float, action: str, price: float) -> None:
    """Not to open N saves 30: worth it where a change counts 20, and not where it counts 40; the price is 30 then.

    Who adds what changes count to the cost reports 0 and 20.
    """
    found = less_demand(keep)
    (row,) = found.tables["adjustments"].to_dict("records")

    assert (row["block"], row["action"], row["year"]) == ("N", action, 2022)
    assert found.said["price_10kcny"] == pytest.approx(price)
    assert found.said["replanned"]["cost_10kcny"] == pytest.approx(price)
    assert found.said["without_preference"]["cost_10kcny"] == pytest.approx(0)


def test_deliveries_and_demand_add_up() -> None:
    """Planned 20 of 20 in 2022, forecast 10 of 20: N was to open in 2021 and did not; its effect is −50 %."""
    met = {"supply_guarantee": {"works": indicator(0.9, "expected", unit="share")}}
    blocks = [mine("M", 10), block("N", 10)]
    found = mp.evaluate(case(blocks, 20, years=(2021, 2022), rules=met, observed=seen(M=10)))
    (row,) = found.tables["reasons"].to_dict("records")

    assert (row["kind"], row["name"], row["what"]) == ("block", "N", "less")
    assert row["effect"] == pytest.approx(-0.5)


MERGER = (mine("P", 5), mine("Q", 5), block("M", 20, status="merged", parents=("P", "Q")))


@pytest.mark.parametrize(("seen_in_2021", "expected"), [
    ({"P": 5, "Q": 5}, {("M", 2022): 20.0, ("M", 2023): 20.0}),
    ({"P": 5}, {("P", 2022): 5.0, ("P", 2023): 5.0}),
])
def test_a_merger_needs_both_parents(seen_in_2021: dict[str, float], expected: dict[tuple[str, int], float]) -> None:
    """P and Q are to merge in 2022. Where Q closed in 2021 they cannot, and P goes on.

    Who carries out the closures of the parents alone leaves no mine at all.
    """
    plan = by_hand({("P", 2021): 5, ("Q", 2021): 5, ("M", 2022): 20, ("M", 2023): 20})
    stands = as_things_stand(case(MERGER, 10, years=YEARS, observed=seen(**seen_in_2021)), plan)

    assert {mine: held for mine, held in stands.items() if mine[1] > 2021} == expected


def test_what_was_published_knows_of_no_standstill() -> None:
    """The share of a year that a mine was seen to stand still goes; that of a year to come stays."""
    halted = replace(mine("A"), available={2021: 0.2, 2023: 0.5})
    given_case = case([halted], 10, years=YEARS, observed=seen(A=(10, 2)))
    given_case = replace(given_case, economics=replace(given_case.economics, working_rate=0.3))

    assert as_published(given_case).blocks["A"].available == {2023: 0.5}
    assert not as_published(given_case).observed


def observed_as(plan: Allocation, given_case: Case, years: tuple[int, ...]) -> Case:
    seen_all = {(code, year): Observation(held, plan.output[code, year]) for (code, year), held in plan.capacity.items()
                if year in years}
    return replace(given_case, observed=seen_all, observed_from="plan")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(2021,), (2021, 2022), YEARS]))
def test_a_plan_that_was_kept_needs_no_change(seed: int, years: tuple[int, ...]) -> None:
    """Everything seen as planned: as things stand is the plan, no departure is needed, the re-plan costs the same."""
    given_case = drawn(seed)
    try:
        plan = solved(given_case)
    except NoPlan:
        return
    if not any(year in years for _, year in plan.allocation.capacity):
        return
    followed = observed_as(plan.allocation, given_case, years)
    if followed.observed_years != years:
        return
    found = mp.evaluate(followed, plan=plan, gap=0.0)

    assert as_things_stand(followed, plan.allocation) == dict(plan.allocation.capacity)
    assert found.said["least_change"]["departures"] == 0
    assert found.said["replanned"]["cost_10kcny"] == pytest.approx(plan.certificate.objective, rel=1e-6, abs=1e-5)
    assert found.said["audit"]["verdict"] == "holds"


def test_nothing_observed() -> None:
    with pytest.raises(ValueError, match="no observed years"):
        mp.evaluate(three(observed={}))


def test_no_way_on() -> None:
    """C and A closed in 2021 would leave B alone: 100 %. Where B closed, no mine is medium: 60 % cannot be kept.

    A cannot grow here, so that closing A and C is the only way out; and demand has to be met.
    """
    rules = {"size_share": {"all": indicator({2023: 0.6}, unit="share")},
             "supply_guarantee": {"works": indicator(0.1, unit="share")}}
    blocks = [mine("A", 10), mine("B", 60), mine("C", 10)]
    given_case = case(blocks, 20, years=YEARS, rules=rules, observed=seen(A=10, C=10))

    with pytest.raises(NoPlan) as caught:
        mp.evaluate(given_case)

    assert (caught.value.status, caught.value.case.observed_years) == ("infeasible", (2021,))


@pytest.mark.slow
def test_the_example() -> None:
    """Three years made up: the share of large and medium mines is off course, and the re-plan keeps what was seen."""
    given_case = mp.load(ROOT / "scenarios" / "evaluation.yaml")
    found = mp.evaluate(given_case, gap=0.01)
    table = found.tables["evaluation"]
    off = table[~table["on_course"] & (table["nature"] == "binding")]
    again = found.allocation("replanned")

    assert ("size_share", 2025) in set(zip(off["rule"], off["target_year"], strict=True))
    assert table.loc[table["nature"] == "binding", "on_course_replanned"].all()
    for (code, year), entry in given_case.observed.items():
        assert again.capacity.get((code, year), 0.0) == entry.capacity
        assert again.output.get((code, year), 0.0) == pytest.approx(entry.output, abs=1e-6)
    assert mp.audit(given_case, again).verdict == "holds"
    assert found.said["price_10kcny"] >= -1e-6
