"""The compiled program given to another solver, and the states written in another way: one optimum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from instances import capacitated, median, needs_instances, optima
from rulebook import ruled

from conftest import benchmarks
from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.solving.highs import Settings, solve
from mineralplan.solving.program import Program, Vector
from tiny import block, case, compiled, drawn, fits, indicator, solved

EXACT = Settings(gap=0.0)
RULED = (12, 13, 81, 94, 116, 159)
HOPELESS = (14,)


def _scip(program: Program) -> tuple[str, float, Vector | None]:
    """Solve a program with SCIP: status, objective and point."""
    model, columns = benchmarks("solves").scip_model(program)
    model.setParam("limits/gap", 0.0)
    model.optimize()
    if model.getNSols() == 0:
        return model.getStatus(), float("inf"), None
    return model.getStatus(), model.getObjVal(), np.array([model.getVal(column) for column in columns])


REGIONS = [*(pytest.param(drawn, seed, id=f"drawn {seed}") for seed in range(20, 28)),
           *(pytest.param(ruled, seed, id=f"ruled {seed}") for seed in RULED)]


@pytest.mark.parametrize(("region", "seed"), REGIONS)
def test_another_solver_finds_the_same_optimum(region: Callable[[int], Case], seed: int) -> None:
    """SCIP on the same arrays: the same optimum, and each one's plan is a plan for the other's rows.

    The regions of `ruled` stand under every rule there is.
    """
    given = region(seed)
    program = compiled(given)
    status, objective, x = _scip(program)
    ours = solve(program, EXACT)

    assert status == "optimal"
    assert ours.objective == pytest.approx(objective, rel=1e-7)
    assert solved(given).certificate.objective == pytest.approx(objective, rel=1e-7)
    assert x is not None and ours.x is not None
    assert fits(program, x) and fits(program, ours.x)
    assert program.objective(x) == pytest.approx(objective, rel=1e-7)


@needs_instances
@pytest.mark.parametrize(("read", "name"), [(capacitated, "cap41"), (capacitated, "cap131"), (median, "pmed5")])
def test_another_solver_finds_the_published_optimum(read: Callable[[str], Case], name: str) -> None:
    """The arrays hold the published problem and nothing else, whoever solves them."""
    status, objective, x = _scip(compiled(read(name)))

    assert (status, x is None) == ("optimal", False)
    assert objective == pytest.approx(optima()[name], rel=1e-6)


@pytest.mark.parametrize("seed", HOPELESS)
def test_another_solver_finds_no_plan_where_the_rules_leave_none(seed: int) -> None:
    assert _scip(compiled(ruled(seed)))[0] == "infeasible"
    assert solve(compiled(ruled(seed)), EXACT).status == "infeasible"


def test_another_solver_finds_no_plan_either() -> None:
    """Supply must be met in full and no mine may work: there is no plan, for both."""
    rules = {"mine_count": {"all": indicator(0, unit="mines")},
             "supply_guarantee": {"works": indicator(1.0, unit="share")}}
    program = compiled(case([block("A")], 10, rules=rules))

    assert _scip(program)[0] == "infeasible"
    assert solve(program, EXACT).status == "infeasible"


def _textbook_program(given: Case) -> Program:
    return compiled(given, states=benchmarks("formulations").textbook_states, strong=False)


@pytest.mark.parametrize("seed", range(30, 36))
def test_the_textbook_states_have_the_same_optimum(seed: int) -> None:
    """Options side by side, starts and stops as binaries: more variables, weaker rows, and the same best plan."""
    given = drawn(seed)

    assert solve(_textbook_program(given), EXACT).objective == pytest.approx(
        solve(compiled(given), EXACT).objective, rel=1e-7
    )


def test_the_textbook_states_are_other_states() -> None:
    """The comparison above means something: the textbook form has variables of its own and none of ours."""
    names = {name: {v.name for v in build(drawn(30), **how).component_objects() if v.ctype.__name__ == "Var"}
             for name, how in (("ours", {}), ("textbook", {"states": benchmarks("formulations").textbook_states}))}

    assert {"choose", "take"} <= names["textbook"] and not {"choose", "take"} & names["ours"]
    assert {"at_least", "begun"} <= names["ours"] and not {"at_least", "begun"} & names["textbook"]
