"""Every fault of the demand's tables: file, line, item, expected, found; lines are those of `small_region.TABLES`."""

from __future__ import annotations

from pathlib import Path

import pytest

from mineralplan.assembly.drivers import REQUIRED
from small_region import TABLES, SmallRegion, write_small_region

PARAMETERS, QUANTITIES, CHAIN = (f"demand/{name}.csv" for name in ("parameters", "quantities", "chain"))
PROJECTS, TOWNS, PLACES = (f"demand/{name}.csv" for name in ("projects", "project_towns", "places"))
BRICKS = ",bricks,population,bricks_per_head,,measured,test\n"


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "item", "expected"),
    [
        (PARAMETERS, 17, "central", "-4", "central (stone_per_head)", "a value ≥ 0"),
        (PARAMETERS, 17, "central", "", "central (stone_per_head)", "a number, not an empty cell"),
        (PARAMETERS, 17, "low", "few", "low (stone_per_head)", "a number"),
        (PARAMETERS, 3, "year", "2023.5", "year (population 2023.5)", "a whole number"),
        (PARAMETERS, 17, "shared", "maybe", "shared (stone_per_head)", "one of: no, yes"),
        (PARAMETERS, 17, "grade", "F", "grade (stone_per_head)", "one of: A, B, C, D, E"),
        (PARAMETERS, 17, "source", "", "source (stone_per_head)", "to be given"),
        (PARAMETERS, 17, "basis", "guess", "basis (stone_per_head)",
         "one of: derived, illustrative, judgement, measured, published"),
        (QUANTITIES, 4, "name_zh", "", "name_zh (bricks)", "to be given"),
        (CHAIN, 4, "estimator", "bottomup", "estimator (bottomup aggregate modelled)",
         "a known name (did you mean 'bottom_up'?)"),
        (CHAIN, 9, "split", "towns", "split (old_concrete)", "one of: population, rural, urban"),
        (CHAIN, 8, "factor", "", "factor (bricks population)", "to be given"),
        (PROJECTS, 2, "size", "0", "size (bypass)", "a value > 0"),
        (PROJECTS, 2, "start_year", "soon", "start_year (bypass)", "a number"),
        (PROJECTS, 2, "end_year", "2021", "end_year (bypass)", "a value ≥ 2022"),
        (PROJECTS, 2, "profile", "flat", "profile (bypass)", "one of: even, peaked"),
        (PROJECTS, 2, "status", "done", "status (bypass)", "one of: built, planned, under_way"),
        (PROJECTS, 2, "spread", "town", "spread (bypass)", "a known name (did you mean 'towns'?)"),
        (PROJECTS, 2, "delay_low", "-1", "delay_low (bypass)", "a value ≥ 0"),
        (PROJECTS, 2, "cancel_probability", "1.2", "cancel_probability (bypass)", "a value ≤ 1"),
        (PROJECTS, 3, "delay_high", "1", "delay_high (farm_tracks)", "no delay and no cancellation of what is built"),
        (PROJECTS, 3, "cancel_probability", "0.1", "cancel_probability (farm_tracks)",
         "no delay and no cancellation of what is built"),
        (TOWNS, 2, "share", "0", "share (bypass T1)", "a value > 0"),
        (TOWNS, 2, "share", "1.5", "share (bypass T1)", "a value ≤ 1"),
        ("zones.csv", 2, "urban_population", "70000", "urban_population (T1)", "a value ≤ 60000.0"),
        ("exports.csv", 2, "export", "", "export (2022)", "to be given"),
    ],
)
def test_a_cell_that_cannot_be(
    region: SmallRegion, file: str, line: int, column: str, cell: str, item: str, expected: str
) -> None:
    region.cell(file, line, column, cell)

    assert region.shown() == [(file.rpartition("/")[2], line, item, expected, repr(cell))]


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "item"),
    [
        (PARAMETERS, 17, "low", "4.5", "high (stone_per_head)"),
        (PARAMETERS, 17, "high", "3.5", "high (stone_per_head)"),
        (PROJECTS, 2, "delay_low", "1", "delay_high (bypass)"),
        (PROJECTS, 2, "delay_central", "3", "delay_high (bypass)"),
    ],
)
def test_bounds_out_of_order(
    region: SmallRegion, file: str, line: int, column: str, cell: str, item: str
) -> None:
    """Stone 3–4–5 a head, its low end at 4.5 or its high at 3.5; delays 0–0–2, the low end at 1 or the middle at 3."""
    region.cell(file, line, column, cell)

    assert [entry[:4] for entry in region.shown()] == [
        (file.rpartition("/")[2], line, item, "low ≤ central ≤ high")]


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "item", "expected"),
    [
        (CHAIN, 8, "of", "populaton", "of (bricks populaton)", "a known name (did you mean 'population'?)"),
        (CHAIN, 8, "quantity", "brick", "quantity (brick population)", "a known name (did you mean 'bricks'?)"),
        (CHAIN, 8, "factor", "bricks_per_haed", "factor (bricks population)",
         "a known name (did you mean 'bricks_per_head'?)"),
        (CHAIN, 8, "quantity", "population", "quantity (population population)",
         "one of: aggregate, bricks, cement, modelled, old_concrete, own_stone"),
        (PROJECTS, 2, "intensity", "bypass_per_kn", "intensity (bypass)",
         "a known name (did you mean 'bypass_per_km'?)"),
        (PROJECTS, 2, "spoil", "own_stone_shar", "spoil (bypass)", "a known name (did you mean 'own_stone_share'?)"),
        (TOWNS, 3, "zone", "T9", "zone (bypass T9)", "one of: T1, T2"),
        (TOWNS, 3, "zone", "N1", "zone (bypass N1)", "one of: T1, T2"),
        (PLACES, 3, "zone", "T9", "zone (bricks T9)", "one of: T1, T2"),
    ],
)
def test_a_name_that_does_not_exist(
    region: SmallRegion, file: str, line: int, column: str, cell: str, item: str, expected: str
) -> None:
    """One fault each: what follows from it, such as shares that no longer sum to one, is not held against others."""
    region.cell(file, line, column, cell)

    assert region.shown() == [(file.rpartition("/")[2], line, item, expected, repr(cell))]


# --- parameters ------------------------------------------------------------------------------------------------------


def test_a_gap_that_nothing_fills(region: SmallRegion) -> None:
    """Given for 2020 and 2023; without ``interpolate`` 2021 and 2022 are missing, of every path."""
    region.swap("scenario", "demand.interpolate.all: linear\n", "")

    expected = "a figure for 2021–2022 too, or demand.interpolate to say how gaps are filled"
    assert region.shown() == [
        ("parameters.csv", 2, "year (population)", expected, "2020, 2023"),
        ("parameters.csv", 22, "year (cement_per_head)", expected, "2020, 2023")]

    region.adds("demand.interpolate: {population: monotone}\n")
    assert [entry[2] for entry in region.shown()] == ["year (cement_per_head)"]


@pytest.mark.parametrize(("line", "year", "missing", "given"), [(3, 2022, "2023", "2020, 2022"),
                                                                (2, 2021, "2020", "2021, 2023"),
                                                                (3, 2020.0 + 1, "2022–2023", "2020–2021")])
def test_nothing_is_carried_on_beyond_the_last_anchor(
    region: SmallRegion, line: int, year: float, missing: str, given: str
) -> None:
    """The model asks for 2020 to 2023; a trend, or a last figure kept, would pass for data."""
    region.cell(PARAMETERS, line, "year", int(year))

    assert region.shown() == [
        ("parameters.csv", 2, "year (population)",
         f"a figure for {missing} too: nothing is carried on beyond the first and last one given", given)]


def test_a_constant_and_a_dated_row(region: SmallRegion) -> None:
    region.row(PARAMETERS, "stone_per_head,2022,,5,,t/person,no,A,measured,test")

    assert region.shown() == [("parameters.csv", 17, "year (stone_per_head)",
                                 "one figure that holds always, or figures by year", "–")]


def test_one_anchor_twice(region: SmallRegion) -> None:
    line = region.row(PARAMETERS, "population,2023,,11,,10k persons,no,A,measured,test")

    assert region.shown() == [("parameters.csv", line, "population 2023", "a name not used before (line 3 has it)",
                                 "population 2023")]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_parameter_that_the_model_needs(region: SmallRegion, name: str) -> None:
    """One fault, although the chain and the projects name it too."""
    path = region.folder / PARAMETERS
    rows = [row for row in path.read_text("utf-8").splitlines() if not row.startswith(f"{name},")]
    path.write_text("\n".join([*rows, ""]), "utf-8")

    assert region.shown() == [("parameters.csv", None, name, "to be given", "–")]


def test_an_anchor_at_fault_leaves_no_gap(region: SmallRegion) -> None:
    """The row of 2023 cannot be read: that, and not that 2021 to 2023 are missing."""
    region.cell(PARAMETERS, 3, "central", "many")

    assert [entry[:3] for entry in region.shown()] == [("parameters.csv", 3, "central (population 2023)")]


@pytest.mark.parametrize(
    ("line", "name", "column", "cell", "expected"),
    [
        (4, "urban_share", "central", "54", "a value ≤ 1"),  # meant in per cent
        (15, "shared_correlation", "central", "2", "a value ≤ 1"),
        (7, "building_life_urban", "low", "0", "a value > 0"),
        (9, "building_life_shape", "low", "0", "a value > 0"),
        (14, "kappa", "low", "0", "a value > 0"),
        (16, "observation_error", "low", "0", "a value > 0"),
    ],
)
def test_a_figure_that_the_model_cannot_work_with(
    region: SmallRegion, line: int, name: str, column: str, cell: str, expected: str
) -> None:
    """It divides by lives and errors and takes the logarithm of κ; a share above one would be cut off in silence."""
    region.cell(PARAMETERS, line, "low", "0" if column == "low" else "")
    region.cell(PARAMETERS, line, "high", "")
    if column == "central":
        region.cell(PARAMETERS, line, "central", cell)

    assert region.shown() == [("parameters.csv", line, f"{column} ({name})", expected, cell)]


def test_a_need_that_falls_faster_than_buildings_leave(region: SmallRegion) -> None:
    """From 10 to 6 × 10⁴ people in three years: over an eighth of the floor a year, of which a few per cent leave.

    More would have to be torn down than leaves: floor could only be built in negative amounts.
    """
    for column, cell in (("low", ""), ("central", "6"), ("high", "")):
        region.cell(PARAMETERS, 3, column, cell)

    assert [entry[:4] for entry in region.shown()] == [
        ("parameters.csv", line, driver, "a need that does not fall faster than buildings leave")
        for line, driver in ((5, "floor_per_head_urban"), (6, "floor_per_head_rural"))]
    assert all(entry[4].startswith("-") and entry[4].endswith(" 10k m2, 2023") for entry in region.shown())


# --- the chain -------------------------------------------------------------------------------------------------------


def test_a_use_that_nothing_computes(region: SmallRegion) -> None:
    region.swap(CHAIN, BRICKS, "")

    assert region.shown() == [("chain.csv", None, "bricks", "rows in county/demand/chain.csv", "–")]


def test_a_use_that_only_another_estimator_computes(region: SmallRegion) -> None:
    """Under the bottom-up estimate, which fills in for all others, there would be no bricks."""
    region.swap(CHAIN, BRICKS, f"per_head{BRICKS}")

    assert region.shown() == [("chain.csv", None, "bricks", "rows in county/demand/chain.csv", "–")]


def test_something_that_all_three_estimators_compute(region: SmallRegion) -> None:
    """Without a row of its own the cement estimate would have no aggregate to be held against the other two."""
    region.swap(CHAIN, "cement,aggregate,cement,stone_per_t_cement,,derived,test\n", "")

    assert region.shown() == [
        ("chain.csv", None, "estimator",
         "a quantity for which each of bottom_up, per_head and cement has rows of its own", "–")]


def test_a_quantity_stands_below_what_it_follows_from(region: SmallRegion) -> None:
    """Aggregate above its own origin, and a term of it that comes when bricks were made of the others already."""
    row = "bottom_up,aggregate,modelled,kappa,,derived,test\n"
    region.swap(CHAIN, row, "")
    region.swap(CHAIN, ",modelled,population,", row + ",modelled,population,")
    assert [entry[:3] for entry in region.shown()] == [("chain.csv", 2, "of (bottom_up aggregate modelled)")]

    region.swap(CHAIN, row, "")
    region.swap(CHAIN, ",modelled,works,1,,derived,test\n", row + ",modelled,works,1,,derived,test\n")
    assert region.shown() == [("chain.csv", 4, "quantity (modelled works)",
                                 "to stand above line 3, which follows from it", "'modelled'")]


def test_a_split_of_what_follows_from_something(region: SmallRegion) -> None:
    """Bricks lie where the people are that they follow from; a split beside ``of`` would be ignored."""
    region.cell(CHAIN, 8, "split", "urban")

    assert region.shown() == [("chain.csv", 8, "split (bricks population)", "an empty cell, since of is given",
                                 "'urban'")]


def test_the_unit_of_a_use_is_the_plans(region: SmallRegion) -> None:
    """Tonnes for 10⁴ t would be read as ten thousand times as much."""
    region.cell(QUANTITIES, 3, "unit", "t")

    assert region.shown() == [("quantities.csv", 3, "unit (aggregate)", "one of: 10kt", "'t'")]


def test_one_term_twice(region: SmallRegion) -> None:
    line = region.row(CHAIN, ",bricks,population,2,,measured,test")

    assert [entry[:3] for entry in region.shown()] == [("chain.csv", line, "bricks population")]


def test_a_use_below_zero(region: SmallRegion) -> None:
    """10 of bricks less 42 of aggregate in 2020: −32, three quarters of it at the works in T1: −24."""
    region.row(CHAIN, ",bricks,aggregate,-1,,derived,test")

    assert region.shown() == [("chain.csv", 8, "quantity (bricks)", "a value ≥ 0", "-24, T1, 2020")]


def test_a_use_below_zero_in_one_township_alone(region: SmallRegion) -> None:
    """Nothing in the district: 10.6 + 5.3 (a t for each of the urban half) − 15.9 (3 t for each of the rural) in 2023.

    T1 has 6.36 + 4.24 − 6.36 = 4.24 and T2 4.24 + 1.06 − 9.54 = −4.24, which would be left out of the balance.
    """
    (region.folder / PLACES).unlink()
    region.row(CHAIN, ",bricks,urban_population,1,,derived,test")
    region.row(CHAIN, ",bricks,rural_population,-3,,derived,test")

    assert region.shown() == [("chain.csv", 8, "quantity (bricks)", "a value ≥ 0", "-4.24, T2, 2023")]


# --- places and projects ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "item", "total"), [(TOWNS, "share (bypass)", "1.25"),
                                                     (PLACES, "share (bricks)", "0.75")])
def test_shares_that_do_not_sum_to_one(region: SmallRegion, file: str, item: str, total: str) -> None:
    """0.5 + 0.75 and 0.5 + 0.25; the line is that of the first."""
    region.cell(file, 2, "share", "0.5")

    assert region.shown() == [(file.rpartition("/")[2], 2, item, "shares that sum to 1", total)]


@pytest.mark.parametrize(("file", "column", "name", "item"), [(TOWNS, "project", "bypass", "project (bipass T2)"),
                                                              (PLACES, "use", "bricks", "use (brick T2)")])
def test_a_name_that_loses_its_share(region: SmallRegion, file: str, column: str, name: str, item: str) -> None:
    """A misspelt name leaves the other row's share alone: both are said."""
    first = TABLES[file].splitlines()[1].split(",")[2]
    wrong = item.partition("(")[2].split()[0]
    region.cell(file, 3, column, wrong)

    short = file.rpartition("/")[2]
    assert region.shown() == [
        (short, 3, item, f"a known name (did you mean {name!r}?)", repr(wrong)),
        (short, 2, f"share ({name})", "shares that sum to 1", first)]


def test_towns_of_a_project_that_is_spread_by_people(region: SmallRegion) -> None:
    region.cell(PROJECTS, 2, "spread", "rural")

    assert region.shown() == [
        ("projects.csv", 2, "spread (bypass)",
         "no rows in county/demand/project_towns.csv: the works are spread by people", "'rural'")]


def test_no_towns_of_a_project_that_lies_in_towns(region: SmallRegion) -> None:
    region.cell(PROJECTS, 3, "spread", "towns")

    assert region.shown() == [("projects.csv", 3, "spread (farm_tracks)",
                                 "rows in county/demand/project_towns.csv", "'towns'")]


@pytest.mark.parametrize(("start", "end"), [(2030, 2031), (2015, 2019)])
def test_a_project_outside_the_horizon(region: SmallRegion, start: int, end: int) -> None:
    """The plan counts from 2020 to 2023; works of 2019 would add nothing without a word."""
    region.cell(PROJECTS, 2, "start_year", start)
    region.cell(PROJECTS, 2, "end_year", end)

    assert region.shown() == [("projects.csv", 2, "start_year (bypass)", "years within 2020–2023", f"{start}–{end}")]


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("urban", "expected", "found"),
    [((0, 0), "a value > 0", "0"), ((60000, 40000), "a value < population", "100000")],
)
def test_nobody_urban_or_nobody_rural(
    region: SmallRegion, urban: tuple[int, int], expected: str, found: str
) -> None:
    """Demand that follows urban or rural people could not be spread over the towns."""
    for line, people in zip((2, 3), urban, strict=True):
        region.cell("zones.csv", line, "urban_population", people)

    assert region.shown() == [("zones.csv", None, "urban_population", expected, found)]


# --- supplies --------------------------------------------------------------------------------------------------------


def test_a_supply_with_neither_limit_nor_quantity(region: SmallRegion) -> None:
    """An import has no quantity of its name; and a quantity that the chain does not compute is none."""
    region.cell("supplies.csv", 2, "limit_10kt_a", "")
    fault = ("supplies.csv", 2, "limit_10kt_a (import_aggregate 2021)",
             "a limit, or a quantity of this name that demand/chain.csv computes", "–")
    assert region.shown() == [fault]

    region.row(QUANTITIES, "import_aggregate,外购,Bought,10kt")
    assert region.shown() == [fault]


def test_own_stone_is_limited_by_the_works(region: SmallRegion) -> None:
    """A limit of 3 could be meant for each project or for all of them: it is refused, not ignored."""
    region.cell("supplies.csv", 5, "limit_10kt_a", "3")

    assert region.shown() == [("supplies.csv", 5, "limit_10kt_a (own_stone 2021)",
                                 "an empty cell, since kind spoil is given", "3.0")]
