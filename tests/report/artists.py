"""What a drawn figure shows, for tests to read."""

from __future__ import annotations

import dataclasses
from typing import Any

import matplotlib.text
from matplotlib.figure import Figure

from mineralplan.projection import Projection


def words(figure: Figure) -> list[matplotlib.text.Text]:
    return [text for text in figure.findobj(matplotlib.text.Text) if text.get_text().strip() and text.get_visible()]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


def said(figure: Figure) -> str:
    return "\n".join(texts(figure))


def chinese(text: str) -> bool:
    return any("\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" for letter in text)


def by_gid(figure: Figure, gid: str) -> list[Any]:
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def tables_with(projection: Projection, **values: Any) -> Any:
    """Return the tables with some replaced."""
    return dataclasses.replace(projection.tables, **values)
