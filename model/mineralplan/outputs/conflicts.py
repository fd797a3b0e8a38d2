"""Where observed years are at odds with the plan's clauses, the working rate or the projected demand."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mineralplan.assembly.actuals import below_rate
from mineralplan.case import Case
from mineralplan.outputs.tables import Tables

COLUMNS = ["year", "kind", "rule", "item", "block", "nature", "limit", "value", "amount", "unit", "clause"]
ROOM = 1e-6
Row = tuple[int, str, str, str, str, str, float, float, float, str, str]


def conflicts(case: Case, tables: Tables) -> pd.DataFrame:
    """Return what was missed in observed years, one row each.

    Parameters
    ----------
    case : Case
    tables : Tables
        Of a plan of the case.

    Returns
    -------
    pandas.DataFrame
        By year and kind: ``clause`` (a requirement that was missed: its limit, the value, by how much),
        ``working_rate`` (a licensed mine that gave less than its least output, or stood still) and ``unsold`` (output
        for which the projection has no use: the output, what was shipped of it, the rest). All in ``unit``.
    """
    rows = [*_clauses(case, tables), *_below_rate(case), *_unsold(case, tables)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("year", kind="stable", ignore_index=True)


def _clauses(case: Case, tables: Tables) -> Iterator[Row]:
    card = tables.scorecard
    missed = card[card["year"].isin(case.observed_years) & ~card["holds"].astype(bool)]
    for row in missed.to_dict("records"):
        yield (row["year"], "clause", row["rule"], row["item"], "", row["nature"], row["limit"], row["value"],
               -row["margin"], row["unit"], row["clause"])


def _below_rate(case: Case) -> Iterator[Row]:
    rate = case.economics.working_rate
    for code, year, _ in below_rate(case.observed, rate):
        seen = case.observed[code, year]
        least = rate * seen.capacity
        yield (year, "working_rate", "", "", code, "", least, seen.output, least - seen.output, _unit(case, code), "")


def _unsold(case: Case, tables: Tables) -> Iterator[Row]:
    """Yield what observed mines gave beyond what is shipped of it, in tonnes mined."""
    gone: dict[tuple[str, int], float] = {}
    for year, source, use, _, quantity in tables.flows[["year", "source", "use", "zone", "quantity_10kt"]].itertuples(
            index=False):
        if source in case.blocks:
            key = str(source), int(year)
            gone[key] = gone.get(key, 0.0) + quantity / case.uses[use].served_by[case.blocks[source].mineral]
    for (code, year), seen in case.observed.items():
        left = seen.output - gone.get((code, year), 0.0)
        if left > ROOM:
            yield (year, "unsold", "", "", code, "", seen.output, seen.output - left, left, _unit(case, code), "")


def _unit(case: Case, code: str) -> str:
    return case.minerals[case.blocks[code].mineral].unit
