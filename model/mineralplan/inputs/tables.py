"""Tables read row by row, with every fault of every cell."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from mineralplan.inputs import text, units
from mineralplan.inputs.faults import Faults, from_validation, message, one_of
from mineralplan.inputs.numbers import number
from mineralplan.inputs.rows import KEYS, Row

MOST_BYTES = 32 * text.MB
MOST_ROWS = 100_000
MOST_WRONG = 1000
"""Rows at fault after which the rest of a table is not looked at."""
R = TypeVar("R", bound=Row)
Density = Callable[[dict[str, str]], float | None]


@dataclass(frozen=True)
class Placed(Generic[R]):
    """A row and the line it stands in."""

    row: R
    line: int


@dataclass(frozen=True)
class Table(Generic[R]):
    """A table's valid rows and its file's name.

    Attributes
    ----------
    file : str
    placed : tuple of Placed
    refused : frozenset of str
        Names of rows that are at fault: what refers to them is not to blame.
    """

    file: str
    placed: tuple[Placed[R], ...] = ()
    refused: frozenset[str] = frozenset()

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows without their lines."""
        return tuple(placed.row for placed in self.placed)

    @property
    def names(self) -> frozenset[str]:
        """The first key of every row, also of those at fault."""
        return self.refused | {str(getattr(row, KEYS[type(row)][0])) for row in self.rows}


def read_text(path: Path) -> str:
    """Return a table's text, UTF-8 with or without BOM first, then GB18030 (Excel in China).

    Raises
    ------
    Unreadable
        When it is no such text, or larger than a table may be.
    """
    return text.read_text(path, MOST_BYTES, text.UTF8, text.GB18030)


def read_table(
    path: Path, name: str, model: type[R], faults: Faults, *, density: Density = lambda _: None, required: bool = True
) -> Table[R]:
    """Read a CSV file into rows of ``model``; rows with faults are left out and their faults recorded.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        How reports call the file.
    model : type
        The row model; its field names are the columns.
    faults : Faults
    density : callable, optional
        From a raw row to the density (t/m³) that turns its volumes into masses.
    required : bool
        Whether a file that is not there is a fault.
    """
    # A link that leads nowhere is not an absent table.
    if not path.exists() and not path.is_symlink():
        if required:
            faults.add(name, None, name, message("readable"), "–")
        return Table(name)
    try:
        records = _records(read_text(path))
        header = _header(records, model)
    except text.Unreadable as error:
        faults.add(name, error.line, name, error.expected, error.found)
        return Table(name)
    columns = _columns(header, name, model, faults)
    if columns is None:
        return Table(name)
    if required and not any(cell.strip() for _, cells in records[1:] for cell in cells):
        faults.add(name, None, name, message("some"), 0)
    placed, refused, wrong = [], set(), 0
    for line, cells in _lines(records, len(header), faults, name):
        raw = dict(zip(header, cells, strict=True))
        row = _row(raw, columns, model, density, (name, line), faults) if wrong < MOST_WRONG else None
        if row is None:
            wrong += 1
            refused |= {raw.get(KEYS[model][0], "").strip()} - {""}
        else:
            placed.append(Placed(row, line))
    if wrong > MOST_WRONG:
        faults.add(name, None, name, message("rows_read", most=MOST_WRONG), wrong)
    return Table(name, _without_duplicates(placed, name, model, faults), frozenset(refused))


def _records(content: str) -> list[tuple[int, list[str]]]:
    """Return every record with the line it begins in: a quoted cell may hold line breaks."""
    reader, result, line = csv.reader(io.StringIO(content, newline=""), strict=True), [], 1
    try:
        for cells in reader:
            result.append((line, cells))
            if len(result) > MOST_ROWS + 1:
                raise text.Unreadable(message("fewer_rows", most=MOST_ROWS), max(map(content.count, "\n\r")))
            line = reader.line_num + 1
    except csv.Error as error:
        raise text.Unreadable(message("csv"), error, line) from None
    return result


def _header(records: list[tuple[int, list[str]]], model: type[R]) -> list[str]:
    """Return the names of the columns, without empty ones at the end; at least one of them must be known."""
    cells = [cell.strip() for cell in records[0][1]] if records else []
    while cells and not cells[-1]:
        cells.pop()
    if not {*cells} & {*model.model_fields}:
        raise text.Unreadable(message("header", names=", ".join(model.model_fields)), repr(",".join(cells)), 1)
    return cells


def _lines(
    records: list[tuple[int, list[str]]], width: int, faults: Faults, name: str
) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their line, all as wide as the header."""
    result = []
    for line, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            faults.add(name, line, cells[0], message("cells", count=width), len(cells))
            continue
        result.append((line, cells[:width]))
    return result


def _columns(header: list[str], name: str, model: type[R], faults: Faults) -> dict[str, tuple[str, str, str]] | None:
    """Return header → (field, unit found, unit wanted); None when the header itself is at fault."""
    fields = model.model_fields
    stems = {stem: field for field in fields if (stem := _stem(field)) != field}
    columns: dict[str, tuple[str, str, str]] = {}
    sound = True
    for column in header:
        split = None if column in fields else units.split_column(column, stems)
        field, unit = (column, _unit_of(column)) if split is None else split
        if field not in fields:
            faults.add(name, 1, column, one_of(fields, column), repr(column))
            sound = False
            continue
        wanted = _unit_of(field)
        if field in {f for f, _, _ in columns.values()}:
            faults.add(name, 1, column, message("once"), repr(column))
            sound = False
        try:
            units.factor(unit, wanted, 1.0 if wanted.startswith("10kt") else None)
        except units.UnitError:
            faults.add(name, 1, column, message("unit", unit=wanted), repr(unit))
            sound = False
        columns[column] = (field, unit, wanted)
    present = {field for field, _, _ in columns.values()}
    for field, info in fields.items():
        if info.is_required() and field not in present and _stem(field) not in {_stem(f) for f in present}:
            faults.add(name, 1, field, message("column"), "–")
            sound = False
    return columns if sound else None


_UNITS = ("10kt_a", "10kt", "10kcny_a", "10kcny", "cny_t", "km2", "km")


def _unit_of(field: str) -> str:
    return next((unit for unit in _UNITS if field.endswith(f"_{unit}")), "")


def _stem(field: str) -> str:
    unit = _unit_of(field)
    return field.removesuffix(f"_{unit}") if unit else field


def _row(
    raw: dict[str, str],
    columns: dict[str, tuple[str, str, str]],
    model: type[R],
    density: Density,
    place: tuple[str, int],
    faults: Faults,
) -> R | None:
    values: dict[str, Any] = {}
    for column, (field, unit, wanted) in columns.items():
        try:
            values[field] = _converted(raw[column], unit, wanted, density, {columns[c][0]: raw[c] for c in columns})
        except units.UnitError:
            faults.add(*place, column, message("density", unit=wanted), repr(unit))
            return None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        key = " ".join(str(values.get(field, "")) for field in KEYS[model]).strip()
        for detail in error.errors():
            expected, found = from_validation(dict(detail), model.model_fields)
            faults.add(*place, f"{detail['loc'][0]} ({key})" if key else str(detail["loc"][0]), expected, found)
        return None


def _converted(cell: str, unit: str, wanted: str, density: Density, raw: dict[str, str]) -> Any:
    """Return the cell in the field's unit; what is no number stays as it is, for the row model to refuse."""
    if unit == wanted or not cell.strip():
        return cell
    try:
        figure = number(cell)
    except ValueError:
        return cell
    needs_density = units.is_volume(unit) and not units.is_volume(wanted)
    return figure * units.factor(unit, wanted, density(raw) if needs_density else None)


def key_of(row: Row) -> str:
    """Return the name of a row: the values that tell it apart."""
    return " ".join(str(part) for field in KEYS[type(row)] if (part := getattr(row, field)) not in (None, ""))


def _without_duplicates(
    placed: list[Placed[R]], name: str, model: type[R], faults: Faults
) -> tuple[Placed[R], ...]:
    """Return the rows with a name of their own: one that differs by case, spaces or width is a slip of the other."""
    first: dict[tuple[Any, ...], Placed[R]] = {}
    result = []
    for entry in placed:
        key = tuple(_bare(getattr(entry.row, field)) for field in KEYS[model])
        other = first.setdefault(key, entry)
        if other is entry:
            result.append(entry)
            continue
        shown, taken = key_of(entry.row), key_of(other.row)
        same = message("unique", line=other.line) if shown == taken else message("unlike", name=taken, line=other.line)
        faults.add(name, entry.line, shown, same, shown)
    return tuple(result)


def _bare(value: Any) -> Any:
    """Return a name as people tell it from others: without case, width, spaces and what cannot be seen."""
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", value)).casefold() \
        if isinstance(value, str) else value
