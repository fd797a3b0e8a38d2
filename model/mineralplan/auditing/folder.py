"""The results folder of a run as a claim."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic_core import PydanticCustomError

from mineralplan.allocation import FLOWS, MINES, SHORTAGE, Allocation
from mineralplan.auditing.claim import Claim, Known
from mineralplan.auditing.costs import TERMS
from mineralplan.auditing.grid import read_grids
from mineralplan.auditing.measures import MEASURES
from mineralplan.case import Case
from mineralplan.inputs.faults import Faults, InputFaults, Message, message, one_of
from mineralplan.inputs.formulas import as_written
from mineralplan.inputs.numbers import number, whole

MANIFEST = "manifest.json"
WORKING = ("kept", "opened", "expanded", "closing")
RESTING = ("idle", "closed")
Read = Callable[[str], Any]


class _RefusedError(ValueError):
    """A cell that is not what it should be."""

    def __init__(self, expected: Message) -> None:
        super().__init__(expected.key)
        self.expected = expected


def read_folder(case: Case, folder: Path, faults: Faults) -> Claim:
    """Read production.csv, flows.csv, costs.csv and the manifest of a results folder.

    What is short is not written by zone: it is what is wanted less what arrives.
    """
    year = _year(case)
    made = _rows(folder / "production.csv", faults, {
        "year": year, "block": _one_of(case.blocks), "capacity_10kt_a": number, "output_10kt": number,
        "green": _truth, "state": _one_of((*WORKING, *RESTING)),
    })
    flows = _rows(folder / "flows.csv", faults, {
        "year": year, "source": _one_of((*case.blocks, *case.supplies)), "use": _one_of(case.uses),
        "zone": _one_of(case.zones), "quantity_10kt": number,
    })
    costs = _rows(folder / "costs.csv", faults, {"year": year, "term": _one_of(TERMS), "cost_10kcny": number})
    if not made and not faults.found:
        faults.add((folder / "production.csv").as_posix(), None, "production.csv", message("some"), 0)
    known = tuple(sorted({row[0] for row in made}))
    allocation = Allocation(
        pd.DataFrame([row[:5] for row in made if row[2] or row[3]], columns=MINES),
        pd.DataFrame(flows, columns=FLOWS),
        pd.DataFrame(_short(case, known, flows), columns=SHORTAGE),
    )
    return Claim(
        allocation, Known(known),
        states={(block, when): state in WORKING for when, block, _, _, _, state in made},
        costs={(term, when): cost for when, term, cost in costs},
        objectives=_objectives(folder / MANIFEST, faults),
    )


def scenario_of(tables: Path) -> tuple[Path, dict[str, Any]]:
    """Return the scenario file that a results folder says it was made from, and the changes laid over it.

    Raises
    ------
    InputFaults
        When they are no such folder, or the file is not there.
    """
    faults, place = Faults(), tables.as_posix()
    if not tables.exists():
        faults.add(place, None, place, message("readable"), "–")
    elif not tables.is_dir():
        faults.add(place, None, "--scenario", message("scenario_option"), "–")
    else:
        manifest = _manifest(tables / MANIFEST, faults)
        named = str(manifest.get("scenario_file") or "")
        file = Path(os.path.normpath(tables / named))
        if named and file.is_file():
            overrides = manifest.get("overrides")
            return file, _with_years(overrides) if isinstance(overrides, dict) else {}
        where = (tables / MANIFEST).as_posix()
        faults.add(where, None, "scenario_file", message("scenario_option"), file.as_posix() if named else "–")
    raise InputFaults(faults.found)


def _with_years(value: Any) -> Any:
    """Return what JSON made text of as it was: figures by year have years as keys."""
    if not isinstance(value, dict):
        return value
    return {int(key) if key.isdecimal() else key: _with_years(entry) for key, entry in value.items()}


def _manifest(path: Path, faults: Faults) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        faults.add(path.as_posix(), None, MANIFEST, message("readable"), error)
        return {}
    if isinstance(found, dict):
        return found
    faults.add(path.as_posix(), None, MANIFEST, message("mapping"), type(found).__name__)
    return {}


def _objectives(path: Path, faults: Faults) -> dict[str, float]:
    manifest = _manifest(path, faults)
    stated = manifest.get("objectives", ()) if manifest else ()
    found = {}
    for entry in stated if isinstance(stated, list) else ():
        try:
            found[_one_of(("cost", *MEASURES))(str(entry["name"]))] = number(entry["value"])
        except (PydanticCustomError, _RefusedError, KeyError, TypeError):
            faults.add(path.as_posix(), None, "objectives", message("number"), entry)
    return found


def _short(case: Case, years: Collection[int], flows: list[tuple[Any, ...]]) -> Iterator[tuple[int, str, str, float]]:
    arriving: dict[tuple[str, str, int], list[float]] = {}
    for year, _, use, zone, quantity in flows:
        arriving.setdefault((use, zone, year), []).append(-quantity)
    for (use, zone, year), wanted in case.demand.items():
        if wanted > 0 and year in years:
            # A sum that is rounded once: the shortage of what is met in full is nothing.
            yield year, use, zone, math.fsum((wanted, *arriving.get((use, zone, year), ())))


def _rows(path: Path, faults: Faults, columns: Mapping[str, Read]) -> list[tuple[Any, ...]]:
    """Return the rows of a table with its columns in the order given; those at fault are recorded and left out."""
    grids = read_grids(path, faults)
    if not grids:
        return []
    (file, rows), = ((grid.name, grid.rows) for grid in grids)
    line, header = rows[0] if rows else (1, ())
    missing = [name for name in columns if name not in header]
    for name in missing:
        faults.add(file, line, name, message("column"), "–")
    if missing:
        return []
    places = [(name, header.index(name), read) for name, read in columns.items()]
    result = []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            faults.add(file, line, str(cells[0]), message("cells", count=len(header)), len(cells))
            continue
        values = tuple(_value(name, cells[place], read, (file, line), faults) for name, place, read in places)
        if None not in values:
            result.append(values)
    return result


def _value(name: str, cell: str, read: Read, place: tuple[str, int], faults: Faults) -> Any:
    try:
        return read(cell)
    except PydanticCustomError as error:
        faults.add(*place, name, message(error.type.removeprefix("fault_"), **(error.context or {})), repr(cell))
    except _RefusedError as error:
        faults.add(*place, name, error.expected, repr(cell))
    return None


def _year(case: Case) -> Read:
    def read(cell: str) -> int:
        year = int(cell) if cell.isdecimal() else whole(cell)
        if year not in case.years:
            raise _RefusedError(message("within_horizon", first=case.years[0], last=case.years[-1]))
        return year

    return read


def _one_of(known: Collection[str]) -> Read:
    names = frozenset(known)

    def read(cell: str) -> str:
        name = as_written(cell)
        if name not in names:
            raise _RefusedError(one_of(names, name))
        return name

    return read


def _truth(cell: str) -> bool:
    if cell not in ("True", "False"):
        raise _RefusedError(message("boolean"))
    return cell == "True"
