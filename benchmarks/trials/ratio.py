"""How many times as fast: ratios of two searches within one run, also where one of them was cut short."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Answer = Mapping[str, Any]
EQUAL = 1 + 1e-6
WORDS = {"exact": "", "least": "at least ", "most": "at most ", "about": "about "}


@dataclass(frozen=True)
class Ratio:
    """Seconds of the slower way by those of the faster.

    Attributes
    ----------
    known : str
        ``exact``; ``least`` where only the slower way was cut short, ``most`` where only the faster; of several
        ratios that are not alike ``about``.
    gap : float or None
        Where neither way reached the wanted gap: the smallest that both reached, at which they are compared.
    """

    value: float
    known: Literal["exact", "least", "most", "about"] = "exact"
    gap: float | None = None

    def __str__(self) -> str:
        number = f"{self.value:.2f}" if self.value < 2 else f"{self.value:.1f}"
        return f"{WORDS[self.known]}{number} ×" + ("" if self.gap is None else f" to {self.gap:.2%}, where one was cut")

    def reaches(self, goal: float) -> bool | None:
        """Return whether the ratio is a goal or more; None where what was cut short leaves it open."""
        enough = self.value >= goal
        unsure = ("most", "about") if enough else ("least", "about")
        return None if self.known in unsure else enough


def seconds_to(answer: Answer, gap: float, *before: str) -> float | None:
    """Return seconds until a gap was proven, and those of phases before the search; None where it was not."""
    for seconds, proven in answer.get("notes", ()):
        if proven <= gap * EQUAL:
            return float(seconds) + sum(answer.get(phase, 0.0) for phase in before)
    return None


def ratio(slow: Answer, fast: Answer, gap: float, *before: str) -> Ratio | None:
    """Compare two searches to a gap.

    Where neither proved it, they are compared at the smallest gap that both proved; where only one did, the seconds at
    which the other was cut are a limit of the ratio. None where one is missing or proved nothing.
    """
    if not (slow and fast):
        return None
    took, ours = seconds_to(slow, gap, *before), seconds_to(fast, gap, *before)
    if took is not None and ours is not None:
        return Ratio(took / ours)
    if ours is not None:
        return Ratio(_spent(slow, before) / ours, "least")
    if took is not None:
        return Ratio(took / _spent(fast, before), "most")
    if not (slow["notes"] and fast["notes"]):
        return None
    both = max(slow["notes"][-1][1], fast["notes"][-1][1])
    took, ours = seconds_to(slow, both, *before), seconds_to(fast, both, *before)
    assert took is not None and ours is not None
    return Ratio(took / ours, gap=both)


def mean(ratios: Sequence[Ratio]) -> Ratio:
    """Return the geometric mean."""
    kinds = {each.known for each in ratios} - {"exact"}
    value = math.exp(sum(math.log(each.value) for each in ratios) / len(ratios))
    return Ratio(value, "exact" if not kinds else kinds.pop() if len(kinds) == 1 else "about")


def least(ratios: Sequence[Ratio]) -> Ratio:
    """Return the smallest ratio, of equals one that is exact."""
    return min(ratios, key=lambda each: (each.value, each.known != "exact"))


def _spent(answer: Answer, before: Sequence[str]) -> float:
    return float(answer["seconds"]) + sum(answer.get(phase, 0.0) for phase in before)
