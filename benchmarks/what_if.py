"""A changed input, asked of a compiled model that knows a plan, against a fresh solve: both in one run, as ratios.

Run as ``python benchmarks/what_if.py [--gap 0.01]``; every line is one change of the baseline, in CPU seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from cases import case_of
from measure import INFINITE, Notes

import mineralplan as mp
from mineralplan.case import Case
from mineralplan.solving.compiled import Compiled

CHANGES: tuple[dict[str, float], ...] = (
    {"caps.building_limestone": 1000}, {"caps.building_limestone": 800}, {"mines": 32}, {"demand.scale.all": 1.05},
    {"demand.scale.all": 0.9}, {"economics.haul": 0.6},
)


def asked(case: Case, gap: float, limit: float | None, **known: Any) -> dict[str, Any]:
    """Solve a case in this process and return seconds of all that it takes, gap by gap."""
    notes = Notes()
    try:
        found = mp.solve(case, gap=gap, time_limit_s=limit, watch=notes, apart=False, **known).certificate
    except mp.NoPlan:  # none in the time given
        return notes.ended(INFINITE, -INFINITE, gap, "time")
    return notes.ended(found.objective, found.bound, gap, found.stopped)


def both_ways(case: str, gap: float, limit: float | None = None) -> Iterator[dict[str, Any]]:
    """Yield every change with what a fresh solve and the compiled model took."""
    given = case_of(case)
    # To the gap of the scenario, as a planner has it when the questions come.
    plan = mp.solve(given, apart=False)
    compiled = Compiled(given)
    asked(given, gap, limit, compiled=compiled, start=plan.allocation)
    for change in CHANGES:
        changed = given.change(change)
        fresh = asked(changed, gap, limit)
        quick = asked(changed, gap, limit, compiled=compiled, start=plan.allocation)
        name = ", ".join(f"{key}={value}" for key, value in change.items())
        yield {"change": name, "fresh": fresh, "what_if": quick, "agree": agree(fresh, quick)}


def agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two proven intervals have a point in common, as those of one optimum must."""
    low, high = max(one["bound"], other["bound"]), min(one["objective"], other["objective"])
    return bool(low <= high * (1 + 1e-6))


def what_if(case: str, gap: float, limit: float) -> dict[str, Any]:
    """Return all changes, for the suite."""
    return {"changes": list(both_ways(case, gap, limit))}


def main() -> None:
    """Print every change with seconds, ratio and whether the proven intervals agree."""
    parser = argparse.ArgumentParser(description="What-if against fresh solves.")
    parser.add_argument("--gap", type=float, default=0.01)
    print(f"{'change':32s} {'fresh s':>8s} {'what-if s':>9s} {'ratio':>6s}  same optimum possible")
    for row in both_ways("baseline", parser.parse_args().gap):
        fresh, quick = row["fresh"]["seconds"], row["what_if"]["seconds"]
        print(f"{row['change']:32s} {fresh:8.1f} {quick:9.1f} {fresh / quick:6.1f}  {'yes' if row['agree'] else 'NO'}",
              flush=True)


if __name__ == "__main__":
    main()
