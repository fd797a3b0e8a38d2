"""One search of one case in one way, as the suite's trials run it: seconds of the processor, gap by gap.

``textbook``: the textbook form, handed over and solved by Pyomo's own HiGHS interface. ``plain``: our compiled form
handed to HiGHS and nothing else. ``scip``: the same arrays handed to SCIP. ``mineralplan``: the product.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from cases import case_of
from formulations import textbook_model
from measure import INFINITE, Afresh, Clock, Notes, size
from pyomo.contrib.appsi.solvers import Highs

from mineralplan.formulation.objectives import lines
from mineralplan.solving.highs import Settings, relative_gap, solve
from mineralplan.solving.optimise import optimise
from mineralplan.solving.program import Program

Answer = dict[str, Any]
GAPS = (0.01, 0.001, 0.0001)


def mineralplan(case: str, gap: float, limit: float, apart: bool = False) -> Answer:
    """Search as `mineralplan.solve` does; ``apart`` in a process of its own, as it does by default.

    Then the seconds hold the start of that process and there are no notes: nobody can read the clock of another
    process before it ends.
    """
    given, clock, notes = case_of(case), Clock(), Notes()
    fresh: Any = Afresh(clock, notes.begin)
    result = optimise(given, Settings(gap, limit), None if apart else notes, apart=apart, compiled=fresh)
    found = result.found
    value, bound = (found.stages[0].value, found.stages[0].bound) if found.stages else (INFINITE, -INFINITE)
    return notes.ended(value, bound, gap, found.stopped) | clock.seconds | size(result.program)


def plain(case: str, gap: float, limit: float) -> Answer:
    """Hand our compiled form to HiGHS."""
    given, clock = case_of(case), Clock()
    program = Afresh(clock).program(given).minimising(lines(given.objective[0], given))
    notes = Notes()
    outcome = solve(program, Settings(gap, limit), on_progress=notes)
    return notes.ended(outcome.objective, outcome.bound, gap, outcome.stopped) | clock.seconds | size(program)


def textbook(case: str, gap: float, limit: float) -> Answer:
    """Build the textbook form and solve it through Pyomo's own interface, which is only listened to."""
    given, clock = case_of(case), Clock()
    model = textbook_model(given)
    clock.lap("build")
    solver = Highs()
    solver.config.load_solution = False
    solver.config.time_limit = limit
    solver.highs_options = {"mip_rel_gap": gap, "threads": 1, "random_seed": 0}
    solver.set_instance(model)
    clock.lap("compile")
    notes = Notes()
    highs = solver._solver_model
    highs.cbMipLogging.subscribe(lambda event: notes.take(event.data_out.mip_primal_bound,
                                                          event.data_out.mip_dual_bound))
    result = solver.solve(model)
    best, bound = result.best_feasible_objective, result.best_objective_bound
    objective = INFINITE if best is None else best
    stopped = "" if relative_gap(objective, bound) <= gap * (1 + 1e-6) else "time"
    answer = notes.ended(objective, bound, gap, stopped) | clock.seconds
    return answer | {"rows": highs.getNumRow(), "columns": highs.getNumCol(), "nonzeros": highs.getNumNz()}


def scip(case: str, limit: float) -> Answer:
    """Hand our compiled form to SCIP, to one gap after the other: it goes on where it stood."""
    given, clock = case_of(case), Clock()
    program = Afresh(clock).program(given).minimising(lines(given.objective[0], given))
    model, _ = scip_model(program)
    clock.lap("handover")
    model.setParam("limits/time", limit)
    notes = Notes()
    for gap in GAPS:
        model.setParam("limits/gap", gap)
        model.optimize()
        notes.take(model.getPrimalbound(), model.getDualbound())
    stopped = "time" if model.getStatus() == "timelimit" else ""
    answer = notes.ended(model.getPrimalbound(), model.getDualbound(), GAPS[-1], stopped)
    return answer | clock.seconds | size(program)


def scip_model(program: Program) -> tuple[Any, list[Any]]:
    """Return a program as a model of SCIP, silent, and its variables in the order of the columns."""
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()

    def finite(bound: float) -> float | None:
        return float(bound) if np.isfinite(bound) else None

    columns = [
        model.addVar(lb=finite(low), ub=finite(high), obj=float(cost), vtype="I" if whole else "C")
        for low, high, cost, whole in zip(program.lower, program.upper, program.cost, program.integer, strict=True)
    ]
    rows = program.matrix.tocsr()
    for i, (low, high) in enumerate(zip(program.row_lower, program.row_upper, strict=True)):
        part = slice(rows.indptr[i], rows.indptr[i + 1])
        left = pyscipopt.quicksum(float(a) * columns[j] for j, a in zip(rows.indices[part], rows.data[part],
                                                                        strict=True))
        if np.isfinite(low):
            model.addCons(left >= float(low))
        if np.isfinite(high):
            model.addCons(left <= float(high))
    model.addObjoffset(program.offset)
    return model, columns
