"""Lay the changes of a remedy over a case built in Python, as docs/scenarios.md says and without the package's help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mineralplan.case import Case
from mineralplan.inputs.schedule import Schedule


def applied(given: Case, changes: Mapping[str, Any]) -> Case:
    """Return the case with the changes, dotted name → value; a figure from a year on leaves what held before."""
    for name, value in changes.items():
        part, *path = name.split(".")
        if part == "economics":
            given = replace(given, economics=replace(given.economics, **{path[0]: value}))
        elif part == "blocks":
            assert path[1] == "resource_10kt"
            given = replace(given, blocks={**given.blocks, path[0]: replace(given.blocks[path[0]], resource=value)})
        elif part == "supplies":
            assert path[1] == "limit_scale"
            old = given.supplies[path[0]]
            limit = {year: old.limit[year] * _at(value, year, 1.0) for year in given.years}
            given = replace(given, supplies={**given.supplies, path[0]: replace(old, limit=limit)})
        else:
            rule, item = {"caps": ("output_cap", *path), "mines": ("mine_count", "all"), "rules": tuple(path)}[part]
            indicator = given.rules[rule][item]
            limits = {y: _at(value, y, indicator.schedule.at(y)) for y in given.years}
            steps = tuple((y, limit) for y, limit in limits.items() if limit is not None)
            loose = indicator.model_copy(update={"limit": Schedule(steps), "between": "step"})
            given = replace(given, rules={**given.rules, rule: {**given.rules[rule], item: loose}})
    return given


def _at(value: Any, year: int, before: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    steps = [start for start in value if start <= year]
    return value[max(steps)] if steps else before
