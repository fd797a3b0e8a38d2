"""A study of several runs as a folder: tables, manifest and what is made from them; whole or not at all."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.outputs import files
from mineralplan.outputs.folder import MANIFEST, whole_folder
from mineralplan.outputs.manifest import made_from, sealed, with_documents


def write_study(
    target: Path, case: Case, kind: str, tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any],
    write_documents: Callable[[Path], object], command: str = "",
) -> Path:
    """Write a study into the folder ``target``, replaced when it exists, and return it.

    Parameters
    ----------
    case : Case
        What was studied: its inputs are hashed.
    kind : str
        The study's name, as of its command.
    tables : mapping of str to pandas.DataFrame
        By file name without ``.csv``.
    said : mapping
        What the manifest says besides: settings, seeds, counts, seconds.
    write_documents : callable
        Writes figures and pages into the folder.
    command : str
        The command line, for the manifest.

    Raises
    ------
    OSError
        When the disk fails, or ``target`` holds something else than results; what was there stays.
    """
    with whole_folder(target) as new:
        for name, table in tables.items():
            files.write_csv(new / f"{name}.csv", table)
        manifest = {
            "scenario": case.name, "study": kind, **said, "platform": f"{platform.system()} {platform.machine()}",
            **made_from(case), "command": command,
        }
        whole = sealed(manifest, new, target, case)
        write_documents(new)
        files.write_manifest(new / MANIFEST, with_documents(whole, new))
    return target
