"""The benchmark suite: many small trials, one table of goals, one figure of growth.

    python benchmarks/suite.py [--only PART,…] [--limit SECONDS] [--workers 2] [--fresh] [--out results/bench]

Every trial runs in a process of its own and is kept in a file of its own, so that an interrupted suite goes on where it
stopped. A trial is run again when the package, the scenarios, a measuring script or its settings have changed. Seconds
are those of the processor, limits those of the wall; ratios are of trials on one machine.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from trials.details import markdown, tables
from trials.figure import draw_growth
from trials.parts import LONG, PARTS, Limits
from trials.run import Runner
from trials.table import HEADINGS, rows
from trials.trial import ROOT, Store, Trial, code_digest

INTERRUPTED = 130


def main() -> int:
    """Run the trials that are asked for and tell everything that is known."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its trials must not go on without it
    asked = _arguments(sys.argv[1:])
    store = Store(asked.out, code_digest())
    if asked.fresh:
        store.clear()
    limits = Limits(asked.limit, asked.textbook_limit)
    trials: dict[str, Trial] = {trial.name: trial for part in asked.only for trial in PARTS[part](limits)}
    try:
        Runner(store, lambda line: print(line, flush=True)).run(list(trials.values()), asked.workers)
    except KeyboardInterrupt:
        print("Interrupted. What is finished is kept; the same command goes on from here.")
        return INTERRUPTED
    text = told(store, limits)
    (asked.out / "table.md").write_text(text, "utf-8")
    print("\n" + text)
    if draw_growth(store, asked.out / "growth.png"):
        print(f"The figure of growth: {asked.out / 'growth.png'}")
    failed = [trial.name for trial in trials.values() if "failed" in (store.kept(trial) or {})]
    print("".join(f"FAILED: {name}\n" for name in failed), end="")
    return 1 if failed else 0


def told(store: Store, limits: Limits) -> str:
    """Return everything that is known as Markdown: the goals, and what lies behind them."""
    goals = [[row.what, row.reach, row.stretch, row.measured, row.verdict, f"`--only {row.part}`"]
             for row in rows(store)]
    machine = ", ".join(f"{key} {value}" for key, value in store.machine().items())
    head = (f"Measured with `python benchmarks/suite.py --limit {limits.limit:g}` and the options beside each row; one "
            f"thread, CPU seconds unless said otherwise. Machine: {machine or 'nothing measured yet'}.")
    return "\n\n".join([head, markdown(HEADINGS, goals), *(
        f"### {title}\n\n{markdown(headings, lines)}" for title, headings, lines in tables(store))]) + "\n"


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The benchmark suite.")
    parser.add_argument("--only", type=_parts, default=[part for part in PARTS if part not in LONG],
                        help=f"parts, with commas: {', '.join(PARTS)}; all but {', '.join(LONG)} otherwise")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that a search may take")
    parser.add_argument("--textbook-limit", type=float, default=600.0, help="the same for the textbook form")
    parser.add_argument("--workers", type=int, default=2, help="trials at a time")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "bench", help="folder of results")
    return parser.parse_args(given)


def _parts(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no part {shlex.join(unknown)}: there are {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
