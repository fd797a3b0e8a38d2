"""Text that a spreadsheet would run as a formula, and how it is written so that it stays text."""

from __future__ import annotations

from typing import Any

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet set to an East Asian language takes full-width signs as well."""


def inert(value: Any) -> Any:
    """Return a value with an apostrophe before it where it begins like a formula, or like one so written."""
    return f"'{value}" if isinstance(value, str) and value.lstrip("'").startswith(STARTS) else value


def as_written(cell: str) -> str:
    """Return what a cell said before `inert`."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(STARTS) else cell
