"""Which licences to decide on before the future is known, and what knowing it would be worth."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, isnan
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from mineralplan.analysis.events import Event, target_of
from mineralplan.analysis.stochastic import CannotBeMet as CannotBeMet
from mineralplan.analysis.stochastic import Solution, Watch, solve_stochastic
from mineralplan.case import Case
from mineralplan.report.studies.stochastic_text import html, page
from mineralplan.simulation.draws import demand_draws
from mineralplan.simulation.representatives import representatives
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings
from mineralplan.solving.together import Attitude
from mineralplan.studies.told import Told
from mineralplan.words import default_language

FUTURES, DRAWS, SEED, GAP = 8, 1000, 1, 0.01
ROUNDING = 1e-9
"""How far probabilities may be from adding up to 1."""
FUTURE = ["future", "draw", "probability", "demand_target_10kt", "cost_10kcny", "mean_value_10kcny", "own_10kcny",
          "own_bound_10kcny", "shortage_10kt"]
VALUES = ["quantity", "low_10kcny", "high_10kcny"]
BLOCKS = ["block", "event", "stochastic", "mean_value", "share_own"]


@dataclass(frozen=True)
class Futures:
    """Futures with their probabilities.

    Attributes
    ----------
    draws : tuple of int
        The draw that each future is; its own number where none were drawn.
    """

    cases: tuple[Case, ...]
    probability: tuple[float, ...]
    draws: tuple[int, ...]
    drawn: int = 0
    seed: int | None = None


@dataclass(frozen=True)
class Stochastic(Told):
    """The licences in common for all futures, with what they cost and what knowing more would save.

    Attributes
    ----------
    case : Case
    futures : Futures
    solution : Solution
    gap : float
        Wanted of every search.
    """

    kind: ClassVar[str] = "stochastic"
    case: Case
    futures: Futures = field(repr=False)
    solution: Solution = field(repr=False)
    gap: float
    seconds: float

    @property
    def vss(self) -> tuple[float, float]:
        """Value of the stochastic solution, 10⁴ CNY: an interval that is proven to hold it."""
        return self.solution.vss

    @property
    def evpi(self) -> tuple[float, float]:
        """Expected value of perfect information, 10⁴ CNY: an interval that is proven to hold it."""
        return self.solution.evpi

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """``futures``, ``values`` and ``blocks``."""
        return {
            "futures": pd.DataFrame(list(self._futures()), columns=FUTURE),
            "values": pd.DataFrame([(name, *(end if isfinite(end) else None for end in ends))
                                    for name, ends in self._values().items()], columns=VALUES),
            "blocks": pd.DataFrame(list(self._blocks()), columns=BLOCKS),
        }

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.manifest(), lang or default_language())

    def manifest(self) -> dict[str, Any]:
        """Return what a reader needs to repeat the study and to see how much of it is proven."""
        found = self.solution
        low, high = found.rp
        return {
            "futures": len(self.futures.cases), "draws": self.futures.drawn, "seed": self.futures.seed,
            "risk": found.attitude.risk, "alpha": found.attitude.alpha, "objective": high, "bound": low,
            "gap": (high - low) / max(abs(high), ROUNDING), "wanted_gap": self.gap, "stopped": found.stopped,
            "unserved_by_mean": [i for i, cost in enumerate(found.of_mean) if not isfinite(cost)],
            "seconds": {"solve": self.seconds},
        }

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.manifest(), default_language())

    def _values(self) -> Mapping[str, tuple[float, float]]:
        found = self.solution
        return {"ws": found.ws, "rp": found.rp, "eev": (found.eev, found.eev), "vss": found.vss, "evpi": found.evpi}

    def _futures(self) -> Iterator[tuple[object, ...]]:
        found, target = self.solution, target_of(self.case)
        for i, case in enumerate(self.futures.cases):
            wanted = sum(quantity for (_, _, year), quantity in case.demand.items() if year == target)
            mean = float(found.of_mean[i])
            yield (i, self.futures.draws[i], self.futures.probability[i], wanted, float(found.costs[i]),
                   mean if isfinite(mean) else None, float(found.waited[i]), float(found.waited_bound[i]),
                   float(found.plans[i].shortage["quantity_10kt"].sum()))

    def _blocks(self) -> Iterator[tuple[object, ...]]:
        found = self.solution
        for event, year in found.years.items():
            share = sum(p for p, own in zip(found.probability, found.own_years, strict=True) if _in(own, event))
            yield event.block, event.kind, year, found.mean_years[event], round(float(share), 9)


def _in(years: Mapping[Event, int | None], event: Event) -> bool:
    return years.get(event) is not None


def drawn_futures(case: Case, count: int = FUTURES, *, draws: int = DRAWS, seed: int = SEED) -> Futures:
    """Return few futures of the demand that stand for many draws of a case's own demand model.

    Raises
    ------
    ValueError
        When the case was built in Python and not read from files.
    """
    drawn = demand_draws(case, draws, seed)
    weight = np.array([case.discount(year) for _, _, year in drawn.keys])
    chosen, share = representatives(drawn.quantity * weight, count)
    cases = tuple(drawn.case(case, int(draw)) for draw in chosen)
    return Futures(cases, tuple(float(p) for p in share), tuple(int(draw) for draw in chosen), draws, seed)


def stochastic(
    case: Case, futures: Futures | Sequence[tuple[float, Case]] | None = None, *, risk: float = 0.0, alpha: float = 0.9,
    gap: float = GAP, watch: Watch | None = None,
) -> Stochastic:
    """Decide licences once for all futures, and operate as each future asks.

    Parameters
    ----------
    case : Case
        The mean-value problem is this case with the expected demand.
    futures : sequence of (float, Case), optional
        Probability and case of each; otherwise eight that stand for 1,000 draws of the case's own demand model.
    risk, alpha : float
        What is minimised is (1 − risk) · mean + risk · CVaR, the mean of the worst 1 − alpha.
    gap : float
        Relative gap of every search.

    Raises
    ------
    CannotBeMet
        When no licences serve every future.
    ValueError
        When probabilities are not positive or do not add up to 1, or risk or alpha lies outside [0, 1] or [0, 1).
    """
    if futures is None:
        futures = drawn_futures(case)
    elif not isinstance(futures, Futures):
        cases, probability = tuple(one for _, one in futures), tuple(p for p, _ in futures)
        futures = Futures(cases, probability, tuple(range(len(cases))))
    weights = np.array(futures.probability, dtype=float)
    if not len(weights) or not (weights > 0).all() or abs(weights.sum() - 1) > ROUNDING:
        raise ValueError(f"probabilities that are positive and add up to 1, not {futures.probability}")
    if not 0 <= risk <= 1 or not 0 <= alpha < 1 or isnan(gap):
        raise ValueError(f"risk in [0, 1] and alpha in [0, 1), not {risk:g} and {alpha:g}")
    began, options = time.perf_counter(), case.options
    found = solve_stochastic(case, futures.cases, weights, Attitude(risk, alpha),
                             Settings(gap, None, options.threads, options.seed), compiled=Compiled(case), watch=watch)
    return Stochastic(case, futures, found, gap, time.perf_counter() - began)
