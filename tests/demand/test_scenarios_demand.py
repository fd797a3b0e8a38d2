"""What a scenario says of parameters, estimators and observations, down to use, zone and year.

The small region: 10, 10.2, 10.4, 10.6 × 10⁴ people in 2020 to 2023, 4 t of aggregate and 1 t of bricks a head.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scenario_demand import bounds, by_year, of, outlook, parameter, total

from mineralplan.loading import load
from mineralplan.projection import project_demand
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


# --- uses and places -------------------------------------------------------------------------------------------------


def test_by_population_and_by_places(region: SmallRegion) -> None:
    """2021: 10.2 × 4 = 40.8 of aggregate over 60 : 40 people; 10.2 of bricks over 3 : 1 at the works."""
    case = region.case()

    assert of(case, "aggregate", 2021) == pytest.approx({"T1": 24.48, "T2": 16.32})
    assert of(case, "bricks", 2021) == pytest.approx({"T1": 7.65, "T2": 2.55})


def test_a_use_without_a_place_follows_its_patterns(region: SmallRegion) -> None:
    """Without places bricks go by people too, 60 : 40, and by urban people (40,000 : 10,000) where the row says so.

    0.5 t of bricks for each of half the people: 10.2 × 0.5 = 5.1, 4 : 1 over the towns.
    """
    (region.folder / "demand/places.csv").unlink()
    assert of(region.case(), "bricks", 2021) == pytest.approx({"T1": 6.12, "T2": 4.08})

    region.swap("demand/chain.csv", ",bricks,population,", ",bricks,urban_population,")
    assert of(region.case(), "bricks", 2021) == pytest.approx({"T1": 4.08, "T2": 1.02})

    region.swap("demand/chain.csv", ",bricks,urban_population,", ",bricks,rural_population,")
    assert of(region.case(), "bricks", 2021) == pytest.approx({"T1": 2.04, "T2": 3.06})


def test_no_demand_is_no_demand(region: SmallRegion) -> None:
    region.adds("demand: {scale: {all: 0}}\ntrade: {exports: false}\n")

    assert set(region.case().demand.values()) == {0.0}


def test_scales_multiply_and_leave_exports_alone(region: SmallRegion) -> None:
    """All × 1.1 and bricks × 2 from 2022: 40.8 × 1.1 = 44.88; bricks 10.2 × 1.1, then 10.4 × 1.1 × 2 = 22.88."""
    case = region.case("demand: {scale: {all: 1.1, bricks: {2022: 2}}}\n")

    assert total(case, "aggregate", 2021) == pytest.approx(44.88)
    assert total(case, "bricks", 2021) == pytest.approx(11.22)
    assert total(case, "bricks", 2022) == pytest.approx(22.88)
    assert case.demand["aggregate", "N1", 2022] == 5


# --- parameters ------------------------------------------------------------------------------------------------------


def test_a_parameter_as_a_plain_figure(region: SmallRegion) -> None:
    """5 t a head instead of 4: 10.2 × 5 = 51. The bounds move along: 3 and 5 become 3 × 5/4 and 5 × 5/4.

    Left where they were, 3 and 5, the upper bound would be the central figure itself.
    """
    case = region.case("demand: {parameters: {stone_per_head: 5}}\n")

    assert by_year(case) == pytest.approx([51, 52, 53])
    assert bounds(case, "stone_per_head") == [pytest.approx([3.75]), pytest.approx([5]), pytest.approx([6.25])]
    assert parameter(case, "stone_per_head").changed
    assert not parameter(case, "bricks_per_head").changed


def test_a_parameter_by_year(region: SmallRegion) -> None:
    """Anchors, and not steps: from 4 in 2020 to 7 in 2023 it is 5 in 2021, so 10.2 × 5 = 51, 10.4 × 6, 10.6 × 7.

    Read as steps 2021 would stay at 40.8. Bounds of 3/4 and 5/4 of it in each year.
    """
    case = region.case("demand: {parameters: {stone_per_head: {2020: 4, 2023: 7}}}\n")

    assert by_year(case) == pytest.approx([51, 62.4, 74.2])
    assert bounds(case, "stone_per_head") == [
        pytest.approx([3, 3.75, 4.5, 5.25]), pytest.approx([4, 5, 6, 7]), pytest.approx([5, 6.25, 7.5, 8.75])]


def test_a_parameter_by_year_that_was_a_path_before(region: SmallRegion) -> None:
    """10 to 13 × 10⁴ people: 11 × 4 = 44 in 2021. The table is certain in 2020 and ± 5 % in 2023, so in 2021 ± 5/3 %.

    A bound left where the table has it would be 10.07 in 2023, far below the new 13 less 5 %.
    """
    case = region.case("demand: {parameters: {population: {2020: 10, 2023: 13}}}\n")

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
    low, central, high = bounds(region.case(), "cement_per_head")

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
    case = region.case(f"demand: {{parameters: {{stone_per_head: {text}}}}}\n")

    assert bounds(case, "stone_per_head") == [[low], [central], [high]]
    assert total(case, "aggregate", 2021) == pytest.approx(10.2 * central)


def test_bounds_by_year(region: SmallRegion) -> None:
    """A lower bound from 4 (certain in 2020) to 1 in 2023: 3 in 2021. The central figure stays at 4 in every year."""
    case = region.case("demand: {parameters: {stone_per_head: {low: {2020: 4, 2023: 1}}}}\n")

    assert bounds(case, "stone_per_head")[:2] == [pytest.approx([4, 3, 2, 1]), [4, 4, 4, 4]]
    assert by_year(case) == pytest.approx([40.8, 41.6, 42.4])


def test_a_constant_for_a_driver_of_the_stock(region: SmallRegion) -> None:
    """People stay at 12: 48 in every year, and the floor that falls out is still built anew from year to year.

    12 × 0.5 × 40 = 240 of urban floor. A driver of one figure only would leave a stock of one year, with no flow.
    """
    case = region.case("demand: {parameters: {population: 12}}\n")
    model = outlook(case).model
    point = project_demand(case, draws=2).outlook.point
    urban = model.stocks(point)["urban"]

    assert by_year(case) == pytest.approx([48, 48, 48])
    assert list(urban.standing[0]) == pytest.approx([240] * 4)
    assert (urban.inflow[0, 1:] > 0).all()
    assert urban.inflow[0, 1:] == pytest.approx(urban.outflow[0, 1:])


def test_a_stock_whose_history_begins_before_the_base_year(region: SmallRegion) -> None:
    """People known from 2018 on make a history of six years; what is constant there holds in all of them."""
    region.row("demand/parameters.csv", "population,2018,,9,,10k persons,no,A,measured,test")
    model = outlook(region.case()).model

    assert (model.history, model.years) == (range(2018, 2024), range(2020, 2024))
    assert len(model.parameters["urban_share"].central) == 6
    assert by_year(region.case()) == pytest.approx([40.8, 41.6, 42.4])


# --- interpolation ---------------------------------------------------------------------------------------------------


def test_interpolation_by_parameter(region: SmallRegion) -> None:
    """Anchors 4, 4, 8 in 2020, 2021, 2023. Straight: 6 in 2022. A monotone curve leaves the level flat: below 6.

    PCHIP has slope 0 in 2021 and ends at 2023 with slope s = ((2·2 + 1)·2 - 2·0)/(2 + 1) = 10/3; half way on
    [2021, 2023] the Hermite cubic is (4 + 8)/2 - 2·s/8 = 6 - 5/6 = 5.1667.
    """
    region.adds("demand: {parameters: {stone_per_head: {2020: 4, 2021: 4, 2023: 8}}}\n")
    assert total(region.case(), "aggregate", 2022) == pytest.approx(10.4 * 6)

    region.adds("demand.interpolate.stone_per_head: monotone\n")
    case = region.case()

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

    assert by_year(region.case()) == pytest.approx([50, 30, 40])


# --- estimators and observations -------------------------------------------------------------------------------------


def test_the_estimator_that_drives(region: SmallRegion) -> None:
    """2022, the middle of the curve from 6 to 4 t a head: 10.4 × 5 = 52. By cement 10.4 × 0.7 × 6 = 43.68.

    Bricks, of which the other estimators say nothing of their own, stay at 10.4.
    """
    case = region.case()
    per_head, cement = (case.change({"demand.estimator": name}) for name in ("per_head", "cement"))

    assert [total(c, "aggregate", 2022) for c in (case, per_head, cement)] == pytest.approx([41.6, 52, 43.68])
    assert [total(c, "bricks", 2022) for c in (case, per_head, cement)] == pytest.approx([10.4] * 3)
    assert [outlook(c).model.estimator for c in (case, per_head, cement)] == ["bottom_up", "per_head", "cement"]


def test_the_reason_of_the_estimator(region: SmallRegion) -> None:
    case = region.case("demand: {estimator: cement, reason: {en: Sales are known, zh: 有销量}}\n")
    reason = outlook(case).reason

    assert reason is not None
    assert (reason.en, reason.zh) == ("Sales are known", "有销量")


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
    region.observes("2020,aggregate,0.525,Mt", "2022,aggregate,50,10kt")
    case = region.case("demand: {observed: seen.csv}\n")

    assert fitted(52.5) == pytest.approx(1.15556, abs=1e-5)
    assert total(case, "aggregate", 2021) == pytest.approx(40.8 * fitted(52.5))
    assert outlook(case).calibration.status == "calibrated"
    assert outlook(load(region.says("region: county\ndemand.interpolate.all: linear\n", "other.yaml"))
                   ).calibration.status == "uncalibrated"
    assert str(region.scenario.with_name("seen.csv")) in {entry.name for entry in case.inputs}


def test_observations_of_the_region_and_in_their_place_those_of_the_scenario(region: SmallRegion) -> None:
    """The region's own table says 42, what is modelled: κ stays at 1. The scenario's 52.5 takes its place."""
    region.observes("2020,aggregate,42,10kt").rename(region.folder / "demand/observed_use.csv")
    assert by_year(region.case()) == pytest.approx([40.8, 41.6, 42.4])
    assert outlook(region.case()).calibration.calibrated

    region.observes("2020,aggregate,52.5,10kt")
    case = region.case("demand: {observed: seen.csv}\n")
    assert total(case, "aggregate", 2021) == pytest.approx(40.8 * fitted(52.5))


def test_observations_after_the_years_of_a_scenario_are_left_out(region: SmallRegion) -> None:
    """Planned to 2022, there is nothing to hold the 45 of 2023 against; 41 in 2022 are tested, 41.6 modelled."""
    region.observes("2020,aggregate,42,10kt", "2022,aggregate,41,10kt",
             "2023,aggregate,45,10kt")
    case = region.case("demand.observed: seen.csv\nyears: [2021, 2022]\n")
    table = project_demand(case, draws=2).tables.calibration

    assert list(table[["year", "role"]].itertuples(index=False, name=None)) == [(2020, "fit"), (2022, "test")]
    assert list(table["modelled"]) == pytest.approx([42, 41.6])
