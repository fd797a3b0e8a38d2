"""What every manifest says: versions, the inputs and the result's files with their sha256, and a seal on it all."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mineralplan.auditing.certificate import TABLE, hashes, seal
from mineralplan.case import Case

PACKAGES = ("mineralplan", "pyomo", "highspy", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "openpyxl",
            "SALib")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a result depends on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def sealed(manifest: Mapping[str, Any], folder: Path, target: Path, case: Case) -> dict[str, Any]:
    """Return the manifest with the sha256 of every table of a result, where its scenario lies, and its own seal.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files are now.
    target : pathlib.Path
        Where they will be; the scenario is named relative to it, so that results and scenarios may move together.
    """
    whole = {
        **manifest,
        "files": {name: digest for name, digest in hashes(folder).items() if name.endswith(TABLE)},
        "scenario_file": _beside(case.scenario_file, target),
        "overrides": dict(case.overrides),
    }
    return {**whole, "certificate": seal(whole)}


def with_documents(manifest: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a sealed manifest with the sha256 of every document in its folder: what was made from the tables."""
    documents = {name: digest for name, digest in hashes(folder).items() if name not in manifest["files"]}
    return {**manifest, "documents": documents}


def _beside(file: str, target: Path) -> str:
    if not file:
        return ""
    try:
        return Path(os.path.relpath(file, target)).as_posix()
    except ValueError:  # another drive
        return Path(file).resolve().as_posix()


def made_from(case: Case) -> dict[str, Any]:
    """Return what a result was made from: versions, demand, observed years, illustrative rows, inputs, changes."""
    outlook = case.outlook
    return {
        "versions": versions(),
        "demand": {} if outlook is None else {
            "estimator": outlook.model.estimator, "calibration": outlook.calibration.status,
        },
        "observed": {"years": list(case.observed_years), "file": case.observed_from},
        "illustrative_rows": {p.table: f"{p.illustrative} of {p.rows}" for p in case.provenance},
        "inputs": [{"file": entry.name, "sha256": entry.sha256} for entry in case.inputs],
        "changes": list(case.changes),
    }


def command_line() -> str:
    """Return the command as it was typed."""
    return " ".join(["mineralplan", *sys.argv[1:]])
