"""What arithmetic alone shows to be impossible: what is needed, what there is, and what that follows from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mineralplan.analysis.impossible import Impossibility, impossibilities
from mineralplan.analysis.members import Member
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Area, Mineral, Use
from tiny import ALL_MET, TWO_MINERALS, block, case, indicator, km, label, mine, of_each, refused, solved, supply

GUARANTEE = Member("supply_guarantee", "works")


def only(given: Case) -> Impossibility:
    """Return the one impossibility of a case; the solver agrees that there is no plan."""
    (found,) = impossibilities(given)
    assert refused(given)
    return found


def test_too_little_capacity() -> None:
    """Blocks of 10 and 12 with a yield of 0.5 give 11; with 3 from outside 14; 80 % of 20 is 16."""
    given = case([block("A"), block("B", 9, expanded=12)], 20, supplies={"I": supply("I", 5, 3)},
                 uses={"works": Use(zh="works", en="works", served_by={"stone": 0.5})},
                 rules={"supply_guarantee": {"works": indicator(0.8, unit="share")}})

    found = only(given)

    assert (found.kind, found.uses, found.years) == ("capacity", ("works",), (2021,))
    assert (found.needed, found.available, found.short) == ((16.0,), (14.0,), 2.0)
    assert found.members == (Member("import", "works"), GUARANTEE)


def test_too_little_under_the_caps() -> None:
    """30 can be mined, the cap is 8 in 2022 and 2023: 10 are needed in full. Other years are fine."""
    given = case([block("A", 30)], 10, years=(2021, 2022, 2023, 2024), rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator({2021: 20, 2022: 8, 2024: 10})}})

    found = only(given)

    assert (found.kind, found.years, found.needed, found.available) == ("cap", (2022, 2023), (10, 10), (8, 8))
    assert found.members == (Member("output_cap", "stone"), GUARANTEE)


def test_a_second_mineral_helps() -> None:
    """Stone is capped at 4, clay gives 10 with a yield of 0.5: 9 can be had where 10 are needed in full.

    Without the yield of clay 14 would do, and nothing would be found.
    """
    minerals = {name: Mineral(zh=name, en=name) for name in ("stone", "clay")}
    uses = {"works": Use(zh="works", en="works", served_by={"stone": 1.0, "clay": 0.5})}
    given = case([block("A", 30), block("C", 10, mineral="clay")], 10, minerals=minerals, uses=uses, rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(4)}})

    assert only(given).available == (9.0,)


def test_uses_that_share_a_mineral() -> None:
    """Each of two uses needs 6 in full and could have it; together they need 12, and the cap is 10.

    With 1 of bricks from outside 11 can be had, with 2 all 12.
    """
    uses = {name: Use(zh=name, en=name, served_by={"stone": 1.0}) for name in ("works", "bricks")}
    rules = {"supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
             "output_cap": {"stone": indicator(10)}}

    def with_outside(limit: float) -> Case:
        return case([block("A", 30)], of_each(6, 6), uses=uses, rules=rules,
                    supplies={"I": supply("I", 5, limit, use="bricks")})

    found = only(with_outside(1))

    assert (found.uses, found.needed, found.available) == (("bricks", "works"), (12,), (11,))
    assert impossibilities(with_outside(2)) == ()
    solved(with_outside(2))


def test_a_minimum_scale_that_no_block_reaches() -> None:
    """Blocks of 10 and 12 under a minimum of 15: neither can work."""
    given = case([block("A"), block("B", 12)], 5, rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(15)}})

    found = only(given)

    assert (found.kind, found.available) == ("capacity", (0,))
    assert found.members == (Member("minimum_scale", "stone"), GUARANTEE)


def test_a_minimum_scale_above_the_cap() -> None:
    """At the minimum of 50 a mine gives at least 0.4 × 50 = 20, and the cap is 15: none may work.

    The neighbour would take the rest: it is not the demand of 10 that shuts the mine out.
    """
    zones = {"town": Zone("town", label("town"), km(0)), "abroad": Zone("abroad", label("abroad"), km(0), "neighbour")}
    demand = {("works", "town", 2021): 10, ("works", "abroad", 2021): 90}
    given = case([block("A", 30, expanded=50)], demand, zones=zones, economics=Economics(working_rate=0.4), rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(50)}, "output_cap": {"stone": indicator(15)}})

    found = only(given)

    assert (found.kind, found.needed, found.available) == ("capacity", (10,), (0,))
    assert found.members == (Member("minimum_scale", "stone"), Member("output_cap", "stone"), GUARANTEE,
                             Member("working_rate", "all"))


def test_more_mines_than_may_work() -> None:
    """25 in full with blocks of 10, 10 and 8: the two largest give 20, so three are needed and two are allowed."""
    given = case([block("A"), block("B"), block("C", 8)], 25, rules={
        "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(2, unit="mines")}})

    found = only(given)

    assert (found.kind, found.needed, found.available) == ("mines", (3,), (2,))
    assert found.members == (Member("mine_count", "all"), GUARANTEE)


def test_mines_for_two_uses_that_share_nothing() -> None:
    """Stone needs two mines of 10 for 20 and clay one for 5: three in all, two are allowed.

    Counted together, the 30 of clay would do for all of the 25 and one mine seem enough.
    """
    given = case([block("A"), block("B"), block("C", 30, mineral="clay")], of_each(20, 5), rules={
        "supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
        "mine_count": {"all": indicator(2, unit="mines")}}, **TWO_MINERALS)

    found = only(given)

    assert (found.kind, found.uses, found.needed, found.available) == ("mines", ("works", "bricks"), (3,), (2,))


def test_few_large_mines_allow_few_small_ones() -> None:
    """One block (60) can be medium; a share of 0.6 then allows floor(1 ÷ 0.6) = 1 mine, and 65 in full need two."""
    given = case([block("A", 60), block("B"), block("C")], 65, rules={
        "supply_guarantee": ALL_MET, "size_share": {"all": indicator(0.6, unit="share")}})

    found = only(given)

    assert (found.kind, found.needed, found.available) == ("mines", (2,), (1,))
    assert found.members == (Member("size_share", "all"), GUARANTEE)


def test_a_resource_that_runs_out() -> None:
    """25 known, of which half can be won, 12.5, and 4 more from 2022 on, 14.5: three years of 6 in full need 18.

    Until 2022 it is 12 of 14.5, so the years are all three. Without the recovery 29 would suffice.
    """
    given = case([block("A", resource=25, recovery=0.5, additions=((2022, 4.0),))], 6, years=(2021, 2022, 2023),
                 rules={"supply_guarantee": ALL_MET})

    found = only(given)

    assert (found.kind, found.years, found.needed, found.available) == ("resource", (2021, 2022, 2023), (18,), (14.5,))
    assert found.members == (Member("resource", "stone"), GUARANTEE)


def test_a_merged_mine_does_not_work_beside_those_it_replaces() -> None:
    """Two parents of 8 or one merged mine of 20: 20 at most, and not 36; 25 are needed in full."""
    given = case([mine("P", 8), mine("Q", 8), block("M", 20, status="merged", parents=("P", "Q"))], 25,
                 years=(2021, 2022), rules={"supply_guarantee": {"works": indicator({2022: 1.0}, unit="share")}})

    found = only(given)

    assert (found.years, found.available) == ((2022,), (20,))


@pytest.mark.parametrize(("rules", "site", "shut"), [
    ({"excluded_land": {"farmland": indicator(0, unit="mines")}}, {"overlap": "farmland"}, "excluded_land"),
    ({"recovery": {"open_pit": indicator(0.9, unit="share")}}, {"recovery": 0.8}, "recovery"),
    ({"life_match": {"small": indicator(5, unit="a")}}, {"resource": 40.0}, "life_match"),
    ({"new_small": {"all": indicator(0, unit="mines")}}, {}, "new_small"),
    ({"mineral_control": {"stone": indicator(0, unit="mines", control="prohibited")}}, {}, "mineral_control"),
    ({"area_capacity": {"pit": indicator(9)}}, {"area": "pit"}, "area_capacity"),
    ({"mine_count": {"all": indicator(0, unit="mines")}}, {}, "mine_count"),
])
def test_rules_that_shut_a_block_out(rules: Any, site: dict[str, Any], shut: str) -> None:
    """The only block, of 10, breaks the rule by itself: nothing is left of the 5 that are needed in full.

    For the life: 40 ÷ 10 = 4 years of the 5 asked for.
    """
    areas = {"pit": Area(zh="pit", en="pit", area_km2=1, mineral="stone", clause="test")}
    given = case([block("A", 10, **site)], 5, areas=areas, rules={"supply_guarantee": ALL_MET, **rules})

    found = only(given)

    assert (found.kind, found.available) == ("capacity", (0,))
    assert {member.name for member in found.members} == {shut, "supply_guarantee"}


def test_supply_reaches_no_further_than_its_zones() -> None:
    """A project brings up to 9 but only to the east, which asks for 2: 10 from the mine and 2 of the 16 in full."""
    zones = {name: Zone(name, label(name), km(0)) for name in ("town", "east")}
    spoil = replace(supply("S", 5, 9, kind="spoil"), reach=("east",))
    given = case([block("A")], {("works", "town", 2021): 14, ("works", "east", 2021): 2}, zones=zones,
                 supplies={"S": spoil}, rules={"supply_guarantee": ALL_MET})

    assert only(given).available == (12,)


def test_nothing_is_said_of_what_is_only_expected() -> None:
    given = case([block("A")], 20, rules={"supply_guarantee": {"works": indicator(1.0, "expected", unit="share")}})

    assert impossibilities(given) == ()
    solved(given)
