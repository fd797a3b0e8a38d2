"""Faults of the user's input: collected, all of them, and reported in one go."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mineralplan.words import default_language, say


@dataclass(frozen=True)
class Message:
    """A sentence by its key in the words files, with the values to fill in."""

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def text(self, lang: str) -> str:
        """Return the sentence in ``lang``."""
        return say(f"faults.{self.key}", lang, **dict(self.values))


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
        where = self.file if self.line is None else say("faults.at_line", lang, file=self.file, line=self.line)
        return say(
            "faults.one", lang, where=where, item=self.item, expected=self.expected.text(lang), found=self.found
        )


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
        """Return the whole report."""
        lines = [say("faults.title", lang, count=len(self.faults))]
        return "\n".join([*lines, *(f"  {fault.text(lang)}" for fault in self.faults)])


@dataclass
class Faults:
    """Collects faults while the inputs are read."""

    found: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int | None, item: str, expected: Message, found: object) -> None:
        """Record a fault; the same fault said twice is kept once."""
        fault = Fault(file, line, item, expected, str(found))
        if fault not in self.found:
            self.found.append(fault)

    def raise_if_any(self) -> None:
        """Raise `InputFaults` with all that was recorded, if anything was."""
        if self.found:
            raise InputFaults(self.found)


def one_of(known: Iterable[object], wanted: object) -> Message:
    """Return the sentence that lists what is known and names the nearest to what was ``wanted``."""
    names = sorted(str(name) for name in known)
    near = difflib.get_close_matches(str(wanted), names, n=1, cutoff=0.6)
    if near:
        return message("meant", name=near[0])
    listed = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
    return message("one_of", names=listed)


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
