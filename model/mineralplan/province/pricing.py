"""Prices of trade and of shared caps: proposed by a master, answered by the districts, until they agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from mineralplan.province.bench import Asked, Said, keys_of
from mineralplan.province.province import Key, Province
from mineralplan.simulation.store import digest
from mineralplan.simulation.workers import Crew, Failed, Task
from mineralplan.solving.coupled import on_grid, whole_bound
from mineralplan.solving.highs import Basis, SolverFailure
from mineralplan.solving.master import Answer, Master, Mix
from mineralplan.solving.program import Vector

FIRST = (0.1, 0.2, 0.3)
"""Prices of trade to begin with, as parts of what it costs to leave the use unserved; one answer to each."""
STEP = 0.05
"""How far prices may go at first from the best known, as a part of the dearest unserved use."""
GOOD, USELESS = 0.5, 0.1
"""A step that gives this part of what the master promised makes the next one longer; one that gives less, shorter."""
LONGER, SHORTER, BACK = 1.5, 0.7, 0.5


@dataclass(frozen=True)
class Round:
    """How far the prices are.

    Attributes
    ----------
    number : int
    bound : float
        Best value of all districts at prices, less what the caps are worth: not yet proven in exact arithmetic.
    promised : float
        What the master thinks that prices within the next step can reach.
    seconds : float
    """

    number: int
    bound: float
    promised: float

    @property
    def open(self) -> float:
        """What prices may still add to the bound, relative to it."""
        return (self.promised - self.bound) / max(abs(self.bound), 1e-9)


@dataclass(frozen=True)
class Priced:
    """The best prices found.

    Attributes
    ----------
    keys : tuple of (str, int)
        What is agreed: every link by year, then every cap.
    prices : numpy.ndarray, shape (agreed,)
        Discounted, 10⁴ CNY per 10⁴ t.
    parts : mapping of str to Fraction or None
        What exact arithmetic proves of every district at these prices; None where it proves nothing.
    limits : numpy.ndarray, shape (agreed,)
        What all districts together may take: nothing more than is sent, and the caps.
    mix : Mix
        What every district would take, mines in fractions.
    rounds : tuple of Round
    """

    keys: tuple[Key, ...]
    prices: Vector
    parts: Mapping[str, Fraction | None]
    limits: Vector
    mix: Mix
    rounds: tuple[Round, ...]

    @property
    def bound(self) -> float:
        """What is proven of the cost of the whole in exact arithmetic, 10⁴ CNY discounted."""
        return whole_bound(self.parts.values(), self.prices, self.limits)

    def better(self, parts: Mapping[str, float]) -> float:
        """Return the bound of the whole with other bounds of districts at these prices, where they are better."""
        other = {name: Fraction(bound) for name, bound in parts.items() if math.isfinite(bound)}
        best = {name: max((b for b in (proven, other.get(name)) if b is not None), default=None)
                for name, proven in self.parts.items()}
        return whole_bound(best.values(), self.prices, self.limits)

    def prices_of(self, province: Province, district: str) -> Vector:
        """Return the prices of what a district has to agree on, in the order of `keys_of`."""
        place = {key: i for i, key in enumerate(self.keys)}
        found: Vector = self.prices[[place[key] for key in keys_of(province, district)]]
        return found


class Exchange:
    """The districts and what they are asked: prices go out, answers come back and go into the master."""

    def __init__(self, province: Province, crew: Crew) -> None:
        self._province, self._crew = province, crew
        self.keys = (*province.most, *province.limits)
        self.limits = np.array([0.0] * len(province.most) + list(province.limits.values()))
        place = {key: i for i, key in enumerate(self.keys)}
        self._where = {name: np.array([place[key] for key in keys_of(province, name)], dtype=np.intp)
                       for name in province.districts}
        self._bases: dict[str, Basis | None] = dict.fromkeys(province.districts)
        self.master = Master(len(province.districts), self.limits)

    def value(self, prices: Vector) -> float:
        """Ask all districts for their answers to prices on the grid; return what these bound the whole by."""
        total = -float(prices @ self.limits)
        for part, (name, said) in enumerate(self._ask(prices, proven=False).items()):
            use = np.zeros(len(self.keys))
            use[self._where[name]] = said.use
            self.master.add(Answer(part, said.cost, use))
            self._bases[name] = said.basis
            total += said.value
        return total

    def proven(self, prices: Vector) -> dict[str, Fraction | None]:
        """Return what exact arithmetic proves of every district at prices on the grid."""
        return {name: said.bound for name, said in self._ask(prices, proven=True).items()}

    def _ask(self, prices: Vector, *, proven: bool) -> Mapping[str, Said]:
        names = list(self._province.districts)
        tasks = [
            Task(digest("ask", name), Asked(name, prices[self._where[name]], self._bases[name], proven), home)
            for home, name in enumerate(names)
        ]
        said = self._crew.run(tasks)
        for answer in said.values():
            if isinstance(answer, Failed):
                raise SolverFailure(f"a district gave no answer: {answer.reason}")
        return dict(zip(names, said.values(), strict=True))


def price(
    province: Province, crew: Crew, *, open_gap: float, most_rounds: int,
    watch: Callable[[Round], None] | None = None,
) -> Priced:
    """Find prices at which what the districts want fits together.

    Parameters
    ----------
    province : Province
    crew : Crew
        Workers of `mineralplan.province.bench`.
    open_gap : float
        Ends when better prices within reach promise no more than this part of the bound.
    most_rounds : int
    watch : callable, optional
        Called with each `Round`.
    """
    exchange = Exchange(province, crew)
    scale, traded = _scale(province), np.arange(len(exchange.keys)) < len(province.most)
    best, bound = np.zeros(len(scale)), -np.inf
    for level in FIRST:
        prices = on_grid(np.where(traded, level * scale, 0.0))
        value = exchange.value(prices)
        if value > bound:
            best, bound = prices, value
    step, rounds = STEP, list[Round]()
    while True:
        mix = exchange.master.mix(np.maximum(best - step * scale, 0.0), best + step * scale)
        rounds.append(Round(len(rounds) + 1, bound, mix.value))
        if watch:
            watch(rounds[-1])
        if rounds[-1].open <= open_gap or len(rounds) >= most_rounds:
            return Priced(exchange.keys, best, exchange.proven(best), exchange.limits, mix, tuple(rounds))
        prices = on_grid(mix.prices)
        value = exchange.value(prices)
        kept = (value - bound) / (mix.value - bound)
        if value > bound:
            best, bound = prices, value
        step *= LONGER if kept > GOOD else BACK if kept < 0 else SHORTER if kept < USELESS else 1.0


def _scale(province: Province) -> npt.NDArray[np.float64]:
    """Return for every price what it is measured by: the dearest demand of its use, discounted; of a cap, of all."""
    dearest: dict[str, float] = {}
    for case in province.districts.values():
        for (use, _, _), cost in case.unserved_cost.items():
            dearest[use] = max(dearest.get(use, 0.0), cost)
    uses = {link.code: link.use for link in province.links}
    case = next(iter(province.districts.values()))
    top = max(dearest.values(), default=1.0)
    return np.array([
        case.discount(year) * (dearest.get(uses[code], top) if code in uses else top)
        for code, year in (*province.most, *province.limits)
    ])
