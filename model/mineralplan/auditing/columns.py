"""Which column of a planner's sheet is which, in either language and in the units that its header names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from mineralplan.auditing.grid import Grid
from mineralplan.case import Block, Case
from mineralplan.inputs import units
from mineralplan.inputs.faults import Faults, message
from mineralplan.words import LANGUAGES, say

REQUIRED = ("block", "year", "capacity", "output")
OPTIONAL = ("green", "state")
FIGURES = {"capacity": "10kt_a", "output": "10kt"}
SEARCHED = 20
"""A header stands within so many rows: titles may stand above it."""


@dataclass(frozen=True)
class Column:
    """Where a column stands, what its header says, and in what unit its figures are."""

    index: int
    header: str
    unit: str = ""


def find_table(grids: list[Grid], faults: Faults) -> tuple[Grid, int, dict[str, Column]] | None:
    """Return the first table with every required column, the place of its header in ``rows``, and its columns."""
    for grid in grids:
        for place, (line, cells) in enumerate(grid.rows[:SEARCHED]):
            columns = _columns(cells)
            if all(name in columns for name in REQUIRED):
                if line in grid.merged:
                    faults.add(grid.name, line, columns["block"].header, message("single_cells"), "")
                _check_header(columns, cells, grid.name, line, faults)
                return grid, place, columns
    if grids:
        first = next((grid for grid in grids if grid.rows), grids[0])
        found = ", ".join(str(cell) for cell in first.rows[0][1] if cell is not None) if first.rows else "–"
        wanted = ", ".join(" / ".join(words[0] for words in _spellings(name)) for name in REQUIRED)
        line = first.rows[0][0] if first.rows else 1
        faults.add(first.name, line, first.name, message("sheet_columns", names=wanted), found)
    return None


def in_unit(case: Case, block: Block, name: str, column: Column, figure: float) -> float:
    """Return a figure in the unit of the case.

    Raises
    ------
    UnitError
        When it is a volume and the mineral has no density.
    """
    if not column.unit:
        return figure
    mineral = case.minerals[block.mineral]
    if units.is_volume(column.unit) and mineral.unit == "10km3":
        return figure * _factor(column.unit, "10km3", None)
    return figure * _factor(column.unit, "10kt", mineral.density_t_m3)


def _factor(unit: str, wanted: str, density: float | None) -> float:
    """Return the factor to an amount or, where the header says so, to an amount per year."""
    try:
        return units.factor(unit, wanted, density)
    except units.UnitError:
        return units.factor(unit, f"{wanted}_a", density)


def _columns(cells: tuple[object, ...]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for index, cell in enumerate(cells):
        for name, unit in _read_header(str(cell or "")):
            found.setdefault(name, Column(index, str(cell).strip(), unit))
    return found


def _read_header(text: str) -> Iterator[tuple[str, str]]:
    """Yield the column that a header names, with the unit it carries."""
    plain = unicodedata.normalize("NFKC", text.replace("10⁴ t", "10kt").replace("10⁴t", "10kt")).strip().lower()
    for name in (*REQUIRED, *OPTIONAL):
        for spelling in sorted(chain(*_spellings(name)), key=len, reverse=True):
            rest = plain.removeprefix(spelling)
            if plain.startswith(spelling) and (not rest or (name in FIGURES and rest.lstrip()[0] in "(_,[")):
                yield name, rest.strip(" (_,[)]")
                return


def _check_header(
    columns: dict[str, Column], cells: tuple[object, ...], file: str, line: int, faults: Faults
) -> None:
    """Record columns that stand twice, and units that are none of a mass or volume."""
    for name, column in columns.items():
        again = [str(cell) for cell in cells[column.index + 1 :] if name in dict(_read_header(str(cell or "")))]
        if again:
            faults.add(file, line, name, message("once"), ", ".join((column.header, *again)))
        if column.unit:
            try:
                _factor(column.unit, "10kt", 1.0)
            except units.UnitError:
                faults.add(file, line, column.header, message("unit", unit=FIGURES[name]), repr(column.unit))


@cache
def _spellings(name: str) -> tuple[tuple[str, ...], ...]:
    """Return how a column may be headed, by language."""
    return tuple(
        tuple(entry.strip() for entry in say(f"sheet.headers.{name}", lang).lower().split(",")) for lang in LANGUAGES
    )
