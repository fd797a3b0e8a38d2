"""The demand of a case, projected: tables, figures and methods page, with bands and without solving anything."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mineralplan.case import Case
from mineralplan.demand.bands import Draws, draw
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.sensitivity import Influence, influences
from mineralplan.outputs import demand_tables
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.outputs.manifest import made_from
from mineralplan.outputs.result import write_result
from mineralplan.report.demand_text import html
from mineralplan.report.figures import DEMAND_FIGURES
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.methods import methods
from mineralplan.words import default_language

SENSITIVITY_POINTS = 256
"""Base points of the design from which Sobol indices are estimated."""


@dataclass(frozen=True)
class Projection:
    """The demand of a case with its band.

    Attributes
    ----------
    case : Case
    draws : Draws
    seconds : float
        What drawing took.
    """

    case: Case
    draws: Draws = field(repr=False)
    count: int
    seed: int
    seconds: float

    @property
    def outlook(self) -> Outlook:
        """What the demand was projected with."""
        return self.case.projected()

    @cached_property
    def influences(self) -> dict[int, list[Influence]]:
        """Which input matters most for the first headline quantity, by year of report."""
        outlook = self.outlook
        return influences(outlook.model, outlook.calibration, outlook.model.headline[0], self.case.report_years,
                          SENSITIVITY_POINTS, self.seed)

    @cached_property
    def tables(self) -> DemandTables:
        """Every table, as written to the folder."""
        return demand_tables.tables(self.case, self.draws, self.influences)

    @property
    def figures(self) -> Gallery:
        """Every figure: ``demand.figures.demand_map(year=…, lang="zh")``."""
        return Gallery(DEMAND_FIGURES, self.case, self.tables)

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figures, methods page and manifest into ``folder``, whole or not at all.

        Parameters
        ----------
        folder : str or pathlib.Path
            Replaced when it exists.
        lang : str, optional
            Language of figures and methods page.
        command : str, optional
            The command line, for the manifest.
        """
        from mineralplan.report.figures import save_all_demand

        spoken = lang or default_language()

        def write_documents(new: Path, _: Mapping[str, Any]) -> None:
            (new / "figures").mkdir()
            save_all_demand(new / "figures", self.case, self.tables, spoken)
            (new / "methods.md").write_text(methods(self.case, self.tables, spoken, self.count), encoding="utf-8")

        return write_result(Path(folder), self.case, self.tables, self.manifest(command), write_documents)

    def manifest(self, command: str) -> dict[str, Any]:
        """Return what a reader needs to repeat the projection."""
        return {
            "scenario": self.case.name,
            "draws": self.count,
            "seed": self.seed,
            "seconds": {"draw": self.seconds},
            **made_from(self.case),
            "command": command,
        }

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, default_language())


def project_demand(case: Case, *, draws: int | None = None, seed: int | None = None) -> Projection:
    """Project the demand of a case, with the band of its uncertain inputs.

    Parameters
    ----------
    case : Case
        Read from files.
    draws, seed : int, optional
        The scenario's otherwise.

    Raises
    ------
    ValueError
        When the case was built in Python and not read from files.
    """
    outlook, began = case.projected(), time.perf_counter()
    count, grain = draws or outlook.draws, outlook.seed if seed is None else seed
    drawn = draw(outlook.model, outlook.calibration, count, grain, outlook.model.headline, outlook.factor)
    return Projection(case, drawn, count, grain, time.perf_counter() - began)
