"""Every law of deliveries: kept, and broken by an amount that is plain to see."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from plans import Flow, audited, found, whole

from mineralplan.auditing.ledger import HALF_DIGIT
from mineralplan.case import Case, Zone
from mineralplan.inputs.plan import Use
from mineralplan.outputs.extract import DIGITS
from tiny import TWO_MINERALS, YEAR, block, case, km, label, of_each, supply

ZONES = {name: Zone(name, label(name), km(0.0), kind) for name, kind in (  # type: ignore[arg-type]
    ("town", "township"), ("east", "township"), ("abroad", "neighbour"))}


def district(limit: float = 5.0, reach: tuple[str, ...] = ()) -> Case:
    """Block N of 10; three zones that each want 10; up to 5 can be imported."""
    demand = {("works", zone, YEAR): 10.0 for zone in ZONES}
    bought = replace(supply("I", 30, limit), reach=reach)
    return case([block("N")], demand, zones=ZONES, supplies={"I": bought})


def breaches(given: Case, *more: Flow, output: float = 6.0) -> list[tuple[str, tuple[str, ...], int, float]]:
    return found(given, whole(given, {("N", YEAR): (10, output)}, more=more))


def test_a_plan_that_keeps_every_law() -> None:
    """6 from N to the town, 4 imported there and 1 to the east: 9 and all 10 abroad are short, which is allowed."""
    assert breaches(district(), (YEAR, "I", "works", "town", 4.0), (YEAR, "I", "works", "east", 1.0)) == []


def test_what_is_short_is_all_that_is_missing() -> None:
    """6 arrive of 10 and 3 are said to be short: 1 is lost."""
    given = district()
    allocation = whole(given, {("N", YEAR): (10, 6)})
    short = allocation.shortage.replace({"quantity_10kt": {4.0: 3.0}})

    assert found(given, replace(allocation, shortage=short)) == [("balance", ("works", "town"), YEAR, 1)]


def test_no_more_arrives_than_is_wanted() -> None:
    """12 arrive where 10 are wanted, so −2 are short."""
    given = case([block("N", 12)], 10.0)

    assert found(given, whole(given, {("N", YEAR): 12})) == [("shortage", ("works", "town"), YEAR, 2)]


def test_nothing_goes_where_nothing_is_wanted() -> None:
    """The east wants nothing and gets 3."""
    given = case([block("N")], {("works", "town", YEAR): 10.0}, zones=ZONES)
    allocation = whole(given, {("N", YEAR): (10, 3)}, without=[("N", YEAR)], more=[(YEAR, "N", "works", "east", 3.0)])

    assert found(given, allocation) == [("balance", ("works", "east"), YEAR, 3)]


@pytest.mark.parametrize(("mined", "apart"), [(6.0, 0), (6.0001, 0.0001), (5.0, 1.0)])
def test_what_is_shipped_is_what_is_mined(mined: float, apart: float) -> None:
    """A yield of 0.5: 3 delivered are 6 mined. A tonne more, 10⁻⁴, is found; without the yield they were 3 apart."""
    given = case([block("N")], 10.0, uses={"works": Use(zh="w", en="w", served_by={"stone": 0.5})})
    allocation = whole(given, {("N", YEAR): (10, mined)}, without=[("N", YEAR)],
                       more=[(YEAR, "N", "works", "town", 3.0)])

    assert found(given, allocation) == ([("shipped", ("N",), YEAR, apart)] if apart else [])


def test_a_mineral_serves_its_uses() -> None:
    """A stone quarry delivers 2 of brick clay: not its use, and not what it mined."""
    given = case([block("N")], of_each(10, 5), **TWO_MINERALS)
    allocation = whole(given, {("N", YEAR): (10, 6)}, more=[(YEAR, "N", "bricks", "town", 2.0)])

    assert found(given, allocation) == [("serves", ("N", "bricks", "town"), YEAR, 2)]


def test_a_supply_serves_its_use() -> None:
    given = case([block("N")], of_each(10, 5), supplies={"I": supply("I", 30, 5)}, **TWO_MINERALS)
    allocation = whole(given, {("N", YEAR): (10, 6)}, more=[(YEAR, "I", "bricks", "town", 2.0)])

    assert found(given, allocation) == [("serves", ("I", "bricks", "town"), YEAR, 2)]


def test_the_limit_of_a_supply() -> None:
    """4 and 3 are 2 over a limit of 5, though each is under it."""
    assert breaches(district(), (YEAR, "I", "works", "town", 4.0), (YEAR, "I", "works", "east", 3.0)) == [
        ("supply_limit", ("I",), YEAR, 2)]


def test_a_supply_does_not_serve_exports() -> None:
    assert breaches(district(), (YEAR, "I", "works", "abroad", 3.0)) == [
        ("reach", ("I", "works", "abroad"), YEAR, 3)]


def test_a_supply_within_its_reach() -> None:
    """It can reach the east alone."""
    assert breaches(district(reach=("east",)), (YEAR, "I", "works", "east", 3.0)) == []
    assert breaches(district(reach=("east",)), (YEAR, "I", "works", "town", 3.0)) == [
        ("reach", ("I", "works", "town"), YEAR, 3)]


@pytest.mark.parametrize(("column", "value"), [("source", "X"), ("use", "X"), ("zone", "X"), ("year", 2030),
                                               ("quantity_10kt", float("nan"))])
def test_a_delivery_that_says_nothing(column: str, value: object) -> None:
    """It is left out, so the 6 that N mined are not delivered, and the town lacks them."""
    given = case([block("N")], 10.0)
    allocation = whole(given, {("N", YEAR): (10, 6)})
    flows = allocation.flows.astype({column: object})
    flows.loc[0, column] = value

    breaches = found(given, replace(allocation, flows=flows))

    assert [(name, amount) for name, _, _, amount in breaches] == [("balance", 6), ("entries", 1), ("shipped", 6)]


def test_rounding_is_allowed_and_no_more() -> None:
    """9 decimals: each of the figures that are added up may be off by half of 10⁻⁹, besides the tolerance of 10⁻⁶.

    N may deliver to one market, so with its output two figures: 1.001 · 10⁻⁶ pass, 1.002 · 10⁻⁶ do not.
    """
    assert 2 * HALF_DIGIT * 10**DIGITS == 1
    given = case([block("N")], 10.0)

    def apart(by: float) -> list[str]:
        allocation = whole(given, {("N", YEAR): (10, 6 + by)}, without=[("N", YEAR)],
                           more=[(YEAR, "N", "works", "town", 6.0)])
        return [breach.name for breach in audited(given, allocation).breaches]

    assert apart(1.001e-6) == []
    assert apart(1.002e-6) == ["shipped"]


def test_an_empty_plan_of_a_district_without_demand() -> None:
    given = case([block("N")], 0.0)
    nothing = whole(given, {})

    assert isinstance(nothing.flows, pd.DataFrame)
    assert audited(given, nothing).verdict == "holds"
