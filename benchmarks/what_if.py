"""A changed input, asked of a compiled model that knows a plan, against a fresh solve: both in one run, as ratios.

Run as ``python benchmarks/what_if.py [--gap 0.01]``; every line is one change of the baseline.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import mineralplan as mp
from mineralplan.solving.compiled import Compiled

SCENARIOS = Path(__file__).parents[1] / "scenarios"
CHANGES = (
    {"caps.building_limestone": 1000}, {"caps.building_limestone": 800}, {"mines": 32}, {"demand.scale.all": 1.05},
    {"demand.scale.all": 0.9}, {"economics.haul": 0.6},
)


def main() -> None:
    """Solve every change both ways and print seconds, ratio and whether the proven intervals agree."""
    parser = argparse.ArgumentParser(description="What-if against fresh solves.")
    parser.add_argument("--gap", type=float, default=0.01)
    gap = parser.parse_args().gap
    case = mp.load(SCENARIOS / "baseline.yaml")
    began = time.perf_counter()
    plan = mp.solve(case)  # to the gap of the scenario, as a planner has it when the questions come
    print(f"baseline, gap {case.options.gap:.2%}: {time.perf_counter() - began:.1f} s; changes, gap {gap:.2%}")
    began = time.perf_counter()
    compiled = Compiled(case)
    mp.solve(case, gap=gap, compiled=compiled, start=plan.allocation)
    print(f"once: model with open figures, basis of the relaxation: {time.perf_counter() - began:.1f} s")
    print(f"{'change':32s} {'fresh s':>8s} {'what-if s':>9s} {'ratio':>6s}  same optimum possible")
    for change in CHANGES:
        changed = case.change(change)
        began = time.perf_counter()
        fresh = mp.solve(changed, gap=gap).certificate
        middle = time.perf_counter()
        quick = mp.solve(changed, gap=gap, compiled=compiled, start=plan.allocation).certificate
        ended = time.perf_counter()
        agree = max(fresh.bound, quick.bound) <= min(fresh.objective, quick.objective) * (1 + 1e-6)
        name = ", ".join(f"{key}={value}" for key, value in change.items())
        print(f"{name:32s} {middle - began:8.1f} {ended - middle:9.1f} {(middle - began) / (ended - middle):6.1f}  "
              f"{'yes' if agree else 'NO'}")


if __name__ == "__main__":
    main()
