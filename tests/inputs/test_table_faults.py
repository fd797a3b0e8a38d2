"""One fault in one table: the report names the file, the line, the item, what was expected and what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_region import BLOCK, TABLES, SmallRegion, shown, write_small_region

WIDTH = len(BLOCK.split(","))


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def test_the_region_itself_is_without_fault(region: SmallRegion) -> None:
    assert region.faults() == ()


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "item", "expected"),
    [
        ("blocks.csv", 3, "resource_10kt", "-5", "resource_10kt (L2)", "a value > 0"),
        ("blocks.csv", 3, "resource_10kt", "many", "resource_10kt (L2)", "a number"),
        ("blocks.csv", 3, "resource_10kt", "nan", "resource_10kt (L2)", "a number"),
        ("blocks.csv", 3, "resource_10kt", "1e999", "resource_10kt (L2)", "a finite number"),
        ("blocks.csv", 3, "resource_10kt", "", "resource_10kt (L2)", "a number, not an empty cell"),
        ("blocks.csv", 3, "resource_10kt", "１５００", "resource_10kt (L2)",
         "half-width digits (1500), not full-width ones"),
        ("blocks.csv", 3, "resource_10kt", "1,500", "resource_10kt (L2)",
         "a number without thousands separators (1500)"),
        ("blocks.csv", 3, "resource_10kt", "1，500.5", "resource_10kt (L2)",
         "a number without thousands separators (1500.5)"),
        ("blocks.csv", 3, "resource_10kt", "１，５００", "resource_10kt (L2)",
         "half-width digits (1500), not full-width ones"),
        ("blocks.csv", 3, "resource_10kt", "1 500", "resource_10kt (L2)",
         "a number without thousands separators (1500)"),
        ("blocks.csv", 4, "recovery", "1.2", "recovery (L3)", "a value ≤ 1"),
        ("blocks.csv", 4, "latest_year", "2022.5", "latest_year (L3)", "a whole number"),
        ("blocks.csv", 4, "status", "old", "status (L3)", "one of: existing, merged, new"),
        ("blocks.csv", 4, "green", "maybe", "green (L3)", "one of: no, yes"),
        ("blocks.csv", 5, "expanded_capacity_10kt_a", "6", "expanded_capacity_10kt_a (S1)",
         "more than the capacity before the expansion (6.0)"),
        ("economics.csv", 4, "value", "cheap", "value (haul)", "a number"),
        ("supplies.csv", 4, "price_cny_t", "-1", "price_cny_t (old_concrete 2021)", "a value ≥ 0"),
        ("zones.csv", 2, "kind", "townshp", "kind (T1)", "a known name (did you mean 'township'?)"),
        ("zones.csv", 2, "lon", "208", "lon (T1)", "a value ≤ 180"),
        ("blocks.csv", 3, "name_zh", " ", "name_zh (L2)", "to be given"),
        ("exports.csv", 2, "quantity_10kt_a", "some", "quantity_10kt_a (stone_sold 2022)", "a number"),
        ("demand/places.csv", 2, "share", "75%", "share (bricks T1)", "a share (0.75), not a percentage"),
    ],
)
def test_a_cell_that_cannot_be(
    region: SmallRegion, file: str, line: int, column: str, cell: str, item: str, expected: str
) -> None:
    region.cell(file, line, column, cell)

    assert shown(region.fault()) == (file.rpartition("/")[2], line, item, expected, repr(cell))


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "item", "expected"),
    [
        ("blocks.csv", 3, "mineral", "limstone", "L2", "a known name (did you mean 'limestone'?)"),
        ("blocks.csv", 3, "mineral", "gold", "L2", "one of: limestone, shale"),
        ("blocks.csv", 3, "zone", "T9", "L2", "one of: N1, T1, T2"),
        ("blocks.csv", 2, "area", "quary", "L1", "a known name (did you mean 'quarry'?)"),
        ("additions.csv", 2, "block", "L9", "L9 2022", "one of: L1, L2, L3, S1, S2"),
        ("demand/places.csv", 3, "zone", "T9", "bricks T9", "one of: T1, T2"),
        ("exports.csv", 2, "zone", "T9", "stone_sold 2022", "one of: N1"),
        ("exports.csv", 2, "use", "gravel", "stone_sold 2022", "one of: aggregate, bricks"),
        ("supplies.csv", 4, "use", "agregate", "old_concrete 2021", "a known name (did you mean 'aggregate'?)"),
        ("economics.csv", 2, "parameter", "discountrate", "discountrate",
         "a known name (did you mean 'discount_rate'?)"),
        ("economics.csv", 8, "item", "gold", "resource_tax gold", "one of: aggregate, bricks, limestone, shale"),
    ],
)
def test_a_name_that_does_not_exist(
    region: SmallRegion, file: str, line: int, column: str, cell: str, item: str, expected: str
) -> None:
    region.cell(file, line, column, cell)

    assert shown(region.fault()) == (file.rpartition("/")[2], line, f"{column} ({item})", expected, repr(cell))


def test_a_route_from_nowhere(region: SmallRegion) -> None:
    (region.folder / "routes.csv").write_text("source,zone,distance_km\nL1,T1,5\nL9,T1,5\n", "utf-8")

    assert shown(region.fault()) == ("routes.csv", 3, "source (L9 T1)", "one of: L1, L2, L3, S1, S2, import_aggregate, "
                                     "old_concrete", "'L9'")


def test_a_duplicate_block(region: SmallRegion) -> None:
    region.cell("blocks.csv", 4, "block", "L2")

    assert shown(region.fault()) == ("blocks.csv", 4, "L2", "a name not used before (line 3 has it)", "L2")


def test_a_block_that_stands_in_both_tables(region: SmallRegion) -> None:
    """A merged mine named like a block would silently take its place."""
    row = TABLES["blocks.csv"].splitlines()[2]
    (region.folder / "merges.csv").write_text(f"{BLOCK}\n{row}\n", "utf-8")

    found = region.fault()

    assert (found.file, found.line, found.found) == ("county/merges.csv", 2, "L2")


def test_an_unknown_parent_of_a_merged_mine(region: SmallRegion) -> None:
    row = TABLES["blocks.csv"].splitlines()[2].replace("L2,", "M1,", 1).replace(",new,", ",merged,")
    (region.folder / "merges.csv").write_text(f"{BLOCK},parents\n{row},L1+L9\n", "utf-8")

    assert shown(region.fault()) == ("merges.csv", 2, "parents (M1)", "one of: L1, L2, L3, M1, S1, S2", "'L9'")


def test_a_new_block_below_the_minimum_scale(region: SmallRegion) -> None:
    """The plan's minimum is 10 (box 3): 8 is under it, 10 is not; an existing mine may be smaller."""
    region.cell("blocks.csv", 3, "capacity_10kt_a", 8)

    assert shown(region.fault()) == ("blocks.csv", 3, "capacity_10kt_a (L2)",
                                     "at least the minimum scale 10 of the plan (box 3)", "8.0")

    region.cell("blocks.csv", 3, "capacity_10kt_a", 10)
    region.cell("blocks.csv", 4, "capacity_10kt_a", 4)
    assert region.faults() == ()


def test_a_missing_column(region: SmallRegion) -> None:
    (region.folder / "additions.csv").unlink()
    region.column("blocks.csv", "recovery", None)

    assert shown(region.fault()) == ("blocks.csv", 1, "recovery", "this column", "–")


def test_an_optional_column_may_be_missing(region: SmallRegion) -> None:
    region.column("blocks.csv", "latest_year", None)

    assert region.faults() == ()


@pytest.mark.parametrize(
    ("column", "unit"), [("resource_tons", "tons"), ("resource_km2", "km2"), ("resource_10kt_a", "10kt_a"),
                         ("resource_10kcny", "10kcny")]
)
def test_a_wrong_unit(region: SmallRegion, column: str, unit: str) -> None:
    """An unknown suffix and one of another dimension; nothing is guessed."""
    (region.folder / "additions.csv").unlink()
    region.column("blocks.csv", "resource_10kt", column)

    assert shown(region.fault()) == ("blocks.csv", 1, column, "a unit that converts to 10kt", repr(unit))


def test_a_misspelt_column(region: SmallRegion) -> None:
    (region.folder / "additions.csv").unlink()
    region.column("blocks.csv", "latest_year", "latest_yaer")

    assert shown(region.fault()) == ("blocks.csv", 1, "latest_yaer", "a known name (did you mean 'latest_year'?)",
                                     "'latest_yaer'")


def test_one_quantity_in_two_columns(region: SmallRegion) -> None:
    """A capacity in 10⁴ t/a and again in Mt/a: which of them counts must not be guessed."""
    (region.folder / "additions.csv").unlink()
    region.column("blocks.csv", "latest_year", "capacity_mt_a")

    assert shown(region.fault()) == ("blocks.csv", 1, "capacity_mt_a", "each name once", "'capacity_mt_a'")


def test_a_volume_of_a_mineral_without_density(region: SmallRegion) -> None:
    """The report, and no traceback: the block, the unit, and what is missing."""
    region.column("blocks.csv", "resource_10kt", "resource_10km3")
    region.swap("plan.yaml", "    density_t_m3: 2.0\n", "")

    found = [shown(fault) for fault in region.faults()]

    expected = "a unit that converts to 10kt, or a mineral with a density"
    assert found == [("blocks.csv", line, "resource_10km3", expected, "'10km3'") for line in (5, 6)]


def test_a_row_with_too_few_cells(region: SmallRegion) -> None:
    region.swap("blocks.csv", ",30,measured,test\nS1", ",30,measured\nS1")

    assert shown(region.fault()) == ("blocks.csv", 4, "L3", f"{WIDTH} cells, as in the header", str(WIDTH - 1))


def test_empty_lines_do_not_count_as_rows_and_keep_the_lines(region: SmallRegion) -> None:
    region.swap("blocks.csv", "L2,", "\n,,,,,\nL2,")
    region.swap("blocks.csv", "1500", "x")

    assert shown(region.fault())[:3] == ("blocks.csv", 5, "resource_10kt (L2)")


def test_a_line_break_inside_a_cell_keeps_the_lines(region: SmallRegion) -> None:
    """The second block begins in line 4 of the file when the first one's source runs over two lines."""
    region.swap("blocks.csv", "20,50,measured,test", '20,50,measured,"a\nb"')
    region.swap("blocks.csv", "1500", "x")

    assert shown(region.fault())[:3] == ("blocks.csv", 4, "resource_10kt (L2)")


def test_a_table_that_is_not_there(region: SmallRegion) -> None:
    (region.folder / "economics.csv").unlink()

    assert shown(region.fault()) == ("economics.csv", None, "county/economics.csv", "a file that can be read", "–")


def test_a_block_named_by_others_is_blamed_once(region: SmallRegion) -> None:
    """The addition names block L1, which exists and is at fault itself: one fault, not two."""
    region.cell("blocks.csv", 2, "resource_10kt", "many")

    assert shown(region.fault())[:3] == ("blocks.csv", 2, "resource_10kt (L1)")


def test_townships_without_people_have_no_shares(region: SmallRegion) -> None:
    """Aggregate is split by population: nobody lives anywhere, which is a fault of the tables and no traceback."""
    for line in (2, 3):
        region.cell("zones.csv", line, "population", 0)
        region.cell("zones.csv", line, "urban_population", 0)

    assert shown(region.fault()) == ("zones.csv", None, "population", "a value > 0", "0")


@pytest.mark.parametrize("file", ["zones.csv", "blocks.csv", "economics.csv", "demand/parameters.csv",
                                   "demand/quantities.csv", "demand/chain.csv"])
def test_a_table_without_rows(region: SmallRegion, file: str) -> None:
    """A header alone would pass for a district without zones, blocks, costs or demand."""
    path = region.folder / file
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n,,,\n", "utf-8")

    assert (path.name, None, f"county/{file}", "at least one entry", "0") in map(shown, region.faults())


def test_a_block_without_a_name(region: SmallRegion) -> None:
    (region.folder / "additions.csv").unlink()
    region.cell("blocks.csv", 2, "block", "")

    assert shown(region.fault()) == ("blocks.csv", 2, "block", "to be given", "''")


@pytest.mark.parametrize(("file", "column", "cell", "words"), [
    ("blocks.csv", "status", "old", "应为下列之一：existing, merged, new"),
    ("blocks.csv", "name_zh", "", "应为必填项"),
])
def test_a_report_in_chinese_has_no_english_sentence(
    region: SmallRegion, file: str, column: str, cell: str, words: str
) -> None:
    region.cell(file, 3, column, cell)

    assert words in region.fault().text("zh")


def test_a_kind_of_excluded_land_that_does_not_exist(region: SmallRegion) -> None:
    """The cell stands in the table, so the report names the table and its line, not the scenario."""
    region.cell("blocks.csv", 3, "overlap", "lake")

    found = region.fault()

    assert (found.file, found.line, found.found) == ("county/blocks.csv", 3, "'lake'")


def test_an_export_to_a_township_is_no_export(region: SmallRegion) -> None:
    """It would take the place of the township's own demand without a word."""
    region.cell("exports.csv", 2, "zone", "T1")

    found = region.fault()

    assert (found.line, found.found) == (2, "'T1'")
    assert found.item.startswith("zone")


def test_a_place_among_the_neighbours_is_no_place_of_the_district(region: SmallRegion) -> None:
    """Its demand would count as an export."""
    region.cell("demand/places.csv", 3, "zone", "N1")

    found = region.fault()

    assert (found.line, found.found) == (3, "'N1'")
    assert found.item.startswith("zone")
