"""The figures of a plan: one module each, one visual language (`style`).

Importing this package does not import matplotlib: the command line's help must not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mineralplan.case import Case
    from mineralplan.outputs.tables import Tables

DPI = 200


def _lazy(module: str) -> Callable[..., Figure]:
    """Return the figure function of ``module``, which bears the module's name and is imported when it is called."""

    def figure(case: Case, tables: Tables, lang: str = "en", **options: Any) -> Figure:
        drawn: Figure = getattr(import_module(f"{__name__}.{module}"), module)(case, tables, lang, **options)
        return drawn

    return figure


FIGURES: dict[str, Callable[..., Figure]] = {
    "supply_demand": _lazy("supply_demand"),
    "output_caps": _lazy("output_caps"),
    "mines": _lazy("mines"),
    "gantt": _lazy("gantt"),
    "map": _lazy("district_map"),
    "costs": _lazy("costs"),
    "landbank": _lazy("landbank"),
}
"""Every figure by name: ``(case, tables, lang)`` → Figure; ``map`` also takes ``year``."""


def draw(name: str, case: Case, tables: Tables, lang: str = "en", **options: Any) -> Figure:
    """Return one figure.

    Parameters
    ----------
    name : str
        A key of `FIGURES`.
    lang : str
        ``"en"`` or ``"zh"``; English where no Chinese font is found.
    **options : Any
        What the figure takes besides, e.g. ``year`` of the map.

    Raises
    ------
    ValueError
        When there is no such figure; the message names those that exist.
    """
    if name not in FIGURES:
        raise ValueError(f"no figure {name!r}; there are: {', '.join(FIGURES)}")
    _show_in_notebooks()
    return FIGURES[name](case, tables, lang, **options)


def _show_in_notebooks() -> None:
    """Let a notebook show figures as pictures: without pyplot nobody else tells it how."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None:
        from IPython.core.pylabtools import select_figure_formats

        select_figure_formats(shell, {"png"}, bbox_inches=None)


def save_all(folder: Path, case: Case, tables: Tables, lang: str = "en") -> str | None:
    """Write every figure as a PNG named after it.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.

    Returns
    -------
    str or None
        A sentence on how to get Chinese figures, when they were asked for and no font was found.
    """
    from mineralplan.report.figures.fonts import usable_language

    for name in FIGURES:
        # Light compression: the files are a little larger and take a third of the time.
        draw(name, case, tables, lang).savefig(
            folder / f"{name}.png", dpi=DPI, format="png", pil_kwargs={"compress_level": 3}
        )
    return usable_language(lang)[1]
