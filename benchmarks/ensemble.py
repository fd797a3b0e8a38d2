"""Draws of a plan per CPU second on one core, against a fixed linear program built afresh in every draw.

python benchmarks/ensemble.py results/baseline
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import mineralplan as mp
from mineralplan.allocation import Allocation
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.results import read_results
from mineralplan.simulation.ensemble_file import read_ensemble
from mineralplan.simulation.trial import Bench, Setup, prepare, try_plan
from mineralplan.solving import highs
from mineralplan.solving.compile import compile_model

SCENARIOS = Path(__file__).parents[1] / "scenarios"
WARM, TRIED, AFRESH = 2, 200, 4


def per_second(bench: Bench) -> float:
    """Return draws per CPU second, those that warm up left aside."""
    try_plan(bench, range(WARM))
    began = time.process_time()
    try_plan(bench, range(100, 100 + TRIED))
    return TRIED / (time.process_time() - began)


def afresh(bench: Bench) -> float:
    """Return draws per CPU second where model and solver are new in each, as a run with fixed decisions does it."""
    began = time.process_time()
    for draw in range(100, 100 + AFRESH):
        case = bench.case(draw)
        program = compile_model(build(case)).minimising(lines(COST, case))
        highs.solve(program.fixed(extract.decisions(case, program, bench.setup.allocation)))
    return AFRESH / (time.process_time() - began)


def draws(plan: Allocation) -> dict[str, float]:
    """Return draws of a plan per CPU second, of the bench and built afresh."""
    asked = read_ensemble(SCENARIOS / "ensembles" / "demand.yaml", {})
    bench = prepare(Setup(asked.case, plan, extract.decisions, True, (), 1000, 1, 0.01))
    return {"draws": per_second(bench), "afresh": afresh(bench)}


def draws_of(case: str, gap: float) -> dict[str, float]:
    """Solve a case and return draws of its plan per CPU second, for the suite."""
    return draws(mp.solve(mp.load(SCENARIOS / f"{case}.yaml"), gap=gap).allocation)


def main() -> None:
    """Print both and their ratio."""
    found = draws(read_results(Path(sys.argv[1])).audit.allocation)
    quick, slow = found["draws"], found["afresh"]
    print(f"{quick:.1f} draws per CPU second; built afresh {slow:.2f}; ratio {quick / slow:.0f}")


if __name__ == "__main__":
    main()
