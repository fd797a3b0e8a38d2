"""The other side of `mineralplan.simulation.workers`: prepares once, then works task after task until told no more."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

_own = threading.local()
"""What a thread has prepared: a live solver belongs to the thread that works with it."""


def worked(prepare: Callable[[Any], Any], setup: Any, work: Callable[[Any, Any], Any], payload: Any, name: str) -> Any:
    """Return the answer of one task; the context of the study ``name`` is prepared with the first of them."""
    if getattr(_own, "name", None) != name:
        _own.context, _own.name = prepare(setup), name
    return work(_own.context, payload)


def main() -> None:
    """Serve tasks; messages are pickles on the standard streams, which nothing else may use."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    source = sys.stdin.buffer
    try:
        study = pickle.load(source)
        while True:
            _answer(out, study, pickle.load(source))
    except (EOFError, BrokenPipeError):  # the study is done, or has died
        os._exit(0)


def _answer(out: BinaryIO, study: tuple[Any, Any, Any], payload: Any) -> None:
    try:
        message = pickle.dumps((True, worked(*study, payload, "")))
    except Exception as error:
        message = _failure(error)
    out.write(message)
    out.flush()


def _failure(error: Exception) -> bytes:
    try:
        message = pickle.dumps((False, error))
        pickle.loads(message)  # what cannot be read back says at least what it was
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return message


if __name__ == "__main__":
    main()
