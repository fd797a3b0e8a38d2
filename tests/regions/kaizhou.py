"""The region folder of Kaizhou as plain tables.

Only csv and ruamel.yaml read it here: a fault in the package's own reader must not hide one in the data.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

REGION = Path(__file__).parents[2] / "model" / "mineralplan" / "regions" / "kaizhou"
Row = dict[str, str]


@cache
def table(name: str) -> list[Row]:
    with (REGION / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def plan() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(REGION / "plan.yaml")
    return document
