"""Units are converted once, where files are read: the same region in other units is the same case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mineralplan.case import Case
from mineralplan.inputs.units import UnitError, factor
from mineralplan.loading import load
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ("Mt", "10kt", 100.0),  # 10⁶ t = 100 × 10⁴ t
        ("Mt/a", "10kt/a", 100.0),
        ("kt", "10kt", 0.1),
        ("t", "10kt", 1e-4),
        ("万吨/年", "10kt/a", 1.0),
        ("吨", "10kt", 1e-4),
        ("10kt_a", "10kt/a", 1.0),
        ("t/d", "10kt/a", 0.036525),  # 365.25 d/a ÷ 10⁴
        ("cny", "10kcny", 1e-4),
        ("元", "10kcny", 1e-4),
        ("mcny", "10kcny", 100.0),
        ("万元", "10kcny", 1.0),
        ("m3", "10km3", 1e-4),
        ("万立方米/年", "10km3/a", 1.0),
        ("ha", "km2", 0.01),
        ("m", "km", 1e-3),
        ("cny_kg", "cny_t", 1000.0),
    ],
)
def test_a_factor(found: str, wanted: str, expected: float) -> None:
    assert factor(found, wanted) == expected


def test_a_volume_becomes_a_mass_by_its_density() -> None:
    """10⁴ m³ of 2.67 t/m³ are 2.67 × 10⁴ t; 1 m³ is 2.67 t."""
    assert factor("10km3", "10kt", 2.67) == 2.67
    assert factor("m3", "t", 2.67) == 2.67
    assert factor("万立方米/年", "10kt/a", 2.5) == 2.5


@pytest.mark.parametrize(
    ("found", "wanted"),
    [("parsec", "10kt"), ("", "10kt"), ("10km3", "10kt"), ("Mt", "10kt/a"), ("10kt/a", "10kt"), ("cny", "10kt"),
     ("km", "km2")],
)
def test_what_does_not_convert(found: str, wanted: str) -> None:
    """A volume without a density, a rate for an amount, money for a mass: nothing is guessed."""
    with pytest.raises(UnitError):
        factor(found, wanted)


def test_no_density_turns_money_into_mass() -> None:
    with pytest.raises(UnitError):
        factor("cny", "10kt", 2.5)


def _same(one: Case, other: Case) -> None:
    """The two cases differ in nothing but the files they were read from."""
    assert replace(one, inputs=()) == replace(other, inputs=())


@pytest.mark.parametrize(
    ("file", "column", "new", "scale"),
    [
        ("blocks.csv", "resource_10kt", "resource_mt", 0.01),
        ("blocks.csv", "resource_10kt", "resource_万吨", 1.0),
        ("blocks.csv", "capacity_10kt_a", "capacity_kt_a", 10.0),
        ("blocks.csv", "capital_10kcny", "capital_cny", 1e4),
        ("blocks.csv", "fixed_10kcny_a", "fixed_万元_年", 1.0),
        ("blocks.csv", "area_km2", "area_ha", 100.0),
        ("supplies.csv", "limit_10kt_a", "limit_mt_a", 0.01),
        ("exports.csv", "quantity_10kt_a", "quantity_t_a", 1e4),
    ],
)
def test_a_column_in_another_unit_gives_the_same_case(
    region: SmallRegion, file: str, column: str, new: str, scale: float
) -> None:
    """1500 × 10⁴ t is 15 Mt: the column's name says so, and nothing else changes."""
    plain = load(region.scenario)
    region.column(file, column, new, factor=scale)

    _same(load(region.scenario), plain)


def test_a_column_of_volumes(region: SmallRegion) -> None:
    """1500 × 10⁴ m³ of limestone (2.5 t/m³) are 3750 × 10⁴ t; 400 of shale (2.0) are 800."""
    region.column("blocks.csv", "resource_10kt", "resource_10km3")

    blocks = load(region.scenario).blocks

    assert (blocks["L2"].resource, blocks["S2"].resource) == (3750, 800)


@pytest.mark.parametrize("written", ["0.5 Mt/a", "50 万吨/年", "500000 t/a", "500 kt/a", "50 10kt/a"])
def test_a_cap_with_its_unit(region: SmallRegion, written: str) -> None:
    region.adds(f"caps: {{limestone: {written}}}\n")

    assert load(region.scenario).rules["output_cap"]["limestone"].schedule.at(2022) == 50


def test_nine_million_tonnes_are_nine_hundred(region: SmallRegion) -> None:
    """900 万吨/年 = 9 Mt/a; also by year, and from the command line."""
    region.adds('caps: {limestone: {2022: "9 Mt/a", 2023: 850}}\n')

    cap = load(region.scenario).rules["output_cap"]["limestone"].schedule
    assert [cap.at(year) for year in (2021, 2022, 2023)] == [60, 900, 850]
    changed = load(region.scenario, {"caps.limestone": "9 Mt/a"})
    assert changed.rules["output_cap"]["limestone"].schedule.at(2021) == 900
