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
    from mineralplan.province.planned import ProvincePlan as ProvincePlan
    from mineralplan.province.planned import solve_province as solve_province
    from mineralplan.province.province import Province as Province
    from mineralplan.province.province import TradeLink as TradeLink
    from mineralplan.report.gis import write_gis as write_gis
    from mineralplan.results import read_results as read_results
    from mineralplan.studies.compare import Compare as Compare
    from mineralplan.studies.compare import compare as compare
    from mineralplan.studies.ensemble import EnsembleResult as EnsembleResult
    from mineralplan.studies.ensemble import ensemble as ensemble
    from mineralplan.studies.evaluate import Evaluation as Evaluation
    from mineralplan.studies.evaluate import evaluate as evaluate
    from mineralplan.studies.pareto import Pareto as Pareto
    from mineralplan.studies.pareto import pareto as pareto
    from mineralplan.studies.prices import Prices as Prices
    from mineralplan.studies.prices import prices as prices
    from mineralplan.studies.prices import read_prices as read_prices
    from mineralplan.studies.robust import Robust as Robust
    from mineralplan.studies.robust import robust as robust
    from mineralplan.studies.simulate import Simulation as Simulation
    from mineralplan.studies.simulate import simulate as simulate
    from mineralplan.studies.stochastic import Stochastic as Stochastic
    from mineralplan.studies.stochastic import drawn_futures as drawn_futures
    from mineralplan.studies.stochastic import stochastic as stochastic
    from mineralplan.studies.sweep import Sweep as Sweep
    from mineralplan.studies.sweep import sweep as sweep

_HOMES = {
    "Allocation": "mineralplan.allocation",
    "Audit": "mineralplan.auditing.audit",
    "Case": "mineralplan.case",
    "Compare": "mineralplan.studies.compare",
    "EnsembleResult": "mineralplan.studies.ensemble",
    "Evaluation": "mineralplan.studies.evaluate",
    "Explanation": "mineralplan.explanation",
    "InputFaults": "mineralplan.inputs.faults",
    "NoPlan": "mineralplan.planning",
    "Pareto": "mineralplan.studies.pareto",
    "Plan": "mineralplan.planning",
    "Prices": "mineralplan.studies.prices",
    "Projection": "mineralplan.projection",
    "Province": "mineralplan.province.province",
    "ProvincePlan": "mineralplan.province.planned",
    "Robust": "mineralplan.studies.robust",
    "Simulation": "mineralplan.studies.simulate",
    "Stochastic": "mineralplan.studies.stochastic",
    "Sweep": "mineralplan.studies.sweep",
    "TradeLink": "mineralplan.province.province",
    "audit": "mineralplan.auditing.audit",
    "compare": "mineralplan.studies.compare",
    "drawn_futures": "mineralplan.studies.stochastic",
    "ensemble": "mineralplan.studies.ensemble",
    "evaluate": "mineralplan.studies.evaluate",
    "explain": "mineralplan.explanation",
    "load": "mineralplan.loading",
    "pareto": "mineralplan.studies.pareto",
    "prices": "mineralplan.studies.prices",
    "project_demand": "mineralplan.projection",
    "read_places": "mineralplan.inputs.gis",
    "read_prices": "mineralplan.studies.prices",
    "read_results": "mineralplan.results",
    "robust": "mineralplan.studies.robust",
    "simulate": "mineralplan.studies.simulate",
    "solve": "mineralplan.planning",
    "solve_province": "mineralplan.province.planned",
    "stochastic": "mineralplan.studies.stochastic",
    "sweep": "mineralplan.studies.sweep",
    "write_gis": "mineralplan.report.gis",
}

__all__ = [
    "Allocation", "Audit", "Case", "Compare", "EnsembleResult", "Evaluation", "Explanation", "InputFaults", "NoPlan",
    "Pareto", "Plan", "Prices", "Projection", "Province", "ProvincePlan", "Robust", "Simulation", "Stochastic", "Sweep",
    "TradeLink", "audit", "compare", "drawn_futures", "ensemble", "evaluate", "explain", "load", "pareto", "prices",
    "project_demand", "read_places", "read_prices", "read_results", "robust", "simulate", "solve", "solve_province",
    "stochastic", "sweep", "write_gis",
]


def __getattr__(name: str) -> Any:
    # Imported on first use: the command line's help must not wait for the solver.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
