"""The file of a sweep: which inputs of which scenario are varied over which values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from mineralplan.analysis.sweep_grid import Axis, Grid
from mineralplan.case import Case
from mineralplan.inputs.documents import Document, Key, Origin, read_document
from mineralplan.inputs.faults import Faults, InputFaults, from_validation, message, one_of
from mineralplan.inputs.numbers import Amount
from mineralplan.inputs.paths import beside, is_file_name
from mineralplan.inputs.plan import Label, Strict
from mineralplan.inputs.scenario import changes
from mineralplan.inputs.validation import validated
from mineralplan.loading import load

MOST_POINTS = 10_000
GAP = 0.01
"""Wanted where nothing is said: most points are proven by the relaxation and a neighbour's plan alone."""
IN_PYTHON = "sweep"
"""How reports call axes that were given in Python."""


class SweepFile(Strict):
    """What a sweep's file says.

    Attributes
    ----------
    scenario : str
        A scenario file, named from the sweep's own folder.
    axes : dict
        Dotted name of an input → its values.
    base : dict
        Dotted name → the value of it at the point that the others are compared with.
    """

    title: Label | None = None
    scenario: str
    axes: Annotated[dict[str, list[Any]], Field(min_length=1)]
    base: dict[str, Any] = Field(default_factory=dict)
    gap: Amount = GAP


@dataclass(frozen=True)
class Design:
    """A sweep that is without fault, ready to be solved."""

    name: str
    title: Label | None
    case: Case
    grid: Grid
    gap: float


def read_design(path: Path, *, gap: float | None = None) -> Design:
    """Read a sweep's file and its scenario.

    Raises
    ------
    InputFaults
        With every fault of the file, of its scenario, and of every value laid over it.
    """
    faults, name = Faults(), path.as_posix()
    if not is_file_name(path.stem):
        faults.add(name, None, name, message("file_name"), repr(path.stem))
    document = read_document(path, name, faults)
    if faults.found and not document.values:
        raise InputFaults(faults.found)

    def report(detail: dict[str, Any]) -> None:
        location: Key = tuple(detail["loc"])
        known = (Label if location[:-1] == ("title",) else SweepFile).model_fields
        expected, found = from_validation(detail, known)
        origin = document.origin(location)
        faults.add(origin.file, origin.line, ".".join(map(str, location)), expected, found)

    said = validated(SweepFile, document.values, report)
    case = _scenario(path, said, document, faults)
    axes = said.axes if said else _lists(document.values.get("axes"))
    grid = _grid(case, axes, said.base if said else {}, document, faults)
    faults.raise_if_any()
    assert said is not None and case is not None and grid is not None
    return Design(path.stem, said.title, case, grid, said.gap if gap is None else gap)


def design(case: Case, axes: Mapping[str, Sequence[Any]], *, base: Mapping[str, Any], gap: float | None) -> Design:
    """Return the design of a sweep that was given in Python.

    Raises
    ------
    InputFaults
        With every fault of every axis.
    ValueError
        When the case was built in Python and not read from files.
    """
    faults = Faults()
    if not axes:
        faults.add(IN_PYTHON, None, "axes", message("some"), "{}")
    grid = _grid(case, {name: list(values) for name, values in axes.items()}, base, Document(IN_PYTHON), faults)
    faults.raise_if_any()
    assert grid is not None
    return Design(f"{case.name}_sweep", None, case, grid, GAP if gap is None else gap)


def _scenario(path: Path, said: SweepFile | None, document: Document, faults: Faults) -> Case | None:
    named = said.scenario if said else document.values.get("scenario")
    if not isinstance(named, str):
        return None
    origin = document.origin(("scenario",))
    # A sweep lies in a folder of the scenarios: its project is the one that the scenarios belong to.
    project = path.resolve().parent.parent.parent
    file = beside(path, named, within=project)
    if file is None:
        faults.add(origin.file, origin.line, "scenario", message("inside", folder=project), repr(named))
        return None
    if not file.is_file():
        faults.add(origin.file, origin.line, "scenario", message("scenario_file"), repr(named))
        return None
    try:
        return load(_as_named(path, named))
    except InputFaults as error:
        for fault in error.faults:
            faults.add(fault.file, fault.line, fault.item, fault.expected, fault.found)
        return None


def _as_named(path: Path, named: str) -> Path:
    """Return a path as the user would write it: ``scenarios/sweeps/../x.yaml`` is ``scenarios/x.yaml``."""
    parts: list[str] = []
    for part in (path.parent / named.replace("\\", "/")).parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def _lists(axes: Any) -> dict[str, list[Any]]:
    return {str(name): values for name, values in axes.items() if isinstance(values, list)} \
        if isinstance(axes, dict) else {}


def _grid(
    case: Case | None, axes: Mapping[str, list[Any]], base: Mapping[str, Any], document: Document, faults: Faults
) -> Grid | None:
    """Return the grid; every value is laid over the case once, each axis by itself."""
    taken: dict[Key, int | None] = {}
    own: list[int] = []
    for name, values in axes.items():
        origin = document.origin(("axes", name))
        if not values:
            faults.add(origin.file, origin.line, f"axes.{name}", message("some"), "[]")
        _refuse_twins(name, values, origin, faults)
        _refuse_same_input(name, values, origin, taken, faults)
        own.append(_own_value(case, name, values, origin, faults) if case else 0)
    points = prod(len(values) for values in axes.values())
    if points > MOST_POINTS:
        origin = document.origin(("axes",))
        faults.add(origin.file, origin.line, "axes", message("fewer_points", most=MOST_POINTS), points)
    chosen = dict(zip(axes, own, strict=True))
    for name, value in base.items():
        origin = document.origin(("base", name))
        if name not in axes:
            faults.add(origin.file, origin.line, f"base.{name}", one_of(axes, name), repr(name))
        elif value not in axes[name]:
            faults.add(origin.file, origin.line, f"base.{name}", one_of(map(repr, axes[name]), repr(value)),
                       repr(value))
        else:
            chosen[name] = axes[name].index(value)
    if faults.found:
        return None
    return Grid(tuple(Axis(name, tuple(values)) for name, values in axes.items()), tuple(chosen.values()))


def _refuse_twins(name: str, values: list[Any], origin: Origin, faults: Faults) -> None:
    for position, value in enumerate(values):
        if value in values[:position]:
            faults.add(origin.file, origin.line, f"axes.{name}", message("once"), repr(value))


def _refuse_same_input(
    name: str, values: list[Any], origin: Origin, taken: dict[Key, int | None], faults: Faults
) -> None:
    """Two axes must not set one input, be it under two names."""
    for path in changes({name: values[0]}, origin.file).values if values else ():
        if path in taken:
            faults.add(origin.file, origin.line, f"axes.{name}", message("unique", line=taken[path]), repr(name))
        taken[path] = origin.line


def _own_value(case: Case, name: str, values: list[Any], origin: Origin, faults: Faults) -> int:
    """Return which of the values is the scenario's own, the first where none is; record what cannot be laid over it."""
    own = 0
    for position, value in reversed(list(enumerate(values))):
        try:
            changed = case.change({name: value})
        except InputFaults as error:
            for fault in error.faults:
                faults.add(origin.file, origin.line, f"axes.{fault.item}", fault.expected, fault.found)
            continue
        if replace(changed, overrides=case.overrides) == case:
            own = position
    return own
