"""Reliefs: figures of the plan and of the data that may give way, as columns beside the rows they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from mineralplan.allocation import MINES, Allocation
from mineralplan.analysis.members import OUTSIDE, RESOURCE, WORKING_RATE, Member, Rows
from mineralplan.case import Block, Case, Supply
from mineralplan.rules import registry
from mineralplan.rules.rule import Requirement
from mineralplan.solving.program import Program, Vector

NOISE = 1e-6
"""A relief under this is the solver's."""


@dataclass(frozen=True)
class Relief:
    """One figure that may give way.

    Attributes
    ----------
    member : Member
    year : int
        0 for a figure that holds over the whole horizon.
    codes : tuple of str
        The supplies that share a limit, or the block with a resource; empty for rules.
    rows : dict of int to float
        Row → what a unit of the relief lets it pass its bound by.
    price : float
        What a unit of it counts in the sum of what is missed, in the unit of the rows.
    share : float
        What a unit of it is of the limit.
    """

    member: Member
    year: int
    codes: tuple[str, ...]
    rows: Mapping[int, float]
    price: float
    share: float


@dataclass(frozen=True)
class Reliefs:
    """All reliefs of a program, in their order.

    Attributes
    ----------
    matrix : scipy.sparse.csc_array, shape (rows, reliefs)
        What a unit of each adds to the left side of each row, so that the row holds.
    price, share : numpy.ndarray, shape (reliefs,)
    """

    each: tuple[Relief, ...]
    matrix: sparse.csc_array
    price: Vector
    share: Vector

    def of(self, members: Iterable[Member]) -> npt.NDArray[np.bool_]:
        """Return the mask, shape (reliefs,), of some members' reliefs."""
        wanted = set(members)
        return np.array([relief.member in wanted for relief in self.each], dtype=bool)

    def elastic(self, program: Program, cost: Vector, most: Vector) -> Program:
        """Return the program that minimises what gives way.

        Parameters
        ----------
        cost, most : numpy.ndarray, shape (reliefs,)
            Of a unit of each relief; how far it may go. The reliefs are the last columns.
        """
        count = len(self.each)
        return replace(
            program,
            matrix=sparse.csc_array(sparse.hstack([program.matrix, self.matrix], format="csc")),
            lower=np.append(program.lower, np.zeros(count)),
            upper=np.append(program.upper, most),
            integer=np.append(program.integer, np.zeros(count, dtype=bool)),
            cost=np.append(np.zeros_like(program.cost), cost),
            offset=0.0,
            columns=(*program.columns, *(("relief", number) for number in range(count))),
        )


def reliefs(case: Case, program: Program, rows: Rows) -> Reliefs:
    """Return every figure of every member that may give way."""
    groups: dict[tuple[Member, int, tuple[str, ...]], list[int]] = {}
    base = unscaled(case)
    for row, member in enumerate(rows.owner):
        if member is not None:
            codes = _codes(case, base, member, program.rows[row][1])
            year = 0 if member.name == WORKING_RATE else int(rows.year[row])
            groups.setdefault((member, year, codes), []).append(row)
    each = tuple(_relief(case, program, base, *key, own) for key, own in groups.items())
    entries = [(row, column, amount) for column, relief in enumerate(each) for row, amount in relief.rows.items()]
    where, column, amount = (np.array(part) for part in zip(*entries, strict=True)) if entries else (np.zeros(0),) * 3
    # A row that is bounded above gives way downwards, one bounded below upwards.
    sign = np.where(np.isfinite(program.row_upper[where.astype(int)]), -1.0, 1.0)
    matrix = sparse.csc_array((sign * amount, (where.astype(int), column.astype(int))),
                              shape=(len(program.rows), len(each)))
    return Reliefs(each, matrix, np.array([r.price for r in each]), np.array([r.share for r in each]))


def scenario_name(case: Case, supply: Supply) -> str:
    """Return what a scenario calls a supply: the stone of all projects' own works is one row of the table."""
    if supply.kind == "spoil" and case.outlook is not None:
        for project in case.outlook.model.projects:
            if supply.code.endswith(f"_{project.name}"):
                return supply.code.removesuffix(f"_{project.name}")
    return supply.code


def district_demand(case: Case, use: str, year: int) -> float:
    """Return the district's own demand of a use in a year, 10⁴ t."""
    return sum(case.demand.get((use, zone, year), 0.0) for zone in case.markets[use] if not case.exported(zone))


def unscaled(case: Case) -> Mapping[str, Mapping[int, float]]:
    """Return the limit of every supply by year as it is before a scenario scales it, 10⁴ t/a."""
    names = {scenario_name(case, supply) for supply in case.supplies.values()}
    whole = case.change({f"supplies.{name}.limit_scale": 1.0 for name in names}) if case.recipe and names else case
    return {code: whole.supplies[code].limit for code in case.supplies}


def _codes(
    case: Case, base: Mapping[str, Mapping[int, float]], member: Member, index: tuple[str, int]
) -> tuple[str, ...]:
    """Return which supplies or block a row of data is about; supplies that a scenario scales together are one."""
    if member.name in OUTSIDE:
        code, year = index
        name = scenario_name(case, case.supplies[code])
        together = [c for c, s in case.supplies.items() if s.kind == member.name and scenario_name(case, s) == name]
        # What is nothing stays nothing, however it is scaled; where none of them is anything each gives way by itself.
        return tuple(together) if any(base[c][year] > 0 for c in together) else (code,)
    return (index[0],) if member.name == RESOURCE else ()


def _relief(
    case: Case, program: Program, base: Mapping[str, Mapping[int, float]], member: Member, year: int,
    codes: tuple[str, ...], own: list[int],
) -> Relief:
    if member.is_rule:
        return _of_rule(case, program, member, year, own)
    if member.name in OUTSIDE:
        scaled = {row: base[program.rows[row][1][0]][year] for row in own}
        total, limit = sum(scaled.values()), sum(case.supplies[code].limit[year] for code in codes)
        if total > 0:
            return Relief(member, year, codes, scaled, total, total / limit if limit else 1.0)
        return Relief(member, year, codes, dict.fromkeys(own, 1.0), 1.0, 1.0)
    if member.name == WORKING_RATE:
        most = {row: case.blocks[program.rows[row][1][0]].options[-1].capacity for row in own}
        return Relief(member, year, codes, most, 1.0, 1 / case.economics.working_rate)
    known = case.blocks[codes[0]].resource
    return Relief(member, year, codes, dict.fromkeys(own, 1.0), 1.0, 1 / known if known else 1.0)


def _of_rule(case: Case, program: Program, member: Member, year: int, own: list[int]) -> Relief:
    indicator = case.rules[member.name][member.item]
    limit = indicator.schedule.at(year)
    assert limit is not None
    names = {row: str(program.rows[row][1][2]) for row in own}
    rule = registry()[member.name]
    if rule.sense == ">=" and all(names.values()):
        # A floor under single mines: its rows stand for the scales below it, and each needs the floor to come down by
        # its own depth.
        requirement = Requirement(member.item, year, limit, indicator.nature, indicator)
        depth = {row: limit - _alone(case, rule.value, requirement, name) for row, name in names.items()}
        return Relief(member, year, (), {row: 1 / down for row, down in depth.items()}, 1.0, 1 / limit)
    whole = limit
    if rule.items == "use":
        whole *= district_demand(case, member.item, year)
    elif rule.sense == ">=":  # a share of the mines: its row misses mines
        whole *= len(case.blocks)
    return Relief(member, year, (), dict.fromkeys(own, 1.0), 1.0, 1 / (whole or 1.0))


def _alone(
    case: Case, value: Callable[[Case, Allocation, Requirement], object], requirement: Requirement, name: str
) -> float:
    """Return the value of a rule where one mine works alone; ``name`` is its row's, ``block`` or ``block:option``."""
    code, _, option = name.partition(":")
    block = case.blocks[code]
    alone = one_mine(block, block.options[int(option or 1) - 1].capacity, requirement.year)
    return float(value(case, alone, requirement))  # type: ignore[arg-type]


def one_mine(block: Block, capacity: float, year: int, output: float = 0.0) -> Allocation:
    """Return the allocation in which one mine works in one year."""
    return Allocation(pd.DataFrame([(year, block.code, capacity, output, block.green)], columns=MINES))
