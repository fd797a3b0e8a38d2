"""The whole model: the table of `tiny_demand` by hand, one driver moved at a time, and where demand arises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tiny_demand import (
    HISTORY,
    LIME,
    NOTHING,
    RAILWAY,
    TERMS,
    TRACKS,
    USES,
    YEARS,
    by_zone,
    life,
    middle,
    moved,
    parameter,
    tiny_demand,
    totals,
)

from mineralplan.demand.chain import BOTTOM_UP, CEMENT, ESTIMATORS, PER_HEAD, Term
from mineralplan.demand.model import DemandModel
from mineralplan.demand.sampling import at, draws
from mineralplan.demand.stock import follow

Path = Sequence[float]
NONE = (0.0, 0.0, 0.0)


def below(aggregate: Path = NONE, recycled: Path = NONE) -> dict[str, Path]:
    """Return what a change of aggregate and of recycled material changes below them.

    Primary is aggregate less recycled, masonry 0.2 of it, concrete all aggregate but masonry.
    """
    primary = [a - r for a, r in zip(aggregate, recycled, strict=True)]
    masonry = [0.2 * p for p in primary]
    return {"aggregate": aggregate, "recycled": recycled, "primary": primary, "masonry": masonry,
            "concrete": [a - m for a, m in zip(aggregate, masonry, strict=True)]}


def stone(amount: Path) -> dict[str, Path]:
    """Return what a change of modelled aggregate changes, with it."""
    return {"modelled": amount, **below(amount)}


def floor(urban: Path = NONE, rural: Path = NONE, gone_urban: Path = NONE, gone_rural: Path = NONE) -> dict[str, Path]:
    """Return what a change of new and of demolished floor changes, with it.

    Other floor is half of new dwellings, a square metre takes a tonne of stone, a tonne of stone 0.1 t of cement;
    a demolished square metre leaves a tonne of waste, a quarter of which is recycled.
    """
    dwellings, waste = np.add(urban, rural), np.add(gone_urban, gone_rural)
    return {
        "new_floor_urban": urban, "new_floor_rural": rural, "new_other": list(0.5 * dwellings),
        "demolished_floor_urban": gone_urban, "demolished_floor_rural": gone_rural, "waste": list(waste),
        "building": list(1.5 * dwellings), "modelled": list(1.5 * dwellings), "cement": list(0.15 * dwellings),
        **below(list(1.5 * dwellings), list(0.25 * waste)),
    }


def check(model: DemandModel, expected: dict[str, Path], estimator: str = BOTTOM_UP) -> None:
    """Assert that a model differs from the plain one by just what is expected."""
    wanted = {name: list(amount) for name, amount in expected.items() if np.any(amount)}
    found = moved(model, estimator)
    assert set(found) == set(wanted)
    for name, amount in found.items():
        assert amount == pytest.approx(wanted[name], rel=1e-9, abs=1e-9), name


def test_the_table() -> None:
    """Every line of the table at the head of `tiny_demand`."""
    found = totals(tiny_demand())
    by_hand: dict[str, Path] = {
        "population": [100] * 3, "urban_population": [60] * 3, "rural_population": [40] * 3,
        "demolished_floor_urban": [48] * 3, "new_floor_urban": [48, 48, 108], "demolished_floor_rural": [100] * 3,
        "new_floor_rural": [100] * 3, "new_other": [74, 74, 104], "building": [222, 222, 312],
        "works": [14, 36, 24], "spoil": [7, 13, 7], "roads": [1000] * 3, "maintenance": [10] * 3,
        "modelled": [246, 268, 346], "aggregate": [246, 268, 346], "cement": [22.2, 22.2, 31.2],
        "waste": [148] * 3, "recycled": [37] * 3, "own_stone": [7, 13, 7], "primary": [209, 231, 309],
        "masonry": [41.8, 46.2, 61.8], "concrete": [204.2, 221.8, 284.2], "lime_stone": [50] * 3,
    }

    assert set(found) == set(by_hand)
    for name, amount in by_hand.items():
        assert found[name] == pytest.approx(np.array(amount)), name
    assert totals(tiny_demand(), PER_HEAD)["aggregate"] == pytest.approx([350, 300, 250])
    assert totals(tiny_demand(), CEMENT)["aggregate"] == pytest.approx([300, 300, 300])


def test_the_stock_goes_back_to_the_first_year_of_its_drivers() -> None:
    """Urban 60 × 40 and 60 × 41, over four years; the chain begins in the second."""
    stocks = tiny_demand().stocks(middle(tiny_demand()))

    assert stocks["urban"].standing.shape == (1, len(HISTORY))
    assert stocks["urban"].standing[0] == pytest.approx([2400, 2400, 2400, 2460])
    assert stocks["rural"].standing[0] == pytest.approx([2000] * 4)
    assert stocks["urban"].inflow[0] == pytest.approx([0, 48, 48, 108])


def test_a_tenth_more_people() -> None:
    """People in all years: floor and all that follows from it rises by a tenth; works, roads and lime do not.

    Were only the base year on larger, 2020 would have to build a tenth of the whole stock.
    """
    check(tiny_demand(population=110), {
        "population": [10] * 3, "urban_population": [6] * 3, "rural_population": [4] * 3,
        **floor([4.8, 4.8, 10.8], [10] * 3, [4.8] * 3, [10] * 3),
    })


def test_more_people_from_a_year_on() -> None:
    """10 more in 2022 alone: 6 × 41 urban and 4 × 50 rural floor more is built in that year, none falls down."""
    check(tiny_demand(population=(100, 100, 100, 110)), {
        "population": [0, 0, 10], "urban_population": [0, 0, 6], "rural_population": [0, 0, 4],
        **floor([0, 0, 246], [0, 0, 200]),
    })


def test_fewer_urban_people() -> None:
    """Half instead of 60 %: 50 × 40 = 2,000 urban floor, 50 × 50 = 2,500 rural; as many people in all."""
    check(tiny_demand(urban_share=0.5), {
        "urban_population": [-10] * 3, "rural_population": [10] * 3,
        **floor([-8, -8, -18], [25] * 3, [-8] * 3, [25] * 3),
    })


def test_more_floor_per_urban_head() -> None:
    """A tenth in all years: a tenth of urban flows. 42 instead of 41 m² in 2022: 60 × 10⁴ m² more is built then."""
    check(tiny_demand(floor_per_head_urban=(44, 44, 44, 45.1)), floor(urban=[4.8, 4.8, 10.8], gone_urban=[4.8] * 3))
    check(tiny_demand(floor_per_head_urban=(40, 40, 40, 42)), floor(urban=[0, 0, 60]))


def test_more_floor_per_rural_head() -> None:
    """55 instead of 50 m²: a tenth of rural flows, 10 of 100."""
    check(tiny_demand(floor_per_head_rural=55), floor(rural=[10] * 3, gone_rural=[10] * 3))


def test_shorter_lives() -> None:
    """4 % of the urban stock leaves: 96 instead of 48, which is built anew; rural 10 %: 200 instead of 100."""
    check(tiny_demand(building_life_urban=life(0.04)), floor(urban=[48] * 3, gone_urban=[48] * 3))
    check(tiny_demand(building_life_rural=life(0.1)), floor(rural=[100] * 3, gone_rural=[100] * 3))


def test_lives_that_age() -> None:
    """Shape 2 with the same scales: of the first stock ``erfc(t / scale)`` stands, of a cohort ``exp(-(t / scale)²)``.

    Both places, both flows.
    """
    plain, new, gone = (48, 48, 108), {}, {}
    for place, need, leaving in (("urban", (2400, 2400, 2460), 0.02), ("rural", (2000,) * 3, 0.05)):
        scale = life(leaving)
        first = [need[0] * math.erfc(t / scale) for t in range(4)]
        built = [need[0] - first[1]]
        built.append(need[1] - first[2] - built[0] * math.exp(-((1 / scale) ** 2)))
        built.append(need[2] - first[3] - built[0] * math.exp(-((2 / scale) ** 2)) - built[1]
                     * math.exp(-((1 / scale) ** 2)))
        growth = (0, 0, 60) if place == "urban" else NONE
        before = plain if place == "urban" else (100,) * 3
        new[place] = [b - p for b, p in zip(built, before, strict=True)]
        gone[place] = [b - g - (p - g) for b, g, p in zip(built, growth, before, strict=True)]

    check(tiny_demand(building_life_shape=2), floor(new["urban"], new["rural"], gone["urban"], gone["rural"]))


def test_more_other_floor() -> None:
    """As much other floor as dwellings: 74, 74 and 104 more, 1 t of stone and 0.1 t of cement each; no more waste."""
    more = [74, 74, 104]
    check(tiny_demand(nonresidential_ratio=1), {
        "new_other": more, "building": more, "cement": [7.4, 7.4, 10.4], **stone(more),
    })


def test_more_stone_in_buildings() -> None:
    """2 instead of 1 t/m²: building once more, and cement with it; works and roads as they were."""
    check(tiny_demand(stone_per_m2=2), {
        "building": [222, 222, 312], "cement": [22.2, 22.2, 31.2], **stone([222, 222, 312]),
    })


def test_more_roads_and_more_stone_on_them() -> None:
    """Twice the roads or twice the stone per km: 10 more of maintenance."""
    check(tiny_demand(road_network=2000), {"roads": [1000] * 3, "maintenance": [10] * 3, **stone([10] * 3)})
    check(tiny_demand(stone_per_km=0.02), {"maintenance": [10] * 3, **stone([10] * 3)})


def test_a_longer_railway() -> None:
    """20 instead of 10 km, or 10.8 instead of 5.4 × 10⁴ t/km: as much again, half of it dug in its own works."""
    more = {"works": [14, 26, 14], "spoil": [7, 13, 7], "own_stone": [7, 13, 7], **stone([14, 26, 14])}
    check(tiny_demand(projects=(replace(RAILWAY, size=20.0), TRACKS)), more)
    check(tiny_demand(rail_per_km=10.8), more)


def test_more_stone_on_tracks() -> None:
    """100 km × 0.3 instead of 0.2 over two years: 5 more in 2021 and 2022; tracks have no stone of their own."""
    check(tiny_demand(track_per_km=0.3), {"works": [0, 5, 5], **stone([0, 5, 5])})


def test_less_stone_of_its_own() -> None:
    """A quarter instead of half of 14, 26 and 14: 3.5, 6.5 and 3.5 less; the railway needs as much as before."""
    check(tiny_demand(own_stone_share=0.25), {"spoil": [-3.5, -6.5, -3.5], "own_stone": [-3.5, -6.5, -3.5]})


def test_a_cancelled_railway() -> None:
    """Without it 14, 26 and 14 of works and half of that as own stone are gone."""
    model = tiny_demand(projects=(replace(RAILWAY, cancelled=True), TRACKS))

    check(model, {"works": [-14, -26, -14], "spoil": [-7, -13, -7], "own_stone": [-7, -13, -7],
                  **stone([-14, -26, -14])})


def test_late_tracks() -> None:
    """A year late they take 10 in 2022 and 10 after the last year: 10 less in 2021."""
    check(tiny_demand(projects=(RAILWAY, replace(TRACKS, delay=(1.0, 1.0, 1.0)))),
          {"works": [0, -10, 0], **stone([0, -10, 0])})


def test_a_late_railway() -> None:
    """A year late it is stretched over four: 54 × 10, 22 and 22 of 64 instead of 14, 26 and 14."""
    less = [54 * 10 / 64 - 14, 54 * 22 / 64 - 26, 54 * 22 / 64 - 14]
    half = [x / 2 for x in less]
    check(tiny_demand(projects=(replace(RAILWAY, delay=(1.0, 1.0, 1.0)), TRACKS)),
          {"works": less, "spoil": half, "own_stone": half, **stone(less)})


def test_kappa() -> None:
    """1.5: half of 246, 268 and 346 more, and half of the own stone; what is recycled and cement do not move."""
    check(tiny_demand(kappa=1.5), {"own_stone": [3.5, 6.5, 3.5], **below([123, 134, 173])})


def test_kappa_moves_only_the_bottom_up_estimate() -> None:
    """Own stone follows κ under every estimator; aggregate per head and by cement does not."""
    for estimator in (PER_HEAD, CEMENT):
        check(tiny_demand(kappa=1.5), {"own_stone": [3.5, 6.5, 3.5]}, estimator)


def test_more_recycling() -> None:
    """Half instead of a quarter of 148, or twice the waste: 37 more; masonry takes 7.4 less, concrete 7.4 more."""
    check(tiny_demand(recycling_rate=0.5), below(recycled=[37] * 3))
    check(tiny_demand(waste_per_m2=2), {"waste": [148] * 3, **below(recycled=[37] * 3)})
    assert below(recycled=[37] * 3)["concrete"] == pytest.approx([7.4] * 3)


def test_more_masonry() -> None:
    """0.4 instead of 0.2 of primary 209, 231 and 309; concrete is the rest."""
    more = [41.8, 46.2, 61.8]
    check(tiny_demand(masonry_share=0.4), {"masonry": more, "concrete": [-x for x in more]})


def test_a_larger_plant() -> None:
    check(tiny_demand(lime_capacity=60), {"lime_stone": [10] * 3})


def test_more_cement_in_buildings() -> None:
    """0.2 instead of 0.1 t per t of stone; nothing follows from it bottom-up."""
    check(tiny_demand(cement_per_t=0.2), {"cement": [22.2, 22.2, 31.2]})


def test_the_curve_moves_only_the_estimate_per_head() -> None:
    """From 6 instead of 4 t: 2 + 4 × 3/4, 2/4, 1/4 instead of 3.5, 3, 2.5 for 100 people: 150, 100, 50 more."""
    higher = tiny_demand(per_head_before=6)
    check(higher, below([150, 100, 50]), PER_HEAD)
    check(higher, {}, BOTTOM_UP)
    check(higher, {}, CEMENT)


@pytest.mark.parametrize(("values", "path"), [
    ({"per_head_saturated": 1}, (3.25, 2.5, 1.75)),
    ({"per_head_midyear": 2022}, (3.8, 3.5, 3.0)),
    ({"per_head_steepness": 0}, (3.0, 3.0, 3.0)),
], ids=["saturated", "midyear", "steepness"])
def test_every_parameter_of_the_curve(values: dict[str, float], path: Path) -> None:
    """1 + 3 × 3/4, 2/4, 1/4; a year later 2 + 2 × 9/10, 3/4, 1/2; without steepness half way in every year."""
    check(tiny_demand(**values), below([100 * (x - y) for x, y in zip(path, (3.5, 3, 2.5), strict=True)]), PER_HEAD)


def test_cement_per_head() -> None:
    """0.6 instead of 0.5 t for 100 people: 10 of cement, times 6 of aggregate where aggregate follows from it."""
    more = tiny_demand(cement_per_head=0.6)
    check(more, {"cement": [10] * 3, **below([60] * 3)}, CEMENT)
    check(more, {"cement": [10] * 3}, PER_HEAD)
    check(more, {}, BOTTOM_UP)


def test_aggregate_per_tonne_of_cement() -> None:
    """7 instead of 6 t for 50 of cement."""
    more = tiny_demand(aggregate_per_t_cement=7)
    check(more, below([50] * 3), CEMENT)
    check(more, {}, PER_HEAD)
    check(more, {}, BOTTOM_UP)


@pytest.mark.parametrize("values", [{"shared_correlation": 0.9}, {"observation_error": 0.3}])
def test_what_speaks_of_uncertainty_moves_no_central_figure(values: dict[str, float]) -> None:
    for estimator in ESTIMATORS:
        check(tiny_demand(**values), {}, estimator)


BRICKS = (*TERMS, Term("bottom_up", "bricks", "building", 0.5))


def test_a_driver_without_a_use_takes_the_bottom_up_figure() -> None:
    """Bricks are half of building, bottom-up alone: 111, 111 and 156; concrete is that of the driver.

    Per head: aggregate 350, less 0.2 × (350 - 37) = 62.6 of masonry.
    """
    model = replace(tiny_demand(terms=BRICKS, estimator="per_head"), uses=("bricks", "concrete"))
    found = model.demand(middle(model))

    assert (model.states(BOTTOM_UP, "bricks"), model.states(PER_HEAD, "bricks")) == (True, False)
    assert found["bricks"][0].sum(axis=-1) == pytest.approx([111, 111, 156])
    assert found["concrete"][0, 0].sum() == pytest.approx(350 - 62.6)


def test_no_more_than_wanted_and_given_once() -> None:
    """Evaluating only what is wanted, from what is known already, changes no figure."""
    model = tiny_demand()
    point = middle(model)
    whole, part = model.evaluate(point), model.evaluate(point, given=model.given(point), wanted=["recycled"])

    assert "concrete" not in part
    assert np.array_equal(part["recycled"], whole["recycled"])
    assert {name: set(found) for name, found in model.by_estimator(point).items()} == {
        name: set(model.evaluate(point, name)) for name in ESTIMATORS}


def test_by_township() -> None:
    """Concrete in 2020: of urban people 72 - 0.2 × (72 - 12) = 60, of rural 160 - 0.2 × (160 - 25) = 133, railway 11.2.

    A: 0.6 × 60 + 0.35 × 133 + 0.25 × 11.2 = 85.35; B: 0.3 × 60 + 0.3 × 133 + 0.75 × 11.2 = 66.3; C: 6 + 46.55.
    By all people it would be 102.1, 61.26 and 40.84.
    """
    assert by_zone(tiny_demand(), "concrete")[0] == pytest.approx([85.35, 66.3, 52.55])


def test_a_use_at_plants_lies_at_the_plants() -> None:
    """Lime stone 50: 37.5 in A, nothing in B, 12.5 in C, however people move."""
    assert by_zone(tiny_demand(population=110), "lime_stone") == pytest.approx(np.outer([50] * 3, LIME))


@pytest.mark.parametrize(("left", "towns"), [("railway", (0.25, 0.75, 0)), ("tracks", (0.35, 0.3, 0.35))])
def test_a_project_asks_only_in_its_townships(left: str, towns: Path) -> None:
    """Cancelled, its works × 0.8 of concrete and × 0.2 of masonry are gone from its townships by their shares.

    The railway takes 26 in 2021, the tracks 10, which lie as rural people do.
    """
    cancelled = tiny_demand(projects=[replace(p, cancelled=p.name == left) for p in (RAILWAY, TRACKS)])
    works = {"railway": 26, "tracks": 10}[left]
    for use, part in (("concrete", 0.8), ("masonry", 0.2)):
        gone = by_zone(tiny_demand(), use)[1] - by_zone(cancelled, use)[1]
        assert gone == pytest.approx([works * part * share for share in towns], abs=1e-9)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_mass_closes(estimator: str) -> None:
    """At 64 points of everything the townships sum to the district, and aggregate to masonry and concrete."""
    model = tiny_demand(
        parameter("population", 100, 80, 120), parameter("urban_share", 0.6, 0.4, 0.8),
        parameter("stone_per_m2", 1, 0.5, 2, shared=True), parameter("rail_per_km", 5.4, 3, 8, shared=True),
        parameter("recycling_rate", 0.25, 0, 0.6), parameter("kappa", 1, 0.5, 2), estimator=estimator,
        projects=(replace(RAILWAY, delay=(0.0, 0.5, 2.0)), replace(TRACKS, cancel_probability=0.5)),
    )
    (point,) = draws(model, NOTHING, 64, 0)
    demand, whole = model.demand(point), model.evaluate(point)
    for use in USES:
        zones = model.by_zone(use, demand[use])
        assert zones.shape == (64, len(YEARS), 3)
        assert zones.sum(axis=-1) == pytest.approx(demand[use].sum(axis=-1), rel=1e-9)
    assert (demand["concrete"] + demand["masonry"]).sum(axis=-1) == pytest.approx(
        whole["aggregate"].sum(axis=-1), rel=1e-9)


def test_points_side_by_side() -> None:
    """Two points at once are what each is alone: the stock, the chain and the townships never mix them."""
    model = tiny_demand(parameter("population", 100, 80, 120), parameter("kappa", 1, 0.5, 2))
    u = {"population": np.array([0.2, 0.9]), "kappa": np.array([0.7, 0.1])}
    both = model.demand(at(model, NOTHING, u, 2))
    for row in range(2):
        alone = model.demand(at(model, NOTHING, {name: values[row : row + 1] for name, values in u.items()}, 1))
        for use in USES:
            assert both[use][row] == pytest.approx(alone[use][0], rel=1e-12)


def test_stock_of_the_model_is_that_of_its_drivers() -> None:
    """Urban floor follows urban people × floor per urban head by urban life: the model's stock is `follow` of these."""
    model = tiny_demand(urban_share=0.5)
    expected = follow(np.array([[2000.0, 2000, 2000, 2050]]), np.array([[life(0.02)]]), np.array([[1.0]]))

    assert model.stocks(middle(model))["urban"].outflow == pytest.approx(expected.outflow)
