"""Which input matters most: models whose Sobol indices are known.

Two figures that add up, each with the bounds nothing and double: their variances are as the squares of their centres.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tiny_demand import NOTHING, TERMS, TRACKS, observed, parameter, seen, tiny_demand

from mineralplan.demand.chain import Term
from mineralplan.demand.model import DemandModel
from mineralplan.demand.parameters import Z95, Parameter
from mineralplan.demand.sensitivity import Influence, influences

SUM = (
    Term("", "modelled", "", "minor"), Term("", "modelled", "", "major"),
    Term("bottom_up", "aggregate", "modelled", "kappa"),
    *(term for term in TERMS if term.estimator in ("per_head", "cement")),
)
MINOR, MAJOR = parameter("minor", 10, 0, 20), parameter("major", 20, 0, 40)
IDLE = parameter("idle", 5, 0, 10)
POINTS = 512


def model(*uncertain: Parameter, **values: float | str) -> DemandModel:
    """Return κ × (minor + major), both certain unless given."""
    known = (parameter("minor", 10), parameter("major", 20))
    return tiny_demand(*known, *uncertain, terms=SUM, projects=(), **values)


def found(of: DemandModel, years: tuple[int, ...] = (2022,), points: int = POINTS) -> dict[int, list[Influence]]:
    return influences(of, NOTHING, "aggregate", years, points, 0)


def test_what_adds_up() -> None:
    """Variances as 10² : 20²: a fifth and four fifths, alone and with interactions, of which there are none.

    Had the indices the share of the deviations they would be a third and two thirds.
    """
    major, minor = found(model(MINOR, MAJOR))[2022]

    assert (major.input, minor.input) == ("major", "minor")
    assert (major.first, major.total) == pytest.approx((0.8, 0.8), abs=0.03)
    assert (minor.first, minor.total) == pytest.approx((0.2, 0.2), abs=0.03)
    for one in (major, minor):
        assert 0 < one.first_error < 0.2
        assert 0 < one.total_error < 0.2


def test_the_swing() -> None:
    """From 0 to 20 of minor beside 20, from 0 to 40 of major beside 10; the widest swing comes first."""
    major, minor = found(model(MINOR, MAJOR), points=16)[2022]

    assert (minor.low, minor.high) == pytest.approx((20, 40))
    assert (major.low, major.high) == pytest.approx((10, 50))


def test_what_lowers_counts_by_its_swing_too() -> None:
    """30 less 0 to 40 instead of 20: from 30 down to -10, a swing of 40 that stands before the 20 of minor."""
    less = replace(model(MINOR, MAJOR), terms=(
        Term("", "taken", "", "major"), Term("", "modelled", "", "minor"), Term("", "modelled", "", 20.0),
        Term("", "modelled", "taken", -1.0), *SUM[2:],
    ))
    first, second = found(less, points=16)[2022]

    assert (first.input, first.low, first.high) == ("major", pytest.approx(30), pytest.approx(-10))
    assert second.input == "minor"


def test_what_multiplies() -> None:
    """κ × 20 of major, both lognormal with s = ln 3 / 1.645: with v = exp(s²) alone 1 / (v + 1), in all v / (v + 1).

    v = 1.562: 0.390 and 0.610; the rest is interaction.
    """
    v = math.exp((math.log(3) / Z95) ** 2)
    product = model(parameter("minor", 0), parameter("major", 20, 20 / 3, 60), parameter("kappa", 1, 1 / 3, 3))

    for one in found(product, points=2048)[2022]:
        assert one.first == pytest.approx(1 / (v + 1), abs=0.05)
        assert one.total == pytest.approx(v / (v + 1), abs=0.05)


def test_what_moves_nothing_is_left_out() -> None:
    assert [one.input for one in found(model(MINOR, MAJOR, IDLE), points=16)[2022]] == ["major", "minor"]


def test_without_inputs_nothing_has_an_influence() -> None:
    assert found(model(), (2020, 2022)) == {2020: [], 2022: []}


def test_year_by_year() -> None:
    """Major 10, 20 and 40 in three years, by 1, by 10 and by 40 uncertain: the swing is that of the year."""
    path = replace(parameter("major", (10, 20, 40)), low=parameter("", (9, 10, 0)).central,
                   high=parameter("", (11, 30, 80)).central)
    by_year = found(model(MINOR, path), (2020, 2021, 2022), 16)

    assert {y: (one.low, one.high) for y, many in by_year.items() for one in many if one.input == "major"} == {
        2020: pytest.approx((19, 21)), 2021: pytest.approx((20, 40)), 2022: pytest.approx((10, 90))}
    assert [one.input for one in by_year[2020]] == ["minor", "major"]
    assert [one.input for one in by_year[2022]] == ["major", "minor"]


def test_a_project_that_may_be_cancelled() -> None:
    """Tracks of 10 in 2022, gone in 6 of 10 draws: at the low quantile of its coin they are gone, at the high built.

    Nothing else is uncertain, so that the coin explains all the variance.
    """
    (one,) = influences(tiny_demand(projects=(replace(TRACKS, cancel_probability=0.6),)), NOTHING, "aggregate", [2022],
                        POINTS, 0)[2022]

    assert (one.input, one.low, one.high) == ("tracks.cancelled", pytest.approx(322), pytest.approx(332))
    assert (one.first, one.total) == pytest.approx((1, 1), abs=0.02)


def test_a_common_factor_is_an_input() -> None:
    """ρ = 0.5: of a shared intensity's variance in z half is common, half its own, so both swing alike.

    One intensity, bounds half and double: √½ of the deviate each way, 20 × 2^∓0.7071 beside 10.
    """
    shared = replace(parameter("major", 20, 10, 40), shared=True)
    by_name = {one.input: one for one in found(model(shared), points=16)[2022]}

    assert set(by_name) == {"shared", "major"}
    for one in by_name.values():
        assert (one.low, one.high) == pytest.approx((10 + 20 * 2**-(0.5**0.5), 10 + 20 * 2 ** (0.5**0.5)))


def test_an_observation_takes_the_swing_out_of_what_it_explains() -> None:
    """30 observed exactly in 2020: κ makes up for whatever major is, so that major moves nothing any more.

    Uncalibrated it swings by 40.
    """
    exact = model(MAJOR, parameter("kappa", 1, 0.2, 5), observation_error=1e-6)
    by_name = {one.input: one for one in influences(exact, observed(seen(30)), "aggregate", [2022], 16, 0)[2022]}

    assert abs(by_name["major"].high - by_name["major"].low) < 1e-6
    assert abs(by_name["kappa"].high - by_name["kappa"].low) < 1e-3


def test_of_the_driving_estimator() -> None:
    """Per head, 100 × the curve: the rate before the turn swings it, minor and major do not.

    In 2022 a quarter of the way down is left, 2 + (before - 2) / 4: 2.25 to 2.75 with the bounds 3 and 5.
    """
    per_head = model(MINOR, MAJOR, parameter("per_head_before", 4, 3, 5), estimator="per_head")
    (one,) = found(per_head, points=16)[2022]

    assert (one.input, one.low, one.high) == ("per_head_before", pytest.approx(225), pytest.approx(275))


def test_another_seed_is_another_design() -> None:
    def first(seed: int) -> list[float]:
        return [one.first for one in influences(model(MINOR, MAJOR), NOTHING, "aggregate", (2022,), 16, seed)[2022]]

    assert first(1) == first(1)
    assert first(1) != first(2)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_seed_decides_the_intervals_too(seed: int) -> None:
    """Indices and intervals are the same in every run with the same seed, also with 0, which SALib takes for none."""
    runs = [influences(model(MINOR, MAJOR), NOTHING, "aggregate", (2022,), 16, seed) for _ in range(2)]

    assert runs[0] == runs[1]


def test_a_year_in_which_nothing_moves() -> None:
    """Major is certain in 2020 and 2021 and uncertain in 2022: in 2020 it has no swing and explains nothing."""
    path = replace(parameter("major", (10, 20, 40)), low=parameter("", (10, 20, 0)).central,
                   high=parameter("", (10, 20, 80)).central)
    (one,) = found(model(path), (2020, 2022), 16)[2020]

    assert (one.low, one.high, one.first, one.total) == pytest.approx((20, 20, 0, 0))
