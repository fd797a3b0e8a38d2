"""The order in which things are listed decides nothing: in a case, and in the rows of the files."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.api.types import is_numeric_dtype
from rulebook import ruled

from mineralplan.case import Case
from mineralplan.loading import load
from mineralplan.planning import NoPlan, Plan
from small_region import TABLES, SmallRegion, write_small_region
from tiny import solved

K, V = TypeVar("K"), TypeVar("V")

few = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def shuffled(dice: random.Random, given_: Mapping[K, V]) -> dict[K, V]:
    names = list(given_)
    dice.shuffle(names)
    return {name: given_[name] for name in names}


@few
@given(st.integers(0, 10_000).map(ruled), st.randoms(use_true_random=False))
def test_no_order_in_a_case_matters(region: Case, dice: random.Random) -> None:
    """Blocks, zones, supplies, uses, minerals, rules, their items and demand, all listed differently: one cost."""
    mixed: Callable[[Mapping[K, V]], dict[K, V]] = lambda given_: shuffled(dice, given_)  # noqa: E731
    other = replace(
        region, blocks=mixed(region.blocks), zones=mixed(region.zones), supplies=mixed(region.supplies),
        uses=mixed(region.uses), minerals=mixed(region.minerals), demand=mixed(region.demand),
        unserved_cost=mixed(region.unserved_cost),
        rules={name: mixed(items) for name, items in mixed(region.rules).items()},
    )

    assert objective(other) == pytest.approx(objective(region), rel=1e-7)


def objective(region: Case) -> float:
    try:
        return solved(region).certificate.objective
    except NoPlan:
        return float("inf")


def alike(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Assert that two tables hold the same rows, to ten grams and to a hundredth of a yuan."""
    keys = [name for name in one.columns if name == "year" or not is_numeric_dtype(one[name])]
    rows = [table.sort_values(keys, ignore_index=True) for table in (one, other)]
    pd.testing.assert_frame_equal(*rows, atol=1e-6, rtol=0)


def same_plan(one: Plan, other: Plan) -> None:
    for name in ("production", "flows", "balance", "costs", "scorecard", "actions"):
        alike(getattr(one.tables, name), getattr(other.tables, name))


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_order_of_rows_matters(region: SmallRegion, seed: int) -> None:
    """Every table of the region with its rows in another order: the same plan, row by row.

    All but the chain of demand, where a quantity has to stand above what follows from it.
    """
    plain = solved(load(region.scenario))
    dice = random.Random(seed)
    for name in sorted(TABLES.keys() - {"demand/chain.csv"}):
        head, *rows = (region.folder / name).read_text("utf-8").splitlines()
        dice.shuffle(rows)
        (region.folder / name).write_text("\n".join([head, *rows, ""]), "utf-8")

    same_plan(solved(load(region.scenario)), plain)


def test_other_units_in_every_table_give_the_same_plan(region: SmallRegion) -> None:
    """Resource in m³ (800 × 10⁴ t of 2.5 t/m³ are 3.2 × 10⁶ m³), capacity in t, money in yuan, land in hectares."""
    plain = solved(load(region.scenario))
    for line, volume in enumerate(("3200000", "6000000", "1200000", "1000000", "2000000"), start=2):
        region.cell("blocks.csv", line, "resource_10kt", volume)
    region.column("blocks.csv", "resource_10kt", "resource_m3")
    for name, new, factor in (("capacity_10kt_a", "capacity_t_a", 1e4),
                              ("expanded_capacity_10kt_a", "expanded_capacity_万吨_年", 1.0),
                              ("capital_10kcny", "capital_元", 1e4), ("area_km2", "area_ha", 100.0)):
        region.column("blocks.csv", name, new, factor=factor)
    region.column("supplies.csv", "limit_10kt_a", "limit_t_a", factor=1e4)

    same_plan(solved(load(region.scenario)), plain)
