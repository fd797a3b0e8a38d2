"""Regional mineral supply-demand simulation and planning.

>>> import mineralplan as mp
>>> case = mp.load("scenarios/baseline.yaml")  # doctest: +SKIP
>>> plan = mp.solve(case)  # doctest: +SKIP
>>> plan.scorecard  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mineralplan.allocation import Allocation as Allocation
    from mineralplan.auditing.audit import Audit as Audit
    from mineralplan.auditing.audit import audit as audit
    from mineralplan.case import Case as Case
    from mineralplan.explanation import Explanation as Explanation
    from mineralplan.explanation import explain as explain
    from mineralplan.inputs.faults import InputFaults as InputFaults
    from mineralplan.inputs.gis import read_places as read_places
    from mineralplan.loading import load as load
    from mineralplan.planning import NoPlan as NoPlan
    from mineralplan.planning import Plan as Plan
    from mineralplan.planning import solve as solve
    from mineralplan.projection import Projection as Projection
    from mineralplan.projection import project_demand as project_demand
    from mineralplan.report.gis import write_gis as write_gis
    from mineralplan.results import read_results as read_results

_HOMES = {
    "Allocation": "mineralplan.allocation",
    "Audit": "mineralplan.auditing.audit",
    "Case": "mineralplan.case",
    "Explanation": "mineralplan.explanation",
    "InputFaults": "mineralplan.inputs.faults",
    "NoPlan": "mineralplan.planning",
    "Plan": "mineralplan.planning",
    "Projection": "mineralplan.projection",
    "audit": "mineralplan.auditing.audit",
    "explain": "mineralplan.explanation",
    "load": "mineralplan.loading",
    "project_demand": "mineralplan.projection",
    "read_places": "mineralplan.inputs.gis",
    "read_results": "mineralplan.results",
    "solve": "mineralplan.planning",
    "write_gis": "mineralplan.report.gis",
}

__all__ = [
    "Allocation", "Audit", "Case", "Explanation", "InputFaults", "NoPlan", "Plan", "Projection", "audit", "explain",
    "load", "project_demand", "read_places", "read_results", "solve", "write_gis",
]


def __getattr__(name: str) -> Any:
    # Imported on first use: the command line's help must not wait for the solver.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
