"""What a scenario says of the demand, down to use, zone and year.

The small region: 10, 10.2, 10.4, 10.6 × 10⁴ people in 2020 to 2023, 4 t of aggregate and 1 t of bricks a head. The
bypass, which the plain scenario cancels, is 10 km × 0.8 = 8 × 10⁴ t of aggregate, half of it in 2022 and half in 2023.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mineralplan.case import Case
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import Parameter
from mineralplan.demand.sampling import inputs
from mineralplan.planning import load
from mineralplan.projection import project_demand
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def of(case: Case, use: str, year: int) -> dict[str, float]:
    """Return the district's demand of a use in a year by zone."""
    return {z: q for (u, z, y), q in case.demand.items() if (u, y) == (use, year) and not case.exported(z)}


def total(case: Case, use: str, year: int) -> float:
    return sum(of(case, use, year).values())


def by_year(case: Case, use: str = "aggregate") -> list[float]:
    """Return the district's demand of a use in 2021, 2022 and 2023."""
    return [total(case, use, year) for year in case.years]


def outlook(case: Case) -> Outlook:
    assert case.outlook is not None
    return case.outlook


def parameter(case: Case, name: str) -> Parameter:
    return outlook(case).model.parameters[name]


def bounds(case: Case, name: str) -> list[list[float]]:
    """Return low, central and high of a parameter, each over its years."""
    found = parameter(case, name)
    return [list(found.low), list(found.central), list(found.high)]


def changed(region: SmallRegion, text: str) -> Case:
    region.adds(text)
    return load(region.scenario)


# --- uses and places -------------------------------------------------------------------------------------------------


def test_by_population_and_by_places(region: SmallRegion) -> None:
    """2021: 10.2 × 4 = 40.8 of aggregate over 60 : 40 people; 10.2 of bricks over 3 : 1 at the works."""
    case = load(region.scenario)

    assert of(case, "aggregate", 2021) == pytest.approx({"T1": 24.48, "T2": 16.32})
    assert of(case, "bricks", 2021) == pytest.approx({"T1": 7.65, "T2": 2.55})


def test_a_use_without_a_place_follows_its_patterns(region: SmallRegion) -> None:
    """Without places bricks go by people too, 60 : 40, and by urban people (40,000 : 10,000) where the row says so.

    0.5 t of bricks for each of half the people: 10.2 × 0.5 = 5.1, 4 : 1 over the towns.
    """
    (region.folder / "demand/places.csv").unlink()
    assert of(load(region.scenario), "bricks", 2021) == pytest.approx({"T1": 6.12, "T2": 4.08})

    region.swap("demand/chain.csv", ",bricks,population,", ",bricks,urban_population,")
    assert of(load(region.scenario), "bricks", 2021) == pytest.approx({"T1": 4.08, "T2": 1.02})

    region.swap("demand/chain.csv", ",bricks,urban_population,", ",bricks,rural_population,")
    assert of(load(region.scenario), "bricks", 2021) == pytest.approx({"T1": 2.04, "T2": 3.06})


def test_no_demand_is_no_demand(region: SmallRegion) -> None:
    region.adds("demand: {scale: {all: 0}}\ntrade: {exports: false}\n")

    assert set(load(region.scenario).demand.values()) == {0.0}


def test_scales_multiply_and_leave_exports_alone(region: SmallRegion) -> None:
    """All × 1.1 and bricks × 2 from 2022: 40.8 × 1.1 = 44.88; bricks 10.2 × 1.1, then 10.4 × 1.1 × 2 = 22.88."""
    case = changed(region, "demand: {scale: {all: 1.1, bricks: {2022: 2}}}\n")

    assert total(case, "aggregate", 2021) == pytest.approx(44.88)
    assert total(case, "bricks", 2021) == pytest.approx(11.22)
    assert total(case, "bricks", 2022) == pytest.approx(22.88)
    assert case.demand["aggregate", "N1", 2022] == 5


# --- parameters ------------------------------------------------------------------------------------------------------


def test_a_parameter_as_a_plain_figure(region: SmallRegion) -> None:
    """5 t a head instead of 4: 10.2 × 5 = 51. The bounds move along: 3 and 5 become 3 × 5/4 and 5 × 5/4.

    Left where they were, 3 and 5, the upper bound would be the central figure itself.
    """
    case = changed(region, "demand: {parameters: {stone_per_head: 5}}\n")

    assert by_year(case) == pytest.approx([51, 52, 53])
    assert bounds(case, "stone_per_head") == [pytest.approx([3.75]), pytest.approx([5]), pytest.approx([6.25])]
    assert parameter(case, "stone_per_head").changed
    assert not parameter(case, "bricks_per_head").changed


def test_a_parameter_by_year(region: SmallRegion) -> None:
    """Anchors, and not steps: from 4 in 2020 to 7 in 2023 it is 5 in 2021, so 10.2 × 5 = 51, 10.4 × 6, 10.6 × 7.

    Read as steps 2021 would stay at 40.8. Bounds of 3/4 and 5/4 of it in each year.
    """
    case = changed(region, "demand: {parameters: {stone_per_head: {2020: 4, 2023: 7}}}\n")

    assert by_year(case) == pytest.approx([51, 62.4, 74.2])
    assert bounds(case, "stone_per_head") == [
        pytest.approx([3, 3.75, 4.5, 5.25]), pytest.approx([4, 5, 6, 7]), pytest.approx([5, 6.25, 7.5, 8.75])]


def test_a_parameter_by_year_that_was_a_path_before(region: SmallRegion) -> None:
    """10 to 13 × 10⁴ people: 11 × 4 = 44 in 2021. The table is certain in 2020 and ± 5 % in 2023, so in 2021 ± 5/3 %.

    A bound left where the table has it would be 10.07 in 2023, far below the new 13 less 5 %.
    """
    case = changed(region, "demand: {parameters: {population: {2020: 10, 2023: 13}}}\n")

    assert by_year(case) == pytest.approx([44, 48, 52])
    low, central, high = bounds(case, "population")
    assert central == pytest.approx([10, 11, 12, 13])
    assert low == pytest.approx([10, 11 * (1 - 0.05 / 3), 12 * (1 - 0.1 / 3), 13 * 0.95])
    assert high == pytest.approx([10, 11 * (1 + 0.05 / 3), 12 * (1 + 0.1 / 3), 13 * 1.05])


def test_bounds_between_anchors_keep_their_proportion(region: SmallRegion) -> None:
    """Cement a head 0.4–0.5–0.75 in 2020 and 0.4–0.8–1.2 in 2023: 0.6 in 2021.

    Its lower bound is 0.8 of it in 2020 and half of it in 2023, so 0.7 in 2021: 0.42. Straight between the bounds
    themselves it would stay at 0.4. The upper one is always half as much again.
    """
    low, central, high = bounds(load(region.scenario), "cement_per_head")

    assert central == pytest.approx([0.5, 0.6, 0.7, 0.8])
    assert low == pytest.approx([0.4, 0.42, 0.42, 0.4])
    assert high == pytest.approx([0.75, 0.9, 1.05, 1.2])


@pytest.mark.parametrize(
    ("text", "low", "central", "high"),
    [
        ("{low: 2}", 2, 4, 5),
        ("{high: 9}", 3, 4, 9),
        ("{low: 4, high: 4}", 4, 4, 4),
        ("{low: 1, central: 2}", 1, 2, 2.5),  # the bound not given keeps its proportion, 5/4
        ("{low: 1, central: 2, high: 8}", 1, 2, 8),
    ],
)
def test_low_central_and_high(region: SmallRegion, text: str, low: float, central: float, high: float) -> None:
    case = changed(region, f"demand: {{parameters: {{stone_per_head: {text}}}}}\n")

    assert bounds(case, "stone_per_head") == [[low], [central], [high]]
    assert total(case, "aggregate", 2021) == pytest.approx(10.2 * central)


def test_bounds_by_year(region: SmallRegion) -> None:
    """A lower bound from 4 (certain in 2020) to 1 in 2023: 3 in 2021. The central figure stays at 4 in every year."""
    case = changed(region, "demand: {parameters: {stone_per_head: {low: {2020: 4, 2023: 1}}}}\n")

    assert bounds(case, "stone_per_head")[:2] == [pytest.approx([4, 3, 2, 1]), [4, 4, 4, 4]]
    assert by_year(case) == pytest.approx([40.8, 41.6, 42.4])


def test_a_constant_for_a_driver_of_the_stock(region: SmallRegion) -> None:
    """People stay at 12: 48 in every year, and the floor that falls out is still built anew from year to year.

    12 × 0.5 × 40 = 240 of urban floor. A driver of one figure only would leave a stock of one year, with no flow.
    """
    case = changed(region, "demand: {parameters: {population: 12}}\n")
    model = outlook(case).model
    point = project_demand(case, draws=2).point
    urban = model.stocks(point)["urban"]

    assert by_year(case) == pytest.approx([48, 48, 48])
    assert list(urban.standing[0]) == pytest.approx([240] * 4)
    assert (urban.inflow[0, 1:] > 0).all()
    assert urban.inflow[0, 1:] == pytest.approx(urban.outflow[0, 1:])


def test_a_stock_whose_history_begins_before_the_base_year(region: SmallRegion) -> None:
    """People known from 2018 on make a history of six years; what is constant there holds in all of them."""
    region.row("demand/parameters.csv", "population,2018,,9,,10k persons,no,A,measured,test")
    model = outlook(load(region.scenario)).model

    assert (model.history, model.years) == (range(2018, 2024), range(2020, 2024))
    assert len(model.parameters["urban_share"].central) == 6
    assert by_year(load(region.scenario)) == pytest.approx([40.8, 41.6, 42.4])


# --- interpolation ---------------------------------------------------------------------------------------------------


def test_interpolation_by_parameter(region: SmallRegion) -> None:
    """Anchors 4, 4, 8 in 2020, 2021, 2023. Straight: 6 in 2022. A monotone curve leaves the level flat: below 6.

    PCHIP has slope 0 in 2021 and ends at 2023 with slope s = ((2·2 + 1)·2 - 2·0)/(2 + 1) = 10/3; half way on
    [2021, 2023] the Hermite cubic is (4 + 8)/2 - 2·s/8 = 6 - 5/6 = 5.1667.
    """
    region.adds("demand: {parameters: {stone_per_head: {2020: 4, 2021: 4, 2023: 8}}}\n")
    assert total(load(region.scenario), "aggregate", 2022) == pytest.approx(10.4 * 6)

    region.adds("demand.interpolate.stone_per_head: monotone\n")
    case = load(region.scenario)

    assert total(case, "aggregate", 2022) == pytest.approx(10.4 * (6 - 5 / 6))
    assert total(case, "bricks", 2022) == pytest.approx(10.4)


def test_without_interpolation_every_year_is_given(region: SmallRegion) -> None:
    """No curve is drawn where every year has its figure: 4, 5, 3, 4 a head."""
    region.swap("scenario", "demand.interpolate.all: linear\n", "")
    region.adds("""\
demand:
  parameters:
    population: 10
    cement_per_head: 0.5
    stone_per_head: {2020: 4, 2021: 5, 2022: 3, 2023: 4}
""")

    assert by_year(load(region.scenario)) == pytest.approx([50, 30, 40])


# --- estimators and observations -------------------------------------------------------------------------------------


def test_the_estimator_that_drives(region: SmallRegion) -> None:
    """2022, the middle of the curve from 6 to 4 t a head: 10.4 × 5 = 52. By cement 10.4 × 0.7 × 6 = 43.68.

    Bricks, of which the other estimators say nothing of their own, stay at 10.4.
    """
    case = load(region.scenario)
    per_head, cement = (case.change({"demand.estimator": name}) for name in ("per_head", "cement"))

    assert [total(c, "aggregate", 2022) for c in (case, per_head, cement)] == pytest.approx([41.6, 52, 43.68])
    assert [total(c, "bricks", 2022) for c in (case, per_head, cement)] == pytest.approx([10.4] * 3)
    assert [outlook(c).model.estimator for c in (case, per_head, cement)] == ["bottom_up", "per_head", "cement"]


def test_the_reason_of_the_estimator(region: SmallRegion) -> None:
    case = changed(region, "demand: {estimator: cement, reason: {en: Sales are known, zh: 有销量}}\n")
    reason = outlook(case).reason

    assert reason is not None
    assert (reason.en, reason.zh) == ("Sales are known", "有销量")


def observed(region: SmallRegion, *rows: str, file: str = "seen.csv") -> Path:
    """Write a table of observed use beside the scenario."""
    path = region.scenario.with_name(file)
    path.write_text("\n".join(["year,use,quantity,unit,basis,source", *rows, ""]), "utf-8")
    return path


def fitted(quantity: float) -> float:
    """Return the κ that one observation of the base year leaves: 42 × 10⁴ t modelled, prior 0.8–1–1.25, error 10 %.

    ln κ has the prior deviation ln(1.25/0.8) / (2 × 1.6449) = 0.13566; the observation says ln(quantity/42) ± 0.1.
    """
    prior, error = (np.log(1.25 / 0.8) / (2 * 1.6448536269514722)) ** -2, 0.1**-2
    return float(np.exp(error * np.log(quantity / 42) / (prior + error)))


def test_a_file_of_observations(region: SmallRegion) -> None:
    """10 × 4 of people and 2 of farm tracks are modelled for 2020; 0.525 Mt = 52.5 were used, a quarter more.

    ln κ = ln 1.25 × 100/(100 + 54.34) = 0.14458, κ = 1.15556: 40.8 × 1.15556 = 47.147 in 2021. Read in 10⁴ t the 0.525
    would drive κ far below 1; with the whole of the quarter demand would be 51.
    """
    observed(region, "2020,aggregate,0.525,Mt,measured,test", "2022,aggregate,50,10kt,measured,test")
    case = changed(region, "demand: {observed: seen.csv}\n")

    assert fitted(52.5) == pytest.approx(1.15556, abs=1e-5)
    assert total(case, "aggregate", 2021) == pytest.approx(40.8 * fitted(52.5))
    assert outlook(case).calibration.status == "calibrated"
    assert outlook(load(region.says("region: county\ndemand.interpolate.all: linear\n", "other.yaml"))
                   ).calibration.status == "uncalibrated"
    assert str(region.scenario.with_name("seen.csv")) in {entry.name for entry in case.inputs}


def test_observations_of_the_region_and_in_their_place_those_of_the_scenario(region: SmallRegion) -> None:
    """The region's own table says 42, what is modelled: κ stays at 1. The scenario's 52.5 takes its place."""
    observed(region, "2020,aggregate,42,10kt,measured,test").rename(region.folder / "demand/observed_use.csv")
    assert by_year(load(region.scenario)) == pytest.approx([40.8, 41.6, 42.4])
    assert outlook(load(region.scenario)).calibration.calibrated

    observed(region, "2020,aggregate,52.5,10kt,measured,test")
    case = changed(region, "demand: {observed: seen.csv}\n")
    assert total(case, "aggregate", 2021) == pytest.approx(40.8 * fitted(52.5))


def test_observations_after_the_years_of_a_scenario_are_left_out(region: SmallRegion) -> None:
    """Planned to 2022, there is nothing to hold the 45 of 2023 against; 41 in 2022 are tested, 41.6 modelled."""
    observed(region, "2020,aggregate,42,10kt,measured,test", "2022,aggregate,41,10kt,measured,test",
             "2023,aggregate,45,10kt,measured,test")
    case = changed(region, "demand.observed: seen.csv\nyears: [2021, 2022]\n")
    table = project_demand(case, draws=2).tables.calibration

    assert list(table[["year", "role"]].itertuples(index=False, name=None)) == [(2020, "fit"), (2022, "test")]
    assert list(table["modelled"]) == pytest.approx([42, 41.6])


# --- projects --------------------------------------------------------------------------------------------------------


def test_a_project_lies_in_its_townships(region: SmallRegion) -> None:
    """8 over two years: 4 in 2022, 1 of them in T1 and 3 in T2, on top of 41.6 over 60 : 40 people."""
    region.builds_the_bypass()
    case = load(region.scenario)

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
    case = changed(region, f"demand: {{projects: {{bypass: {{{change}}}}}}}\n")

    assert np.array(by_year(case)) - [40.8, 41.6, 42.4] == pytest.approx(works, abs=1e-6)


def test_a_delay_of_a_project_under_way_stretches_it(region: SmallRegion) -> None:
    """A year late, the 8 spread over 2022 to 2024, 2.667 a year; moved like a planned one there would be 0 and 4."""
    region.swap("demand/projects.csv", "even,planned,towns", "even,under_way,towns")
    region.builds_the_bypass()
    case = changed(region, "demand.projects.bypass.delay_years: 1\n")

    assert np.array(by_year(case)) - [40.8, 41.6, 42.4] == pytest.approx([0, 8 / 3, 8 / 3], abs=1e-6)


def test_a_delay_that_a_scenario_sets_is_certain(region: SmallRegion) -> None:
    """The table says 0 to 2 years, and a tenth that it is never built: two inputs to draw. A delay of 1 is one less."""
    plain = load(region.scenario)
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
    assert "own_stone_bypass" not in load(region.scenario).supplies
    region.row("supplies.csv", "own_stone,自采石料,own stone,spoil,aggregate,,2023,12,,illustrative,test")
    region.builds_the_bypass()
    stone = load(region.scenario).supplies["own_stone_bypass"]

    assert dict(stone.limit) == pytest.approx({2021: 0, 2022: 1, 2023: 1})
    assert dict(stone.price) == {2021: 10, 2022: 10, 2023: 12}
    assert (stone.kind, stone.use, stone.zone, set(stone.reach)) == ("spoil", "aggregate", "", {"T1", "T2"})
    assert (stone.place.lon, stone.place.lat) == pytest.approx((108.475, 31.2))
    assert (stone.label.en, stone.label.zh) == ("Bypass: own stone", "绕城路自采石料")


def test_stone_of_a_projects_own_works_is_scaled(region: SmallRegion) -> None:
    region.builds_the_bypass()
    case = changed(region, "supplies: {own_stone: {limit_scale: {2023: 0.5}, price_scale: 2}}\n")
    stone = case.supplies["own_stone_bypass"]

    assert dict(stone.limit) == pytest.approx({2021: 0, 2022: 1, 2023: 0.5})
    assert dict(stone.price) == {2021: 20, 2022: 20, 2023: 20}


def test_stone_of_a_projects_own_works_from_a_year_on(region: SmallRegion) -> None:
    """Used from 2023 on only: the 1 of 2022 goes to waste. Its price before is that of the first row."""
    region.cell("supplies.csv", 5, "from_year", 2023)
    region.builds_the_bypass()
    stone = load(region.scenario).supplies["own_stone_bypass"]

    assert dict(stone.limit) == pytest.approx({2021: 0, 2022: 0, 2023: 1})
    assert set(stone.price.values()) == {10}


def test_a_limit_that_is_blank_follows_the_demand_model(region: SmallRegion) -> None:
    """Old concrete: 5 a year in the plain region; 6 when the parameter says so, half when the scenario scales it.

    With a limit of 7 from 2023 on in the table, that holds there.
    """
    assert dict(load(region.scenario).supplies["old_concrete"].limit) == {2021: 5, 2022: 5, 2023: 5}

    region.row("supplies.csv", "old_concrete,再生,Recycled,recycled,aggregate,T1,2023,20,7,illustrative,test")
    case = changed(region, "demand.parameters.recycled_a_year: 6\nsupplies: {old_concrete: {limit_scale: 0.5}}\n")
    assert dict(case.supplies["old_concrete"].limit) == {2021: 3, 2022: 3, 2023: 3.5}


# --- exports ---------------------------------------------------------------------------------------------------------


def exported(case: Case) -> list[float | None]:
    return [case.demand.get(("aggregate", "N1", year)) for year in case.years]


def test_exports_begin_in_their_year_and_are_worth_their_value(region: SmallRegion) -> None:
    """From 2022 the neighbour would buy 5 at 90 a tonne; a shortage at home costs 300."""
    case = load(region.scenario)

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
    case = changed(region, f"{text}\n")

    assert exported(case) == quantities
    (entry,) = outlook(case).exports
    assert entry.on == any(quantities)
    assert entry.quantity[2022] > 0
    assert total(case, "aggregate", 2022) == pytest.approx(41.6)


def test_two_exports_to_one_neighbour_add_up(region: SmallRegion) -> None:
    """5 at 90 and 3 at 70: 8, worth what the better buyer pays. One switched off leaves the other, at its own worth."""
    region.row("exports.csv", "gravel_sold,外销二,Gravel sold,aggregate,N1,2022,3,70,measured,test")
    case = load(region.scenario)
    one = case.change({"exports.stone_sold.on": False})

    assert (exported(case), exported(one)) == ([None, 8, 8], [None, 3, 3])
    assert [c.unserved_cost["aggregate", "N1", 2022] for c in (case, one)] == [90, 70]


def test_an_export_in_steps(region: SmallRegion) -> None:
    """5 from 2022 on, and in a row further down 2 from 2021 on: each holds until the next begins."""
    region.row("exports.csv", "stone_sold,外销,Stone sold,aggregate,N1,2021,2,90,measured,test")

    assert exported(load(region.scenario)) == [2, 5, 5]


# --- the band --------------------------------------------------------------------------------------------------------


def test_draws_and_seed(region: SmallRegion) -> None:
    """The scenario's draws and seed are those of the projection; what is given to it by name comes first."""
    case = changed(region, "demand: {draws: 8, seed: 3}\n")
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
    plain = load(region.scenario)
    half = plain.change({"demand.scale.all": 0.5})
    before, after = (project_demand(case).draws.zones["bricks"] for case in (plain, half))

    assert after == pytest.approx(before / 2)
    assert by_year(half) == pytest.approx([20.4, 20.8, 21.2])
