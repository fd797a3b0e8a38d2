"""What points of a sweep prove of one another, and of which this may be said at all."""

from __future__ import annotations

import pytest

from mineralplan.analysis.dominance import Place, place, tightened
from mineralplan.case import Case
from mineralplan.solving.highs import SolverFailure
from tiny import block, case, indicator


def test_points_prove_of_one_another() -> None:
    """The tight point's 100 is a plan of the loose one, which found only 130; the loose bound 90 holds for the tight.

    Without the exchange the loose point would keep 130 and the tight one its bound of 80.
    """
    tight, loose = Place("k", (1.0, 5.0)), Place("k", (2.0, 5.0))

    first, second = tightened([tight, loose], [100.0, 130.0], [80.0, 90.0])

    assert (first.objective, first.bound, first.bound_of) == (100.0, 90.0, 1)
    assert (second.objective, second.bound, second.plan_of) == (100.0, 90.0, 0)


def test_points_that_differ_in_more_prove_nothing_of_one_another() -> None:
    kept = tightened([Place("k", (1.0,)), Place("other", (2.0,))], [100.0, 130.0], [80.0, 90.0])

    assert [(entry.objective, entry.bound) for entry in kept] == [(100.0, 80.0), (130.0, 90.0)]


def test_a_contradiction_is_a_failure() -> None:
    """A tight plan of 100 cannot lie under the loose point's bound of 120."""
    with pytest.raises(SolverFailure):
        tightened([Place("k", (1.0,)), Place("k", (2.0,))], [100.0, 130.0], [80.0, 120.0])


def pit(limit: float = 16, nature: str = "binding", *, demand: float = 12.0) -> Case:
    """Return one pit under an output cap."""
    penalty = {} if nature == "binding" else {"penalty": 1}
    rules = {"output_cap": {"stone": indicator(limit, nature, **penalty)}}
    return case([block("A", 10)], {2021: demand}, years=(2021,), unserved=12.0, rules=rules)


def test_only_binding_limits_make_a_case_looser() -> None:
    """Another penalised target is another cost, another demand another case."""
    assert place(pit(16)).within(place(pit(17)))
    assert not place(pit(17)).within(place(pit(16)))
    assert not place(pit(16, "expected")).within(place(pit(17, "expected")))
    assert not place(pit(16)).within(place(pit(17, demand=13.0)))
