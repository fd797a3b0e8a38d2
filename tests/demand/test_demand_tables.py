"""The tables of a projection, by hand on `tiny_demand`.

In the tiny case all demand is multiplied by 1.1, and concrete by 2 as well from 2021 on; limestone gives 0.8 of
concrete and half of masonry, sandstone all of masonry, and lime stone is limestone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_demand import NOTHING, TERMS, YEARS, ZONES, observed, parameter, seen, tiny_demand, where

from mineralplan.case import Case
from mineralplan.demand import sampling
from mineralplan.demand.bands import draw
from mineralplan.demand.calibration import Calibration
from mineralplan.demand.chain import ESTIMATORS, Term
from mineralplan.demand.model import DemandModel
from mineralplan.demand.outlook import Export, Outlook
from mineralplan.demand.sensitivity import Influence
from mineralplan.inputs.plan import Mineral, Use
from mineralplan.inputs.schedule import Schedule, constant
from mineralplan.outputs.demand_tables import EXPORT, DemandTables, estimator_of, tables
from tiny import case, indicator, label, supply

PLANNED = (2021, 2022)
SCALE = {"all": constant(1.1), "concrete": Schedule(((2021, 2.0),))}
SOLD = Export("sold", label("Sold"), "concrete", "north", {2021: 5.0, 2022: 6.0}, True, "measured", "test")
KEPT = Export("kept", label("Kept"), "masonry", "north", {2021: 7.0, 2022: 7.0}, False, "measured", "test")


def tiny_case(model: DemandModel, calibration: Calibration = NOTHING) -> Case:
    served = {"concrete": {"limestone": 0.8}, "masonry": {"sandstone": 1.0, "limestone": 0.5},
              "lime_stone": {"limestone": 1.0}}
    supplies = {
        code: supply(code, 10, limit, kind=kind, use="concrete", years=PLANNED)
        for code, kind, limit in (("crushed", "recycled", 37.0), ("own", "spoil", 13.0), ("bought", "import", 400.0))
    }
    return case(
        [], {}, years=PLANNED, supplies=supplies, rules={"output_cap": {"limestone": indicator({2021: 500})}},
        minerals={name: Mineral(zh=name, en=name) for name in ("limestone", "sandstone")},
        uses={use: Use(zh=use, en=use, served_by=by) for use, by in served.items()},
        outlook=Outlook(model, calibration, (SOLD, KEPT), scale=SCALE),
    )


def tabled(model: DemandModel | None = None, calibration: Calibration = NOTHING, count: int = 16,
           influences: dict[int, list[Influence]] | None = None) -> DemandTables:
    model = model or tiny_demand()
    given = tiny_case(model, calibration)
    assert given.outlook is not None
    drawn = draw(model, calibration, count, 0, model.headline, given.outlook.factor)
    return tables(given, drawn, influences or {})


def one(frame: pd.DataFrame, column: str, **values: Any) -> Any:
    """Return a figure of the only row with some values."""
    (found,) = where(frame, **values)[column]
    return found


def uncertain(**values: Any) -> DemandModel:
    return tiny_demand(parameter("kappa", 1, 0.5, 2), parameter("recycling_rate", 0.25, 0, 0.6),
                       parameter("urban_share", 0.6, 0.5, 0.7), **values)


def test_the_uses_are_scaled_by_the_scenario() -> None:
    """Concrete 204.2 × 1.1 in 2020, before its own factor of 2 begins, and 221.8 × 2.2 in 2021; lime stone 50 × 1.1."""
    uses = tabled().uses

    assert one(uses, "central", use="concrete", year=2020) == pytest.approx(224.62)
    assert one(uses, "central", use="concrete", year=2021) == pytest.approx(487.96)
    assert one(uses, "central", use="lime_stone", year=2022) == pytest.approx(55)
    assert list(uses["use"].unique()) == ["concrete", "masonry", "lime_stone"]
    assert set(uses["unit"]) == {"10kt"}
    assert set(uses["calibration"]) == {"uncalibrated"}


def test_the_demand_of_a_township() -> None:
    """Concrete of A in 2020: 85.35 × 1.1; without anything uncertain low and high are the same."""
    demand = tabled().demand
    row = where(demand, use="concrete", zone="A", year=2020).iloc[0]

    assert row["central"] == pytest.approx(93.885)
    assert (row["low"], row["high"]) == pytest.approx((93.885, 93.885), rel=1e-6)
    assert (row["unit"], row["estimator"], row["calibration"]) == ("10kt", "bottom_up", "uncalibrated")


def test_exports_are_demand_of_their_own() -> None:
    """5 and 6 of concrete are sold, as given and not scaled; what is switched off is told apart and no demand."""
    found = tabled()
    sold = where(found.demand, estimator=EXPORT)

    assert sold[["year", "use", "zone", "low", "central", "high"]].values.tolist() == [
        [2021, "concrete", "north", 5, 5, 5], [2022, "concrete", "north", 6, 6, 6]]
    assert found.exports[["year", "export", "quantity_10kt", "on"]].values.tolist() == [
        [2021, "sold", 5, True], [2022, "sold", 6, True], [2021, "kept", 7, False], [2022, "kept", 7, False]]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_townships_sum_to_the_uses(estimator: str) -> None:
    """Use by use and year by year, at the centre; quantiles do not add up."""
    found = tabled(uncertain(estimator=estimator), count=64)
    own = found.demand[found.demand["zone"].isin(ZONES)]
    sums = own.groupby(["use", "year"])["central"].sum()

    assert len(own) == 3 * len(YEARS) * len(ZONES)
    assert dict(sums) == pytest.approx(dict(found.uses.set_index(["use", "year"])["central"]), rel=1e-9)


def test_what_each_mineral_has_to_give() -> None:
    """Limestone in 2021: 221.8 × 2.2 / 0.8 + 50 × 1.1 = 664.95; masonry is sandstone's, 46.2 × 1.1 = 50.82.

    Recycled 37 and own stone 13 can meet 50 of concrete, 62.5 of limestone; what is bought is not taken off. The cap
    of limestone begins in 2021, sandstone has none.
    """
    minerals = tabled().minerals
    stone = where(minerals, mineral="limestone", year=2021).iloc[0]

    assert stone["central"] == pytest.approx(664.95)
    assert (stone["p10"], stone["p90"]) == pytest.approx((664.95, 664.95), rel=1e-6)
    assert stone["after_other"] == pytest.approx(664.95 - 62.5)
    assert stone["cap"] == 500
    assert pd.isna(one(minerals, "cap", mineral="limestone", year=2020))
    assert one(minerals, "central", mineral="sandstone", year=2021) == pytest.approx(50.82)
    assert one(minerals, "after_other", mineral="sandstone", year=2021) == pytest.approx(50.82)
    assert where(minerals, mineral="sandstone")["cap"].isna().all()
    assert set(minerals["unit"]) == {"10kt"}


def test_other_material_leaves_no_less_than_nothing() -> None:
    """A fiftieth of the stone in buildings and no projects: aggregate 14.44, concrete 0.8 of it + 7.4 = 18.95 in 2021.

    That is 52.12 of limestone, less than the 62.5 that others can give: nothing is left to mine, and not -10.38.
    """
    model = tiny_demand(stone_per_m2=0.02, rail_per_km=0, track_per_km=0, lime_capacity=0)
    minerals = tabled(model).minerals

    assert one(minerals, "central", mineral="limestone", year=2021) == pytest.approx(52.118)
    assert one(minerals, "after_other", mineral="limestone", year=2021) == 0


def test_the_estimators_side_by_side() -> None:
    """Aggregate 246, 350 and 300 in 2020: 42 % apart, flagged; 268, 300, 300 in 2021: 12 %, not flagged."""
    found = tabled().estimators
    first, second = (where(found, quantity="aggregate", year=year) for year in (2020, 2021))

    assert dict(zip(first["estimator"], first["central"], strict=True)) == pytest.approx(
        {"bottom_up": 246, "per_head": 350, "cement": 300})
    assert list(first["apart"]) == pytest.approx([350 / 246 - 1] * 3)
    assert list(second["apart"]) == pytest.approx([300 / 268 - 1] * 3)
    assert (first["flagged"].all(), second["flagged"].any()) == (True, False)
    assert list(first["drives"]) == [True, False, False]
    assert set(found["quantity"]) == {"aggregate", "cement", "concrete", "masonry", "lime_stone"}


def test_an_estimator_without_a_way_of_its_own_is_not_shown() -> None:
    """Lime stone comes from a plant whoever estimates: one row a year, nothing to compare."""
    lime = where(tabled().estimators, quantity="lime_stone")

    assert list(lime["estimator"]) == ["bottom_up"] * len(YEARS)
    assert lime["apart"].isna().all()
    assert not lime["flagged"].any()


def test_what_follows_from_an_estimate_follows_its_estimator() -> None:
    """Masonry per head in 2020: 0.2 × (350 - 37) = 62.6; by cement 0.2 × 263 = 52.6; bottom-up 41.8; not scaled."""
    masonry = where(tabled().estimators, quantity="masonry", year=2020)

    assert dict(zip(masonry["estimator"], masonry["central"], strict=True)) == pytest.approx(
        {"bottom_up": 41.8, "per_head": 62.6, "cement": 52.6})


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_one_estimator_drives_each_headline(estimator: str) -> None:
    found = tabled(tiny_demand(estimator=estimator)).estimators
    drive = found[found["drives"]]

    for quantity in ("aggregate", "cement", "concrete", "masonry"):
        assert set(where(drive, quantity=quantity)["estimator"]) == {estimator}
        assert len(where(drive, quantity=quantity)) == len(YEARS)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_some_estimator_drives_what_has_but_one(estimator: str) -> None:
    """Lime stone has one row a year, whoever drives the scenario: that row is what the scenario plans for."""
    assert where(tabled(tiny_demand(estimator=estimator)).estimators, quantity="lime_stone")["drives"].all()


def test_the_estimator_of_a_use_is_the_driver_or_bottom_up() -> None:
    """Concrete follows from the driver's aggregate; bricks are bottom-up alone, and lime stone is a plant's.

    Nobody estimates lime stone anew, so that it is not the driver's either.
    """
    terms = (*TERMS, Term("bottom_up", "bricks", "building", 0.5))
    model = tiny_demand(terms=terms, estimator="cement")

    assert {use: estimator_of(model, use) for use in ("bricks", "concrete", "lime_stone")} == {
        "bricks": "bottom_up", "concrete": "cement", "lime_stone": "bottom_up"}


def test_the_band_of_the_estimators() -> None:
    """κ alone uncertain: bottom-up has a band around 246, the others have none."""
    found = where(tabled(tiny_demand(parameter("kappa", 1, 0.5, 2)), count=256).estimators, quantity="aggregate",
                  year=2020).set_index("estimator")

    assert found.loc["bottom_up", "p10"] < 246 < found.loc["bottom_up", "p90"]
    assert (found.loc["per_head", "p10"], found.loc["per_head", "p90"]) == pytest.approx((350, 350))


@pytest.mark.parametrize("kappa", [1.0, 1.5])
def test_components_sum_to_the_headline(kappa: float) -> None:
    """Building 222, works 14, maintenance 10 in 2020, each with κ in it."""
    found = where(tabled(tiny_demand(kappa=kappa)).components, year=2020).set_index("component")["amount"]

    assert dict(found) == pytest.approx({"building": 222 * kappa, "works": 14 * kappa, "maintenance": 10 * kappa})


def beside_works(term: Term) -> DemandModel:
    """Return the model with one term of modelled aggregate beside the projects."""
    return tiny_demand(terms=[term if t.of == "building" and t.quantity == "modelled" else t for t in TERMS
                              if (t.quantity, t.of) != ("modelled", "maintenance")])


def test_a_component_is_the_term_not_what_it_follows_from() -> None:
    """Modelled aggregate as 0.5 × 100 of cement per head + works 14: 50 and 14 of 64.

    By what they follow from, 100 people and 14 of works, it would be 56.1 and 7.9.
    """
    model = beside_works(Term("", "modelled", "population", "cement_per_head"))
    found = where(tabled(model).components, year=2020).set_index("component")["amount"]

    assert dict(found) == pytest.approx({"population": 50, "works": 14})


def test_a_component_by_itself() -> None:
    """Modelled aggregate as 50 that follow from nothing + works 14: 50 and 14 of 64.

    Were the 50 multiplied with the 64 they are part of, they would take 63.7 of them.
    """
    model = beside_works(Term("", "modelled", "", "lime_capacity"))
    found = where(tabled(model).components, year=2020)

    assert sorted(found["amount"]) == pytest.approx([14, 50])


def test_the_stock_table_balances() -> None:
    """Standing is last year's with what was built and without what fell down; it begins with the history."""
    stock = tabled(uncertain()).stock
    for _, rows in stock.groupby("place"):
        assert list(rows["year"]) == [2019, 2020, 2021, 2022]
        assert np.diff(rows["standing_10k_m2"]) == pytest.approx(
            (rows["inflow_10k_m2"] - rows["outflow_10k_m2"]).to_numpy()[1:])
    assert list(where(stock, place="urban")["standing_10k_m2"]) == pytest.approx([2400, 2400, 2400, 2460])
    assert list(where(stock, place="rural")["inflow_10k_m2"]) == pytest.approx([0, 100, 100, 100])


def test_the_projects_table_is_before_calibration() -> None:
    """Railway 14, 26 and 14, half of it own stone; tracks 10 from 2021 on; κ of 1.5 is not in it."""
    found = tabled(tiny_demand(kappa=1.5)).projects
    railway, tracks = where(found, project="railway"), where(found, project="tracks")

    assert list(railway["aggregate_10kt"]) == pytest.approx([14, 26, 14])
    assert list(railway["own_stone_10kt"]) == pytest.approx([7, 13, 7])
    assert list(tracks["aggregate_10kt"]) == pytest.approx([0, 10, 10])
    assert not tracks["own_stone_10kt"].any()


def test_the_drivers_table() -> None:
    """A path has a row a year over its own span, a constant one without a year, and κ as used stands at the end."""
    known = observed(seen(300))
    model = tiny_demand(parameter("kappa", 1, 0.5, 2), parameter("stone_per_m2", 1, 0.5, 2, shared=True))
    found = tabled(model, known).drivers
    path, constant_one = where(found, parameter="floor_per_head_urban"), where(found, parameter="stone_per_m2").iloc[0]
    kappa = sampling.central(model, known).parameters["kappa"][0, 0]

    assert list(zip(path["year"], path["central"], strict=True)) == [(2019, 40), (2020, 40), (2021, 40), (2022, 41)]
    assert (constant_one["low"], constant_one["central"], constant_one["high"]) == (0.5, 1, 2)
    assert pd.isna(constant_one["year"]) and constant_one["shared"]
    last = found.iloc[-1]
    assert (last["parameter"], last["central"], last["basis"]) == ("kappa_as_used", pytest.approx(kappa), "calibrated")
    assert one(found, "central", parameter="kappa") == 1


def test_the_calibration_table() -> None:
    """300 in 2020 is fitted, 400 in 2022 is a test: the model says 346 × κ of it."""
    known, model = observed(seen(300), seen(400, year=2022)), tiny_demand(parameter("kappa", 1, 0.5, 2))
    kappa = sampling.central(model, known).parameters["kappa"][0, 0]
    found = tabled(model, known).calibration

    assert list(found["role"]) == ["fit", "test"]
    assert list(found["modelled"]) == pytest.approx([246 * kappa, 346 * kappa])
    assert list(found["error"]) == pytest.approx([246 * kappa / 300 - 1, 346 * kappa / 400 - 1])
    assert set(tabled(model, known).uses["calibration"]) == {"calibrated"}
    assert tabled().calibration.empty


def test_the_sensitivity_table() -> None:
    """One row per year and input, in the order given, of the first headline quantity."""
    given = {2021: [Influence("kappa", 1, 2, 0.6, 0.1, 0.7, 0.2), Influence("x", 3, 4, 0.1, 0.01, 0.2, 0.02)]}
    found = tabled(influences=given).sensitivity

    assert found.values.tolist() == [[2021, "aggregate", "kappa", 1, 2, 0.6, 0.1, 0.7, 0.2],
                                     [2021, "aggregate", "x", 3, 4, 0.1, 0.01, 0.2, 0.02]]
    assert list(found.columns[-4:]) == ["first_order", "first_order_error", "total_order", "total_order_error"]


def test_nothing_is_scaled_before_a_schedule_begins() -> None:
    """1.1 for all, twice that for concrete from 2021 on."""
    outlook = Outlook(tiny_demand(), NOTHING, scale=SCALE)

    assert [outlook.factor("concrete", year) for year in YEARS] == pytest.approx([1.1, 2.2, 2.2])
    assert outlook.factor("masonry", 2022) == pytest.approx(1.1)
    assert Outlook(tiny_demand(), NOTHING).factor("concrete", 2021) == 1


def test_what_the_scenario_sets_is_called_so() -> None:
    changed = replace(tiny_demand().parameters["masonry_share"], changed=True)
    drivers = tabled(tiny_demand(changed)).drivers

    assert one(drivers, "basis", parameter="masonry_share") == "scenario"
