"""Every sentence a person reads, one file per language; all rooms may speak, none holds its own text."""

from __future__ import annotations

import locale
import os
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def vocabulary(lang: str) -> dict[str, str]:
    """Return the words of one language as a flat mapping from dotted key to sentence.

    Parameters
    ----------
    lang : str
        ``"en"`` or ``"zh"``.
    """
    from ruamel.yaml import YAML

    text = (resources.files(__package__) / f"{lang}.yaml").read_text(encoding="utf-8")
    flat: dict[str, str] = {}

    def walk(node: Any, path: tuple[str, ...]) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, (*path, str(key)))
        else:
            flat[".".join(path)] = str(node)

    walk(YAML(typ="safe").load(text), ())
    return flat


def say(key: str, lang: str = "en", /, **values: object) -> str:
    """Return the sentence ``key`` in ``lang`` with ``values`` filled in.

    Raises
    ------
    KeyError
        When the language has no such sentence: a fault of the program, caught by a test.
    """
    return vocabulary(lang)[key].format(**values)


def default_language() -> str:
    """Return the user's language: ``MINERALPLAN_LANG`` first, then the locale, English otherwise."""
    wanted = os.environ.get("MINERALPLAN_LANG") or locale.getlocale()[0] or ""
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"
