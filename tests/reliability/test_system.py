"""Machines, terminals and folders that are not as one would wish: a sentence and a code, or a run all the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import call, hashes, program, start

from quick import only_summary
from small_region import SmallRegion, write_small_region

FILES = {"production.csv", "balance.csv", "minerals.csv", "flows.csv", "scorecard.csv", "actions.csv",
         "annual_plan.csv", "costs.csv", "summary.md", "manifest.json"}


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def results(region: SmallRegion) -> Path:
    return region.scenario.with_name("results")


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    only_summary(monkeypatch)


def written(results: Path) -> bool:
    """Return whether a whole result lies there and nothing beside it."""
    return [path.name for path in results.iterdir()] == ["small"] \
        and {path.name for path in (results / "small").iterdir()} >= FILES


def test_a_reader_that_goes_away(region: SmallRegion, results: Path) -> None:
    """``mineralplan run … | head -0``: the pipe is closed before a word is printed; the run goes on to its end."""
    read, write = os.pipe()
    os.close(read)
    with start("run", region.scenario, "--out", results, stdout=write) as process:
        os.close(write)
        _, error = process.communicate(timeout=60)

    assert (process.returncode, written(results)) == (0, True)
    assert b"Broken" not in error
    assert b"Traceback" not in error


def test_streams_that_are_closed(region: SmallRegion, results: Path) -> None:
    """The next file opened would get the number of a closed stream, and the solver's banner would land in it."""
    def close() -> None:
        for number in (0, 1, 2):
            os.close(number)

    code, _, _ = program("run", region.scenario, "--out", results, stdout=None, stderr=None, preexec_fn=close)

    assert (code, written(results)) == (0, True)
    assert (results / "small" / "production.csv").read_bytes().startswith(b"\xef\xbb\xbfyear,")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_on_a_full_disk(region: SmallRegion) -> None:
    """What is printed comes after the files; that it did not all arrive is said, and is no success."""
    with Path("/dev/full").open("wb") as full:
        code, _, error = program("check", region.scenario, before="", stdout=full)

    assert code == 3
    assert "No space left on device: not all could be printed; results are whole." in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"PYTHONIOENCODING": "ascii"}, id="ASCII"),
        pytest.param({"PYTHONIOENCODING": "gbk"}, id="Chinese Windows"),
        pytest.param({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="C locale",
                     marks=pytest.mark.slow),
        pytest.param({"PYTHONIOENCODING": "cp1252"}, id="Western Windows", marks=pytest.mark.slow),
    ],
)
def test_a_terminal_that_cannot_show_it(region: SmallRegion, environment: dict[str, str]) -> None:
    """Chinese characters and ⁴ become question marks where they cannot be shown, and are no reason to fail."""
    with start("check", region.scenario, "--lang", "zh", before="", env=environment) as process:
        out, error = process.communicate(timeout=60)

    assert (process.returncode, error) == (0, b"")
    assert b"2021" in out


def test_no_home_and_no_place_for_caches(region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure is drawn without a home, with a configuration folder of matplotlib that cannot be made."""
    one = ("from mineralplan.report import documents as d, figures; "
           "d.DOCUMENTS = {name: d.DOCUMENTS[name] for name in ('summary.md', 'figures')}; "
           "figures.FIGURES = d.FIGURES = {'costs': figures.FIGURES['costs']}; ")
    monkeypatch.delenv("HOME", raising=False)
    blocked = region.scenario.with_name("file")
    blocked.touch()

    code, _, error = program("run", region.scenario, "--out", results, before=one,
                             env={"MPLCONFIGDIR": str(blocked / "matplotlib")})

    assert (code, written(results)) == (0, True)
    assert {path.name for path in (results / "small" / "figures").iterdir()} == {"costs.png", "costs.svg"}
    assert "Traceback" not in error


@pytest.mark.usefixtures("_no_figures")
@pytest.mark.parametrize("name", ["with a space", "结果 2", "-o", "a'b\"c", "d" * 200])
def test_a_folder_of_any_name(region: SmallRegion, name: str) -> None:
    folder = region.scenario.parent / name / name
    folder.mkdir(parents=True)
    scenario = region.scenario.rename(folder / "small.yaml")
    region.folder.rename(folder / "county")

    assert call("run", scenario, "--out", folder / name).exit_code == 0
    assert written(folder / name)


def test_a_path_that_is_too_long(region: SmallRegion) -> None:
    """No system takes a name of 300 letters; said before anything is solved."""
    result = call("run", region.scenario, "--out", region.scenario.with_name("d" * 300))

    assert result.exit_code == 3
    assert "File name too long; earlier results are as they were." in result.stderr


def _unsolved(*_: object, **__: object) -> Any:
    raise AssertionError("solved before the target was looked at")


@pytest.mark.parametrize(
    ("make", "code", "sentence"),
    [
        pytest.param(lambda results: results.touch(), 3, "results: Not a directory; earlier", id="a file for --out"),
        pytest.param(lambda results: (results.mkdir(), (results / "small").touch()), 2,
                     "holds something else than results", id="a file for the target"),
        pytest.param(lambda results: (results / "small" / "sub").mkdir(parents=True), 2,
                     "holds something else than results", id="a folder of something else"),
        pytest.param(lambda results: (results.mkdir(), (results / "manifest.json").write_text('{"mineralplan": 1}')), 2,
                     "lies inside the results of another run", id="inside other results"),
        pytest.param(lambda results: (results.mkdir(), (results / "small").symlink_to("small")), 2,
                     "holds something else than results", id="a circle of links"),
    ],
)
def test_a_target_that_cannot_be(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], code: int,
    sentence: str,
) -> None:
    """Said before anything is solved; what lies there stays."""
    make(results)
    monkeypatch.setattr("mineralplan.planning.solve", _unsolved)
    before = hashes(results)

    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == code, result.exception
    assert sentence in result.stderr
    assert hashes(results) == before


@pytest.mark.parametrize("command", ["run", "demand", "explain"])
def test_a_folder_that_is_read_only(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The superuser may write anywhere, so the system's answer is given here; said before anything is solved."""
    monkeypatch.setattr("os.access", lambda path, mode: not mode & os.W_OK)
    monkeypatch.setattr("mineralplan.planning.solve", _unsolved)

    result = call(command, region.scenario, "--out", results)

    assert result.exit_code == 3
    assert "Permission denied; earlier results are as they were." in result.stderr
    assert not results.exists()


@pytest.mark.usefixtures("_no_figures")
def test_a_target_that_is_a_link(region: SmallRegion, results: Path) -> None:
    """The link stays, and the folder it leads to is replaced."""
    real = region.scenario.with_name("disk")
    real.mkdir()
    results.mkdir()
    (results / "small").symlink_to(real)

    for _ in range(2):
        assert call("run", region.scenario, "--out", results).exit_code == 0

    assert (results / "small").is_symlink()
    assert {path.name for path in real.iterdir()} >= FILES
    assert not [path for path in region.scenario.parent.iterdir() if path.name.startswith(".")]


def test_an_input_that_may_not_be_read(region: SmallRegion, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def denied(self: Path, *words: Any, **options: Any) -> Any:
        if self.name == "exports.csv":
            raise PermissionError(13, "Permission denied")
        return opened(self, *words, **options)

    monkeypatch.setattr(Path, "open", denied)

    result = call("check", region.scenario)

    assert result.exit_code == 2
    assert "county/exports.csv: expected a file that can be read; found Permission denied" in result.stderr


def test_no_memory(region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def empty(*_: object, **__: object) -> Any:
        raise MemoryError

    monkeypatch.setattr("mineralplan.planning.solve", empty)

    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == 3
    assert "Cannot allocate memory; earlier results are as they were." in result.stderr
    assert not results.exists()
