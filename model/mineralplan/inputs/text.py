"""Files as text: of a bounded size, in an encoding that is known, and without characters that steer a terminal."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from mineralplan.inputs.faults import Message, message

UTF8, GB18030 = "utf-8-sig", "gb18030"
MB = 10**6
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters but tab and line ends: no name or figure has one, and a terminal obeys some of them."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")


class Unreadable(ValueError):  # noqa: N818 - a fault of the user's file
    """A file that is not what it should be.

    Attributes
    ----------
    expected : Message
    found : str
    line : int or None
    """

    def __init__(self, expected: Message, found: object, line: int | None = None) -> None:
        super().__init__(str(found))
        self.expected, self.found, self.line = expected, str(found), line


def read_text(path: Path, most: int, *encodings: str) -> str:
    """Return what a file says, without a byte order mark.

    Parameters
    ----------
    path : pathlib.Path
    most : int
        Size in bytes that the file may have.
    encodings : str
        To be tried in this order: `UTF8`, `GB18030`.

    Raises
    ------
    Unreadable
        When it is no regular file, too large, in another encoding, or has control characters.
    """
    try:
        # A pipe or device may never end.
        if path.exists() and not path.is_file() and not path.is_dir():
            raise Unreadable(message("regular_file"), path.name)
        with path.open("rb") as file:
            raw = file.read(most + 1)
        if len(raw) > most:
            raise Unreadable(message("smaller_file", most=f"{most / MB:g}"), f"{path.stat().st_size / MB:.1f} MB")
    except OSError as error:
        raise Unreadable(message("readable"), error.strerror or error) from None
    text = _decoded(raw, encodings)
    control = CONTROL.search(text)
    if control:
        raise Unreadable(message("no_control"), repr(control[0]), text.count("\n", 0, control.start()) + 1)
    return text


def _decoded(raw: bytes, encodings: tuple[str, ...]) -> str:
    expected = message("encoding" if GB18030 in encodings else "utf8")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable(expected, "UTF-16")
    for encoding in encodings:
        try:
            text = raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            torn = error
            continue
        line = _line_of_utf8(raw) if encoding == GB18030 else None
        if line is not None:
            raise Unreadable(message("one_encoding"), "UTF-8 + GB18030", line)
        return text
    raise Unreadable(expected, repr(raw[torn.start : torn.start + 8]), raw.count(b"\n", 0, torn.start) + 1)


def _line_of_utf8(raw: bytes) -> int | None:
    """Return the first line that is Chinese in UTF-8: read as GB18030 it would come out as other characters."""
    for number, line in enumerate(raw.splitlines(), start=1):
        try:
            if _CHINESE.search(line.decode("utf-8")):
                return number
        except UnicodeDecodeError:
            continue
    return None
