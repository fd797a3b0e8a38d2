"""The figures of a plan or a projection at hand: `plan.figures.gantt()`, listed by a notebook's completion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mineralplan.report.figures import shown
from mineralplan.words import default_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mineralplan.case import Case
    from mineralplan.outputs.demand_tables import DemandTables
    from mineralplan.outputs.tables import Tables


class Gallery:
    """Every figure of one result as a function of its own.

    Each takes ``lang`` (``"en"`` or ``"zh"``; the user's language otherwise) and what that figure takes besides, such
    as ``year`` of a map, and returns a matplotlib Figure.

    Parameters
    ----------
    figures : mapping of str to callable
        ``(case, tables, lang, **options)`` → Figure, by name.
    case : Case
    tables : Tables or DemandTables
    """

    def __init__(
        self, figures: Mapping[str, Callable[..., Figure]], case: Case, tables: Tables | DemandTables
    ) -> None:
        self._figures, self._case, self._tables = figures, case, tables

    def __getattr__(self, name: str) -> Callable[..., Figure]:
        figures: Mapping[str, Callable[..., Figure]] = self.__dict__.get("_figures", {})
        if name not in figures:
            raise AttributeError(f"no figure {name!r}; there are: {', '.join(figures)}", name=name, obj=self)
        figure = figures[name]

        def draw(lang: str | None = None, **options: Any) -> Figure:
            return shown(figure(self._case, self._tables, lang or default_language(), **options))

        draw.__name__, draw.__doc__ = name, figure.__doc__
        return draw

    def __dir__(self) -> list[str]:
        return [*self._figures]

    def __repr__(self) -> str:
        return f"figures of {self._case.name}: {', '.join(self._figures)}"
