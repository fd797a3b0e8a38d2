"""The benchmark suite: ratios where a search was cut short, the table of goals from kept results, one real trial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import benchmarks

ratio, table, trial, suite = (benchmarks(name) for name in ("trials.ratio", "trials.table", "trials.trial", "suite"))
parts, run = benchmarks("trials.parts"), benchmarks("trials.run")
CODE = "of these tests"
MACHINE = {"processor": "one of these", "cores": 2}


def search(*notes: tuple[float, float], spent: float | None = None, **more: Any) -> dict[str, Any]:
    """Return what a search gave that proved these gaps after so many seconds."""
    seconds, gap = notes[-1]
    return {"notes": list(notes), "seconds": spent or seconds, "gap": gap, "stopped": "", **more}


def kept(folder: Path, results: dict[Any, dict[str, Any]]) -> Any:
    """Return a store that holds results: (kind, case, settings…) → result."""
    store = trial.Store(folder, CODE)
    for (kind, case, *settings), result in results.items():
        spent = {"wall": 600.0, "cpu": result.get("cpu", 900.0), "peak_mb": 1024.0, "machine": MACHINE}
        store.keep(trial.Trial(kind, case, dict(settings)), {"result": result, **spent})
    return store


def row(store: Any, number: int) -> Any:
    return table.rows(store)[number]


def test_a_ratio_is_of_the_seconds_to_the_wanted_gap() -> None:
    """0.1 % after 30 s against 10 s, though the second search went on to 50 s: 3, and not 30/50."""
    assert ratio.ratio(search((5, 0.01), (30, 0.001)), search((10, 0.001), (50, 0.0001)), 0.001) == ratio.Ratio(3.0)


def test_phases_before_the_search_count_where_they_are_asked_for() -> None:
    """(20 + 10) ÷ (8 + 2) = 3; the searches alone would give 2.5."""
    slow, fast = search((20, 0.001), build=10.0), search((8, 0.001), build=2.0)

    assert ratio.ratio(slow, fast, 0.001, "build").value == pytest.approx(3.0)
    assert ratio.ratio(slow, fast, 0.001).value == pytest.approx(2.5)


def test_who_was_cut_short_limits_the_ratio() -> None:
    """Cut at 40 s, the slow one would have needed more: at least 40 ÷ 10; the other way round at most 10 ÷ 40."""
    cut, done = search((5, 0.01), spent=40.0), search((10, 0.001))

    assert ratio.ratio(cut, done, 0.001) == ratio.Ratio(4.0, "least")
    assert ratio.ratio(done, cut, 0.001) == ratio.Ratio(0.25, "most")


def test_two_that_were_cut_are_compared_where_both_have_been() -> None:
    """The slow one came to 0.5 % after 20 s, the fast one passed that after 4 s: 5, to 0.5 %."""
    slow, fast = search((20, 0.005), spent=60.0), search((4, 0.004), (30, 0.002), spent=60.0)

    assert ratio.ratio(slow, fast, 0.001) == ratio.Ratio(5.0, gap=0.005)


def test_who_proved_nothing_is_compared_at_what_the_other_proved() -> None:
    """A first plan 90 % away says nothing: cut at 60 s against 0.5 % after 20 s is at least 3, to 0.5 %."""
    assert ratio.ratio(search((1, 0.9), spent=60.0), search((20, 0.005)), 0.001) == ratio.Ratio(3.0, "least", 0.005)
    assert ratio.ratio(search((1, 0.9), spent=60.0), search((1, 0.9), spent=60.0), 0.001) is None
    assert ratio.ratio({}, search((20, 0.001)), 0.001) is None


NOTES = st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.0001, 0.09)), min_size=1, max_size=4).map(
    lambda drawn: search(*zip(sorted(s for s, _ in drawn), sorted((g for _, g in drawn), reverse=True), strict=True))
)


@given(NOTES, NOTES)
def test_a_ratio_the_other_way_round_is_its_inverse(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = ratio.ratio(one, other, 0.001), ratio.ratio(other, one, 0.001)
    swapped = {"least": "most", "most": "least", "exact": "exact"}

    assert there.value * back.value == pytest.approx(1.0)
    assert (back.known, back.gap) == (swapped[there.known], there.gap)


@pytest.mark.parametrize(("known", "goal", "met"), [
    ("exact", 3, True), ("exact", 5, False), ("least", 3, True), ("least", 5, None), ("most", 3, None),
    ("most", 5, False), ("about", 3, None), ("about", 5, None),
])
def test_what_was_cut_short_may_leave_a_goal_open(known: str, goal: float, met: bool | None) -> None:
    assert ratio.Ratio(4.0, known).reaches(goal) is met


def test_nothing_measured_says_so(tmp_path: Path) -> None:
    store = trial.Store(tmp_path, CODE)

    assert {each.measured for each in table.rows(store)} == {"not measured"}
    assert len(table.rows(store)) == 10
    assert "###" not in suite.told(store, parts.Limits(120, 600))


def test_goals_of_one_search(tmp_path: Path) -> None:
    """30 s against 10 s is 3 × and enough; the textbook form, cut at 200 s + 2 s before, against 10 s + 1 s: 18.4 ×."""
    store = kept(tmp_path, {
        ("mineralplan", "baseline", ("gap", 0.001)): search((10, 0.001), build=0.5, compile=0.5),
        ("plain", "baseline", ("gap", 0.0001)): search((30, 0.001), (90, 0.0001)),
        ("textbook", "baseline", ("gap", 0.0001)): search((9, 0.02), spent=200.0, build=1.5, compile=0.5) | {
            "stopped": "time"},
    })

    assert (row(store, 1).measured, row(store, 1).verdict) == ("3.0 ×", "yes")
    assert row(store, 3).measured == "at least 18.4 ×; it was cut at 200 CPU s, gap 2.00%"
    assert row(store, 3).verdict == "yes"
    assert (row(store, 2).verdict, "1 of 18 compared" in row(store, 2).measured) == ("open", True)


def test_goals_of_many(tmp_path: Path) -> None:
    """The first plan is as slow as the slowest scenario; what is not solving is 2 of 10 s; draws and growth by hand.

    Time grows from 5 to 38 districts by 38 ÷ 5, so by the power 1.
    """
    first = {("mineralplan", case, ("gap", 0.01), ("apart", True)): search((2 if case == "baseline" else 0.5, 0.01))
             for case in parts.SHIPPED}
    spent = {"read": 0.5, "build": 0.5, "compile": 0.25, "solve": 8.0, "audit": 0.25, "write": 0.5}
    wide = {"gap": 0.0025, "verdict": "holds", "blocks": 1900, "zones": 836}
    store = kept(tmp_path, {
        **first, ("phases", "baseline"): {"phases": spent, "peaks": spent, "gap": 0.005, "stopped": ""},
        ("draws", "baseline", ("gap", 0.01)): {"draws": 90.0, "afresh": 0.5},
        ("province", "5", ("gap", 0.01)): {**wide, "cpu": 100.0},
        ("province", "38", ("gap", 0.01)): {**wide, "cpu": 760.0},
    })

    assert (row(store, 0).measured, row(store, 0).verdict) == ("0.5 to 2.0 CPU s (baseline)", "yes")
    assert (row(store, 4).measured[:3], row(store, 4).verdict) == ("20%", "yes")
    assert (row(store, 7).measured, row(store, 7).verdict) == ("90 per CPU s; 180 × as many as built afresh", "yes")
    assert row(store, 8).verdict == "stretch"
    assert (row(store, 9).measured, row(store, 9).verdict) == ("CPU seconds grow by districts^1.00", "stretch")


def test_changes_and_instances(tmp_path: Path) -> None:
    """What-if 6 and 12 × as fast to 1 %, 1.5 × to 0.1 %; every instance 8 ×, slower than published."""
    def change(fresh: float, quick: float, gap: float) -> dict[str, Any]:
        return {"change": "cap", "fresh": search((fresh, gap)), "what_if": search((quick, gap)), "agree": True}

    store = kept(tmp_path, {
        ("what if", "baseline", ("gap", 0.01)): {"changes": [change(12, 2, 0.01), change(12, 1, 0.01)]},
        ("what if", "baseline", ("gap", 0.001)): {"changes": [change(30, 20, 0.001)]},
        **{("location", name, ("way", way), ("gap", 1e-6)): search((seconds, 0.0), agrees=True)
           for name in parts.INSTANCES for way, seconds in (("plain", 80.0), ("mineralplan", 10.0))},
    })

    assert row(store, 5).measured == "1.0%: 8.5 ×, least 6.0 ×; 0.1%: 1.50 ×, least 1.50 ×"
    assert (row(store, 5).verdict, row(store, 6).verdict) == ("yes", "yes")
    assert "| cap, to 0.1% | 30.0 | 20.0 | 1.50 × | yes |" in suite.told(store, parts.Limits(120, 600))


def test_growth_is_drawn(tmp_path: Path) -> None:
    taken = search((2.0, 0.01), build=1.0, compile=0.5)
    store = kept(tmp_path, {("mineralplan", f"growth {size}", ("gap", 0.01)): taken for size in parts.SIZES})

    assert benchmarks("trials.figure").draw_growth(store, tmp_path / "growth.png")
    assert (tmp_path / "growth.png").stat().st_size > 0
    assert not benchmarks("trials.figure").draw_growth(trial.Store(tmp_path / "empty", CODE), tmp_path / "none.png")


def test_a_trial_is_run_once_and_again_when_something_changed(tmp_path: Path) -> None:
    """A small county is solved in a process of its own; a case that does not exist fails and is not taken for done."""
    small = trial.Trial("mineralplan", "growth 6x4x2", {"gap": 0.01, "limit": 20.0})
    wrong = trial.Trial("mineralplan", "no such case", {"gap": 0.01, "limit": 20.0})
    store, said = trial.Store(tmp_path, CODE), list[str]()
    run.Runner(store, said.append).run([small, wrong], 2)
    found = store.result("mineralplan", "growth 6x4x2", gap=0.01)

    assert found["gap"] <= 0.01 and found["seconds"] > 0 and found["peak_mb"] > 0
    assert store.done(small) and not store.done(wrong)
    assert "no such case.yaml" in store.kept(wrong)["failed"] and len(said) == 3
    assert not store.done(trial.Trial(small.kind, small.case, {"gap": 0.01, "limit": 40.0}))
    assert not trial.Store(tmp_path, "other code").done(small)


def test_every_part_asks_for_what_can_be_measured() -> None:
    """Every trial has a name of its own file and a function that takes its settings."""
    limits = parts.Limits(120, 600)
    trials = [each for part in parts.PARTS.values() for each in part(limits)]
    by_name = {each.name: each for each in trials}

    assert all(by_name[each.name] == each for each in trials)
    assert {each.kind for each in trials} == set(trial.KINDS)
