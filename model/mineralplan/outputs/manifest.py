"""What every manifest says: versions, and the inputs with their sha256."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version

from mineralplan.case import Case

PACKAGES = ("mineralplan", "pyomo", "highspy", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "SALib")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a result depends on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def inputs_of(case: Case) -> list[dict[str, str]]:
    """Return every input file with its sha256."""
    return [{"file": entry.name, "sha256": entry.sha256} for entry in case.inputs]


def command_line() -> str:
    """Return the command as it was typed."""
    return " ".join(["mineralplan", *sys.argv[1:]])
