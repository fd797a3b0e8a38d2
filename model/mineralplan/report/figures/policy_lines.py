"""How policies are told apart in the figures of a simulation: colour and dash, median and band, legend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mineralplan.report.figures import style
from mineralplan.report.figures.placing import text_size
from mineralplan.report.studies.simulate_text import PERFECT, ROLLING, policies_of, policy_label

LOW, MIDDLE, HIGH = "p10", "p50", "p90"
SHARES = {0.1: LOW, 0.5: MIDDLE, 0.9: HIGH}
MOST = 8
"""Policies in a figure; more could not be told apart."""
LONGEST = 34
"""Letters of a policy's name in a figure."""
KNOWN: Mapping[str, tuple[str, Any]] = {
    PERFECT: (style.INK, (0, (1, 1))), ROLLING: ("#0072b2", "-"), "rolling1": ("#56b4e9", (0, (3, 1))),
    "rolling3": ("#009e73", (0, (5, 1, 1, 1))), "rolling5": ("#332288", (0, (7, 1))),
    "rolling_free": ("#cc79a7", (0, (5, 1.5))), "published": ("#d55e00", "--"), "rule": ("#c79100", "-."),
}
OTHERS = (("#882255", (0, (3, 1, 1, 1))), ("#777777", "-"), ("#999933", "--"), ("#5c3317", ":"))
HANDLE = 34.0
"""Width of a legend's entry besides its letters, points."""
ROW = 0.2
"""Height of a further line of a legend, inches."""


@dataclass(frozen=True)
class Look:
    """How one policy is drawn and called; ``shade`` is the opacity of its band."""

    policy: str
    label: str
    tone: str
    dash: Any
    shade: float

    def band(self, axes: Axes, found: pd.DataFrame, years: Sequence[int]) -> None:
        """Draw median and band of the policy; ``found`` is what `quantiles` returns by policy and year."""
        rows = found[found.index.get_level_values("policy") == self.policy].droplevel("policy").reindex(list(years))
        axes.fill_between(rows.index, rows[LOW], rows[HIGH], color=self.tone, alpha=self.shade, linewidth=0)
        axes.plot(rows.index, rows[MIDDLE], color=self.tone, linestyle=self.dash, linewidth=1.4, gid=self.policy)

    @property
    def handle(self) -> Line2D:
        """What stands for the policy in a legend."""
        return Line2D([], [], color=self.tone, linestyle=self.dash, linewidth=1.6)


def looks(
    page: style.Sheet, tables: Mapping[str, pd.DataFrame], look_ahead: int | None, most: int = MOST
) -> list[Look]:
    """Return how each policy is drawn, the same in every figure; of more than ``most`` the first, and a word of it."""
    found, spare = [], iter(OTHERS * most)
    every = policies_of(tables)
    chosen = every[:most]
    if len(chosen) < len(every):
        page.figure.text(1 - style.RIGHT / style.WIDTH, 1 - 0.68 / page.height, ha="right", color=style.QUIET,
                         s=page.word("simulate.first", count=len(chosen), all=len(every)))
    for policy in chosen:
        tone, dash = KNOWN[policy] if policy in KNOWN else next(spare)
        name = policy_label(policy, page.lang, look_ahead)
        found.append(Look(policy, name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…", tone, dash,
                          # Bands lie over each other: the more there are, the lighter.
                          min(0.13, 0.4 / len(chosen))))
    return found


def quantiles(table: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """Return P10, median and P90 of a column over the futures, by ``keys``; of no figures, none."""
    known = table.dropna(subset=[value]).groupby(list(keys), sort=False)[value].quantile(np.array(list(SHARES)))
    return known.unstack().rename(columns=SHARES)


def legend_rows(labels: Sequence[str]) -> int:
    """Return how many lines a legend of these names takes across the page."""
    room = (style.WIDTH - style.LEFT - style.RIGHT) * 72
    widest = [text_size(label, style.NORMAL)[0] + HANDLE for label in labels]
    rows = 1
    while rows < len(labels) and sum(sorted(widest)[-math.ceil(len(labels) / rows):]) > room:
        rows += 1
    return rows


def below(labels: Sequence[str]) -> float:
    """Return the height that the axis of years and a legend need under the panels, inches."""
    return 0.75 + ROW * (legend_rows(labels) - 1)
