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
    "evaluate": ("paths", "timeline"),
    "pareto": ("front",), "prices": ("prices", "ranking"), "robust": ("robust",),
    "simulate": ("fan", "landbank", "indicators", "one_future", "regret"),
    "stochastic": ("stochastic",),
    "sweep": ("sweep",),
}
"""The figures of each study, by name: functions of ``report/figures/<study>_figures.py``."""


def _figures(study: str, always: Mapping[str, Any]) -> dict[str, Callable[..., Figure]]:
    def drawn(name: str) -> Callable[..., Figure]:
        def draw(case: Case, tables: Mapping[str, pd.DataFrame], lang: str = "en", **options: Any) -> Figure:
            module = import_module(f"mineralplan.report.figures.{study}_figures")
            return cast("Figure", getattr(module, name)(case, tables, lang, **always, **options))

        return draw

    return {name: drawn(name) for name in FIGURES[study]}


def figures_of(study: str, case: Case, tables: Mapping[str, pd.DataFrame], **always: Any) -> Gallery:
    """Return the figures of a study at hand; ``always`` is what every one of them takes besides."""
    return Gallery(_figures(study, always), case, cast("Any", tables))


def write_documents(
    folder: Path, study: str, case: Case, tables: Mapping[str, pd.DataFrame], text: str, lang: str, **always: Any
) -> None:
    """Write the page and every figure of a study into an existing folder."""
    (folder / f"{study}.md").write_text(text, encoding="utf-8")
    (folder / "figures").mkdir()
    for name, draw in _figures(study, always).items():
        figure = draw(case, tables, lang)
        for ending in FORMATS:
            save(figure, folder / "figures" / f"{name}.{ending}")
