"""Ensembles: by hand where a distribution has few values, and the same bytes however the work was done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import mineralplan as mp
from mineralplan.cli import app
from mineralplan.inputs.faults import InputFaults
from mineralplan.outputs import extract
from mineralplan.simulation import statistics, tabulate
from mineralplan.simulation.distributions import DISTRIBUTIONS, Distribution
from mineralplan.simulation.ensemble_file import read_ensemble
from mineralplan.simulation.recourse import Recourse
from mineralplan.simulation.store import Store
from mineralplan.studies.robust import read_decisions, read_inputs
from small_region import SmallRegion, shown, write_small_region
from tiny import by_hand, case, mine

DEMAND = "scenario: ../small.yaml\nseed: 3\ndraws: 120\ndecide: 3\n"
PROGRAM = "from mineralplan.cli import main; main()"


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    (tmp_path / "scenarios").mkdir()
    return write_small_region(tmp_path / "scenarios")


def written(region: SmallRegion, text: str, name: str = "e.yaml") -> Path:
    folder = region.scenario.parent / "ensembles"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def in_memory(found: Any) -> dict[str, str]:
    return {name: table.to_csv() for name, table in found.tables.items()}


def faults(file: Path) -> list[tuple[str, int | None, str, str, str]]:
    with pytest.raises(InputFaults) as caught:
        mp.ensemble(file)
    return [shown(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("values", "u", "value"),
    [
        ({"distribution": "uniform", "low": 2, "high": 6}, 0.25, 3.0),
        # Area under the rising side, (1 − 0) ÷ (4 − 0) = ¼, is reached at the mode.
        ({"distribution": "triangular", "low": 0, "mode": 1, "high": 4}, 0.25, 1.0),
        ({"distribution": "triangular", "low": 0, "mode": 1, "high": 4}, 0.0625, 0.5),
        ({"distribution": "normal", "mean": 5, "sd": 2}, 0.5, 5.0),
        ({"distribution": "normal", "mean": 0, "sd": 1, "low": 0}, 0.9, 1.6448536269514722),
        # √(1 · 4) is the median of a lognormal distribution with these quantiles.
        ({"distribution": "lognormal", "p5": 1, "p95": 4}, 0.5, 2.0),
        ({"distribution": "lognormal", "p5": 1, "p95": 4}, 0.95, 4.0),
        ({"distribution": "lognormal", "median": 3, "sigma": 0.2}, 0.5, 3.0),
        ({"distribution": "discrete", "values": [1, 2, 3], "weights": [1, 0, 3]}, 0.24, 1.0),
        ({"distribution": "discrete", "values": [1, 2, 3], "weights": [1, 0, 3]}, 0.26, 3.0),
    ],
)
def test_values_at_a_quantile(values: dict[str, Any], u: float, value: float) -> None:
    made: Distribution = DISTRIBUTIONS[values["distribution"]].model_validate(values)

    assert list(made.wrong()) == []
    assert made.at(u) == pytest.approx(value, rel=1e-9)


def test_the_mean_of_the_worst() -> None:
    """Of ten values the worst 15 % are the highest and half of the next: (10 + 9 ÷ 2) ÷ 1.5."""
    assert statistics.cvar(np.arange(1.0, 11.0), 0.15) == pytest.approx(14.5 / 1.5)
    assert statistics.cvar(np.arange(1.0, 11.0), 0.05) == 10.0


def test_two_mines_and_two_demands_by_hand() -> None:
    """Two mines of 10 and a demand of 15 (weight 3) or 26 (weight 1), evenly drawn twenty times.

    Five draws are 6 short: met with 0.75, 30 ÷ 20 = 1.5 short on average, the worst twentieth (one draw) 6. The cost is
    2 a tonne mined and 100 a tonne short: 30, or 40 + 600. A study that let the shortage of the first draw stand would
    find 0 or 6 everywhere.
    """
    given = case([mine("A", operating_cost=2.0), mine("B", operating_cost=2.0)], 15.0)
    plan = by_hand({("A", 2021): 10.0, ("B", 2021): 10.0})
    demands = DISTRIBUTIONS["discrete"].model_validate(
        {"distribution": "discrete", "values": [15, 26], "weights": [3, 1]})
    recourse = Recourse(given, given, partial(extract.decisions, given, plan=plan))
    answers = []
    for draw in range(20):
        wanted = demands.at((draw + 0.5) / 20)
        fate = recourse.at(recourse.values(replace(given, demand={("works", "town", 2021): wanted})))
        lines = dict(zip(recourse.line_names, fate.lines, strict=True))
        answers.append({"draw": draw, "status": fate.status, "objective": fate.objective, "bound": fate.objective,
                        "lines": lines, "short": fate.short, "exported": fate.exported, "output": fate.output,
                        "demand": np.array([wanted]), "reason": ""})

    (met,) = tabulate.demand_met_table(given, answers).to_dict("records")
    summary = tabulate.summary_table(tabulate.draws_table(given, answers, ())).set_index("quantity")

    assert met["probability_met"] == 0.75
    assert met["mean_demand_10kt"] == pytest.approx((15 * 15 + 5 * 26) / 20)
    assert (met["expected_shortage_10kt"], met["p90_shortage_10kt"], met["cvar95_shortage_10kt"]) \
        == pytest.approx((1.5, 6.0, 6.0))
    # Agresti and Coull: (15 + 2) ÷ 24 = 17/24.
    assert met["standard_error"] == pytest.approx((17 / 24 * 7 / 24 / 24) ** 0.5)
    assert summary.loc["cost_10kcny", ["p10", "p50", "mean", "cvar95"]].tolist() \
        == pytest.approx([30.0, 30.0, (15 * 30 + 5 * 640) / 20, 640.0])


def test_every_fault_at_once(region: SmallRegion) -> None:
    file = written(region, """\
scenario: ../small.yaml
sede: 3
draws: 1
inputs:
  economics.haul: {distribution: triangular, low: 2, mode: 5, high: 1}
  economics.loading: {distribution: lognormal, p5: 3, p95: 2}
  economics.detour: {distribution: gauss}
  supplies.import_aggregate.price_scale: {distribution: normal, mean: 1, sd: 0}
  supplies.nobody.price_scale: {distribution: uniform, low: 0, high: 1}
  economics.capital_life: {distribution: discrete, values: [10, 20], weights: [1]}
  blocks.*.nothing: {distribution: uniform, low: 0, high: 1}
""")

    found = faults(file)

    assert {(line, item) for _, line, item, _, _ in found} == {
        (2, "sede"), (3, "draws"), (5, "inputs.economics.haul.high"), (5, "inputs.economics.haul.mode"),
        (6, "inputs.economics.loading.p95"), (7, "inputs.economics.detour.distribution"),
        (8, "inputs.supplies.import_aggregate.price_scale.sd"), (9, "inputs.supplies.nobody"),
        (10, "inputs.economics.capital_life.weights"), (11, "inputs.blocks.*.nothing"),
    }


def test_a_scenario_outside_the_project_is_refused(region: SmallRegion) -> None:
    (fault,) = faults(written(region, "scenario: ../../../../../../../etc/passwd\n"))

    assert fault[1:3] == (1, "scenario")


def test_a_draw_that_the_inputs_refuse_is_kept(region: SmallRegion) -> None:
    """A recovery above 1 is no input: half of the draws have it, are counted and say why."""
    file = written(region, "scenario: ../small.yaml\ndemand: false\ndraws: 12\ndecide: 2\ninputs:\n"
                           "  blocks.L1.recovery: {distribution: discrete, values: [0.9, 0.9, 1.5]}\n")

    draws = mp.ensemble(file).tables["draws"]

    refused = draws[draws["status"] == "refused"]
    assert len(draws) == 14
    assert 0 < len(refused) < 12
    assert refused["reason"].str.contains("recovery").all()
    assert refused["cost_10kcny"].isna().all()


def test_workers_do_not_show_in_the_tables(region: SmallRegion) -> None:
    region.builds_the_bypass()
    file = written(region, DEMAND)

    one, two = mp.ensemble(file, workers=1), mp.ensemble(file, workers=2)

    assert in_memory(one) == in_memory(two)
    assert len(one.tables["draws"]) == 123


def test_more_draws_begin_with_the_same_inputs(region: SmallRegion) -> None:
    """An input more or less changes no draw of another, and a longer ensemble begins as a shorter one."""
    text = "scenario: ../small.yaml\nseed: 5\ninputs:\n  economics.haul: {distribution: uniform, low: 0.5, high: 0.7}\n"
    other = "  economics.loading: {distribution: uniform, low: 3, high: 5}\n"
    first = read_ensemble(written(region, text)).uncertain[0].values(4, 5)
    second = next(entry for entry in read_ensemble(written(region, text + other)).uncertain
                  if entry.name == "economics.haul").values(9, 5)

    assert first == second[:4]


def start(*words: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "MINERALPLAN_LANG": "en", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *map(str, words)], env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed_is_what_was_never_killed(region: SmallRegion, tmp_path: Path, workers: int) -> None:
    """SIGKILL after some chunks are kept: the second start takes them up, ends with the same bytes, and tidies up."""
    region.builds_the_bypass()
    file = written(region, DEMAND.replace("120", "400"))
    whole = mp.ensemble(file)
    whole.report(tmp_path / "whole")
    target, parts = tmp_path / "out" / "e_ensemble", tmp_path / "out" / ".e_ensemble.parts"
    with start("ensemble", file, "--out", tmp_path / "out", "--workers", workers) as process:
        until = time.monotonic() + 50
        while len(list(parts.glob("*.done"))) < 4 and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert not target.exists()
    kept = len(list(parts.glob("*.done")))
    assert kept >= 4

    told: list[tuple[int, int, int]] = []
    again = mp.ensemble(file, store=Store(parts), watch=lambda *counts: told.append(counts), workers=workers)
    again.report(target)

    assert tables(target) == tables(tmp_path / "whole")
    assert told[0][2] >= kept - 1  # the solved plan is one of those kept


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_tables(region: SmallRegion) -> None:
    """A scheduler with two workers on this machine; one is killed as soon as the first answers have come."""
    from distributed import LocalCluster

    region.builds_the_bypass()
    file = written(region, DEMAND)
    alone = mp.ensemble(file)
    killed: list[int] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                      silence_logs=50) as cluster:

        def watch(done: int, total: int, known: int) -> None:
            if done > known and not killed and cluster.workers:
                pid = cluster.workers[0].pid
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

        shared = mp.ensemble(file, cluster=cluster.scheduler_address, watch=watch)

    assert len(killed) == 1
    assert in_memory(shared) == in_memory(alone)


def test_the_folder_says_what_was_asked_and_proven(region: SmallRegion, tmp_path: Path) -> None:
    file = written(region, "scenario: ../small.yaml\nseed: 3\ndraws: 30\ndecide: 1\n")

    result = CliRunner().invoke(app, ["ensemble", str(file), "--out", str(tmp_path / "out"), "--lang", "zh"])

    folder = tmp_path / "out" / "e_ensemble"
    assert result.exit_code == 0, result.output
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["seed"], manifest["draws"], manifest["study"]) == (3, 30, "ensemble")
    assert manifest["plan"]["bound"] <= manifest["plan"]["objective"]
    page = (folder / "ensemble.md").read_text("utf-8")
    assert "CVaR" in page and "折现成本" in page
    draws = pd.read_csv(folder / "draws.csv", encoding="utf-8-sig")
    decided = draws[draws["question"] == "decide"].iloc[0]
    tried = draws[(draws["question"] == "plan") & (draws["draw"] == decided["draw"])].iloc[0]
    # Knowing the draw beforehand costs no more than a plan that did not, within the gap.
    assert decided["bound_10kcny"] <= tried["objective_10kcny"] + 1e-6
    assert not (tmp_path / "out" / ".e_ensemble.parts").exists()


def test_what_was_drawn_and_decided_is_evidence_for_the_robust_study(region: SmallRegion, tmp_path: Path) -> None:
    """One row of inputs per draw, one of licences per draw decided anew and block; both are read back as they are."""
    file = written(region, DEMAND + "inputs:\n  economics.haul: {distribution: uniform, low: 0.5, high: 0.7}\n")
    found = mp.ensemble(file, draws=8, decide=2)
    folder = found.report(tmp_path / "e_ensemble", lang="en")
    case_, inputs, licences = found.case, found.tables["inputs"], found.tables["licences"]

    assert inputs["draw"].tolist() == list(range(8))
    assert inputs["economics.haul"].between(0.5, 0.7).all() and inputs["economics.haul"].nunique() == 8
    assert {f"demand.{use}_10kt" for use in case_.uses} <= set(inputs.columns)
    assert set(licences["draw"]) == {0, 1} and set(licences["block"]) <= set(case_.blocks)
    assert len(read_decisions(case_, folder)) == len(licences)
    told = read_inputs(folder, licences)
    assert told is not None and told["draw"].tolist() == [0, 1]
