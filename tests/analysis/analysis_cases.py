"""Diagnoses whose every remedy was applied to the case and solved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from applied import applied

from mineralplan.analysis.diagnosis import Conflict, Diagnosis, diagnose
from mineralplan.analysis.questions import Asker
from mineralplan.case import Case
from mineralplan.solving.highs import Settings
from tiny import solved


def solves(given: Case, changes: Mapping[str, Any]) -> None:
    """Assert that the case has a plan once it is changed; the solver, not the analysis, says so."""
    solved(applied(given, changes))


def diagnosed(given: Case) -> Diagnosis:
    """Return the diagnosis of a case that cannot be met."""
    found = diagnose(given, Asker(Settings()))
    assert not found.feasible
    for remedy in (*(r for conflict in found.conflicts for r in conflict.remedies), found.combined):
        if remedy is not None and remedy.status == "found":
            assert remedy.verified
            if all(amount.name for amount in remedy.amounts):
                solves(given, remedy.changes)
    return found


def only_conflict(given: Case) -> Conflict:
    """Return the only conflict of a case."""
    found = diagnosed(given)
    assert len(found.conflicts) == 1
    assert found.conflicts[0].proven
    assert found.conflicts[0].released
    return found.conflicts[0]
