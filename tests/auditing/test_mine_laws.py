"""Every law of mines on a case of one or two blocks: kept, and broken by an amount that is plain to see."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from plans import YEARS, Mines, audited, found, whole

from mineralplan.auditing.audit import audit_claim
from mineralplan.auditing.claim import Claim, Known
from mineralplan.auditing.laws import LAWS
from mineralplan.case import Block, Case
from mineralplan.economics import Economics
from tiny import block, case, mine

DEMAND = 20.0


def district(*blocks: Block, **values: object) -> Case:
    return case(blocks, dict.fromkeys(YEARS, DEMAND), years=YEARS, **values)  # type: ignore[arg-type]


def through(code: str, *capacity: float | tuple[float, float]) -> Mines:
    """Return a block that works from the first year with the capacities given; 0 where it does not work."""
    return {(code, year): scale for year, scale in zip(YEARS, capacity, strict=True) if scale}


def assert_only(given: Case, mines: Mines, *breaches: tuple[str, tuple[str, ...], int, float]) -> None:
    assert found(given, whole(given, mines)) == sorted(breaches)


def test_a_plan_that_keeps_every_law() -> None:
    """One existing mine and one new block from 2022; every law is tried at least once, and none is broken."""
    audit = audited(district(mine("E"), block("N")), whole(
        district(mine("E"), block("N")), {**through("E", 10, 10, 10), **through("N", 0, 10, 10)}))

    assert audit.verdict == "holds"
    never = {"working_rate", "states", "merger", "supply_limit", "reach", "observed", "observed_scale"}
    assert {law for law, count in audit.checks.items() if count} == set(LAWS) - never


def test_a_capacity_is_an_option() -> None:
    """Options 10 and 16: 12 lies 2 from the nearer."""
    given = district(block("N", 10, expanded=16))

    assert_only(given, through("N", 10, 16, 16))
    assert_only(given, through("N", 12, 16, 16), ("option", ("N",), 2021, 2))


def test_a_rounded_capacity_is_the_option() -> None:
    """A third in 9 decimals is the option of a third; one that differs in the fifth is not."""
    given = district(block("N", 1 / 3))

    third = 0.333333333
    assert_only(given, through("N", (third, 0.1), (third, 0.1), (third, 0.1)))
    assert [breach[:3] for breach in found(given, whole(given, through("N", 0.33332, third, third)))] == [
        ("option", ("N",), 2021)]


def test_earliest_and_latest_year() -> None:
    """From 2022 to 2022: 2021 is one year early, 2023 one late."""
    given = district(block("N", earliest=2022, latest=2022))

    assert_only(given, through("N", 0, 10, 0))
    assert_only(given, through("N", 10, 10, 10), ("allowed_years", ("N",), 2021, 1), ("allowed_years", ("N",), 2023, 1))


def test_output_within_capacity() -> None:
    """12 from a mine of 10: 2 too many. A tonne more than 10⁵ t is found as well: 1 t = 10⁻⁴ · 10⁴ t."""
    given = district(block("N"))

    assert_only(given, through("N", 10, (10, 4), 10))
    assert_only(given, through("N", (10, 12), 10, 10), ("capacity", ("N",), 2021, 2))
    assert_only(given, through("N", 10, (10, 10.0001), 10), ("capacity", ("N",), 2022, 0.0001))


def test_output_without_a_licence() -> None:
    """A row without capacity is no mine: its 3 are over a capacity of nothing, and it counts as not working."""
    given = district(block("N"))
    audit = audited(given, whole(given, {("N", 2021): (0, 3), ("N", 2022): 10, ("N", 2023): 10}))

    assert [(b.name, b.amount) for b in audit.breaches] == [("capacity", 3)]
    assert audit.allocation.working(2021) == ()


def test_the_least_output() -> None:
    """A rate of 0.3 asks 3 of a mine of 10; 2.5 are half a unit too few."""
    given = district(block("N"), economics=Economics(working_rate=0.3))

    assert_only(given, through("N", (10, 3), (10, 3), (10, 3)))
    assert_only(given, through("N", (10, 2.5), 10, 10), ("working_rate", ("N",), 2021, 0.5))


def test_the_resource_is_counted_over_the_years() -> None:
    """25 in place, of which 0.8 × 0.9 = 0.72 can be won: 18 in all.

    Two years of 9 take it all. 9 in the third year as well draw 27 ÷ 0.72 = 37.5, which is 12.5 too many; without the
    usable share it would be 27 ÷ 0.9 = 30, 5 too many.
    """
    given = district(block("N", resource=25, usable_share=0.8, recovery=0.9))

    assert_only(given, through("N", (10, 9), (10, 9), 0))
    assert_only(given, through("N", (10, 9), (10, 9), (10, 9)), ("resource", ("N",), 2023, 12.5))


def test_resource_that_is_added_later() -> None:
    """10 in place and 15 more from 2022: 10, 10 and 5 are all right; 11 in 2021 are 1 too many, and 2022 makes up."""
    given = district(block("N", 11, resource=10, additions=((2022, 15),)))

    assert_only(given, through("N", (11, 10), (11, 10), (11, 5)))
    assert_only(given, through("N", (11, 11), (11, 10), (11, 4)), ("resource", ("N",), 2021, 1))


def test_a_merged_mine_draws_on_what_its_parents_left() -> None:
    """P has 15, and M takes its place with the same 15: after 10 from P, 5 are left. 8 are 3 too many."""
    given = district(mine("P", resource=15), block("M", status="merged", parents=("P",), resource=15))

    assert_only(given, {("P", 2021): 10, ("M", 2022): (10, 5)})
    assert_only(given, {("P", 2021): 10, ("M", 2022): (10, 8)}, ("resource", ("M",), 2022, 3))


@pytest.mark.parametrize(("make", "years", "restart"), [(block, (10, 0, 10), (2023, 1)), (mine, (0, 10, 10), (2022, 1)),
                                                        (mine, (0, 0, 10), (2023, 2))])
def test_no_mine_starts_twice(make: type[Block], years: tuple[float, ...], restart: tuple[int, int]) -> None:
    """A new mine that stands still a year has stopped; so has an existing mine that does not work in the first year."""
    year, idle = restart

    assert_only(district(make("B")), through("B", *years), ("life", ("B",), year, idle))


@pytest.mark.parametrize(("make", "years"), [(block, (0, 0, 10)), (block, (0, 10, 0)), (mine, (10, 10, 0)),
                                             (mine, (0, 0, 0))])
def test_a_mine_starts_once_and_stops_once(make: type[Block], years: tuple[float, ...]) -> None:
    assert_only(district(make("B")), through("B", *years))


def test_an_expansion_stays() -> None:
    """From 16 back to 10: it fell by 6."""
    given = district(mine("E", 10, expanded=16))

    assert_only(given, through("E", 10, 16, 16))
    assert_only(given, through("E", 16, 16, 0))
    assert_only(given, through("E", 10, 16, 10), ("expansion", ("E",), 2023, 6))


def test_a_merger_follows_its_parents() -> None:
    """Both parents work until the year before; then neither does."""
    given = district(mine("P"), mine("Q"), block("M", status="merged", parents=("P", "Q")))
    parents: Mines = {("P", 2021): (10.0, 5.0), ("Q", 2021): (10.0, 5.0)}

    assert_only(given, {**parents, ("M", 2022): 10, ("M", 2023): 10})
    assert_only(given, {("M", 2021): 10})  # the base year is the year before
    assert_only(given, {("P", 2021): 10, ("M", 2022): 10}, ("merger", ("M", "Q"), 2022, 1))
    assert_only(given, {**parents, ("P", 2022): (10, 5), ("M", 2022): 10}, ("merger", ("M", "P"), 2022, 1))


def test_a_parent_is_gone_for_good() -> None:
    """It comes back after the merged mine stopped: it starts twice, and beside a merger that replaced it."""
    given = district(mine("P"), block("M", status="merged", parents=("P",)))

    assert_only(given, {("P", 2021): 10, ("M", 2022): 10, ("P", 2023): 10},
                ("life", ("P",), 2023, 1), ("merger", ("M", "P"), 2023, 1))


def test_green_mines() -> None:
    """E is grey: an upgrade in 2022 stays, or an expansion takes its place. G is green by itself in every year."""
    given = district(mine("E", 5, expanded=10, green=False), mine("G", 5))

    def breaches(green: set[tuple[str, int]], last: float = 5) -> list[tuple[str, tuple[str, ...], int, float]]:
        mines: Mines = {**through("E", 5, 5, last), **through("G", 5, 5, 5)}
        return found(given, whole(given, mines, green=green))

    always = {("G", year) for year in YEARS}
    assert breaches(always) == []
    assert breaches(always | {("E", 2022), ("E", 2023)}) == []
    assert breaches(always | {("E", 2023)}, last=10) == []
    assert breaches(always | {("E", 2022)}) == [("green", ("E",), 2023, 1)]
    assert breaches(always, last=10) == [("green", ("E",), 2023, 1)]
    assert breaches(always - {("G", 2021)}) == [("green", ("G",), 2021, 1)]


def test_states_agree_with_capacities() -> None:
    """N is said to work in 2021, and has no capacity; that it works in 2022 is true."""
    given = district(block("N"))
    allocation = whole(given, through("N", 0, 10, 10))
    states = {("N", 2021): True, ("N", 2022): True, ("N", 2023): True}

    audit = audit_claim(given, Claim(allocation, Known(YEARS), states=states))

    assert [(b.name, b.where, b.year, b.amount) for b in audit.breaches] == [("states", ("N",), 2021, 1)]


def test_a_negative_output() -> None:
    """−1 and a shipment of −1 that agrees with it: both are negative, and the rest is in order."""
    given = district(block("N"))
    breaches = found(given, whole(given, {("N", 2021): (10, -1)}))

    assert breaches == [("not_negative", ("N",), 2021, 1), ("not_negative", ("N", "works", "town"), 2021, 1)]


@pytest.mark.parametrize(("column", "value", "year"), [("block", "X", 2021), ("year", 2030, 2030),
                                                       ("output_10kt", float("nan"), 2021),
                                                       ("capacity_10kt_a", float("inf"), 2021)])
def test_entries_that_say_nothing(column: str, value: object, year: int) -> None:
    """An unknown block, a year outside the plan, a figure that is none: one row, and the rest is audited without it."""
    given = district(block("N"))
    allocation = whole(given, through("N", 10, 10, 10))
    mines = allocation.mines.copy()
    mines[column] = mines[column].astype(object)
    mines.loc[0, column] = value

    audit = audited(given, replace(allocation, mines=mines))

    first = audit.worst
    assert first is not None
    assert (first.name, first.year, first.amount, first.unit) == ("entries", year, 1, "rows")
    assert {b.name for b in audit.breaches} == {"entries", "shipped"}  # what went with the row was delivered


def test_an_entry_that_stands_twice() -> None:
    given = district(block("N"))
    allocation = whole(given, through("N", 10, 10, 10))
    twice = replace(allocation, mines=allocation.mines.iloc[[0, 1, 2, 0]])

    assert found(given, twice) == [("entries", ("N",), 2021, 1)]


def test_the_worst_comes_first() -> None:
    """2 of 10 is worse than 5 of 100, though it is less."""
    given = district(block("A", 100), block("B", 10))
    audit = audited(given, whole(given, {("A", 2021): (100, 105), ("B", 2021): (10, 12)}))
    over = [(b.where, b.amount, b.relative) for b in audit.breaches if b.name == "capacity"]

    assert over == [(("B",), 2, Fraction(1, 5)), (("A",), 5, Fraction(1, 20))]
