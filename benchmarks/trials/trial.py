"""A trial: one measurement in a process of its own, kept in one file, repeated only when code or settings changed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KINDS = {
    "textbook": "solves:textbook", "plain": "solves:plain", "mineralplan": "solves:mineralplan", "scip": "solves:scip",
    "core": "core:handed_over", "location": "location:location", "phases": "whole_run:phases",
    "what if": "what_if:what_if", "draws": "ensemble:draws_of", "startup": "whole_run:startup",
    "province": "province:planned",
}
"""What measures a trial: module and function, called with the case's name and the settings."""
MEASURED_CODE = ("model/**/*.py", "model/**/*.yaml", "model/**/*.csv", "scenarios/*.yaml", "benchmarks/*.py")
"""What a result depends on; how it is told, in this folder, changes none."""
LIMITS = ("limit", "workers")
"""Settings that make no other trial: a result with another limit takes the place of the one before."""


@dataclass(frozen=True)
class Trial:
    """One measurement.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    case : str
        As ``benchmarks/cases.py`` names cases; of a published instance its name.
    settings : mapping
        Further arguments of what measures it.
    """

    kind: str
    case: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Kind, case and settings in words; limits left out."""
        how = [f"{key}={value}" for key, value in self.settings.items() if key not in LIMITS]
        return " ".join([self.kind, self.case, *how])

    @property
    def alone(self) -> bool:
        """Whether it wants the machine for itself: it uses several workers, or the wall's seconds count."""
        return self.kind in ("province", "startup")


class Store:
    """The kept results in a folder.

    Parameters
    ----------
    folder : pathlib.Path
    code : str
        Digest of the code that is measured; results of other code count as none.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self.folder, self.code = folder, code

    def path(self, trial: Trial) -> Path:
        """Return the file of a trial."""
        return self.folder / (re.sub(r"[^\w.=-]+", "_", trial.name) + ".json")

    def kept(self, trial: Trial) -> dict[str, Any] | None:
        """Return what is known of a trial by this code, with whatever limits; None where it is nothing."""
        path = self.path(trial)
        if not path.is_file():
            return None
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return record if record["code"] == self.code else None

    def done(self, trial: Trial) -> bool:
        """Return whether a trial need not be run again: what failed or wanted something that was not there does."""
        record = self.kept(trial)
        return record is not None and "missing" not in record.get("result", {"missing": ""}) and (
            record["trial"] == asdict(trial))

    def keep(self, trial: Trial, record: Mapping[str, Any]) -> None:
        """Write a record, whole or not at all."""
        path = self.path(trial)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        whole = {"trial": asdict(trial), "code": self.code, **record}
        new.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
        new.replace(path)

    def clear(self) -> None:
        """Forget every result."""
        for path in self.folder.glob("*.json"):
            path.unlink()

    def result(self, kind: str, case: str, **settings: Any) -> dict[str, Any]:
        """Return the result of a trial, with the memory of its process; empty where it was not measured."""
        record = self.kept(Trial(kind, case, settings)) or {}
        return record.get("result", {}) | {key: record[key] for key in ("peak_mb", "cpu", "wall") if key in record}

    def machine(self) -> dict[str, Any]:
        """Return the machine of the latest trial."""
        records = [json.loads(path.read_text("utf-8")) for path in sorted(
            self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)]
        machines = [record["machine"] for record in records if record["code"] == self.code and "machine" in record]
        return machines[-1] if machines else {}


def code_digest() -> str:
    """Return a digest of the code and data that is measured."""
    digest = hashlib.sha256()
    for pattern in MEASURED_CODE:
        for path in sorted(ROOT.glob(pattern)):
            if path.name != "suite.py":
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
