"""What holds of every case: nothing false is said to be impossible, conflicts are minimal, remedies are remedies."""

from __future__ import annotations

import random
from typing import Any

import pytest
from analysis_cases import diagnosed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.analysis.conflict import compiled
from mineralplan.analysis.impossible import impossibilities
from mineralplan.case import Case
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Use
from tiny import TWO_MINERALS, block, case, indicator, is_feasible, mine, supply

YEARS = (2021, 2022)
SEEDS = st.integers(0, 10**9)
REPEATABLE: dict[str, Any] = {"deadline": None, "derandomize": True, "database": None,
                              "suppress_health_check": [HealthCheck.too_slow]}


def tight(seed: int) -> Case:
    """Return a case drawn at random whose rules are so tight that it often cannot be met."""
    dice = random.Random(seed)

    def site(code: str, make: Any = block, **values: Any) -> Any:
        return make(code, dice.randint(4, 12), expanded=dice.choice((None, dice.randint(13, 60))),
                    resource=dice.choice((30.0, 1e6)), recovery=dice.choice((0.8, 1.0)),
                    mineral=values.pop("mineral", dice.choice(("stone", "clay"))), **values)

    parents = [site("P", mine, mineral="stone"), site("Q", mine, mineral="stone")]
    merged = site("M", mineral="stone", status="merged", parents=("P", "Q"))
    uses = {**TWO_MINERALS["uses"], "works": Use(zh="works", en="works", served_by={"stone": 0.9, "clay": 0.5})}
    rules: dict[str, Any] = {
        "supply_guarantee": {use: indicator(dice.choice((0.7, 1.0)), unit="share") for use in uses},
        "mine_count": {"all": indicator({2021: dice.randint(1, 6), 2022: dice.randint(1, 6)}, unit="mines")},
        "output_cap": {"stone": indicator(dice.randint(5, 40)), "clay": indicator({2022: dice.randint(5, 40)})},
        "minimum_scale": {"stone": indicator(dice.choice((0, 8, 13)), existing_from=2022)},
        "size_share": {"all": indicator(dice.choice((0.0, 0.3, 0.5)), unit="share")},
        "new_small": {"all": indicator(dice.choice((0, 2)), unit="mines")},
    }
    chosen = {name: rules[name] for name in rules if name == "supply_guarantee" or dice.random() < 0.6}
    demand = {(use, "town", year): float(dice.randint(2, 30)) for use in uses for year in YEARS}
    return case([*parents, merged, *(site(f"N{i}") for i in range(3))], demand, years=YEARS, rules=chosen,
                uses=uses, minerals=TWO_MINERALS["minerals"], sizes=(40.0, 20.0),
                supplies={"I": supply("I", 20, dice.randint(0, 5), years=YEARS)},
                economics=Economics(working_rate=dice.choice((0.0, 0.4))))


@settings(max_examples=60, **REPEATABLE)
@given(SEEDS)
def test_what_is_impossible_has_no_plan(seed: int) -> None:
    """Whatever arithmetic calls impossible, the solver finds no plan for; each needs more than there is."""
    drawn = tight(seed)

    found = impossibilities(drawn)

    assert all(entry.short > 0 for entry in found)
    assert not (found and is_feasible(compiled(drawn).program))


@settings(max_examples=3, **REPEATABLE)
@given(SEEDS)
def test_conflicts_are_minimal_and_remedies_work(seed: int) -> None:
    check_conflicts(seed)


@pytest.mark.slow
@settings(max_examples=60, **REPEATABLE)
@given(SEEDS)
def test_many_conflicts_are_minimal_and_their_remedies_work(seed: int) -> None:
    check_conflicts(seed)


def check_conflicts(seed: int) -> None:
    """Alone the members of the first conflict cannot be met, and without any one they can: asked of the solver.

    In the conflict's years alone they collide, and in all others they do not. Every remedy is applied and solved by
    `diagnosed`.
    """
    drawn = tight(seed)
    whole = compiled(drawn)
    if is_feasible(whole.program):
        return

    first = diagnosed(drawn).conflicts[0]

    def possible(*arguments: Any) -> bool:
        return is_feasible(whole.rows.only(whole.program, *arguments))

    others = [year for year in YEARS if year not in first.years]
    assert not possible(first.members)
    assert not possible(first.members, first.years)
    assert possible(first.members, others)
    assert all(possible([other for other in first.members if other != member]) for member in first.members)
