"""A results folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a new folder to write into and put it in the place of ``target`` when all went well.

    The new folder lies beside the target, so that a rename suffices: a crash, Ctrl-C or a full disk on the way leaves
    the old results as they were.

    Parameters
    ----------
    target : pathlib.Path
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    old = new.with_name(f"{new.name}.old")
    try:
        yield new
        # mkdtemp makes private folders; results are as readable as anything else the user makes.
        umask = os.umask(0)
        os.umask(umask)
        new.chmod(0o777 & ~umask)
        if target.exists():
            target.rename(old)
        new.rename(target)
    finally:
        # Ctrl-C may come between the two renames as well.
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
