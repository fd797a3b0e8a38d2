"""Deciding with a look-ahead: the model of the next years, what is left behind them at its worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mineralplan.simulation.forward import Forward
from mineralplan.simulation.policies import Look, Policy, Proposal
from mineralplan.simulation.reserve import Cut, paying, with_reserve
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, search
from mineralplan.solving.start import NOTHING, Known

KEEP = "keep"
"""The line of what it costs to change what was announced."""
STATES = ("at_least", "begun", "upgraded")
Reserve = Callable[[int], tuple[Cut, ...]]


@dataclass
class Rolling(Policy):
    """Every year the model is solved for the next years, as they are forecast then; the first of them is decided.

    Attributes
    ----------
    look_ahead : int
        Years, the present one among them.
    keep : float
        What it is worth not to change what was announced of a block for a year, 10⁴ CNY of that year.
    reserve : callable
        From the last year looked at to the worth of what is left.
    """

    forward: Forward
    look_ahead: int
    keep: float
    reserve: Reserve
    settings: Settings
    announced: Vector | None = None
    until: int = 0

    def propose(self, look: Look) -> Proposal:
        """Return what is best now, seen over the look-ahead; where the forecast allows nothing, what was."""
        forward, last = self.forward, self.forward.horizon(look.year, self.look_ahead)
        window = forward.window(look.year, last)
        program = with_reserve(window.program(forward.program(look.case), look.point), self.reserve(last), last)
        aim, known = paying(forward.cost, last), NOTHING
        if self.announced is not None:
            start = self.announced[window.columns]
            known = Known(np.append(start, np.zeros(len(program.columns) - len(start))))
            prices = {year: self.keep * forward.case.discount(year)
                      for year in forward.case.years if year <= self.until}
            program, aim = keeping(program, aim, start, prices)
        found = search(program, [aim], forward.tie, self.settings, None, known)
        if found.stopped == "interrupt":
            raise KeyboardInterrupt
        if found.x is None:
            return Proposal(look.capacity)
        self.announced = repeated(forward, window.into(look.point, found.x), last)
        self.until = last
        return Proposal(forward.capacity(self.announced, look.year), self.announced, last)


def keeping(program: Program, aim: Aim, announced: Vector, prices: Mapping[int, float]) -> tuple[Program, Aim]:
    """Return a program with the price of changing what was announced as a line more, and an aim that pays it.

    Parameters
    ----------
    announced : numpy.ndarray
        A point of the program; the states of the mines are read, a further scale held for a year being one of them.
    prices : mapping of int to float
        Of one changed state by year, 10⁴ CNY, discounted; what is changed in other years costs nothing.
    """
    if not any(price > 0 for price in prices.values()):
        return program, aim
    weight, offset = np.zeros(len(program.columns)), 0.0
    for j, (name, index) in enumerate(program.columns):
        if name == "at_least" and index[-1] in prices:
            was = announced[j] > 0.5
            weight[j] = -prices[index[-1]] if was else prices[index[-1]]
            offset += prices[index[-1]] if was else 0.0
    return program.with_line((KEEP, 0), weight, offset), Aim(aim.name, {**aim.weights, (KEEP, 0): 1.0})


def repeated(forward: Forward, x: Vector, last: int) -> Vector:
    """Return a point in which the years after ``last`` have its states: a plan to begin the next one from."""
    whole = x.copy()
    for j, (name, index) in enumerate(forward.full.columns):
        if name in STATES and index[-1] > last:
            whole[j] = x[forward.place[name, (*index[:-1], last)]]
    return whole
