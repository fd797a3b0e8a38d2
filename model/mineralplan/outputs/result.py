"""A result as a folder: tables, figures, a page to read, manifest; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mineralplan.case import Case
from mineralplan.outputs import files
from mineralplan.outputs.conflicts import conflicts
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.outputs.folder import MANIFEST, whole_folder
from mineralplan.outputs.manifest import sealed, with_documents
from mineralplan.outputs.tables import Tables

CONFLICTS = "conflicts.csv"
"""Written only where years were observed."""


def write_result(
    target: Path, case: Case, tables: Tables | DemandTables, manifest: Mapping[str, Any],
    write_documents: Callable[[Path, Mapping[str, Any]], object],
) -> Path:
    """Write a result into the folder ``target``, replaced when it exists, and return it.

    The tables come first and are sealed; the documents made from them know the seal.

    Parameters
    ----------
    manifest : mapping
    write_documents : callable
        Writes figures and everything else made from the tables into the folder, given the sealed manifest.

    Raises
    ------
    OSError
        When the disk fails, or ``target`` holds something else than results (`ForeignFolder`); what was there stays.
    """
    with whole_folder(target) as new:
        files.write_tables(new, tables)
        if case.observed_years and isinstance(tables, Tables):
            files.write_csv(new / CONFLICTS, conflicts(case, tables))
        said = sealed(manifest, new, target, case)
        write_documents(new, said)
        files.write_manifest(new / MANIFEST, with_documents(said, new))
    return target
