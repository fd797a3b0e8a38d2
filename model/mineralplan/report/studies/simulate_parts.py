"""Clauses missed, forecasts gone wrong and what happened in the futures: the tables of a simulation's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.report.notices import unit_text
from mineralplan.report.studies.robust_text import rows_of
from mineralplan.rules.rule import item_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
Part = tuple[str, tuple[list[str], list[list[str]]] | None]
"""A sentence, and a table of header and rows."""
MOST_CLAUSES, MOST_USES, MOST_YEARS = 15, 6, 6
"""Rows and columns on the page; the CSV files hold them all."""
KINDS: dict[str, Callable[[float], str]] = {
    "stoppage": "{:.0%}".format, "delay": "{:.1f}".format, "resource": "{:+.0%}".format, "exploration": "{:.0%}".format,
    "import_price": "{:.2f}".format,
}
"""What can happen, and how its value is written."""


def missed_clauses(tables: Tables) -> pd.DataFrame:
    """Return the binding requirements that were not kept, one row per policy, rule and item.

    Returns
    -------
    pandas.DataFrame
        policy, rule, item, futures (in which it is missed), first, last (year), value and limit where it is missed
        by most, unit.
    """
    table = tables["indicators"]
    missed = table[(table["nature"] == "binding") & ~table["holds"].astype(bool)]
    rows = []
    for (policy, rule, item), group in missed.groupby(["policy", "rule", "item"], sort=False):
        worst = group.iloc[int((group["value"] - group["limit"]).abs().to_numpy().argmax())]
        rows.append((policy, rule, item, group["future"].nunique(), group["year"].min(), group["year"].max(),
                     worst["value"], worst["limit"], worst["unit"]))
    columns = ["policy", "rule", "item", "futures", "first", "last", "value", "limit", "unit"]
    return pd.DataFrame(rows, columns=columns).sort_values("futures", ascending=False, kind="stable")


def clause_part(case: Case, tables: Tables, names: Mapping[str, str], lang: str) -> Part:
    """Return which binding clauses each policy does not keep, most often first.

    Parameters
    ----------
    names : mapping of str to str
        What people call each policy.
    """
    found = missed_clauses(tables)
    if found.empty:
        return say("simulate.clauses_kept", lang), None
    columns = ("policy", "rule", "item", "futures", "years", "worst")
    rows = [
        [names[row.policy], say(f"rules.{row.rule}.name", lang), item_label(case, str(row.item), lang),
         str(row.futures), str(row.first) if row.first == row.last else f"{row.first}–{row.last}",
         _against(row, lang)]
        for row in rows_of(found.head(MOST_CLAUSES))
    ]
    sentence = say("simulate.clauses_are" if len(found) <= MOST_CLAUSES else "simulate.clauses_first", lang,
                   count=len(rows), all=len(found))
    return sentence, ([say(f"simulate.column.{name}", lang) for name in columns], rows)


def _against(row: Any, lang: str) -> str:
    """Return a value and its limit with their unit, shares in per cent."""
    if row.unit == "share":
        return say("simulate.against", lang, value=f"{row.value:.1%}", limit=f"{row.limit:.1%}")
    limit = f"{row.limit:,.4g} {unit_text(row.unit, lang)}"
    return say("simulate.against", lang, value=f"{row.value:,.4g}", limit=limit)


def forecast_part(case: Case, tables: Tables, lang: str) -> Part:
    """Return how far forecasts were off by years ahead, for the uses with most demand."""
    table = tables["forecasts"]
    if table.empty:
        return say("simulate.no_forecasts", lang), None
    wanted = tables["balance"].groupby("use")["demand_10kt"].sum().sort_values(ascending=False, kind="stable")
    there = set(table["use"])
    uses = [str(use) for use in wanted.index if use in there][:MOST_USES]
    every = sorted(set(table["ahead"]))
    # All of the near years, then the last one.
    ahead = every if len(every) <= MOST_YEARS else [*every[: MOST_YEARS - 1], every[-1]]
    known = {(str(row.use), row.ahead): row for row in rows_of(table)}
    rows = [
        [case.uses[use].text(lang), *(_error(known.get((use, years)), lang) for years in ahead)] for use in uses
    ]
    header = [say("simulate.column.use", lang), *(say("simulate.ahead", lang, years=years) for years in ahead)]
    return say("simulate.forecasts_are", lang), (header, rows)


def _error(row: Any, lang: str) -> str:
    return "–" if row is None else say("simulate.error", lang, mean=f"{row.mean_error:.1%}", p90=f"{row.p90_error:.1%}")


def event_part(tables: Tables, lang: str) -> Part:
    """Return what happened in a future on average, by kind."""
    table, futures = tables["events"], tables["policies"]["future"].nunique()
    rows = []
    for kind, written in KINDS.items():
        values = table.loc[table["kind"] == kind, "value"]
        if len(values):
            low, middle, high = (written(float(values.quantile(share))) for share in (0.1, 0.5, 0.9))
            rows.append([say(f"simulate.event.{kind}", lang), f"{len(values) / futures:,.1f}", low, middle, high])
    if not rows:
        return say("simulate.no_events", lang), None
    columns = ("event", "per_future", "p10", "p50", "p90")
    return say("simulate.events_are", lang), ([say(f"simulate.column.{name}", lang) for name in columns], rows)
