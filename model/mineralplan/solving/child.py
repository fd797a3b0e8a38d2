"""The other side of `mineralplan.solving.apart`: takes one task from its input, tells how it goes, and ends."""

from __future__ import annotations

import _thread
import os
import pickle
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from mineralplan.solving.highs import Progress, Settings
from mineralplan.solving.program import Program
from mineralplan.solving.search import Aim, Found, Stage, finish, search
from mineralplan.solving.start import Known


def _search(
    told: _Teller, program: Program, aims: Sequence[Aim], tie: Aim, settings: Settings, known: Known
) -> Found:
    return search(program, aims, tie, settings, told.progress, known, told.stage)


def main() -> None:
    """Serve one task; messages are pickles on the standard output, which nothing else may use."""
    # A program that was started in the background may have left SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    told = _Teller(out)
    source = sys.stdin.buffer
    kind, *task = pickle.load(source)
    threading.Thread(target=_obey, args=(source,), daemon=True).start()
    try:
        told.tell("found", finish(*task) if kind == "finish" else _search(told, *task))
    except KeyboardInterrupt:
        _leave()
    except Exception as error:
        told.tell("failed", error)


class _Teller:
    """Sends messages one at a time: progress comes from the solver's threads."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.lock = out, threading.Lock()

    def tell(self, *message: Any) -> None:
        with self.lock:
            try:
                pickle.dump(message, self.out)
                self.out.flush()
            except OSError:  # nobody listens any more
                _leave()

    def progress(self, aim: str, progress: Progress) -> None:
        self.tell("progress", aim, progress)

    def stage(self, stage: Stage) -> None:
        self.tell("stage", stage)


def _obey(source: BinaryIO) -> None:
    """Interrupt the search when the parent says so; end with the parent."""
    while True:
        try:
            pickle.load(source)
        except Exception:  # the pipe is closed or torn: the parent is gone
            _leave()
        _interrupt()


def _interrupt() -> None:
    if hasattr(signal, "pthread_kill"):  # a real signal ends a wait of the main thread too
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


def _leave() -> None:
    # No tidy end: the solver's threads would be waited for.
    os._exit(1)


if __name__ == "__main__":
    main()
