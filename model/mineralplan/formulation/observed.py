"""The years that were observed: what was worked and mined in them is known, and nothing of it is decided again."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Case
from mineralplan.rules.rule import under


def held(case: Case, block: str, k: int, year: int) -> int:
    """Return 1 where a block was seen to hold at least option k in an observed year, 0 elsewhere."""
    seen = case.observed.get((block, year))
    return int(seen is not None and not under(seen.capacity, case.blocks[block].options[k - 1].capacity))


def licensed(case: Case) -> list[tuple[str, int]]:
    """Return the (block, year) of every mine that was seen to hold a licence; what holds none mines nothing."""
    return [(b, y) for b in case.blocks for y in case.observed_years if held(case, b, 1, y)]


def add_observed(model: Any, case: Case) -> None:
    """Add ``observed_output``, which holds output to what was seen, and ``unsold``.

    A demand that is projected may be less than what was really mined: ``unsold[b,y]``, 10⁴ t, is what finds none.
    The output is held by a row and not by bounds, so that it stays held where output is replaced by what is shipped.
    """
    model.unsold = pyo.Var(licensed(case), domain=pyo.NonNegativeReals)
    model.observed_output = pyo.Constraint(
        licensed(case), rule=lambda m, b, y: m.output[b, y] == case.observed[b, y].output
    )
