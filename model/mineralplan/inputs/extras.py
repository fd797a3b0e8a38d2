"""Packages that only some uses need and a plain installation does not bring."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mineralplan.words import default_language, say


class MissingExtra(RuntimeError):  # noqa: N818 - an answer to the user
    """A package that is not installed.

    Attributes
    ----------
    package, extra : str
        Its name, and the extra of this program that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(say("run.extra", default_language(), package=package, extra=extra))
        self.package, self.extra = package, extra


def optional(package: str, extra: str) -> Any:
    """Return a package that an extra of this program brings.

    Raises
    ------
    MissingExtra
        When it is not installed.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError:
        raise MissingExtra(package, extra) from None
