"""The demand chain of a case: its quantities, its terms, and where the uses are consumed."""

from __future__ import annotations

from mineralplan.assembly.context import Context
from mineralplan.assembly.drivers import COMPUTED
from mineralplan.assembly.works import assemble_shares
from mineralplan.demand.chain import BOTTOM_UP, ESTIMATORS, PEOPLE, Term, of_estimator, reachable
from mineralplan.demand.model import GIVEN, Quantity
from mineralplan.demand.reconciliation import headline
from mineralplan.inputs.faults import Message, message, one_of
from mineralplan.inputs.numbers import number
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import ChainRow
from mineralplan.inputs.tables import Placed


def assemble_quantities(ctx: Context) -> dict[str, Quantity]:
    """Return what the demand model computes; a use has the unit that the plan gives it."""
    table = ctx.region.quantities
    for placed in table.placed:
        row, use = placed.row, ctx.plan.uses.get(placed.row.quantity)
        if use is not None and use.unit != row.unit:
            ctx.faults.add(table.file, placed.line, f"unit ({row.quantity})", one_of([use.unit], ""), repr(row.unit))
    return {row.quantity: Quantity(Label(zh=row.name_zh, en=row.name_en), row.unit) for row in table.rows}


def assemble_terms(ctx: Context, parameters: set[str], quantities: set[str]) -> tuple[Term, ...]:
    """Return the terms of the chain; each follows from what stands above it, and every use is reached."""
    table = ctx.region.chain
    known: dict[str, set[str]] = {estimator: set(GIVEN) for estimator in ESTIMATORS}
    used: dict[tuple[str, str], int] = {}
    named = {*quantities, *ctx.region.quantities.refused}
    terms = []
    for placed in table.placed:
        row = placed.row
        own = [row.estimator] if row.estimator else list(ESTIMATORS)
        above = known[row.estimator or BOTTOM_UP]
        sound = not row.of or ctx.known(table, placed, "of", above)
        sound &= ctx.known(table, placed, "quantity", named - set(GIVEN))
        factor = _factor(ctx, placed, parameters)
        if row.of and row.split:
            _fault(ctx, placed, "split", message("blank_with", column="of"), row.split)
        for estimator in own:
            # What stands below a row is not yet in the quantity that the row takes.
            if sound and (estimator, row.quantity) in used:
                _fault(ctx, placed, "quantity", message("above_use", line=used[estimator, row.quantity]), row.quantity)
            if sound:
                used.setdefault((estimator, row.of), placed.line)
            if not sound or not row.of or row.of in known[estimator]:
                known[estimator].add(row.quantity)
        if factor is not None:
            terms.append(Term(row.estimator, row.quantity, row.of, factor, row.split or PEOPLE, row.source))
    if parameters and all(fault.file != table.file for fault in ctx.faults.found):
        if not headline(terms):
            ctx.faults.add(table.file, None, "estimator", message("three_estimators"), "–")
        reached = reachable(of_estimator(terms, BOTTOM_UP), GIVEN)
        for use in ctx.plan.uses:
            if use not in reached:
                ctx.faults.add(table.file, None, use, message("rows_of", file=table.file), "–")
    return tuple(terms)


def _factor(ctx: Context, placed: Placed[ChainRow], parameters: set[str]) -> float | str | None:
    """Return a figure, or the name of a parameter that exists."""
    text = placed.row.factor
    if text in parameters or text in COMPUTED:
        return text
    try:
        return number(text)
    except ValueError:
        if parameters:
            _fault(ctx, placed, "factor", one_of({*parameters, *COMPUTED}, text), text)
        return None


def _fault(ctx: Context, placed: Placed[ChainRow], column: str, expected: Message, found: object) -> None:
    row = placed.row
    ctx.faults.add(ctx.region.chain.file, placed.line, f"{column} ({row.quantity} {row.of})".replace(" )", ")"),
                   expected, repr(found))


def assemble_people(ctx: Context) -> dict[str, dict[str, float]]:
    """Return the shares of the townships in all, urban and rural people; empty where there is nobody."""
    towns = {code: zone for code, zone in ctx.zones.items() if zone.kind == "township"}
    counts = {
        "population": {code: zone.population for code, zone in towns.items()},
        "urban": {code: zone.urban_population for code, zone in towns.items()},
        "rural": {code: zone.population - zone.urban_population for code, zone in towns.items()},
    }
    table = ctx.region.zones
    for name, count in counts.items():
        if not sum(count.values()) and towns:
            column = "population" if name == "population" else "urban_population"
            bound = message("bound", sign="<" if name == "rural" else ">", value="population" if name == "rural" else 0)
            ctx.faults.add(table.file, None, column, bound, f"{sum(counts['urban'].values()):g}")
            return {}
    return {name: {code: part / sum(count.values()) for code, part in count.items()} for name, count in counts.items()}


def assemble_places(ctx: Context) -> dict[str, dict[str, float]]:
    """Return the shares of the townships by use, for uses consumed at plants."""
    return assemble_shares(ctx, ctx.region.places, "use", ctx.plan.uses)
