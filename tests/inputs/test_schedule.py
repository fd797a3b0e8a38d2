"""Figures over the years: steps that hold from their year on, straight lines, and a layer laid over another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from mineralplan.inputs.schedule import ALWAYS, Schedule, YearlyFigure, constant, fold
from mineralplan.loading import load
from small_region import SmallRegion, write_small_region

READ = TypeAdapter(YearlyFigure).validate_python


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def test_a_step_holds_from_its_year_on() -> None:
    """{2022: 60, 2026: 50}: nothing before 2022, 60 to 2025, 50 from 2026."""
    figure = READ({2026: 50, 2022: 60})

    assert [figure.at(year) for year in (2021, 2022, 2025, 2026, 2040)] == [None, 60, 60, 50, 50]


def test_a_straight_line_between_its_ends() -> None:
    """From 0.4 in 2020 to 0.6 in 2025: 0.04 a year; level after the last, nothing before the first.

    Steps would stay at 0.4 until 2024; a line carried on would give 0.64 in 2026.
    """
    line = Schedule(((2020, 0.4), (2025, 0.6)), "linear")

    assert [line.at(year) for year in (2020, 2025, 2026)] == [0.4, 0.6, 0.6]
    assert line.at(2022) == pytest.approx(0.48, abs=1e-12)
    assert line.at(2019) is None


def test_a_line_does_not_begin_at_the_beginning_of_time() -> None:
    """What always held stays level until the first dated figure; it is not drawn from the year 0."""
    line = Schedule(((ALWAYS, 60.0), (2026, 50.0), (2028, 40.0)), "linear")

    assert [line.at(year) for year in (2021, 2025, 2026, 2027, 2028)] == [60, 60, 50, 45, 40]


def test_a_constant() -> None:
    assert READ(5) == constant(5.0)
    assert READ("5") == constant(5.0)
    assert constant(5.0).at(1) == 5


@pytest.mark.parametrize("value", [{"high": 5}, {}, {2021: "many"}, [5], None, "many", True])
def test_what_is_no_figure(value: Any) -> None:
    with pytest.raises(ValidationError):
        READ(value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (60, 50, 50),
        ({2021: 60, 2026: 50}, 40, 40),
        (60, {2026: 50}, {ALWAYS: 60, 2026: 50}),
        (None, {2026: 50}, {2026: 50}),
        ({2021: 60, 2026: 50}, {2023: 55}, {2021: 60, 2023: 55}),  # the later step of the layer below goes with it
        ({2021: 60, 2026: 50}, {2028: 45}, {2021: 60, 2026: 50, 2028: 45}),
        ({2021: 60}, {2021: 50}, {2021: 50}),
    ],
)
def test_a_layer_over_another(old: Any, new: Any, expected: Any) -> None:
    assert fold(old, new) == expected


def test_a_cap_from_a_year_on_keeps_what_the_plan_says_before(region: SmallRegion) -> None:
    """The plan's cap of 60 holds until the scenario's 50 begins in 2023."""
    region.adds("caps: {limestone: {2023: 50}}\n")

    cap = load(region.scenario).rules["output_cap"]["limestone"].schedule
    assert [cap.at(year) for year in (2021, 2022, 2023)] == [60, 60, 50]


def test_three_layers_over_one_cap(region: SmallRegion) -> None:
    """Plan 60; parent 55 from 2022; file 50 from 2023; command line 52 from 2023."""
    region.says("caps: {limestone: {2022: 55}}\n", "parent.yaml")
    region.adds("extends: parent.yaml\ncaps: {limestone: {2023: 50}}\n")

    def caps(overrides: dict[str, Any] | None = None) -> list[float | None]:
        cap = load(region.scenario, overrides).rules["output_cap"]["limestone"].schedule
        return [cap.at(year) for year in (2021, 2022, 2023)]

    assert caps() == [60, 55, 50]
    assert caps({"caps.limestone": {2023: 52}}) == [60, 55, 52]
    assert caps({"caps.limestone": 40}) == [40, 40, 40]


def test_a_line_in_the_plan(region: SmallRegion) -> None:
    """40 in 2021, 60 in 2023, straight between: 50 in 2022."""
    region.swap("plan.yaml", "limestone: {limit: 60,", "limestone: {limit: {2021: 40, 2023: 60}, between: linear,")

    cap = load(region.scenario).rules["output_cap"]["limestone"].schedule
    assert [cap.at(year) for year in (2021, 2022, 2023)] == [40, 50, 60]
