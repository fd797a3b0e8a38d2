"""Functions that workers of tests import by name, and what kills them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any


def prepare(setup: Any) -> Any:
    return setup


def square(_: Any, payload: int) -> int:
    return payload * payload


def dies_once(marks: Path, payload: int) -> int:
    """Kill the own process at payload 3, the first time."""
    mark = marks / "died"
    if payload == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return payload * payload


def always_dies(_: Any, payload: int) -> int:
    if payload == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return payload * payload


def raises(_: Any, payload: int) -> int:
    if payload == 3:
        raise ZeroDivisionError("three")
    return payload


def counted(setup: Any) -> dict[str, Any]:
    """Prepare what counts the tasks that it was used for."""
    return {"marks": setup, "tasks": 0}


def used(context: dict[str, Any], payload: int) -> tuple[int, int]:
    """Return the own process and how many tasks its context has seen; die once at payload 3 where marks are kept."""
    mark = context["marks"] and context["marks"] / "died"
    if payload == 3 and mark and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    context["tasks"] += 1
    return os.getpid(), context["tasks"]
