"""What a worker does for a district of a province: answer prices, prove a bound, make its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import sparse

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.planning import NoPlan, Plan, solve
from mineralplan.province.district import as_agreed, open_to_trade
from mineralplan.province.province import Key, Province
from mineralplan.solving.compile import compile_model
from mineralplan.solving.coupled import Part
from mineralplan.solving.highs import Basis, Settings, SolverFailure
from mineralplan.solving.highs import solve as solve_program
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.relaxed import Relaxation, relaxed


@dataclass(frozen=True)
class Asked:
    """A district is asked what it would do at some prices.

    Attributes
    ----------
    district : str
    prices : numpy.ndarray, shape (keys of the district,)
        10⁴ CNY discounted to the base year per 10⁴ t, on the grid of `mineralplan.solving.coupled`.
    basis : tuple of numpy.ndarray or None
        Where its linear relaxation stood at its last answer; an answer depends on it alone and on no worker's memory.
    proven : bool
        Whether to prove the bound in exact arithmetic.
    """

    district: str
    prices: Vector
    basis: Basis | None = None
    proven: bool = False


@dataclass(frozen=True)
class Said:
    """What a district would do at some prices, mines taken in fractions.

    Attributes
    ----------
    value : float
        Least cost with what is paid for trade and caps, 10⁴ CNY discounted.
    cost : float
        Without what is paid.
    use : numpy.ndarray, shape (keys of the district,)
        What it takes of each link (less where it sends) and cap, 10⁴ t.
    bound : Fraction or None
        What exact arithmetic proves of ``value``, where it was asked for.
    """

    value: float
    cost: float
    use: Vector
    basis: Basis | None
    bound: Fraction | None = None


@dataclass(frozen=True)
class Order:
    """A district is asked for its plan with what was agreed (`mineralplan.province.district.as_agreed`)."""

    district: str
    agreed: Mapping[Key, float]
    shares: Mapping[Key, float]
    gap: float
    time_limit_s: float | None = None
    start: Allocation | None = None


@dataclass(frozen=True)
class Doubted:
    """A district is asked for a better bound at some prices: mines whole, from the mines of its plan.

    Attributes
    ----------
    prices : numpy.ndarray, shape (keys of the district,)
    plan : Allocation
    gap : float
        Relative to the whole district's cost at which to stop.
    time_limit_s : float
    """

    district: str
    prices: Vector
    plan: Allocation
    gap: float
    time_limit_s: float


class Bench:
    """A province as a worker knows it, and the districts that it compiled.

    Parameters
    ----------
    province : Province
    """

    def __init__(self, province: Province) -> None:
        self.province = province
        self._parts: dict[str, tuple[Case, Part]] = {}

    def part(self, district: str) -> tuple[Case, Part]:
        """Return a district that is open to trade, and its program with what it takes of what is shared."""
        if district not in self._parts:
            case = open_to_trade(self.province, district)
            program = compile_model(build(case)).minimising(lines(COST, case))
            self._parts[district] = case, part_of(self.province, district, case, program)
        return self._parts[district]


def work(bench: Bench, payload: Asked | Doubted | Order) -> Any:
    """Answer what a district is asked: `Said` to prices, a bound to doubt, a `mineralplan.planning.Plan` to an order.

    Where no plan was found it is the status that is answered: an exception that knows a case cannot be sent.
    """
    if isinstance(payload, Order):
        return _plan(bench, payload)
    return _say(bench, payload) if isinstance(payload, Asked) else _bound(bench, payload)


def _say(bench: Bench, asked: Asked) -> Said:
    _, part = bench.part(asked.district)
    found = relaxed(part.priced(asked.prices), basis=asked.basis)
    if found.x is None or found.duals is None:
        raise SolverFailure(f"the relaxation of {asked.district} ended with: {found.status}")
    bound = part.safe_bound(asked.prices, found.duals) if asked.proven else None
    return Said(found.objective, part.program.objective(found.x), part.use(found.x), found.basis, bound)


def _bound(bench: Bench, doubted: Doubted) -> float:
    """Return the solver's bound of the priced program with whole mines, over the rows that its relaxation needs."""
    case, part = bench.part(doubted.district)
    program = part.priced(doubted.prices)
    start, relaxation = extract.decisions(case, program, doubted.plan), Relaxation(program)
    relaxation.solve()
    return solve_program(relaxation.lean, Settings(doubted.gap, doubted.time_limit_s), start=start).bound


def _plan(bench: Bench, order: Order) -> Plan | str:
    case = as_agreed(bench.province, order.district, order.agreed, order.shares)
    try:
        # In this process: if the solver crashes it takes a worker along, which is replaced.
        return solve(case, gap=order.gap, time_limit_s=order.time_limit_s, start=order.start, apart=False)
    except NoPlan as none:
        return none.status


def keys_of(province: Province, district: str) -> tuple[Key, ...]:
    """Return what a district has to agree on: its links by year, then the shared caps."""
    codes = {link.code for link in province.links_of(district)}
    return (*(key for key in province.most if key[0] in codes), *province.limits)


def part_of(province: Province, district: str, case: Case, program: Program) -> Part:
    """Return a compiled district with what its columns take: what comes in, less what goes out, and capped output.

    What goes out of a link is the most of it less what is missing at the border: so its constant is minus the most.
    """
    row = {key: i for i, key in enumerate(keys_of(province, district))}
    leaving = {(link.use, link.zone): link.code for link in province.links if link.source == district}
    rows, columns = [], []
    for column, (name, index) in enumerate(program.columns):
        key: Key | None = None
        if name == "shortage" and index[:2] in leaving:
            key = leaving[index[:2]], index[2]
        elif name == "bring":
            key = index[0], index[3]
        elif name == "output":
            key = case.blocks[index[0]].mineral, index[1]
        if key in row:
            rows.append(row[key])
            columns.append(column)
    constant = np.zeros(len(row))
    for key, i in row.items():
        if key in province.most and key[0] in leaving.values():
            constant[i] = -province.most[key]
    shape = len(row), len(program.columns)
    return Part(program, sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), constant)
