"""The result tables from allocations made by hand: what a planner would fill in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd
import pytest

from mineralplan.allocation import FLOWS, MINES, SHORTAGE, Allocation
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.loading import load
from mineralplan.outputs import tables
from mineralplan.rules import check
from small_region import write_small_region
from tiny import block, case, indicator, km, label, mine, solved, supply

YEARS = (2021, 2022, 2023, 2024)


def allocated(
    capacity: Mapping[str, Mapping[int, float]], output: Mapping[tuple[str, int], float] | None = None,
    flows: Iterable[tuple[object, ...]] = (), shortage: Iterable[tuple[object, ...]] = (),
) -> Allocation:
    """Return an allocation from capacity by block and year; a mine without a given output runs full."""
    mines = [(year, code, scale, (output or {}).get((code, year), scale), True)
             for code, years in capacity.items() for year, scale in years.items()]
    return Allocation(pd.DataFrame(mines, columns=MINES), pd.DataFrame(list(flows), columns=FLOWS),
                      pd.DataFrame(list(shortage), columns=SHORTAGE))


def during(first: int, last: int, capacity: float = 10.0) -> dict[int, float]:
    return dict.fromkeys(range(first, last + 1), capacity)


@pytest.fixture
def district() -> Case:
    """A mine kept, one expanded, one that stops, one gone at once, a new one, and one never licensed."""
    return case([mine("kept"), mine("grows", expanded=20), mine("stops"), mine("gone"), block("new"),
                 block("once"), block("never")], 10, years=YEARS)


@pytest.fixture
def made() -> Allocation:
    return allocated({
        "kept": during(2021, 2024),
        "grows": during(2021, 2021) | during(2022, 2024, 20.0),
        "stops": during(2021, 2022),
        "new": during(2022, 2024),
        "once": during(2023, 2023),
    })


@pytest.mark.parametrize(
    ("code", "states"),
    [
        ("kept", ["kept", "kept", "kept", "kept"]),  # that the horizon ends closes nothing
        ("grows", ["kept", "expanded", "kept", "kept"]),
        ("stops", ["kept", "closing", "closed", "closed"]),
        ("gone", ["closed", "closed", "closed", "closed"]),  # it worked in the base year
        ("new", ["idle", "opened", "kept", "kept"]),
        ("once", ["idle", "idle", "opened", "closed"]),
        ("never", ["idle", "idle", "idle", "idle"]),
    ],
)
def test_states(district: Case, made: Allocation, code: str, states: list[str]) -> None:
    table = tables.production(district, made)

    assert list(table[table["block"] == code]["state"]) == states


def test_every_block_has_a_row_in_every_year(district: Case, made: Allocation) -> None:
    table = tables.production(district, made)

    assert list(zip(table["year"], table["block"], strict=True)) == [(y, b) for y in YEARS for b in district.blocks]


def test_actions(district: Case, made: Allocation) -> None:
    """One line for each thing to be done, in its year; nothing for what goes on as it was."""
    table = tables.actions(district, made)

    assert list(table[["year", "block", "action", "capacity_10kt_a"]].itertuples(index=False, name=None)) == [
        (2021, "gone", "close", 10), (2022, "grows", "expand", 20), (2022, "new", "license", 10),
        (2023, "stops", "close", 10), (2023, "once", "license", 10), (2024, "once", "close", 10),
    ]


@pytest.fixture
def merger() -> tuple[Case, Allocation]:
    """A (100) and B (80) become M (300 with the pillar between them) in 2022; all usable, half is won."""
    parents = [mine("A", resource=100, recovery=0.5, additions=((2023, 40),)), mine("B", resource=80, recovery=0.5)]
    merged = block("M", 20, status="merged", parents=("A", "B"), resource=300, recovery=0.5)
    given = case([*parents, merged], 20, years=YEARS)
    return given, allocated({"A": during(2021, 2021), "B": during(2021, 2021), "M": during(2022, 2024, 20.0)},
                            {("B", 2021): 5})


def test_a_merger_is_one_action_and_its_parents_close(merger: tuple[Case, Allocation]) -> None:
    table = tables.actions(*merger)

    assert set(table[["year", "block", "action"]].itertuples(index=False, name=None)) == {
        (2022, "M", "merge"), (2022, "A", "close"), (2022, "B", "close")}


def test_what_is_left_of_a_resource(merger: tuple[Case, Allocation]) -> None:
    """Output 10 at a recovery of a half takes 20 of the resource.

    A: 100 − 20 = 80. B: 80 − 10 = 70. M draws on what its parents left: 300 − 30 = 270 before it works, then
    40 a year less, and from 2023 the 40 found at A more: 230, 230, 190. Without the parents' output it would stand at
    260 in 2022, without their addition at 190 in 2023.
    """
    table = tables.production(*merger)
    left = {code: list(rows["resource_left_10kt"]) for code, rows in table.groupby("block")}

    assert left == {"A": [80, 80, 120, 120], "B": [70, 70, 70, 70], "M": [270, 230, 230, 190]}


def test_what_is_left_is_what_the_model_allows() -> None:
    """Demand without end, one mine of 10 a year with 30 to be won, 10 of them from 2023: 20 by 2022, 0 left at last."""
    given = case([block("A", 30, resource=20, additions=((2023, 10),))], 30, years=(2021, 2022, 2023))
    table = solved(given).production

    assert (table["resource_left_10kt"] >= -1e-6).all()
    assert table["resource_left_10kt"].iloc[-1] == 0


def test_landbank() -> None:
    """A: 1000 in place, 0.8 × 0.9 of it to be won; 36 a year draw 50, so 950 × 0.72 = 684 are left after one.

    B: 200, all to be won; 14 a year leave 186. Both: (684 + 186) ÷ (36 + 14) = 17.4 years. A closed mine and a block
    that does not work bring nothing; the resource in place instead of what can be won would give 22.7.
    """
    given = case([block("A", 40, resource=1000, usable_share=0.8, recovery=0.9), block("B", 14, resource=200),
                  block("idle", resource=500), mine("closed", resource=500)], 50, years=(2021, 2022),
                 rules={"output_cap": {"stone": indicator({2021: 60, 2022: 55})}})
    table = tables.minerals(given, allocated({"A": {2021: 40}, "B": {2021: 14}}, {("A", 2021): 36}))

    first, second = (row._asdict() for row in table.itertuples(index=False))
    assert first["landbank_years"] == pytest.approx(17.4, abs=1e-9)
    assert (first["output_10kt"], first["cap_10kt"], first["cap_nature"]) == (50, 60, "binding")
    assert (first["mines"], first["capacity_10kt_a"]) == (2, 54)
    assert (second["output_10kt"], second["cap_10kt"], second["mines"]) == (0, 55, 0)
    assert math.isnan(second["landbank_years"])


def test_flows_have_distances_and_a_price() -> None:
    """10 km as the crow flies × 1.4 = 14 km; 4 + 0.6 × 14 = 12.4 CNY/t. The import has a road of 20 km: 16."""
    given = case([block("A", place=km(10))], 10, supplies={"far": supply("far", 50, 5, at=100)},
                 routes={("far", "town"): 20.0}, economics=Economics(haul=0.6, loading=4, detour=1.4))
    flows = [(2021, "A", "works", "town", 6.0), (2021, "far", "works", "town", 4.0)]

    table = tables.flows(given, allocated({"A": {2021: 10}}, flows=flows))

    assert list(table["distance_km"]) == [14.0, 20.0]
    assert list(table["haul_cny_t"]) == [12.4, 16.0]
    assert list(table["quantity_10kt"]) == [6, 4]


def test_the_balance_by_market() -> None:
    """District 12 = 4 local + 1 recycled + 2 of a project's own works + 3 imported + 2 short; export 5 = 5 local.

    Own supply is (4 + 1 + 2) ÷ 12; if the stone of the works counted as imported it would be 5 ÷ 12.
    """
    zones = {"town": Zone("town", label("town"), km(0)), "next": Zone("next", label("next"), km(50), "neighbour")}
    given = case([block("A")], {("works", "town", 2021): 12, ("works", "next", 2021): 5}, zones=zones, supplies={
        "far": supply("far", 50, 5), "old": supply("old", 20, 5, kind="recycled"),
        "dug": supply("dug", 10, 5, kind="spoil")})
    flows = [(2021, "A", "works", "town", 4.0), (2021, "A", "works", "next", 5.0), (2021, "far", "works", "town", 3.0),
             (2021, "old", "works", "town", 1.0), (2021, "dug", "works", "town", 2.0)]

    table = tables.balance(given, allocated({"A": {2021: 10}}, flows=flows, shortage=[(2021, "works", "town", 2.0)]))

    assert list(table.itertuples(index=False, name=None)) == [
        (2021, "works", "district", 12, 4, 1, 2, 3, 2, 7 / 12), (2021, "works", "export", 5, 5, 0, 0, 0, 0, 1.0)]


def test_own_supply_of_no_demand_is_no_figure() -> None:
    table = tables.balance(case([block("A")], 0), allocated({}))

    assert math.isnan(table["self_sufficiency"].iloc[0])


def test_the_balance_of_a_plan_closes(tmp_path: object) -> None:
    """On the small region every use and year: what came and what is short is what was asked for."""
    plan = solved(load(write_small_region(tmp_path).scenario))  # type: ignore[arg-type]
    table = plan.balance
    parts = table[["local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt", "shortage_10kt"]].sum(axis=1)

    assert (parts - table["demand_10kt"]).abs().max() < 1e-6
    assert set(table["market"]) == {"district", "export"}
    assert table["demand_10kt"].sum() == pytest.approx(sum(plan.case.demand.values()))


def test_costs_add_up_to_the_objective(tmp_path: object) -> None:
    """The terms by year, discounted to the base year, are the objective to 1e-9."""
    plan = solved(load(write_small_region(tmp_path).scenario))  # type: ignore[arg-type]
    costs = plan.costs
    discounted = costs["cost_10kcny"] * 1.08 ** (2020 - costs["year"])

    assert costs["discounted_10kcny"].sum() == pytest.approx(plan.certificate.objective, rel=1e-9)
    assert discounted.sum() == pytest.approx(plan.certificate.objective, rel=1e-9)
    assert (costs["cost_10kcny"] != 0).any()


def test_the_scorecard_is_sorted_and_leaves_open_what_is_not_there() -> None:
    """No new mine works, so there is no smallest scale: no value, no margin, and the rule holds."""
    given = case([mine("A"), block("B", 20)], 5, years=(2021, 2022), rules={
        "output_cap": {"stone": indicator(8, clause="box 1")},
        "minimum_scale": {"stone": indicator(15, clause="box 3")},
    })
    found = check(given, allocated({"A": during(2021, 2022)}))
    table = tables.scorecard(found)

    assert list(zip(table["year"], table["rule"], strict=True)) == [
        (2021, "minimum_scale"), (2021, "output_cap"), (2022, "minimum_scale"), (2022, "output_cap")]
    scale, cap = (row._asdict() for row in table.head(2).itertuples(index=False))
    assert math.isnan(scale["value"])
    assert math.isnan(scale["margin"])
    assert bool(scale["holds"])
    assert (cap["limit"], cap["value"], cap["margin"], bool(cap["holds"]), cap["clause"]) == (8, 10, -2, False, "box 1")


def test_a_plan_extracted_has_no_solver_noise() -> None:
    """A third of a year's capacity is shipped: figures have at most 9 decimals, and nothing is below zero."""
    plan = solved(case([block("A", operating_cost=1)], 10 / 3))
    flows = plan.allocation.flows["quantity_10kt"]

    assert list(flows) == [round(10 / 3, 9)]
    assert all(math.copysign(1, value) == 1 for value in plan.costs["cost_10kcny"])


def test_years_beyond_the_plan_are_not_balanced() -> None:
    given = case([block("A")], {2021: 5.0, 2022: 6.0}, years=(2021, 2022))

    table = tables.balance(replace(given, years=(2021,)), allocated({}))

    assert list(table["year"]) == [2021]
