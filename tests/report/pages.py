"""A report page read back: its sections, its tables by language, what it draws from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

LANGUAGES = ("en", "zh")
EMPTY = {"meta", "br", "hr", "input", "link", "img"}


@dataclass
class Page(HTMLParser):
    """What a reader finds on the page.

    Attributes
    ----------
    tables : dict
        (section, language) → tables, each with header, as rows of cells.
    texts : dict
        (section, language) → its words; the section of what stands before the first is ``""``.
    tags : list
        Every element in order: name and attributes.
    """

    source: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    tables: dict[tuple[str, str], list[list[list[str]]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._cell: list[str] | None = None
        self.feed(self.source)
        self.close()
        assert self._open == [], "an element was not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in EMPTY:
            self._open.append((tag, given))
        if tag == "table":
            self.tables.setdefault(self._place, []).append([])
        elif tag == "tr":
            self.tables[self._place][-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag
        if tag in ("td", "th") and self._cell is not None:
            self.tables[self._place][-1][-1].append("".join(self._cell))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] not in ("script", "style"):
            self.texts[self._place] = self.texts.get(self._place, "") + data
            if self._cell is not None:
                self._cell.append(data)

    @property
    def _place(self) -> tuple[str, str]:
        section = next((str(a["id"]) for tag, a in self._open if tag == "section"), "")
        classes = [str(a.get("class") or "") for _, a in self._open]
        return section, next((lang for lang in LANGUAGES if f"in-{lang}" in classes), "")

    @property
    def embedded(self) -> dict[str, Any]:
        """What the charts are drawn from."""
        found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', self.source, re.S)
        assert found is not None
        return dict(json.loads(found[1]))

    @property
    def sections(self) -> list[str]:
        return [str(attrs["id"]) for tag, attrs in self.tags if tag == "section"]
