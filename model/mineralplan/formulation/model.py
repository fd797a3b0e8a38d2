"""The assembly of the model: states, flows, mining, rules, and the lines of the objectives."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from mineralplan.case import Case
from mineralplan.formulation.clauses import add_rules
from mineralplan.formulation.costs import TERMS
from mineralplan.formulation.flows import Link, add_flows, links
from mineralplan.formulation.given import Given
from mineralplan.formulation.mining import add_mining, add_strong_links
from mineralplan.formulation.objectives import MEASURES
from mineralplan.formulation.states import add_states


def build(
    case: Case,
    *,
    states: Callable[[Any, Case], None] = add_states,
    strong: bool = True,
    elastic: Collection[str] = (),
    without: Collection[str] = (),
    symbols: bool = False,
    over: Collection[Link] | None = None,
) -> Any:
    """Build the Pyomo model of a case.

    Parameters
    ----------
    case : Case
    states : callable
        What adds the states and their vocabulary; another formulation of them can be put in its place.
    strong : bool
        Whether to add the rows that tie each shipment to an open mine.
    elastic : collection of str
        Rules to add in their elastic form.
    without : collection of str
        Rules to leave out.
    symbols : bool
        Whether variables stand for the figures (`mineralplan.formulation.given`), for a compiler that knows them.
    over : collection of Link, optional
        The only links over which blocks ship; every one otherwise.

    Returns
    -------
    pyomo.environ.ConcreteModel
        Its ``line`` objectives are the cost terms and measures by year; which of them are added up, and how they are
        weighed, is said by `mineralplan.formulation.objectives.lines`.
    """
    model = pyo.ConcreteModel(name=case.name)
    # A column that is nothing: it keeps rows alive whose left side is a constant, so that they can fail.
    model.nothing = pyo.Var(bounds=(0, 0))
    model.links = tuple(links(case)) if over is None else over
    model.given = Given(case, model if symbols else None, model.links)
    model.penalties = {year: [] for year in case.years}
    with PauseGC():  # all that is made stays: looking for what could go doubles the time
        states(model, case)
        add_flows(model, case)
        add_mining(model, case)
        if strong:
            add_strong_links(model, case)
        add_rules(model, case, elastic=elastic, without=without)
        add_lines(model, case)
    return model


def add_lines(model: Any, case: Case) -> None:
    """Add every cost term and measure, by year, as an objective line."""
    terms = {**TERMS, **{f"measure:{name}": term for name, term in MEASURES.items()}}
    index = [(name, year) for name in terms for year in case.years]
    model.line = pyo.Objective(index, rule=lambda m, name, y: m.nothing + terms[name](m, case, y))
