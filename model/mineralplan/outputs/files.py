"""The files of a results folder: CSV tables, manifest."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.outputs.tables import Tables

ENCODING = "utf-8-sig"
"""UTF-8 with BOM: what Excel needs to show Chinese."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEXT = frozenset({
    "action", "basis", "block", "cap_nature", "clause", "item", "market", "mineral", "nature", "rule", "sense",
    "calibration", "component", "estimator", "export", "grade", "input", "parameter", "place", "project", "quantity",
    "role", "size_class", "source", "state", "term", "unit", "use", "zone",
})
"""Columns that hold names: a code of digits stays text."""


def write_tables(folder: Path, tables: Tables | DemandTables) -> None:
    """Write every table as CSV with English column names."""
    for entry in fields(tables):
        write_csv(folder / f"{entry.name}.csv", getattr(tables, entry.name))


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write one table; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    text = table.select_dtypes(exclude=["number", "bool"]).columns
    safe = table.assign(**{column: table[column].map(_inert) for column in text})
    safe.to_csv(path, index=False, encoding=ENCODING, lineterminator="\n", float_format=_plain)


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


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
    return table.assign(**{name: table[name].map(_as_written) for name in names if name in TEXT})


def _as_written(value: str) -> str:
    return value[1:] if value.startswith(tuple(f"'{sign}" for sign in FORMULA_STARTS)) else value


def write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest as JSON."""
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
