"""The mid-term evaluation (中期评估) and the final one: what was seen against the plan, and what is to be done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.analysis.adjustments import adjustments, least_change, scales
from mineralplan.analysis.evaluation import Course, Courses, evaluation, paths, reasons
from mineralplan.analysis.replanning import Bench, Proposal
from mineralplan.analysis.standing import as_published
from mineralplan.auditing.audit import audit
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST
from mineralplan.outputs import tables as results
from mineralplan.outputs.conflicts import conflicts
from mineralplan.planning import NoPlan, Plan, solve
from mineralplan.report.record import Record
from mineralplan.report.studies.evaluate_text import html, page
from mineralplan.solving.highs import Settings
from mineralplan.studies.told import Told
from mineralplan.words import default_language

LEAST_CHANGE_S = 120.0
"""Seconds that the search for the least change may take; what it proved by then is said."""
STAGES = 5
Watch = Callable[[int, int, int], None]


@dataclass(frozen=True)
class Evaluation(Told):
    """How a plan fares that is half over, and what could still be done.

    Attributes
    ----------
    case : Case
        With its observed years.
    bench : Bench
        What was published, and what stands.
    courses : Courses
    least : Proposal
        The plan with the least change.
    said : mapping
        Costs, bounds, the price of keeping to the plan, and what was audited.
    """

    kind: ClassVar[str] = "evaluate"
    case: Case
    bench: Bench = field(repr=False)
    courses: Courses = field(repr=False)
    least: Proposal = field(repr=False)
    said: Mapping[str, Any]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by file name, as docs/evaluate.md describes them."""
        replanned = self.courses.replanned.allocation
        least, needed = least_change(self.bench, self.least.allocation)
        return {
            "evaluation": evaluation(self.courses), "reasons": reasons(self.courses),
            "adjustments": adjustments(self.bench, self.courses, needed), "least_change": least,
            "conflicts": _conflicts(self.case, replanned), "paths": paths(self.courses),
            "scales": scales(self.bench, replanned, self.least.allocation),
        }

    def allocation(self, course: str) -> Allocation:
        """Return what was done in ``published``, ``as_things_stand``, ``replanned`` or ``least_change``."""
        return {
            "published": self.courses.published.allocation, "as_things_stand": self.courses.stands.allocation,
            "replanned": self.courses.replanned.allocation, "least_change": self.least.allocation,
        }[course]

    @property
    def off_course(self) -> bool:
        """Whether an indicator is missed even after the re-plan."""
        return not self.tables["evaluation"]["on_course_replanned"].all()

    def manifest(self) -> dict[str, Any]:
        """Return what a reader needs to repeat the study."""
        return dict(self.said)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.said, lang or default_language())

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.said, default_language())


def evaluate(
    case: Case, *, plan: Plan | Record | None = None, gap: float | None = None, watch: Watch | None = None
) -> Evaluation:
    """Evaluate a plan of which some years have been observed.

    Parameters
    ----------
    case : Case
        With its observed years.
    plan : Plan or Record, optional
        The published plan; the same case without what was observed is solved otherwise.
    gap : float, optional
        Relative gap of every search; the scenario's otherwise.
    watch : callable, optional
        Called with the number of stages done, of all, and 0.

    Raises
    ------
    ValueError
        When nothing was observed, or the case does not minimise cost first.
    NoPlan
        When there is no plan, published or anew: the case of the exception says which.
    SolverFailure
        When what was observed leaves no way to be carried out.
    """
    began = time.perf_counter()
    if not case.observed_years:
        raise ValueError(f"{case.name}: no observed years")
    if case.objective[0] != COST:
        raise ValueError(f"a case that minimises {COST} first, not {case.objective[0]}")
    done = _counted(watch)
    published = solve(as_published(case), gap=gap) if plan is None else plan
    course = Course(published.case, published.audit.allocation)
    done()
    options = case.options
    settings = Settings(options.gap if gap is None else gap, options.time_limit_s, options.threads, options.seed)
    bench = Bench(case, course.allocation, settings)
    courses_stand = Course(case, bench.forecast)
    done()
    kept = bench.kept()
    if kept is None:
        raise NoPlan("infeasible", case)
    done()
    # It begins from the plan that keeps to what was published, so that it is never dearer, however wide the gap.
    free = solve(case, gap=gap, start=kept.allocation)
    done()
    least = bench.least(kept.allocation, LEAST_CHANGE_S)
    done()
    courses = Courses(course, courses_stand, Course(case, kept.allocation))
    said = _said(bench, kept, free, least, published) | {"seconds": {"evaluate": time.perf_counter() - began}}
    return Evaluation(case, bench, courses, least, said)


def _counted(watch: Watch | None) -> Callable[[], None]:
    count = iter(range(1, STAGES + 1))
    return lambda: None if watch is None else watch(next(count), STAGES, 0)


def _said(bench: Bench, kept: Proposal, free: Plan, least: Proposal, published: Plan | Record) -> dict[str, Any]:
    case, cheapest = bench.case, free.certificate
    proof = published.certificate.as_dict() if isinstance(published, Plan) else published.manifest
    stands = audit(case, bench.forecast)
    return {
        "scenario": case.name, "target_year": case.target_year, "observed_years": [*case.observed_years],
        "actuals": case.observed_from, "final": case.target_year <= case.observed_years[-1],
        "plan": {name: proof.get(name) for name in ("status", "objective", "bound", "gap")} | {
            "scenario": published.case.name},
        "as_things_stand_10kcny": float(stands.objectives[COST]) if COST in stands.objectives else None,
        "keep_10kcny": case.futures.keep, "wanted_gap": bench.settings.gap,
        "replanned": {"cost_10kcny": kept.cost, "objective": kept.objective, "bound": kept.bound, "gap": kept.gap},
        "without_preference": {
            "cost_10kcny": cheapest.objective, "bound": cheapest.bound, "gap": cheapest.gap},
        "price_10kcny": round(kept.cost - cheapest.objective, 3) + 0.0,
        "price_at_most_10kcny": round(kept.cost - cheapest.bound, 3) + 0.0,
        "least_change": {"departures": round(least.objective), "at_least": least.bound, "cost_10kcny": least.cost,
                         "proven": least.bound > round(least.objective) - 1 + 1e-6},
        "audit": kept.audit.as_dict(), "breaches_as_things_stand": len(stands.breaches),
    }


def _conflicts(case: Case, plan: Allocation) -> pd.DataFrame:
    """Return where observed years are at odds with clauses, the working rate or the projected demand."""
    nothing = pd.DataFrame(columns=["year", "term", "cost_10kcny", "discounted_10kcny"])
    return conflicts(case, results.tables(case, plan, audit(case, plan).findings, nothing))
