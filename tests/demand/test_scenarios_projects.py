"""What a scenario says of projects, of the supplies that follow from them, of exports and of the band.

The bypass of the small region, which its plain scenario cancels, is 10 km × 0.8 = 8 × 10⁴ t of aggregate, half of it in
2022 and half in 2023, on top of 40.8, 41.6 and 42.4 × 10⁴ t in 2021, 2022 and 2023.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenario_demand import by_year, of, outlook, total

from mineralplan.case import Case
from mineralplan.demand.sampling import inputs
from mineralplan.projection import project_demand
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


# --- projects --------------------------------------------------------------------------------------------------------


def test_a_project_lies_in_its_townships(region: SmallRegion) -> None:
    """8 over two years: 4 in 2022, 1 of them in T1 and 3 in T2, on top of 41.6 over 60 : 40 people."""
    region.builds_the_bypass()
    case = region.case()

    assert by_year(case) == pytest.approx([40.8, 45.6, 46.4])
    assert of(case, "aggregate", 2022) == pytest.approx({"T1": 24.96 + 1, "T2": 16.64 + 3})


@pytest.mark.parametrize(
    ("change", "works"),
    [
        ("cancelled: true", [0, 0, 0]),
        ("cancelled: false", [0, 4, 4]),
        ("delay_years: 0.5", [0, 2, 4]),  # planned: begins half a year later, as long as before; 2 are left for 2024
        ("delay_years: 1", [0, 0, 4]),
        ("size: 20", [0, 8, 8]),
        ("start_year: 2021", [8 / 3, 8 / 3, 8 / 3]),
        ("end_year: 2022", [0, 8, 0]),
        ("end_year: 2025", [0, 2, 2]),
        ("start_year: 2021, end_year: 2022, size: 5", [2, 2, 0]),
    ],
)
def test_a_change_of_a_project(region: SmallRegion, change: str, works: list[float]) -> None:
    """What the bypass adds in 2021, 2022 and 2023 to 40.8, 41.6 and 42.4."""
    region.builds_the_bypass()
    case = region.case(f"demand: {{projects: {{bypass: {{{change}}}}}}}\n")

    assert np.array(by_year(case)) - [40.8, 41.6, 42.4] == pytest.approx(works, abs=1e-6)


def test_a_delay_of_a_project_under_way_stretches_it(region: SmallRegion) -> None:
    """A year late, the 8 spread over 2022 to 2024, 2.667 a year; moved like a planned one there would be 0 and 4."""
    region.swap("demand/projects.csv", "even,planned,towns", "even,under_way,towns")
    region.builds_the_bypass()
    case = region.case("demand.projects.bypass.delay_years: 1\n")

    assert np.array(by_year(case)) - [40.8, 41.6, 42.4] == pytest.approx([0, 8 / 3, 8 / 3], abs=1e-6)


def test_a_delay_that_a_scenario_sets_is_certain(region: SmallRegion) -> None:
    """The table says 0 to 2 years, and a tenth that it is never built: two inputs to draw. A delay of 1 is one less."""
    plain = region.case()
    drawn = plain.change({"demand.projects.bypass.cancelled": False})
    late = drawn.change({"demand.projects.bypass.delay_years": 1})

    def of_projects(case: Case) -> set[str]:
        return {name for name in inputs(outlook(case).model) if name.startswith(("bypass.", "farm_tracks."))}

    assert of_projects(plain) == set()
    assert of_projects(drawn) == {"bypass.delay", "bypass.cancelled"}
    assert of_projects(late) == {"bypass.cancelled"}


# --- supplies that follow from the demand model ----------------------------------------------------------------------


def test_stone_of_a_projects_own_works(region: SmallRegion) -> None:
    """A quarter of the 4 a year comes from the bypass's own works, for its two towns only, at 10 CNY/t.

    It stands between the towns, a quarter of the way from T2 (108.50) to T1 (108.40): 108.475.
    """
    assert "own_stone_bypass" not in region.case().supplies
    region.row("supplies.csv", "own_stone,自采石料,own stone,spoil,aggregate,,2023,12,,illustrative,test")
    region.builds_the_bypass()
    stone = region.case().supplies["own_stone_bypass"]

    assert dict(stone.limit) == pytest.approx({2021: 0, 2022: 1, 2023: 1})
    assert dict(stone.price) == {2021: 10, 2022: 10, 2023: 12}
    assert (stone.kind, stone.use, stone.zone, set(stone.reach)) == ("spoil", "aggregate", "", {"T1", "T2"})
    assert (stone.place.lon, stone.place.lat) == pytest.approx((108.475, 31.2))
    assert (stone.label.en, stone.label.zh) == ("Bypass: own stone", "绕城路自采石料")


def test_stone_of_a_projects_own_works_is_scaled(region: SmallRegion) -> None:
    region.builds_the_bypass()
    case = region.case("supplies: {own_stone: {limit_scale: {2023: 0.5}, price_scale: 2}}\n")
    stone = case.supplies["own_stone_bypass"]

    assert dict(stone.limit) == pytest.approx({2021: 0, 2022: 1, 2023: 0.5})
    assert dict(stone.price) == {2021: 20, 2022: 20, 2023: 20}


def test_stone_of_a_projects_own_works_from_a_year_on(region: SmallRegion) -> None:
    """Used from 2023 on only: the 1 of 2022 goes to waste. Its price before is that of the first row."""
    region.cell("supplies.csv", 5, "from_year", 2023)
    region.builds_the_bypass()
    stone = region.case().supplies["own_stone_bypass"]

    assert dict(stone.limit) == pytest.approx({2021: 0, 2022: 0, 2023: 1})
    assert set(stone.price.values()) == {10}


def test_a_limit_that_is_blank_follows_the_demand_model(region: SmallRegion) -> None:
    """Old concrete: 5 a year in the plain region; 6 when the parameter says so, half when the scenario scales it.

    With a limit of 7 from 2023 on in the table, that holds there.
    """
    assert dict(region.case().supplies["old_concrete"].limit) == {2021: 5, 2022: 5, 2023: 5}

    region.row("supplies.csv", "old_concrete,再生,Recycled,recycled,aggregate,T1,2023,20,7,illustrative,test")
    case = region.case("demand.parameters.recycled_a_year: 6\nsupplies: {old_concrete: {limit_scale: 0.5}}\n")
    assert dict(case.supplies["old_concrete"].limit) == {2021: 3, 2022: 3, 2023: 3.5}


# --- exports ---------------------------------------------------------------------------------------------------------


def exported(case: Case) -> list[float | None]:
    return [case.demand.get(("aggregate", "N1", year)) for year in case.years]


def test_exports_begin_in_their_year_and_are_worth_their_value(region: SmallRegion) -> None:
    """From 2022 the neighbour would buy 5 at 90 a tonne; a shortage at home costs 300."""
    case = region.case()

    assert exported(case) == [None, 5, 5]
    assert case.unserved_cost["aggregate", "N1", 2022] == 90
    assert case.unserved_cost["aggregate", "T1", 2022] == 300


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("exports: {stone_sold: {scale: 2}}", [None, 10, 10]),
        ("exports: {stone_sold: {scale: {2023: 0.5}}}", [None, 5, 2.5]),
        ("exports: {stone_sold: {on: false}}", [None, None, None]),
        ("trade: {exports: false}", [None, None, None]),
        ("trade: {exports: false}\nexports: {stone_sold: {on: true}}", [None, None, None]),
    ],
)
def test_an_export_switched_and_scaled(region: SmallRegion, text: str, quantities: list[float | None]) -> None:
    """An export that is off has no demand, but stands in the outlook with its quantity."""
    case = region.case(f"{text}\n")

    assert exported(case) == quantities
    (entry,) = outlook(case).exports
    assert entry.on == any(quantities)
    assert entry.quantity[2022] > 0
    assert total(case, "aggregate", 2022) == pytest.approx(41.6)


def test_two_exports_to_one_neighbour_add_up(region: SmallRegion) -> None:
    """5 at 90 and 3 at 70: 8, worth what the better buyer pays. One switched off leaves the other, at its own worth."""
    region.row("exports.csv", "gravel_sold,外销二,Gravel sold,aggregate,N1,2022,3,70,measured,test")
    case = region.case()
    one = case.change({"exports.stone_sold.on": False})

    assert (exported(case), exported(one)) == ([None, 8, 8], [None, 3, 3])
    assert [c.unserved_cost["aggregate", "N1", 2022] for c in (case, one)] == [90, 70]


def test_an_export_in_steps(region: SmallRegion) -> None:
    """5 from 2022 on, and in a row further down 2 from 2021 on: each holds until the next begins."""
    region.row("exports.csv", "stone_sold,外销,Stone sold,aggregate,N1,2021,2,90,measured,test")

    assert exported(region.case()) == [2, 5, 5]


# --- the band --------------------------------------------------------------------------------------------------------


def test_draws_and_seed(region: SmallRegion) -> None:
    """The scenario's draws and seed are those of the projection; what is given to it by name comes first."""
    case = region.case("demand: {draws: 8, seed: 3}\n")
    own, same, other = (project_demand(case, **given) for given in ({}, {"draws": 8, "seed": 3}, {"seed": 4}))

    def drawn(projection: Any) -> Any:
        return projection.draws.zones["aggregate"]

    assert (own.count, own.seed, other.count, other.seed) == (8, 3, 8, 4)
    assert drawn(own).shape == (8, 4, 2)
    assert np.array_equal(drawn(own), drawn(same))
    assert not np.array_equal(drawn(own), drawn(other))
    assert len(drawn(project_demand(case, draws=16))) == 16


def test_the_band_is_scaled_as_the_demand_is(region: SmallRegion) -> None:
    """Half of all: every draw is halved, and the central run too."""
    region.adds("demand: {draws: 8}\n")
    plain = region.case()
    half = plain.change({"demand.scale.all": 0.5})
    before, after = (project_demand(case).draws.zones["bricks"] for case in (plain, half))

    assert after == pytest.approx(before / 2)
    assert by_year(half) == pytest.approx([20.4, 20.8, 21.2])
