"""What `Plan.report` writes: tables, summary, manifest; the old folder replaced, or left whole."""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from mineralplan.loading import load
from mineralplan.outputs.manifest import PACKAGES
from mineralplan.planning import Plan, solve
from mineralplan.report.summary import certificate_sentence, summary
from quick import only_summary
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def plan(region: SmallRegion, monkeypatch: pytest.MonkeyPatch) -> Plan:
    only_summary(monkeypatch)
    return solve(load(region.scenario, {"caps.limestone": 55}))


def test_it_replaces_an_old_folder(plan: Plan, tmp_path: Path) -> None:
    """A file of an older run does not stay among the new ones."""
    target = tmp_path / "results" / "small"
    target.mkdir(parents=True)
    (target / "leftover.csv").write_text("old", "utf-8")
    (target / "manifest.json").write_text('{"versions": {"mineralplan": "0"}}', "utf-8")

    assert plan.report(target) == target
    first = {path.name for path in target.iterdir()}
    assert "leftover.csv" not in first
    plan.report(str(target))
    assert {path.name for path in target.iterdir()} == first
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("where", ["mineralplan.outputs.files.write_manifest", "mineralplan.report.summary.summary"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("a bug")])
def test_a_failure_leaves_the_old_folder(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, error: Exception
) -> None:
    """The tables are written when the disk is full: the old results are whole and no half folder lies about."""
    target = tmp_path / "results" / "small"
    plan.report(target)
    before = {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()}

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(where, fail)
    with pytest.raises(type(error)):
        plan.report(target)

    assert {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()} == before
    assert list(target.parent.iterdir()) == [target]


def test_the_manifest(plan: Plan, region: SmallRegion, tmp_path: Path) -> None:
    """Enough to repeat the run and to see how good it is."""
    plan.report(tmp_path / "out", command="mineralplan run small.yaml")
    manifest: dict[str, Any] = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))

    assert manifest["scenario"] == "small"
    assert manifest["status"] == "optimal"
    assert manifest["stopped"] == ""
    assert manifest["objective"] == pytest.approx(plan.costs["discounted_10kcny"].sum(), rel=1e-9)
    assert manifest["bound"] <= manifest["objective"] * (1 + 1e-9)
    assert manifest["gap"] == pytest.approx(0, abs=1e-9)
    assert manifest["wanted_gap"] == 0
    assert [entry["name"] for entry in manifest["objectives"]] == ["cost"]
    assert manifest["audit"]["verdict"] == "holds"
    assert manifest["audit"]["breaches"] == 0
    assert manifest["audit"]["rule_checks"] == len(plan.findings)
    assert {"build", "compile", "solve"} == set(manifest["seconds"])
    assert set(manifest["size"]) == {"rows", "columns", "nonzeros", "integers"}
    assert all(size > 0 for size in manifest["size"].values())
    assert (manifest["threads"], manifest["seed"]) == (1, 0)
    assert set(manifest["versions"]) == {"python", *PACKAGES}
    assert manifest["illustrative_rows"]["blocks"] == "1 of 5"
    assert manifest["changes"] == ["caps.limestone = 55"]
    assert manifest["command"] == "mineralplan run small.yaml"
    sums = {entry["file"]: entry["sha256"] for entry in manifest["inputs"]}
    assert sums["county/blocks.csv"] == hashlib.sha256((region.folder / "blocks.csv").read_bytes()).hexdigest()
    assert sums[region.scenario.as_posix()] == hashlib.sha256(region.scenario.read_bytes()).hexdigest()


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["# Small · Small County", "Plan of Small County", "2021–2023", "Limestone", "box 1", "Aggregate",
            "Illustrative data"]),
    ("zh", ["# 小情景 · 小县", "小县矿产资源规划", "石灰岩", "骨料", "示意数据"]),
])
def test_the_summary(plan: Plan, lang: str, words: list[str]) -> None:
    text = summary(plan.record(), lang)

    for word in words:
        assert word in text, word
    assert "nan" not in text.lower().replace("finance", "")


@pytest.mark.parametrize(("bound_is", "words"), [
    ("safe bound", "(bound: proven in exact arithmetic; wanted"), ("solver's bound", "(bound: the solver's; wanted"),
])
def test_the_sentence_says_whose_bound_it_is(plan: Plan, bound_is: str, words: str) -> None:
    assert words in certificate_sentence({**plan.record().manifest, "bound_is": bound_is}, "en")


def test_the_summary_of_a_use_without_demand(region: SmallRegion) -> None:
    """No demand has no share that is met: a dash, not "nan%"."""
    region.adds("demand: {scale: {bricks: 0}}\n")

    assert "nan" not in summary(solve(load(region.scenario)).record(), "en")


def test_two_runs_write_the_same_tables(plan: Plan, region: SmallRegion, tmp_path: Path) -> None:
    plan.report(tmp_path / "a")
    solve(load(region.scenario, {"caps.limestone": 55})).report(tmp_path / "b")

    for path in sorted((tmp_path / "a").glob("*.csv")):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
