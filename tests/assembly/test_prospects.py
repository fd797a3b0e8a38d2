"""exploration.csv: the exploration blocks, their targets in the plan's unit, and the resource that they add."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from mineralplan.case import Case
from mineralplan.inputs.plan import Label
from mineralplan.loading import load
from mineralplan.simulation.futures import draw_futures
from mineralplan.unknowns import Prospect
from small_region import SmallRegion, write_small_region

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "model" / "mineralplan" / "regions" / "kaizhou" / "plan.yaml"
HEAD = "exploration_block,name_zh,name_en,mineral,zone,year,target,unit,block,basis,source\n"
STATED = """\
exploration:
  limestone: {target: 500, unit: 10kt, nature: expected, clause: box 1}
  shale: {target: 30, unit: m3/d, nature: expected, clause: box 1}
"""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    """Return the small region whose L1 gets 200 more in 2022 (additions.csv), with targets in the plan."""
    found = write_small_region(tmp_path)
    found.plan.write_text(found.plan.read_text("utf-8") + STATED, "utf-8")
    return found


def writes(region: SmallRegion, *rows: str) -> None:
    """Write the table from rows of code, mineral, zone, year, target, unit and block."""
    lines = []
    for row in rows:
        code, *rest = row.split(",")
        lines.append(",".join([code, f"勘查{code}", f"Exploration {code}", *rest, "illustrative", "test\n"]))
    (region.folder / "exploration.csv").write_text(HEAD + "".join(lines), "utf-8")


def test_without_the_table_there_is_no_exploration(region: SmallRegion) -> None:
    assert region.case().prospects == ()


def test_an_exploration_block_reaches_the_case(region: SmallRegion) -> None:
    writes(region, "E1,limestone,T1,2022,200,10kt,L1", "E2,shale,T2,2023,30,m3/d,")
    case = region.case()

    assert case.prospects == (
        Prospect("E1", "limestone", 2022, 200.0, "10kt", Label(zh="勘查E1", en="Exploration E1"), "T1", "L1",
                 "illustrative", "test"),
        Prospect("E2", "shale", 2023, 30.0, "m3/d", Label(zh="勘查E2", en="Exploration E2"), "T2", "",
                 "illustrative", "test"),
    )
    assert [(p.illustrative, p.rows) for p in case.provenance if p.table == "exploration"] == [(2, 2)]


def test_a_target_is_converted_to_the_unit_of_the_plan(region: SmallRegion) -> None:
    """2 Mt are 200 × 10⁴ t, the addition of L1; read as 2 they would not agree with it."""
    writes(region, "E1,limestone,T1,2022,2,Mt,L1")

    assert [(p.target, p.unit) for p in region.case().prospects] == [(200.0, "10kt")]


def test_without_a_target_of_the_plan_the_unit_is_the_minerals(tmp_path: Path) -> None:
    region = write_small_region(tmp_path)
    writes(region, "E1,shale,T2,2023,100000,t,")

    assert [(p.target, p.unit) for p in region.case().prospects] == [(10.0, "10kt")]


def test_every_fault_is_found_at_once(region: SmallRegion) -> None:
    region.row("additions.csv", "L2,2023,50,derived,test")
    writes(
        region,
        "E1,limstone,T1,2022,200,10kt,L1", "E2,limestone,T9,2022,10,10kt,", "E3,limestone,N1,2022,10,10kt,",
        "E4,limestone,T1,2024,10,10kt,", "E5,shale,T1,2022,30,10kt,", "E6,limestone,T1,2022,200,10kt,L9",
        "E7,limestone,T1,2022,150,10kt,L1", "E8,limestone,T1,2023,200,10kt,L1", "E9,limestone,T1,2022,200,10kt,S1",
        "EA,limestone,T2,2023,50,10kt,L2", "EB,limestone,T2,2023,50,10kt,L2", "EC,limestone,T1,2022,-1,10kt,",
        "ED,shale,T1,2022,30,m3/d,S1",
    )

    assert region.shown() == [
        ("exploration.csv", 13, "target (EC)", "a value > 0", "'-1'"),
        ("exploration.csv", 2, "mineral (E1)", "a known name (did you mean 'limestone'?)", "'limstone'"),
        ("exploration.csv", 3, "zone (E2)", "one of: T1, T2", "'T9'"),
        ("exploration.csv", 4, "zone (E3)", "one of: T1, T2", "'N1'"),
        ("exploration.csv", 5, "year (E4)", "a value ≤ 2023", "2024"),
        ("exploration.csv", 6, "unit (E5)", "a unit that converts to m3/d", "'10kt'"),
        ("exploration.csv", 7, "block (E6)", "one of: L1, L2, L3, S1, S2", "'L9'"),
        ("exploration.csv", 8, "target (E7)", "200 10kt, as the block's row in additions.csv says", "150.0"),
        ("exploration.csv", 9, "block (E8)", "a row of additions.csv for block L1 and 2023, or no block", "–"),
        ("exploration.csv", 10, "mineral (E9)", "shale, as of block S1", "'limestone'"),
        ("exploration.csv", 12, "block (EB)", "a name not used before (line 11 has it)", "'L2'"),
        ("exploration.csv", 14, "block (ED)",
         "no block: a target in m3/d cannot be compared with a resource in additions.csv", "'S1'"),
    ]


def test_what_was_explored_before_the_base_year_is_known(region: SmallRegion) -> None:
    """The next round of a plan keeps the tables of this one: such an addition is there from the first year on."""
    writes(region, "E1,limestone,T1,2019,50,10kt,")
    case = region.case("futures: {exploration_success: 0}\n")

    assert [future.found for future in draw_futures(case, 3, 0)] == [{"E1": 50.0}] * 3


def test_two_rows_of_one_exploration_block(region: SmallRegion) -> None:
    writes(region, "E1,limestone,T1,2022,200,10kt,L1", "E1,limestone,T1,2022,10,10kt,")

    assert [(fault.line, fault.item) for fault in region.faults()] == [(3, "E1")]


def test_what_names_a_row_at_fault_is_not_to_blame(region: SmallRegion) -> None:
    region.cell("additions.csv", 2, "resource_10kt", "many")
    region.cell("blocks.csv", 3, "recovery", "2")
    writes(region, "E1,limestone,T1,2022,200,10kt,L1", "E2,limestone,T2,2022,10,10kt,L2")

    assert [fault.item for fault in region.faults()] == ["recovery (L2)", "resource_10kt (L1 2022)"]


# --- the shipped region ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Case:
    return load(ROOT / "scenarios" / "baseline.yaml")


def test_the_shipped_blocks_are_those_that_the_plan_counts(shipped: Case) -> None:
    """16 exploration blocks (part 3), whose targets add up to box 1, mineral by mineral."""
    plan = YAML(typ="safe").load(PLAN)
    stated = {mineral: (entry["target"], entry["unit"]) for mineral, entry in plan["exploration"].items()
              if mineral in plan["minerals"]}
    targets: dict[str, float] = defaultdict(float)
    for prospect in shipped.prospects:
        targets[prospect.mineral] += prospect.target

    assert len(shipped.prospects) == plan["layout"]["exploration_blocks"]["value"] == 16
    assert {p.mineral: (targets[p.mineral], p.unit) for p in shipped.prospects} == stated
    assert {p.basis for p in shipped.prospects} == {"illustrative"}
    assert all("示例勘查" in p.label.zh and "Example exploration" in p.label.en for p in shipped.prospects)
    assert all(shipped.base_year < p.year <= shipped.target_year for p in shipped.prospects)


def test_every_shipped_addition_is_that_of_an_exploration_block(shipped: Case) -> None:
    added = {(b.code, year): amount for b in shipped.blocks.values() for year, amount in b.additions}

    assert {(p.block, p.year): p.target for p in shipped.prospects if p.block} == added
    assert all(shipped.blocks[p.block].mineral == p.mineral for p in shipped.prospects if p.block)
