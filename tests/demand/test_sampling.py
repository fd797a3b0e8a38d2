"""Points of the parameters: which inputs there are, how the draws fill them, and the central point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm
from tiny_demand import NOTHING, RAILWAY, TRACKS, observed, parameter, seen, tiny_demand

from mineralplan.demand.model import DemandModel, Point
from mineralplan.demand.parameters import Z95, Array
from mineralplan.demand.sampling import AT_ONCE, at, central, draws, inputs, points, uniform

MANY = 4096
LATE = replace(RAILWAY, delay=(0.0, 1.0, 2.0))
DOUBTFUL = replace(TRACKS, cancel_probability=0.25)


def drawn(model: DemandModel, value: Callable[[Point], Array] | str, count: int = MANY, seed: int = 0) -> Array:
    """Return a constant parameter, or what a function says of a point, in every draw."""
    found = [p.parameters[value][:, 0] if isinstance(value, str) else value(p)
             for p in draws(model, NOTHING, count, seed)]
    return np.concatenate(found)


def deviates(model: DemandModel, name: str) -> Array:
    """Return the standard normal deviates of a parameter with the bounds half and double: ``log₂ × 1.645``."""
    return np.log2(drawn(model, name) / model.parameters[name].central[0]) * Z95


def test_what_is_certain_is_no_input() -> None:
    assert inputs(tiny_demand()) == ()


def test_the_inputs_are_what_is_uncertain() -> None:
    """A lone shared intensity brings the common factor; delays with a range and chances of cancelling come last."""
    model = tiny_demand(
        parameter("stone_per_m2", 1, 0.5, 2, shared=True), parameter("stone_per_km", 0.01, shared=True),
        parameter("population", (100, 100, 100, 110), 90, 120), projects=(LATE, DOUBTFUL),
    )

    assert inputs(model) == ("shared", "population", "stone_per_m2", "railway.delay", "tracks.cancelled")


def test_what_is_shared_and_certain_brings_no_common_factor() -> None:
    model = tiny_demand(parameter("stone_per_km", 0.01, shared=True), parameter("kappa", 1, 0.5, 2))

    assert inputs(model) == ("kappa",)


def test_a_cancelled_project_is_no_input() -> None:
    gone = replace(LATE, cancelled=True, cancel_probability=0.5)

    assert inputs(tiny_demand(projects=(gone, replace(TRACKS, delay=(1.0, 1.0, 1.0))))) == ()


def test_the_draws_fill_the_cube_evenly() -> None:
    """Of 256 Sobol points each of 256 slices of every dimension holds one; random points leave a third empty."""
    found = uniform(3, 256, 1)

    assert found.shape == (256, 3)
    for column in found.T:
        assert sorted((column * 256).astype(int)) == list(range(256))


def test_as_many_points_as_wanted() -> None:
    """5 points are the first of 8 and one point the first of two, all within the open cube."""
    assert np.array_equal(uniform(2, 5, 3), uniform(2, 8, 3)[:5])
    assert uniform(2, 1, 3).shape == (1, 2)
    assert uniform(4, MANY, 0).min() > 0
    assert uniform(4, MANY, 0).max() < 1


def test_points_come_some_at_a_time() -> None:
    """Two and a half times as many as are evaluated together: two full parts and a half one."""
    model = tiny_demand(parameter("kappa", 1, 0.5, 2))
    parts = [len(p.parameters["kappa"]) for p in draws(model, NOTHING, AT_ONCE * 5 // 2, 0)]

    assert parts == [AT_ONCE, AT_ONCE, AT_ONCE // 2]


def test_without_inputs_all_draws_are_the_central_point() -> None:
    (point,) = draws(tiny_demand(kappa=1.5), NOTHING, 7, 0)

    assert point.parameters["kappa"] == pytest.approx(np.full((7, 1), 1.5))
    assert point.parameters["stone_per_m2"].shape == (7, 1)


def test_the_seed_decides() -> None:
    model = tiny_demand(parameter("kappa", 1, 0.5, 2), parameter("lime_capacity", 50, 25, 100))
    first, again, other = (drawn(model, "lime_capacity", 64, seed) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("correlation", [0, 0.5, 0.9])
def test_shared_intensities_correlate(correlation: float) -> None:
    """√ρ of the common factor and √(1 - ρ) of one's own: any two correlate by ρ, each still a standard normal."""
    names = {"stone_per_m2": 1, "stone_per_km": 0.01, "rail_per_km": 5.4}
    model = tiny_demand(*(parameter(n, x, x / 2, x * 2, shared=True) for n, x in names.items()),
                        shared_correlation=correlation)
    z = [deviates(model, name) for name in names]

    assert np.corrcoef(z)[np.triu_indices(3, 1)] == pytest.approx([correlation] * 3, abs=0.02)
    assert [one.std() for one in z] == pytest.approx([1] * 3, abs=0.01)


def test_others_do_not_correlate() -> None:
    """An intensity that is not shared moves neither with the shared ones nor with another of its kind."""
    model = tiny_demand(
        parameter("stone_per_m2", 1, 0.5, 2, shared=True), parameter("stone_per_km", 0.01, 0.005, 0.02),
        parameter("rail_per_km", 5.4, 2.7, 10.8), shared_correlation=0.9,
    )
    z = [deviates(model, name) for name in ("stone_per_m2", "stone_per_km", "rail_per_km")]

    assert np.corrcoef(z)[np.triu_indices(3, 1)] == pytest.approx([0] * 3, abs=0.02)


@pytest.mark.parametrize("shared", [False, True])
def test_the_draws_have_the_quantiles_of_the_table(shared: bool) -> None:
    """Bounds 2, 5, 40: 5 %, half and 95 % of the draws lie below them, also where a common factor has a part in it."""
    model = tiny_demand(parameter("stone_per_m2", 5, 2, 40, shared=shared))

    assert np.quantile(drawn(model, "stone_per_m2"), (0.05, 0.5, 0.95)) == pytest.approx([2, 5, 40], rel=0.02)


def test_a_path_moves_as_one() -> None:
    """One deviate for all years: 10 % above the centre is 10 % above it in every year where the bounds are equal."""
    model = tiny_demand(parameter("population", 100, 50, 200))
    (point,) = draws(model, NOTHING, 64, 0)
    path = point.parameters["population"]

    assert path.shape == (64, 4)
    assert path == pytest.approx(np.repeat(path[:, :1], 4, axis=1))
    assert np.ptp(path[:, 0]) > 50


def test_a_project_is_cancelled_with_its_probability() -> None:
    """A quarter of 4,096 draws, to the draw: Sobol points are that even. A certain project never, a gone one always."""
    model = tiny_demand(projects=(RAILWAY, DOUBTFUL, replace(TRACKS, name="gone", cancelled=True)))

    assert drawn(model, lambda p: p.cancelled["tracks"]).sum() == MANY / 4
    assert drawn(model, lambda p: p.cancelled["railway"]).sum() == 0
    assert drawn(model, lambda p: p.cancelled["gone"]).min() == 1


def test_delays_are_drawn() -> None:
    """Bounds 0, 1 and 2 years are the 5, 50 and 95 % quantiles of the delays."""
    found = drawn(tiny_demand(projects=(LATE, TRACKS)), lambda p: p.delays["railway"])

    assert np.quantile(found, (0.05, 0.5, 0.95)) == pytest.approx([0, 1, 2], abs=0.02)


def test_the_central_point() -> None:
    """Every parameter at its central figure, delays too; no project is cancelled but those the scenario cancels.

    A coin at its median, 0.5, would cancel a project with a probability of 0.6.
    """
    model = tiny_demand(parameter("stone_per_m2", 1, 0.5, 3, shared=True), parameter("recycling_rate", 0.25, 0, 0.9),
                        projects=(LATE, replace(TRACKS, cancel_probability=0.6), replace(RAILWAY, name="gone",
                                                                                       cancelled=True)))
    point = central(model, NOTHING)

    for name, values in point.parameters.items():
        assert values[0] == pytest.approx(model.parameters[name].central), name
    assert {name: late.tolist() for name, late in point.delays.items()} == {"railway": [1], "tracks": [0], "gone": [0]}
    assert {name: off.tolist() for name, off in point.cancelled.items()} == {
        "railway": [0], "tracks": [0], "gone": [1]}


def test_an_input_at_its_quantile() -> None:
    """Recycling at its 95 % quantile, the tracks' coin below and above their probability of 0.25; the rest central."""
    model = tiny_demand(parameter("recycling_rate", 0.25, 0, 0.9), parameter("kappa", 1, 0.5, 2),
                        projects=(RAILWAY, DOUBTFUL))
    found = at(model, NOTHING, {"recycling_rate": np.array([0.95, 0.5]), "tracks.cancelled": np.array([0.2, 0.3])}, 2)

    assert found.parameters["recycling_rate"][:, 0] == pytest.approx([0.9, 0.25])
    assert found.parameters["kappa"][:, 0] == pytest.approx([1, 1])
    assert found.cancelled["tracks"].tolist() == [1, 0]


def test_the_common_factor_by_itself() -> None:
    """At its 95 % quantile with ρ = 0.25 a shared intensity has the deviate 0.5 × 1.645: √2 times its centre of 1.

    One that is not shared does not move.
    """
    model = tiny_demand(parameter("stone_per_m2", 1, 0.5, 2, shared=True), parameter("stone_per_km", 1, 0.5, 2),
                        shared_correlation=0.25)
    point = at(model, NOTHING, {"shared": np.array([0.95])}, 1)

    assert point.parameters["stone_per_m2"][0, 0] == pytest.approx(2**0.5)
    assert point.parameters["stone_per_km"][0, 0] == pytest.approx(1)


def test_the_factor_of_calibration_is_drawn_around_what_the_base_year_says() -> None:
    """At its 95 % quantile κ is the posterior's: exp(mean + 1.645 deviations), with the observation off by 10 %."""
    model, known = tiny_demand(parameter("kappa", 1, 0.5, 2)), observed(seen(300))
    mean, deviation = known.of(model, central(model, NOTHING))
    point = at(model, known, {"kappa": np.array([0.95])}, 1)

    assert point.parameters["kappa"][0, 0] == pytest.approx(float(np.exp(mean + Z95 * deviation)[0]))


def test_points_of_some_inputs() -> None:
    """A design over one of two inputs leaves the other at its median."""
    model = tiny_demand(parameter("kappa", 1, 0.5, 2), parameter("lime_capacity", 50, 25, 100))
    (point,) = points(model, NOTHING, ["lime_capacity"], norm.cdf([[-Z95], [0], [Z95]]))

    assert point.parameters["lime_capacity"][:, 0] == pytest.approx([25, 50, 100])
    assert point.parameters["kappa"][:, 0] == pytest.approx([1, 1, 1])
