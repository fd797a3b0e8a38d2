"""How many times as fast: ratios of two searches within one run, also where one of them was cut short."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Answer = Mapping[str, Any]
EQUAL = 1 + 1e-6
NOTHING = 0.1
"""A relative gap from which on nothing is planned or proven that would be worth to compare: some first point."""
INSTANT = 1e-3
"""Seconds below which the processor's clock tells no more."""
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
        return f"{WORDS[self.known]}{number} ×" + ("" if self.gap is None else f" to {self.gap:.2%}, both cut")

    def reaches(self, goal: float) -> bool | None:
        """Return whether the ratio is a goal or more; None where what was cut short leaves that open."""
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

    Where only one proved it, the seconds at which the other was cut are a limit of the ratio. Where neither did, they
    are compared at the smallest gap that both proved, or at that of the one where the other proved nothing. None where
    a search is missing, or both proved nothing.
    """
    if "notes" not in slow or "notes" not in fast:
        return None
    proven = [_proven(answer) for answer in (slow, fast)]
    if min(proven) <= gap * EQUAL:
        return _compared(slow, fast, gap, before)
    common = max(proven) if max(proven) < NOTHING else min(proven)
    found = None if common > NOTHING else _compared(slow, fast, common, before)
    return found and replace(found, gap=common)


def _compared(slow: Answer, fast: Answer, gap: float, before: Sequence[str]) -> Ratio | None:
    took, ours = seconds_to(slow, gap, *before), seconds_to(fast, gap, *before)
    if took is None and ours is None:
        return None
    if took is None:
        return Ratio(_spent(slow, before) / max(ours or 0.0, INSTANT), "least")
    if ours is None:
        return Ratio(took / _spent(fast, before), "most")
    return Ratio(took / max(ours, INSTANT))


def _proven(answer: Answer) -> float:
    gap = answer["notes"][-1][1] if answer["notes"] else NOTHING
    return float(gap) if gap < NOTHING else math.inf


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
