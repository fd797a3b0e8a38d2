"""Incremental service location as a case: p_t facilities open in year t, n_t customers are served at least.

A facility is a block without capital, a customer j in year y the zone ``Cj@y`` with a demand of 1 in that year only, so
that the price of serving it, which changes by year, is a route of its own. `new_licences` says that no more than p_t
open, `supply_guarantee` that n_t are served. What a mining plan does not know are three rules that live here:

* `OpeningsReached`: no fewer than p_t open,
* `StaysServed`: who was served stays served,
* `OpeningPrice`: what opening costs in its year, as the penalty of an expected indicator that wants no opening.

**Why shares of customers do no harm.** Take the open facilities as given. A customer in a year then has one price, that
of the nearest open facility. Let s[j,t] ≥ 0 be the share of customer j whose service begins in t. Its rows are
Σ_t s[j,t] ≤ 1, one per customer, and Σ_j Σ_{t≤y} s[j,t] ≥ n_y, one per year. The supports of the first are disjoint,
those of the second nested: two laminar families, whose matrix is totally unimodular (Edmonds 1970), so with whole n_y
some best s is whole. The best plan with shares is therefore as dear as the best without.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from instances import text

from mineralplan.allocation import Allocation
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.rules import registry
from mineralplan.rules.new_licences import licensed_in
from mineralplan.rules.rule import Requirement, Rule, exact
from tiny import BASE, block, case, indicator, km, label


class OpeningsReached(Rule):
    """New blocks that start in a year ≥ limit."""

    name = "openings_reached"
    items = "all"
    sense = ">="

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        yield "", -sum(model.starts[code, requirement.year] for code in case.blocks), -requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        return licensed_in(case, allocation, requirement.year)


class StaysServed(Rule):
    """Shortage of a customer ≤ limit + its shortage the year before."""

    name = "stays_served"
    items = "use"

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        use, year = requirement.item, requirement.year
        for zone, earlier in _customers(case, year):
            yield zone, model.shortage[use, zone, year] - model.shortage[use, earlier, year - 1], requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        use, year = requirement.item, requirement.year
        return max((exact(sum(allocation.short(use, year, frozenset({zone}))))
                    - exact(sum(allocation.short(use, year - 1, frozenset({earlier}))))
                    for zone, earlier in _customers(case, year)), default=Fraction(0))


def _customers(case: Case, year: int) -> list[tuple[str, str]]:
    """Return the zones of a year with those of the same customers the year before."""
    if year == case.years[0]:
        return []
    return [(zone, f"{zone.partition('@')[0]}@{year - 1}") for zone in case.zones if zone.endswith(f"@{year}")]


class OpeningPrice(Rule):
    """What is paid for the blocks that open in a year ≤ limit; ``prices`` holds (block, year) → price."""

    name = "opening_price"
    items = "all"

    def __init__(self, prices: dict[tuple[str, int], float]) -> None:
        self.prices = prices

    def rows(self, model: Any, case: Case, requirement: Requirement) -> Iterable[tuple[str, Any, float]]:
        year = requirement.year
        yield "", sum(self.prices[code, year] * model.starts[code, year] for code in case.blocks), requirement.limit

    def value(self, case: Case, allocation: Allocation, requirement: Requirement) -> Fraction:
        year = requirement.year
        opened = (code for code in case.blocks if allocation.started(code) == year)
        return sum((exact(self.prices[code, year]) for code in opened), Fraction(0))


def incremental(name: str, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Read an instance and put its rules into the registry.

    The file says: facilities, customers, years; p_t; n_t; then for each facility the price of opening it by year and,
    customer by customer, the price of serving that customer by year.
    """
    numbers = [int(word) for word in text(f"multiperiod/instMulti_{name}.txt").split()]
    facilities, customers, horizon = numbers[:3]
    years = range(BASE + 1, BASE + 1 + horizon)
    openings, served = (dict(zip(years, numbers[start : start + horizon], strict=True))
                        for start in (3, 3 + horizon))
    table = np.array(numbers[3 + 2 * horizon :], dtype=float).reshape(facilities, 1 + customers, horizon)
    prices = {(f"F{i}", y): table[i, 0, t] for i in range(facilities) for t, y in enumerate(years)}
    for rule in (OpeningsReached(), StaysServed(), OpeningPrice(prices)):
        monkeypatch.setitem(registry(), rule.name, rule)

    names = {(j, y): f"C{j}@{y}" for y in years for j in range(customers)}
    return case(
        [block(f"F{i}", customers) for i in range(facilities)],
        {("works", zone, y): 1.0 for (_, y), zone in names.items()}, years=years,
        zones={zone: Zone(zone, label(zone), km(0.0)) for zone in names.values()},
        routes={(f"F{i}", names[j, y]): table[i, 1 + j, t]
                for i in range(facilities) for j in range(customers) for t, y in enumerate(years)},
        economics=Economics(haul=1.0), unserved=0.0,
        rules={
            "new_licences": {"all": indicator(openings, unit="mines/a")},
            "openings_reached": {"all": indicator(openings, unit="mines/a")},
            "opening_price": {"all": indicator(0, "expected", penalty=1.0)},
            "stays_served": {"works": indicator(0)},
            "supply_guarantee": {"works": indicator(
                {year: count / customers for year, count in served.items()}, unit="share")},
        },
    )
