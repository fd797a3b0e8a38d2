"""The command line as a user has it: in this process where that is enough, as a program of its own otherwise."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from mineralplan.cli import app
from quick import ONLY_SUMMARY

PROGRAM = "from mineralplan.cli import main; main()"


def call(*words: object) -> Any:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(scenario: Path, *words: object) -> list[str]:
    """Return the faults that `check` reports: exit code 2, no traceback, nothing written."""
    before = {path for path in scenario.parent.rglob("*") if not path.is_symlink()}
    result = call("check", scenario, *words)

    assert result.exit_code == 2, (result.output, result.exception)
    assert "Traceback" not in result.output
    assert {path for path in scenario.parent.rglob("*") if not path.is_symlink()} == before
    title, *faults = result.stderr.splitlines()
    assert "fault(s) in the input; nothing was written" in title
    return [fault.strip() for fault in faults]


def start(*words: object, before: str = ONLY_SUMMARY, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command as a program; ``before`` is run before it."""
    environment = {**os.environ, "MINERALPLAN_LANG": "en", **options.pop("env", {})}
    command = [sys.executable, "-c", before + PROGRAM, *(str(word) for word in words)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(command, env=environment, **streams)


def program(*words: object, **options: Any) -> tuple[int, str, str]:
    """Run a command as a program; return exit code, standard output and error."""
    with start(*words, **options) as process:
        out, error = process.communicate(timeout=120)
    return process.returncode, (out or b"").decode("utf-8"), (error or b"").decode("utf-8")


def hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}
