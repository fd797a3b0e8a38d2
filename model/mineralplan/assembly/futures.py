"""How the years may turn out otherwise than expected: the figures of a case."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic_core import PydanticCustomError

from mineralplan.assembly.context import Context
from mineralplan.inputs.documents import Key
from mineralplan.inputs.faults import Message, message, one_of
from mineralplan.inputs.numbers import number
from mineralplan.inputs.units import UnitError, factor
from mineralplan.unknowns import Futures

UNITS = {
    "demand": "0/1", "demand_scatter": "log", "stoppage_probability": "share", "stoppage_least": "share",
    "stoppage_most": "share", "delay_probability": "share", "delay_most": "a", "resource_spread": "log",
    "exploration_success": "share", "exploration_spread": "log", "import_price_volatility": "log",
    "import_price_reversion": "share", "keep": "10kcny/a",
}
"""Every parameter and its unit; ``log`` is a standard deviation of a logarithm, ``0/1`` is no or yes."""
AT_MOST_ONE, WHOLE = ("share", "0/1"), ("0/1", "a")


@dataclass(frozen=True)
class _Given:
    """What was given so far.

    Attributes
    ----------
    values : dict of str to float
    lines : dict of str to (int or None)
        Where a value stands: the line of the table, None where the scenario says it.
    refused : set of str
        Parameters at fault, of which nothing more can be said.
    """

    values: dict[str, float] = field(default_factory=dict)
    lines: dict[str, int | None] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def put(self, name: str, value: float, line: int | None) -> Message | None:
        """Take a value; return what it should be where it may not be what it is."""
        wrong = _out_of_bounds(name, value)
        if wrong is None:
            self.values[name], self.lines[name] = value, line
        else:
            self.refused.add(name)
        return wrong


def assemble_futures(ctx: Context) -> Futures:
    """Return the parameters of ``futures.csv`` with the scenario's changes; what neither names does not happen."""
    given = _Given()
    _read_table(ctx, given)
    for path, value in ctx.sources.layers.values.items():
        if path[0] == "futures":
            _change(ctx, given, path, value)
    _check_order(ctx, given)
    return Futures(**given.values)


def _read_table(ctx: Context, given: _Given) -> None:
    table = ctx.region.futures
    given.refused.update(table.refused)
    for placed in table.placed:
        row = placed.row
        if not ctx.known(table, placed, "parameter", UNITS):
            continue
        unit = UNITS[row.parameter]
        try:
            value = row.value * factor(row.unit, unit)
        except UnitError:
            ctx.faults.add(table.file, placed.line, f"unit ({row.parameter})", message("unit", unit=unit),
                           repr(row.unit))
            given.refused.add(row.parameter)
            continue
        wrong = given.put(row.parameter, value, placed.line)
        if wrong is not None:
            ctx.faults.add(table.file, placed.line, f"value ({row.parameter})", wrong, row.value)


def _change(ctx: Context, given: _Given, path: Key, value: object) -> None:
    """Lay one figure of the scenario over the table's."""
    name = ".".join(map(str, path[1:]))
    if name not in UNITS:
        ctx.fault(path, one_of(UNITS, name), repr(name))
        return
    try:
        figure = number(value)
    except PydanticCustomError as error:
        ctx.fault(path, message(error.type.removeprefix("fault_"), **(error.context or {})), repr(value))
        return
    wrong = given.put(name, figure, None)
    if wrong is not None:
        ctx.fault(path, wrong, value)


def _out_of_bounds(name: str, value: float) -> Message | None:
    """Return what a parameter should be, or None where it may be what it is."""
    unit = UNITS[name]
    if value < 0:
        return message("bound", sign="≥", value=0)
    if unit in AT_MOST_ONE and value > 1:
        return message("bound", sign="≤", value=1)
    return message("whole") if unit in WHOLE and value != int(value) else None


def _check_order(ctx: Context, given: _Given) -> None:
    """Refuse a stoppage whose least is above its most; the scenario is to blame where it set one of them."""
    names = ("stoppage_most", "stoppage_least")
    most, least = (given.values.get(name, 0.0) for name in names)
    if least <= most or given.refused.intersection(names):
        return
    said = [name for name in names if name in given.lines]
    blamed = next((name for name in said if given.lines[name] is None), said[0])
    sign, other = ("≥", least) if blamed == "stoppage_most" else ("≤", most)
    expected, line = message("bound", sign=sign, value=f"{other:g}"), given.lines[blamed]
    if line is None:
        ctx.fault(("futures", blamed), expected, given.values[blamed])
    else:
        ctx.faults.add(ctx.region.futures.file, line, f"value ({blamed})", expected, given.values[blamed])
