"""Which year a column or row of the model speaks of."""

from __future__ import annotations

from typing import Any

OVER_YEARS = "resource"
"""Rows over all years up to one: what is mined in any of them counts."""


def year_of(name: str, index: Any) -> int:
    """Return the year of a column or row; 0 for what stands for no year.

    Rows and columns of rules are named by item, year and part; everything else ends with its year.
    """
    if name.startswith("rule_"):
        return int(index[1])
    return int(index[-1]) if isinstance(index, tuple) else 0
