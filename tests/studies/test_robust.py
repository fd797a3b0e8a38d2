"""Which blocks whatever happens: near-optimal sets derived by hand and by trying everything; drivers that are known."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from two_by_two import COST as BEST
from two_by_two import two_by_two

import mineralplan as mp
from mineralplan.analysis.alternatives import NearOptimal, near_optimal, spanning
from mineralplan.analysis.drivers import best_split, differences, telling
from mineralplan.analysis.events import Event, columns_of, events
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST, lines
from mineralplan.inputs.faults import InputFaults
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings, solve
from mineralplan.studies.robust import read_decisions
from tiny import drawn, solved

A, B = Event("A", "starts"), Event("B", "starts")


def near(case: Case, slack: float) -> NearOptimal:
    plan = solved(case)
    return near_optimal(case, Compiled(case).program(case), plan.allocation, slack, Settings(gap=0.0))


def verdicts(found: NearOptimal) -> dict[Event, str]:
    return {answer.event: answer.verdict for answer in found.answers}


@pytest.mark.parametrize(("slack", "of_a", "of_b"), [
    (0.11, "always", "always"),
    (0.12, "always", "can_be_left_out"),
    (0.57, "always", "can_be_left_out"),
    (0.58, "can_be_left_out", "can_be_left_out"),
])
def test_two_by_two(slack: float, of_a: str, of_b: str) -> None:
    """Best 125.12. Without B: A 2021 alone, 139.2 (+11.25 %); without A: B 2021 alone, 196.8 (+57.3 %).

    A search that turned over single years, and not the licence, would find B "left out" at 129.92 (+3.8 %: B moved).
    """
    assert verdicts(near(two_by_two(), slack)) == {A: of_a, B: of_b}


def test_the_alternatives_are_within_the_slack() -> None:
    """With 12 % there is one other plan, A alone: 139.2."""
    found = near(two_by_two(), 0.12)

    assert [(plan.cost, plan.asked) for plan in spanning(found, 20)] \
        == [(pytest.approx(BEST), None), (pytest.approx(139.2), B)]
    assert all(plan.cost <= found.limit and plan.holds for plan in found.plans)


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 8, 13])
@pytest.mark.parametrize("slack", [0.002, 0.03])
def test_no_verdict_differs_from_trying_everything(seed: int, slack: float) -> None:
    """Each event forced the other way, the whole program solved to the optimum: always or never where it passes."""
    case = drawn(seed)
    program = Compiled(case).program(case).minimising(lines(COST, case))
    found = near(case, slack)
    place = columns_of(case, program, events(case))

    for answer in found.answers:
        forced = float(not answer.in_best)
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[place[answer.event]] = upper[place[answer.event]] = forced
        least = solve(replace(program, lower=lower, upper=upper), Settings(gap=0.0)).objective
        within = least <= found.limit
        expected = ("can_be_left_out" if answer.in_best else "can_come_in") if within else (
            "always" if answer.in_best else "never")
        assert answer.verdict == expected
        assert answer.at_least <= least + 1e-6
        assert answer.at_most >= least - 1e-6


def test_the_deciding_input_is_found() -> None:
    """B is licensed where demand passes 12; price is noise: a split at (11 + 13) ÷ 2, which tells every draw."""
    inputs = pd.DataFrame({"price": [5, 1, 4, 2, 3, 6], "demand": [8.0, 11, 13, 20, 9, 15]})
    split = best_split(inputs, np.array([False, False, True, True, False, True]))

    assert split is not None
    assert (split.name, split.threshold, split.above, split.told, split.majority) == ("demand", 12.0, True, 1.0, 0.5)
    assert split.correlation == pytest.approx(0.878310, abs=1e-6)


def test_a_tie_is_no_threshold() -> None:
    """No threshold lies between equal values: an input of two values tells two of three, as does saying no always."""
    assert best_split(pd.DataFrame({"x": [1.0, 1.0, 1.0]}), np.array([True, False, False])) is None


def test_what_differs_in_the_scenarios_that_decide_otherwise() -> None:
    case, other = two_by_two(), two_by_two({2021: 1.0, 2022: 1.0}, cap=3.0)

    assert differences(case, other) == {"demand": ("works",), "rules": ("output_cap",)}
    parts = {"low": {"demand", "rules"}, "cap": {"rules"}}
    assert telling(parts, ["low"]) == ("demand",)
    assert telling(parts, ["low", "cap"]) == ("rules",)


def test_a_study_of_futures_and_scenarios() -> None:
    """Draw 1 leaves B out, where demand is 10, draw 0 takes it; in scenario ``low`` nothing but A is licensed."""
    decisions = pd.DataFrame([(0, "A", 2021), (0, "B", 2022), (1, "A", 2021)], columns=["draw", "block", "first_year"])
    inputs = pd.DataFrame({"draw": [0, 1], "demand": [20.0, 10.0]})
    low = two_by_two({2021: 10.0, 2022: 10.0})
    found = mp.robust(two_by_two(), slack=0.05, futures=decisions, inputs=inputs, scenarios={"low": (low, None)})
    blocks = found.tables["blocks"].set_index("block")

    assert list(blocks["standing"]) == ["whatever_happens", "depends"]
    assert list(blocks["share_futures"]) == [1.0, 0.5]
    assert list(blocks["share_scenarios"]) == [1.0, 0.0]
    assert blocks.loc["B", "depends_on"] == "demand > 15; demand (low)"
    assert blocks.loc["B", ["earliest", "latest"]].tolist() == [2022, 2022]


def test_a_draw_without_any_block_counts() -> None:
    """Of two draws the second licenses nothing: B in one of two, and not in one of one."""
    decisions = pd.DataFrame([(0, "A", 2021), (0, "B", 2022)], columns=["draw", "block", "first_year"])
    inputs = pd.DataFrame({"draw": [0, 1], "demand": [20.0, 0.0]})
    found = mp.robust(two_by_two(), slack=0.05, futures=decisions, inputs=inputs)

    assert list(found.tables["blocks"]["share_futures"]) == [0.5, 0.5]


def test_a_slack_under_the_gap_is_refused() -> None:
    plan = solved(two_by_two())
    loose = replace(plan, certificate=replace(plan.certificate, bound=plan.certificate.objective * 0.9))

    with pytest.raises(ValueError, match="less than the gap"):
        mp.robust(two_by_two(), plan=loose, slack=0.01)


def test_all_faults_of_decisions_at_once(tmp_path: Path) -> None:
    file = tmp_path / "licences.csv"
    file.write_text("draw,block,first_year\n0,Z,2021\n0,A,2021\n1,Y,2022\n", encoding="utf-8")

    with pytest.raises(InputFaults) as caught:
        read_decisions(two_by_two(), tmp_path)

    assert [(fault.line, fault.item) for fault in caught.value.faults] == [(2, "block"), (4, "block")]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_folder(tmp_path: Path, lang: str) -> None:
    found = mp.robust(two_by_two(), slack=0.12)
    folder = found.report(tmp_path / "out", lang=lang)

    assert {path.name for path in folder.iterdir()} \
        == {"blocks.csv", "alternatives.csv", "drivers.csv", "figures", "robust.md", "manifest.json"}
    assert "139" in (folder / "robust.md").read_text("utf-8")


def test_every_future_counts_in_every_subset() -> None:
    """Shares over all subsets of two licences: each block is in half of the four."""
    rows = [(draw, code, 2021) for draw, kept in enumerate(product((0, 1), repeat=2))
            for code, there in zip("AB", kept, strict=True) if there]
    decisions = pd.DataFrame(rows, columns=["draw", "block", "first_year"])
    inputs = pd.DataFrame({"draw": range(4), "demand": [0.0, 10, 10, 20]})
    found = mp.robust(two_by_two(), slack=0.05, futures=decisions, inputs=inputs)

    assert list(found.tables["blocks"]["share_futures"]) == [0.5, 0.5]
