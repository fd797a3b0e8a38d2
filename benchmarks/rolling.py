"""Fifteen years played with a look-ahead of five, against one solve of the whole: both in one run, as a ratio.

Run as ``python benchmarks/rolling.py [--futures 2]``.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import mineralplan as mp
from mineralplan.simulation.futures import certain, draw_futures
from mineralplan.studies.courses import Setup, prepare, work

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LOOK_AHEAD, SEED = 5, 1


def main() -> None:
    """Print seconds of the solve, of what is prepared once, and of each policy in each future, as ratios."""
    parser = argparse.ArgumentParser(description="A rolling simulation against a solve.")
    parser.add_argument("--futures", type=int, default=2)
    count = parser.parse_args().futures
    case = mp.load(SCENARIOS / "baseline.yaml")
    began = time.perf_counter()
    plan = mp.solve(case)
    once = time.perf_counter() - began
    print(f"baseline, gap {case.options.gap:.2%}: {once:.1f} s, {plan.certificate.objective:,.0f}")
    ways = (certain(case), *draw_futures(case, count, SEED))
    bench = prepare(Setup(case, ways, plan.allocation, LOOK_AHEAD, case.options.gap))
    began = time.perf_counter()
    for year in case.years:
        bench.reserve(year)
    print(f"once: model with open figures, worth of what is left: {time.perf_counter() - began:.1f} s")
    print(f"{'future':10s} {'policy':10s} {'seconds':>8s} {'of a solve':>10s} {'cost':>12s}  audit")
    for number in range(len(ways)):
        for policy in ("rolling", "rolling3", "rolling1", "published", "rule"):
            began = time.perf_counter()
            found = work(bench, (policy, number, None))
            took = time.perf_counter() - began
            print(f"{'expected' if number == 0 else number:<10} {policy:10s} {took:8.1f} {took / once:10.2f} "
                  f"{found['cost']:12,.0f}  {found['audit']}", flush=True)


if __name__ == "__main__":
    main()
