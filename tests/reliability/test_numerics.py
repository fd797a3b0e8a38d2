"""Figures that no solver likes: refused with a sentence, or solved so that exact audit and a law say it is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import call, refused

from mineralplan.outputs.files import read_csv
from mineralplan.planning import NoPlan
from quick import only_summary
from small_region import TABLES, SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture(autouse=True)
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    only_summary(monkeypatch)


def cost(region: SmallRegion) -> float:
    """Solve, hold the plan against the exact audit, and return its cost."""
    results = region.scenario.with_name("results")
    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == 0, (result.output, result.exception)
    manifest = json.loads((results / "small" / "manifest.json").read_text("utf-8"))
    assert manifest["audit"]["verdict"] != "broken"
    assert manifest["bound"] <= manifest["objective"] * (1 + 1e-9)
    return float(manifest["objective"])


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "expected"),
    [
        ("blocks.csv", 3, "operating_cny_t", "1e15", "a figure of at most 1e+12"),
        ("blocks.csv", 3, "operating_cny_t", "-1", "a value ≥ 0"),
        ("blocks.csv", 3, "capacity_10kt_a", "0", "a value > 0"),
        ("blocks.csv", 3, "capacity_10kt_a", "1e-9", "would last 1.5e+12 years"),
        ("blocks.csv", 3, "recovery", "0", "a value > 0"),
        ("supplies.csv", 2, "price_cny_t", "-60", "a value ≥ 0"),
        ("exports.csv", 2, "value_cny_t", "-90", "a value ≥ 0"),
        ("economics.csv", 2, "value", "-0.08", "a value ≥ 0"),
        ("economics.csv", 3, "value", "0", "a value ≥ 1"),
        ("economics.csv", 4, "value", "-0.6", "a value ≥ 0"),
        ("economics.csv", 11, "value", "-300", "a value ≥ 0"),
    ],
)
def test_a_figure_that_makes_no_sense(
    region: SmallRegion, file: str, line: int, column: str, value: str, expected: str
) -> None:
    """A negative price or cost could be earned without end: with none of them no objective is unbounded."""
    region.cell(file, line, column, value)

    where = f"county/{file}, line {line}: "
    assert [fault for fault in refused(region.scenario) if where in fault and expected in fault]


@pytest.mark.parametrize("column", ["operating_cny_t", "capital_10kcny", "fixed_10kcny_a"])
def test_a_block_that_is_far_too_dear(region: SmallRegion, column: str) -> None:
    """The best plan does without L2: at a cost of 10¹² it still does, and costs the same to the last digit shown."""
    plain = cost(region)
    region.cell("blocks.csv", 3, column, "1e12")

    assert cost(region) == pytest.approx(plain, rel=1e-9)


@pytest.mark.parametrize(("capacity", "resource"), [("1e-9", "1e-8"), ("1e-5", "1e-4")])
def test_a_mine_of_next_to_nothing(region: SmallRegion, capacity: str, resource: str) -> None:
    """S2 with a scale of 10 g or 100 kg a year is as good as no S2."""
    region.cell("blocks.csv", 6, "capacity_10kt_a", capacity)
    region.cell("blocks.csv", 6, "resource_10kt", resource)
    tiny = cost(region)
    lines = TABLES["blocks.csv"].splitlines()
    (region.folder / "blocks.csv").write_text("\n".join(lines[:5]) + "\n", "utf-8")

    assert tiny == pytest.approx(cost(region), rel=1e-6)


@pytest.mark.parametrize("capacity", ["1e9", "1e12"])
def test_a_mine_larger_than_the_world(region: SmallRegion, capacity: str) -> None:
    """S2 would have to work at 30 % of 10⁹ at least, and nobody wants that much: as good as no S2."""
    region.cell("blocks.csv", 6, "capacity_10kt_a", capacity)
    region.cell("blocks.csv", 6, "resource_10kt", capacity)
    huge = cost(region)
    lines = TABLES["blocks.csv"].splitlines()
    (region.folder / "blocks.csv").write_text("\n".join(lines[:5]) + "\n", "utf-8")

    assert huge == pytest.approx(cost(region), rel=1e-6)


def test_a_thousand_million_beside_a_millionth(region: SmallRegion) -> None:
    """10⁹ of aggregate and 10⁻⁶ of bricks a year: what is met and what is short add up to both, each on its own scale.

    People are 10.2 (× 10⁴) in the first year; 10⁸ t of aggregate and 10⁻⁷ t of bricks a head make 1.02 × 10⁹ and
    1.02 × 10⁻⁶, and demand is kept to 10⁻⁶, which is 10 kg.
    """
    for column in ("low", "central", "high"):
        region.cell("demand/parameters.csv", 17, column, "1e8")
    region.cell("demand/parameters.csv", 18, "central", "1e-7")
    assert cost(region) > 1e9
    balance = read_csv(region.scenario.with_name("results") / "small" / "balance.csv")

    parts = balance[["local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt", "shortage_10kt"]].sum(axis=1)
    for use, least in (("aggregate", 1.02e9), ("bricks", 1.02e-6)):
        mine = (balance["use"] == use) & (balance["market"] == "district")
        demand = balance["demand_10kt"][mine]
        assert demand.iloc[0] == pytest.approx(least, rel=1e-9, abs=1e-6)
        assert demand.iloc[0] > 0
        assert parts[mine].to_numpy() == pytest.approx(demand.to_numpy(), rel=1e-6, abs=2e-9)


@pytest.mark.parametrize("factor", [0.0, 1e-12])
def test_a_demand_of_nothing(region: SmallRegion, factor: float) -> None:
    """Only exports are left, then nothing but the fixed costs of mines: a trace of demand costs a trace more."""
    region.adds("trade: {exports: false}\ndemand.scale.all: 0\n")
    nothing = cost(region)
    region.swap("scenario", "demand.scale.all: 0", f"demand.scale.all: {factor}")

    assert cost(region) == pytest.approx(nothing, rel=1e-9)


def test_haulage_that_nobody_can_pay(region: SmallRegion) -> None:
    """At 10¹² CNY/t/km nothing moves: only the 5 a year of recycled stone that lie in T1 itself are used there."""
    region.cell("economics.csv", 4, "value", "1e12")
    cost(region)
    balance = read_csv(region.scenario.with_name("results") / "small" / "balance.csv")

    district = balance[balance["market"] == "district"]
    own = 5.0 * (district["use"] == "aggregate")
    assert district["recycled_10kt"].to_numpy() == pytest.approx(own.to_numpy())
    assert district["shortage_10kt"].to_numpy() == pytest.approx((district["demand_10kt"] - own).to_numpy(), rel=1e-9)


def test_an_objective_without_end(region: SmallRegion, monkeypatch: pytest.MonkeyPatch) -> None:
    """No table can make one; a case built in Python can, and the answer is a sentence and code 3."""
    def endless(case: Any, **_: object) -> None:
        raise NoPlan("unbounded", case)

    monkeypatch.setattr("mineralplan.planning.solve", endless)

    result = call("run", region.scenario, "--out", region.scenario.with_name("results"))

    assert result.exit_code == 3
    assert "small: the objective can be lowered without end" in result.stderr
    assert not region.scenario.with_name("results").exists()
