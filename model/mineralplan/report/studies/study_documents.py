"""What a study writes besides its tables: figures as PNG and SVG, and a page to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from mineralplan.case import Case
from mineralplan.report.figures import FORMATS, save
from mineralplan.report.figures.gallery import Gallery

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = {
    "compare": ("compare",),
    "ensemble": ("fan", "met", "indicators", "convergence", "histogram"),
    "pareto": ("front",), "prices": ("prices", "ranking"), "robust": ("robust",),
           "stochastic": ("stochastic",),
    "sweep": ("sweep",),
}
"""The figures of each study, by name: functions of ``report/figures/<study>_figures.py``."""


def _figures(study: str) -> dict[str, Callable[..., Figure]]:
    def drawn(name: str) -> Callable[..., Figure]:
        def draw(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en") -> Figure:
            module = import_module(f"mineralplan.report.figures.{study}_figures")
            return cast("Figure", getattr(module, name)(case, tables, lang))

        return draw

    return {name: drawn(name) for name in FIGURES[study]}


def figures_of(study: str, case: Case, tables: Mapping[str, pd.DataFrame]) -> Gallery:
    """Return the figures of a study at hand."""
    return Gallery(_figures(study), case, cast("Any", tables))


def write_documents(
    folder: Path, study: str, case: Case, tables: Mapping[str, pd.DataFrame], text: str, lang: str
) -> None:
    """Write the page and every figure of a study into an existing folder."""
    (folder / f"{study}.md").write_text(text, encoding="utf-8")
    (folder / "figures").mkdir()
    for name, draw in _figures(study).items():
        figure = draw(case, tables, lang)
        for ending in FORMATS:
            save(figure, folder / "figures" / f"{name}.{ending}")
