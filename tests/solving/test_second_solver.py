"""A second solver, SCIP, on the compiled program: the same optimum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mineralplan.case import Case, Economics, Zone
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.inputs.plan import Area
from mineralplan.solving.compile import Program, compile_model
from tiny import block, case, indicator, km, label, mine, solved, supply

scip = pytest.importorskip("pyscipopt", reason="PySCIPOpt is not installed")
YEARS = (2021, 2022, 2023)


def finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def translated(program: Program) -> Any:
    """Return the program as a SCIP model, row by row."""
    model = scip.Model()
    model.hideOutput()
    model.setParam("limits/gap", 0.0)
    columns = [
        model.addVar(lb=finite(low), ub=finite(high), obj=float(cost), vtype="I" if integer else "C")
        for low, high, cost, integer in zip(program.lower, program.upper, program.cost, program.integer, strict=True)
    ]
    rows = program.matrix.tocsr()
    for row in range(rows.shape[0]):
        span = slice(rows.indptr[row], rows.indptr[row + 1])
        left = scip.quicksum(float(a) * columns[j] for a, j in zip(rows.data[span], rows.indices[span], strict=True))
        low, high = finite(program.row_lower[row]), finite(program.row_upper[row])
        if low is not None and low == high:
            model.addCons(left == low)
            continue
        if low is not None:
            model.addCons(left >= low)
        if high is not None:
            model.addCons(left <= high)
    model.addObjoffset(program.offset)
    return model


def district(seed: int) -> Case:
    """Return a random case with expansions, a merger, upgrades, closures, rules of most kinds and a ramp."""
    random = np.random.default_rng(seed)

    def between(low: int, high: int) -> float:
        return float(random.integers(low, high))

    zones = {name: Zone(name, label(name), km(between(0, 60))) for name in ("town", "hill")}
    demand = {("works", zone, year): between(5, 20) for zone in zones for year in YEARS}
    blocks = [
        (mine if i < 2 else block)(
            f"B{i}", between(6, 14), expanded=between(15, 30), capital=between(50, 300),
            expansion_capital=between(20, 200), operating_cost=between(5, 25), fixed_cost=between(0, 4),
            closure_cost=between(5, 50), resource=between(30, 90), recovery=0.85, green=i > 1,
            additions=((2022, between(5, 20)),), place=km(between(0, 60)), area="pit" if i % 2 else "",
            earliest=2022 if i == 4 else None)
        for i in range(5)
    ]
    blocks.append(block("M", 24, status="merged", parents=("B0", "B1"), capital=100, operating_cost=4, recovery=0.9,
                        resource=blocks[0].resource + blocks[1].resource))
    rules = {
        "mine_count": {"all": indicator(4, unit="mines")},
        "output_cap": {"stone": indicator({2021: 40, 2023: 24}, between="linear")},
        "area_capacity": {"pit": indicator(32)},
        "size_share": {"all": indicator({2021: 0.0, 2023: 0.5}, unit="share", between="linear")},
        "green_share": {"small": indicator(0.5, "expected", unit="share", penalty=30)},
        "new_licences": {"all": indicator(1, unit="mines/a")},
        "existing_first": {"all": indicator(0, "expected", unit="mines", penalty=10)},
        "small_resource": {"all": indicator(0)},
    }
    return case(
        blocks, demand, years=YEARS, zones=zones, rules=rules, sizes=(40, 15),
        areas={"pit": Area(zh="坑", en="pit", area_km2=1, mineral="stone", clause="test")},
        economics=Economics(discount_rate=0.05, capital_life=8, haul=0.4, loading=1, working_rate=0.3,
                            green_upgrade=4, concession={"stone": 1}, carbon_price=50, haul_carbon=0.1),
        supplies={"s": supply("s", 45, 4, years=YEARS)},
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_same_optimum(seed: int) -> None:
    """HiGHS with its first plan, exact integers and tie-break, and SCIP on the bare arrays: equal to 1e-6."""
    given = district(seed)
    program = compile_model(build(given)).minimising(lines(COST, given))
    model = translated(program)
    model.optimize()

    assert model.getStatus() == "optimal"
    assert solved(given).certificate.objective == pytest.approx(model.getObjVal(), rel=1e-6)


def test_both_find_no_plan() -> None:
    """Two mines are needed, one is allowed."""
    given = case([block("A"), block("B")], 20, rules={
        "mine_count": {"all": indicator(1, unit="mines")},
        "supply_guarantee": {"works": indicator(1.0, unit="share")}})
    model = translated(compile_model(build(given)).minimising(lines(COST, given)))
    model.optimize()

    assert model.getStatus() == "infeasible"
