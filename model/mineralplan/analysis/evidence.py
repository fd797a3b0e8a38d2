"""Many decisions side by side: what share of them agrees on each event, between which years, and what that says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from mineralplan.analysis.events import EXPANDED, STARTS, Event, events, target_of
from mineralplan.case import Case

Standing = Literal["whatever_happens", "depends", "never", "not_settled"]
Years = Mapping[Event, int | None]
PER_DRAW = ("draw", "block", "first_year")
"""The columns that decisions in drawn futures must have; last_year and capacity_10kt_a may be there too."""


@dataclass(frozen=True)
class Evidence:
    """What some plans decide.

    Attributes
    ----------
    names : tuple of str
        Of the plans.
    years : tuple of mapping
        For each plan, the first year of every event, None where it does not happen.
    """

    names: tuple[str, ...]
    years: tuple[Years, ...]

    def truth(self, event: Event) -> npt.NDArray[np.bool_]:
        """Return in which plans an event happens, shape (plans,)."""
        return np.array([plan.get(event) is not None for plan in self.years], dtype=bool)

    def share(self, event: Event) -> float:
        """Return the share of the plans in which an event happens; NaN where there are no plans."""
        return float(self.truth(event).mean()) if self.years else float("nan")

    def when(self, event: Event) -> list[int]:
        """Return the years in which an event happens, of the plans in which it does."""
        return [year for plan in self.years if (year := plan.get(event)) is not None]


def of_draws(case: Case, decisions: pd.DataFrame, draws: Sequence[int] | None = None) -> Evidence:
    """Return the decisions in drawn futures as evidence.

    Parameters
    ----------
    decisions : pandas.DataFrame
        A row for each draw and block that works in it: draw, block, first_year, and, where they are known, last_year
        (the end of the horizon otherwise) and capacity_10kt_a, the largest licensed (the first scale otherwise).
    draws : sequence of int, optional
        Every draw that was decided; those of the table otherwise.

    Raises
    ------
    ValueError
        When a column is missing or a block is none of the case.
    """
    missing = [name for name in PER_DRAW if name not in decisions.columns]
    unknown = sorted(set(decisions["block"]) - set(case.blocks)) if not missing else []
    if missing or unknown:
        raise ValueError(f"decisions without {', '.join(missing)}" if missing else f"no block {', '.join(unknown)}")
    every = sorted(decisions["draw"].unique()) if draws is None else list(draws)
    rows: dict[tuple[Any, Any], Mapping[Any, Any]] = {
        (row["draw"], row["block"]): row for row in decisions.to_dict("records")
    }
    years = tuple(
        {event: _first(case, event, rows.get((draw, event.block))) for event in events(case)} for draw in every
    )
    return Evidence(tuple(str(draw) for draw in every), years)


def _first(case: Case, event: Event, row: Mapping[Any, Any] | None) -> int | None:
    if row is None:
        return None
    first, last = int(str(row["first_year"])), int(str(row.get("last_year", case.years[-1])))
    small = case.blocks[event.block].options[0].capacity
    if event.kind == EXPANDED:
        return first if float(str(row.get("capacity_10kt_a", small))) > small else None
    if event.kind == STARTS:
        return first
    return case.years[0] if last >= target_of(case) else None


def standing(near: str, evidence: Iterable[Evidence], event: Event) -> Standing:
    """Return what all evidence together says of an event.

    Parameters
    ----------
    near : str
        The verdict of `mineralplan.analysis.alternatives` within the cost slack.
    """
    shares = [share for share in (one.share(event) for one in evidence) if not np.isnan(share)]
    if near in ("can_be_left_out", "can_come_in") or any(0 < share < 1 for share in shares) or len(set(shares)) > 1:
        return "depends"
    if near == "not_settled":
        return "not_settled"
    if shares and shares[0] != (near == "always"):
        return "depends"
    return "whatever_happens" if near == "always" else "never"
