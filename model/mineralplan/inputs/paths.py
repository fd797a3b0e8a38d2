"""Where the files lie that a scenario names: inside its project, whatever the name says."""

from __future__ import annotations

import os
import re
from pathlib import Path

_RESERVED = re.compile(r'[\\/:*?"<>|]')
LONGEST_NAME = 200


def project_of(scenario: Path) -> Path:
    """Return the folder that holds the scenario's folder, and with it the regions and scenarios beside it."""
    return scenario.resolve().parent.parent


def beside(scenario: Path, written: str, *, within: Path | None) -> Path | None:
    """Return the path that a scenario names from its own folder; a backslash parts folders on every system.

    Parameters
    ----------
    scenario : pathlib.Path
        The file that names it.
    written : str
    within : pathlib.Path or None
        The folder that the path must lie in, links followed; None for anywhere.

    Returns
    -------
    pathlib.Path or None
        None for what leads out of ``within`` or cannot be a path.
    """
    try:
        path = (scenario.parent / written.replace("\\", "/")).resolve()
        path.exists()
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, a circle of links
        return None
    return path if within is None or path.is_relative_to(within) else None


def is_file_name(name: str) -> bool:
    """Return whether a name can be that of a folder on every system, and stays one line on a terminal."""
    return (name.isprintable() and not name.startswith(".") and name == name.strip(" .") != ""
            and not _RESERVED.search(name) and len(os.fsencode(name)) <= LONGEST_NAME)
