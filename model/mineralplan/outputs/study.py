"""A study of several runs as a folder: tables, manifest and what is made from them; whole or not at all."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.auditing.certificate import TABLE, certified
from mineralplan.case import Case
from mineralplan.outputs import files
from mineralplan.outputs.folder import MANIFEST, whole_folder
from mineralplan.outputs.manifest import made_from, sealed, versions, with_documents


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


@dataclass(frozen=True)
class Study:
    """A study read back from its folder.

    Attributes
    ----------
    folder : pathlib.Path
    said : mapping
        Its manifest.
    """

    folder: Path
    said: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The study's name, as of its command."""
        return str(self.said["study"])

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Its tables, by file name without ``.csv``."""
        return {path.stem: files.read_csv(path) for path in sorted(self.folder.glob(f"*{TABLE}"))}


def studies_beside(folder: Path, case: Case) -> tuple[Study, ...]:
    """Return the studies of a case among the results in a folder.

    Only those are taken that this version made of the very same inputs and that are still what their seal says.
    """
    found = []
    for place in sorted(path.parent for path in folder.glob(f"*/{MANIFEST}")):
        known = certified(place, case.inputs)
        if known is None or not known.holds or "study" not in known.manifest:
            continue
        said = known.manifest
        same = said["scenario"] == case.name and list(said["changes"]) == list(case.changes)
        if same and said["versions"]["mineralplan"] == versions()["mineralplan"]:
            found.append(Study(place, said))
    return tuple(found)
