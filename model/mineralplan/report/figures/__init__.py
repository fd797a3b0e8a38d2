"""The figures of a plan and of a demand projection: one module each, one visual language (`style`).

Importing this package does not import matplotlib: the command line's help must not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mineralplan.case import Case
    from mineralplan.outputs.demand_tables import DemandTables
    from mineralplan.outputs.tables import Tables

DPI = 200
FORMATS = ("png", "svg")
"""What every figure is written as."""


class _Lazy:
    """The figure function of a module, which bears the module's name and is imported when it is called or read."""

    def __init__(self, module: str) -> None:
        self._module = module

    def _function(self) -> Callable[..., Figure]:
        found: Callable[..., Figure] = getattr(import_module(f"{__name__}.{self._module}"), self._module)
        return found

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]  # what the figure shows, not what this class is
        return self._function().__doc__

    def __call__(self, case: Case, tables: Tables | DemandTables, lang: str = "en", **options: Any) -> Figure:
        return self._function()(case, tables, lang, **options)


FIGURES: dict[str, Callable[..., Figure]] = {
    "supply_demand": _Lazy("supply_demand"),
    "output_caps": _Lazy("output_caps"),
    "mines": _Lazy("mines"),
    "gantt": _Lazy("gantt"),
    "map": _Lazy("district_map"),
    "costs": _Lazy("costs"),
    "landbank": _Lazy("landbank"),
}
"""Every figure of a plan by name: ``(case, tables, lang)`` → Figure; ``map`` also takes ``year``."""

DEMAND_FIGURES: dict[str, Callable[..., Figure]] = {
    "demand_drivers": _Lazy("demand_drivers"),
    "demand_estimators": _Lazy("demand_estimators"),
    "demand_map": _Lazy("demand_map"),
    "demand_sensitivity": _Lazy("demand_sensitivity"),
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


def pictures(name: str, case: Case, tables: Tables, lang: str = "en") -> dict[str, bytes]:
    """Return one figure of a plan as a PNG to look at and an SVG to print or edit: format → content of the file."""
    figure = draw(name, case, tables, lang)
    return {form: picture(figure, name, form) for form in FORMATS}


def save_all_demand(folder: Path, case: Case, tables: DemandTables, lang: str = "en") -> None:
    """Write every figure of a demand projection into an existing folder, in every format, named after it."""
    for name in DEMAND_FIGURES:
        figure = draw_demand(name, case, tables, lang)
        for form in FORMATS:
            save(figure, folder / f"{name}.{form}")


def _draw(
    figures: Mapping[str, Callable[..., Figure]], name: str, case: Case, tables: Tables | DemandTables, lang: str,
    **options: Any,
) -> Figure:
    if name not in figures:
        raise ValueError(f"no figure {name!r}; there are: {', '.join(figures)}")
    return figures[name](case, tables, lang, **options)


def shown(figure: Figure) -> Figure:
    """Return a figure that a notebook shows as a picture: without pyplot nobody else tells it how."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None:
        from IPython.core.pylabtools import select_figure_formats

        select_figure_formats(shell, {"png"}, bbox_inches=None)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write one figure, as PNG or SVG by the ending of ``path``."""
    path.write_bytes(picture(figure, path.stem, path.suffix.removeprefix(".")))


def picture(figure: Figure, name: str, form: str) -> bytes:
    """Return one figure as the content of a file, PNG or SVG; the same figure of the same name gives the same bytes."""
    import matplotlib as mpl

    content = BytesIO()
    if form == "svg":
        # Letters as outlines: text would show boxes wherever the reader's machine lacks the Chinese font.
        with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": name}):
            figure.savefig(content, format="svg", metadata={"Date": None})
    else:
        # Light compression: the files are a little larger and take a third of the time.
        figure.savefig(content, dpi=DPI, format="png", pil_kwargs={"compress_level": 3})
    return content.getvalue()
