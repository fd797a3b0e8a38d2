"""From a solved program to an `Allocation` and the cost table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mineralplan.allocation import FLOWS, MINES, SHORTAGE, Allocation
from mineralplan.case import Case
from mineralplan.formulation.costs import TERMS
from mineralplan.solving.program import Program, Vector

DIGITS = 9
"""Decimals kept: ten grams in a figure of 10⁴ t, far under any tolerance, and no solver noise."""


def allocation(case: Case, program: Program, x: Vector) -> Allocation:
    """Return what a point of the program says, in tidy tables."""
    values = program.column_values(x)
    held = {key: round(value) for key, value in values.get("at_least", {}).items()}
    upgraded = {key for key, value in values.get("upgraded", {}).items() if round(value)}
    mines = []
    for year in case.years:
        for code, block in case.blocks.items():
            options = [k for k in range(1, len(block.options) + 1) if held[code, k, year]]
            if options:
                green = block.green or max(options) > 1 or (code, year) in upgraded
                capacity = block.options[max(options) - 1].capacity
                mines.append((year, code, capacity, _clean(values["output"][code, year]), green))
    flows = [
        (year, source, use, zone, _clean(quantity))
        for name in ("ship", "bring")
        for (source, use, zone, year), quantity in values.get(name, {}).items()
        if _clean(quantity) > 0
    ]
    short = [
        (year, use, zone, _clean(quantity))
        for (use, zone, year), quantity in values.get("shortage", {}).items()
        if _clean(quantity) > 0
    ]
    return Allocation(
        pd.DataFrame(mines, columns=MINES),
        pd.DataFrame(flows, columns=FLOWS).sort_values(FLOWS[:4], ignore_index=True),
        pd.DataFrame(short, columns=SHORTAGE).sort_values(SHORTAGE[:3], ignore_index=True),
    )


def decisions(case: Case, program: Program, plan: Allocation) -> Vector:
    """Return the decisions of a plan as a point of a program, the rest of it 0; the inverse of `allocation`.

    A scale that the case does not offer counts as the largest offered under it.
    """
    x = np.zeros(len(program.columns))
    for column, (name, index) in enumerate(program.columns):
        if name == "at_least":
            block, k, year = index
            held = plan.capacity.get((block, year), 0.0)
            x[column] = held >= case.blocks[block].options[k - 1].capacity > 0
        elif name == "upgraded":
            x[column] = index in plan.green and plan.capacity.get(index) == case.blocks[index[0]].options[0].capacity
    return x


def costs(case: Case, program: Program, x: Vector) -> pd.DataFrame:
    """Return the cost terms by year: year, term, cost_10kcny, discounted_10kcny."""
    values = program.line_values(x)
    rows = [
        (year, term, _money(values[term, year]), _money(values[term, year] * case.discount(year)))
        for year in case.years
        for term in TERMS
        if (term, year) in values
    ]
    return pd.DataFrame(rows, columns=["year", "term", "cost_10kcny", "discounted_10kcny"])


def _clean(value: float) -> float:
    """Round off what is solver noise."""
    return max(0.0, round(value, DIGITS)) + 0.0


def _money(value: float) -> float:
    return round(value, DIGITS) + 0.0
