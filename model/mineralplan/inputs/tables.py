"""Tables read row by row, with every fault of every cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from mineralplan.inputs import units
from mineralplan.inputs.faults import Faults, from_validation, message, one_of
from mineralplan.inputs.numbers import number
from mineralplan.inputs.rows import KEYS, Row

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
    """Return a table's text, UTF-8 with or without BOM first, then GB18030 (Excel in China)."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


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
    if not path.exists():
        if required:
            faults.add(name, None, name, message("readable"), "–")
        return Table(name)
    try:
        records = _records(read_text(path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.add(name, None, name, message("readable"), error)
        return Table(name)
    header = [cell.strip() for cell in records[0][1]] if records else []
    columns = _columns(header, name, model, faults)
    if columns is None:
        return Table(name)
    placed, refused = [], set()
    if required and not any(cell.strip() for _, cells in records[1:] for cell in cells):
        faults.add(name, None, name, message("some"), 0)
    for line, cells in _lines(records, faults, name):
        raw = dict(zip(header, cells, strict=True))
        row = _row(raw, columns, model, density, (name, line), faults)
        if row is None:
            refused |= {raw.get(KEYS[model][0], "").strip()} - {""}
        else:
            placed.append(Placed(row, line))
    return Table(name, _without_duplicates(placed, name, model, faults), frozenset(refused))


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Return every record with the line it begins in: a quoted cell may hold line breaks."""
    reader, result, line = csv.reader(io.StringIO(text, newline="")), [], 1
    for cells in reader:
        result.append((line, cells))
        line = reader.line_num + 1
    return result


def _lines(records: list[tuple[int, list[str]]], faults: Faults, name: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their line, all as wide as the header."""
    width, result = len(records[0][1]), []
    for line, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width:
            faults.add(name, line, cells[0], message("cells", count=width), len(cells))
            continue
        result.append((line, cells))
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
    first: dict[tuple[Any, ...], int] = {}
    result = []
    for entry in placed:
        key = tuple(getattr(entry.row, field) for field in KEYS[model])
        if key in first:
            shown = key_of(entry.row)
            faults.add(name, entry.line, shown, message("unique", line=first[key]), shown)
            continue
        first[key] = entry.line
        result.append(entry)
    return tuple(result)
