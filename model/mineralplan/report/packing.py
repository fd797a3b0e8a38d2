"""Office files that are the same bytes for the same content."""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

STAMP = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
"""When the file was made: its writers put the present moment, and the format does not ask for it."""
PROPERTIES = "docProps/core.xml"


def pack(written: bytes, path: Path) -> Path:
    """Write an office file without anything that depends on when it was made.

    Parameters
    ----------
    written : bytes
        The file as its library wrote it: a zip archive.
    path : pathlib.Path
        Replaced when it exists.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(written)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            # A `ZipInfo` made from the name alone bears the first date that the format knows.
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, STAMP.sub(b"", content) if name == PROPERTIES else content)
    path.write_bytes(out.getvalue())
    return path
