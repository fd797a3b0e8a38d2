"""Named distributions of an input, from their parameters to the value at a quantile."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.special import ndtr, ndtri

from mineralplan.inputs.faults import Message, message, one_of
from mineralplan.inputs.numbers import Amount, Number, Positive
from mineralplan.inputs.plan import Strict

Z95 = float(ndtri(0.95))
Wrong = tuple[str, Message, object]
"""Parameter, what would be right, what was found."""


class Distribution(Strict, ABC):
    """What all distributions share.

    Attributes
    ----------
    scale : bool
        Whether the values multiply the input's central value, instead of being it.
    common : bool
        Whether all inputs of a pattern have the same draw.
    """

    distribution: str
    scale: bool = False
    common: bool = False

    def wrong(self) -> Iterator[Wrong]:
        """Yield every parameter that does not go with the others."""
        yield from ()

    @abstractmethod
    def at(self, u: float) -> float:
        """Return the value at a quantile in (0, 1)."""


class Uniform(Distribution):
    """Everything between two values is equally likely."""

    distribution: Literal["uniform"]
    low: Number
    high: Number

    def wrong(self) -> Iterator[Wrong]:
        """Yield ``high`` where it does not lie above ``low``."""
        yield from _above(self.low, "high", self.high)

    def at(self, u: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        return self.low + u * (self.high - self.low)


class Triangular(Uniform):
    """A most likely value and two ends."""

    distribution: Literal["triangular"]  # type: ignore[assignment]  # one of its own name
    mode: Number

    def wrong(self) -> Iterator[Wrong]:
        """Yield ``high`` under ``low``, and a ``mode`` outside of them."""
        yield from super().wrong()
        if self.mode < self.low:
            yield "mode", message("bound", sign="≥", value=self.low), self.mode
        elif self.mode > self.high:
            yield "mode", message("bound", sign="≤", value=self.high), self.mode

    def at(self, u: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        width, below = self.high - self.low, (self.mode - self.low) / (self.high - self.low)
        if u < below:
            return self.low + width * math.sqrt(u * below)
        return self.high - width * math.sqrt((1 - u) * (1 - below))


class Normal(Distribution):
    """A normal distribution, cut off where ends are given."""

    distribution: Literal["normal"]
    mean: Number
    sd: Positive
    low: Number | None = None
    high: Number | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Yield ``high`` where it does not lie above ``low``."""
        if self.low is not None and self.high is not None:
            yield from _above(self.low, "high", self.high)

    def at(self, u: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        low = 0.0 if self.low is None else float(ndtr((self.low - self.mean) / self.sd))
        high = 1.0 if self.high is None else float(ndtr((self.high - self.mean) / self.sd))
        value = self.mean + self.sd * float(ndtri(low + u * (high - low)))
        return min(max(value, -math.inf if self.low is None else self.low),
                   math.inf if self.high is None else self.high)


class Lognormal(Distribution):
    """Never negative, skewed to the right: by its 5 and 95 % quantiles, or its median and its logarithm's sigma."""

    distribution: Literal["lognormal"]
    p5: Positive | None = None
    p95: Positive | None = None
    median: Positive | None = None
    sigma: Positive | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Yield what is missing of a pair, and ``p95`` where it does not lie above ``p5``."""
        pair = ("median", "sigma") if self.median is not None or self.sigma is not None else ("p5", "p95")
        for name in pair:
            if getattr(self, name) is None:
                yield name, message("present"), "–"
        for name in sorted({"p5", "p95", "median", "sigma"} - set(pair)):
            if getattr(self, name) is not None:
                yield name, one_of(("distribution", *pair), name), name
        if self.p5 is not None and self.p95 is not None:
            yield from _above(self.p5, "p95", self.p95)

    def at(self, u: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        if self.median is not None and self.sigma is not None:
            return self.median * math.exp(self.sigma * float(ndtri(u)))
        assert self.p5 is not None and self.p95 is not None
        middle, half = math.log(self.p5 * self.p95) / 2, math.log(self.p95 / self.p5) / 2
        return math.exp(middle + half / Z95 * float(ndtri(u)))


class Discrete(Distribution):
    """Some values with their weights; equally likely where no weights are given."""

    distribution: Literal["discrete"]
    values: Annotated[tuple[Number, ...], Field(min_length=1)]
    weights: tuple[Amount, ...] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Yield weights that are too few or too many, or all 0."""
        if self.weights is None:
            return
        if len(self.weights) != len(self.values):
            yield "weights", message("cells", count=len(self.values)), len(self.weights)
        elif not sum(self.weights):
            yield "weights", message("bound", sign=">", value=0), 0

    def at(self, u: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        weights = np.array(self.weights or (1.0,) * len(self.values))
        ends = np.cumsum(weights) / weights.sum()
        return float(self.values[min(int(np.searchsorted(ends, u, side="right")), len(self.values) - 1)])


DISTRIBUTIONS: dict[str, type[Distribution]] = {
    "uniform": Uniform, "triangular": Triangular, "normal": Normal, "lognormal": Lognormal, "discrete": Discrete,
}


def _above(low: float, name: str, high: float) -> Iterator[Wrong]:
    if high <= low:
        yield name, message("bound", sign=">", value=low), high
