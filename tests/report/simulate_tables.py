"""Tables of a simulation that hang together, made by a simple rule of the test's own: nothing is solved.

Each use is served by its first mineral. A mineral's mines are opened one after another, when a policy sees need: at
once, a year or two late, in fixed years. What they cannot give is imported up to a part of the demand; the rest is
short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.case import Case

POLICIES = ("perfect", "rolling", "rolling_free", "published", "rule")
LATE = {"perfect": 0, "rolling": 1, "rolling1": 2, "rolling3": 1, "rolling5": 1, "rolling_free": 1, "rule": 2}
IMPORTED, RECYCLED = 0.25, 0.08
PRICES = {"local_10kt": 25, "imported_10kt": 60, "shortage_10kt": 300}
POLICY_COLUMNS = ["future", "policy", "cost_10kcny", "regret_10kcny", "regret_share", "shortage_10kt",
                  "export_short_10kt", "licences", "expansions", "merges", "closures", "changes", "below_rate",
                 "missed", "audit", "gap"]
BALANCE = ["policy", "future", "year", "use", "demand_10kt", "local_10kt", "recycled_10kt", "imported_10kt",
           "shortage_10kt"]
LANDBANK = ["policy", "future", "year", "mineral", "output_10kt", "capacity_10kt_a", "mines", "landbank_years"]
INDICATORS = ["policy", "future", "year", "rule", "item", "nature", "unit", "sense", "limit", "value", "holds"]
ACTIONS = ["policy", "future", "year", "block", "action", "capacity_10kt_a"]
EVENTS = ["future", "year", "kind", "item", "value"]
FORECASTS = ["ahead", "use", "mean_error", "p90_error", "count"]
SAID: dict[str, Any] = {"scenario": "made", "look_ahead": 5, "seed": 1, "keep_10kcny": 30.0, "wanted_gap": 0.005,
                        "statuses": {}, "seconds": 1.0}


def said(policies: Sequence[str] = POLICIES, futures: int = 20) -> dict[str, Any]:
    return {**SAID, "policies": list(policies), "futures": futures}


def made(case: Case, policies: Sequence[str] = POLICIES, futures: int = 20, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return the tables of a simulation."""
    courses = [Course(case, policy, future, seed) for future in range(futures) for policy in policies]
    tables = {
        "balance": pd.DataFrame(list(chain(*(course.balance for course in courses))), columns=BALANCE),
        "landbank": pd.DataFrame(list(chain(*(course.landbank for course in courses))), columns=LANDBANK),
        "actions": pd.DataFrame(list(chain(*(course.actions for course in courses))), columns=ACTIONS),
        "events": pd.DataFrame(list(chain(*(events(case, future, seed) for future in range(futures)))), columns=EVENTS),
        "forecasts": pd.DataFrame([(ahead, use, 0.02 * ahead, 0.04 * ahead, futures) for ahead in range(1, 6)
                                   for use in case.uses], columns=FORECASTS),
    }
    tables["indicators"] = pd.DataFrame(list(indicators(case, tables["landbank"])), columns=INDICATORS)
    tables["policies"] = _policies(courses, tables["indicators"])
    tables["summary"] = _summary(tables["policies"])
    return tables


class Course:
    """One policy in one future."""

    def __init__(self, case: Case, policy: str, future: int, seed: int) -> None:
        self.case, self.policy, self.future = case, policy, future
        self.balance: list[tuple[Any, ...]] = []
        self.landbank: list[tuple[Any, ...]] = []
        self.actions: list[tuple[Any, ...]] = []
        self.served = {use: next(iter(entry.served_by), "") for use, entry in case.uses.items()}
        self.demand = true_demand(case, future, seed)
        for mineral in case.minerals:
            if case.blocks_of(mineral):
                self._mine(mineral)

    def _mine(self, mineral: str) -> None:
        blocks = self.case.blocks_of(mineral)
        working = [block for block in blocks if block.existing]
        spare = sorted((block for block in blocks if not block.existing), key=lambda block: block.code)
        left = sum(block.resource * block.recoverable_share for block in working)
        uses = [use for use, served in self.served.items() if served == mineral]
        for i, year in enumerate(self.case.years):
            seen = self.case.years[max(0, i - LATE.get(self.policy, 1))]
            need = sum(self.demand[use][seen] for use in uses)
            capacity = sum(block.options[0].capacity for block in working)
            wanted = i % 4 == 1 if self.policy == "published" else need * (1 - RECYCLED - IMPORTED / 2) > capacity
            if spare and wanted:
                block = spare.pop(0)
                working.append(block)
                left += block.resource * block.recoverable_share
                capacity += block.options[0].capacity
                self.actions.append((self.policy, self.future, year, block.code, "license", block.options[0].capacity))
            output = min(capacity * 0.95, left, need * (1 - RECYCLED))
            left -= output
            self.landbank.append((self.policy, self.future, year, mineral, output, capacity, len(working),
                                  left / output if output else np.nan))
            self._share_out(uses, year, output)

    def _share_out(self, uses: Sequence[str], year: int, output: float) -> None:
        total = sum(self.demand[use][year] for use in uses) or 1.0
        for use in uses:
            demand = self.demand[use][year]
            local = min(output * demand / total, demand * (1 - RECYCLED))
            imported = min(demand * IMPORTED, demand * (1 - RECYCLED) - local)
            short = demand * (1 - RECYCLED) - local - imported
            self.balance.append((self.policy, self.future, year, use, demand, local, demand * RECYCLED, imported,
                                 short))


def true_demand(case: Case, future: int, seed: int) -> dict[str, dict[int, float]]:
    """Return the district's demand by use and year, wandering off the forecast."""
    found: dict[str, dict[int, float]] = {}
    for place, use in enumerate(case.uses):
        random = np.random.default_rng((seed, future, place))
        factor = np.exp(np.cumsum(random.normal(0, 0.05, len(case.years))))
        found[use] = {
            year: float(wander) * sum(quantity for (name, zone, when), quantity in case.demand.items()
                                      if (name, when) == (use, year) and not case.exported(zone))
            for year, wander in zip(case.years, factor, strict=True)
        }
    return found


def events(case: Case, future: int, seed: int) -> Iterator[tuple[Any, ...]]:
    random, price = np.random.default_rng((seed, future)), 0.0
    for year in case.years:
        for block in case.blocks:
            if random.random() < 0.05:
                yield future, year, "stoppage", block, float(random.uniform(0.15, 0.6))
        price = 0.7 * price + 0.08 * random.normal()
        yield future, year, "import_price", "", float(np.exp(price))
    for block, entry in case.blocks.items():
        if not entry.existing and random.random() < 0.35:
            yield future, entry.earliest or case.years[0], "delay", block, float(random.integers(1, 4))
        yield future, case.years[0], "resource", block, float(np.exp(0.12 * random.normal()) - 1)


def indicators(case: Case, landbank: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the indicators of number, caps and structure as far as the made mines have them."""
    for (policy, future, year), rows in landbank.groupby(["policy", "future", "year"], sort=False):
        values = {("output_cap", row.mineral): row.output_10kt for row in rows.itertuples()}
        values["mine_count", "all"] = float(rows["mines"].sum())
        values["size_share", "all"] = 0.35 + 0.02 * (case.years.index(year)) + 0.01 * (future % 4)
        values |= {("area_capacity", area): 0.4 * float(rows["capacity_10kt_a"].max()) for area in case.areas}
        for (rule, item), value in values.items():
            entry = case.rules.get(rule, {}).get(item)
            limit = None if entry is None else entry.schedule.at(year)
            if entry is not None and limit is not None:
                sense = ">=" if rule == "size_share" else "<="
                holds = value >= limit if sense == ">=" else value <= limit
                yield (policy, future, year, rule, item, entry.nature_in(year), entry.unit, sense, limit, value, holds)


def _policies(courses: Sequence[Course], found: pd.DataFrame) -> pd.DataFrame:
    broken = found[(found["nature"] == "binding") & ~found["holds"].astype(bool)] if len(found) else found
    missed = broken.groupby(["policy", "future"]).size() if len(broken) else {}
    rows = []
    for course in courses:
        sums = pd.DataFrame(course.balance, columns=BALANCE)
        more = 0.0 if course.policy == "perfect" else 900.0 * (1 + sum(map(ord, course.policy)) % 5)
        cost = more + sum(price * sums[name].sum() for name, price in PRICES.items())
        rows.append((course.future, course.policy, cost, np.nan, np.nan, sums["shortage_10kt"].sum(), 0.0,
                     len(course.actions), 0, 0, 0, 0 if course.policy == "perfect" else course.future % 3,
                     0, missed.get((course.policy, course.future), 0), "holds",
                     0.004 if course.policy == "perfect" else np.nan))
    table = pd.DataFrame(rows, columns=POLICY_COLUMNS)
    perfect = table[table["policy"] == "perfect"].set_index("future")["cost_10kcny"]
    if len(perfect):
        # Nobody does better than who knows the future.
        least = table.groupby("future")["cost_10kcny"].min()
        table.loc[table["policy"] == "perfect", "cost_10kcny"] = least.to_numpy()
        table["regret_10kcny"] = table["cost_10kcny"] - table["future"].map(least)
        table["regret_share"] = table["regret_10kcny"] / table["future"].map(least)
    return table


def _summary(policies: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for policy, group in policies.groupby("policy", sort=False):
        for measure in POLICY_COLUMNS[2:]:
            if measure != "audit" and group[measure].notna().any():
                values = group[measure].dropna()
                low, middle, high = values.quantile([0.1, 0.5, 0.9])
                rows.append((policy, measure, values.mean(), low, middle, high, len(values)))
    return pd.DataFrame(rows, columns=["policy", "measure", "mean", "p10", "p50", "p90", "futures"])
