"""A figure that may change over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError, PydanticKnownError

from mineralplan.inputs.numbers import calendar_year, number

ALWAYS = 0
"""The year of a step that holds from the beginning."""


@dataclass(frozen=True)
class Schedule:
    """A figure by year, each step holding from its year on.

    Parameters
    ----------
    steps : tuple of (int, float)
        Rising years; `ALWAYS` for a figure that holds from the beginning.
    between : {"step", "linear"}
        Whether the figure jumps at a step or runs straight to the next.
    """

    steps: tuple[tuple[int, float], ...]
    between: Literal["step", "linear"] = "step"

    def at(self, year: int) -> float | None:
        """Return the figure in ``year``; None before the first step."""
        before = [(start, value) for start, value in self.steps if start <= year]
        if not before:
            return None
        start, value = before[-1]
        after = self.steps[len(before) :]
        if self.between == "step" or not after or start == ALWAYS:
            return value
        end, target = after[0]
        return value + (target - value) * (year - start) / (end - start)


def constant(value: float) -> Schedule:
    """Return the schedule that is ``value`` in every year."""
    return Schedule(((ALWAYS, value),))


def is_yearly(value: Any) -> bool:
    """Return whether a YAML value maps years to figures."""
    return isinstance(value, Mapping) and bool(value) and all(isinstance(key, int) for key in value)


def fold(old: Any, new: Any) -> Any:
    """Return the YAML value of a schedule after a later layer changed it.

    A plain figure replaces all; ``{2026: 950}`` keeps what held before 2026 and replaces everything from then on.
    """
    if not is_yearly(new):
        return new
    before = {} if old is None else dict(old) if is_yearly(old) else {ALWAYS: old}
    first = min(new)
    return {year: value for year, value in before.items() if year < first} | dict(new)


def spans_of(years: Sequence[int]) -> str:
    """Return rising years with runs of them as first–last.

    Examples
    --------
    >>> spans_of([1, 2, 3, 7])
    '1–3, 7'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _schedule(value: Any) -> Schedule:
    if isinstance(value, Schedule):
        return value
    if isinstance(value, Mapping):
        if not is_yearly(value):
            raise PydanticCustomError("fault_by_year", "a figure or figures by year")
        return Schedule(tuple(sorted((_start(year), number(figure)) for year, figure in value.items())))
    return constant(number(value))


def _start(year: int) -> int:
    """Return the year of a step; `fold` writes `ALWAYS` where a plain figure held before."""
    return ALWAYS if year == ALWAYS else calendar_year(year)


def _not_negative(schedule: Schedule) -> Schedule:
    if any(figure < 0 for _, figure in schedule.steps):
        raise PydanticKnownError("greater_than_equal", {"ge": 0})
    return schedule


YearlyFigure = Annotated[Schedule, BeforeValidator(_schedule), AfterValidator(_not_negative)]
