"""The figure of growth: seconds against size, a county and, where it was measured, a province."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from trials.parts import DISTRICTS, GAPS, SIZES
from trials.ratio import seconds_to
from trials.trial import Store

Line = tuple[str, Sequence[float], Sequence[float]]


def draw_growth(store: Store, path: Path) -> bool:
    """Draw the figure; return whether there was anything to draw."""
    panels = [("A drawn county", "blocks × townships × years", _county(store)),
              ("A drawn province", "districts", _province(store))]
    panels = [panel for panel in panels if any(len(sizes) > 1 for _, sizes, _ in panel[2])]
    if not panels:
        return False
    with mpl.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(5 * len(panels), 3.8), layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (title, label, lines) in zip(axes, panels, strict=True):
            _panel(axis, title, label, lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
    return True


def _panel(axis: Any, title: str, label: str, lines: Sequence[Line]) -> None:
    for (name, sizes, seconds), marker in zip(lines, "osd^", strict=False):
        axis.plot(sizes, seconds, marker=marker, markersize=4, linewidth=1.2, label=name)
    axis.set(xscale="log", yscale="log", title=title, xlabel=label, ylabel="CPU seconds")
    if len(sizes := lines[0][1]) <= len(DISTRICTS):  # less than a decade or so: the sizes themselves, no powers
        axis.set_xticks(sizes, [f"{size:g}" for size in sizes])
        axis.xaxis.set_minor_locator(NullLocator())
    axis.grid(True, which="major", linewidth=0.4, alpha=0.6)
    axis.legend(frameon=False)


def _county(store: Store) -> list[Line]:
    answers = {prod(map(int, size.split("x"))): store.result("mineralplan", f"growth {size}", gap=GAPS[0])
               for size in SIZES}
    times: dict[str, dict[int, float | None]] = {
        "search to 1 %": {size: seconds_to(answer, GAPS[0]) for size, answer in answers.items()},
        **{phase: {size: answer.get(phase) for size, answer in answers.items()} for phase in ("build", "compile")},
    }
    return [_line(name, by_size) for name, by_size in times.items()]


def _province(store: Store) -> list[Line]:
    return [_line("prices and plans to 1 %", {
        int(count): store.result("province", count, gap=GAPS[0]).get("cpu") for count in DISTRICTS
    })]


def _line(name: str, by_size: dict[int, float | None]) -> Line:
    known = {size: seconds for size, seconds in by_size.items() if seconds is not None}
    return name, tuple(known), tuple(known.values())
