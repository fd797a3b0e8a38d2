"""Where the stone goes at least cost once it is decided which mines work: a linear program written from the laws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from scipy.optimize import linprog

from mineralplan.case import Block, Case
from mineralplan.inputs.plan import Indicator

Row = dict[int, float]


@dataclass(frozen=True)
class Distribution:
    """The cheapest distribution: its discounted cost (infinite where there is none), output and shortage."""

    cost: float
    output: Mapping[tuple[str, int], float] = field(default_factory=dict)
    short: Mapping[tuple[str, str, int], float] = field(default_factory=dict)


class _Problem:
    """Prices and rows of the linear program, filled one by one."""

    def __init__(self) -> None:
        self.price: list[float] = []
        self.most: list[tuple[Row, float]] = []
        self.equal: list[tuple[Row, float]] = []

    def variable(self, price: float) -> int:
        self.price.append(price)
        return len(self.price) - 1

    def at_most(self, row: Row, right: float) -> None:
        self.most.append((row, right))

    def equals(self, row: Row, right: float) -> None:
        self.equal.append((row, right))

    def arrays(self, rows: Sequence[tuple[Row, float]]) -> tuple[object, object]:
        matrix = np.zeros((len(rows), len(self.price)))
        for i, (row, _) in enumerate(rows):
            for j, value in row.items():
                matrix[i, j] = value
        return (matrix, np.array([right for _, right in rows])) if rows else (None, None)

    def solved(self) -> tuple[float, list[float]]:
        (a, b), (c, d) = self.arrays(self.most), self.arrays(self.equal)
        found = linprog(self.price, A_ub=a, b_ub=b, A_eq=c, b_eq=d, method="highs")
        assert found.status in (0, 2), found.message
        return (float(found.fun), list(found.x)) if found.status == 0 else (inf, [])


def distribute(case: Case, capacity: Mapping[str, Sequence[float]]) -> Distribution:
    """Return the cheapest distribution, given the licensed capacity of each block in each year."""
    problem = _Problem()
    licensed = {(code, year): c for code, by_year in capacity.items()
                for year, c in zip(case.years, by_year, strict=True)}
    wanted = {key: quantity for key, quantity in case.demand.items() if quantity > 0}
    mined: dict[tuple[str, int], Row] = {key: {} for key in licensed}
    short: dict[tuple[str, str, int], int] = {}
    drawn: dict[tuple[str, int], Row] = {}
    for (use, zone, year), quantity in wanted.items():
        now = case.discount(year)
        short[use, zone, year] = problem.variable(now * case.unserved_cost[use, zone, year])
        arriving = [short[use, zone, year]]
        for block in case.blocks.values():
            gain = case.uses[use].served_by.get(block.mineral)
            if gain and licensed[block.code, year]:
                ton = problem.variable(now * (_on_the_way(case, block.code, zone) + _mined(case, block) / gain))
                mined[block.code, year][ton] = 1 / gain
                arriving.append(ton)
        for source in case.supplies.values():
            within = not source.reach or zone in source.reach
            if source.use == use and within and case.zones[zone].kind == "township":
                ton = problem.variable(now * (_on_the_way(case, source.code, zone) + source.price[year]))
                drawn.setdefault((source.code, year), {})[ton] = 1
                arriving.append(ton)
        problem.equals(dict.fromkeys(arriving, 1), quantity)
    for (code, year), row in drawn.items():
        problem.at_most(row, case.supplies[code].limit[year])
    _mining(problem, case, licensed, mined)
    _rules(problem, case, licensed, mined, short)
    cost, x = problem.solved()
    if cost == inf:
        return Distribution(inf)
    output = {key: sum(value * x[j] for j, value in row.items()) for key, row in mined.items() if licensed[key]}
    return Distribution(cost, output, {key: x[j] for key, j in short.items()})


def _on_the_way(case: Case, source: str, zone: str) -> float:
    money, km = case.economics, case.distance_km(source, zone)
    return money.loading + money.haul * km + money.carbon_price * money.haul_carbon * km / 1000


def _mined(case: Case, block: Block) -> float:
    """Return what a tonne mined costs where it is mined, CNY/t."""
    money, kind = case.economics, block.mineral
    per_tonne = (money.resource_tax, money.restoration)
    return (
        block.operating_cost + sum(rates.get(kind, 0.0) for rates in per_tonne)
        + money.concession.get(kind, 0.0) / block.recoverable_share
        + money.carbon_price * money.mining_carbon.get(kind, 0.0) / 1000
    )


def _added(rows: Iterable[tuple[Row, float]]) -> Row:
    """Return the weighted sum of rows."""
    total: Row = {}
    for row, weight in rows:
        for j, value in row.items():
            total[j] = total.get(j, 0.0) + weight * value
    return total


def _consumed(case: Case, mined: Mapping[tuple[str, int], Row], codes: Iterable[str], until: int) -> Row:
    """Return the resource that blocks have consumed by the end of a year."""
    return _added((mined[code, year], 1 / case.blocks[code].recoverable_share)
                  for code in codes for year in case.years if year <= until)


def _mining(problem: _Problem, case: Case, licensed: Mapping[tuple[str, int], float],
            mined: Mapping[tuple[str, int], Row]) -> None:
    for key, row in mined.items():
        problem.at_most(row, licensed[key])
        problem.at_most(_added([(row, -1)]), -case.economics.working_rate * licensed[key])
    for block in case.blocks.values():
        for year in case.years:
            found = sum(case.blocks[parent].resource_by(year) - case.blocks[parent].resource
                        for parent in block.parents)
            problem.at_most(_consumed(case, mined, (block.code, *block.parents), year),
                            block.resource_by(year) + found)


def _rules(problem: _Problem, case: Case, licensed: Mapping[tuple[str, int], float],
           mined: Mapping[tuple[str, int], Row], short: Mapping[tuple[str, str, int], int]) -> None:
    """Add the three rules on quantities: hard, at a price for what is missed, or not at all."""
    def limited(row: Row, right: float, rule: Indicator, year: int) -> None:
        nature = rule.nature_in(year)
        if nature == "binding":
            problem.at_most(row, right)
        elif rule.penalty:
            problem.at_most({**row, problem.variable(case.discount(year) * rule.penalty): -1}, right)

    for year in case.years:
        for mineral, rule in case.rules.get("output_cap", {}).items():
            inside = [b.code for b in case.blocks.values() if b.mineral == mineral]
            limited(_added((mined[code, year], 1) for code in inside), _limit(rule, year), rule, year)
        for use, rule in case.rules.get("supply_guarantee", {}).items():
            own = {key: q for key, q in case.demand.items()
                   if key in short and key[0] == use and key[2] == year and case.zones[key[1]].kind == "township"}
            limited({short[key]: 1 for key in own}, (1 - _limit(rule, year)) * sum(own.values()), rule, year)
        for rule in case.rules.get("small_resource", {}).values():
            for block in case.blocks.values():
                small = block.existing and all(case.size_class(block.mineral, c) == "small" for c in (
                    block.options[0].capacity, licensed[block.code, year]))
                if small and licensed[block.code, year] and block.additions:
                    limited(_consumed(case, mined, [block.code], year), block.resource + _limit(rule, year), rule, year)


def _limit(rule: Indicator, year: int) -> float:
    limit = rule.schedule.at(year)
    assert limit is not None
    return limit
