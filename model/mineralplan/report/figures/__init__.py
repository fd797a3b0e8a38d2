"""The figures of a plan and of a demand projection: one module each, one visual language (`style`).

Importing this package does not import matplotlib: the command line's help must not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mineralplan.case import Case
    from mineralplan.outputs.demand_tables import DemandTables
    from mineralplan.outputs.tables import Tables

DPI = 200


def _lazy(module: str) -> Callable[..., Figure]:
    """Return the figure function of ``module``, which bears the module's name and is imported when it is called."""

    def figure(case: Case, tables: Tables | DemandTables, lang: str = "en", **options: Any) -> Figure:
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
"""Every figure of a plan by name: ``(case, tables, lang)`` → Figure; ``map`` also takes ``year``."""

DEMAND_FIGURES: dict[str, Callable[..., Figure]] = {
    "demand_drivers": _lazy("demand_drivers"),
    "demand_estimators": _lazy("demand_estimators"),
    "demand_map": _lazy("demand_map"),
    "demand_sensitivity": _lazy("demand_sensitivity"),
}
"""Every figure of a projection by name; ``demand_map`` also takes ``year`` and ``use``."""


def draw(name: str, case: Case, tables: Tables, lang: str = "en", **options: Any) -> Figure:
    """Return one figure of a plan.

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
    return _draw(FIGURES, name, case, tables, lang, **options)


def draw_demand(name: str, case: Case, tables: DemandTables, lang: str = "en", **options: Any) -> Figure:
    """Return one figure of a demand projection: a key of `DEMAND_FIGURES`; otherwise as `draw`."""
    return _draw(DEMAND_FIGURES, name, case, tables, lang, **options)


def save_all(folder: Path, case: Case, tables: Tables, lang: str = "en") -> str | None:
    """Write every figure of a plan as a PNG named after it.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.

    Returns
    -------
    str or None
        A sentence on how to get Chinese figures, when they were asked for and no font was found.
    """
    return _save_all(FIGURES, folder, case, tables, lang)


def save_all_demand(folder: Path, case: Case, tables: DemandTables, lang: str = "en") -> str | None:
    """Write every figure of a demand projection, as `save_all` those of a plan."""
    return _save_all(DEMAND_FIGURES, folder, case, tables, lang)


def _draw(
    figures: Mapping[str, Callable[..., Figure]], name: str, case: Case, tables: Tables | DemandTables, lang: str,
    **options: Any,
) -> Figure:
    if name not in figures:
        raise ValueError(f"no figure {name!r}; there are: {', '.join(figures)}")
    _show_in_notebooks()
    return figures[name](case, tables, lang, **options)


def _show_in_notebooks() -> None:
    """Let a notebook show figures as pictures: without pyplot nobody else tells it how."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None:
        from IPython.core.pylabtools import select_figure_formats

        select_figure_formats(shell, {"png"}, bbox_inches=None)


def _save_all(
    figures: Mapping[str, Callable[..., Figure]], folder: Path, case: Case, tables: Tables | DemandTables, lang: str
) -> str | None:
    from mineralplan.report.figures.fonts import usable_language

    for name in figures:
        # Light compression: the files are a little larger and take a third of the time.
        _draw(figures, name, case, tables, lang).savefig(
            folder / f"{name}.png", dpi=DPI, format="png", pil_kwargs={"compress_level": 3}
        )
    return usable_language(lang)[1]
