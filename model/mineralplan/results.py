"""A results folder read back as a record, for documents to be made of it anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from mineralplan.auditing.audit import audit
from mineralplan.auditing.certificate import MANIFEST, TABLE, certified
from mineralplan.auditing.folder import scenario_of
from mineralplan.loading import load
from mineralplan.outputs.files import read_csv, write_manifest
from mineralplan.outputs.folder import whole_folder
from mineralplan.outputs.manifest import with_documents
from mineralplan.outputs.study import studies_beside
from mineralplan.outputs.tables import tables
from mineralplan.report.documents import write_documents
from mineralplan.report.record import Record


def read_results(folder: str | Path, scenario: str | Path | None = None) -> Record:
    """Read a results folder with the scenario that it was made from.

    The plan itself is read from production.csv, flows.csv and costs.csv; every other table is computed from them, so
    that a folder which lost one is still a record, and says that it is incomplete.

    Parameters
    ----------
    folder : str or pathlib.Path
    scenario : str or pathlib.Path, optional
        The one that the manifest names otherwise.

    Raises
    ------
    InputFaults
        With every fault of the folder or of the scenario.
    """
    place = Path(folder)
    file, overrides = (Path(scenario), {}) if scenario is not None else scenario_of(place)
    case = load(file, overrides)
    checked = audit(case, place)
    manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    made = tables(case, checked.allocation, checked.findings, read_csv(place / "costs.csv"))
    beside = studies_beside(place.resolve().parent, case)
    return Record(case, made, manifest, checked, certified(place, case.inputs), beside)


def write_again(folder: str | Path, record: Record, lang: str) -> None:
    """Write the documents of a results folder anew; its tables and its certificate stay as they are.

    Parameters
    ----------
    folder : str or pathlib.Path
        A results folder; replaced as a whole or not at all.
    record : Record
        As read from it.
    lang : str
        Language of the documents.
    """
    place = Path(folder)
    with whole_folder(place) as new:
        for file in sorted(place.glob("*")):
            if file.suffix == TABLE and file.is_file():
                shutil.copy2(file, new / file.name)
        write_documents(record, new, lang)
        sealed = {key: value for key, value in record.manifest.items() if key != "documents"}
        write_manifest(new / MANIFEST, with_documents(sealed, new) if "files" in sealed else sealed)
