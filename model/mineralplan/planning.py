"""What a notebook types: solve a case, look at the plan, write it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.auditing.audit import Audit, audit_claim
from mineralplan.auditing.claim import Claim, Known
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST
from mineralplan.outputs import extract
from mineralplan.outputs.manifest import made_from
from mineralplan.outputs.result import write_result
from mineralplan.outputs.study import studies_beside
from mineralplan.outputs.tables import Tables, tables
from mineralplan.report.figures import FIGURES
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.record import Record
from mineralplan.report.summary import html
from mineralplan.rules.rule import Finding
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Progress, Settings, relative_gap
from mineralplan.solving.optimise import Search, optimise
from mineralplan.solving.reach import Reach
from mineralplan.solving.search import Stage
from mineralplan.words import default_language

if TYPE_CHECKING:
    from mineralplan.studies.compare import Compare
    from mineralplan.studies.prices import Prices


class NoPlan(RuntimeError):  # noqa: N818 - an answer, not an error of the program
    """No plan: the case cannot be met, or none was found in the time given.

    Attributes
    ----------
    status : str
        ``infeasible``, ``unbounded`` or ``no plan``.
    case : Case
    """

    def __init__(self, status: str, case: Case) -> None:
        super().__init__(f"{case.name}: {status}")
        self.status, self.case = status, case


@dataclass(frozen=True)
class Certificate:
    """How good a plan is proven to be.

    Attributes
    ----------
    status : str
        ``optimal`` (within the wanted gap) or ``feasible`` (stopped before).
    objective, bound : float
        Of the first objective, in its own unit (cost: 10⁴ CNY discounted to the base year); the bound is the better of
        the solver's and the safe one. Where links were left out it is the safe one, which holds with all of them.
    stages : tuple of Stage
        Every objective of a lexicographic order.
    stopped : str
        ``"time"``, ``"interrupt"`` or ``"crash"`` where the search was cut short; ``"reach"`` where it proved the
        wanted gap only among the links that were kept.
    reach : Reach or None
        What was left out; None where nothing was.
    """

    status: str
    objective: float
    bound: float
    wanted_gap: float
    stages: tuple[Stage, ...]
    stopped: str
    seconds: Mapping[str, float]
    size: Mapping[str, int]
    reach: Reach | None = None

    @property
    def gap(self) -> float:
        """Proven relative gap."""
        return relative_gap(self.objective, self.bound)

    @property
    def safe_bound(self) -> float | None:
        """The bound of the linear relaxation that exact arithmetic proved, whatever the solver's tolerance was."""
        bound = self.stages[0].safe_bound
        return bound if isfinite(bound) else None

    @property
    def safe_gap(self) -> float | None:
        """Relative gap to the safe bound."""
        return None if self.safe_bound is None else relative_gap(self.objective, self.safe_bound)

    @property
    def bound_is(self) -> str:
        """Whose bound it is: ``"safe bound"`` or ``"solver's bound"``."""
        return "safe bound" if self.bound == self.safe_bound else "solver's bound"

    def as_dict(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "status": self.status,
            "stopped": self.stopped,
            "objectives": [
                {"name": s.objective, "value": s.value, "bound": s.bound, "gap": s.gap} for s in self.stages
            ],
            "objective": self.objective,
            "bound": self.bound,
            "bound_is": self.bound_is,
            "gap": self.gap,
            "safe_bound": self.safe_bound,
            "safe_gap": self.safe_gap,
            "wanted_gap": self.wanted_gap,
            "reach": self._left_out(),
        }

    def _left_out(self) -> dict[str, float] | None:
        """Return what the manifest says of links that were left out; the loss is in the unit of the objective."""
        reach = self.reach
        return None if reach is None else {
            "km": reach.km, "links": reach.links, "left_out": reach.left_out, "near_bound": reach.near_bound,
            "most_loss": self.objective - self.bound,
        }


@dataclass(frozen=True)
class Plan:
    """A plan: what was allocated, how good it is, and the tables that say it.

    Attributes
    ----------
    case : Case
    allocation : Allocation
    certificate : Certificate
    audit : Audit
        What exact arithmetic, apart from the solver, says of it.
    costs : pandas.DataFrame
        year, term, cost_10kcny, discounted_10kcny.
    """

    case: Case
    allocation: Allocation
    certificate: Certificate
    audit: Audit
    costs: pd.DataFrame = field(repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the exact check of every rule says."""
        return self.audit.findings

    @cached_property
    def tables(self) -> Tables:
        """Every result table, as written to the results folder."""
        return tables(self.case, self.allocation, self.findings, self.costs)

    @property
    def production(self) -> pd.DataFrame:
        """State, scale and output of every block and year."""
        return self.tables.production

    @property
    def balance(self) -> pd.DataFrame:
        """Demand and where it was met from."""
        return self.tables.balance

    @property
    def scorecard(self) -> pd.DataFrame:
        """Every requirement of the plan with limit, value, margin and clause."""
        return self.tables.scorecard

    def indicators(self, lang: str | None = None) -> pd.DataFrame:
        """Return the scorecard of the binding indicators in words: one row each, one column per year of report."""
        return self.record().indicators(lang)

    @property
    def actions(self) -> pd.DataFrame:
        """The annual plan: what to license, expand, merge, close."""
        return self.tables.actions

    @property
    def figures(self) -> Gallery:
        """Every figure: ``plan.figures.map(year=…, lang="zh")``."""
        return Gallery(FIGURES, self.case, self.tables)

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, manifest, figures and every other document into ``folder``, whole or not at all.

        Parameters
        ----------
        folder : str or pathlib.Path
            Replaced when it exists.
        lang : str, optional
            Language of the documents; report.html speaks both.
        command : str, optional
            The command line, for the manifest.
        """
        from mineralplan.report.documents import write_documents

        spoken, target = lang or default_language(), Path(folder)
        record = replace(self.record(command), studies=studies_beside(target.resolve().parent, self.case))
        return write_result(
            target, self.case, self.tables, record.manifest,
            lambda new, sealed: write_documents(replace(record, manifest=sealed), new, spoken),
        )

    def record(self, command: str = "") -> Record:
        """Return the plan as its documents see it; ``command`` is the command line, for the manifest."""
        return Record(self.case, self.tables, self.manifest(command), self.audit)

    def manifest(self, command: str = "") -> dict[str, Any]:
        """Return what a reader needs to repeat the run and to see how good it is."""
        certificate, options = self.certificate, self.case.options
        return {
            "scenario": self.case.name,
            **certificate.as_dict(),
            "audit": self.audit.as_dict(),
            "seconds": dict(certificate.seconds),
            "size": dict(certificate.size),
            "threads": options.threads,
            "seed": options.seed,
            "platform": f"{platform.system()} {platform.machine()}",
            **made_from(self.case),
            "command": command,
        }

    def prices(self, **how: Any) -> Prices:
        """Say what the limits of the plan are worth: `mineralplan.prices`, with its keywords."""
        from mineralplan.studies.prices import prices

        return prices(self, **how)

    def compare(self, *others: Plan | Record | str | Path) -> Compare:
        """Say what differs between this plan and others: `mineralplan.compare`, with this one first."""
        from mineralplan.studies.compare import compare

        return compare([self, *others])

    def _repr_html_(self) -> str:
        return html(self.record(), default_language())


def solve(
    case: Case,
    *,
    gap: float | None = None,
    time_limit_s: float | None = None,
    watch: Callable[[str, Progress], None] | None = None,
    apart: bool | None = None,
    start: Allocation | None = None,
    compiled: Compiled | None = None,
) -> Plan:
    """Find the best plan of a case.

    Parameters
    ----------
    case : Case
    gap : float, optional
        Relative gap at which to stop; the scenario's otherwise.
    time_limit_s : float, optional
        The scenario's otherwise.
    watch : callable, optional
        Called with the objective's name and each `Progress`.
    apart : bool, optional
        Whether the solver runs in a process of its own, whose crash costs no more than the proof; otherwise it does
        when the model is large.

    Raises
    ------
    NoPlan
        When there is none, or none was found in time.
    """
    options = case.options
    settings = Settings(
        options.gap if gap is None else gap,
        options.time_limit_s if time_limit_s is None else time_limit_s,
        options.threads,
        options.seed,
    )
    begin = None if start is None else partial(extract.decisions, case, plan=start)
    result = optimise(case, settings, watch, apart=apart, compiled=compiled, start=begin)
    if result.found.x is None:
        raise NoPlan(result.found.status, case)
    return planned(case, result, settings)


def planned(case: Case, result: Search, settings: Settings) -> Plan:
    """Return what a search found as a plan: allocation, costs, certificate, and what the audit says of it."""
    program, found = result.program, result.found
    assert found.x is not None
    allocation = extract.allocation(case, program, found.x)
    costs = extract.costs(case, program, found.x)
    stages = found.stages
    if stages[0].objective == COST:
        # What the tables add up to is the objective: the tie-break may have moved it within its slack.
        value = float(costs["discounted_10kcny"].sum())
        first = stages[0]
        stages = (
            replace(first, value=value, bound=min(first.bound, value), safe_bound=min(first.safe_bound, value)),
            *stages[1:],
        )
    rows, columns = program.matrix.shape
    certificate = Certificate(
        found.status, stages[0].value, stages[0].bound, settings.gap, stages, found.stopped, result.seconds,
        {"rows": rows, "columns": columns, "nonzeros": int(program.matrix.nnz),
         "integers": int(program.integer.sum())}, result.reach,
    )
    return Plan(case, allocation, certificate, audit_claim(case, _claim(case, allocation, costs, stages)), costs)


def _claim(case: Case, allocation: Allocation, costs: pd.DataFrame, stages: Sequence[Stage]) -> Claim:
    """Return what the solver says of its plan, for the audit to doubt."""
    return Claim(
        allocation, Known(case.years),
        costs={(term, year): cost for year, term, cost, _ in costs.itertuples(index=False)},
        objectives={stage.objective: stage.value for stage in stages},
    )
