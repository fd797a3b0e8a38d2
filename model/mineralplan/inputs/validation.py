"""Validation that goes on after a fault, so that one report holds them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
ROUNDS = 8


def validated(model: type[M], values: Mapping[Any, Any], report: Callable[[dict[str, Any]], None]) -> M | None:
    """Return the model of some nested values, without what was at fault in them.

    Every error of the values as given is reported. Then what is at fault is taken out, and where that leaves
    something incomplete, that too: later checks can go on with the rest and find what else is wrong.

    Parameters
    ----------
    model : type
    values : mapping
    report : callable
        Called with each entry of ``ValidationError.errors()``.

    Returns
    -------
    BaseModel or None
        None where nothing valid is left. What was reported makes the whole invalid in any case.
    """
    rest = deepcopy(dict(values))
    for attempt in range(ROUNDS):
        try:
            return model.model_validate(rest)
        except ValidationError as error:
            for detail in error.errors():
                if attempt == 0:
                    report(dict(detail))
                location = detail["loc"][:-1] if detail["type"] == "missing" else detail["loc"]
                _take_out(rest, tuple(location))
    return None


def _take_out(values: dict[Any, Any], location: tuple[Any, ...]) -> None:
    """Remove the value at a location, or the nearest one above it that is a key of a mapping."""
    node: Any = values
    holder, key = None, None
    for part in location:
        if not isinstance(node, dict) or part not in node:
            break
        holder, key, node = node, part, node[part]
    if holder is not None:
        holder.pop(key, None)
