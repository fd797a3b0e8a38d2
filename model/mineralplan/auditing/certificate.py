"""The certificate of a results folder: whether it is still what was certified, made from the same inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mineralplan.case import InputFile

MANIFEST = "manifest.json"
TABLE = ".csv"
"""What is certified; documents are made from the tables, and may be made anew."""
OUTSIDE = frozenset({"certificate", "documents"})
"""What a manifest says that is not sealed."""


@dataclass(frozen=True)
class Certified:
    """Whether a results folder is still the one that its certificate speaks of.

    Attributes
    ----------
    seal : str
        Of the certificate: the sha256 of what the manifest says.
    intact : bool
        Whether the manifest says what it said when it was sealed.
    altered, missing, added : tuple of str
        Files of the folder.
    changed_inputs : tuple of str
        Inputs that are not what the plan was made from.
    manifest : mapping
    """

    seal: str
    intact: bool
    altered: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    changed_inputs: tuple[str, ...]
    manifest: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Whether nothing that counts has changed."""
        return self.intact and not (self.altered or self.missing or self.changed_inputs)


def certified(folder: Path, inputs: Iterable[InputFile]) -> Certified | None:
    """Compare a results folder and its inputs with what its manifest certifies.

    Parameters
    ----------
    folder : pathlib.Path
    inputs : iterable of InputFile
        The scenario's inputs as they are now.

    Returns
    -------
    Certified or None
        None where the manifest carries no certificate, or is not there.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or "certificate" not in manifest:
        return None
    tables, documents = dict(manifest.get("files", {})), dict(manifest.get("documents", {}))
    then, now = {**tables, **documents}, hashes(folder)
    known = {(Path(entry.name).name, entry.sha256) for entry in inputs}
    before = [(str(entry["file"]), str(entry["sha256"])) for entry in manifest.get("inputs", [])]
    return Certified(
        seal=str(manifest["certificate"]),
        intact=seal(manifest) == manifest["certificate"],
        altered=tuple(sorted(name for name, digest in then.items() if now.get(name, digest) != digest)),
        missing=tuple(sorted(set(tables) - set(now))),
        added=tuple(sorted(set(now) - set(then))),
        changed_inputs=tuple(name for name, digest in before if (Path(name).name, digest) not in known),
        manifest=manifest,
    )


def hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a results folder, by its path within; the manifest holds them itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in named if name != MANIFEST}


def seal(manifest: Mapping[str, Any]) -> str:
    """Return the sha256 of what a manifest says, but for the seal itself and the documents."""
    # As it comes back from the file: there, every key is text.
    content = json.loads(json.dumps({key: value for key, value in manifest.items() if key not in OUTSIDE}))
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
