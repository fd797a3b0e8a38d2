"""The tables of a simulation, from what every course came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.case import Case
from mineralplan.simulation.futures import Future, events
from mineralplan.simulation.knowledge import Knowledge

POLICIES = ["future", "policy", "cost_10kcny", "regret_10kcny", "regret_share", "shortage_10kt", "export_short_10kt",
            "licences", "expansions", "merges", "closures", "changes", "below_rate", "missed", "audit", "gap"]
EVENTS = ["future", "year", "kind", "item", "value"]
FORECASTS = ["ahead", "use", "mean_error", "p90_error", "count"]
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
ACTIONS = {"licences": "license", "expansions": "expand", "merges": "merge", "closures": "close"}
Answer = Mapping[str, Any]


def policies_table(answers: Sequence[Answer], foreseen: str) -> pd.DataFrame:
    """Return one row per future and policy; regret is against the policy named ``foreseen``."""
    best = {answer["future"]: answer["cost"] for answer in answers if answer["policy"] == foreseen}
    rows = []
    for answer in sorted(answers, key=lambda one: one["future"]):
        own, tables, least = answer["cost"], answer["tables"], best.get(answer["future"], np.nan)
        counts = tables["actions"]["action"].value_counts()
        rows.append((
            answer["future"], answer["policy"], own, own - least, (own - least) / abs(least) if least else np.nan,
            tables["balance"]["shortage_10kt"].sum(), tables["exports"]["shortage_10kt"].sum(),
            *(int(counts.get(action, 0)) for action in ACTIONS.values()),
            answer["changes"], len(answer["idle"]), answer["missed"], answer["audit"], answer.get("gap", np.nan),
        ))
    return pd.DataFrame(rows, columns=POLICIES)


def stacked(answers: Sequence[Answer], name: str) -> pd.DataFrame:
    """Return a table of every course, one under the other."""
    parts: list[pd.DataFrame] = [answer["tables"][name] for answer in answers]
    # One without rows would make figures of the others objects.
    return pd.concat([part for part in parts if not part.empty] or parts, ignore_index=True)


def summary_table(policies: pd.DataFrame) -> pd.DataFrame:
    """Return mean and quantiles over the futures, by policy and measure."""
    measures = [name for name in POLICIES if name not in ("future", "policy", "audit", "gap")]
    rows = []
    for policy, own in policies.groupby("policy", sort=False):
        for measure in measures:
            values = own[measure].dropna().astype(float)
            if len(values):
                rows.append((policy, measure, values.mean(), *values.quantile([*QUANTILES.values()]), len(values)))
    return pd.DataFrame(rows, columns=["policy", "measure", "mean", *QUANTILES, "futures"])


def bands_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return quantiles over the futures, by policy and year: balance by use, landbank by mineral, indicators.

    Supply is the district's own: local and recycled.
    """
    balance = tables["balance"].assign(supply_10kt=lambda t: t["local_10kt"] + t["recycled_10kt"])
    parts = [
        _bands(balance, f"{measure}_10kt", measure, "use") for measure in ("demand", "supply", "imported", "shortage")
    ]
    parts.append(_bands(tables["landbank"], "landbank_years", "landbank", "mineral"))
    indicators = tables["indicators"].assign(named=lambda t: t["rule"] + " " + t["item"])
    parts.append(_bands(indicators, "value", "indicator", "named"))
    return pd.concat([part for part in parts if not part.empty], ignore_index=True)


def _bands(table: pd.DataFrame, column: str, measure: str, item: str) -> pd.DataFrame:
    groups = table.assign(**{column: table[column].astype(float)}).groupby(["policy", "year", item], sort=False)[column]
    if table.empty:  # a plan without rules has no indicators
        return pd.DataFrame()
    found = groups.quantile(np.array([*QUANTILES.values()])).unstack()
    found.columns = pd.Index([*QUANTILES])
    found = found.reset_index().rename(columns={item: "item"}).dropna(subset=[*QUANTILES])
    found.insert(2, "measure", measure)
    return found


def events_table(case: Case, futures: Sequence[Future]) -> pd.DataFrame:
    """Return what came otherwise than expected, the same for every policy."""
    return pd.DataFrame(events(case, futures), columns=EVENTS)


def forecasts_table(case: Case, futures: Sequence[Future]) -> pd.DataFrame:
    """Return how far forecasts of the district's demand were off, by years ahead of the last that was known."""
    errors: dict[tuple[int, str], list[float]] = {}
    for future in futures:
        for key, error in _errors(Knowledge(case, future)):
            errors.setdefault(key, []).append(error)
    order = {use: n for n, use in enumerate(case.uses)}
    rows = [
        (ahead, use, float(np.mean(own)), float(np.quantile(own, 0.9)), len(own))
        for (ahead, use), own in sorted(errors.items(), key=lambda one: (one[0][0], order[one[0][1]]))
    ]
    return pd.DataFrame(rows, columns=FORECASTS)


def _errors(knowledge: Knowledge) -> Iterator[tuple[tuple[int, str], float]]:
    """Yield years ahead and use, with the error of the forecast as a share of what came."""
    case = knowledge.case
    true = _by_use(knowledge.true)
    first = case.observed_years[-1] if case.observed_years else case.years[0] - 1
    for year in range(first, case.years[-1]):
        seen = _by_use(knowledge.by(year))
        for (use, later), came in true.items():
            if later > year and came > 0:
                yield (later - year, use), abs(seen.get((use, later), 0.0) - came) / came


def _by_use(case: Case) -> dict[tuple[str, int], float]:
    total: dict[tuple[str, int], float] = {}
    for (use, zone, year), quantity in case.demand.items():
        if not case.exported(zone):
            total[use, year] = total.get((use, year), 0.0) + quantity
    return total
