"""Sweeps: every point of a hand case, what points prove of one another, points without a plan, a second start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from two_by_two import two_by_two
from typer.testing import CliRunner

from mineralplan.case import Case
from mineralplan.cli import app
from mineralplan.inputs.faults import InputFaults
from mineralplan.outputs.study import Study
from mineralplan.planning import solve
from mineralplan.report.page.parts import Table, Text
from mineralplan.report.page.uncertainty import section
from mineralplan.report.studies.sweep_text import point_rows, proven, sentences
from mineralplan.results import read_results
from mineralplan.simulation.store import Store
from mineralplan.studies.sweep import sweep
from mineralplan.words import say
from small_region import SmallRegion, shown, write_small_region
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
    assert all(table[f"reason_{lang}"][1:]) and table[f"reason_{lang}"][0] == ""
    assert found.points[2].answer.implied_by == 2
    # The page tells the reason in its own language.
    assert table[f"reason_{lang}"][1] in found.text(lang)
    assert table["reason_en"][1] != table["reason_zh"][1]


@dataclass(frozen=True)
class Guaranteed(Hand):
    def change(self, values: Mapping[str, Any]) -> Case:
        return Hand.change(self, {**values, "all_met": True})


OPEN = "aggregate: {limit: 1.0, unit: share, nature: expected"
"""How the small region's plan asks for the demand to be met."""


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


def swept_file(region: SmallRegion) -> Path:
    """Write a sweep of caps and numbers of mines beside the small scenario."""
    folder = region.scenario.parent / "sweeps"
    folder.mkdir()
    file = folder / "caps.yaml"
    file.write_text("scenario: ../small.yaml\naxes:\n  caps.limestone: [60, 70, 50]\n  mines: [4, 3]\ngap: 0\n",
                    "utf-8")
    return file


def test_workers_do_not_show_in_the_tables(tmp_path: Path) -> None:
    file = swept_file(write_small_region(tmp_path / "scenarios"))

    one, two = sweep(file, workers=1), sweep(file, workers=2)

    assert len(one.tables["points"]) == 6
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, two.tables[name], check_exact=True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_read_back_says_the_same(lang: str, tmp_path: Path) -> None:
    """The report page of a run tells a sweep from its folder alone, points without a plan among them."""
    found = sweep(replace(hand(), recipe=Guaranteed()), {"caps.stone": [26, 16], "mines": [1, 2]}, gap=0.0,
                  base={"caps.stone": 26, "mines": 2})
    folder = tmp_path / "out"
    found.report(folder, lang=lang)
    kept = Study(folder, json.loads((folder / "manifest.json").read_text("utf-8")))

    said = sentences(found.case, kept.tables, kept.said, lang)
    assert said == sentences(found.case, found.tables, found.said, lang)
    assert point_rows(kept.tables, lang) == point_rows(found.tables, lang)
    assert proven(kept.tables, kept.said, lang) == proven(found.tables, found.said, lang)
    # Every point but the base lacks a second mine or the cap: how many, and one sentence for each.
    assert len(said) == 1 + 3


def test_what_a_step_saves_is_said_with_its_proof() -> None:
    """From a cap of 16 to 26: 125.12 − 107.2 = 17.92 saved; to 6: 196.8 − 125.12 = 71.68 more. No negative zero."""
    found = sweep(hand(), {"caps.stone": [6, 16, 26]}, gap=0.0)

    _, tighter, looser = sentences(found.case, found.tables, found.said, "en")

    assert "costs 71.7" in tighter and "between 71.7 and 71.7" in tighter
    assert "saves 17.9" in looser and "between 17.9 and 17.9" in looser


def test_a_sign_within_the_gaps_is_not_called_proven() -> None:
    """Between 30 saved and 5 more lies 0: a plan that is cheaper by 17.92 proves no saving."""
    found = sweep(hand(), {"caps.stone": [16, 26]}, gap=0.0)
    loose = found.tables["points"].assign(difference_low=[0.0, -30.0], difference_high=[0.0, 5.0])

    (_, line) = sentences(found.case, {"points": loose}, found.said, "en")

    assert "the sign is not proven" in line and "between -30 and 5" in line


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("axes", [
    {"caps.stone": [6, 16, 26]}, {"caps.stone": [6, 16], "mines": [1, 2]},
    {"all_met": [False, True], "caps.stone": [6, 16], "mines": [1, 2]},
])
def test_a_figure_marks_the_base_and_shows_every_plan(axes: dict[str, list[Any]], lang: str) -> None:
    """One axis: a line; two: one map; three: a map for each value of the first; no plan: a dash and no figure."""
    found = sweep(hand(), axes, gap=0.0)
    table = found.tables["points"]

    panels = found.figures.sweep(lang=lang).axes

    if len(axes) == 1:
        (line,) = [entry for entry in panels[0].lines if entry.get_label() == say("sweep.found", lang)]
        assert list(line.get_ydata()) == pytest.approx([196.8, 125.12, 107.2])
        return
    texts = [text.get_text() for panel in panels for text in panel.texts]
    assert len(panels) == (1 if len(axes) == 2 else 2)
    assert sum(text == "–" for text in texts) == table["objective"].isna().sum()
    assert len(texts) == len(table)
    assert sum(len(panel.patches) for panel in panels) == 1


def test_the_command_writes_and_goes(tmp_path: Path) -> None:
    """Done is 0, and nothing is left of the second start's store; a sweep without any plan answers no: 1."""
    region = write_small_region(tmp_path / "scenarios")
    file = swept_file(region)
    out = tmp_path / "results"

    done = CliRunner().invoke(app, ["sweep", str(file), "--out", str(out)])

    assert done.exit_code == 0, done.output
    assert [path.name for path in out.iterdir()] == ["caps"]
    assert "6 points" in done.output

    file.write_text("scenario: ../small.yaml\naxes: {caps.limestone: [1]}\n", "utf-8")
    plan = next(path for path in region.folder.rglob("*.yaml") if OPEN in path.read_text("utf-8"))
    plan.write_text(plan.read_text("utf-8").replace(OPEN, OPEN.replace("expected", "binding")), "utf-8")
    assert CliRunner().invoke(app, ["sweep", str(file), "--out", str(out)]).exit_code == 1


@pytest.mark.slow
def test_the_page_of_a_run_tells_the_sweep_beside_it(tmp_path: Path) -> None:
    region = write_small_region(tmp_path / "scenarios")
    results = tmp_path / "results"
    solve(region.case()).report(results / "small", lang="en")
    found = sweep(swept_file(region))
    found.report(results / "caps", lang="en")
    record = read_results(results / "small")

    for lang in ("en", "zh"):
        parts = section(record, lang).parts
        told = " ".join(part.text for part in parts if isinstance(part, Text))
        (table,) = [part for part in parts if isinstance(part, Table)]

        assert all(line in told for line in sentences(found.case, found.tables, found.said, lang))
        assert len(table.rows) == 6
