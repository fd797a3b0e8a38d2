"""What the one who waits for a plan sees: the best plan so far, the bound, and how long it has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mineralplan.report.watch import LineWatch
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.solving.highs import Progress


class SearchWatch(LineWatch):
    """Shows how far a search is."""

    def __call__(self, objective: str, progress: Progress) -> None:
        """Show the progress of an objective."""
        if self.due:
            self.show(self._line(objective, progress))

    def _line(self, objective: str, progress: Progress) -> str:
        def shown(value: float) -> str:
            return f"{value:,.0f}" if abs(value) < float("inf") else "–"

        gap = f"{progress.gap:.3%}" if progress.gap < float("inf") else "–"
        return say("run.progress", self.lang, objective=say(f"objectives.{objective}.name", self.lang),
                   incumbent=shown(progress.incumbent), bound=shown(progress.bound), gap=gap,
                   seconds=f"{self.seconds:.0f}")
