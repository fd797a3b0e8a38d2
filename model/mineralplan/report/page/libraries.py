"""The drawing libraries that the page carries, put together once per version and kept for the next page."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import typer

FOLDER = Path(typer.get_app_dir("mineralplan"))
"""Where they are kept: the user's own folder for this program."""


def vega(folder: Path = FOLDER) -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script.

    Putting them together takes more than a second; they are the same until vl-convert is another version. Where the
    folder cannot be read or written they are put together every time.
    """
    import vl_convert

    kept = folder / f"vega-{version('vl-convert-python')}.js"
    with suppress(OSError):
        return kept.read_text("utf-8")
    script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # without a snippet: all three libraries
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(f".{os.getpid()}")
        new.write_text(script, "utf-8", newline="\n")
        new.replace(kept)  # whole or not at all
    return script
