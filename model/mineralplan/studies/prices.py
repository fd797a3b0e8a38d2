"""What the limits of a plan are worth, as tables, figures and page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.analysis.differences import DIFFERENCES, Differences
from mineralplan.analysis.prices import STEP, Basis, Fixed, duals
from mineralplan.analysis.remembered import Searches
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST
from mineralplan.outputs.files import read_csv
from mineralplan.outputs.folder import MANIFEST
from mineralplan.outputs.study import write_study
from mineralplan.planning import Plan
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.record import Record
from mineralplan.report.studies.prices_text import html, page
from mineralplan.report.studies.study_documents import figures_of, write_documents
from mineralplan.simulation.store import Store
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings
from mineralplan.words import default_language

TABLES = ("duals", "marginal_costs", "differences", "ranking")


@dataclass(frozen=True)
class Prices:
    """What the limits of a plan are worth: with its mines, and when everything is decided anew.

    Attributes
    ----------
    case : Case
    tables : mapping of str to pandas.DataFrame
        ``duals``, ``marginal_costs``, ``differences``, ``ranking``, as docs/prices.md describes them; the last has no
        rows where it was not asked for.
    said : mapping
        What the manifest says: the plan's objective and bound, the step, the gap of the searches, seconds.
    """

    case: Case
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    said: Mapping[str, Any]

    @property
    def duals(self) -> pd.DataFrame:
        """The price of every limit and year with the mines of the plan."""
        return self.tables["duals"]

    @property
    def differences(self) -> pd.DataFrame:
        """What a step of every limit saves when everything is decided anew, as certified intervals."""
        return self.tables["differences"]

    @property
    def ranking(self) -> pd.DataFrame:
        """What every clause costs the district: the saving without it, as certified intervals."""
        return self.tables["ranking"]

    @property
    def figures(self) -> Gallery:
        """Every figure: ``prices.figures.ranking(lang="zh")``."""
        return figures_of("prices", self.case, self.tables)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.said, lang or default_language())

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figures, page and manifest into ``folder``, whole or not at all; it is replaced."""
        spoken = lang or default_language()
        return write_study(
            Path(folder), self.case, "prices", self.tables, self.said,
            lambda new: write_documents(new, "prices", self.case, self.tables, self.text(spoken), spoken), command,
        )

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.said, default_language())


def prices(
    plan: Plan | Record, *, step: float = STEP, gap: float | None = None, rank: bool = True, tighten: bool = False,
    watch: Callable[[int, int], None] | None = None, store: Store | None = None, compiled: Compiled | None = None,
) -> Prices:
    """Say what the limits of a plan are worth.

    Parameters
    ----------
    plan : Plan or Record
        A plan of least cost, as `mineralplan.solve` or `mineralplan.read_results` gives it.
    step : float
        By how much a limit that is a quantity is changed, in its unit; shares are changed by 0.01, numbers by 1.
    gap : float, optional
        Relative gap of the searches; the plan's otherwise.
    rank : bool
        Whether to search without each clause, too.
    tighten : bool
        Whether to change every limit in the other direction, too.
    watch : callable, optional
        Called with the parts done, and of all.
    store : Store, optional
        Keeps what is found, for a second start.
    compiled : Compiled, optional
        The compiled model of the plan's case.

    Raises
    ------
    ValueError
        When the plan was not made to cost least, the step is not positive, or the results have changed since.
    """
    if step <= 0:
        raise ValueError(f"a step is more than 0, not {step}")
    basis, began = _basis(plan), time.perf_counter()
    options, wanted = basis.case.options, basis.wanted_gap if gap is None else gap
    settings = Settings(wanted, options.time_limit_s, options.threads, options.seed)
    parts = _Parts(watch, 3 if rank else 2)
    fixed = Fixed(basis, compiled or Compiled(basis.case))
    priced = duals(fixed, step, parts.part(0))
    changed = Differences(fixed, basis.objective, basis.bound, settings, Searches(store))
    steps = changed.steps(priced, step, tighten=tighten, watch=parts.part(1))
    ranked = changed.ranking(parts.part(2)) if rank else pd.DataFrame(columns=_ranking_columns())
    tables = dict(zip(TABLES, (priced, fixed.marginal_costs(), steps, ranked), strict=True))
    said = {
        "objective": basis.objective, "bound": basis.bound, "plan_gap": basis.wanted_gap, "wanted_gap": wanted,
        "step": step, "ranked": rank, "tightened": tighten, "searches": changed.searched,
        "seconds": {"prices": time.perf_counter() - began}, "threads": options.threads, "seed": options.seed,
    }
    return Prices(basis.case, tables, said)


def read_prices(folder: str | Path, case: Case) -> Prices:
    """Read prices back from the folder that `Prices.report` wrote.

    Parameters
    ----------
    folder : str or pathlib.Path
    case : Case
        The one whose limits were priced: names and notices come from it.
    """
    place = Path(folder)
    tables = {name: read_csv(place / f"{name}.csv") for name in TABLES}
    return Prices(case, tables, json.loads((place / MANIFEST).read_text(encoding="utf-8")))


def _ranking_columns() -> list[str]:
    return [name for name in DIFFERENCES if name not in ("step", "by_duals_10kcny")]


def _basis(plan: Plan | Record) -> Basis:
    """Return the plan with its certificate, whether it was just solved or read back."""
    if isinstance(plan, Plan):
        certificate, case, allocation = plan.certificate, plan.case, plan.allocation
        first, value, bound, gap = (
            certificate.stages[0].objective, certificate.objective, certificate.bound, certificate.wanted_gap)
    else:
        if plan.certified is not None and not plan.certified.holds:
            raise ValueError("the results are not what was certified any more")
        said, case, allocation = plan.manifest, plan.case, plan.audit.allocation
        first, value, bound, gap = said["objectives"][0]["name"], said["objective"], said["bound"], said["wanted_gap"]
    if first != COST:
        raise ValueError(f"prices are savings of cost, and the plan was made for {first}")
    return Basis(case, allocation, float(value), float(bound), float(gap))


class _Parts:
    """Several counts as one, each part as long as the others."""

    def __init__(self, watch: Callable[[int, int], None] | None, parts: int) -> None:
        self.watch, self.parts = watch, parts

    def part(self, number: int) -> Callable[[int, int], None] | None:
        watch, scale = self.watch, 100
        if watch is None:
            return None
        return lambda done, total: watch(number * scale + scale * done // max(1, total), self.parts * scale)
