"""A result as a folder: tables, figures, a page to read, manifest; whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mineralplan.case import Case
from mineralplan.outputs import files
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.outputs.folder import MANIFEST, whole_folder
from mineralplan.outputs.manifest import sealed
from mineralplan.outputs.tables import Tables


def write_result(
    target: Path, case: Case, tables: Tables | DemandTables, save_figures: Callable[[Path], object], page: str,
    text: str, manifest: Callable[[float], dict[str, Any]],
) -> Path:
    """Write a result into the folder ``target``, replaced when it exists, and return it.

    Parameters
    ----------
    save_figures : callable
        Writes every figure into the folder that it is given.
    page, text : str
        Name and content of the page to read.
    manifest : callable
        From the seconds that writing took to the manifest, which is written last.

    Raises
    ------
    OSError
        When the disk fails, or ``target`` holds something else than results (`ForeignFolder`); what was there stays.
    """
    began = time.perf_counter()
    with whole_folder(target) as new:
        files.write_tables(new, tables)
        (new / "figures").mkdir()
        save_figures(new / "figures")
        (new / page).write_text(text, encoding="utf-8")
        said = manifest(time.perf_counter() - began)
        files.write_manifest(new / MANIFEST, sealed(said, new, target, case))
    return target
