"""Why there is no plan: a set of rules and data that collide, each of them needed, and the years in which they do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mineralplan.analysis.conflict import Collision, compiled, first_conflict
from mineralplan.analysis.members import Member
from mineralplan.analysis.questions import Asker, Question
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Area, Use
from mineralplan.planning import NoPlan
from mineralplan.solving.highs import Settings, solve
from tiny import ALL_MET, block, case, indicator, km, label, mine, solved, supply

GUARANTEE = Member("supply_guarantee", "works")


def without(given: Case, *members: Member) -> Case:
    """Return the case with some rules taken out."""
    gone = {(member.name, member.item) for member in members}
    rules = {rule: {item: i for item, i in items.items() if (rule, item) not in gone}
             for rule, items in given.rules.items()}
    return replace(given, rules=rules)


def only(given: Case, *members: Member) -> Case:
    """Return the case with some rules alone."""
    rules: dict[str, dict[str, Any]] = {}
    for member in members:
        rules.setdefault(member.name, {})[member.item] = given.rules[member.name][member.item]
    return replace(given, rules=rules)


def found(given: Case) -> Collision:
    collision = first_conflict(given)
    assert collision is not None
    assert collision.proven
    return collision


def check(given: Case, *members: Member) -> None:
    """Assert that exactly these rules collide: alone they do, and without any one of them there is a plan."""
    assert found(given).members == tuple(sorted(members))
    with pytest.raises(NoPlan):
        solved(only(given, *members))
    for member in members:
        solved(without(given, member))


def test_a_pair_and_not_the_bystanders() -> None:
    """Demand 20 in full, one mine of 10 allowed: these two collide.

    The cap of 50, the two new licences and the share of nought hold either way and are not accused.
    """
    given = case([block("A"), block("B")], 20, rules={
        "supply_guarantee": ALL_MET,
        "mine_count": {"all": indicator(1, unit="mines")},
        "output_cap": {"stone": indicator(50)},
        "new_licences": {"all": indicator(2, unit="mines/a")},
        "size_share": {"all": indicator(0.0, unit="share")},
    })

    check(given, Member("mine_count", "all"), GUARANTEE)


def test_only_the_item_that_collides() -> None:
    """Cap 10. Works ask for 12 and collide with it; bricks ask for 5 in full, which 10 would allow."""
    uses = {name: Use(zh=name, en=name, served_by={"stone": 1.0}) for name in ("works", "bricks")}
    given = case([block("A", 30)], {("works", "town", 2021): 12, ("bricks", "town", 2021): 5}, uses=uses, rules={
        "supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
        "output_cap": {"stone": indicator(10)},
    })

    check(given, Member("output_cap", "stone"), GUARANTEE)


def test_three_that_collide_only_together() -> None:
    """Demand 20. B (20) would be small and new, C (60, medium) lies on excluded land; each of them could serve all.

    In full, without new small mines and off the excluded land there is no plan; giving up any one of the three there
    is one.
    """
    given = case([block("B", 20), block("C", 60, overlap="farmland")], 20, rules={
        "supply_guarantee": ALL_MET,
        "new_small": {"all": indicator(0, unit="mines")},
        "excluded_land": {"farmland": indicator(0, unit="mines")},
        "mine_count": {"all": indicator(3, unit="mines")},
    })

    check(given, Member("excluded_land", "farmland"), Member("new_small", "all"), GUARANTEE)


def test_a_conflict_that_only_whole_mines_have() -> None:
    """Two mines of 15 in an area of at most 25; 20 are asked for in full.

    Five thirds of a mine would give 25, so the linear relaxation has a plan; whole mines give 15 or 30. A search for
    the conflict in the relaxation finds none.
    """
    given = case([block("A", 15, area="pit"), block("B", 15, area="pit")], 20,
                 areas={"pit": Area(zh="pit", en="pit", area_km2=1, mineral="stone", clause="test")},
                 rules={"supply_guarantee": ALL_MET, "area_capacity": {"pit": indicator(25)},
                        "mine_count": {"all": indicator(2, unit="mines")}})
    program = compiled(given).program

    assert solve(replace(program, integer=np.zeros_like(program.integer))).x is not None
    check(given, Member("area_capacity", "pit"), GUARANTEE)


def test_a_rule_that_collides_with_the_laws_alone() -> None:
    """One mine of 10 and a demand of 20 in full: no second rule is needed."""
    given = case([block("A")], 20, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(50)}})

    check(given, GUARANTEE)


def test_imports_take_part() -> None:
    """Cap 10, imports at most 4, 15 in full: 14 can be had.

    A cap of 11 or imports of 5 would do: both are members. Without the imports as a member one would be told that cap
    and guarantee collide, as if more imports could not help.
    """
    given = case([block("A", 30)], 15, supplies={"I": supply("I", 5, 4)},
                 rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})

    assert found(given).members == (Member("import", "works"), Member("output_cap", "stone"), GUARANTEE)


def test_the_known_resource_takes_part() -> None:
    """25 known, half of it can be won: 12.5; two years of 10 in full need 20. Only the resource is in the way."""
    given = case([block("A", 10, resource=25, recovery=0.5)], 10, years=(2021, 2022),
                 rules={"supply_guarantee": ALL_MET})

    collision = found(given)

    assert collision.members == (Member("resource", "stone"), GUARANTEE)
    assert collision.years == (2021, 2022)


def test_the_working_rate_takes_part() -> None:
    """Cap 5; the only mine of 20 has to give at least 0.4 × 20 = 8, so it cannot work; 3 are asked for in full.

    The neighbour would take the other 5: but for the cap the mine could work.
    """
    zones = {"town": Zone("town", label("town"), km(0)), "abroad": Zone("abroad", label("abroad"), km(0), "neighbour")}
    given = case([block("A", 20)], {("works", "town", 2021): 3, ("works", "abroad", 2021): 10}, zones=zones,
                 economics=Economics(working_rate=0.4), rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(5)}})

    assert found(given).members == (Member("output_cap", "stone"), GUARANTEE, Member("working_rate", "all"))


def test_minimum_scale_and_guarantee() -> None:
    """The only block has 10, the minimum is 15; 8 are asked for in full."""
    given = case([block("A", 10)], 8, rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(15)}, "output_cap": {"stone": indicator(40)}})

    check(given, Member("minimum_scale", "stone"), GUARANTEE)


def test_share_of_large_mines_and_guarantee() -> None:
    """A (60, medium) and two small ones of 10; 65 in full need A and a small one: share 1/2. Asked is 0.6.

    In fractions 2/3 of a small mine would do, 60 + 6.67 with a share of 1 ÷ 1.667 = 0.6: only whole mines collide.
    """
    given = case([block("A", 60), block("B"), block("C")], 65, rules={
        "supply_guarantee": ALL_MET, "size_share": {"all": indicator(0.6, unit="share")}})

    check(given, Member("size_share", "all"), GUARANTEE)


@pytest.mark.parametrize(("caps", "years"), [
    ({2021: 20, 2023: 8}, (2023, 2024)), ({2021: 8, 2022: 20}, (2021,)), (8, (2021, 2022, 2023, 2024))])
def test_the_years_in_which_they_collide(caps: Any, years: tuple[int, ...]) -> None:
    """10 in full in four years; the cap is 8 in some of them. Every such year is one, and no other."""
    given = case([block("A", 30)], 10, years=(2021, 2022, 2023, 2024),
                 rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(caps)}})

    assert found(given).years == years


def test_years_that_collide_only_together() -> None:
    """No licence in 2021, one in each later year, 10 each; 2022 and 2023 ask for 20 in full.

    2022 has one mine and asks for two. Held in 2022 alone the limit of 1 does not collide: both mines could be licensed
    in 2021. So 2021 and 2022 collide together; 2023 has its two mines and adds nothing.
    """
    given = case([block("A"), block("B"), block("C")], {2021: 0, 2022: 20, 2023: 20}, years=(2021, 2022, 2023), rules={
        "supply_guarantee": {"works": indicator({2022: 1.0}, unit="share")},
        "new_licences": {"all": indicator({2021: 0, 2022: 1}, unit="mines/a")}})

    collision = found(given)

    assert collision.members == (Member("new_licences", "all"), GUARANTEE)
    assert collision.years == (2021, 2022)


def test_no_conflict_where_there_is_a_plan() -> None:
    given = case([block("A"), block("B")], 20, rules={
        "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(2, unit="mines")}})

    assert first_conflict(given) is None


def test_an_expected_rule_is_never_accused() -> None:
    """The same pair, the count only expected: it is missed at a price, and nothing collides."""
    given = case([block("A"), block("B")], 20, rules={
        "supply_guarantee": ALL_MET,
        "mine_count": {"all": indicator(1, "expected", unit="mines", penalty=5)}})

    assert first_conflict(given) is None
    assert solved(given).certificate.objective == 5


def test_a_member_cites_its_clause() -> None:
    """Data stand in no clause."""
    given = case([mine("A", resource=5)], 20, years=(2021, 2022), rules={
        "supply_guarantee": {"works": indicator(0.4, unit="share", clause="box 9")}})

    assert {member.name: member.clause(given) for member in found(given).members} \
        == {"resource": "", "supply_guarantee": "box 9"}


def test_every_question_is_announced() -> None:
    """They are counted from 1 on, and each names what it is about; a pair is dropped from five members at least."""
    given = case([block("A")], 20, rules={"supply_guarantee": ALL_MET})
    heard: list[Question] = []

    first_conflict(given, Asker(Settings(), heard.append))

    assert [question.number for question in heard] == list(range(1, len(heard) + 1))
    assert {"shortlist", "collide", "relaxed", "without", "settle", "years"} <= {question.kind for question in heard}
    assert heard[0].seconds <= heard[-1].seconds
