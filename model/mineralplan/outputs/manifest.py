"""What every manifest says: versions, and the inputs with their sha256."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from typing import Any

from mineralplan.case import Case

PACKAGES = ("mineralplan", "pyomo", "highspy", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "SALib")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a result depends on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def made_from(case: Case) -> dict[str, Any]:
    """Return what a result was made from: versions, demand, illustrative rows, inputs with their sha256, changes."""
    outlook = case.outlook
    return {
        "versions": versions(),
        "demand": {} if outlook is None else {
            "estimator": outlook.model.estimator, "calibration": outlook.calibration.status,
        },
        "illustrative_rows": {p.table: f"{p.illustrative} of {p.rows}" for p in case.provenance},
        "inputs": [{"file": entry.name, "sha256": entry.sha256} for entry in case.inputs],
        "changes": list(case.changes),
    }


def command_line() -> str:
    """Return the command as it was typed."""
    return " ".join(["mineralplan", *sys.argv[1:]])
