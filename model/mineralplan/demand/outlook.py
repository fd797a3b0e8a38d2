"""What a case's demand was projected with: the model, its calibration, and which estimator drives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from mineralplan.demand import sampling
from mineralplan.demand.calibration import Calibration
from mineralplan.demand.model import DemandModel, Point
from mineralplan.demand.parameters import Array
from mineralplan.inputs.plan import Label
from mineralplan.inputs.schedule import Schedule


@dataclass(frozen=True)
class Export:
    """What a neighbour would buy.

    Attributes
    ----------
    quantity : dict of int to float
        10⁴ t/a, by year, as the scenario scales it.
    on : bool
        Whether the scenario counts it.
    """

    code: str
    label: Label
    use: str
    zone: str
    quantity: dict[int, float]
    on: bool
    basis: str
    source: str


@dataclass(frozen=True)
class Outlook:
    """The projection of a scenario.

    Attributes
    ----------
    reason : Label or None
        Why the model's estimator drives the scenario, where the scenario says so.
    scale : dict of str to Schedule
        Use, or ``all`` → factor of the scenario on the demand.
    draws, seed : int
        Of the band.
    """

    model: DemandModel
    calibration: Calibration
    exports: tuple[Export, ...] = ()
    reason: Label | None = None
    scale: dict[str, Schedule] = field(default_factory=dict)
    draws: int = 4096
    seed: int = 0

    @cached_property
    def point(self) -> Point:
        """The point at which everything uncertain has its central value."""
        return sampling.central(self.model, self.calibration)

    @cached_property
    def central(self) -> dict[str, dict[str, Array]]:
        """What every estimator computes at the central point: quantity → array of shape (1, years, patterns)."""
        return self.model.by_estimator(self.point)

    def factor(self, use: str, year: int) -> float:
        """Return what the scenario multiplies a use's demand with; nothing is scaled before a schedule's first year."""
        result = 1.0
        for name in ("all", use):
            value = self.scale[name].at(year) if name in self.scale else None
            result *= 1.0 if value is None else value
        return result
