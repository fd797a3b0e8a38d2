"""What the one who waits for a plan sees: the best plan so far, the bound, and how long it has been."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.report.console import Console
    from mineralplan.solving.highs import Progress

LOG_EVERY_S = 5.0


class SearchWatch:
    """Shows how far a search is: one living line on a terminal, plain lines in a log."""

    def __init__(self, console: Console, lang: str) -> None:
        self.console, self.lang, self.began, self.said = console, lang, time.perf_counter(), 0.0
        self.status = console.status("…") if console.is_terminal else None

    def __enter__(self) -> Callable[[str, Progress], None]:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def __call__(self, objective: str, progress: Progress) -> None:
        """Show the progress of an objective."""
        seconds = time.perf_counter() - self.began
        if self.status is None and seconds - self.said < LOG_EVERY_S:
            return
        self.said = seconds
        line = self._line(objective, progress, seconds)
        if self.status:
            self.status.update(line)
        else:
            self.console.print(line)

    def _line(self, objective: str, progress: Progress, seconds: float) -> str:
        def shown(value: float) -> str:
            return f"{value:,.0f}" if abs(value) < float("inf") else "–"

        gap = f"{progress.gap:.3%}" if progress.gap < float("inf") else "–"
        return say("run.progress", self.lang, objective=say(f"objectives.{objective}.name", self.lang),
                   incumbent=shown(progress.incumbent), bound=shown(progress.bound), gap=gap, seconds=f"{seconds:.0f}")
