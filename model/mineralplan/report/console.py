"""The terminal: what the user named is text there and nothing else, and no stream ends a run."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Any

from rich.console import Console as RichConsole

from mineralplan.inputs.faults import printable

LOG_WIDTH = 160
"""Of a file or pipe, which gets full lines and not the 80 columns that rich assumes there."""


class StreamFailure(OSError):  # noqa: N818 - the users' word is failure
    """A stream that could not be written to; results are in files and not touched by it."""


class Console(RichConsole):
    """A console that takes no text for a command, and goes on when its reader has gone."""

    def __init__(self, *, stderr: bool = False) -> None:
        living = (sys.stderr if stderr else sys.stdout).isatty()
        # Titles, names and paths are the user's: what stands in brackets is text, not markup.
        super().__init__(stderr=stderr, width=None if living else LOG_WIDTH, highlight=False, soft_wrap=not living,
                         markup=False, emoji=False)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print sentences and tables.

        Raises
        ------
        StreamFailure
            When the stream takes no more, as a file on a full disk.
        """
        try:
            super().print(*(_lines(entry) if isinstance(entry, str) else entry for entry in objects), **options)
        except OSError as error:
            if self.stderr:  # how far a search is need not be known
                return
            raise StreamFailure(error.errno, error.strerror) from None

    def on_broken_pipe(self) -> None:
        """Lead to nowhere what follows: results are written all the same."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def prepare_streams() -> None:
    """Let the program run whatever its streams are, and end on SIGTERM as on Ctrl-C.

    A stream that is closed leads to nowhere, or the next file opened would take its place and be written into. A
    character that a stream cannot show becomes ``?``.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
