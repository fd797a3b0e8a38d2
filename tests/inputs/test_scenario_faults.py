"""One fault in a scenario: file, line, item, what was expected, what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_region import SCENARIO, SmallRegion, line_of, shown, write_small_region

LINE = len(SCENARIO.splitlines()) + 1
"""The line of what a test appends."""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.mark.parametrize(
    ("text", "item", "expected", "found"),
    [
        ("caps: {limstone: 5}", "caps.limstone", "a known name (did you mean 'limestone'?)", "'limstone'"),
        ("caps: {gold: 5}", "caps.gold", "one of: limestone, shale", "'gold'"),
        ("blocks: {L9: {recovery: 0.5}}", "blocks.L9", "one of: L1, L2, L3, S1, S2", "'L9'"),
        ("blocks: {L1: {recovry: 0.5}}", "blocks.L1.recovry", "a known name (did you mean 'recovery'?)", "'recovry'"),
        ("blocks: {L1: {recovery: 2}}", "blocks.L1.recovery", "a value ≤ 1", "2"),
        ("supplies: {old_concret: {limit_scale: 2}}", "supplies.old_concret",
         "a known name (did you mean 'old_concrete'?)", "'old_concret'"),
        ("supplies: {old_concrete: {limit: 2}}", "supplies.old_concrete.limit",
         "a known name (did you mean 'limit_scale'?)", "'limit'"),
        ("economics: {hual: 2}", "economics.hual", "a known name (did you mean 'haul'?)", "'hual'"),
        ("economics: {haul: dear}", "economics.haul", "a number", "'dear'"),
        ("economics: {resource_tax: {gold: 2}}", "economics.resource_tax.gold",
         "a known name (did you mean 'resource_tax.shale'?)", "economics.resource_tax.gold"),
        ("rules: {outputcap: {limestone: 2}}", "rules.outputcap", "a known name (did you mean 'output_cap'?)",
         "'outputcap'"),
        ("rules: {mine_count: {every: 2}}", "rules.mine_count.every.limit", "one of: all", "'every'"),
        ("rules: {output_cap: {limestone: {limt: 2}}}", "caps.limestone.limt", "a known name (did you mean 'limit'?)",
         "'limt'"),
        ("rules: {output_cap: {limestone: {nature: strict}}}", "caps.limestone.nature",
         "one of: binding, expected, off", "'strict'"),
        ("rules: {output_cap: {limestone: {nature: bindng}}}", "caps.limestone.nature",
         "a known name (did you mean 'binding'?)", "'bindng'"),
        ("caps: {limestone: -5}", "caps.limestone", "a value ≥ 0", "-5"),
        ("caps: {limestone: '１０'}", "caps.limestone", "half-width digits (10), not full-width ones", "'１０'"),
        ("caps: {limestone: '1,000'}", "caps.limestone", "a number without thousands separators (1000)", "'1,000'"),
        ("caps.limestone.limit.high: 5", "caps.limestone", "a figure, or figures by year such as {2026: 950}",
         "{'high': 5}"),
        ("region.zone: T1", "region.zone", "one value only (line 2 says county)", "T1"),
        ("demand: {scale: {all: -1}}", "demand.scale.all", "a value ≥ 0", "-1"),
        ("demand: {parameters: {stone_per_head: {2021: 4, 2023: -1}}}", "demand.parameters.stone_per_head",
         "a value ≥ 0", "{2021: 4, 2023: -1}"),
        ("supplies: {old_concrete: {limit_scale: -1}}", "supplies.old_concrete.limit_scale", "a value ≥ 0", "-1"),
        ("solve.threads: -2", "solve.threads", "a value ≥ 0", "-2"),
        ("solve.seed: 0.5", "solve.seed", "a whole number", "0.5"),
        ("solve.reach_km: -5", "solve.reach_km", "a value > 0", "-5"),
        ("solve.reach_km: near", "solve.reach_km", "a number", "'near'"),
        ("demand: {scale: {brick: 2}}", "demand.scale.brick", "a known name (did you mean 'bricks'?)", "'brick'"),
        ("demnd: {scale: {all: 2}}", "demnd", "a known name (did you mean 'demand'?)", "'demnd'"),
        ("demand: {scal: {all: 2}}", "demand.scal", "a known name (did you mean 'scale'?)", "'scal'"),
        ("size_class_reading: standrd", "size_class_reading", "a known name (did you mean 'standard'?)", "'standrd'"),
        ("caps: 5", "caps", "keys with values", "5"),
        ("caps: {limestone: many}", "caps.limestone", "a number", "'many'"),
        ("caps: {limestone: true}", "caps.limestone", "a number", "True"),
        ("caps: {limestone: 9 parsecs}", "caps.limestone", "a unit that converts to 10kt/a", "'9 parsecs'"),
        ("caps: {limestone: 9 Mt}", "caps.limestone", "a unit that converts to 10kt/a", "'9 Mt'"),
        ("trade: {imports: maybe}", "trade.imports", "true or false", "'maybe'"),
        ("years: [2023, 2021]", "years", "first year, last year", "[2023, 2021]"),
        ("years: 2023", "years", "a list", "2023"),
        ("years: [2021, 2022, 2023]", "years", "first year, last year", "[2021, 2022, 2023]"),
        ("years: [2020, 2022]", "years", "a first year after the base year 2020", "2020"),
        ("objective: costs", "objective", "a known name (did you mean 'cost'?)", "'costs'"),
        ("objective: [cost, speed]", "objective", "one of: carbon, cost, haul, land, mines, new_blocks, shortage",
         "'speed'"),
        ("extends: other.yaml", "extends", "an existing scenario file", "'other.yaml'"),
        ("extends: 5", "extends", "an existing scenario file", "'5'"),
        ("extends: small.yaml", "extends", "a scenario that does not extend itself", "small.yaml → small.yaml"),
    ],
)
def test_a_scenario_that_cannot_be(region: SmallRegion, text: str, item: str, expected: str, found: str) -> None:
    region.adds(f"{text}\n")

    assert shown(region.fault()) == ("small.yaml", LINE, item, expected, found)


def test_a_reach_goes_with_one_objective_only(region: SmallRegion) -> None:
    region.adds("objective: [cost, haul]\nsolve.reach_km: 80\n")

    assert shown(region.fault())[2:] == ("solve", "no reach_km beside several objectives",
                                         "{'gap': 0.0, 'reach_km': 80}")


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [("mineral", "gold", "one of: limestone, shale"), ("zone", "T9", "one of: N1, T1, T2"),
     ("area", "pit", "one of: quarry"), ("overlap", "lake", "one of: ")],
)
def test_a_block_may_not_be_given_what_does_not_exist(
    region: SmallRegion, column: str, value: str, expected: str
) -> None:
    region.adds(f"blocks: {{L2: {{{column}: {value}}}}}\n")

    assert shown(region.fault()) == ("small.yaml", LINE, f"blocks.L2.{column}", expected, repr(value))


def test_a_scenario_that_extends_itself_through_another(region: SmallRegion) -> None:
    region.adds("extends: other.yaml\n")
    region.says("# nothing of its own\nextends: small.yaml\n", "other.yaml")

    assert shown(region.fault()) == ("other.yaml", 2, "extends", "a scenario that does not extend itself",
                                     "small.yaml → other.yaml → small.yaml")


@pytest.mark.parametrize("second", ["caps.limestone: 40", "rules: {output_cap: {limestone: 40}}",
                                    "rules.output_cap.limestone.limit: 40"])
def test_one_name_twice_in_one_file(region: SmallRegion, second: str) -> None:
    """Nested and dotted, short and long are one name: 50 and 40 cannot both be meant."""
    region.adds(f"caps: {{limestone: 50}}\n{second}\n")

    assert shown(region.fault()) == ("small.yaml", LINE + 1, "caps.limestone", f"one value only (line {LINE} says 50)",
                                     "40")


def test_one_name_twice_with_one_value_is_no_conflict(region: SmallRegion) -> None:
    region.adds("caps: {limestone: 50}\ncaps.limestone: 50\n")

    assert region.faults() == ()


def test_parents_that_disagree(region: SmallRegion) -> None:
    """Two files in ``extends`` fight over one name; the file that extends both may settle it."""
    region.says("caps: {limestone: 50}\nmines: 3\n", "a.yaml")
    region.says("mines: 2\n", "b.yaml")
    region.adds("extends: [a.yaml, b.yaml]\n")
    first, second = (region.scenario.with_name(name).as_posix() for name in ("a.yaml", "b.yaml"))

    assert shown(region.fault()) == ("small.yaml", LINE, "mines", f"one value: {first} says 3; settle it in the file "
                                     "that extends both", f"2 ({second})")

    region.adds("mines: 2\n")
    assert region.faults() == ()


def test_a_key_twice(region: SmallRegion) -> None:
    region.adds("region: county\n")

    assert shown(region.fault()) == ("small.yaml", LINE, "region", "each name once", "region")


@pytest.mark.parametrize(("text", "line"), [("caps: {limestone: 5\n", LINE + 1), ("caps: [}\n", LINE),
                                            ("\tcaps: 5\n", LINE), ("caps: *nowhere\n", LINE)])
def test_what_is_no_yaml(region: SmallRegion, text: str, line: int) -> None:
    """One fault with the line; that the region could not be read either is not a second one."""
    region.adds(text)

    file, at, item, expected, _ = shown(region.fault())
    assert (file, at, item, expected) == ("small.yaml", line, region.scenario.as_posix(), "valid YAML")


def test_a_character_that_yaml_does_not_allow(region: SmallRegion) -> None:
    region.adds("caps: \x01\n")

    assert shown(region.fault())[1:4] == (LINE, region.scenario.as_posix(), "no control characters")


def test_a_list_where_keys_are_wanted(region: SmallRegion) -> None:
    region.says("- caps\n")

    assert shown(region.fault()) == ("small.yaml", 1, region.scenario.as_posix(), "keys with values", "['caps']")


def test_a_scenario_in_another_encoding(region: SmallRegion) -> None:
    region.scenario.write_bytes(SCENARIO.encode("gb18030"))

    assert shown(region.fault())[2:4] == (region.scenario.as_posix(), "a text file in UTF-8")


def test_an_empty_scenario(region: SmallRegion) -> None:
    region.says("# nothing\n")

    assert shown(region.fault()) == ("small.yaml", None, "region", "to be given", "''")


def test_a_scenario_that_is_not_there(region: SmallRegion) -> None:
    region.scenario.unlink()

    found = region.fault()
    assert found.expected.text("en") == "a file that can be read"
    assert found.found == "No such file or directory"


def test_an_unknown_region(region: SmallRegion) -> None:
    region.swap("scenario", "region: county", "region: kaizho")

    assert shown(region.fault()) == ("small.yaml", 2, "region", "a known name (did you mean 'kaizhou'?)", "'kaizho'")


def test_a_rule_without_items_that_does_not_exist(region: SmallRegion) -> None:
    region.adds("rules: {outputcap: {}}\n")

    assert shown(region.fault())[2] == "rules.outputcap"


def test_a_change_on_the_command_line(region: SmallRegion) -> None:
    assert shown(region.fault({"caps.limstone": 5})) == (
        "--set", None, "caps.limstone", "a known name (did you mean 'limestone'?)", "'limstone'")


def test_a_fault_of_a_parent_is_named_there(region: SmallRegion) -> None:
    """A misspelt key in the file that is extended stands in that file, at its line."""
    region.adds("extends: parent.yaml\n")
    region.says("# a parent\ncaps: {limstone: 5}\n", "parent.yaml")

    assert shown(region.fault())[:3] == ("parent.yaml", 2, "caps.limstone")


@pytest.mark.parametrize(
    ("old", "new", "item", "expected"),
    [
        ("target_year: 2022\n", "", "target_year", "to be given"),
        ("limit: 60", "limit: sixty", "caps.limestone", "a number"),
        ("nature: expected, clause: box 1", "nature: hoped, clause: box 1", "caps.shale.nature",
         "one of: binding, expected, off"),
        ("limit: 60, unit: 10kt/a", "limit: 0.6, unit: Mt/a", "caps.limestone.unit",
         "a unit of plans, such as 10kt/a, mines or share"),
        ("target_year: 2022", "target_year: 2019", "target_year", "a value > 2020"),
        ("horizon: 2023", "horizon: 2020", "horizon", "a value > 2020"),
        ("served_by: {limestone: 0.8}", "served_by: {limstone: 0.8}", "uses.aggregate.served_by.limstone",
         "a known name (did you mean 'limestone'?)"),
        ("  mine_count:", "  mines_count:", "rules.mines_count", "a known name (did you mean 'mine_count'?)"),
        ("horizon:", "horizn:", "horizn", "a known name (did you mean 'horizon'?)"),
        ("    quarry: {limit", "    quary: {limit", "rules.area_capacity.quary",
         "a known name (did you mean 'quarry'?)"),
    ],
)
def test_a_fault_of_the_published_plan(
    region: SmallRegion, old: str, new: str, item: str, expected: str
) -> None:
    """The plan is read as strictly as a scenario, and the line is the plan's."""
    region.swap("plan.yaml", old, new)
    line = line_of(region.plan, new.strip()) if new else None

    assert ("plan.yaml", line, item, expected) in [shown(fault)[:4] for fault in region.faults()]


def test_a_block_may_be_given_what_exists(region: SmallRegion) -> None:
    """L2 lies in no area by the table; the scenario moves it into one that the plan has, and to another zone."""
    region.adds("blocks: {L2: {area: quarry, zone: T1}}\n")

    assert region.faults() == ()


def test_a_block_keeps_its_code(region: SmallRegion) -> None:
    """Renamed to L1, block L2 would take the other's place and one of the two would be gone."""
    region.adds("blocks: {L2: {block: L1}}\n")

    assert shown(region.fault())[:3] == ("small.yaml", LINE, "blocks.L2.block")
