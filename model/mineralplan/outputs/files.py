"""The files of a results folder: CSV tables, manifest."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.inputs.formulas import as_written, inert
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.outputs.tables import Tables

ENCODING = "utf-8-sig"
"""UTF-8 with BOM: what Excel needs to show Chinese."""
TEXT = frozenset({
    "action", "basis", "block", "cap_nature", "clause", "item", "market", "mineral", "nature", "rule", "sense",
    "calibration", "component", "estimator", "export", "grade", "input", "parameter", "place", "project", "quantity",
    "kind", "role", "size_class", "source", "state", "term", "unit", "use", "zone",
})
"""Columns that hold names: a code of digits stays text."""


def write_tables(folder: Path, tables: Tables | DemandTables) -> None:
    """Write every table as CSV with English column names."""
    for entry in fields(tables):
        write_csv(folder / f"{entry.name}.csv", getattr(tables, entry.name))


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write one table; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    text = table.select_dtypes(exclude=["number", "bool"]).columns
    safe = table.assign(**{column: table[column].map(_text) for column in text})
    safe.to_csv(path, index=False, encoding=ENCODING, lineterminator="\n", float_format=_plain)


def write_whole(path: Path, table: pd.DataFrame) -> None:
    """Write one table that appears whole or not at all, replaced when it exists."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_csv(new, table)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _text(value: Any) -> Any:
    # A lone carriage return would not be quoted, and so end the row.
    return inert(value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value)


def _plain(value: object) -> str:
    """Return a float with up to 9 decimals and no trailing zeros."""
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_csv(path: Path) -> pd.DataFrame:
    """Read a table that `write_csv` wrote: names as they were, empty figures as NaN."""
    names = pd.read_csv(path, encoding=ENCODING, nrows=0).columns
    table = pd.read_csv(
        path, encoding=ENCODING, dtype={name: str for name in names if name in TEXT}, keep_default_na=False,
        na_values={name: [""] for name in names if name not in TEXT},
    )
    return table.assign(**{name: table[name].map(as_written) for name in names if name in TEXT})


def write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest as JSON."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    # A file name of the user may hold bytes that are no text.
    path.write_text(text, encoding="utf-8", errors="replace")
