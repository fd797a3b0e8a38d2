"""What a scenario says of the demand, down to use, zone and year."""

from __future__ import annotations

from pathlib import Path

import pytest

from mineralplan.case import Case
from mineralplan.planning import load
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def of(case: Case, use: str, year: int) -> dict[str, float]:
    """Return the district's demand of a use in a year by zone."""
    return {z: q for (u, z, y), q in case.demand.items() if (u, y) == (use, year) and not case.exported(z)}


def test_by_population_and_by_places(region: SmallRegion) -> None:
    """2021: 10.2 × 4 = 40.8 of aggregate over 60 : 40 people; 10.2 of bricks over 3 : 1 at the works."""
    case = load(region.scenario)

    assert of(case, "aggregate", 2021) == pytest.approx({"T1": 24.48, "T2": 16.32})
    assert of(case, "bricks", 2021) == pytest.approx({"T1": 7.65, "T2": 2.55})


def test_exports_begin_in_their_year_and_are_worth_their_value(region: SmallRegion) -> None:
    """From 2022 the neighbour would buy 5 at 90 a tonne; a shortage at home costs 300."""
    case = load(region.scenario)

    assert {y: case.demand.get(("aggregate", "N1", y)) for y in case.years} == {2021: None, 2022: 5, 2023: 5}
    assert case.unserved_cost["aggregate", "N1", 2022] == 90
    assert case.unserved_cost["aggregate", "T1", 2022] == 300


def test_scales_multiply_and_leave_exports_alone(region: SmallRegion) -> None:
    """All × 1.1 and bricks × 2 from 2022: 40.8 × 1.1 = 44.88; bricks 10.2 × 1.1, then 10.4 × 1.1 × 2 = 22.88."""
    region.adds("demand: {scale: {all: 1.1, bricks: {2022: 2}}}\n")
    case = load(region.scenario)

    assert sum(of(case, "aggregate", 2021).values()) == pytest.approx(44.88)
    assert sum(of(case, "bricks", 2021).values()) == pytest.approx(11.22)
    assert sum(of(case, "bricks", 2022).values()) == pytest.approx(22.88)
    assert case.demand["aggregate", "N1", 2022] == 5


def test_factors_by_year_and_as_a_constant(region: SmallRegion) -> None:
    """Aggregate from 4 in 2020 to 7 t a head in 2023: 5 in 2021, so 10.2 × 5 = 51; bricks halved: 5.1."""
    region.adds("demand: {factors: {aggregate: {2020: 4, 2023: 7}, bricks: 0.5}}\n")
    case = load(region.scenario)

    assert sum(of(case, "aggregate", 2021).values()) == pytest.approx(51)
    assert sum(of(case, "bricks", 2021).values()) == pytest.approx(5.1)


def test_no_demand_is_no_demand(region: SmallRegion) -> None:
    region.adds("demand: {scale: {all: 0}}\ntrade: {exports: false}\n")

    assert set(load(region.scenario).demand.values()) == {0.0}
