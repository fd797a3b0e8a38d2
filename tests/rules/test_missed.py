"""What a penalty is paid on: by how much a rule is missed, in the unit of its rows and not of its value.

Each case is solved with a penalty of 7, too small to change anything: the solver pays 7 × what is missed by its rows,
and the audit of the plan would say that it is not what `missed` gives.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from mineralplan.case import Block, Case
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Indicator
from mineralplan.rules import registry
from tiny import block, case, costs, indicator, mine, solved

WANTED = 1e6
"""The value of a tonne that is not delivered: everything that can be mined is mined."""


def missed(rule: str, item: str, limit: Indicator, *blocks: Block, demand: float, **values: object) -> Fraction:
    """Return by how much a rule of one item is missed in the plan found, which has to pay for exactly that."""
    given: Case = case(blocks, demand, unserved=WANTED, rules={rule: {item: replace_penalty(limit)}},
                       **values)  # type: ignore[arg-type]
    plan = solved(given)
    (requirement,) = registry()[rule].requirements(given)
    amount = registry()[rule].missed(given, plan.allocation, requirement)
    assert costs(plan).get("penalties", 0) == pytest.approx(float(7 * amount))
    assert plan.audit.verdict == "holds"
    return amount


def replace_penalty(limit: Indicator) -> Indicator:
    return limit.model_copy(update={"penalty": 7.0, "nature": "expected"})


def test_size_share_in_mines() -> None:
    """Three small mines and a medium one, all needed; 0.6 of 4 are 2.4, so 1.4 mines are missing (the share, 0.35)."""
    blocks = [block(f"S{i}", 10) for i in range(3)] + [block("M", 60)]

    assert missed("size_share", "all", indicator(0.6, unit="share"), *blocks, demand=90) == Fraction(7, 5)


def test_green_share_in_mines() -> None:
    """Two grey mines and a green one; upgrading costs far more than 7. 0.9 of 3 are 2.7: 1.7 are missing."""
    blocks = [mine("A", green=False), mine("B", green=False), mine("G")]

    assert missed("green_share", "small", indicator(0.9, unit="share"), *blocks, demand=30,
                  economics=Economics(green_upgrade=1000)) == Fraction(17, 10)


def test_minimum_scale_in_mines() -> None:
    """8 and 9 are under 10: two mines (the smallest misses 2); an existing one does not count without a deadline."""
    blocks = [block("A", 8), block("B", 9), block("C", 10), mine("E", 5)]

    assert missed("minimum_scale", "stone", indicator(10), *blocks, demand=32) == 2


def test_recovery_in_mines() -> None:
    """0.85 and 0.7 are under 0.9: two mines (the lowest misses 0.2); what is won underground is not asked."""
    blocks = [block("A", recovery=0.85), block("B", recovery=0.7), block("C", recovery=0.9),
              block("U", recovery=0.5, method="underground")]

    assert missed("recovery", "open_pit", indicator(0.9, unit="share"), *blocks, demand=40) == 2


def test_life_match_in_mines() -> None:
    """10 a year from 60, 40 and 30 in place last 6, 4 and 3 years; 5 are asked: two mines (the shortest misses 2)."""
    blocks = [block("A", resource=60), block("B", resource=40), block("C", resource=30), mine("E", resource=20)]

    assert missed("life_match", "small", indicator(5, unit="a"), *blocks, demand=40) == 2


def test_small_resource_over_all_mines() -> None:
    """A and B began with 4 and 7 and draw 10 each: 6 and 3 of what was added, 9 in all beyond 0 (the most is 6)."""
    blocks = [mine("A", resource=4, additions=((2021, 20),)), mine("B", resource=7, additions=((2021, 20),))]

    assert missed("small_resource", "all", indicator(0, unit="10kt"), *blocks, demand=20) == 9


def test_supply_guarantee_in_tonnes() -> None:
    """10 of 40 are met and 0.75 asked: 30 are short where 10 may be, 20 · 10⁴ t are missing (the share, 0.5)."""
    assert missed("supply_guarantee", "works", indicator(0.75, unit="share"), block("A"), demand=40) == 20


@pytest.mark.parametrize(("rule", "item", "limit", "amount"), [
    ("output_cap", "stone", 12, 8), ("mine_count", "all", 1, 1), ("new_licences", "all", 0, 2),
    ("existing_first", "all", 1, 1), ("new_small", "all", 0, 2), ("mineral_control", "stone", 1, 1),
])
def test_the_others_in_the_unit_of_their_value(rule: str, item: str, limit: float, amount: int) -> None:
    """Two new blocks of 10, both needed."""
    assert missed(rule, item, indicator(limit), block("A"), block("B"), demand=20) == amount


def test_nothing_is_missed_where_nothing_falls_under_the_rule() -> None:
    """No mine at all: no share, no scale, no life."""
    given = case([block("A")], 0.0, rules={
        "size_share": {"all": indicator(0.6, unit="share")}, "green_share": {"small": indicator(1, unit="share")},
        "minimum_scale": {"stone": indicator(20)}, "recovery": {"open_pit": indicator(1, unit="share")},
        "life_match": {"small": indicator(5, unit="a")}, "supply_guarantee": {"works": indicator(1, unit="share")}})
    nothing = solved(given).allocation

    for name in given.rules:
        (requirement,) = registry()[name].requirements(given)
        assert registry()[name].missed(given, nothing, requirement) == 0
