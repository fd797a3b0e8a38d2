"""Tables on disk as a claim: the folder of a run's results, or a planner's own sheet; every fault in one report."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic_core import PydanticCustomError

from mineralplan.allocation import MINES, Allocation
from mineralplan.auditing.claim import Claim, Known
from mineralplan.auditing.columns import Column, find_table, in_unit
from mineralplan.auditing.folder import read_folder
from mineralplan.auditing.grid import Formula, read_grids
from mineralplan.case import Block, Case
from mineralplan.inputs.faults import Faults, message, one_of
from mineralplan.inputs.numbers import number, whole
from mineralplan.inputs.units import UnitError
from mineralplan.rules.rule import TOLERANCE
from mineralplan.words import LANGUAGES, say


def read_claim(case: Case, path: Path) -> Claim:
    """Read a results folder or a sheet.

    Raises
    ------
    InputFaults
        With every fault of the tables.
    """
    faults = Faults()
    claim = read_folder(case, path, faults) if path.is_dir() else read_sheet(case, path, faults)
    faults.raise_if_any()
    assert claim is not None
    return claim


def read_sheet(case: Case, path: Path, faults: Faults) -> Claim | None:
    """Read a planner's sheet: block, year, capacity, output; green and state where there are such columns.

    A row without capacity and output says that the block does not work; so does no row, in a year that appears.
    """
    found = find_table(read_grids(path, faults), faults)
    if found is None:
        return None
    grid, place, columns = found
    if not grid.rows[place + 1 :]:
        faults.add(grid.name, grid.rows[place][0], grid.name, message("some"), 0)
    lines: dict[tuple[str, int], int] = {}
    mines, states = [], {}
    for line, cells in grid.rows[place + 1 :]:
        row = _Row(case, grid.name, line, cells, columns, faults)
        block, year = row.block(), row.year()
        capacity, output = row.figure("capacity", block), row.figure("output", block)
        if block is None or year is None:
            continue
        mine = (block.code, year)
        if mine in lines:
            named = f"{block.code} {year}"
            faults.add(grid.name, line, named, message("unique", line=lines[mine]), named)
        lines.setdefault(mine, line)
        if capacity is None or output is None:
            continue
        works = row.choice("state", "working", "resting")
        if works is not None:
            states[mine] = works
        if capacity or output:
            mines.append((year, block.code, capacity, output, _green(row, block, capacity, faults)))
    known = Known(tuple(sorted({year for _, year in lines})), flows=False, green="green" in columns)
    return Claim(Allocation(pd.DataFrame(mines, columns=MINES)), known, states)


def _green(row: _Row, block: Block, capacity: float, faults: Faults) -> bool:
    """Return what the sheet says, or, where it says nothing, whether the mine is green by itself."""
    if "green" not in row.columns:
        return block.green or capacity > block.options[0].capacity + float(TOLERANCE)
    said = row.choice("green", "yes", "no")
    if said is None and capacity:
        row.fault("green", message("yes_no"), "–")
    return bool(said)


class _Row:
    """One row of a sheet; what is wrong with a cell is recorded, and None returned."""

    def __init__(
        self, case: Case, file: str, line: int, cells: tuple[Any, ...], columns: dict[str, Column], faults: Faults
    ) -> None:
        self.case, self.file, self.line, self.columns, self.faults = case, file, line, columns, faults
        self.cells = {name: cells[c.index] if c.index < len(cells) else None for name, c in columns.items()}

    def fault(self, name: str, expected: Any, found: object) -> None:
        """Record what is wrong with a cell, by its header and the row's block."""
        where = f"{self.columns[name].header} ({_text(self.cells['block'])} {_text(self.cells['year'])})"
        self.faults.add(self.file, self.line, where, expected, found)

    def block(self) -> Block | None:
        """Return the block."""
        code = _text(self.cells["block"])
        if code in self.case.blocks:
            return self.case.blocks[code]
        self.fault("block", one_of(self.case.blocks, code) if code else message("present"), repr(code))
        return None

    def year(self) -> int | None:
        """Return the year."""
        cell = self.cells["year"]
        if isinstance(cell, date | time):
            self.fault("year", message("no_date"), cell)
            return None
        year = self._read("year", whole)
        if year is None:
            return None
        if year not in self.case.years:
            first, last = self.case.years[0], self.case.years[-1]
            self.fault("year", message("within_horizon", first=first, last=last), year)
            return None
        return int(year)

    def figure(self, name: str, block: Block | None) -> float | None:
        """Return a capacity or an output in the unit of the case."""
        value = self._read(name, number)
        if value is None:
            return None
        if value < 0:
            self.fault(name, message("bound", sign="≥", value=0), f"{value:g}")
            return None
        try:
            return value if block is None else in_unit(self.case, block, name, self.columns[name], value)
        except UnitError:
            self.fault(name, message("density", unit="10kt"), repr(self.columns[name].unit))
            return None

    def choice(self, name: str, positive: str, negative: str) -> bool | None:
        """Return which of two groups of words a cell is in; None where it is empty or there is no such column."""
        text = _text(self.cells.get(name)).lower()
        if not text:
            return None
        if text in _said(positive):
            return True
        if text not in _said(negative):
            self.fault(name, one_of((*_said(positive), *_said(negative)), text), repr(text))
        return False

    def _read(self, name: str, read: Any) -> Any:
        cell = self.cells[name]
        if isinstance(cell, Formula):
            self.fault(name, message("computed"), cell)
            return None
        if isinstance(cell, date | time):
            self.fault(name, message("number"), cell)
            return None
        try:
            return read("" if cell is None else cell)
        except PydanticCustomError as error:
            shown = "–" if cell is None else repr(cell)
            self.fault(name, message(error.type.removeprefix("fault_"), **(error.context or {})), shown)
            return None


def _said(group: str) -> tuple[str, ...]:
    return tuple(word.strip() for lang in LANGUAGES for word in say(f"sheet.{group}", lang).lower().split(","))


def _text(cell: Any) -> str:
    """Return a cell as text; a code of digits that a spreadsheet made a number stays a code."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
