"""A table as cells, from a CSV file or the sheets of an Excel file."""

from __future__ import annotations

import csv
import io
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from mineralplan.inputs.faults import Faults, message
from mineralplan.inputs.tables import MOST_BYTES, MOST_ROWS, read_text
from mineralplan.inputs.text import MB, Unreadable

EXCEL = frozenset({".xlsx", ".xlsm"})
BROKEN_WORKBOOK = (BadZipFile, zlib.error, EOFError, ParseError, KeyError, ValueError, TypeError, AttributeError)
"""What the reader of Excel files stumbles into when one is not what it should be."""


@dataclass(frozen=True)
class Formula:
    """A formula whose result the file does not hold."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Grid:
    """Rows of cells.

    Attributes
    ----------
    name : str
        How reports call it.
    rows : tuple of (line, cells)
        Without empty rows. A cell is what the file holds: text, a number, a date, a `Formula`.
    merged : frozenset of int
        Lines with cells that are merged.
    """

    name: str
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    merged: frozenset[int] = frozenset()


def read_grids(path: Path, faults: Faults) -> list[Grid]:
    """Return the tables of a file, none where it cannot be read: one of a CSV file, one per sheet of an Excel file."""
    name = path.as_posix()
    try:
        return list(_sheets(path, name)) if path.suffix.lower() in EXCEL else [_records(path, name)]
    except Unreadable as error:
        faults.add(name, error.line, name, error.expected, error.found)
    except (OSError, csv.Error, *BROKEN_WORKBOOK) as error:
        faults.add(name, None, name, message("readable"), error)
    return []


def _records(path: Path, name: str) -> Grid:
    reader = csv.reader(io.StringIO(read_text(path), newline=""))
    rows, line = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((line, tuple(cells)))
        if len(rows) > MOST_ROWS + 1:
            raise Unreadable(message("fewer_rows", most=MOST_ROWS), f"> {MOST_ROWS}")
        line = reader.line_num + 1
    return Grid(name, tuple(rows))


def _sheets(path: Path, name: str) -> Iterator[Grid]:
    """Yield every sheet; read twice, since a file holds formulas and, apart from them, their results."""
    from openpyxl import load_workbook
    from openpyxl.worksheet.worksheet import Worksheet

    with ZipFile(path) as archive:
        size = max(path.stat().st_size, sum(entry.file_size for entry in archive.infolist()))
    if size > MOST_BYTES:  # packed zeros may be a thousand times as long
        raise Unreadable(message("smaller_file", most=f"{MOST_BYTES / MB:g}"), f"{size / MB:.1f} MB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of drawings and validations, which nobody asked for
        results, formulas = load_workbook(path, data_only=True), load_workbook(path)
    for sheet in results.worksheets:
        written = formulas[sheet.title]
        if not isinstance(sheet, Worksheet) or not isinstance(written, Worksheet):
            continue
        rows = []
        for line, (found, typed) in enumerate(zip(sheet.iter_rows(), written.iter_rows(), strict=True), start=1):
            cells = tuple(_cell(a.value, b) for a, b in zip(found, typed, strict=True))
            if any(cell is not None and str(cell).strip() for cell in cells):
                rows.append((line, cells))
        merged = {line for block in written.merged_cells.ranges for line in range(block.min_row, block.max_row + 1)}
        yield Grid(f"{name} [{sheet.title}]", tuple(rows), frozenset(merged))


def _cell(value: Any, typed: Any) -> Any:
    return Formula(str(typed.value)) if value is None and typed.data_type == "f" else value
