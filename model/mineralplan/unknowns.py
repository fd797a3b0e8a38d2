"""What a plan does not decide: what was observed, what exploration may find, how the years may turn out."""

from __future__ import annotations

from dataclasses import dataclass, field

from mineralplan.inputs.plan import Label


@dataclass(frozen=True)
class Observation:
    """What was seen of a block in a year.

    Attributes
    ----------
    capacity : float
        Licensed capacity, 10⁴ t/a; 0 where the block holds no licence.
    output : float
        10⁴ t; 0 for a licensed mine that stood still.
    state : str
        As it was written: a state of production.csv.
    """

    capacity: float
    output: float
    state: str = ""


@dataclass(frozen=True)
class Prospect:
    """An exploration block (勘查区块) and what it is to find.

    Attributes
    ----------
    mineral : str
    year : int
        In which its result is expected.
    target : float
        New resource, in ``unit``.
    unit : str
        As the plan states the mineral's target.
    block : str
        The mining block whose resource it adds to, by an addition of the same year; empty where it opens none yet.
    basis, source : str
    """

    code: str
    mineral: str
    year: int
    target: float
    unit: str
    label: Label = field(default_factory=lambda: Label(zh="", en=""))
    zone: str = ""
    block: str = ""
    basis: str = "illustrative"
    source: str = ""


@dataclass(frozen=True)
class Futures:
    """How the years may turn out otherwise than expected; as it stands here, nothing does.

    Attributes
    ----------
    demand : float
        1 where demand comes as a draw of the demand model has it, 0 where it comes as projected.
    demand_scatter : float
        Standard deviation of the logarithm of a year's demand of a use around its draw.
    stoppage_probability : float
        That a mine stands still for a part of a year: an accident, an inspection.
    stoppage_least, stoppage_most : float
        Share of the year that is lost then, evenly between.
    delay_probability : float
        That a block without a licence in the base year is ready later than it is allowed to work.
    delay_most : float
        Years that it is late at most; each number of years from 1 is as likely.
    resource_spread : float
        Standard deviation of the logarithm of a deposit's true resource over the reported one.
    exploration_success : float
        Probability that an exploration block finds anything.
    exploration_spread : float
        Standard deviation of the logarithm of what it finds over its target.
    import_price_volatility : float
        Standard deviation of the yearly change of the logarithm of import prices.
    import_price_reversion : float
        Share of a deviation from the expected price that is gone a year later.
    keep : float
        What it is worth not to change what was announced of a block for a year, 10⁴ CNY per block and year.
    """

    demand: float = 0.0
    demand_scatter: float = 0.0
    stoppage_probability: float = 0.0
    stoppage_least: float = 0.0
    stoppage_most: float = 0.0
    delay_probability: float = 0.0
    delay_most: float = 0.0
    resource_spread: float = 0.0
    exploration_success: float = 1.0
    exploration_spread: float = 0.0
    import_price_volatility: float = 0.0
    import_price_reversion: float = 0.0
    keep: float = 0.0
