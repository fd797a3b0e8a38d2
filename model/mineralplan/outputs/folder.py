"""A results folder that appears whole or not at all, in the place of nothing but results."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MANIFEST = "manifest.json"
"""Written last: a folder without it holds no whole result."""
OURS = b'"mineralplan"'
"""What every manifest says among its versions."""


class ForeignFolder(FileExistsError):  # noqa: N818 - an answer to the user
    """A target that holds something else than results, or lies among the results of another run."""


def check_target(target: Path) -> None:
    """Raise the `OSError` that writing results into ``target`` would end with, as far as it can be known before.

    Raises
    ------
    ForeignFolder
        When there is something that a run did not write, or when a later run of another would remove it.
    OSError
        When the folder that is to hold it is none, or may not be written into.
    """
    above = next((parent for parent in target.absolute().parents if parent.exists()), Path(target.anchor))
    if not above.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(above))
    if not _free(target) or any(_holds_results(parent) for parent in target.absolute().parents):
        raise ForeignFolder(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(above))


def _free(target: Path) -> bool:
    if not target.is_dir():
        return not target.exists() and not target.is_symlink()
    return _holds_results(target) or next(target.iterdir(), None) is None


def _holds_results(folder: Path) -> bool:
    manifest = folder / MANIFEST
    return manifest.is_file() and OURS in manifest.read_bytes()


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a new folder to write into and put it in the place of ``target`` when all went well.

    The new folder lies beside the target, so that a rename suffices: a crash, Ctrl-C or a full disk on the way leaves
    the old results as they were. One run writes at a time; what it finds of another beside the target is what a run
    that was killed has left, and goes. Where that one was killed between its two renames, its old results come back.

    Parameters
    ----------
    target : pathlib.Path

    Raises
    ------
    OSError
        When the disk fails, or as `check_target` says.
    """
    check_target(target)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    new, old, lock = (target.with_name(f".{target.name}.{word}") for word in ("new", "old", "lock"))
    with _alone(lock):
        _clear(target, new, old)
        try:
            new.mkdir()
            yield new
            if target.exists():
                target.rename(old)
            new.rename(target)
        finally:
            # Ctrl-C may come between the two renames as well.
            _clear(target, new, old)


def _clear(target: Path, new: Path, old: Path) -> None:
    """Take away what was half written, and the old results unless they are all there is."""
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other run writes here; the system releases the lock of a run that was killed."""
    while True:
        with lock.open("ab") as file:
            _wait_for(file.fileno())
            # The run that we waited for took its lock file away: this one keeps nobody out any more.
            if not _is_at(lock, file.fileno()):
                continue
            try:
                yield
            finally:
                with suppress(OSError):  # Windows removes no file that somebody waits for
                    lock.unlink()
            return


def _is_at(path: Path, descriptor: int) -> bool:
    """Return whether the open file is still the one that lies at ``path``."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _wait_for(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _wait_for(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            # A disk that knows no locks is no reason to lose a plan.
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP):
                raise
