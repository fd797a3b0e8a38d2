"""The textbook form of the same problem, to be built in place of ours.

One binary per option and year with "at most one option", aggregate capacity rows only, starts and stops as binaries
tied by inequalities. Ours: nested options, what was begun as a rising variable, shipments tied to open mines. Rules,
costs and balances are the same code in both: they speak the vocabulary of the states and not their variables.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import lines
from mineralplan.formulation.states import add_green, add_mergers, add_scales, before, levels


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


def textbook_model(case: Case) -> Any:
    """Return the whole model with one objective, for any of Pyomo's interfaces."""
    model = build(case, states=textbook_states, strong=False)
    weights = lines(case.objective[0], case)
    total = sum(weights.get(key, 0.0) * line.expr for key, line in model.line.items())
    model.line.deactivate()
    model.total = pyo.Objective(expr=total)
    return model
