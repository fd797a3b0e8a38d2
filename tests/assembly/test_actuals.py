"""`actuals.csv`: what it says reaches the case, and everything in it that contradicts the tables is said at once.

The small region (tests/small_region.py) has L1 (existing, 20 or 40, 800 × 0.72), L2 (new, 50, from 2022 on), L3
(existing, 10), S1 (existing, 6) and S2 (new, 12); it plans 2021 to 2023, and a mine gives at least 0.3 of its capacity.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.loading import load
from mineralplan.unknowns import Observation
from small_region import TABLES, SmallRegion, write_small_region

HEAD = "block,year,state,capacity_10kt_a,output_10kt"
FIRST = ("L1,2021,kept,20,18", "L3,2021,kept,10,5", "S1,2021,kept,6,6")
"""A sound first year."""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def seen(region: SmallRegion, *rows: str, head: str = HEAD) -> None:
    (region.folder / "actuals.csv").write_text("\n".join([head, *rows, ""]), "utf-8")


def faults(region: SmallRegion, *rows: str, head: str = HEAD) -> list[tuple[int | None, str, str, str]]:
    """Return line, item, what was expected and what was found of every fault of a table."""
    seen(region, *rows, head=head)
    found = region.shown()
    assert {file for file, *_ in found} <= {"actuals.csv"}
    return [entry[1:] for entry in found]


def loaded(region: SmallRegion, *rows: str, head: str = HEAD) -> Case:
    seen(region, *rows, head=head)
    return load(region.scenario)


def test_what_was_seen_reaches_the_case(region: SmallRegion) -> None:
    case = loaded(region, *FIRST)

    assert case.observed == {
        ("L1", 2021): Observation(20.0, 18.0, "kept"), ("L3", 2021): Observation(10.0, 5.0, "kept"),
        ("S1", 2021): Observation(6.0, 6.0, "kept")}
    assert case.observed_years == (2021,)
    assert case.observed_from == "county/actuals.csv"
    assert "county/actuals.csv" in {entry.name for entry in case.inputs}
    assert [(p.illustrative, p.rows) for p in case.provenance if p.table == "actuals"] == [(0, 3)]


def test_without_the_table_nothing_is_observed(region: SmallRegion) -> None:
    case = load(region.scenario)

    assert (case.observed, case.observed_years, case.observed_from) == ({}, (), "")


def test_a_scenario_names_a_table_of_its_own(region: SmallRegion) -> None:
    """It replaces the region's, is an input of the run, and so does one that is typed."""
    seen(region, "L1,2021,kept,20,1", "L3,2021,kept,10,5", "S1,2021,kept,6,6")
    own = region.says("\n".join([HEAD, *FIRST, ""]), "mine.csv")
    case = region.case("actuals: mine.csv\n")

    assert case.observed["L1", 2021].output == 18
    assert case.observed_from.endswith("mine.csv")
    assert any(entry.name.endswith("mine.csv") for entry in case.inputs)
    assert load(region.scenario, {"actuals": own.as_posix()}).observed == case.observed


@pytest.mark.parametrize(("name", "expected"), [("none.csv", "a file that can be read"),
                                                ("../../x.csv", "inside the project")])
def test_a_table_that_is_not_there(region: SmallRegion, name: str, expected: str) -> None:
    region.adds(f"actuals: {name}\n")

    (found,) = region.shown()

    assert found[2] == "actuals" and expected in found[3]


def test_figures_in_other_units_and_blank_capacities(region: SmallRegion) -> None:
    """180 kt are 18; 72,000 m³ of limestone at 2.5 t/m³ are 18; a blank capacity is the one held."""
    kt = loaded(region, "L1,2021,kept,180", "L3,2021,kept,50", "S1,2021,kept,60", head="block,year,state,output_kt")
    volume = loaded(region, "L1,2021,kept,72000", "L3,2021,kept,20000", "S1,2021,kept,30000",
                    head="block,year,state,output_m3")

    assert {key: (entry.capacity, entry.output) for key, entry in kt.observed.items()} \
        == {("L1", 2021): (20, 18), ("L3", 2021): (10, 5), ("S1", 2021): (6, 6)}
    assert volume.observed == kt.observed


def test_states_in_chinese(region: SmallRegion) -> None:
    case = loaded(region, "L1,2021,扩能,40,18", "L3,2021,停产,,", "S1,2021,关闭,,")

    assert [entry.state for entry in case.observed.values()] == ["expanded", "suspended", "closed"]
    assert case.observed["L3", 2021] == Observation(10.0, 0.0, "suspended")
    assert case.observed["S1", 2021] == Observation(0.0, 0.0, "closed")


def test_a_mine_that_gave_little_could_work_only_a_part_of_the_year(region: SmallRegion) -> None:
    """L3 gave 1 of 10, under 0.3 × 10: a tenth of the year. S1 stood still: 0. L1 gave 18 of 20: the whole year."""
    case = loaded(region, "L1,2021,kept,20,18", "L3,2021,kept,10,1", "S1,2021,suspended,6,0")

    assert {code: dict(block.available) for code, block in case.blocks.items() if block.available} \
        == {"L3": {2021: 0.1}, "S1": {2021: 0.0}}


def test_every_fault_at_once(region: SmallRegion) -> None:
    """A block that does not exist, a year outside, above the capacity, tonnes, no such scale: each with its line."""
    found = faults(
        region, "L9,2021,kept,20,18", "L1,2030,kept,20,18", "L1,2021,kept,20,25", "L3,2021,kept,10,45000",
        "S1,2021,kept,7,6", "S1,2021,kept,6,6",
    )

    assert found == [
        (7, "S1 2021", "a name not used before (line 6 has it)", "S1 2021"),
        (2, "block (L9 2021)", "one of: L1, L2, L3, S1, S2", "'L9'"),
        (3, "year (L1 2030)", "years within 2021–2023", "2030"),
        (4, "output_10kt (L1 2021)", "at most 20, the licensed capacity", "25"),
        (5, "output_10kt (L3 2021)",
         "at most 10, the licensed capacity, in 10⁴ t; this looks like t: such a column is called output_t", "45000"),
        (6, "capacity_10kt_a (S1 2021)", "a scale that the block can have, 10⁴ t/a: 6", "7"),
    ]


@pytest.mark.parametrize(("output", "unit"), [(180000, "t"), (200000, "t"), (180, "kt"), (200, "kt"), (50, "kt"),
                                              (2500, "t"), (40, ""), (21, ""), (300000, "")])
def test_what_an_output_in_another_unit_looks_like(region: SmallRegion, output: float, unit: str) -> None:
    """L1 may give 20. Up to twice that is too much mined, up to 10 times 10³ t, up to 10⁴ times t."""
    ((_, _, expected, _),) = faults(region, f"L1,2021,kept,20,{output}", *FIRST[1:])

    assert ("looks like" in expected) == bool(unit)
    assert not unit or f"output_{unit}" in expected


def test_a_whole_table_in_tonnes(region: SmallRegion) -> None:
    """Capacity and output of every mine are said, each once: 200,000 t/a is 20 × 10⁴ t/a."""
    found = faults(region, "L1,2021,kept,200000,180000", "L3,2021,kept,100000,50000", "S1,2021,kept,60000,60000")

    assert [(line, item.partition(" ")[0]) for line, item, _, _ in found] == [
        (2, "capacity_10kt_a"), (2, "output_10kt"), (3, "capacity_10kt_a"), (3, "output_10kt"),
        (4, "capacity_10kt_a"), (4, "output_10kt")]
    assert all("this looks like t" in expected for _, _, expected, _ in found)


@pytest.mark.parametrize(
    ("rows", "item", "expected"),
    [
        (("L1,2021,closed,20,18",), "capacity_10kt_a (L1 2021)", "nothing, since the state is closed"),
        (("L1,2021,suspended,20,3",), "output_10kt (L1 2021)", "nothing, since the state is suspended"),
        (("L1,2021,kept,20,",), "output_10kt (L1 2021)", "to be given"),
        (("L1,2021,idle,,",), "state (L1 2021)", "closed, or suspended"),
        (("L1,2021,opened,20,18",), "state (L1 2021)", "another state than opened: it worked in 2020"),
        (("L1,2021,expanded,20,18",), "state (L1 2021)", "a capacity above 20"),
        (("L1,2021,kept,40,18",), "state (L1 2021)", "expanded: the capacity is above 20"),
        (("L1,2021,kept,20,18", "S2,2021,kept,12,6"), "state (S2 2021)", "opened: it did not work in 2020"),
        (("L1,2021,kept,20,18", "L2,2021,opened,50,40"), "year (L2 2021)", "a year from 2022 on"),
    ],
)
def test_a_state_that_does_not_fit(region: SmallRegion, rows: tuple[str, ...], item: str, expected: str) -> None:
    found = faults(region, *rows, *FIRST[1:])

    assert [entry[1] for entry in found][:1] == [item]
    assert expected in found[0][2]
    assert len({entry[0] for entry in found}) == 1


@pytest.mark.parametrize(
    ("rows", "line", "item", "expected"),
    [
        (("L1,2022,kept,20,18", "L3,2022,kept,10,5"), 4, "block (S1 2022)", "a row of 2022 too: it worked in 2021"),
        (("L1,2022,kept,20,18", "L3,2022,closed,,", "S1,2022,kept,6,6", "L1,2023,kept,20,18", "L3,2023,kept,10,5",
          "S1,2023,kept,6,6"), 9, "state (L3 2023)", "closed: it did not work in 2022"),
        (("L1,2022,expanded,40,18", "L3,2022,kept,10,5", "S1,2022,kept,6,6", "L1,2023,kept,20,18", "L3,2023,kept,10,5",
          "S1,2023,kept,6,6"), 8, "capacity_10kt_a (L1 2023)", "at least 40, as in 2022"),
        (("L1,2023,kept,20,18", "L3,2023,kept,10,5", "S1,2023,kept,6,6"), 5, "year",
         "rows for every year from 2021 on; 2022 has none"),
    ],
)
def test_years_that_do_not_follow(
    region: SmallRegion, rows: tuple[str, ...], line: int, item: str, expected: str
) -> None:
    ((found_line, found_item, found, _),) = faults(region, *FIRST, *rows)

    assert (found_line, found_item) == (line, item)
    assert expected in found


def test_years_that_do_not_begin_with_the_first(region: SmallRegion) -> None:
    ((line, item, expected, found),) = faults(region, "L1,2022,kept,20,18", "L3,2022,kept,10,5", "S1,2022,kept,6,6")

    assert (line, item, found) == (2, "year", "2022")
    assert "2021 has none" in expected


def test_more_than_the_deposit_holds(region: SmallRegion) -> None:
    """S1 holds 10, of which 9 can be won: 6 in 2021 leave 3 for 2022."""
    region.cell("blocks.csv", 5, "resource_10kt", 10)
    ((line, item, expected, found),) = faults(
        region, *FIRST, "L1,2022,kept,20,18", "L3,2022,kept,10,5", "S1,2022,kept,6,5")

    assert (line, item, found) == (7, "output_10kt (S1 2022)", "5")
    assert expected == "at most 3, what is left of the resource: raise resource_10kt of S1"


MERGED = ("M1,合并,Merged,limestone,merged,T1,108.41,31.21,0.5,1100,0.8,0.9,open_pit,50,,,,,,yes,900,,200,15,50,L1+L3,"
          "measured,test")


@pytest.fixture
def merging(region: SmallRegion) -> SmallRegion:
    head = TABLES["blocks.csv"].splitlines()[0].replace("closure_10kcny,", "closure_10kcny,parents,")
    (region.folder / "merges.csv").write_text(f"{head}\n{MERGED}\n", "utf-8")
    return region


def test_a_merger_that_was_seen(merging: SmallRegion) -> None:
    case = loaded(merging, "M1,2021,opened,50,30", "L1,2021,closed,,", "L3,2021,closed,,", "S1,2021,kept,6,6")

    assert case.observed["M1", 2021] == Observation(50.0, 30.0, "opened")


def test_a_merger_whose_parents_still_work(merging: SmallRegion) -> None:
    ((line, item, expected, found),) = faults(
        merging, "M1,2021,opened,50,30", "L1,2021,kept,20,18", "L3,2021,closed,,", "S1,2021,kept,6,6")

    assert (line, item, expected, found) == (2, "state (M1 2021)", "parents that no longer work in 2021", "L1")


def test_a_merger_of_a_mine_that_had_stopped(merging: SmallRegion) -> None:
    ((line, item, expected, found),) = faults(
        merging, "L1,2021,kept,20,18", "L3,2021,closed,,", "S1,2021,kept,6,6",
        "M1,2022,opened,50,30", "L1,2022,closed,,", "L3,2022,closed,,", "S1,2022,kept,6,6")

    assert (line, item, expected, found) == (5, "state (M1 2022)", "parents that worked in 2021", "L3")


def test_a_merger_draws_on_what_its_parents_left(merging: SmallRegion) -> None:
    """60 in place give 43.2, of which the parents took 23 in 2021: 20.2 are left, and not the 43.2 of its own row."""
    (merging.folder / "additions.csv").unlink()
    merging.cell("merges.csv", 2, "resource_10kt", 60)
    ((line, item, expected, found),) = faults(
        merging, *FIRST, "M1,2022,opened,50,30", "L1,2022,closed,,", "L3,2022,closed,,", "S1,2022,kept,6,6")

    assert (line, item, found) == (5, "output_10kt (M1 2022)", "30")
    assert expected == "at most 20.2, what is left of the resource: raise resource_10kt of M1"


def test_a_row_that_cannot_be_read_hides_nothing_else(region: SmallRegion) -> None:
    """The state of L1 is no word: what follows from it is not said, the output of L3 is."""
    found = faults(region, "L1,2021,busy,20,18", "L3,2021,kept,10,11", "S1,2021,kept,6,6")

    assert [(line, item) for line, item, _, _ in found] == [(2, "state (L1 2021)"), (3, "output_10kt (L3 2021)")]


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(shares=st.tuples(*[st.integers(0, 100)] * 3))
def test_any_output_within_the_capacity_is_read_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, shares: tuple[int, int, int]
) -> None:
    """And its share of the year is stated exactly where it is under the working rate."""
    region = write_small_region(tmp_path_factory.mktemp("any"))
    held = {"L1": 20, "L3": 10, "S1": 6}
    outputs = {code: capacity * share / 100 for (code, capacity), share in zip(held.items(), shares, strict=True)}

    case = loaded(region, *(f"{code},2021,kept,{held[code]},{output}" for code, output in outputs.items()))

    assert {code: case.observed[code, 2021].output for code in held} == outputs
    for code, share in zip(held, shares, strict=True):
        assert case.blocks[code].available.get(2021, 1.0) == pytest.approx(share / 100 if share < 30 else 1.0)
