"""Bands: what many draws say of uses, townships and estimators."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny_demand import NOTHING, RAILWAY, TRACKS, USES, YEARS, ZONES, middle, parameter, tiny_demand, totals

from mineralplan.demand.bands import Draws, draw, quantiles
from mineralplan.demand.chain import ESTIMATORS
from mineralplan.demand.model import DemandModel
from mineralplan.demand.parameters import Z95
from mineralplan.demand.sampling import AT_ONCE

Z90 = 1.2815515655446004
"""The standard normal's 90 % quantile."""


def drawn(model: DemandModel, count: int = 1024, **how: object) -> Draws:
    return draw(model, NOTHING, count, 0, ("aggregate", "cement"), **how)  # type: ignore[arg-type]


def uncertain(estimator: str = "bottom_up") -> DemandModel:
    return tiny_demand(
        parameter("kappa", 1, 0.5, 2), parameter("recycling_rate", 0.25, 0, 0.6),
        parameter("urban_share", 0.6, 0.5, 0.7),
        parameter("stone_per_m2", 1, 0.5, 2, shared=True), parameter("per_head_before", 4, 3, 6), estimator=estimator,
        projects=(replace(RAILWAY, delay=(0.0, 0.0, 2.0)), replace(TRACKS, cancel_probability=0.5)),
    )


def test_the_band_of_one_factor() -> None:
    """κ with the bounds half and double: its 10 and 90 % quantiles are 2^∓(1.2816 / 1.6449) times 246 in 2020.

    Aggregate per head and by cement does not follow κ: 350 and 300 at every quantile.
    """
    found = drawn(tiny_demand(parameter("kappa", 1, 0.5, 2)), 4096)
    wide = 2 ** (Z90 / Z95)

    assert quantiles(found.totals["bottom_up", "aggregate"])[:, 0] == pytest.approx(
        [246 / wide, 246, 246 * wide], rel=0.01)
    assert quantiles(found.totals["per_head", "aggregate"])[:, 0] == pytest.approx([350] * 3)
    assert quantiles(found.totals["cement", "aggregate"])[:, 0] == pytest.approx([300] * 3)


def test_without_anything_uncertain_the_band_is_the_central_run() -> None:
    found, central = drawn(tiny_demand(), 5), totals(tiny_demand())

    for use in USES:
        low, half, high = quantiles(found.zones[use].sum(axis=-1))
        assert low == pytest.approx(central[use], rel=1e-6)
        assert half == pytest.approx(central[use], rel=1e-6)
        assert high == pytest.approx(central[use], rel=1e-6)


def test_quantiles_are_the_10_50_and_90_percent() -> None:
    """Of 0 to 100 in two places: 10, 50 and 90."""
    found = quantiles(np.arange(101.0)[:, None] * [1, 2])

    assert found == pytest.approx(np.array([[10, 20], [50, 100], [90, 180]]))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_central_run_lies_within_the_band(estimator: str) -> None:
    """The draws are centred on the central run: it lies between their 10 and 90 % quantile in every township."""
    model = uncertain(estimator)
    central = model.demand(middle(model))
    for use, values in drawn(model).zones.items():
        low, _, high = quantiles(values)
        zonal = model.by_zone(use, central[use])[0]
        room = 1e-6 * zonal.max()
        assert np.all(low <= zonal + room) and np.all(zonal <= high + room), use
        assert use == "lime_stone" or np.all(high > low)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_totals_are_the_sums_of_the_townships(estimator: str) -> None:
    """Draw by draw: the townships of a use sum to what the driving estimator totals."""
    found = drawn(uncertain(estimator), 64)
    for use in USES:
        assert found.zones[use].sum(axis=-1, dtype=float) == pytest.approx(found.totals[estimator, use], rel=1e-6)


def test_what_is_totalled() -> None:
    """The uses and what else is asked for, of every estimator that computes it; waste is not asked for."""
    assert set(drawn(tiny_demand(), 2).totals) == {
        (e, q) for e in ESTIMATORS for q in (*USES, "aggregate", "cement")}
    without = [term for term in uncertain().terms if (term.estimator, term.quantity) != ("cement", "aggregate")]
    assert ("cement", "masonry") not in drawn(tiny_demand(terms=without), 2).totals


def test_the_scenario_multiplies_the_demand_but_not_the_estimates() -> None:
    """Concrete doubled in 2021: 443.6 instead of 221.8 in the townships, 221.8 in the estimator's total."""
    found = drawn(tiny_demand(), 2, factor=lambda use, year: 2.0 if (use, year) == ("concrete", 2021) else 1.0)

    assert found.zones["concrete"][0].sum(axis=-1) == pytest.approx([204.2, 443.6, 284.2], rel=1e-6)
    assert found.zones["masonry"][0].sum(axis=-1) == pytest.approx([41.8, 46.2, 61.8], rel=1e-6)
    assert found.totals["bottom_up", "concrete"][0] == pytest.approx([204.2, 221.8, 284.2])


def test_shapes_and_memory() -> None:
    """One figure of four bytes for each draw, year and township of a use, however many are evaluated together."""
    found = drawn(uncertain(), AT_ONCE + 100)

    assert set(found.zones) == set(USES)
    for values in found.zones.values():
        assert values.shape == (AT_ONCE + 100, len(YEARS), len(ZONES))
        assert values.dtype == np.float32
    assert {values.shape for values in found.totals.values()} == {(AT_ONCE + 100, len(YEARS))}


def test_every_draw_is_kept() -> None:
    """One factor, 600 draws in two parts: 600 different figures, the first of which are those of a shorter run."""
    model = tiny_demand(parameter("kappa", 1, 0.5, 2))
    found = drawn(model, 600).totals["bottom_up", "aggregate"][:, 0]

    assert len(np.unique(found)) == 600
    assert np.array_equal(found[:513], drawn(model, 513).totals["bottom_up", "aggregate"][:, 0])
