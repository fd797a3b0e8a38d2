"""What a section of the page is made of, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

import pandas as pd

Spec = dict[str, Any]
"""A Vega-Lite specification."""


@dataclass(frozen=True)
class Text:
    """A paragraph; its tone is ``""``, ``"quiet"``, ``"strong"`` or ``"bad"``."""

    kind: ClassVar[str] = "text"
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    figures : collection of int
        The columns that hold figures: set to the right.
    codes : collection of int
        The columns that hold what machines read: set in equal widths, broken anywhere.
    bad : collection of int
        The rows to be marked.
    """

    kind: ClassVar[str] = "table"
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: frozenset[int] = frozenset()
    codes: frozenset[int] = frozenset()
    bad: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """A drawing.

    Attributes
    ----------
    spec : dict
        Refers to its data, and to the names of things, by name.
    alt : str
        What is to be seen, for those who cannot.
    data : mapping of str to pandas.DataFrame
        Holds codes and figures only, so that both languages share it.
    shape : str
        ``"wide"`` for what scrolls sideways on a phone, ``"map"`` for what keeps a height of its own.
    """

    kind: ClassVar[str] = "chart"
    name: str
    spec: Spec
    alt: str
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    shape: str = ""


@dataclass(frozen=True)
class Folded:
    """Parts that open on demand."""

    kind: ClassVar[str] = "folded"
    title: str
    parts: Sequence[Text | Table]


@dataclass(frozen=True)
class Years:
    """Parts of which one year is shown at a time; on paper, all."""

    kind: ClassVar[str] = "years"
    label: str
    shown: int
    years: Mapping[int, Sequence[Text | Table | Folded]]


Part: TypeAlias = Text | Table | Chart | Folded | Years


@dataclass(frozen=True)
class Section:
    """A section of the page; ``name`` is its anchor."""

    name: str
    title: str
    parts: Sequence[Part]
