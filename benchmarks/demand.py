"""The demand model: the central projection, and 10,000 draws of all uses, townships, years and estimators.

Run as ``python benchmarks/demand.py``; prints seconds, their ratio per point, and the peak memory of the process.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

import mineralplan as mp
from mineralplan.demand import sampling

SCENARIO = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"
DRAWS = 10_000


def main() -> None:
    case = mp.load(SCENARIO)
    assert case.outlook is not None
    began = time.perf_counter()
    case.outlook.model.demand(sampling.central(case.outlook.model, case.outlook.calibration))
    central = time.perf_counter() - began
    drawn = mp.project_demand(case, draws=DRAWS).seconds
    size = len(case.outlook.model.uses), len(case.outlook.model.zones), len(case.outlook.model.years)
    print(f"{size[0]} uses, {size[1]} townships, {size[2]} years, {len(sampling.inputs(case.outlook.model))} inputs")
    print(f"central projection   {central:8.4f} s")
    ratio = central * DRAWS / drawn
    print(f"{DRAWS:,} draws         {drawn:8.2f} s   one by one it would take {ratio:.0f} times as long")
    print(f"peak memory          {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


if __name__ == "__main__":
    main()
