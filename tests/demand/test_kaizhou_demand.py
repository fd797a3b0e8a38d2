"""The shipped baseline: near the reference run of the method, and its tables add up."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from tiny_demand import totals, where

from mineralplan.case import Case
from mineralplan.demand.bands import draw
from mineralplan.demand.sampling import central
from mineralplan.loading import load
from mineralplan.outputs.demand_tables import EXPORT, DemandTables, tables

ROOT = Path(__file__).parents[2]
REPORTED = (2020, 2025, 2030, 2035)
NEAR = 0.15
"""The reference run is another implementation with drivers of its own: figures within 15 % of each other agree."""
MT = 0.01
"""Mt per 10⁴ t."""

RUN: dict[str, tuple[float, ...]] = {
    "aggregate": (10.1, 9.8, 6.4, 6.2),
    "limestone": (8.1, 7.5, 4.7, 4.3),
    "building sandstone": (1.7, 1.6, 1.0, 0.9),
    "cement limestone": (1.2, 1.1, 0.7, 0.7),
    "brick shale": (0.6, 0.5, 0.5, 0.5),
}


Shipped = tuple[Case, DemandTables]


@pytest.fixture(scope="module")
def baseline() -> Shipped:
    """Return the shipped case and its tables, with a band of few draws."""
    shipped = load(ROOT / "scenarios" / "baseline.yaml")
    outlook = shipped.outlook
    assert outlook is not None
    assert not outlook.calibration.calibrated
    drawn = draw(outlook.model, outlook.calibration, 64, 0, outlook.model.headline, outlook.factor)
    return shipped, tables(shipped, drawn, {})


@pytest.fixture(scope="module")
def ours(baseline: Shipped) -> dict[str, tuple[float, ...]]:
    """Return in Mt what the reference run calls by these names: aggregate to be mined or bought, and its parts."""
    outlook = baseline[0].outlook
    assert outlook is not None
    model = outlook.model
    found = totals(model, point=central(model, outlook.calibration))
    paths = {
        "aggregate": found["aggregate"] - found["project_spoil"],
        "limestone": found["concrete_aggregate"] - found["recycled_aggregate"],
        "building sandstone": found["masonry_stone"],
        "cement limestone": found["cement_limestone_feed"],
        "brick shale": found["brick_shale_feed"],
    }
    return {name: tuple(float(path[model.years.index(year)]) * MT for year in REPORTED) for name, path in paths.items()}


@pytest.mark.parametrize("name", RUN)
def test_near_the_reference_run(name: str, ours: dict[str, tuple[float, ...]]) -> None:
    """2020, 2025, 2030 and 2035 in Mt, each within 15 % of the reference run as it is printed, without its rounding."""
    assert ours[name] == pytest.approx(RUN[name], rel=NEAR)


def test_the_townships_of_the_baseline_sum_to_its_uses(baseline: Shipped) -> None:
    shipped, found = baseline
    own = found.demand[found.demand["estimator"] != EXPORT]
    sums = own.groupby(["use", "year"])["central"].sum()

    assert sums.to_numpy() == pytest.approx(found.uses.set_index(["use", "year"])["central"].loc[sums.index], rel=1e-9)
    assert set(own["zone"]) == {code for code, zone in shipped.zones.items() if zone.kind == "township"}


def test_the_demand_that_is_planned_for_is_that_of_the_table(baseline: Shipped) -> None:
    """By use, zone and planned year, exports with it: to the hundredth of a tonne that it is rounded to."""
    shipped, found = baseline
    rows = found.demand.groupby(["use", "zone", "year"])["central"].sum()
    for key, amount in shipped.demand.items():
        assert rows.get(key, 0.0) == pytest.approx(amount, abs=1e-6), key


def test_the_uses_of_the_baseline_sum_to_its_minerals(baseline: Shipped) -> None:
    """Demand ÷ yield of the first mineral of each use."""
    shipped, found = baseline
    expected: dict[tuple[str, int], float] = {}
    for row in found.uses.itertuples():
        mineral, gain = next(iter(shipped.uses[row.use].served_by.items()))
        expected[mineral, row.year] = expected.get((mineral, row.year), 0.0) + row.central / gain

    minerals = found.minerals.set_index(["mineral", "year"])["central"]
    assert dict(minerals) == pytest.approx(expected, rel=1e-9)


def test_the_components_of_the_baseline_sum_to_its_headline(baseline: Shipped) -> None:
    _, found = baseline
    sums = found.components.groupby("year")["amount"].sum()
    aggregate = where(found.estimators, quantity="aggregate", estimator="bottom_up").set_index("year")["central"]

    assert sums.to_numpy() == pytest.approx(aggregate.loc[sums.index].to_numpy(), rel=1e-9)
    assert found.components["component"].nunique() == 6


def test_the_exports_of_the_baseline_are_its_demand_abroad(baseline: Shipped) -> None:
    shipped, found = baseline
    sold = where(found.demand, estimator=EXPORT)

    assert set(sold["zone"]) == {zone for _, zone, _ in shipped.demand if shipped.exported(zone)}
    assert sold["central"].sum() == pytest.approx(where(found.exports, on=True)["quantity_10kt"].sum())


def test_the_units_of_the_baseline(baseline: Shipped) -> None:
    """Every use has the plan's unit, every estimate that of its quantity: water by volume, all else by weight."""
    shipped, found = baseline
    assert shipped.outlook is not None

    for frame, column in ((found.demand, "use"), (found.uses, "use")):
        assert dict(zip(frame[column], frame["unit"], strict=True)) == {u: use.unit for u, use in shipped.uses.items()}
    for row in found.estimators.itertuples():
        assert row.unit == shipped.outlook.model.quantities[row.quantity].unit


def test_the_bands_of_the_baseline_are_in_order(baseline: Shipped) -> None:
    """Low <= high everywhere, nothing is negative, and no table lacks a figure."""
    _, found = baseline
    for frame, low, high in ((found.demand, "low", "high"), (found.uses, "p10", "p90"),
                             (found.minerals, "p10", "p90"), (found.estimators, "p10", "p90")):
        assert np.all(frame[low] <= frame[high])
        assert frame[[low, "central", high]].min().min() >= 0
        assert not frame[[low, "central", high]].isna().any().any()
    assert np.all(found.uses["p10"] <= found.uses["p50"]) and np.all(found.uses["p50"] <= found.uses["p90"])
    assert all(not getattr(found, field.name).empty for field in fields(found)
               if field.name not in ("calibration", "sensitivity"))


def test_where_a_figure_comes_from(baseline: Shipped) -> None:
    """An anchor keeps grade and source, a year between two is called interpolated and has neither."""
    drivers = where(baseline[1].drivers, parameter="floor_per_head_urban")
    anchor, between = (where(drivers, year=year).iloc[0] for year in (2020, 2021))

    assert anchor["grade"] and anchor["source"] and anchor["basis"] != "interpolated"
    assert (between["basis"], between["grade"], between["source"]) == ("interpolated", "", "")
    assert anchor["central"] < between["central"]
