"""What a mine can give: output within capacity and resource, shipments within what is open."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Block, Case
from mineralplan.formulation.flows import yield_of
from mineralplan.formulation.observed import add_observed


def add_mining(model: Any, case: Case) -> None:
    """Add output and its limits."""
    mines = [(b, y) for b in case.blocks for y in case.years]
    model.output = pyo.Var(mines, domain=pyo.NonNegativeReals)

    def usable(m: Any, b: str, y: int) -> Any:
        return m.given["available", b, y] * m.capacity[b, y]

    model.within_capacity = pyo.Constraint(mines, rule=lambda m, b, y: m.output[b, y] <= usable(m, b, y))
    rate = case.economics.working_rate
    if rate > 0:
        model.working_rate = pyo.Constraint(mines, rule=lambda m, b, y: m.output[b, y] >= rate * usable(m, b, y))
    add_observed(model, case)
    _add_shipped(model, case)
    _add_resource(model, case)


def _add_shipped(model: Any, case: Case) -> None:
    """What a block ships, divided by the yield, is its output; what was observed may find no demand."""
    leaving: dict[tuple[str, int], list[Any]] = {(b, y): [] for b in case.blocks for y in case.years}
    for (block, use, _, year), quantity in model.ship.items():
        leaving[block, year].append(quantity / yield_of(case, block, use))
    for mine, quantity in model.unsold.items():
        leaving[mine].append(quantity)
    model.shipped = pyo.Constraint(
        list(leaving), rule=lambda m, b, y: m.output[b, y] == pyo.quicksum(leaving[b, y])
    )


def _add_resource(model: Any, case: Case) -> None:
    """What is mined so far, divided by what can be won of a tonne, is at most the resource known so far.

    One row per block for the whole horizon and one for the year before each addition: between them the resource
    does not change and the later row is the tighter. A merged mine draws on what its parents left; if it never starts,
    its row leaves them what they have, however little it would have itself.
    """
    index = [(b.code, y) for b in case.blocks.values() for y in _resource_years(case, b)]

    def row(m: Any, b: str, y: int) -> Any:
        block = case.blocks[b]
        drawn = sum(
            m.output[code, year] / case.blocks[code].recoverable_share
            for code in (b, *block.parents)
            for year in case.years
            if year <= y
        )
        left = m.given["of_parents", b, y] * (1 - m.begun[b, 1, y]) if block.parents else 0.0
        return drawn <= m.given["resource", b, y] + left

    model.resource = pyo.Constraint(index, rule=row)


def _resource_years(case: Case, block: Block) -> list[int]:
    steps = {year for code in (block.code, *block.parents) for year, _ in case.blocks[code].additions}
    return sorted({case.years[-1], *(year - 1 for year in steps if case.years[0] < year <= case.years[-1])})


def add_strong_links(model: Any, case: Case) -> None:
    """A shipment is at most min(demand, capacity) × open, option by option.

    Implied by capacity for whole mines; for fractions of mines it is what makes the linear relaxation tight.
    """

    def row(m: Any, b: str, u: str, z: str, y: int) -> Any:
        block, gain = case.blocks[b], yield_of(case, b, u)
        reach = [0.0, *(m.given["reach", u, z, y, gain * option.capacity] for option in block.options)]
        steps = ((high - low) * m.at_least[b, k, y] for k, (low, high) in enumerate(pairwise(reach), start=1))
        return m.ship[b, u, z, y] <= sum(steps)

    model.strong_link = pyo.Constraint(list(model.ship), rule=row)
