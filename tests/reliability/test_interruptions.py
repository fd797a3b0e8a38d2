"""Runs that end before they are done, or come two at a time: old results whole, no half folder taken for a result."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import call, hashes, program, start

from mineralplan.outputs.folder import whole_folder
from quick import ONLY_SUMMARY, only_summary
from small_region import SmallRegion, write_small_region

MANIFEST = '{"versions": {"mineralplan": "0"}}'
DIES = """
import os, signal, sys
from pathlib import Path
from mineralplan.outputs.folder import whole_folder
left = int(sys.argv[2])
def counted(step):
    def one(*words, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*words, **options)
    return one
for name in ("mkdir", "rename", "unlink", "rmdir"):
    setattr(os, name, counted(getattr(os, name)))
Path.write_text = counted(Path.write_text)
with whole_folder(Path(sys.argv[1])) as new:
    for file in ("a.csv", "b.csv", "manifest.json"):
        (new / file).write_text(sys.argv[3], "utf-8")
print("whole")
"""
"""Writes a result and is killed before the n-th thing that it does on the disk."""
WRITES = """
import sys, time
from pathlib import Path
from mineralplan.outputs.folder import whole_folder
for turn in range(12):
    with whole_folder(Path(sys.argv[1])) as new:
        for file in ("a.csv", "b.csv", "manifest.json"):
            (new / file).write_text(sys.argv[2].replace("TURN", str(turn)), "utf-8")
            time.sleep(0.001)
"""
SLOWLY = (ONLY_SUMMARY + "import time; from mineralplan.outputs import files; write = files.write_csv; "
          "files.write_csv = lambda *words: (time.sleep(0.1), write(*words)); ")
"""Seven tables take most of a second."""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def old(region: SmallRegion, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results of an earlier run."""
    with monkeypatch.context() as patched:
        only_summary(patched)
        assert call("run", region.scenario, "--out", region.scenario.with_name("results")).exit_code == 0
    return region.scenario.with_name("results") / "small"


def whole(folder: Path) -> bool:
    """Return whether a results folder is what its manifest certifies, file by file."""
    found = hashes(folder)
    del found["manifest.json"]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found == {**manifest["files"], **manifest["documents"]}


def test_killed_before_each_step(tmp_path: Path) -> None:
    """Whatever the step: the old result or the new one is whole, and the next run, itself failing, tidies up.

    The one moment at which the target is missing lies between two renames; the next run puts the old result back.
    """
    target, results = tmp_path / "small", {MANIFEST, MANIFEST + " "}
    target.mkdir()
    for file in ("a.csv", "b.csv", "manifest.json"):
        (target / file).write_text(MANIFEST, "utf-8")
    missing = 0
    for steps in range(60):
        done = subprocess.run([sys.executable, "-c", DIES, str(target), str(steps), MANIFEST + " "],
                              capture_output=True, check=False)
        missing += not target.exists()
        with pytest.raises(ValueError, match="fails"), whole_folder(target):
            raise ValueError("fails")
        found = {path.name: path.read_text("utf-8") for path in target.iterdir()}
        assert set(found) == {"a.csv", "b.csv", "manifest.json"}
        assert len(set(found.values())) == 1
        assert set(found.values()) < results
        assert [path.name for path in tmp_path.iterdir()] == ["small"]
        if done.stdout == b"whole\n":
            break
        assert done.returncode == -signal.SIGKILL
    else:
        pytest.fail("it never came to an end")
    assert steps > 10
    assert missing == 1


def _killed_while_writing(region: SmallRegion, old: Path, delay: float) -> None:
    before = hashes(old)
    with start("run", region.scenario, "--out", old.parent, before=SLOWLY) as process:
        while not (old.parent / ".small.new").exists():
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(delay)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert hashes(old) == before
    assert not (old.parent / ".small.new" / "manifest.json").exists()


def test_kill_9_while_writing(region: SmallRegion, old: Path) -> None:
    """Killed after a third of the tables: the old result is untouched, and the next run leaves nothing but its own."""
    _killed_while_writing(region, old, 0.25)
    assert {path.name for path in old.parent.iterdir()} == {"small", ".small.new", ".small.lock"}

    assert program("run", region.scenario, "--out", old.parent)[0] == 0
    assert [path.name for path in old.parent.iterdir()] == ["small"]
    assert whole(old)


@pytest.mark.slow
def test_kill_9_at_random_moments_of_writing(region: SmallRegion, old: Path) -> None:
    random.seed(20)
    for _ in range(12):
        _killed_while_writing(region, old, random.uniform(0, 0.6))


@pytest.mark.slow
def test_kill_9_at_random_moments_of_a_run(region: SmallRegion, old: Path) -> None:
    """Twenty runs, killed at moments spread over the time that one takes: there is always one whole result."""
    began = time.perf_counter()
    assert program("run", region.scenario, "--out", old.parent, before="")[0] == 0
    takes = time.perf_counter() - began
    random.seed(9)
    killed = 0
    for _ in range(20):
        with start("run", region.scenario, "--out", old.parent, before="") as process:
            time.sleep(random.uniform(0, 1.1 * takes))
            process.kill()
        killed += process.returncode == -signal.SIGKILL
        assert whole(old)
    assert killed > 5
    assert program("run", region.scenario, "--out", old.parent, before="")[0] == 0
    assert whole(old)
    assert [path.name for path in old.parent.iterdir()] == ["small"]


@pytest.mark.parametrize("sign", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_while_writing(region: SmallRegion, old: Path, sign: signal.Signals) -> None:
    """SIGTERM is as Ctrl-C: code 3, one sentence, and nothing beside the old result."""
    before = hashes(old)
    with start("run", region.scenario, "--out", old.parent, before=SLOWLY) as process:
        while not (old.parent / ".small.new").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(sign)
        _, error = process.communicate(timeout=60)

    assert process.returncode == 3
    assert b"Interrupted" in error
    assert b"Traceback" not in error
    assert hashes(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["small"]


@pytest.mark.slow
def test_two_runs_into_the_same_target(region: SmallRegion, old: Path) -> None:
    """Both succeed, one after the other; what is there is one of the two, whole."""
    runs = [start("run", region.scenario, "--out", old.parent, "--seed", seed, before=SLOWLY) for seed in (1, 2)]
    for process in runs:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error.decode("utf-8")

    assert json.loads((old / "manifest.json").read_text("utf-8"))["seed"] in (1, 2)
    assert whole(old)
    assert [path.name for path in old.parent.iterdir()] == ["small"]


def test_many_runs_into_the_same_target(tmp_path: Path) -> None:
    """Five writers that take turns sixty times in all: no crash, no mixture, nothing left beside."""
    target = tmp_path / "small"
    runs = [
        subprocess.Popen([sys.executable, "-c", WRITES, str(target), f'{{"mineralplan": "{number} TURN"}}'],
                         stderr=subprocess.PIPE)
        for number in range(5)
    ]
    seen = 0
    while any(process.poll() is None for process in runs):
        seen += _one_text(target)
    for process in runs:
        _, error = process.communicate()
        assert process.returncode == 0, error.decode("utf-8")
    assert _one_text(target)
    assert seen > 0
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def _one_text(target: Path) -> bool:
    """Return whether a result could be read, and check that its files are of one run: by one folder's handle."""
    try:
        folder = os.open(target, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        texts = set()
        for file in ("a.csv", "b.csv", "manifest.json"):
            with os.fdopen(os.open(file, os.O_RDONLY, dir_fd=folder)) as opened:
                texts.add(opened.read())
    except FileNotFoundError:  # it was replaced and taken away meanwhile
        return False
    finally:
        os.close(folder)
    assert len(texts) == 1
    return True


def _full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")


@pytest.mark.parametrize("where", ["mineralplan.outputs.files.write_csv",
                                   "mineralplan.report.documents.write_documents", "pathlib.Path.write_text",
                                   "mineralplan.outputs.files.write_manifest",
                                   "pathlib.Path.mkdir", "pathlib.Path.rename"])
def test_a_full_disk(region: SmallRegion, old: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """At a table, the figures, the summary, the manifest, the folder or the exchange: code 3, old result whole."""
    before = hashes(old)
    only_summary(monkeypatch)
    monkeypatch.setattr(where, _full)

    result = call("run", region.scenario, "--out", old.parent)

    assert result.exit_code == 3
    assert "somewhere: No space left on device; earlier results are as they were." in result.stderr
    assert hashes(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["small"]


def test_a_file_that_may_not_grow(region: SmallRegion, old: Path) -> None:
    """A limit of 500 bytes per file, which production.csv exceeds: the system itself refuses the write."""
    before = hashes(old)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)); "

    code, _, error = program("run", region.scenario, "--out", old.parent, before=limit + ONLY_SUMMARY)

    assert code == 3
    assert "File too large; earlier results are as they were." in error
    assert "Traceback" not in error
    assert hashes(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["small"]


@pytest.mark.parametrize("leave", [
    lambda beside: (beside / ".small.new").mkdir(), lambda beside: (beside / ".small.old").mkdir(),
    lambda beside: (beside / ".small.lock").touch(),
], ids=["new", "old", "lock"])
def test_what_a_dead_run_left(old: Path, leave: Callable[[Path], None]) -> None:
    """It is gone after the next run; nobody waits for a lock whose owner is dead."""
    leave(old.parent)
    with whole_folder(old) as new:
        (new / "manifest.json").write_text(MANIFEST, "utf-8")

    assert [path.name for path in old.parent.iterdir()] == ["small"]
    assert (old / "manifest.json").read_text("utf-8") == MANIFEST
