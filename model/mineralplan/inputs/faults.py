"""Faults of the user's input: collected, all of them, and reported in one go."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mineralplan.words import default_language, say

MOST_SHOWN = 100
"""Faults that a report shows; of more it says how many."""
LONGEST = 200
"""Characters of what was found that a report repeats."""


@dataclass(frozen=True)
class Message:
    """A sentence by its key in the words files, with the values to fill in."""

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def text(self, lang: str) -> str:
        """Return the sentence in ``lang``."""
        return say(f"faults.{self.key}", lang, **dict(self.values))


@dataclass(frozen=True)
class KnownName(Message):
    """One of the names that are known; what was wanted is compared with them only when the sentence is spoken.

    Attributes
    ----------
    known : tuple of str
    wanted : str
    """

    known: tuple[str, ...] = ()
    wanted: str = ""

    def text(self, lang: str) -> str:
        """Return the name nearest to what was wanted, or what is known."""
        near = difflib.get_close_matches(self.wanted, self.known, n=1, cutoff=0.6)
        if near:
            return say("faults.meant", lang, name=near[0])
        listed = ", ".join(self.known[:20]) + (" …" if len(self.known) > 20 else "")
        return say("faults.one_of", lang, names=listed)


def message(key: str, /, **values: object) -> Message:
    """Return the sentence ``faults.<key>`` with ``values`` filled in when it is spoken."""
    return Message(key, tuple(sorted(values.items())))


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one item of one file.

    Parameters
    ----------
    file : str
        The file as the user named it, or the name of the change made in Python.
    line : int or None
        Line of the file (for a table: the line of the row in the file, header = 1).
    item : str
        What the fault is about: a dotted key or a column and its row's name.
    expected : Message
        What would be right.
    found : str
        What stands there.
    """

    file: str
    line: int | None
    item: str
    expected: Message
    found: str

    def text(self, lang: str) -> str:
        """Return the fault as one line."""
        file = printable(self.file)
        where = file if self.line is None else say("faults.at_line", lang, file=file, line=self.line)
        return say("faults.one", lang, where=where, item=printable(self.item) or "''",
                   expected=printable(self.expected.text(lang)), found=printable(self.found))


class InputFaults(ValueError):  # noqa: N818 - the users' word is fault
    """Raised once, with every fault of every file.

    Attributes
    ----------
    faults : tuple of Fault
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.text(default_language()))

    def text(self, lang: str) -> str:
        """Return the whole report; of very many faults the first."""
        lines = [say("faults.title", lang, count=len(self.faults))]
        lines += [f"  {fault.text(lang)}" for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            lines.append("  " + say("faults.more", lang, count=len(self.faults) - MOST_SHOWN))
        return "\n".join(lines)


@dataclass
class Faults:
    """Collects faults while the inputs are read."""

    found: list[Fault] = field(default_factory=list)
    _said: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, file: str, line: int | None, item: str, expected: Message, found: object) -> None:
        """Record a fault; the same fault said twice is kept once."""
        fault = Fault(file, line, _short(item), expected, _short(found))
        said = (file, line, fault.item, expected.key, fault.found)
        if said not in self._said:
            self._said.add(said)
            self.found.append(fault)

    def raise_if_any(self) -> None:
        """Raise `InputFaults` with all that was recorded, if anything was."""
        if self.found:
            raise InputFaults(self.found)


def one_of(known: Iterable[object], wanted: object) -> Message:
    """Return the sentence that lists what is known, or names the nearest to what was ``wanted``."""
    return KnownName("one_of", known=tuple(sorted(str(name) for name in known)), wanted=str(wanted)[:LONGEST])


def printable(text: object) -> str:
    """Return a text in one line that no terminal takes for a command: other characters are escaped."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(text))


def _short(text: object) -> str:
    """Return the beginning of what may be a whole file."""
    whole = str(text)
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…"


def from_validation(error: dict[str, Any], known: Iterable[str]) -> tuple[Message, str]:
    """Turn one pydantic error into what was expected and what was found.

    Parameters
    ----------
    error : dict
        An entry of ``ValidationError.errors()``.
    known : iterable of str
        The keys that exist at the place of the error, for a misspelt one.
    """
    kind, context = error["type"], error.get("ctx") or {}
    found = repr(error["input"]) if isinstance(error["input"], str) else str(error["input"])
    if kind == "extra_forbidden":
        return one_of(known, error["loc"][-1]), say_key(error["loc"])
    if kind == "missing":
        return message("present"), "–"
    if kind == "literal_error":
        names = re.findall(r"'([^']*)'", context["expected"])
        return one_of(filter(None, names), error["input"]), found
    if kind.startswith("fault_"):
        return message(kind.removeprefix("fault_"), **context), found
    if kind in BOUNDS:
        return message("bound", sign=BOUNDS[kind][0], value=context[BOUNDS[kind][1]]), found
    return message(PLAIN.get(kind, "valid"), detail=error["msg"]), found


def say_key(location: Iterable[object]) -> str:
    """Return the last part of a location as the user wrote it."""
    return repr(str(list(location)[-1]))


BOUNDS = {
    "greater_than_equal": ("≥", "ge"),
    "greater_than": (">", "gt"),
    "less_than_equal": ("≤", "le"),
    "less_than": ("<", "lt"),
}
PLAIN = {
    "string_type": "text",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "mapping_type": "mapping",
    "list_type": "list",
    "too_short": "some",
    "too_long": "years",
    "string_too_short": "present",
    "invalid_key": "text",
    "tuple_type": "list",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "float_parsing": "number",
}
