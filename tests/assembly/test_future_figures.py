"""futures.csv and the scenario's ``futures``: what they set, what they may not say, and where a fault is found."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mineralplan.assembly.futures import UNITS
from mineralplan.unknowns import Futures
from small_region import SmallRegion, shown, write_small_region

HEAD = "parameter,value,unit,basis,source\n"


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def writes(region: SmallRegion, *rows: str) -> None:
    """Write the table from rows of parameter, value and unit."""
    (region.folder / "futures.csv").write_text(HEAD + "".join(f"{row},judgement,test\n" for row in rows), "utf-8")


def test_every_parameter_has_a_unit() -> None:
    assert set(UNITS) == {field.name for field in fields(Futures)}


def test_without_the_table_nothing_happens(region: SmallRegion) -> None:
    assert region.case().futures == Futures()


def test_the_table_fills_what_it_names_and_no_more(region: SmallRegion) -> None:
    writes(region, "stoppage_probability,0.1,share", "stoppage_most,0.5,share", "keep,30,10kcny/a")

    assert region.case().futures == Futures(stoppage_probability=0.1, stoppage_most=0.5, keep=30.0)


def test_a_figure_in_another_unit_is_converted(region: SmallRegion) -> None:
    """300,000 CNY a year are 30 × 10⁴ CNY a year; read as they stand they would forbid every change."""
    writes(region, "keep,300000,CNY/a")

    assert region.case().futures.keep == 30.0


def test_the_scenario_goes_before_the_table_and_the_command_line_before_both(region: SmallRegion) -> None:
    writes(region, "keep,30,10kcny/a", "delay_most,2,a", "resource_spread,0.1,log")
    case = region.case("futures: {keep: 20, delay_most: 3}\n")

    assert (case.futures.keep, case.futures.delay_most, case.futures.resource_spread) == (20.0, 3.0, 0.1)
    assert case.change({"futures.keep": 0}).futures == Futures(delay_most=3.0, resource_spread=0.1)


def test_illustrative_rows_are_counted(region: SmallRegion) -> None:
    writes(region, "keep,30,10kcny/a", "delay_most,2,a")

    assert [(p.illustrative, p.rows) for p in region.case().provenance if p.table == "futures"] == [(2, 2)]


def test_every_fault_of_the_table_is_found_at_once(region: SmallRegion) -> None:
    writes(region, "stoppage_probability,1.2,share", "stopage_most,0.5,share", "resource_spread,-0.1,log",
           "delay_most,1.5,a", "demand,0.5,0/1", "keep,30,km", "exploration_success,60 %,share")

    assert region.shown() == [
        ("futures.csv", 8, "value (exploration_success)", "a share (0.6), not a percentage", "'60 %'"),
        ("futures.csv", 2, "value (stoppage_probability)", "a value ≤ 1", "1.2"),
        ("futures.csv", 3, "parameter (stopage_most)", "a known name (did you mean 'stoppage_most'?)",
         "'stopage_most'"),
        ("futures.csv", 4, "value (resource_spread)", "a value ≥ 0", "-0.1"),
        ("futures.csv", 5, "value (delay_most)", "a whole number", "1.5"),
        ("futures.csv", 6, "value (demand)", "a whole number", "0.5"),
        ("futures.csv", 7, "unit (keep)", "a unit that converts to 10kcny/a", "'km'"),
    ]


def test_every_fault_of_the_scenario_is_found_at_once(region: SmallRegion) -> None:
    region.adds("futures: {kep: 1, stoppage_least: -1, delay_probability: often}\n")

    assert {entry[2:] for entry in region.shown()} == {
        ("futures.kep", "a known name (did you mean 'keep'?)", "'kep'"),
        ("futures.stoppage_least", "a value ≥ 0", "-1"),
        ("futures.delay_probability", "a number", "'often'"),
    }


def test_what_is_changed_on_the_command_line_is_checked(region: SmallRegion) -> None:
    fault = region.fault({"futures.exploration_succes": 0.5})

    assert shown(fault)[2:4] == ("futures.exploration_succes", "a known name (did you mean 'exploration_success'?)")


def test_a_parameter_has_nothing_below_it(region: SmallRegion) -> None:
    region.adds("futures: {keep: {works: 1}}\n")

    assert region.fault().item == "futures.keep.works"


def test_a_stoppage_that_lasts_longer_at_least_than_at_most(region: SmallRegion) -> None:
    writes(region, "stoppage_least,0.6,share", "stoppage_most,0.5,share")

    assert region.shown() == [("futures.csv", 3, "value (stoppage_most)", "a value ≥ 0.6", "0.5")]


def test_the_scenario_is_to_blame_for_the_order_where_it_changed_one(region: SmallRegion) -> None:
    writes(region, "stoppage_least,0.4,share", "stoppage_most,0.5,share")
    region.adds("futures.stoppage_least: 0.7\n")

    assert region.shown() == [("small.yaml", 6, "futures.stoppage_least", "a value ≤ 0.5", "0.7")]


def test_the_least_alone_is_above_a_most_of_nothing(region: SmallRegion) -> None:
    writes(region, "stoppage_least,0.4,share")

    assert region.shown() == [("futures.csv", 2, "value (stoppage_least)", "a value ≤ 0", "0.4")]


def test_of_a_figure_at_fault_no_order_is_asked(region: SmallRegion) -> None:
    writes(region, "stoppage_least,0.4,share", "stoppage_most,2,share")

    assert [fault.item for fault in region.faults()] == ["value (stoppage_most)"]
