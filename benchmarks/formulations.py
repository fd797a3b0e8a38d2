"""The baseline in the textbook form against ours: same problem, same gap, one thread, one run.

    python benchmarks/formulations.py [SCENARIO] [--time-limit 600]

Textbook: one binary per option and year with "at most one option", aggregate capacity rows only, starts and stops as
binaries tied by inequalities, handed over by Pyomo's own HiGHS interface. Ours: nested options, what was begun as a
rising variable, shipments tied to open mines, compiled once to sparse arrays, a first plan from the relaxation.
Rules, costs and balances are the same code in both: they speak the vocabulary of the states and not their variables.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.formulation.states import add_green, add_mergers, add_scales, before, levels
from mineralplan.loading import load
from mineralplan.solving.highs import Settings, relative_gap
from mineralplan.solving.optimise import optimise

GAP = 0.001


@dataclass(frozen=True)
class Measured:
    """What one formulation took and gave."""

    name: str
    seconds: float
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        return relative_gap(self.objective, self.bound)


def textbook_states(model: Any, case: Case) -> None:
    """Options side by side, starts and stops as binaries tied by inequalities."""
    index, mines = levels(case), [(b, y) for b in case.blocks for y in case.years]
    model.choose = pyo.Var(index, domain=pyo.Binary)
    for (code, _, year), state in model.choose.items():
        if not case.blocks[code].allowed(year):
            state.setub(0)
    options = {code: range(1, len(block.options) + 1) for code, block in case.blocks.items()}
    model.one_option = pyo.Constraint(mines, rule=lambda m, b, y: sum(m.choose[b, k, y] for k in options[b]) <= 1)
    model.at_least = pyo.Expression(
        index, rule=lambda m, b, k, y: sum(m.choose[b, j, y] for j in options[b] if j >= k)
    )
    add_scales(model, case)
    fresh = [(b, k, y) for b, k, y in index if k > 1 or not case.blocks[b].existing]
    model.take = pyo.Var(fresh, domain=pyo.Binary)
    model.stops = pyo.Var(mines, domain=pyo.Binary)
    model.take_if_risen = pyo.Constraint(
        fresh,
        rule=lambda m, b, k, y: m.take[b, k, y] >= m.at_least[b, k, y] - before(m, case, case.blocks[b], k, y),
    )
    model.take_once = pyo.Constraint(
        sorted({(b, k) for b, k, _ in fresh}), rule=lambda m, b, k: sum(m.take[b, k, y] for y in case.years) <= 1
    )
    model.begun = pyo.Expression(
        fresh, rule=lambda m, b, k, y: sum(m.take[b, k, t] for t in case.years if t <= y)
    )
    first = {(b, y) for b, k, y in fresh if k == 1}
    model.starts = pyo.Expression(mines, rule=lambda m, b, y: m.take[b, 1, y] if (b, y) in first else 0.0)
    model.stop_if_fallen = pyo.Constraint(
        mines, rule=lambda m, b, y: m.stops[b, y] >= before(m, case, case.blocks[b], 1, y) - m.works[b, y]
    )
    model.stop_is_closed = pyo.Constraint(mines, rule=lambda m, b, y: m.stops[b, y] <= 1 - m.works[b, y])
    model.no_start = pyo.Constraint(
        [(b, y) for b, y in mines if case.blocks[b].existing],
        rule=lambda m, b, y: m.works[b, y] <= before(m, case, case.blocks[b], 1, y),
    )
    model.expansion_stays = pyo.Constraint(
        [(b, k, y) for b, k, y in index if k > 1 and y > case.years[0]],
        rule=lambda m, b, k, y: m.at_least[b, k, y - 1] - m.at_least[b, k, y] <= m.stops[b, y],
    )
    add_mergers(model, case)
    add_green(model, case)


def textbook(case: Case, time_limit_s: float) -> Measured:
    """Solve the textbook form through Pyomo's own HiGHS interface."""
    began = time.perf_counter()
    model = build(case, states=textbook_states, strong=False)
    weights = lines(COST, case)
    total = sum(weights.get(key, 0.0) * line.expr for key, line in model.line.items())
    model.line.deactivate()
    model.total = pyo.Objective(expr=total)
    solver = Highs()
    solver.config.load_solution = False
    solver.config.time_limit = time_limit_s
    solver.highs_options = {"mip_rel_gap": GAP, "threads": 1, "random_seed": 0}
    result = solver.solve(model)
    objective, bound = result.best_feasible_objective, result.best_objective_bound
    return Measured("textbook, Pyomo's interface", time.perf_counter() - began,
                    float("inf") if objective is None else objective, bound)


def ours(case: Case, time_limit_s: float) -> Measured:
    """Solve with mineralplan."""
    began = time.perf_counter()
    stage = optimise(case, Settings(GAP, time_limit_s, 1, 0)).found.stages[0]
    return Measured("mineralplan", time.perf_counter() - began, stage.value, stage.bound)


def main() -> None:
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description="The textbook form against ours.")
    parser.add_argument("scenario", nargs="?", default="scenarios/baseline.yaml")
    parser.add_argument("--time-limit", type=float, default=600.0)
    arguments = parser.parse_args()
    case = load(arguments.scenario)
    mine = ours(case, arguments.time_limit)
    other = textbook(case, arguments.time_limit)
    print(f"{case.name}: gap {GAP:.1%}, 1 thread, limit {arguments.time_limit:.0f} s")
    print(f"{'formulation':30s} {'seconds':>9s} {'objective':>14s} {'bound':>14s} {'gap':>8s} {'ratio':>6s}")
    for row in (other, mine):
        ratio = row.seconds / mine.seconds
        figures = f"{row.seconds:9.1f} {row.objective:14,.0f} {row.bound:14,.0f} {row.gap:8.3%} {ratio:6.1f}"
        print(f"{row.name:30s} {figures}")
    # Two proven intervals of one optimum must overlap, or the two are not the same problem.
    low, high = max(mine.bound, other.bound), min(mine.objective, other.objective)
    agree = low <= high * (1 + 1e-6)
    print(f"the optimum lies in [{low:,.0f}, {high:,.0f}] by both: {'they agree' if agree else 'THEY DISAGREE'}")


if __name__ == "__main__":
    main()
