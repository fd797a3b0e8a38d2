"""The economic parameters of a case."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic_core import PydanticCustomError

from mineralplan.assembly.context import Context
from mineralplan.economics import Economics
from mineralplan.inputs.documents import Key
from mineralplan.inputs.faults import Message, message, one_of
from mineralplan.inputs.numbers import number
from mineralplan.inputs.tables import key_of

LEAST, MOST = {"capital_life": 1.0, "detour": 1.0}, {"working_rate": 1.0}
"""Bounds of single parameters; no other is negative."""
SINGLE = {"discount_rate", "capital_life", "haul", "loading", "detour", "working_rate", "green_upgrade",
          "carbon_price", "haul_carbon"}
"""Parameters that are one figure; the others are by mineral or use."""


def assemble_economics(ctx: Context) -> Economics:
    """Return the economic parameters with the scenario's changes."""
    table, known = ctx.region.economics, {entry.name for entry in fields(Economics)}
    figures: dict[str, Any] = {name: {} for name in known - SINGLE}
    items = {*ctx.plan.minerals, *ctx.plan.uses}
    for placed in table.placed:
        row = placed.row
        if not ctx.known(table, placed, "parameter", known):
            continue
        wrong = _out_of_bounds(row.parameter, row.value)
        if wrong:
            ctx.faults.add(table.file, placed.line, f"value ({key_of(row)})", wrong, row.value)
            continue
        if row.parameter in SINGLE:
            figures[row.parameter] = row.value
        elif ctx.known(table, placed, "item", items):
            figures[row.parameter][row.item] = row.value
    for path, value in ctx.sources.layers.values.items():
        if path[0] == "economics":
            _economic_change(ctx, figures, path, value, known)
    return Economics(**figures)


def _economic_change(ctx: Context, figures: dict[str, Any], path: Key, value: Any, known: set[str]) -> None:
    name = str(path[1]) if len(path) > 1 else ""
    if name not in known:
        ctx.fault(path[:2], one_of(known, name), repr(name))
        return
    try:
        figure = number(value)
    except PydanticCustomError as error:
        ctx.fault(path, message(error.type.removeprefix("fault_"), **(error.context or {})), repr(value))
        return
    wrong = _out_of_bounds(name, figure)
    if wrong is not None:
        ctx.fault(path, wrong, value)
    elif name in SINGLE and len(path) == 2:
        figures[name] = figure
    elif name not in SINGLE and len(path) == 3 and path[2] in figures[name]:
        figures[name][path[2]] = figure
    else:
        names = [name] if name in SINGLE else [f"{name}.{item}" for item in figures[name]]
        ctx.fault(path, one_of(names, ".".join(map(str, path[1:]))), ".".join(map(str, path)))


def _out_of_bounds(name: str, value: float) -> Message | None:
    """Return what a parameter should be, or None where it may be what it is."""
    least, most = LEAST.get(name, 0.0), MOST.get(name, float("inf"))
    if value < least:
        return message("bound", sign="≥", value=f"{least:g}")
    return message("bound", sign="≤", value=f"{most:g}") if value > most else None
