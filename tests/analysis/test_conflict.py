"""Why there is no plan: the smallest set of rules that collide, and each of them is needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mineralplan.analysis.conflict import Member, conflict
from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.inputs.plan import Area, Use
from mineralplan.planning import NoPlan
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import solve
from tiny import block, case, indicator, label, solved

ALL_MET = {"works": indicator(1.0, unit="share")}


def without(given: Case, *members: Member) -> Case:
    """Return the case with some rules taken out."""
    gone = {(member.rule, member.item) for member in members}
    rules = {rule: {item: i for item, i in items.items() if (rule, item) not in gone}
             for rule, items in given.rules.items()}
    return replace(given, rules=rules)


def only(given: Case, *members: Member) -> Case:
    """Return the case with some rules alone."""
    rules: dict[str, dict[str, object]] = {}
    for member in members:
        rules.setdefault(member.rule, {})[member.item] = given.rules[member.rule][member.item]
    return replace(given, rules=rules)  # type: ignore[arg-type]


def check(given: Case, *members: Member) -> None:
    """Assert that exactly these rules collide: alone they do, and without any one of them there is a plan."""
    assert conflict(given) == tuple(sorted(members))
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

    check(given, Member("mine_count", "all"), Member("supply_guarantee", "works"))


def test_only_the_item_that_collides() -> None:
    """Cap 10. Works ask for 12 and collide with it; bricks ask for 5 in full, which 10 would allow."""
    uses = {name: Use(zh=name, en=name, served_by={"stone": 1.0}) for name in ("works", "bricks")}
    given = case([block("A", 30)], {("works", "town", 2021): 12, ("bricks", "town", 2021): 5}, uses=uses, rules={
        "supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
        "output_cap": {"stone": indicator(10)},
    })

    check(given, Member("output_cap", "stone"), Member("supply_guarantee", "works"))


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

    check(given, Member("excluded_land", "farmland"), Member("new_small", "all"), Member("supply_guarantee", "works"))


def test_a_conflict_that_only_whole_mines_have() -> None:
    """Two mines of 15 in an area of at most 25; 20 are asked for in full.

    Five thirds of a mine would give 25, so the linear relaxation has a plan; whole mines give 15 or 30. A search for
    the conflict in the relaxation finds none.
    """
    given = case([block("A", 15, area="pit"), block("B", 15, area="pit")], 20,
                 areas={"pit": Area(zh="pit", en="pit", area_km2=1, mineral="stone", clause="test")},
                 rules={"supply_guarantee": ALL_MET, "area_capacity": {"pit": indicator(25)},
                        "mine_count": {"all": indicator(2, unit="mines")}})
    program = compile_model(build(given))

    assert solve(replace(program, integer=np.zeros_like(program.integer))).x is not None
    check(given, Member("area_capacity", "pit"), Member("supply_guarantee", "works"))


def test_a_rule_that_collides_with_the_data_alone() -> None:
    """One mine of 10 and a demand of 20 in full: no second rule is needed."""
    given = case([block("A")], 20, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(50)}})

    check(given, Member("supply_guarantee", "works"))


def test_no_conflict_where_there_is_a_plan() -> None:
    given = case([block("A"), block("B")], 20, rules={
        "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(2, unit="mines")}})

    assert conflict(given) == ()


def test_an_expected_rule_is_never_accused() -> None:
    """The same pair, the count only expected: it is missed at a price, and nothing collides."""
    given = case([block("A"), block("B")], 20, rules={
        "supply_guarantee": ALL_MET,
        "mine_count": {"all": indicator(1, "expected", unit="mines", penalty=5)}})

    assert conflict(given) == ()
    assert solved(given).certificate.objective == 5


def test_a_member_cites_its_clause() -> None:
    given = case([block("A")], 20, rules={"supply_guarantee": {"works": indicator(1.0, unit="share", clause="box 9")}},
                 title=label("x"))

    assert [member.clause(given) for member in conflict(given)] == ["box 9"]
