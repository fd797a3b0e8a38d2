"""The annual plan: every action once, quotas that add up as printed, nothing for years that were observed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.loading import load
from mineralplan.outputs.annual_plan import KINDS, planned_years, shared_out
from mineralplan.outputs.files import read_csv, write_csv
from mineralplan.outputs.tables import actions, annual_plan
from mineralplan.planning import solve
from mineralplan.rules.rule import TOLERANCE, exact
from mineralplan.unknowns import Observation, Prospect
from small_region import write_small_region
from tiny import TWO_MINERALS, block, by_hand, case, indicator, label, mine, of_each

YEARS = (2021, 2022, 2023)
CAPPED = {"output_cap": {"stone": indicator(40, clause="box 1")},
          "minimum_scale": {"stone": indicator(5, clause="box 3")}}


def rows(given: Case, made: Allocation, *kinds: str) -> list[tuple[Any, ...]]:
    """Return year, kind, block, capacity, quantity and limit of the rows of some kinds, all without; None for NaN."""
    table = annual_plan(given, made, actions(given, made))
    chosen = table[table["kind"].isin(kinds)] if kinds else table
    picked = chosen[["year", "kind", "block", "capacity_10kt_a", "quantity_10kt", "limit_10kt"]]
    return [tuple(None if isinstance(cell, float) and isnan(cell) else cell for cell in row)
            for row in picked.itertuples(index=False, name=None)]


def observed(given: Case, years: int, made: Allocation) -> Case:
    """Return a case of which the first years were observed as they were worked."""
    seen = {(code, year): Observation(made.capacity.get((code, year), 0.0), made.output.get((code, year), 0.0))
            for code in given.blocks for year in given.years[:years]}
    return replace(given, observed=seen)


@pytest.fixture
def merger() -> tuple[Case, Allocation]:
    """A and B (10 each) become M (30) in 2022, G grows from 5 to 8, N is licensed in 2023 and G stops."""
    given = case(
        [mine("A", additions=((2022, 40),)), mine("B"), block("M", 30, status="merged", parents=("A", "B")),
         mine("G", 5, expanded=8), block("N", 6)], 30, years=YEARS, rules=CAPPED)
    return given, by_hand({
        ("A", 2021): (10, 9.5), ("B", 2021): 10, ("G", 2021): 5,
        ("M", 2022): (30, 20.25), ("G", 2022): 8,
        ("M", 2023): 30, ("N", 2023): (6, 4),
    })


def test_everything_in_its_year(merger: tuple[Case, Allocation]) -> None:
    """By hand. The merged mine has one row as an action and one quota; its parents close and have none from then on.

    2021 mines 9.5 + 10 + 5 = 24.5 of 40; 2022 mines 20.25 + 8 = 28.25; 2023 mines 30 + 4 = 34.
    """
    assert rows(*merger) == [
        (2021, "quota_mineral", "", 25, 24.5, 40),
        (2021, "quota_mine", "A", 10, 9.5, 10), (2021, "quota_mine", "B", 10, 10, 10),
        (2021, "quota_mine", "G", 5, 5, 5),
        (2022, "expand", "G", 8, None, None), (2022, "merge", "M", 30, None, None),
        (2022, "close", "A", 10, None, None), (2022, "close", "B", 10, None, None),
        (2022, "quota_mineral", "", 38, 28.25, 40),
        (2022, "quota_mine", "M", 30, 20.25, 30), (2022, "quota_mine", "G", 8, 8, 8),
        (2022, "prove", "A", None, 40, None),
        (2023, "offer", "N", 6, None, None), (2023, "close", "G", 8, None, None),
        (2023, "quota_mineral", "", 36, 34, 40),
        (2023, "quota_mine", "M", 30, 30, 30), (2023, "quota_mine", "N", 6, 4, 6),
    ]


def test_clauses_and_units(merger: tuple[Case, Allocation]) -> None:
    """A quota rests on the clause of the cap, a scale on that of the least scale, a closure on none."""
    given, made = merger
    table = annual_plan(given, made, actions(given, made))

    assert set(zip(table["kind"], table["clause"], strict=True)) == {
        ("offer", "box 3"), ("expand", "box 3"), ("merge", "box 3"), ("close", ""), ("quota_mineral", "box 1"),
        ("quota_mine", "box 1"), ("prove", "")}
    assert set(table["unit"]) == {"10kt"}
    assert set(table[table["kind"] == "quota_mineral"]["basis"]) == {"published"}
    assert set(table[table["kind"] != "quota_mineral"]["basis"]) == {"measured"}


def test_a_year_that_was_observed_is_no_plan(merger: tuple[Case, Allocation]) -> None:
    """2021 and 2022 were observed: the merger and the addition of 2022 are history, what is left is that of 2023."""
    given, made = merger

    assert rows(observed(given, 2, made), made) == [row for row in rows(given, made) if row[0] == 2023]


def test_exploration_blocks_stand_for_what_they_find(merger: tuple[Case, Allocation]) -> None:
    """Where exploration blocks are known, the addition that one of them brings is not listed a second time."""
    given, made = merger
    explored = replace(given, prospects=(
        Prospect("X1", "stone", 2022, 40.0, "10kt", label("X1"), block="A"),
        Prospect("X2", "stone", 2023, 300.0, "m3/d", label("X2"), basis="published"),
        Prospect("X3", "stone", 2031, 1.0, "10kt", label("X3")),
    ))
    table = annual_plan(explored, made, actions(explored, made))
    found = table[table["kind"] == "prove"]

    assert list(found[["year", "block", "quantity_10kt", "unit", "basis"]].itertuples(index=False, name=None)) == [
        (2022, "X1", 40, "10kt", "illustrative"), (2023, "X2", 300, "m3/d", "published")]


def test_a_mineral_without_a_cap_has_no_quota() -> None:
    """The cap of clay is off, that of stone begins in 2022."""
    rules = {"output_cap": {"stone": indicator({2022: 12}), "clay": indicator(9, "off")}}
    blocks = [mine("A"), mine("C", mineral="clay")]
    given = case(blocks, of_each(10, 10), years=(2021, 2022), rules=rules, **TWO_MINERALS)
    made = by_hand(dict.fromkeys([(code, year) for code in "AC" for year in (2021, 2022)], 10.0))

    assert rows(given, made) == [(2022, "quota_mineral", "", 10, 10, 12), (2022, "quota_mine", "A", 10, 10, 10)]


def test_a_cap_without_a_mine_at_work_is_a_quota_of_nothing() -> None:
    given = case([block("N")], 10, rules=CAPPED)

    assert rows(given, by_hand({})) == [(2021, "quota_mineral", "", 0, 0, 40)]


@pytest.mark.parametrize(
    ("mined", "licensed", "cap", "quotas"),
    [
        # Each rounded by itself: 3.33 + 3.33 + 3.33 = 9.99, and 0.01 of the plan is given to nobody.
        ((3.333, 3.333, 3.334), (10, 10, 10), 100, [333, 333, 334]),
        # Each rounded by itself: 1.01 + 1.01 = 2.02, which is more than is planned.
        ((1.005, 1.005), (10, 10), 100, [101, 100]),
        # The licence of A ends at 2.005: the half step goes to B, though its remainder is the smaller.
        ((2.005, 1.004), (2.005, 10), 100, [200, 101]),
        # Both licences end there, so that the sum of 4.01 is not reached.
        ((2.005, 2.005), (2.005, 2.005), 100, [200, 200]),
        # The sum is just the cap of 4.006: 4.01 would pass it.
        ((2.003, 2.003), (10, 10), 4.006, [200, 200]),
        # What the solver leaves of a whole number is a whole number.
        ((19.9999999996, 0.0000000004), (20, 20), 20, [2000, 0]),
        ((20.0000004, 5), (20, 20), 25, [2000, 500]),
        # A cap that is only expected may be missed: the plan is not made to look better than it is.
        ((7.0, 5.0), (10, 10), 10, [700, 500]),
        ((), (), 10, []),
    ],
)
def test_steps_by_hand(
    mined: tuple[float, ...], licensed: tuple[float, ...], cap: float, quotas: list[int]
) -> None:
    assert shared_out(mined, licensed, cap) == quotas


amounts = st.floats(0, 1000, allow_nan=False) | st.decimals(0, 1000, places=3).map(float)


@given(st.lists(st.tuples(amounts, amounts), max_size=12), amounts, st.booleans())
def test_quotas_keep_within_the_limits_and_near_the_plan(
    mines: list[tuple[float, float]], cap: float, tight: bool
) -> None:
    """A mine's quota is within one step of its plan and never above its licence; the sum is never above the cap."""
    licensed = [max(pair) for pair in mines]
    mined = [min(pair) for pair in mines]
    whole = sum(map(exact, mined), Fraction(0))
    # The cap lies by chance anywhere, or just where the sum ends.
    limit = float(whole) if tight else cap

    quotas = [Fraction(quota, 100) for quota in shared_out(mined, licensed, limit)]

    for quota, output, capacity in zip(quotas, mined, licensed, strict=True):
        assert 0 <= quota <= exact(capacity)
        assert abs(quota - exact(output)) <= Fraction(1, 100) + TOLERANCE
    if whole <= exact(limit):
        assert sum(quotas) <= exact(limit)
    if all(capacity > output + 0.01 for output, capacity in zip(mined, licensed, strict=True)) and limit > whole + 1:
        assert abs(sum(quotas, Fraction(0)) - whole) <= Fraction(1, 200) + TOLERANCE


plans = st.fixed_dictionaries({
    code: st.lists(st.sampled_from((0.0, *scales)), min_size=3, max_size=3)
    for code, scales in {"A": (10.0,), "B": (10.0, 20.005), "M": (30.0,), "N": (7.0,), "K": (4.0,)}.items()
})


@given(plans, st.lists(st.floats(0, 1), min_size=15, max_size=15), st.integers(0, 3), st.floats(0, 80))
def test_the_table_of_any_plan(
    capacities: Mapping[str, list[float]], shares: list[float], seen: int, cap: float
) -> None:
    """Also of plans that break laws: every action once, quotas of mines that add up, nothing for observed years."""
    worked = [(code, year, scale)
              for code, scales in capacities.items() for year, scale in zip(YEARS, scales, strict=True)]
    made = by_hand({(code, year): (scale, scale * share)
                    for (code, year, scale), share in zip(worked, shares, strict=True) if scale})
    plain = case(
        [mine("A", additions=((2022, 5),)), mine("B", expanded=20.005),
         block("M", 30, status="merged", parents=("A", "B")), block("N", 7), mine("K", 4, mineral="clay")],
        {}, years=YEARS, rules={"output_cap": {"stone": indicator(cap), "clay": indicator(4)}}, **TWO_MINERALS)
    given_case = observed(plain, seen, made)
    done = actions(given_case, made)
    table = annual_plan(given_case, made, done)

    later = done[done["year"].isin(planned_years(given_case))]
    wanted = Counter((y, KINDS[a], b, c) for y, b, _, a, c in later.itertuples(index=False, name=None))
    listed = table[table["kind"].isin(KINDS.values())][["year", "kind", "block", "capacity_10kt_a"]]
    assert Counter(listed.itertuples(index=False, name=None)) == wanted
    assert set(table["year"]) <= set(YEARS[seen:])
    quotas = table[table["kind"] == "quota_mineral"]
    assert Counter(zip(quotas["year"], quotas["mineral"], strict=True)) \
        == Counter((year, mineral) for year in YEARS[seen:] for mineral in ("stone", "clay"))
    of_mines = table[table["kind"] == "quota_mine"]
    assert Counter(zip(of_mines["year"], of_mines["block"], strict=True)) \
        == Counter(mine for mine in ((y, b) for b, y in made.capacity) if mine[0] in YEARS[seen:])
    for year, mineral, quota in zip(quotas["year"], quotas["mineral"], quotas["quantity_10kt"], strict=True):
        mines = of_mines[(of_mines["year"] == year) & (of_mines["mineral"] == mineral)]
        assert sum(Decimal(f"{q:.2f}") for q in mines["quantity_10kt"]) == Decimal(f"{quota:.2f}")
        assert (mines["quantity_10kt"] <= mines["limit_10kt"]).all()


def test_printed_quotas_add_up_and_survive_the_file(tmp_path: Path) -> None:
    """A region solved and written: what stands in annual_plan.csv adds up digit by digit and reads back the same."""
    plan = solve(load(write_small_region(tmp_path).scenario))
    file = tmp_path / "annual_plan.csv"
    write_csv(file, plan.tables.annual_plan)

    with file.open(encoding="utf-8-sig", newline="") as source:
        printed = list(csv.DictReader(source))
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in printed:
        if row["kind"] in ("quota_mineral", "quota_mine"):
            assert len(row["quantity_10kt"].partition(".")[2]) <= 2
            sums[row["kind"], row["year"], row["mineral"]] += Decimal(row["quantity_10kt"])  # type: ignore[assignment]
    minerals = {key[1:]: amount for key, amount in sums.items() if key[0] == "quota_mineral"}
    assert len(minerals) == 2 * len(plan.case.years)
    assert {key[1:]: amount for key, amount in sums.items() if key[0] == "quota_mine"} == minerals
    assert list(read_csv(file)["clause"]) == list(plan.tables.annual_plan["clause"])
