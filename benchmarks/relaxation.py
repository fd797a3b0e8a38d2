"""The rows of shipments as they are needed against all of them from the start: both in one run, as ratios.

Run as ``python benchmarks/relaxation.py [SCENARIO] [--gap 0.01]``: CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import mineralplan as mp
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Outcome, Settings, solve
from mineralplan.solving.relaxed import Relaxation
from mineralplan.solving.start import relaxation

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def timed(work: Callable[[], Outcome]) -> tuple[float, Outcome]:
    """Return the CPU seconds that some work takes, and what it gives."""
    began = time.process_time()
    outcome = work()
    return time.process_time() - began, outcome


def main() -> None:
    """Solve the relaxation, then search the whole, with all rows and with those that the relaxation needed."""
    parser = argparse.ArgumentParser(description="Rows as they are needed against all of them.")
    parser.add_argument("scenario", nargs="?", type=Path, default=SCENARIOS / "baseline.yaml")
    parser.add_argument("--gap", type=float, default=0.01)
    asked = parser.parse_args()
    case = mp.load(asked.scenario)
    program = compile_model(build(case)).minimising(lines(COST, case))
    growing = Relaxation(program)
    few, found = timed(growing.solve)
    all_rows, same = timed(lambda: solve(relaxation(program)))
    print(f"relaxation: {few:.1f} s, with all rows {all_rows:.1f} s, ratio {all_rows / few:.1f}; "
          f"{found.objective:,.0f} and {same.objective:,.0f}")
    lean = growing.lean
    print(f"rows: {len(lean.rows):,} of {len(program.rows):,}")
    settings = Settings(asked.gap, 600.0)
    few, found = timed(lambda: solve(lean, settings))
    all_rows, same = timed(lambda: solve(program, settings))
    print(f"HiGHS on the whole to {asked.gap:.2%}: {few:.1f} s (gap {found.gap:.2%}), with all rows {all_rows:.1f} s "
          f"(gap {same.gap:.2%}), ratio {all_rows / few:.1f}")


if __name__ == "__main__":
    main()
