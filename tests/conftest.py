"""What all tests share."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parents[1]


def benchmarks(name: str) -> ModuleType:
    """Return a module of the benchmarks, which import each other by their plain names."""
    if str(ROOT / "benchmarks") not in sys.path:
        sys.path.append(str(ROOT / "benchmarks"))
    return importlib.import_module(name)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine speaks, tests read English unless they ask otherwise."""
    monkeypatch.setenv("MINERALPLAN_LANG", "en")
