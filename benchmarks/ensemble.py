"""Draws of a plan per CPU second on one core, against a fixed linear program built afresh in every draw.

python benchmarks/ensemble.py results/baseline
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.results import read_results
from mineralplan.simulation.ensemble_file import read_ensemble
from mineralplan.simulation.trial import Bench, Setup, prepare, try_plan
from mineralplan.solving import highs
from mineralplan.solving.compile import compile_model

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


def main() -> None:
    """Print both and their ratio."""
    asked = read_ensemble(Path("scenarios/ensembles/demand.yaml"), {})
    plan = read_results(Path(sys.argv[1])).audit.allocation
    bench = prepare(Setup(asked.case, plan, extract.decisions, True, (), 1000, 1, 0.01))
    quick, slow = per_second(bench), afresh(bench)
    print(f"{quick:.1f} draws per CPU second; built afresh {slow:.2f}; ratio {quick / slow:.0f}")


if __name__ == "__main__":
    main()
