"""Slow published location problems: our form handed plainly to HiGHS against prices first, both in one run, one thread.

    MINERALPLAN_BENCHMARKS=FOLDER python benchmarks/location.py [INSTANCE …] [--gap 1e-6] [--time-limit 600]

Seconds are those of the processor; where plain HiGHS is cut short its ratio is at least what is printed. The folder is
read as the tests read it: ``../shared/benchmarks`` unless the variable names another.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST, lines
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Outcome, Settings, solve
from mineralplan.solving.location.search import search_location

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "known")]
from instances import capacitated, optima, wide  # noqa: E402 - the folder of the tests has to be known first

SLOW = ("capa_14000", "capb_5000", "capc_7250", "capc_5000", "p1", "p6", "p11", "p16")


def timed(solving: Callable[[], Outcome | None]) -> tuple[Outcome | None, float]:
    """Return an outcome and the processor's seconds that it took."""
    began = time.process_time()
    return solving(), time.process_time() - began


def main() -> None:
    """Solve every instance both ways; print seconds, ratio, whether the published optimum was found, and the mean."""
    parser = argparse.ArgumentParser(description="Plain HiGHS against prices first.")
    parser.add_argument("instances", nargs="*", default=SLOW)
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--time-limit", type=float, default=600.0)
    given = parser.parse_args()
    ratios = []
    print(f"{'instance':12s} {'plain s':>8s} {'ours s':>7s} {'ratio':>6s}  optimum  bound of prices alone")
    for name in given.instances:
        case = (capacitated if name.startswith("cap") else wide)(name)
        program = compile_model(build(case)).minimising(lines(COST, case))
        ours, seconds = timed(lambda: search_location(program, Settings(gap=given.gap)))  # noqa: B023 - called at once
        plain, plainly = timed(
            lambda: solve(program, Settings(gap=given.gap, time_limit_s=given.time_limit)))  # noqa: B023
        assert ours is not None and plain is not None
        best, ratio = optima()[name], plainly / seconds
        agrees = abs(ours.objective - best) <= 1e-6 * best and ours.gap <= given.gap and ours.bound <= best * (1 + 1e-6)
        ratios.append(ratio)
        print(f"{name:12s} {plainly:8.1f} {seconds:7.2f} {'>' if plain.stopped else ' '}{ratio:5.1f}  "
              f"{'agrees' if agrees else 'DIFFERS'}  {1 - ours.safe_bound / best:.3%} below", flush=True)
    print(f"geometric mean {np.exp(np.mean(np.log(ratios))):.1f}, least {min(ratios):.1f}")


if __name__ == "__main__":
    main()
