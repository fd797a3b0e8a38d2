"""Where the stone goes: shipments, outside supply, shortage, and the balance of every zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Case

Link = tuple[str, str, str]


def links(case: Case) -> Iterator[Link]:
    """Yield every (block, use, zone) over which a block can serve a demand."""
    for block in case.blocks.values():
        for use, entry in case.uses.items():
            if block.mineral in entry.served_by:
                yield from ((block.code, use, zone) for zone in case.markets[use])


def outside_links(case: Case) -> list[Link]:
    """Return every (supply, use, zone) over which outside supply can serve the district's own demand."""
    return [
        (supply.code, supply.use, zone)
        for supply in case.supplies.values()
        for zone in case.markets[supply.use]
        if not case.exported(zone) and (not supply.reach or zone in supply.reach)
    ]


def yield_of(case: Case, block: str, use: str) -> float:
    """Return the tonnes of product per tonne mined."""
    return case.uses[use].served_by[case.blocks[block].mineral]


def demanded(case: Case) -> list[tuple[str, str, int]]:
    """Return the index (use, zone, year) of every demand that is not zero."""
    return [key for key, quantity in case.demand.items() if quantity > 0 and key[2] in case.years]


def add_flows(model: Any, case: Case) -> None:
    """Add shipments, outside supply and shortage, and the balance."""
    wanted = set(demanded(case))
    model.ship = pyo.Var(
        [(b, u, z, y) for b, u, z in model.links for y in case.years if (u, z, y) in wanted],
        domain=pyo.NonNegativeReals,
    )
    model.bring = pyo.Var(
        [(s, u, z, y) for s, u, z in outside_links(case) for y in case.years if (u, z, y) in wanted],
        domain=pyo.NonNegativeReals,
    )
    model.shortage = pyo.Var(demanded(case), domain=pyo.NonNegativeReals)
    model.hauled = _hauled(model, case)
    _add_balance(model, case)
    _add_limits(model, case)


def _hauled(model: Any, case: Case) -> dict[int, list[tuple[float, Any]]]:
    """Return how far each quantity of a year is hauled: year → (km, variable)."""
    distance = {(source, zone): case.distance_km(source, zone)
                for source, _, zone in (*links(case), *outside_links(case))}
    hauled: dict[int, list[tuple[float, Any]]] = {year: [] for year in case.years}
    for flow in (model.ship, model.bring):
        for (source, _, zone, year), quantity in flow.items():
            hauled[year].append((distance[source, zone], quantity))
    return hauled


def _add_balance(model: Any, case: Case) -> None:
    reaching: dict[tuple[str, str, int], list[Any]] = {key: [] for key in demanded(case)}
    for flow in (model.ship, model.bring):
        for (_, use, zone, year), quantity in flow.items():
            reaching[use, zone, year].append(quantity)
    model.balance = pyo.Constraint(
        demanded(case),
        rule=lambda m, u, z, y: pyo.quicksum(reaching[u, z, y]) + m.shortage[u, z, y] == m.given["demand", u, z, y],
    )


def _add_limits(model: Any, case: Case) -> None:
    drawn: dict[tuple[str, int], list[Any]] = {}
    for (code, _, _, year), quantity in model.bring.items():
        drawn.setdefault((code, year), []).append(quantity)
    model.supply_limit = pyo.Constraint(
        list(drawn), rule=lambda m, s, y: pyo.quicksum(drawn[s, y]) <= m.given["supply", s, y]
    )
