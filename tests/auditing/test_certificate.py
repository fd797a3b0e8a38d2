"""The certificate of a results folder: it holds until a file, an input or the certificate itself is changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mineralplan.auditing.certificate import seal
from mineralplan.cli import app
from quick import only_summary
from small_region import SmallRegion, write_small_region


@pytest.fixture(scope="module")
def solved_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small region and its results, made once."""
    folder = tmp_path_factory.mktemp("certified")
    region = write_small_region(folder)
    with pytest.MonkeyPatch.context() as patch:
        only_summary(patch)
        done = call("run", region.scenario, "--out", region.scenario.parent / "results", "--set", "mines={2022: 4}")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def region(solved_region: Path, tmp_path: Path) -> SmallRegion:
    """Return a copy to spoil; region and results moved together."""
    there = tmp_path / "copy"
    shutil.copytree(solved_region, there)
    return SmallRegion(there / "county", there / "small.yaml")


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def results(region: SmallRegion) -> Path:
    return region.scenario.parent / "results" / "small"


def manifest(region: SmallRegion) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((results(region) / "manifest.json").read_text("utf-8"))
    return found


def test_it_holds_where_everything_moved_together(region: SmallRegion) -> None:
    """The scenario is named relative to the results: another folder, the same certificate, exit code 0."""
    answer = call("audit", results(region), "--lang", "en")

    assert answer.exit_code == 0, answer.output
    assert f"Certificate {manifest(region)['certificate'][:12]}: the results and all inputs are those" in answer.output


def test_it_says_what_was_proven_how(region: SmallRegion) -> None:
    """Objective, bound and whose it is, gap, versions, seed, threads, command, every file, every input."""
    said = manifest(region)

    assert said["objective"] >= said["bound"] >= said["safe_bound"]
    assert said["bound_is"] in ("safe bound", "solver's bound")
    assert said["audit"]["verdict"] == "holds"
    assert {"highspy", "pyomo", "python", "mineralplan"} <= set(said["versions"])
    assert (said["seed"], said["threads"], said["overrides"]) == (0, 1, {"mines": {"2022": 4}})
    written = {path.relative_to(results(region)).as_posix() for path in results(region).rglob("*") if path.is_file()}
    assert set(said["files"]) == {name for name in written if name.endswith(".csv")}
    assert set(said["documents"]) == written - set(said["files"]) - {"manifest.json"} == {"summary.md"}
    assert all(len(digest) == 64 for digest in (*said["files"].values(), *(e["sha256"] for e in said["inputs"])))


def _alter(region: SmallRegion) -> None:
    with (results(region) / "balance.csv").open("a", encoding="utf-8") as file:
        file.write("\n")


def _remove(region: SmallRegion) -> None:
    (results(region) / "actions.csv").unlink()


def _better_objective(region: SmallRegion) -> None:
    """Claim a smaller gap in the manifest; the seal was made of another text."""
    path = results(region) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"gap": ', '"gap": -0.1, "was": ', 1), "utf-8")


def _input(region: SmallRegion) -> None:
    """Add a comment to the scenario: the plan is the same, the input is not."""
    with region.scenario.open("a", encoding="utf-8") as file:
        file.write("# later\n")


@pytest.mark.parametrize(("spoil", "words"), [
    (_alter, "altered: balance.csv"),
    (_remove, "missing: actions.csv"),
    (_better_objective, "manifest.json is not what was sealed"),
    (_input, "inputs that have changed since:"),
])
def test_it_does_not_hold_after_a_change(
    region: SmallRegion, spoil: Callable[[SmallRegion], None], words: str
) -> None:
    """The tables still pass the audit, and yet they are not those that were certified: said, exit code 1."""
    spoil(region)
    answer = call("audit", results(region), "--lang", "en")

    assert answer.exit_code == 1, answer.output
    assert "does NOT hold" in answer.output and words in answer.output.replace("\n", " ")


def test_a_file_beside_it_is_named_and_does_no_harm(region: SmallRegion) -> None:
    (results(region) / "notes.txt").write_text("mine", "utf-8")
    answer = call("audit", results(region), "--lang", "zh")

    assert answer.exit_code == 0
    assert "不属于该成果的文件：notes.txt" in answer.output


def test_results_without_a_certificate(region: SmallRegion) -> None:
    """Those of an earlier version: audited all the same, and it is said that nothing certifies them."""
    said = {key: value for key, value in manifest(region).items() if key != "certificate"}
    (results(region) / "manifest.json").write_text(json.dumps(said), "utf-8")
    answer = call("audit", results(region), "--lang", "en")

    assert answer.exit_code == 0
    assert "No certificate" in answer.output


def test_the_seal_is_that_of_the_text_and_of_nothing_else(region: SmallRegion) -> None:
    """Neither the order of the keys nor the spacing of the file matters; a figure does."""
    said = manifest(region)

    assert seal(dict(reversed(said.items()))) == said["certificate"]
    assert seal({**said, "threads": 2}) != said["certificate"]
