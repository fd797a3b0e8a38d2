"""A results folder appears whole or not at all, and old results survive what goes wrong."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest

from mineralplan.outputs.folder import whole_folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder with old results."""
    folder = tmp_path / "results" / "baseline"
    folder.mkdir(parents=True)
    (folder / "old.csv").write_text("old", "utf-8")
    (folder / "manifest.json").write_text('{"versions": {"mineralplan": "0"}}', "utf-8")
    return folder


def whole_and_old(target: Path) -> bool:
    """Return whether the old results are all there and nothing lies beside them."""
    return {path.name for path in target.iterdir()} == {"old.csv", "manifest.json"} \
        and list(target.parent.iterdir()) == [target]


def test_new_results_take_the_place_of_the_old(target: Path) -> None:
    with whole_folder(target) as new:
        (new / "new.csv").write_text("new", "utf-8")
        assert whole_while_writing(target)

    assert [path.name for path in target.iterdir()] == ["new.csv"]
    assert list(target.parent.iterdir()) == [target]


def whole_while_writing(target: Path) -> bool:
    return (target / "old.csv").read_text("utf-8") == "old"


def test_a_folder_that_was_not_there(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    with whole_folder(target) as new:
        (new / "new.csv").write_text("new", "utf-8")

    assert (target / "new.csv").is_file()
    assert list(target.parent.iterdir()) == [target]


def test_others_may_read_the_results(tmp_path: Path) -> None:
    """As readable as any folder that the user makes."""
    with whole_folder(tmp_path / "results"):
        pass
    (tmp_path / "plain").mkdir()

    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("results", "plain")}
    assert len(modes) == 1


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), ValueError("a bug"),
                                   KeyboardInterrupt()])
def test_a_failure_in_the_middle(target: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), whole_folder(target) as new:
        (new / "half.csv").write_text("half", "utf-8")
        raise error

    assert whole_and_old(target)


def test_a_failure_in_the_middle_of_the_first_run(tmp_path: Path) -> None:
    target = tmp_path / "results" / "baseline"
    with pytest.raises(OSError, match="full"), whole_folder(target) as new:
        (new / "half.csv").write_text("half", "utf-8")
        raise OSError("full")

    assert list((tmp_path / "results").iterdir()) == []


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "Permission denied"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", [1, 2])
def test_a_failure_while_the_folders_change_places(
    target: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, call: int
) -> None:
    """The first rename moves the old results aside, the second brings the new ones in: either may fail."""
    rename, calls = Path.rename, []

    def failing(self: Path, to: Path) -> Path:
        calls.append(to)
        if len(calls) == call:
            raise error
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", failing)

    with pytest.raises(type(error)), whole_folder(target) as new:
        (new / "new.csv").write_text("new", "utf-8")

    assert whole_and_old(target)


def test_a_folder_where_nothing_may_be_written(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)

    with pytest.raises(PermissionError), whole_folder(target):
        pass

    assert whole_and_old(target)
