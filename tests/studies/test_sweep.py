"""Sweeps: every point of a hand case, what points prove of one another, points without a plan, a second start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from two_by_two import two_by_two

from mineralplan.analysis.dominance import Place, place, tightened
from mineralplan.case import Case
from mineralplan.inputs.faults import InputFaults
from mineralplan.simulation.store import Store
from mineralplan.solving.highs import SolverFailure
from mineralplan.studies.sweep import sweep
from small_region import shown, write_small_region
from tiny import ALL_MET, indicator


@dataclass(frozen=True)
class Hand:
    """Makes the two-by-two case with another cap and number of mines."""

    def change(self, values: Mapping[str, Any]) -> Case:
        rules = {"output_cap": {"stone": indicator(values.get("caps.stone", 16))},
                 "mine_count": {"all": indicator(values.get("mines", 2), unit="mines")}}
        if values.get("all_met"):
            rules["supply_guarantee"] = ALL_MET
        return replace(two_by_two(rules=rules), recipe=self)


def hand() -> Case:
    return Hand().change({})


COSTS = {(6, 1): 196.8, (6, 2): 196.8, (16, 1): 139.2, (16, 2): 125.12, (26, 1): 139.2, (26, 2): 107.2}
"""With one mine: A from 2021 is the best single choice of the table, 139.2, whatever a cap of 10 or more says; with a
cap of 6 A alone is the best of all, 196.8, so the second mine is worth nothing."""


def test_every_point_is_the_optimum_found_by_hand() -> None:
    found = sweep(hand(), {"caps.stone": [6, 16, 26], "mines": [1, 2]}, gap=0.0)
    table = found.tables["points"]

    assert dict(zip(zip(table["caps.stone"], table["mines"], strict=True), table["objective"].round(6), strict=True)) \
        == pytest.approx(COSTS)
    assert set(table["status"]) == {"optimal"}
    assert table.loc[table["base"], ["caps.stone", "mines"]].to_numpy().tolist() == [[16, 2]]
    # Proven to the end, the interval of a difference is the difference: 107.2 − 125.12.
    last = table.iloc[-1]
    assert (last["difference"], last["difference_low"], last["difference_high"]) == pytest.approx((-17.92,) * 3)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_point_without_a_plan_is_kept_with_its_reason(lang: str) -> None:
    """All demand must be met: 20 in 2022 needs a cap of 20; with 16 there is no plan, nor with the tighter 6."""
    found = sweep(replace(hand(), recipe=Guaranteed()),
                  {"caps.stone": [26, 16, 6]}, gap=0.0, base={"caps.stone": 26})
    table = found.tables["points"]

    assert list(table["status"]) == ["optimal", "infeasible", "infeasible"]
    assert table["objective"].isna().tolist() == [False, True, True]
    assert all(table["reason"][1:])
    assert found.points[2].answer.implied_by == 2
    assert found.text(lang).count("–") > 0


@dataclass(frozen=True)
class Guaranteed(Hand):
    def change(self, values: Mapping[str, Any]) -> Case:
        return Hand.change(self, {**values, "all_met": True})


def test_points_prove_of_one_another() -> None:
    """The tight point's 100 is a plan of the loose one, which found only 130; the loose bound 90 holds for the tight.

    Without the exchange the loose point would keep 130 and the tight one its bound of 80.
    """
    tight, loose = Place("k", (1.0, 5.0)), Place("k", (2.0, 5.0))

    first, second = tightened([tight, loose], [100.0, 130.0], [80.0, 90.0])

    assert (first.objective, first.bound, first.bound_of) == (100.0, 90.0, 1)
    assert (second.objective, second.bound, second.plan_of) == (100.0, 90.0, 0)


def test_points_that_differ_in_more_prove_nothing_of_one_another() -> None:
    kept = tightened([Place("k", (1.0,)), Place("other", (2.0,))], [100.0, 130.0], [80.0, 90.0])

    assert [(entry.objective, entry.bound) for entry in kept] == [(100.0, 80.0), (130.0, 90.0)]


def test_a_contradiction_is_a_failure() -> None:
    """A tight plan of 100 cannot lie under the loose point's bound of 120."""
    with pytest.raises(SolverFailure):
        tightened([Place("k", (1.0,)), Place("k", (2.0,))], [100.0, 130.0], [80.0, 120.0])


def test_only_binding_limits_make_a_case_looser() -> None:
    """Another penalised target is another cost, another demand another case."""
    hard, soft = (two_by_two(cap=16), two_by_two(rules={"output_cap": {"stone": indicator(16, "expected", penalty=1)}}))

    assert place(hard).within(place(two_by_two(cap=17)))
    assert not place(two_by_two(cap=17)).within(place(hard))
    assert not place(soft).within(place(hard))
    assert not place(hard).within(place(two_by_two(demand={2021: 12.0, 2022: 21.0})))


class StoppedError(Exception):
    pass


def test_a_second_start_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    """Stopped after two of six points; the second start solves the other four only, and the tables are the same."""
    axes = {"caps.stone": [6, 16, 26], "mines": [1, 2]}

    def stop(done: int, total: int, known: int) -> None:
        if done == 2:
            raise StoppedError

    store, seen = Store(tmp_path / "parts"), []
    with pytest.raises(StoppedError):
        sweep(hand(), axes, store=store, watch=stop)
    resumed = sweep(hand(), axes, store=store, watch=lambda done, total, known: seen.append((done, total, known)))
    whole = sweep(hand(), axes)

    assert seen[-1] == (6, 6, 2)
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(table, resumed.tables[name], check_exact=True)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    region = write_small_region(tmp_path / "scenarios")
    folder = region.scenario.parent / "sweeps"
    folder.mkdir()
    file = folder / "wrong.yaml"
    file.write_text("scenario: ../small.yaml\naxes:\n  caps.limestone: [50, 50]\n  caps.granite: [1]\n  mines: []\n"
                    "  economics.haul: [cheap]\ngap: -1\n", "utf-8")

    with pytest.raises(InputFaults) as caught:
        sweep(file)

    assert {(name, line) for name, line, *_ in map(shown, caught.value.faults)} == {
        ("wrong.yaml", line) for line in (3, 4, 5, 6, 7)}


def test_a_file_is_swept_and_written(tmp_path: Path) -> None:
    """The small region's cap of 60 never binds at 4 mines: a higher one saves nothing, proven."""
    region = write_small_region(tmp_path / "scenarios")
    folder = region.scenario.parent / "sweeps"
    folder.mkdir()
    file = folder / "caps.yaml"
    file.write_text("scenario: ../small.yaml\naxes: {caps.limestone: [60, 70]}\ngap: 0\n", "utf-8")

    found = sweep(file)
    written = found.report(tmp_path / "out")

    assert {path.name for path in written.iterdir()} == {"points.csv", "indicators.csv", "actions.csv", "sweep.md",
                                                         "figures", "manifest.json"}
    assert found.tables["points"]["difference_high"].max() <= 0
