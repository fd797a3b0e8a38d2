"""The study of the years as they come: the same futures for everybody, the same bytes however it was worked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import mineralplan as mp
from mineralplan.case import Case
from mineralplan.cli import app
from mineralplan.report.studies import study_documents
from mineralplan.simulation.policies import Look, PolicyError
from mineralplan.simulation.store import Store
from mineralplan.studies.simulate import simulate
from mineralplan.unknowns import Futures
from played import TROUBLED, troubled
from small_region import SmallRegion, write_small_region
from tiny import ALL_MET, block, case, mine, supply

YEARS = (2021, 2022)
PROGRAM = "from mineralplan.cli import main; main()"
TABLES = {
    "policies": ["future", "policy", "cost_10kcny", "regret_10kcny", "regret_share", "shortage_10kt",
                 "export_short_10kt", "licences", "expansions", "merges", "closures", "changes", "below_rate",
                 "missed", "audit", "gap"],
    "summary": ["policy", "measure", "mean", "p10", "p50", "p90", "futures"],
    "balance": ["policy", "future", "year", "use", "demand_10kt", "local_10kt", "recycled_10kt", "imported_10kt",
                "shortage_10kt"],
    "landbank": ["policy", "future", "year", "mineral", "output_10kt", "capacity_10kt_a", "mines", "landbank_years"],
    "indicators": ["policy", "future", "year", "rule", "item", "nature", "unit", "sense", "limit", "value", "holds"],
    "actions": ["policy", "future", "year", "block", "action", "capacity_10kt_a"],
    "events": ["future", "year", "kind", "item", "value"],
    "bands": ["policy", "year", "measure", "item", "p10", "p50", "p90"],
    "forecasts": ["ahead", "use", "mean_error", "p90_error", "count"],
}


class StoppedError(Exception):
    pass


def hand() -> Case:
    """Return a mine of 10 and a block of 10 at 30 a year, of which 10 are wanted; everything can happen."""
    return case([mine("A", 10, resource=200.0, operating_cost=1.0),
                 block("N", 10, resource=200.0, fixed_cost=3.0, operating_cost=1.0)], 10, years=YEARS,
                supplies={"I": supply("I", 20.0, 4.0, years=YEARS)}, futures=TROUBLED)


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    (tmp_path / "scenarios").mkdir()
    return write_small_region(tmp_path / "scenarios")


def keeps_all(look: Look) -> Mapping[str, float]:
    return dict(look.capacity)


def in_memory(found: mp.Simulation) -> dict[str, str]:
    return {name: table.to_csv() for name, table in found.tables.items()}


def same(one: mp.Simulation, other: mp.Simulation) -> None:
    assert in_memory(one) == in_memory(other)


# --- what it says ---------------------------------------------------------------------------------------------


def test_the_tables_are_as_documented() -> None:
    """Every table has its columns in their order, and the guide names each of them in the table's own row."""
    found = simulate(hand(), policies=["perfect", "rolling1", "rule"], futures=3, gap=0.0)

    assert {name: [*table.columns] for name, table in found.tables.items()} == TABLES
    guide = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text("utf-8")
    for name, columns in TABLES.items():
        (row,) = [line for line in guide.splitlines() if line.startswith(f"| {name} |")]
        assert [column for column in columns if f"`{column}`" not in row] == []


def test_regret_by_hand() -> None:
    """Every mine stands still in both years, for certain and all of the time.

    10 are wanted and 4 can be bought at 20: 6 short in each year, 600 + 80, whoever decides. The rule opens nothing, as
    A's 200 are 20 years. A user who opens N pays 30 a year for it: 60 more than perfect foresight, 60 ÷ 1,360 of it.
    """
    shown = replace(hand(), futures=Futures(stoppage_probability=1.0, stoppage_least=1.0, stoppage_most=1.0))

    def opens(look: Look) -> Mapping[str, float]:
        return {"N": 10}

    found = simulate(shown, policies=["perfect", "published", "rule", opens], futures=1, gap=0.0)

    table = found.tables["policies"].set_index("policy")
    assert table["cost_10kcny"].to_dict() == pytest.approx(
        {"perfect": 1360, "published": 1360, "rule": 1360, "opens": 1420})
    assert table["regret_10kcny"].to_dict() == pytest.approx({"perfect": 0, "published": 0, "rule": 0, "opens": 60})
    assert table.loc["opens", "regret_share"] == pytest.approx(60 / 1360)
    assert table["shortage_10kt"].tolist() == pytest.approx([12] * 4)
    assert table["licences"].tolist() == [0, 0, 0, 1]
    assert table["audit"].tolist() == ["holds"] * 4


def test_everybody_meets_the_same_events() -> None:
    """What happens does not hang on who is asked, nor on how many futures are drawn."""
    one = simulate(hand(), policies=["rule"], futures=2, gap=0.0)
    other = simulate(hand(), policies=["perfect", "rolling1", "rule"], futures=4, gap=0.0)
    demand = other.tables["balance"].groupby(["future", "year", "use"])["demand_10kt"]

    assert demand.nunique().eq(1).all() and demand.size().eq(3).all()
    later = other.tables["events"]
    pd.testing.assert_frame_equal(one.tables["events"], later[later["future"] < 2].reset_index(drop=True))
    ruled = other.tables["policies"].query("policy == 'rule' and future < 2")
    assert ruled["cost_10kcny"].tolist() == pytest.approx(one.tables["policies"]["cost_10kcny"].tolist())


def test_as_expected_there_is_one_future_and_no_event() -> None:
    found = simulate(hand(), policies=["perfect", "rolling", "published"], look_ahead=2, expected=True, gap=0.0)

    assert found.said["futures"] == 1 and found.said["seed"] is None and found.said["uncertain"] == {}
    assert found.tables["events"].empty
    assert found.tables["policies"]["regret_10kcny"].tolist() == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_perfect_foresight_is_no_worse_whatever_the_gap(gap: float) -> None:
    """With what was played to begin from: a search from nothing may stop half above what a policy found."""
    found = simulate(troubled(11), policies=["published", "rolling1", "perfect", "rule"], futures=3, gap=gap)

    assert found.tables["policies"]["regret_10kcny"].min() >= -1e-6
    assert (found.tables["policies"]["audit"] == "holds").all()


def test_a_future_in_which_a_clause_cannot_be_kept_is_told_and_ends_nothing() -> None:
    """All demand has to be met and A gives 10: where more comes, perfect foresight misses the clause too, by the least.

    A study that ended with the first such future would lose all others.
    """
    shown = case([mine("A", 10)], 8, years=YEARS, rules={"supply_guarantee": ALL_MET},
                 futures=Futures(demand_scatter=0.4))

    found = simulate(shown, policies=["perfect", "published"], futures=6)

    table = found.tables["policies"]
    missed = table[table["audit"] == "broken"]
    assert 0 < len(missed) < len(table)
    assert (missed["shortage_10kt"] > 0).all() and (missed["missed"] > 0).all()
    assert table["regret_10kcny"].tolist() == pytest.approx([0.0] * len(table), abs=1e-6)
    assert {kind for _, _, kind, *_ in found.said["breaches"]} == {"rule"}


def test_an_allocation_is_found_by_policy_and_future() -> None:
    found = simulate(hand(), policies=["rule", "published"], futures=2, gap=0.0)

    for policy in ("rule", "published"):
        own = found.tables["landbank"].query("policy == @policy and future == 1")
        assert found.allocation(policy, 1).mines["output_10kt"].sum() == pytest.approx(own["output_10kt"].sum())


def test_a_published_plan_that_is_given_is_the_one_that_is_carried_out() -> None:
    """It was made where A may not work on: N gives the 10 in its place, at 30 a year more, 60 in both years."""
    shown = replace(hand(), futures=Futures())
    dear = mp.solve(replace(shown, blocks={**shown.blocks, "A": replace(shown.blocks["A"], latest=2020)}), gap=0.0)

    found = simulate(shown, policies=["perfect", "published"], futures=1, gap=0.0, plan=dear)

    assert found.allocation("published", 0).capacity == dear.allocation.capacity
    assert found.tables["policies"]["regret_10kcny"].tolist() == pytest.approx([0, 60])


# --- what cannot be asked ---------------------------------------------------------------------------------------


def test_every_policy_that_is_none_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="wise") as caught:
        simulate(hand(), policies=["wise", "rule", "rolling0", "rule", "there_is_none:f", "nothing.py:f"], futures=2)

    said = str(caught.value)
    assert [name for name in ("wise", "rolling0", "there_is_none:f", "nothing.py:f", "rule") if name not in said] == []
    assert "No module named" in said and "No such file" in said


@pytest.mark.parametrize(
    ("what", "said"), [({"futures": 0}, "futures 0"), ({"look_ahead": 0}, "rolling"), ({"policies": []}, "futures 20")])
def test_counts_under_one_are_refused(what: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        simulate(hand(), **what)


def test_a_case_that_does_not_minimise_cost_is_refused() -> None:
    with pytest.raises(ValueError, match="minimises cost first, not haul"):
        simulate(replace(hand(), objective=("haul", "cost")), futures=1)


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_function_that_names_no_block_is_said_with_its_year(tmp_path: Path, workers: int) -> None:
    """Whether it fails here or in a process of its own."""
    (tmp_path / "own.py").write_text("def wild(look):\n    return {'Z': 3}\n")

    with pytest.raises(PolicyError, match="wild, 2021: Z"):
        simulate(hand(), policies=[f"{tmp_path}/own.py:wild"], futures=2, workers=workers)


@pytest.mark.parametrize("how", [{"workers": 2}, {"cluster": "tcp://localhost:1"}])
def test_a_function_that_no_other_process_can_load_is_refused(how: dict[str, Any]) -> None:
    """What is typed into a notebook stands in no file: a worker would die of it, three times."""
    def typed(look: Look) -> Mapping[str, float]:
        return {}

    typed.__module__ = "__main__"

    with pytest.raises(ValueError, match="typed"):
        simulate(hand(), policies=["rule", typed], futures=1, **how)


# --- how it is worked -------------------------------------------------------------------------------------------


def test_workers_do_not_show_in_the_tables(tmp_path: Path) -> None:
    """Nor do they mind a user's function from a file."""
    (tmp_path / "own.py").write_text("def stay(look):\n    return dict(look.capacity)\n")
    policies = ["rolling1", f"{tmp_path}/own.py:stay"]

    one, two = (simulate(hand(), policies=policies, futures=2, gap=0.0, workers=count) for count in (1, 2))

    same(one, two)


def test_a_function_of_a_notebook_does_what_one_of_a_file_does(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("def keeps_all(look):\n    return dict(look.capacity)\n")

    one = simulate(hand(), policies=[keeps_all], futures=2, gap=0.0).tables["policies"]
    other = simulate(hand(), policies=[f"{tmp_path}/own.py:keeps_all"], futures=2, gap=0.0).tables["policies"]

    assert one["cost_10kcny"].tolist() == other["cost_10kcny"].tolist()


def stopping(after: int) -> Callable[[int, int, int], None]:
    def watch(done: int, total: int, known: int) -> None:
        if done == after:
            raise StoppedError

    return watch


def test_a_second_start_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    """Stopped after four of nine courses; the second start plays the other five, and the tables are the same."""
    asked: dict[str, Any] = {"policies": ["perfect", "rolling1", "rule"], "futures": 3, "gap": 0.0}
    store, seen = Store(tmp_path / "parts"), list[tuple[int, int, int]]()
    with pytest.raises(StoppedError):
        simulate(hand(), store=store, watch=stopping(4), **asked)

    resumed = simulate(hand(), store=store, watch=lambda *counts: seen.append(counts), **asked)

    assert seen[0] == (4, 9, 4) and seen[-1][0] == 9
    same(resumed, simulate(hand(), **asked))


def test_a_full_disk_keeps_what_was_played(
    region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full after three courses: exit code 3 and a sentence; with room again the next start goes on."""
    put, parts = Store.put, tmp_path / "out" / ".small_simulate.parts"

    def full(store: Store, key: str, answer: Any) -> None:
        if len(list(parts.glob("*.done"))) == 3:
            raise OSError(28, "No space left on device")
        put(store, key, answer)

    monkeypatch.setitem(study_documents.FIGURES, "simulate", ())
    monkeypatch.setattr(Store, "put", full)
    words = ["simulate", str(region.scenario), "--out", str(tmp_path / "out"), "--futures", "2", "--policies",
             "rolling1,rule"]
    stopped = CliRunner().invoke(app, words)
    assert stopped.exit_code == 3 and "No space left on device" in stopped.output
    assert len(list(parts.glob("*.done"))) == 3 and not (tmp_path / "out" / "small_simulate").exists()

    played: list[str] = []
    monkeypatch.setattr(Store, "put", lambda _store, key, _answer: played.append(key))
    resumed = CliRunner().invoke(app, words)

    assert resumed.exit_code == 0, resumed.output
    assert len(played) == 2  # of the plan and four courses


def test_ctrl_c_that_a_solver_took_for_its_own_keeps_no_answer(tmp_path: Path) -> None:
    """The interrupt comes within a course and is caught there, as the solver catches it to end a search.

    A study that went on would keep what half a search gave, as the answer of that course for good.
    """
    store = Store(tmp_path / "parts")

    def interrupted(look: Look) -> Mapping[str, float]:
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        return {}

    with pytest.raises(KeyboardInterrupt):
        simulate(hand(), policies=["rule", interrupted], futures=2, gap=0.0, store=store)

    assert len(list(store.folder.glob("*.done"))) == 2  # the published plan, and the rule in the first future


def test_what_is_kept_holds_for_what_was_asked_alone(tmp_path: Path) -> None:
    """Another seed plays everything anew; a function written anew is played anew, and what others did is not."""
    file, store = tmp_path / "own.py", Store(tmp_path / "parts")
    known: list[int] = []

    def play(seed: int = 1) -> mp.Simulation:
        known.clear()
        return simulate(hand(), policies=["rule", f"{file}:f"], futures=2, seed=seed, gap=0.0, store=store,
                        watch=lambda _done, _total, before: known.append(before))

    file.write_text("def f(look):\n    return {}\n")
    play()
    assert known[0] == 0
    play()
    assert known[0] == 4
    file.write_text("def f(look):\n    return {'N': 10}\n")
    again = play()
    assert known[0] == 2
    assert again.tables["policies"].query("policy != 'rule'")["licences"].tolist() != [0, 0]
    play(seed=2)
    assert known[0] == 0


ASKED = ("--policies", "perfect,rolling1,rule", "--futures", 16)
TROUBLE = ("--set", "futures.stoppage_probability=0.3", "--set", "futures.stoppage_most=0.8",
           "--set", "futures.demand=1", "--set", "futures.demand_scatter=0.1")


def start(region: SmallRegion, out: Path, *words: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "MINERALPLAN_LANG": "en", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = ["simulate", region.scenario, "--out", out, *ASKED, *TROUBLE, *words]
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *map(str, command)], env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kept(parts: Path, at_least: int, process: subprocess.Popen[bytes]) -> int:
    """Wait until some courses are kept, and return how many."""
    until = time.monotonic() + 60
    while len(list(parts.glob("*.done"))) < at_least and time.monotonic() < until and process.poll() is None:
        time.sleep(0.005)
    return len(list(parts.glob("*.done")))


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed_is_what_was_never_killed(region: SmallRegion, tmp_path: Path, workers: int) -> None:
    """SIGKILL after some courses are kept: the second start takes them up, ends with the same bytes, and tidies up."""
    with start(region, tmp_path / "whole") as whole:
        assert whole.wait() == 0
    out = tmp_path / "out"
    parts = out / ".small_simulate.parts"
    with start(region, out, "--workers", workers) as process:
        assert kept(parts, 8, process) >= 8
        process.send_signal(signal.SIGKILL)
    assert not (out / "small_simulate").exists()
    before = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.done")}

    with start(region, out, "--workers", workers) as again:
        kept(parts, len(before) + 1, again)
        untouched = {name: (parts / name).stat().st_mtime_ns for name in before if (parts / name).exists()}
        assert again.wait() == 0

    assert untouched.items() <= before.items()
    assert tables(out / "small_simulate") == tables(tmp_path / "whole" / "small_simulate")
    assert not parts.exists()


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_played(region: SmallRegion, tmp_path: Path) -> None:
    """Exit code 3 and one sentence; nothing bears the name of a result, and what was played is kept."""
    parts = tmp_path / ".small_simulate.parts"
    with start(region, tmp_path) as process:
        assert kept(parts, 5, process) >= 5
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1].decode()

    assert process.returncode == 3, said
    assert "Interrupted" in said and "Traceback" not in said
    assert not (tmp_path / "small_simulate").exists()
    assert len(list(parts.glob("*.done"))) >= 5


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_nothing(region: SmallRegion, tmp_path: Path) -> None:
    """One of two processes is killed in mid-run; its course is played again, and the bytes are the same."""
    with start(region, tmp_path / "whole") as whole:
        assert whole.wait() == 0
    out = tmp_path / "out"
    with start(region, out, "--workers", 2) as process:
        assert kept(out / ".small_simulate.parts", 4, process) >= 4
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)
        assert process.wait() == 0, process.communicate()[1].decode()

    assert tables(out / "small_simulate") == tables(tmp_path / "whole" / "small_simulate")


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_tables() -> None:
    """A scheduler with two workers on this machine; one is killed as soon as the first answers have come."""
    from distributed import LocalCluster

    shown, asked = troubled(5), {"policies": ["perfect", "rolling1", "rule"], "futures": 8, "gap": 0.0}
    alone = simulate(shown, **asked)  # type: ignore[arg-type]
    killed: list[int] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                      silence_logs=50) as cluster:

        def watch(done: int, total: int, known: int) -> None:
            if done > known and not killed and cluster.workers:
                pid = cluster.workers[0].pid
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

        shared = simulate(shown, cluster=cluster.scheduler_address, watch=watch, **asked)  # type: ignore[arg-type]

    assert len(killed) == 1
    same(shared, alone)
