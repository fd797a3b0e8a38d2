"""Ensemble files: which scenario, what is uncertain in it, and how many draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any
from zlib import crc32

import numpy as np
from pydantic import Field

from mineralplan.case import Case, InputFile
from mineralplan.inputs.documents import Document, read_document
from mineralplan.inputs.faults import Faults, InputFaults, from_validation, message, one_of
from mineralplan.inputs.numbers import Count, Positive
from mineralplan.inputs.paths import beside
from mineralplan.inputs.plan import Label, Strict
from mineralplan.inputs.region import sha256
from mineralplan.inputs.validation import validated
from mineralplan.loading import load
from mineralplan.simulation.distributions import DISTRIBUTIONS, Distribution

MOST_DRAWS = 2**17
DEEPEST = 3
"""How many folders above the file its project may begin: one that holds scenarios, and one for kinds of them."""
OPEN = ("blocks", "supplies", "exports", "economics", "caps")
"""Groups of inputs in which a pattern may name several."""


class EnsembleFile(Strict):
    """What an ensemble file says; see docs/ensemble.md."""

    title: Label | None = None
    scenario: str
    seed: Count = 0
    plan: str = ""
    demand: bool = True
    inputs: dict[str, dict[str, Any]] = Field(default_factory=dict)
    draws: Annotated[Count, Field(ge=2, le=MOST_DRAWS)] = 1000
    decide: Annotated[Count, Field(le=MOST_DRAWS)] = 0
    gap: Annotated[Positive, Field(lt=1)] = 0.01


@dataclass(frozen=True)
class Uncertain:
    """One input and its distribution.

    Attributes
    ----------
    name : str
        As in a scenario file.
    stream : str
        Inputs with the same one have the same draw.
    central : float
        What the distribution's values multiply; 1 where they stand for themselves.
    """

    name: str
    distribution: Distribution
    stream: str
    central: float = 1.0

    def values(self, count: int, seed: int) -> list[float]:
        """Return the input's value in every draw; another input more or less changes nothing of it."""
        dice = np.random.default_rng([seed, crc32(self.stream.encode("utf-8"))])
        return [float(self.central * self.distribution.at(u)) for u in np.clip(dice.random(count), 1e-12, 1 - 1e-12)]


@dataclass(frozen=True)
class Ensemble:
    """An ensemble as read: its settings, its case, and what is uncertain.

    Attributes
    ----------
    plan : pathlib.Path or None
        The results folder of the plan to be tried.
    """

    name: str
    settings: EnsembleFile
    case: Case
    uncertain: tuple[Uncertain, ...]
    plan: Path | None
    source: InputFile


def read_ensemble(path: Path, overrides: Mapping[str, Any] | None = None) -> Ensemble:
    """Read an ensemble file and the scenario that it names.

    Parameters
    ----------
    path : pathlib.Path
    overrides : mapping, optional
        Changes laid over the scenario, by dotted name.

    Raises
    ------
    InputFaults
        With every fault of the file and of the scenario.
    """
    faults, name = Faults(), path.as_posix()
    document = read_document(path, name, faults)

    def report(detail: dict[str, Any]) -> None:
        where = tuple(detail["loc"])
        expected, found = from_validation(detail, EnsembleFile.model_fields)
        faults.add(name, document.origin(where).line, ".".join(map(str, where)), expected, found)

    settings = validated(EnsembleFile, document.values, report)
    written = {str(key): value for key, value in (settings.inputs if settings else {}).items()}
    distributions = {key: _distribution(document, key, entry, faults) for key, entry in written.items()}
    case = _case(path, document, settings, faults, overrides)
    plan = _plan(path, document, settings, faults)
    uncertain: list[Uncertain] = []
    for key, distribution in distributions.items():
        if case is not None and distribution is not None:
            uncertain += _checked(document, case, key, distribution, faults)
    if case is not None and settings is not None and not settings.demand and not written:
        faults.add(name, document.origin(("demand",)).line, "demand, inputs", message("present"), "–")
    faults.raise_if_any()
    assert settings is not None and case is not None
    return Ensemble(path.stem, settings, case, tuple(uncertain), plan, InputFile(name, sha256(path)))


def _distribution(document: Document, key: str, entry: dict[str, Any], faults: Faults) -> Distribution | None:
    before = len(faults.found)

    def add(parameter: str, expected: Any, found: object) -> None:
        line = document.origin(("inputs", key, parameter)).line
        faults.add(document.file, line, f"inputs.{key}.{parameter}", expected, found)

    kind = entry.get("distribution")
    if kind not in DISTRIBUTIONS:
        add("distribution", one_of(DISTRIBUTIONS, kind), repr(kind) if kind is not None else "–")
        return None
    model = DISTRIBUTIONS[str(kind)]

    def report(detail: dict[str, Any]) -> None:
        expected, found = from_validation(detail, model.model_fields)
        add(".".join(map(str, detail["loc"][:1])), expected, found)

    distribution = validated(model, entry, report)
    if len(faults.found) > before or distribution is None:
        return None
    for parameter, expected, found in distribution.wrong():
        add(parameter, expected, found)
    return distribution if len(faults.found) == before else None


def _case(
    path: Path, document: Document, settings: EnsembleFile | None, faults: Faults, overrides: Mapping[str, Any] | None
) -> Case | None:
    if settings is None or not settings.scenario:
        return None
    line = document.origin(("scenario",)).line
    folder = path.resolve().parents[min(DEEPEST, len(path.resolve().parents)) - 1]
    target = beside(path, settings.scenario, within=folder)
    if target is None or not target.is_file():
        expected = message("inside", folder=folder) if target is None else message("scenario_file")
        faults.add(document.file, line, "scenario", expected, repr(settings.scenario))
        return None
    try:
        case = load(_shown(path, settings.scenario), overrides)
    except InputFaults as error:
        for fault in error.faults:
            faults.add(fault.file, fault.line, fault.item, fault.expected, fault.found)
        return None
    return case


def _shown(path: Path, written: str) -> Path:
    """Return a path that a file names as a user would: as short as the file's own."""
    import os.path

    return Path(os.path.normpath(path.parent / written.replace("\\", "/")))


def _plan(path: Path, document: Document, settings: EnsembleFile | None, faults: Faults) -> Path | None:
    if settings is None or not settings.plan:
        return None
    found = _shown(path, settings.plan)
    if not (found / "manifest.json").is_file():
        faults.add(document.file, document.origin(("plan",)).line, "plan", message("readable"),
                   repr(settings.plan))
    return found


def _checked(
    document: Document, case: Case, key: str, distribution: Distribution, faults: Faults
) -> Iterator[Uncertain]:
    """Yield the inputs of an entry, each tried at a middling value."""
    line = document.origin(("inputs", key)).line
    known = dict(_central(case))
    names = [name for name in known if fnmatchcase(name, key)] if "*" in key else [key]
    if not names:
        faults.add(document.file, line, f"inputs.{key}", one_of(known, key), repr(key))
    if key.partition(".")[0] == "demand":
        faults.add(document.file, line, f"inputs.{key}", one_of(OPEN, key), repr(key))
        return
    for name in names:
        central = known.get(name) if distribution.scale else 1.0
        if central is None:
            faults.add(document.file, line, f"inputs.{name}.scale", one_of(known, name), repr(name))
            continue
        found = Uncertain(name, distribution, key if distribution.common else name, central)
        try:
            case.change({name: central * distribution.at(0.5)})
        except InputFaults as error:
            for fault in error.faults:
                faults.add(document.file, line, f"inputs.{fault.item}", fault.expected, fault.found)
        yield found


def _central(case: Case) -> Iterator[tuple[str, float]]:
    """Yield the inputs that are one figure, by their name in a scenario, with the figure."""
    for code, block in case.blocks.items():
        last = block.options[-1] if len(block.options) > 1 else None
        figures = {
            "resource_10kt": block.resource, "usable_share": block.usable_share, "recovery": block.recovery,
            "capacity_10kt_a": block.options[0].capacity, "capital_10kcny": block.options[0].capital,
            "operating_cny_t": block.operating_cost, "closure_10kcny": block.closure_cost,
            **({"expansion_capital_10kcny": last.capital} if last else {}),
        }
        yield from ((f"blocks.{code}.{column}", float(value)) for column, value in figures.items())
    for code in case.supplies:
        yield f"supplies.{code}.price_scale", 1.0
        yield f"supplies.{code}.limit_scale", 1.0
    for export in case.outlook.exports if case.outlook else ():
        yield f"exports.{export.code}.scale", 1.0
    for name, value in vars(case.economics).items():
        figures = {f".{item}": figure for item, figure in value.items()} if isinstance(value, dict) else {"": value}
        yield from ((f"economics.{name}{item}", float(figure)) for item, figure in figures.items())
    for mineral, indicator in case.rules.get("output_cap", {}).items():
        limit = indicator.schedule.at(case.years[-1])
        if limit is not None and all(indicator.schedule.at(year) == limit for year in case.years):
            yield f"caps.{mineral}", float(limit)
