"""The front between two or three objectives by ε-constraints: what of one has to be given for the other.

The first objective is minimised while the others are held under limits ε, one program for each step of ε; the ends are
lexicographic optima. At gap 0 every stage is searched to its end, so that a point is efficient and not only weakly so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from mineralplan.analysis.remembered import Searches
from mineralplan.case import Case
from mineralplan.formulation.objectives import WHOLE, lines
from mineralplan.solving.highs import Settings, relative_gap
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, settled

TIE_BREAK = "haul"
SAME = 1e-6
"""Relative difference under which two values of an objective are the same."""
EXACT = 1e-8
"""A gap under this is rounding."""
Limits = Mapping[str, float]


@dataclass(frozen=True)
class Point:
    """A plan on the front.

    Attributes
    ----------
    x : numpy.ndarray
        As a point of the program.
    values : mapping of str to float
        Of every objective, in its unit.
    limits : mapping of str to float
        ε of each objective that was held; empty at an end where none was.
    bound : float
        No plan that keeps the limits has less of the first objective.
    settled : bool
        Whether every objective was searched to its end, so that the point is efficient.
    stopped : str
        Why its search ended early, as in `mineralplan.solving.search.Found`.
    """

    x: Vector
    values: Mapping[str, float]
    limits: Limits
    bound: float
    settled: bool
    stopped: str = ""

    @property
    def gap(self) -> float:
        """Relative gap of the first objective under the limits."""
        return relative_gap(next(iter(self.values.values())), self.bound)

    @property
    def efficient(self) -> bool:
        """Whether it is proven that nothing is better in one objective and no worse in the others."""
        return self.settled and self.gap <= EXACT


@dataclass(frozen=True)
class Removed:
    """A plan that was found and is not on the front: ``by`` is the point that dominates or equals it."""

    point: Point
    by: Point


@dataclass(frozen=True)
class Front:
    """What was found.

    Attributes
    ----------
    names : tuple of str
        The objectives; the first one was minimised.
    points : tuple of Point
        None dominates another; the first objective rises.
    removed : tuple of Removed
    payoff : tuple of Point
        The lexicographic optimum that begins with each objective.
    levels : mapping of str to tuple of float
        The limits that were tried, for every objective but the first.
    impossible : tuple of mapping
        Limits that no plan keeps together.
    unanswered : tuple of mapping
        Limits for which the time given was too short.
    complete : bool
        Whether it is proven that the front has no other points: two objectives, the second in whole numbers, every one
        of them tried, and every point efficient.
    searches : int
    """

    names: tuple[str, ...]
    points: tuple[Point, ...]
    removed: tuple[Removed, ...]
    payoff: tuple[Point, ...]
    levels: Mapping[str, tuple[float, ...]]
    impossible: tuple[Limits, ...]
    unanswered: tuple[Limits, ...]
    complete: bool
    searches: int


class NoFront(RuntimeError):  # noqa: N818 - an answer, not an error of the program
    """There is no plan at all; ``status`` is that of the search."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def front(
    case: Case, program: Program, names: Sequence[str], settings: Settings, *, points: int | None = None,
    searches: Searches | None = None, watch: Callable[[int, int], None] | None = None,
) -> Front:
    """Return the front of a program between some objectives.

    Parameters
    ----------
    case : Case
    program : Program
    names : sequence of str
        Two or three objectives; the first one is minimised.
    settings : Settings
    points : int, optional
        How many limits to try at most; 8 where it is not said, but every whole number of a second objective in whole
        numbers.
    searches : Searches, optional
    watch : callable, optional
        Called with the number of programs that are settled, and of all.

    Raises
    ------
    NoFront
        When there is no plan.
    """
    run = _Run(case, program, tuple(names), settings, searches or Searches())
    payoff = tuple(run.end(name) for name in names)
    levels = {name: tuple(_levels(payoff, name, points, len(names))) for name in names[1:]}
    grid = [dict(zip(levels, limits, strict=True)) for limits in product(*levels.values())]
    for done, limits in enumerate(grid, start=len(payoff)):
        if watch:
            watch(done, len(payoff) + len(grid))
        run.under(limits)
    if watch:
        watch(len(payoff) + len(grid), len(payoff) + len(grid))
    kept, removed = undominated(run.bounded())
    every = len(names) == 2 and names[1] in WHOLE and len(levels[names[1]]) == _range(payoff, names[1]) + 1
    return Front(
        tuple(names), kept, removed, payoff, levels, tuple(run.impossible), tuple(run.unanswered),
        every and not run.unanswered and all(point.efficient for point in kept), run.count,
    )


class _Run:
    """The points of a front that are found so far."""

    def __init__(
        self, case: Case, program: Program, names: tuple[str, ...], settings: Settings, searches: Searches
    ) -> None:
        self.program, self.names, self.settings, self.searches = program, names, settings, searches
        self.aims = {name: Aim(name, lines(name, case)) for name in names}
        self.tie = Aim(TIE_BREAK, lines(TIE_BREAK, case))
        self.points: list[Point] = []
        self.impossible: list[Limits] = []
        self.unanswered: list[Limits] = []
        self.count = 0

    def end(self, name: str) -> Point:
        """Return the lexicographic optimum that begins with an objective, then in the order of the others."""
        order = [name, *(other for other in self.names if other != name)]
        found = self._point(self.program, order, {})
        if isinstance(found, str):
            raise NoFront(found)
        return found

    def under(self, limits: Limits) -> None:
        """Minimise the first objective under limits, unless the answer is known."""
        if any(_within(limits, tighter) for tighter in self.impossible):
            return
        if any(_within(limits, p.limits) and _keeps(p.values, limits) for p in self.points):
            return
        program = self.program
        for name, limit in limits.items():
            program = settled(program, self.program.minimising(self.aims[name].weights), limit)
        found = self._point(program, list(self.names), limits)
        if isinstance(found, str):
            (self.impossible if found == "infeasible" else self.unanswered).append(limits)

    def bounded(self) -> list[Point]:
        """Return the points, each with the best bound that is known: one under wider limits holds under narrower."""
        return [
            replace(p, bound=min(p.values[self.names[0]],
                                 max(q.bound for q in self.points if _within(p.limits, q.limits))))
            for p in self.points
        ]

    def _point(self, program: Program, order: list[str], limits: Limits) -> Point | str:
        """Search, and return the point or why there is none."""
        exact = self.settings.gap == 0
        # With a gap left a second objective, held to the first one's value, would have to be searched for its proof
        # alone: it is only settled among plans with the same decisions, and the first one after another's end.
        aims = order if exact else order[:1] if order[0] == self.names[0] else order[:2]
        rest = [name for name in order if name not in aims]
        tie = self._sum(rest) if rest else self.tie
        self.count += 1
        found = self.searches.search(
            program, [self.aims[name] for name in aims], tie, self.settings, self._neighbour(limits)
        )
        if found.x is None:
            return found.status
        if order[0] != self.names[0]:
            limits = {stage.objective: stage.value for stage in found.stages[: aims.index(self.names[0])]}
        first = next((s for s in found.stages if s.objective == self.names[0]), None)
        values = {name: self._value(name, found.x) for name in self.names}
        point = Point(found.x, values, limits, -math.inf if first is None else min(first.bound, first.value),
                      exact and len(found.stages) == len(aims)
                      and all(stage.value - stage.bound <= SAME * max(1.0, abs(stage.value))
                              for stage in found.stages), found.stopped)
        self.points.append(point)
        return point

    def _neighbour(self, limits: Limits) -> Vector | None:
        """Return the best plan that keeps the limits; where none does, the last one that was found."""
        if not self.points:
            return None
        able = [p for p in self.points if _keeps(p.values, limits)]
        return min(able, key=lambda p: p.values[self.names[0]]).x if able else self.points[-1].x

    def _value(self, name: str, x: Vector) -> float:
        return self.program.minimising(self.aims[name].weights).objective(x)

    def _sum(self, names: list[str]) -> Aim:
        """Return the sum of some objectives, each in parts of what the first end has of it."""
        scale = {name: abs(self.points[0].values[name]) if self.points else 0.0 for name in names}
        weights = {line: weight / (scale[name] or 1.0)
                   for name in names for line, weight in self.aims[name].weights.items()}
        return Aim(" + ".join(names), weights)


def _levels(payoff: Sequence[Point], name: str, points: int | None, objectives: int) -> list[float]:
    """Return the limits to try for an objective, from the tightest: whole steps where it is a whole number."""
    count = 8 if points is None else points
    count = count if objectives == 2 else max(2, math.ceil(math.sqrt(count)))
    low, high = (choose(p.values[name] for p in payoff) for choose in (min, max))
    if name in WHOLE:
        low, steps = round(low), _range(payoff, name)
        every = steps < count or (points is None and objectives == 2)
        parts = steps if every else count - 1
        return [float(low + round(steps * i / parts)) for i in range(parts + 1)] if parts else [float(low)]
    if high - low <= SAME * max(1.0, abs(high)):
        return [high]
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def _range(payoff: Sequence[Point], name: str) -> int:
    values = [round(p.values[name]) for p in payoff]
    return max(values) - min(values)


def _within(narrow: Limits, wide: Limits) -> bool:
    """Return whether all plans that keep ``narrow`` also keep ``wide``."""
    return all(narrow.get(name, math.inf) <= limit + _room(limit) for name, limit in wide.items())


def _keeps(values: Mapping[str, float], limits: Limits) -> bool:
    return all(values[name] <= limit + _room(limit) for name, limit in limits.items())


def _room(value: float) -> float:
    return SAME * max(1.0, abs(value))


def undominated(points: Sequence[Point]) -> tuple[tuple[Point, ...], tuple[Removed, ...]]:
    """Return the points that no other dominates, the first objective rising, and the others with who dominates them."""
    def beaten(number: int) -> bool:
        point = points[number]
        return any(
            _no_worse(q, point) and (not _no_worse(point, q) or (q.gap, i) < (point.gap, number))
            for i, q in enumerate(points) if i != number
        )

    kept = [point for number, point in enumerate(points) if not beaten(number)]
    kept.sort(key=lambda p: tuple(p.values.values()))
    removed = [
        Removed(point, next(q for q in kept if _no_worse(q, point)))
        for number, point in enumerate(points) if beaten(number)
    ]
    return tuple(kept), tuple(removed)


def _no_worse(one: Point, other: Point) -> bool:
    return all(one.values[name] <= value + _room(value) for name, value in other.values.items())
