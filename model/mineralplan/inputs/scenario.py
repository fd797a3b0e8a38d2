"""Scenario files: what differs from the published plan, layer over layer.

The order of priority, lowest first: the region's plan and tables, the files named by ``extends`` in their order,
the file itself, changes made on the command line or in Python. Every layer is flattened to one value per dotted
name, so that a later layer replaces a name and two names for the same thing are seen as one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from mineralplan.inputs.documents import Document, Key, Origin, read_document
from mineralplan.inputs.faults import Faults, from_validation, message
from mineralplan.inputs.numbers import Amount, Count, Positive, Year
from mineralplan.inputs.paths import beside, project_of
from mineralplan.inputs.plan import Label, Strict
from mineralplan.inputs.schedule import YearlyFigure, fold, is_yearly
from mineralplan.inputs.validation import validated

MOST_DRAWS, MOST_THREADS = 2**20, 256
"""What a machine can hold."""


class IndicatorChange(Strict):
    """What a scenario may change of an indicator."""

    limit: Any = None
    nature: Literal["binding", "expected", "off"] | None = None
    penalty: Amount | None = None
    binding_from: Year | None = None
    existing_from: Year | None = None

    @field_validator("limit")
    @classmethod
    def _a_figure_or_by_year(cls, value: Any) -> Any:
        if isinstance(value, dict) and not is_yearly(value):
            raise PydanticCustomError("fault_by_year", "a figure or figures by year")
        return value


class SupplyChange(Strict):
    """A change of one supply from outside."""

    limit_scale: YearlyFigure | None = None
    price_scale: YearlyFigure | None = None


class ExportChange(Strict):
    """A change of one export."""

    on: bool = True
    scale: YearlyFigure | None = None


class ParameterChange(Strict):
    """A change of a parameter of the demand model: its 5, 50 and 95 % quantiles, constant or anchors by year."""

    low: YearlyFigure | None = None
    central: YearlyFigure | None = None
    high: YearlyFigure | None = None


class ProjectChange(Strict):
    """A change of one project."""

    delay_years: Amount | None = None
    cancelled: bool = False
    size: Positive | None = None
    start_year: Year | None = None
    end_year: Year | None = None


class DemandChange(Strict):
    """How the demand is projected.

    Attributes
    ----------
    estimator : {"bottom_up", "per_head", "cement"}
        The one that drives the scenario, with the reason why.
    interpolate : dict
        Parameter, or ``all`` → how the years between its anchors are filled; without it a gap is a fault.
    observed : str
        A file of observed use beside the scenario, in place of the region's.
    scale : dict
        Use, or ``all`` → factor on the demand.
    draws, seed : int
        Of the projection's band.
    """

    estimator: Literal["bottom_up", "per_head", "cement"] = "bottom_up"
    reason: Label | None = None
    interpolate: dict[str, Literal["linear", "monotone"]] = Field(default_factory=dict)
    parameters: dict[str, ParameterChange] = Field(default_factory=dict)
    projects: dict[str, ProjectChange] = Field(default_factory=dict)
    observed: str = ""
    scale: dict[str, YearlyFigure] = Field(default_factory=dict)
    draws: Annotated[Count, Field(ge=2, le=MOST_DRAWS)] = 4096
    seed: Count = 0


class TradeChange(Strict):
    """Whether there are imports from and exports to the neighbours."""

    imports: bool = True
    exports: bool = True


class SolveOptions(Strict):
    """How the model is solved.

    Attributes
    ----------
    gap : float
        Relative gap at which the search stops.
    time_limit_s : float or None
    threads : int
    seed : int
    reach_km : float or None
        Links that are longer and do not pay in the linear relaxation are left out; beside one objective only.
    """

    gap: Amount = 0.001
    time_limit_s: Positive | None = None
    threads: Annotated[Count, Field(le=MOST_THREADS)] = 1
    seed: Count = 0
    reach_km: Positive | None = None


class Scenario(Strict):
    """A scenario after its layers were merged.

    Attributes
    ----------
    actuals : str
        A file of observed years beside the scenario, in place of the region's.
    """

    title: Label | None = None
    region: str = ""
    years: tuple[Year, Year] | None = None
    size_class_reading: str | None = None
    rules: dict[str, dict[str, IndicatorChange]] = Field(default_factory=dict)
    blocks: dict[str, dict[str, Any]] = Field(default_factory=dict)
    actuals: str = ""
    supplies: dict[str, SupplyChange] = Field(default_factory=dict)
    exports: dict[str, ExportChange] = Field(default_factory=dict)
    demand: DemandChange = DemandChange()
    trade: TradeChange = TradeChange()
    economics: dict[str, Any] = Field(default_factory=dict)
    futures: dict[str, Any] = Field(default_factory=dict)
    objective: Annotated[tuple[str, ...], Field(min_length=1)] = ("cost",)
    solve: SolveOptions = SolveOptions()

    @field_validator("objective", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("solve")
    @classmethod
    def _reach_beside_one_objective(cls, value: SolveOptions, info: ValidationInfo) -> SolveOptions:
        if value.reach_km is not None and len(info.data.get("objective", ())) > 1:
            raise PydanticCustomError("fault_one_objective", "no reach_km beside several objectives")
        return value

    @field_validator("years")
    @classmethod
    def _rising(cls, value: tuple[int, int] | None) -> tuple[int, int] | None:
        if value is not None and value[0] > value[1]:
            raise PydanticCustomError("fault_years", "first year, last year")
        return value


SHORT = {"caps": ("rules", "output_cap"), "mines": ("rules", "mine_count", "all")}
"""Short names of what is changed most often."""
OWN: dict[Key, str] = {("rules",): "limit", ("demand", "parameters"): "central"}
"""What the own name of an item stands for."""


LONGEST_CHAIN = 20


@dataclass
class Layers:
    """A scenario's flat values and where each was written.

    Attributes
    ----------
    values : dict
        Path → value; a schedule is one value.
    origins : dict
        Path → place.
    files : list of (str, pathlib.Path)
        The files read, lowest priority first.
    """

    values: dict[Key, Any] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)
    files: list[tuple[str, Path]] = field(default_factory=list)

    def over(self, lower: Layers) -> Layers:
        """Return these values laid over ``lower``."""
        files = list(dict.fromkeys([*lower.files, *self.files]))
        merged = Layers(dict(lower.values), dict(lower.origins), files)
        for path, value in self.values.items():
            merged.values[path] = fold(merged.values.get(path), value)
            merged.origins[path] = self.origins[path]
        return merged

    def origin(self, path: Key, default: str) -> Origin:
        """Return where ``path``, or something below or above it, was written."""
        for length in range(len(path), 0, -1):
            for known, origin in self.origins.items():
                if known[:length] == path[:length]:
                    return origin
        return Origin(default)


def flatten(document: Document, faults: Faults) -> Layers:
    """Return a document's values by full path; the same name given twice with two values is a fault."""
    layers = Layers()

    def put(path: Key, value: Any, written: Key) -> None:
        origin = document.origin(written)
        if path in layers.values and layers.values[path] != value:
            other = layers.origins[path]
            faults.add(
                origin.file, origin.line, dotted(path), message("conflict", line=other.line, value=layers.values[path]),
                value,
            )
            return
        layers.values[path], layers.origins[path] = value, origin

    def walk(node: Any, path: Key, written: Key) -> None:
        if not path or (isinstance(node, dict) and node and not is_yearly(node)):
            for key, value in node.items():
                parts = tuple(str(key).split(".")) if isinstance(key, str) else (key,)
                walk(value, _full((*path, *parts)), (*written, key))
        else:
            put(_leaf(path), node, written)

    walk(document.values, (), ())
    return layers


def _full(path: Key) -> Key:
    """Replace a short name by what it stands for."""
    return SHORT[str(path[0])] + path[1:] if path and path[0] in SHORT else path


def _leaf(path: Key) -> Key:
    """Let an indicator's own name stand for its limit, and a parameter's for its central figure."""
    for above, leaf in OWN.items():
        if path[: len(above)] == above and len(path) == 3:
            return (*path, leaf)
    return path


def dotted(path: Key) -> str:
    """Return a path as the user would write it, with the short name where there is one."""
    for short, full in SHORT.items():
        if path[: len(full)] == full:
            path = (short, *path[len(full) :])
            if path[-1] == "limit":
                path = path[:-1]
    if path[:2] == ("demand", "parameters") and path[-1] == "central":
        path = path[:-1]
    return ".".join(str(part) for part in path)


def read_scenario(
    path: Path, name: str, faults: Faults, *, seen: tuple[Path, ...] = (), read: dict[Path, Layers] | None = None
) -> Layers:
    """Read a scenario file and those it extends.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        How reports call the file.
    faults : Faults
    seen : tuple of pathlib.Path
        The files that led here, to find a scenario that extends itself.
    read : dict, optional
        What was read already: a file that several extend is read once.
    """
    document = read_document(path, name, faults)
    parents = document.values.pop("extends", None) or []
    origin = document.origins.pop(("extends",), Origin(name))
    own = flatten(document, faults)
    own.files.append((name, path))
    below, project, read = Layers(), project_of(seen[0] if seen else path), {} if read is None else read
    for parent in parents if isinstance(parents, list) else [parents]:
        target = beside(path, str(parent), within=project)
        if target is None:
            faults.add(name, origin.line, "extends", message("inside", folder=project), repr(str(parent)))
            continue
        chain = (*seen, path.resolve())
        if target in chain or len(chain) > LONGEST_CHAIN:
            expected = message("not_itself") if target in chain else message("short_chain", most=LONGEST_CHAIN)
            faults.add(name, origin.line, "extends", expected, " → ".join(p.name for p in (*chain, target)))
            continue
        if not target.is_file():
            faults.add(name, origin.line, "extends", message("scenario_file"), repr(str(parent)))
            continue
        if target not in read:
            read[target] = read_scenario(target, _beside(name, str(parent)), faults, seen=chain, read=read)
        layer = read[target]
        _refuse_fights(below, layer, own, name, origin, faults)
        below = layer.over(below)
    return own.over(below)


def _beside(name: str, other: str) -> str:
    return (Path(name).parent / other.replace("\\", "/")).as_posix()


def _refuse_fights(below: Layers, layer: Layers, own: Layers, name: str, origin: Origin, faults: Faults) -> None:
    """Two parents that set one name differently must be settled by the file that extends both."""
    shared = set(below.values) & set(layer.values) - set(own.values) - {("title", "zh"), ("title", "en")}
    for path in sorted(shared, key=str):
        if below.values[path] != layer.values[path]:
            other = below.origins[path]
            faults.add(
                name, origin.line, dotted(path),
                message("parents_agree", file=other.file, value=below.values[path]),
                f"{layer.values[path]} ({layer.origins[path].file})",
            )


def changes(values: dict[str, Any], source: str) -> Layers:
    """Return the layer of changes made in Python or on the command line: dotted name → value."""
    faults = Faults()
    layers = flatten(Document(source, dict(values)), faults)
    faults.raise_if_any()
    return layers


def validate(layers: Layers, name: str, faults: Faults) -> Scenario:
    """Return the merged scenario; every unknown key and wrong value is recorded with its line."""
    nested: dict[Any, Any] = {}
    # What stands higher first: a name below a plain value must not get lost.
    for path, value in sorted(layers.values.items(), key=lambda entry: len(entry[0])):
        node = nested
        for depth, part in enumerate(path[:-1], start=1):
            step = node.setdefault(part, {})
            if not isinstance(step, dict):
                origin, above = layers.origins[path], layers.origin(path[:depth], name)
                only = message("conflict", line=above.line, value=step)
                faults.add(origin.file, origin.line, dotted(path), only, value)
            node = step if isinstance(step, dict) else {}
        node[path[-1]] = value

    def report(detail: dict[str, Any]) -> None:
        location = tuple(detail["loc"])
        origin = layers.origin(location, name)
        expected, found = from_validation(detail, _known_keys(location))
        faults.add(origin.file, origin.line, dotted(location), expected, found)

    return validated(Scenario, nested, report) or Scenario()


def _known_keys(location: Key) -> list[str]:
    """Return the keys that exist beside the last part of ``location``."""
    top = [*Scenario.model_fields, *SHORT, "extends"]
    inner: dict[Key, type[Strict]] = {
        ("title",): Label, ("demand",): DemandChange, ("trade",): TradeChange, ("solve",): SolveOptions,
        ("rules",): IndicatorChange, ("supplies",): SupplyChange, ("exports",): ExportChange,
        ("demand", "reason"): Label, ("demand", "parameters"): ParameterChange, ("demand", "projects"): ProjectChange,
    }
    above = [path for path in inner if location[: len(path)] == path and len(location) > len(path)]
    return list(inner[max(above, key=len)].model_fields) if above else top
