"""From the rules of a plan to rows: hard where they bind, penalised where they are expected, elastic on demand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Case
from mineralplan.formulation.given import in_force
from mineralplan.rules import registry
from mineralplan.rules.rule import Rule

RowKey = tuple[str, int, str]


def add_rules(model: Any, case: Case, *, elastic: Collection[str] = (), without: Collection[str] = ()) -> None:
    """Add every rule that the case names, but those in ``without``; those in ``elastic`` may be missed, at no price."""
    for name, rule in registry().items():
        if name in case.rules and name not in without:
            _add(model, case, rule, elastic=name in elastic)


def _add(model: Any, case: Case, rule: Rule, *, elastic: bool) -> None:
    block = pyo.Block(concrete=True)
    model.add_component(f"rule_{rule.name}", block)
    hard: dict[RowKey, tuple[Any, float]] = {}
    soft: dict[RowKey, tuple[Any, float]] = {}
    penalties: dict[RowKey, Any] = {}
    for requirement in (requirement for other, requirement in in_force(case) if other is rule):
        item, year, priced = requirement.item, requirement.year, requirement.nature == "expected"
        limit = requirement.limit if rule.chooses else model.given["limit", rule.name, item, year]
        for name, left, right in rule.rows(model, case, replace(requirement, limit=limit)):
            key = (item, year, name)
            if _constant(left) and _constant(right) and pyo.value(left) <= right:
                continue
            target = soft if priced or elastic else hard
            target[key] = (left + model.nothing, right)
            if priced:
                penalties[key] = model.given["penalty", rule.name, item]
    block.hard = pyo.Constraint(list(hard), rule=lambda _, *key: hard[key][0] <= hard[key][1])
    block.missed = pyo.Var(list(soft), domain=pyo.NonNegativeReals)
    block.soft = pyo.Constraint(list(soft), rule=lambda b, *key: soft[key][0] - b.missed[key] <= soft[key][1])
    for key, penalty in penalties.items():
        model.penalties[key[1]].append(penalty * block.missed[key])


def _constant(expression: Any) -> bool:
    return isinstance(expression, int | float) or not expression.is_potentially_variable()
