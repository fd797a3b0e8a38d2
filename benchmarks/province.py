"""A province of districts that trade and share a cap: planned by decomposition, with a certified gap.

    python benchmarks/province.py --districts 38 --seed 1 --workers 2 [--cluster tcp://…] [--gap 0.01]
    python benchmarks/province.py --growth 5,10,20,38 --workers 2

The first prints cost, bound, gap, seconds, memory and the audit of every district; the second a line per number of
districts, with the power of it that time grows by.
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from typing import Any

from drawn_province import draw

from mineralplan.province.planned import ProvincePlan, solve_province
from mineralplan.province.pricing import Round


def main() -> None:
    """Plan one province, or several that grow."""
    parser = argparse.ArgumentParser(description="A province by decomposition.")
    parser.add_argument("--districts", type=int, default=38)
    parser.add_argument("--growth", default="", help="numbers of districts, with commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cluster", default="")
    parser.add_argument("--gap", type=float, default=0.01)
    asked = parser.parse_args()
    counts = [int(part) for part in asked.growth.split(",")] if asked.growth else [asked.districts]
    times = []
    for count in counts:
        began = time.perf_counter()
        province = draw(count, asked.seed)
        watch = _told if len(counts) == 1 else None
        plan = solve_province(province, gap=asked.gap, workers=asked.workers, cluster=asked.cluster, watch=watch)
        times.append(time.perf_counter() - began)
        if len(counts) == 1:
            _districts(plan)
        _line(plan, times[-1])
    if len(counts) > 1:
        power = math.log(times[-1] / times[0]) / math.log(counts[-1] / counts[0])
        print(f"from {counts[0]} to {counts[-1]} districts time grows by districts^{power:.2f}")


def planned(case: str, gap: float, workers: int) -> dict[str, Any]:
    """Plan a province of so many districts, for the suite."""
    province = draw(int(case), seed=1)
    plan = solve_province(province, gap=gap, workers=workers)
    return {"cost": plan.cost, "bound": plan.bound, "gap": plan.gap, "verdict": plan.verdict, "phases": plan.seconds,
            "blocks": sum(len(part.blocks) for part in province.districts.values()),
            "zones": sum(len(part.zones) for part in province.districts.values()), "rounds": len(plan.priced.rounds)}


def _told(now: Round) -> None:
    print(f"round {now.number:3d}: bound {now.bound:14,.0f}, prices may add {now.open:.3%}", flush=True)


def _districts(plan: ProvincePlan) -> None:
    print(f"{'district':9s} {'cost':>12s} {'own gap':>8s} {'sent 10kt':>10s} {'taken':>10s}  audit")
    sent, taken = plan.trade
    for name, part in plan.plans.items():
        figures = f"{float(part.audit.objectives['cost']):12,.0f} {part.certificate.gap:8.2%}"
        print(f"{name:9s} {figures} {sent[name]:10,.0f} {taken[name]:10,.0f}  {part.audit.verdict}")


def _line(plan: ProvincePlan, seconds: float) -> None:
    blocks = sum(len(case.blocks) for case in plan.province.districts.values())
    zones = sum(len(case.zones) for case in plan.province.districts.values())
    phases = ", ".join(f"{phase} {took:.0f}" for phase, took in plan.seconds.items())
    print(f"{len(plan.plans)} districts, {blocks} blocks, {zones} zones, {len(plan.priced.keys)} prices, "
          f"{len(plan.priced.rounds)} rounds: cost {plan.cost:,.0f}, bound {plan.bound:,.0f}, gap {plan.gap:.2%} "
          f"(exact arithmetic alone {(plan.cost - plan.safe_bound) / plan.cost:.2%}), {plan.verdict}")
    # Workers are children; on another machine their memory is theirs.
    own, children = (resource.getrusage(who).ru_maxrss / 2**20
                     for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() + spent.ru_utime + spent.ru_stime
    print(f"  {seconds:.0f} s ({phases}), CPU {cpu:.0f} s; peak memory {own:.2f} GB here, {children:.2f} GB in the "
          f"largest worker", flush=True)


if __name__ == "__main__":
    main()
