"""What a scenario says lies over what it extends, and that over the region."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mineralplan.inputs.faults import InputFaults
from mineralplan.loading import load
from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def test_the_order_of_priority(region: SmallRegion) -> None:
    """Mines: plan 4 < parent 3 < file 2 < command line 1."""
    def mines(**overrides: object) -> float | None:
        case = load(region.scenario, overrides)
        return case.rules["mine_count"]["all"].schedule.at(2022)

    assert mines() == 4
    region.says("mines: 3\n", "parent.yaml")
    region.adds("extends: parent.yaml\n")
    assert mines() == 3
    region.adds("mines: 2\n")
    assert mines() == 2
    assert mines(mines=1) == 1


def test_parents_complete_each_other(region: SmallRegion) -> None:
    """The region stands in a grandparent in another folder, the cap in one parent, the mines in the other."""
    folder = region.scenario.parent / "parents"
    folder.mkdir()
    (folder / "base.yaml").write_text("caps: {shale: 15}\n", "utf-8")
    (folder / "a.yaml").write_text("extends: base.yaml\ncaps: {limestone: 50}\n", "utf-8")
    region.says("mines: 3\n", "b.yaml")
    region.adds("extends: [parents/a.yaml, b.yaml]\n")

    case = load(region.scenario)

    limits = {(rule, item): case.rules[rule][item].schedule.at(2022) for rule, item in (
        ("output_cap", "limestone"), ("output_cap", "shale"), ("mine_count", "all"))}
    assert list(limits.values()) == [50, 15, 3]


def test_a_diamond_is_no_fight(region: SmallRegion) -> None:
    """Two parents that extend the same file agree on what it says."""
    region.says("mines: 3\n", "base.yaml")
    region.says("extends: base.yaml\n", "a.yaml")
    region.says("extends: base.yaml\n", "b.yaml")
    region.adds("extends: [a.yaml, b.yaml]\n")

    assert load(region.scenario).rules["mine_count"]["all"].schedule.at(2022) == 3


def test_what_a_scenario_may_change(region: SmallRegion) -> None:
    region.adds("""\
years: [2021, 2022]
rules: {output_cap: {shale: {nature: binding, binding_from: 2022}}}
blocks: {L1: {recovery: 0.5, latest_year: 2021}}
supplies: {old_concrete: {limit_scale: {2022: 2}, price_scale: 0.5}}
trade: {imports: false, exports: false}
economics: {haul: 1.2, resource_tax: {shale: 3}}
objective: [shortage, cost]
""")

    case = load(region.scenario)

    assert case.years == (2021, 2022)
    assert case.report_years == (2022,)
    shale = case.rules["output_cap"]["shale"]
    assert [shale.nature_in(year) for year in case.years] == ["expected", "binding"]
    assert (case.blocks["L1"].recovery, case.blocks["L1"].latest) == (0.5, 2021)
    assert list(case.supplies) == ["old_concrete"]
    assert dict(case.supplies["old_concrete"].limit) == {2021: 5, 2022: 10}
    assert dict(case.supplies["old_concrete"].price) == {2021: 10, 2022: 10}
    assert (case.economics.haul, case.economics.resource_tax["shale"]) == (1.2, 3)
    assert not any(case.exported(zone) for _, zone, _ in case.demand)
    assert case.objective == ("shortage", "cost")


def test_a_cap_for_a_mineral_that_had_none(region: SmallRegion) -> None:
    """The new cap binds, in the unit of the others, and its clause is the scenario."""
    region.swap("plan.yaml", "    shale: {limit: 20, unit: 10kt/a, nature: expected, clause: box 1, penalty: 20}\n", "")
    region.adds('caps: {shale: "0.1 Mt/a"}\n')

    cap = load(region.scenario).rules["output_cap"]["shale"]

    assert (cap.limit.at(2022), cap.nature, cap.basis) == (10, "binding", "scenario")
    assert cap.clause == region.scenario.as_posix()


def test_steps_of_a_supply(region: SmallRegion) -> None:
    """Rows of one supply hold from their year on: 30 a year, 25 from 2023; before the first there is none."""
    assert dict(load(region.scenario).supplies["import_aggregate"].limit) == {2021: 30, 2022: 30, 2023: 25}

    region.swap("supplies.csv", "N1,2021,60,30", "N1,2022,60,30")
    assert dict(load(region.scenario).supplies["import_aggregate"].limit) == {2021: 0, 2022: 30, 2023: 25}


def test_every_file_that_was_read_is_named_with_its_sum(region: SmallRegion) -> None:
    region.says("mines: 3\n", "parent.yaml")
    region.adds("extends: parent.yaml\n")

    named = {entry.name: entry.sha256 for entry in load(region.scenario).inputs}

    tables = {f"county/{path.relative_to(region.folder).as_posix()}": path
              for path in region.folder.rglob("*") if path.is_file()}
    scenarios = {path.as_posix(): path for path in (region.scenario, region.scenario.with_name("parent.yaml"))}
    expected = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in (tables | scenarios).items()}
    assert named == expected


def test_how_much_is_illustrative(region: SmallRegion) -> None:
    """One of five blocks (L2), two of five rows of trade (old_concrete, own_stone).

    Of demand the judgements count too: 9 of 24 parameters, 1 of 9 rows of the chain, none of 2 projects, of their
    2 towns and of 2 places.
    """
    counted = {entry.table: (entry.illustrative, entry.rows) for entry in load(region.scenario).provenance}

    assert counted == {"blocks": (1, 5), "demand": (10, 39), "supplies": (2, 5), "economics": (0, 11)}


def test_a_change_in_python_makes_a_new_case(region: SmallRegion) -> None:
    """The old case stays as it was; the new one names its change; changes lie over one another."""
    case = load(region.scenario)
    changed = case.change({"caps.limestone": 50}).change({"mines": 3})

    assert case.changes == ()
    assert set(changed.changes) == {"caps.limestone = 50", "mines = 3"}
    assert changed.rules["output_cap"]["limestone"].schedule.at(2022) == 50
    assert case.rules["output_cap"]["limestone"].schedule.at(2022) == 60
    with pytest.raises(InputFaults, match="did you mean 'limestone'"):
        case.change({"caps.limstone": 50})
