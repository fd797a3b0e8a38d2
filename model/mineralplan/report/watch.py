"""A line that says how far long work is: living on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.report.console import Console

LOG_EVERY_S = 5.0
"""Between two lines of a log."""


class LineWatch:
    """Shows one line after the other.

    Parameters
    ----------
    console : Console
    lang : str
    every_s : float
        Least time between two lines of a log; a terminal shows every line.
    """

    def __init__(self, console: Console, lang: str, every_s: float = LOG_EVERY_S) -> None:
        self.console, self.lang, self.every_s = console, lang, every_s
        self.began, self.said = time.perf_counter(), float("-inf")
        self.status = console.status("…") if console.is_terminal else None

    def __enter__(self) -> Self:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    @property
    def seconds(self) -> float:
        """Time since the work began."""
        return time.perf_counter() - self.began

    @property
    def due(self) -> bool:
        """Whether a line would be shown now."""
        return self.status is not None or self.seconds - self.said >= self.every_s

    def show(self, line: str) -> None:
        """Show a line, unless one was written to the log a moment ago."""
        if not self.due:
            return
        self.said = self.seconds
        if self.status:
            self.status.update(line)
        else:
            self.console.print(line)


class CountWatch(LineWatch):
    """Shows how many of a known number of parts are done, and about how long the rest will take."""

    def __call__(self, done: int, total: int, known: int = 0) -> None:
        """Show that ``done`` of ``total`` are done, of which ``known`` were there from an earlier start."""
        here = done - known
        left = f"{self.seconds / here * (total - done):.0f}" if here else "–"
        self.show(say("run.count", self.lang, done=done, total=total, seconds=f"{self.seconds:.0f}", left=left))
