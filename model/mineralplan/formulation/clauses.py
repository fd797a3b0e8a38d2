"""From the rules of a plan to rows: hard where they bind, penalised where they are expected, elastic on demand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Case
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
    penalties: dict[RowKey, float] = {}
    for requirement in rule.requirements(case):
        priced = requirement.nature == "expected" and requirement.indicator.penalty > 0
        if requirement.nature == "expected" and not priced:
            continue
        for name, left, right in rule.rows(model, case, requirement):
            key = (requirement.item, requirement.year, name)
            if _constant(left) and pyo.value(left) <= right:
                continue
            target = soft if priced or elastic else hard
            target[key] = (left + model.nothing, right)
            penalties[key] = requirement.indicator.penalty if priced else 0.0
    block.hard = pyo.Constraint(list(hard), rule=lambda _, *key: hard[key][0] <= hard[key][1])
    block.missed = pyo.Var(list(soft), domain=pyo.NonNegativeReals)
    block.soft = pyo.Constraint(list(soft), rule=lambda b, *key: soft[key][0] - b.missed[key] <= soft[key][1])
    for key in soft:
        if penalties[key]:
            model.penalties[key[1]].append(penalties[key] * block.missed[key])


def _constant(expression: Any) -> bool:
    return isinstance(expression, int | float) or not expression.is_potentially_variable()
