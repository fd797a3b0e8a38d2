"""Cases small enough to solve by hand.

One mineral ``stone`` serves one use ``works``; zones lie on the equator, so that kilometres are easy: `km` places one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mineralplan.allocation import FLOWS, MINES, SHORTAGE, Allocation
from mineralplan.case import EARTH_RADIUS_KM, Block, Case, Option, Place, Supply, Zone
from mineralplan.economics import Economics
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.inputs.plan import Indicator, Label, Mineral, SizeRow, Use
from mineralplan.inputs.scenario import SolveOptions
from mineralplan.inputs.schedule import Schedule, constant
from mineralplan.planning import NoPlan, Plan, solve
from mineralplan.rules import registry
from mineralplan.rules.rule import Finding
from mineralplan.solving import highs
from mineralplan.solving.compile import compile_model
from mineralplan.solving.program import Program, Vector

BASE = 2020
YEAR = 2021


def label(name: str) -> Label:
    return Label(zh=name, en=name)


def km(distance: float) -> Place:
    """Return the point on the equator at a great-circle distance from (0, 0)."""
    return Place(math.degrees(distance / EARTH_RADIUS_KM), 0.0)


def block(code: str, capacity: float = 10.0, *, expanded: float | None = None, **values: Any) -> Block:
    """Return a new block with one option, or two; plenty of resource; costs 0 unless given."""
    capital, expansion = values.pop("capital", 0.0), values.pop("expansion_capital", 0.0)
    options = [Option(capacity, capital)] + ([Option(expanded, expansion)] if expanded else [])
    defaults: dict[str, Any] = {"mineral": "stone", "resource": 1e6, "green": True, "basis": "measured"}
    return Block(code=code, options=tuple(options), **{**defaults, **values})


def mine(code: str, capacity: float = 10.0, **values: Any) -> Block:
    """Return an existing mine."""
    return block(code, capacity, status="existing", **values)


def indicator(limit: float | Mapping[int, float], nature: str = "binding", **values: Any) -> Indicator:
    schedule = Schedule(tuple(sorted(limit.items()))) if isinstance(limit, Mapping) else constant(limit)
    return Indicator(**{"limit": schedule, "unit": "10kt/a", "nature": nature, "clause": "test", **values})


def supply(code: str, price: float, limit: float, *, kind: str = "import", use: str = "works", at: float = 0.0,
           years: Iterable[int] = (YEAR,)) -> Supply:
    years = tuple(years)
    return Supply(code, kind, use, "", km(at), dict.fromkeys(years, price), dict.fromkeys(years, limit), label(code))  # type: ignore[arg-type]


def case(
    blocks: Iterable[Block],
    demand: float | Mapping[int, float] | Mapping[tuple[str, str, int], float],
    *,
    years: Iterable[int] = (YEAR,),
    rules: Mapping[str, Mapping[str, Indicator]] | None = None,
    unserved: float = 100.0,
    sizes: tuple[float, float] = (100.0, 50.0),
    **values: Any,
) -> Case:
    """Return a case; ``demand`` is that of the zone ``town`` at (0, 0), by year where it is a mapping.

    Parameters
    ----------
    unserved : float
        CNY/t of demand that is not met.
    sizes : tuple of float
        From which capacity a stone mine is large, and medium.
    """
    years = tuple(years)
    if isinstance(demand, Mapping):
        first = next(iter(demand), None)
        full = dict(demand) if isinstance(first, tuple) else {("works", "town", y): q for y, q in demand.items()}
    else:
        full = {("works", "town", year): demand for year in years}
    stone = Mineral(zh="stone", en="stone", size_classes={
        "standard": SizeRow(large=sizes[0], medium=sizes[1], source="test")})
    defaults: dict[str, Any] = {
        "name": "tiny", "title": label("tiny"), "district": label("tiny"), "document": label("tiny"),
        "base_year": BASE, "target_year": years[-1], "report_years": years, "years": years,
        "minerals": {"stone": stone},
        "uses": {"works": Use(zh="works", en="works", served_by={"stone": 1.0})},
        "zones": {"town": Zone("town", label("town"), km(0.0))},
        "unserved_cost": dict.fromkeys(full, unserved),
        "economics": Economics(),
        "options": SolveOptions(gap=0.0),
    }
    return Case(blocks={b.code: b for b in blocks}, demand=full, rules=rules or {}, **{**defaults, **values})


def solved(given: Case) -> Plan:
    """Return the proven optimum."""
    return solve(given, gap=0.0)


def outputs(plan: Plan) -> dict[tuple[str, int], float]:
    """Return what is mined where it is not nothing, rounded to what a hand calculation gives."""
    return {key: round(value, 6) for key, value in plan.allocation.output.items() if round(value, 6)}


def capacities(plan: Plan) -> dict[tuple[str, int], float]:
    """Return the licensed capacity of the working mines."""
    return dict(plan.allocation.capacity)


def costs(plan: Plan) -> dict[str, float]:
    """Return the undiscounted cost by term, without the zeros."""
    total = plan.costs.groupby("term")["cost_10kcny"].sum()
    return {str(term): round(float(value), 6) for term, value in total.items() if round(float(value), 6)}


ALL_MET = {"works": indicator(1.0, unit="share")}
"""The items of ``supply_guarantee`` that leave no way out through shortage."""


def by_hand(
    mines: Mapping[tuple[str, int], float | tuple[float, float]],
    *,
    green: Iterable[tuple[str, int]] = (),
    short: Mapping[tuple[str, str, int], float] | None = None,
) -> Allocation:
    """Return an allocation from (block, year) → capacity, or capacity and output; and (use, zone, year) → shortage."""
    standard = set(green)
    rows = []
    for (code, year), figures in mines.items():
        capacity, output = figures if isinstance(figures, tuple) else (figures, figures)
        rows.append((year, code, capacity, output, (code, year) in standard))
    missed = [(year, use, zone, quantity) for (use, zone, year), quantity in (short or {}).items()]
    return Allocation(pd.DataFrame(rows, columns=MINES), pd.DataFrame(columns=FLOWS),
                      pd.DataFrame(missed, columns=SHORTAGE))


def findings(rule: str, given: Case, allocation: Allocation) -> list[Finding]:
    """Return what the exact check of one rule finds."""
    return registry()[rule].check(given, allocation)


def verdicts(rule: str, given: Case, allocation: Allocation) -> list[tuple[Fraction | None, bool]]:
    """Return value and verdict of every requirement of a rule, in the order of the years."""
    return [(finding.value, finding.holds) for finding in findings(rule, given, allocation)]


def sentences(rule: str, given: Case, allocation: Allocation) -> tuple[str, str]:
    """Return what a planner reads of the rule's first finding, in English and in Chinese."""
    finding = findings(rule, given, allocation)[0]
    return registry()[rule].phrase(finding, given, "en"), registry()[rule].phrase(finding, given, "zh")


def refused(given: Case) -> bool:
    """Return whether there is no plan; anything but infeasibility is raised."""
    with pytest.raises(NoPlan) as caught:
        solved(given)
    return caught.value.status == "infeasible"


def least_missed(given: Case, rule: str) -> dict[tuple[str, int, str], float]:
    """Return by how much the rows of a rule have to be missed at least, where it is elastic and all others hold.

    Returns
    -------
    dict
        (item, year, row) → amount in the row's unit, without the zeros.
    """
    program = compile_model(build(given, elastic={rule}))
    missed = np.array([name == f"rule_{rule}.missed" for name, _ in program.columns])
    outcome = highs.solve(replace(program, cost=missed.astype(float), offset=0.0), highs.Settings(gap=0.0))
    assert outcome.x is not None
    values = program.column_values(outcome.x).get(f"rule_{rule}.missed", {})
    return {key: round(value, 6) for key, value in values.items() if round(value, 6)}


def compiled(given: Case, **how: Any) -> Program:
    """Return the program of a case that minimises its cost; ``how`` goes to `build`."""
    return compile_model(build(given, **how)).minimising(lines(COST, given))


def relaxed(program: Program) -> Program:
    """Return the linear relaxation."""
    return replace(program, integer=np.zeros_like(program.integer))


def is_feasible(program: Program) -> bool:
    """Return whether a program has any plan."""
    outcome = highs.solve(replace(program, cost=np.zeros_like(program.cost), offset=0.0), highs.Settings())
    assert outcome.status in ("optimal", "infeasible")
    return outcome.x is not None


def fits(program: Program, x: Vector) -> bool:
    """Return whether a point keeps every row, bound and whole number of a program."""
    activity, room = program.matrix @ x, 1e-6
    return bool(
        np.all(activity >= program.row_lower - room) and np.all(activity <= program.row_upper + room)
        and np.all(x >= program.lower - room) and np.all(x <= program.upper + room)
        and np.all(np.abs(x - np.rint(x))[program.integer] <= room)
    )


def drawn(seed: int) -> Case:
    """Return a case drawn at random, the same for the same seed: a bit of everything the model has."""
    dice = random.Random(seed)
    years = (2021, 2022, 2023)

    def site(code: str, make: Any, **values: Any) -> Block:
        capacity = dice.randint(4, 12)
        return make(
            code, capacity, expanded=capacity + dice.randint(3, 9) if dice.random() < 0.4 else None,
            capital=dice.randint(5, 60), expansion_capital=dice.randint(5, 40), fixed_cost=dice.randint(1, 20) / 10,
            operating_cost=dice.randint(20, 90) / 10, closure_cost=dice.randint(0, 20), place=km(dice.randint(0, 60)),
            recovery=dice.choice((0.8, 0.9, 1.0)), resource=values.pop("resource", dice.randint(15, 60)),
            additions=((2022, dice.randint(1, 9)),) if dice.random() < 0.3 else (), **values,
        )

    parents = [site("P1", mine), site("P2", mine)]
    merged = site("M", block, status="merged", parents=("P1", "P2"), resource=sum(p.resource for p in parents))
    new = [site(f"N{i}", block, earliest=dice.choice((None, None, 2022))) for i in range(dice.randint(1, 3))]
    zones = {name: Zone(name, label(name), km(at), kind) for name, at, kind in (  # type: ignore[arg-type]
        ("town", 0.0, "township"), ("east", 40.0, "township"), ("abroad", 70.0, "neighbour"))}
    demand = {("works", zone, year): float(dice.randint(0, 14)) for zone in zones for year in years}
    rules = {"mine_count": {"all": indicator(dice.randint(2, 4), unit="mines")},
             "output_cap": {"stone": indicator(dice.randint(12, 30), dice.choice(("binding", "expected")), penalty=9)}}
    bought = supply("I", dice.randint(10, 30), dice.randint(0, 6), at=90.0, years=years)
    return case(
        [*parents, merged, *new], demand, years=years, rules=rules, unserved=60.0, zones=zones, supplies={"I": bought},
        economics=Economics(discount_rate=0.05, capital_life=15, haul=0.3, loading=1.0, detour=1.2,
                            working_rate=dice.choice((0.0, 0.3)), concession={"stone": 1.5}),
    )


TWO_MINERALS: dict[str, Any] = {
    "minerals": {name: Mineral(zh=name, en=name) for name in ("stone", "clay")},
    "uses": {"works": Use(zh="works", en="works", served_by={"stone": 1.0}),
             "bricks": Use(zh="bricks", en="bricks", served_by={"clay": 1.0})},
}
"""What `case` needs to know of a second mineral ``clay`` that serves a second use ``bricks``."""


def of_each(works: float, bricks: float, year: int = YEAR) -> dict[tuple[str, str, int], float]:
    """Return the town's demand of stone and of clay."""
    return {("works", "town", year): works, ("bricks", "town", year): bricks}


def program(
    cost: Iterable[float], rows: Iterable[tuple[Iterable[float], float, float]] = (), *, whole: bool = True,
    upper: float = 1.0,
) -> Program:
    """Return a program without a model: its costs, its rows as (coefficients, lower, upper), columns from 0 up."""
    price, given = np.array(list(cost), dtype=float), [(list(a), low, high) for a, low, high in rows]
    count = len(price)
    matrix = np.array([a for a, _, _ in given], dtype=float).reshape(len(given), count)
    return Program(
        matrix=sparse.csc_array(matrix),
        row_lower=np.array([low for _, low, _ in given], dtype=float),
        row_upper=np.array([high for _, _, high in given], dtype=float),
        lower=np.zeros(count), upper=np.full(count, upper), integer=np.full(count, whole),
        cost=price, offset=0.0,
        columns=tuple(("at_least", (str(i), 1, YEAR)) for i in range(count)),
        rows=tuple(("law", i) for i in range(len(given))),
        lines=sparse.csr_array(price.reshape(1, -1)), line_offset=np.zeros(1), line_names=((COST, YEAR),),
    )
