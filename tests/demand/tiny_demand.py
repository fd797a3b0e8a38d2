"""A demand model small enough to compute by hand: three townships, two projects, three years, everything certain.

100 × 10⁴ people from 2019 on, 60 % of them urban. Urban people have 40 m² each, and 41 from 2022 on; rural people have
50. Lives are exponential (Weibull shape 1) such that 2 % of the urban and 5 % of the rural stock leave in a year:

============================  ========  ========  ========  ==================================================
10⁴ m², 10⁴ t                 2020      2021      2022
============================  ========  ========  ========  ==================================================
urban stock                   2,400     2,400     2,460     60 × 40, then 60 × 41
demolished urban              48        48        48        2 % of what stood the year before
new urban                     48        48        108       the stock that is added, and what left
demolished, new rural         100       100       100       5 % of 40 × 50 = 2,000
new other                     74        74        104       0.5 × (urban + rural)
building                      222       222       312       1 t/m² of all three
railway                       14        26        14        10 km × 5.4 by 7 : 13 : 7
tracks                        0         10        10        100 km × 0.2 over 2021 and 2022
maintenance                   10        10        10        1,000 km × 0.01
aggregate, bottom-up          246       268       346       κ = 1
aggregate, per head           350       300       250       3.5, 3, 2.5 t: an S-curve half way in 2021
aggregate, cement             300       300       300       100 × 0.5 t of cement × 6
recycled                      37        37        37        148 t of waste × 0.25
masonry                       41.8      46.2      61.8      0.2 × (aggregate - recycled)
concrete                      204.2     221.8     284.2     aggregate - masonry
lime stone                    50        50        50        a plant
============================  ========  ========  ========  ==================================================

Half of what the railway needs is stone of its own works.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.demand.calibration import Calibration, Observation
from mineralplan.demand.chain import Term
from mineralplan.demand.model import GIVEN, DemandModel, Point, Quantity
from mineralplan.demand.parameters import Array, Parameter
from mineralplan.demand.projects import Project
from mineralplan.demand.sampling import central
from mineralplan.demand.stock import DRIVERS
from tiny import label

BASE = 2020
YEARS = range(BASE, 2023)
HISTORY = range(2019, 2023)
ZONES = ("A", "B", "C")
PEOPLE = {"population": (0.5, 0.3, 0.2), "urban": (0.6, 0.3, 0.1), "rural": (0.35, 0.3, 0.35)}
"""Of 50, 30 and 20 × 10⁴ people 36, 18 and 6 are urban."""
LIME = (0.75, 0.0, 0.25)
USES = ("concrete", "masonry", "lime_stone")


def life(leaving: float) -> float:
    """Return the scale of an exponential life of which a share leaves in a year: ``exp(-1 / scale) = 1 - leaving``."""
    return -1 / math.log(1 - leaving)


CENTRAL: dict[str, float | tuple[float, ...]] = {
    "population": 100,
    "urban_share": 0.6,
    "floor_per_head_urban": (40, 40, 40, 41),
    "floor_per_head_rural": 50,
    "building_life_urban": life(0.02),
    "building_life_rural": life(0.05),
    "building_life_shape": 1,
    "nonresidential_ratio": 0.5,
    "stone_per_m2": 1,
    "road_network": 1000,
    "stone_per_km": 0.01,
    "rail_per_km": 5.4,
    "track_per_km": 0.2,
    "own_stone_share": 0.5,
    "kappa": 1,
    "shared_correlation": 0.5,
    "observation_error": 0.1,
    "waste_per_m2": 1,
    "recycling_rate": 0.25,
    "masonry_share": 0.2,
    "lime_capacity": 50,
    "per_head_before": 4,
    "per_head_saturated": 2,
    "per_head_midyear": 2021,
    "per_head_steepness": math.log(3),
    "cement_per_head": 0.5,
    "cement_per_t": 0.1,
    "aggregate_per_t_cement": 6,
}
SHARES = ("urban_share", "own_stone_share", "recycling_rate", "masonry_share")

TERMS = tuple(Term(*row[:4], row[4] or "population") for row in (
    ("", "new_other", "new_floor_urban", "nonresidential_ratio", ""),
    ("", "new_other", "new_floor_rural", "nonresidential_ratio", ""),
    ("", "building", "new_floor_urban", "stone_per_m2", ""),
    ("", "building", "new_floor_rural", "stone_per_m2", ""),
    ("", "building", "new_other", "stone_per_m2", ""),
    ("", "roads", "", "road_network", "rural"),
    ("", "maintenance", "roads", "stone_per_km", ""),
    ("", "modelled", "building", 1.0, ""),
    ("", "modelled", "works", 1.0, ""),
    ("", "modelled", "maintenance", 1.0, ""),
    ("bottom_up", "aggregate", "modelled", "kappa", ""),
    ("per_head", "aggregate", "population", "aggregate_per_head", ""),
    ("bottom_up", "cement", "building", "cement_per_t", ""),
    ("per_head", "cement", "population", "cement_per_head", ""),
    ("cement", "cement", "population", "cement_per_head", ""),
    ("cement", "aggregate", "cement", "aggregate_per_t_cement", ""),
    ("", "waste", "demolished_floor_urban", "waste_per_m2", ""),
    ("", "waste", "demolished_floor_rural", "waste_per_m2", ""),
    ("", "recycled", "waste", "recycling_rate", ""),
    ("", "own_stone", "spoil", "kappa", ""),
    ("", "primary", "aggregate", 1.0, ""),
    ("", "primary", "recycled", -1.0, ""),
    ("", "masonry", "primary", "masonry_share", ""),
    ("", "concrete", "aggregate", 1.0, ""),
    ("", "concrete", "masonry", -1.0, ""),
    ("", "lime_stone", "", "lime_capacity", ""),
))

RAILWAY = Project("railway", label("Railway"), 10.0, "km", "rail_per_km", 2020, 2022, {"A": 0.25, "B": 0.75},
                  spoil="own_stone_share", profile="peaked")
TRACKS = Project("tracks", label("Tracks"), 100.0, "km", "track_per_km", 2021, 2022,
                 dict(zip(ZONES, PEOPLE["rural"], strict=True)), moves=True)


def parameter(name: str, middle: float | Iterable[float], low: float | None = None, high: float | None = None, *,
              shared: bool = False) -> Parameter:
    """Return a parameter: a constant, or a path over the last years of the model; certain without bounds.

    The drivers of the stock are paths over its whole history also where one figure holds always.
    """
    path = np.atleast_1d(np.array(middle, float))
    if name in DRIVERS and len(path) == 1:
        path = np.repeat(path, len(HISTORY))
    years = tuple(HISTORY)[-len(path) :] if len(path) > 1 else ()
    lowest, highest = (path if bound is None else np.full(path.shape, float(bound)) for bound in (low, high))
    return Parameter(name, "share" if name in SHARES else "-", lowest, path, highest, years, shared)


def tiny_demand(
    *uncertain: Parameter, projects: Iterable[Project] = (RAILWAY, TRACKS), terms: Iterable[Term] = TERMS,
    **values: float | tuple[float, ...] | str,
) -> DemandModel:
    """Return the model of the module's table, with parameters replaced, or set by name.

    Parameters
    ----------
    **values : float, tuple of float or str
        Central figures of parameters; ``estimator`` is the one that drives.
    """
    estimator = str(values.pop("estimator", "bottom_up"))
    assert set(values) <= set(CENTRAL), set(values) - set(CENTRAL)
    parameters: dict[str, Parameter] = {n: parameter(n, v) for n, v in {**CENTRAL, **values}.items()}  # type: ignore[arg-type]
    parameters |= {one.name: one for one in uncertain}
    chain = tuple(terms)
    names = dict.fromkeys((*GIVEN, *(term.quantity for term in chain)))
    return DemandModel(
        years=YEARS, history=HISTORY, parameters=parameters, projects=tuple(projects), terms=chain,
        quantities={name: Quantity(label(name), "10kt") for name in names}, uses=USES, zones=ZONES,
        people={name: np.array(shares) for name, shares in PEOPLE.items()}, places={"lime_stone": np.array(LIME)},
        estimator=estimator,
    )


def seen(amount: float, quantity: str = "aggregate", year: int = BASE) -> Observation:
    return Observation(year, quantity, amount)


def observed(*observations: Observation) -> Calibration:
    return Calibration(observations, BASE)


NOTHING = observed()
"""The calibration of a district that has observed nothing."""


def middle(model: DemandModel) -> Point:
    """Return the central point of an uncalibrated model."""
    return central(model, NOTHING)


def totals(model: DemandModel, estimator: str | None = None, point: Point | None = None) -> Mapping[str, Array]:
    """Return every quantity of the district by year at the first point, shape (years,)."""
    found = model.evaluate(point or middle(model), estimator)
    return {name: values[0].sum(axis=-1) for name, values in found.items()}


def by_zone(model: DemandModel, use: str, point: Point | None = None) -> Array:
    """Return a use's demand at the first point, shape (years, zones)."""
    return model.by_zone(use, model.demand(point or middle(model))[use])[0]


def moved(model: DemandModel, estimator: str = "bottom_up") -> dict[str, list[float]]:
    """Return by how much each quantity differs from that of the module's table, for those that differ."""
    plain, found = totals(tiny_demand(), estimator), totals(model, estimator)
    assert set(plain) == set(found)
    return {name: list(found[name] - plain[name]) for name in plain
            if not np.allclose(found[name], plain[name], rtol=1e-9, atol=1e-9)}


def where(frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """Return the rows with some values."""
    for name, value in values.items():
        frame = frame[frame[name] == value]
    return frame
