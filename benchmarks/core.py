"""The core of the model written in Pyomo and in linopy, row for row: what it takes until HiGHS has it.

Mines that stay open, shipments at most what the zone wants times open, demand met or left unserved, capacity: of the
sizes and figures of a case, all its uses taken together. ``mineralplan`` compiles the Pyomo model once to arrays,
``pyomo`` hands it over by Pyomo's own interface, ``linopy`` is linopy with its direct interface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from cases import case_of
from measure import Clock
from pyomo.contrib.appsi.solvers import Highs

from mineralplan.case import Case
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs.calls import fresh, lp_of
from mineralplan.solving.highs.outcome import Settings

Numbers = npt.NDArray[np.float64]
UNSERVED, OPENING = 1000.0, 100.0


@dataclass(frozen=True)
class Core:
    """Figures of a core: capacity (blocks), demand (zones, years), haul (blocks, zones)."""

    capacity: Numbers
    demand: Numbers
    haul: Numbers


def core_of(case: Case) -> Core:
    """Return the core of a case."""
    demand = np.array([[sum(case.demand.get((use, zone, year), 0.0) for use in case.uses) for year in case.years]
                       for zone in case.zones])
    haul = np.array([[case.distance_km(block, zone) for zone in case.zones] for block in case.blocks])
    return Core(np.array([block.options[-1].capacity for block in case.blocks.values()]), demand, haul)


def pyomo_core(core: Core) -> Any:
    """Return the core as a Pyomo model; its objective is a line, as the compiler wants it."""
    model = pyo.ConcreteModel()
    blocks, zones = map(range, core.haul.shape)
    years = range(core.demand.shape[1])
    model.open = pyo.Var(blocks, years, domain=pyo.Binary)
    model.ship = pyo.Var(blocks, zones, years, bounds=(0, None))
    model.unserved = pyo.Var(zones, years, bounds=(0, None))
    model.stays = pyo.Constraint(blocks, years[1:], rule=lambda m, b, y: m.open[b, y] >= m.open[b, y - 1])
    model.strong = pyo.Constraint(
        blocks, zones, years, rule=lambda m, b, z, y: m.ship[b, z, y] <= float(core.demand[z, y]) * m.open[b, y]
    )
    model.met = pyo.Constraint(
        zones, years,
        rule=lambda m, z, y: sum(m.ship[b, z, y] for b in blocks) + m.unserved[z, y] == float(core.demand[z, y]),
    )
    model.mined = pyo.Constraint(
        blocks, years,
        rule=lambda m, b, y: sum(m.ship[b, z, y] for z in zones) <= float(core.capacity[b]) * m.open[b, y],
    )
    model.line = pyo.Objective(["all"], rule=lambda m, _: (
        sum(float(core.haul[b, z]) * m.ship[b, z, y] for b, z, y in m.ship)
        + UNSERVED * sum(m.unserved.values()) + OPENING * sum(m.open.values())
    ))
    return model


def linopy_core(core: Core) -> Any:
    """Return the core as a linopy model."""
    import linopy
    import pandas as pd
    import xarray as xr

    blocks, zones = (pd.RangeIndex(n, name=name) for n, name in zip(core.haul.shape, ("block", "zone"), strict=True))
    years = pd.RangeIndex(core.demand.shape[1], name="year")
    demand = xr.DataArray(core.demand, coords=[zones, years])
    haul, capacity = xr.DataArray(core.haul, coords=[blocks, zones]), xr.DataArray(core.capacity, coords=[blocks])
    model = linopy.Model()
    opened = model.add_variables(binary=True, coords=[blocks, years], name="open")
    ship = model.add_variables(lower=0, coords=[blocks, zones, years], name="ship")
    unserved = model.add_variables(lower=0, coords=[zones, years], name="unserved")
    later, earlier = opened.isel(year=slice(1, None)), opened.shift(year=1).isel(year=slice(1, None))
    model.add_constraints(later - earlier >= 0, name="stays")
    model.add_constraints(ship - demand * opened <= 0, name="strong")
    model.add_constraints(ship.sum("block") + unserved == demand, name="met")
    model.add_constraints(ship.sum("zone") - capacity * opened <= 0, name="mined")
    model.add_objective((haul * ship).sum() + UNSERVED * unserved.sum() + OPENING * opened.sum())
    return model


def handed_over(case: str, way: str) -> dict[str, Any]:
    """Write the core of a case in one way and hand it to HiGHS: seconds of each, and the size that HiGHS sees."""
    core = core_of(case_of(case))
    if way == "linopy":
        import linopy  # noqa: F401 - imports are not what is measured
    clock = Clock()
    model: Any = linopy_core(core) if way == "linopy" else pyomo_core(core)
    clock.lap("build")
    if way == "linopy":
        highs = model.to_highspy()
    elif way == "pyomo":
        solver = Highs()
        solver.set_instance(model)
        highs = solver._solver_model
    else:
        highs = fresh(Settings())
        highs.passModel(lp_of(compile_model(model).minimising({"all": 1.0})))
    clock.lap("handover")
    return clock.seconds | {"rows": highs.getNumRow(), "columns": highs.getNumCol(), "nonzeros": highs.getNumNz()}
