"""What is finished of long work, kept beside its target: a second start goes on where the first one ended."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

MISSING = object()
"""What `Store.get` returns where there is no answer: an answer may be None."""
ENDING = ".done"


def digest(*parts: Any) -> str:
    """Return the sha256 of some plain values: the key of a task is that of everything its answer depends on."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Store:
    """Answers of finished tasks, one file each, named by the task's key.

    Files appear whole or not at all; one that a failing disk has torn counts as missing. It is nobody's result and
    only ever read by the user who wrote it: the folder goes when the study's own folder is complete.

    Parameters
    ----------
    folder : pathlib.Path
        Made with the first answer.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, target: Path) -> Store:
        """Return the store of a study that is to be written into the folder ``target``."""
        whole = target.resolve()
        return cls(whole.with_name(f".{whole.name}.parts"))

    def get(self, key: str) -> Any:
        """Return the answer of a task, `MISSING` where there is none."""
        try:
            kept = self._file(key).read_bytes()
            check, content = int.from_bytes(kept[:4], "big"), kept[4:]
            return pickle.loads(content) if zlib.crc32(content) == check else MISSING
        except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
            return MISSING

    def put(self, key: str, answer: Any) -> None:
        """Keep an answer.

        Raises
        ------
        OSError
            When the disk fails; what was kept before stays.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        content, file = pickle.dumps(answer), self._file(key)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            with new.open("wb") as out:
                out.write(zlib.crc32(content).to_bytes(4, "big") + content)
                out.flush()
                os.fsync(out.fileno())
            new.replace(file)
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take the store away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"
