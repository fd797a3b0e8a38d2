"""The demand tables of Kaizhou hang together: drivers, quantities, chain and projects.

Of the package it is asked no more than which parameters and quantities the demand model names by itself.
"""

from __future__ import annotations

import pytest
from kaizhou import Row, plan, table

from mineralplan.assembly.drivers import COMPUTED, REQUIRED
from mineralplan.demand.model import GIVEN

ESTIMATORS = ("bottom_up", "per_head", "cement")


def parameters(name: str) -> list[Row]:
    return [row for row in table("demand/parameters.csv") if row["parameter"] == name]


def is_figure(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def test_urban_populations_add_up_to_the_census() -> None:
    """The census of 2020 counts 608,485 in towns, 50.57 % of 1,203,306: the model's share of the base year."""
    urban = sum(int(row["urban_population"]) for row in table("zones.csv"))
    assert urban == pytest.approx(608_485, abs=20)
    for row in table("zones.csv"):
        assert 0 <= int(row["urban_population"]) <= int(row["population"])
    (share,) = (float(row["central"]) for row in parameters("urban_share") if row["year"] == "2020")
    assert share == pytest.approx(urban / sum(int(row["population"]) for row in table("zones.csv")), abs=1e-4)


def test_demand_chain_names_only_what_stands_above() -> None:
    """A quantity is whole before another follows from it: none of its rows stands below one that uses it."""
    for estimator in ESTIMATORS:
        known, used = set(GIVEN), set[str]()
        for row in table("demand/chain.csv"):
            if row["estimator"] in ("", estimator):
                assert row["of"] in known | {""}, row
                assert row["quantity"] not in used | set(GIVEN), row
                known.add(row["quantity"])
                used.add(row["of"])
        assert set(plan()["uses"]) <= known or estimator != "bottom_up"


def test_all_three_estimators_state_aggregate_by_rows_of_their_own() -> None:
    own = [{row["quantity"] for row in table("demand/chain.csv") if row["estimator"] == name} for name in ESTIMATORS]
    assert "aggregate" in set.intersection(*own)


def test_every_quantity_is_computed_or_given() -> None:
    """And every one that is computed or given has a name and a unit."""
    named = [row["quantity"] for row in table("demand/quantities.csv")]
    assert set(named) == {row["quantity"] for row in table("demand/chain.csv")} | set(GIVEN)


def test_uses_have_the_units_of_the_plan() -> None:
    units = {row["quantity"]: row["unit"] for row in table("demand/quantities.csv")}
    assert {use: units[use] for use in plan()["uses"]} == {
        use: entry.get("unit", "10kt") for use, entry in plan()["uses"].items()}


def test_every_parameter_is_used_and_every_one_used_is_there() -> None:
    given = {row["parameter"] for row in table("demand/parameters.csv")}
    used = {row["factor"] for row in table("demand/chain.csv") if not is_figure(row["factor"])} - set(COMPUTED)
    used |= {row[column] for row in table("demand/projects.csv") for column in ("intensity", "spoil")} - {""}
    assert given == used | set(REQUIRED)


def test_parameters_are_in_order_and_reach_over_the_horizon() -> None:
    """Low ≤ central ≤ high; a path begins by the base year and ends with the horizon; one name, unit and kind."""
    first, last = plan()["base_year"], plan()["horizon"]
    for name in {row["parameter"] for row in table("demand/parameters.csv")}:
        rows = parameters(name)
        for row in rows:
            central = float(row["central"])
            assert float(row["low"] or central) <= central <= float(row["high"] or central), row
            assert row["unit"] != "share" or central <= 1, row
        assert len({(row["name_zh"], row["name_en"], row["unit"], row["shared"]) for row in rows}) == 1, name
        assert rows[0]["name_zh"], name
        assert rows[0]["name_en"], name
        years = [row["year"] for row in rows]
        assert years == [""] or (int(years[0]) <= first and int(years[-1]) >= last), name
        assert years == sorted(years), name


def test_intensities_vary_with_one_another_and_shares_do_not() -> None:
    """What a unit of building takes is shared; drivers, capacities and shares are not."""
    shared = {row["parameter"] for row in table("demand/parameters.csv") if row["shared"] == "yes"}
    intensities = {row["intensity"] for row in table("demand/projects.csv")}
    assert intensities <= shared
    assert not {row["parameter"] for row in table("demand/parameters.csv") if row["unit"] == "share"} & shared


def test_projects_are_possible() -> None:
    towns = {row["project"] for row in table("demand/project_towns.csv")}
    first, last = plan()["base_year"], plan()["horizon"]
    for row in table("demand/projects.csv"):
        assert int(row["start_year"]) <= int(row["end_year"])
        assert int(row["end_year"]) >= first
        assert int(row["start_year"]) <= last
        assert (row["spread"] == "towns") == (row["project"] in towns), row["project"]
        delays = [float(row[f"delay_{part}"]) for part in ("low", "central", "high")]
        assert delays == sorted(delays)
        assert row["status"] in ("built", "under_way", "planned")
        assert row["status"] != "built" or (delays == [0, 0, 0] and float(row["cancel_probability"]) == 0)
    assert towns <= {row["project"] for row in table("demand/projects.csv")}


def test_what_has_no_limit_is_computed_by_the_demand_model() -> None:
    computed = {row["quantity"] for row in table("demand/chain.csv")}
    blank = {row["supply"]: row["kind"] for row in table("supplies.csv") if not row["limit_10kt_a"]}
    assert set(blank) <= computed
    assert set(blank.values()) == {"recycled", "spoil"}
