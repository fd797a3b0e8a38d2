"""What differs in the inputs of several cases: by name, with the value of each and the line where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel

from mineralplan.analysis.drivers import INPUTS as PARTS
from mineralplan.assembly.sources import Sources
from mineralplan.case import Case
from mineralplan.inputs.documents import Key, Origin
from mineralplan.inputs.faults import Faults
from mineralplan.inputs.rows import KEYS
from mineralplan.inputs.scenario import dotted, flatten
from mineralplan.inputs.tables import Table

SCENARIO, TABLE, FILE, CASE = "scenario", "table", "file", "case"
"""Where an input stands: in scenario and plan, in a table, in another file; of a case built in Python, in a field."""
COLUMNS = ["kind", "input", "run", "value", "file", "line"]
NAMES = (("title",), ("demand", "reason"))
"""What a scenario is called and why it was made: no figure depends on it."""
PARAMETERS = ("demand", "parameters")


@dataclass(frozen=True)
class Written:
    """A value and where it was written."""

    value: Any
    origin: Origin


Entries = dict[tuple[str, str], Written]


def input_differences(cases: Mapping[str, Case]) -> pd.DataFrame:
    """Return every input that is not the same in all cases.

    Cases read from files are compared by what their files say. Where one was built in Python all are compared by their
    fields, which know no file.

    Parameters
    ----------
    cases : mapping of str to Case
        By the name of the run.

    Returns
    -------
    pandas.DataFrame
        One row per input and run: kind, input, run, value (empty where it is not given), file, line.
    """
    sources: dict[str, Sources] = {}
    for name, case in cases.items():
        if isinstance(case.recipe, Sources):
            sources[name] = case.recipe
    if len(sources) == len(cases):
        entries = {name: {**_scenario(source, sources), **_cells(source), **_files(source, cases[name])}
                   for name, source in sources.items()}
    else:
        entries = {name: _fields(case) for name, case in cases.items()}
    rows = []
    for kind, name in dict.fromkeys(key for given in entries.values() for key in given):
        found = {run: given.get((kind, name)) for run, given in entries.items()}
        first, *others = (None if entry is None else entry.value for entry in found.values())
        if any(other != first for other in others):
            rows += [(kind, name, run, *_told(entry)) for run, entry in found.items()]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"line": "Int64"})


def _told(entry: Written | None) -> tuple[str, str, int | None]:
    if entry is None or entry.value is None:
        return "", "", None
    return str(entry.value), entry.origin.file, entry.origin.line


def _scenario(source: Sources, sources: Mapping[str, Sources]) -> Entries:
    """Return the scenario laid over the plan; a parameter that another run sets has the table's figure here."""
    layers = source.layers.over(flatten(source.region.plan, Faults()))
    found = {path: Written(value, layers.origins[path]) for path, value in layers.values.items()}
    for path in (path for other in sources.values() for path in other.layers.values):
        if path not in found and path[:2] == PARAMETERS and len(path) == 4 and (row := _parameter(source, path)):
            found[path] = row
    return {(SCENARIO, dotted(path)): entry for path, entry in found.items()
            if not any(path[: len(name)] == name for name in NAMES)}


def _parameter(source: Sources, path: Key) -> Written | None:
    table, name, column = source.region.parameters, path[2], str(path[3])
    placed = [entry for entry in table.placed if entry.row.parameter == name]
    values = {entry.row.year: getattr(entry.row, column, None) for entry in placed}
    if not values:
        return None
    single = next(iter(values.values())) if set(values) == {None} else values
    return Written(single, Origin(table.file, placed[0].line))


def _tables(source: Sources) -> Iterator[Table[Any]]:
    region = source.region
    yield from (value for field in fields(region) if isinstance(value := getattr(region, field.name), Table))


def _cells(source: Sources) -> Entries:
    """Return every cell of the region's tables, by table, row and column."""
    found: Entries = {}
    for table in _tables(source):
        short = table.file.partition("/")[2]
        for placed in table.placed:
            row = placed.row
            keys = KEYS[type(row)]
            name = ", ".join(str(value) for key in keys if (value := getattr(row, key)) not in (None, ""))
            for column in type(row).model_fields:
                if column not in keys:
                    found[TABLE, f"{short}[{name}].{column}"] = Written(
                        getattr(row, column), Origin(table.file, placed.line))
    return found


def _files(source: Sources, case: Case) -> Entries:
    """Return the hash of every file whose content is not compared value by value."""
    region = source.region
    read = {region.plan.file, *(table.file for table in _tables(source)), *(name for name, _ in source.layers.files)}
    return {(FILE, entry.name.rpartition("/")[2]): Written(f"sha256 {entry.sha256[:12]}", Origin(entry.name))
            for entry in case.inputs if entry.name not in read}


def _fields(case: Case) -> Entries:
    found = ((name, value) for part in ("base_year", *PARTS, "objective", "options")
             for name, value in _leaves(part, getattr(case, part)))
    return {(CASE, name): Written(value, Origin("")) for name, value in found}


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every value below ``value`` with its dotted name."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            part = ".".join(map(str, key)) if isinstance(key, tuple) else str(key)
            yield from _leaves(f"{name}.{part}", entry)
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _leaves(f"{name}.{field}", getattr(value, field))
    elif is_dataclass(value):
        for member in fields(value):
            yield from _leaves(f"{name}.{member.name}", getattr(value, member.name))
    elif isinstance(value, tuple) and any(is_dataclass(entry) for entry in value):
        for number, entry in enumerate(value):
            yield from _leaves(f"{name}.{number}", entry)
    else:
        yield name, value
