"""The plan that a study begins from, solved once however often the study is started."""

from __future__ import annotations

from typing import Any

from mineralplan.case import Case
from mineralplan.outputs.manifest import versions
from mineralplan.planning import NoPlan, solve
from mineralplan.simulation.store import Store, digest
from mineralplan.simulation.workers import Task, run_tasks


def identity(case: Case) -> tuple[Any, ...]:
    """Return what every answer about a case depends on: versions, inputs with their sha256, changes."""
    return (versions(), [(entry.name, entry.sha256) for entry in case.inputs], case.overrides, case.name)


def solved_once(case: Case, store: Store | None) -> dict[str, Any]:
    """Return ``allocation`` and ``certificate`` of the plan of a case, from the store where it is there.

    Raises
    ------
    NoPlan
        When the case has none.
    """
    task = Task(digest("plan", *identity(case)), case)
    (answer,) = run_tasks(_nothing, None, _solved, [task], store=store).values()
    if "no_plan" in answer:
        raise NoPlan(answer["no_plan"], case)
    return dict(answer)


def _nothing(_: None) -> None:
    return None


def _solved(_: None, case: Case) -> dict[str, Any]:
    try:
        plan = solve(case)
    except NoPlan as nothing:
        return {"no_plan": nothing.status}
    if plan.certificate.stopped == "interrupt":
        raise KeyboardInterrupt
    certificate = plan.certificate
    return {"allocation": plan.allocation, "certificate": {
        "status": certificate.status, "objective": certificate.objective, "bound": certificate.bound,
        "gap": certificate.gap}}
