"""A region's folder: its published plan and its tables."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from mineralplan.inputs.documents import Document, Origin, read_document
from mineralplan.inputs.faults import Faults, message, one_of
from mineralplan.inputs.outline import Ring, read_outline
from mineralplan.inputs.paths import beside, project_of
from mineralplan.inputs.rows import (
    ActualRow,
    AdditionRow,
    BlockRow,
    ChainRow,
    EconomicRow,
    ExplorationRow,
    ExportRow,
    FutureRow,
    ObservedRow,
    ParameterRow,
    PlaceRow,
    ProjectRow,
    ProjectTownRow,
    QuantityRow,
    RouteRow,
    SupplyRow,
    ZoneRow,
)
from mineralplan.inputs.tables import Density, Table, read_table


@dataclass(frozen=True)
class Region:
    """What a region's folder says, before any scenario.

    Attributes
    ----------
    plan : Document
        ``plan.yaml``, not validated yet: scenarios change it first.
    outline : tuple of rings
        The district's border, where the folder has one.
    files : tuple of (str, pathlib.Path)
        Every file that was read.
    """

    name: str
    folder: Path
    plan: Document
    zones: Table[ZoneRow]
    blocks: Table[BlockRow]
    merges: Table[BlockRow]
    additions: Table[AdditionRow]
    actuals: Table[ActualRow]
    exploration: Table[ExplorationRow]
    supplies: Table[SupplyRow]
    exports: Table[ExportRow]
    economics: Table[EconomicRow]
    futures: Table[FutureRow]
    parameters: Table[ParameterRow]
    quantities: Table[QuantityRow]
    chain: Table[ChainRow]
    projects: Table[ProjectRow]
    project_towns: Table[ProjectTownRow]
    observed: Table[ObservedRow]
    places: Table[PlaceRow]
    routes: Table[RouteRow]
    outline: tuple[Ring, ...]
    files: tuple[tuple[str, Path], ...]


def shipped() -> tuple[str, ...]:
    """Return the names of the regions that come with the program."""
    root = resources.files("mineralplan") / "regions"
    return tuple(sorted(entry.name for entry in root.iterdir() if (entry / "plan.yaml").is_file()))


def find_region(name: str, scenario: Path, origin: Origin, faults: Faults, *, trusted: bool = False) -> Path | None:
    """Return the folder of a region: a shipped name, or a folder that the scenario names from its own.

    Parameters
    ----------
    name : str
    scenario : pathlib.Path
        The scenario file.
    origin : Origin
        Where the name was written.
    faults : Faults
    trusted : bool
        Whether the user typed the name, who may read any folder.
    """
    folder = beside(scenario, name, within=None if trusted else project_of(scenario)) if name else None
    if folder is not None and (folder / "plan.yaml").is_file():
        return folder
    if name in shipped():
        return Path(str(resources.files("mineralplan") / "regions" / name))
    if name and folder is None:
        faults.add(origin.file, origin.line, "region", message("inside", folder=project_of(scenario)), repr(name))
    # A scenario that could not be read may well name its region.
    elif name or all(fault.item != fault.file for fault in faults.found):
        expected = one_of(shipped(), name) if name else message("present")
        faults.add(origin.file, origin.line, "region", expected, repr(name))
    return None


def read_region(name: str, folder: Path, faults: Faults) -> Region:
    """Read every file of a region's folder."""
    plan = read_document(folder / "plan.yaml", f"{name}/plan.yaml", faults)
    files = [(plan.file, folder / "plan.yaml")]

    def density(raw: dict[str, str]) -> float | None:
        figure = _of_mineral(plan, raw.get("mineral", "")).get("density_t_m3")
        return float(figure) if isinstance(figure, int | float) else None

    def table(
        file: str, model: type, required: bool = True, density: Density = density
    ) -> Table:  # type: ignore[type-arg]
        path = folder / file
        if path.exists():
            files.append((f"{name}/{file}", path))
        return read_table(path, f"{name}/{file}", model, faults, density=density, required=required)

    border = folder / "outline.geojson"
    outline = read_outline(border, f"{name}/{border.name}", faults)
    if border.exists():
        files.append((f"{name}/{border.name}", border))
    blocks, merges = table("blocks.csv", BlockRow), table("merges.csv", BlockRow, required=False)
    return Region(
        name=name,
        folder=folder,
        plan=plan,
        zones=table("zones.csv", ZoneRow),
        blocks=blocks,
        merges=merges,
        additions=table("additions.csv", AdditionRow, required=False),
        actuals=table("actuals.csv", ActualRow, required=False, density=density_by_block(plan, blocks, merges)),
        exploration=table("exploration.csv", ExplorationRow, required=False),
        supplies=table("supplies.csv", SupplyRow, required=False),
        exports=table("exports.csv", ExportRow, required=False),
        economics=table("economics.csv", EconomicRow),
        futures=table("futures.csv", FutureRow, required=False),
        parameters=table("demand/parameters.csv", ParameterRow),
        quantities=table("demand/quantities.csv", QuantityRow),
        chain=table("demand/chain.csv", ChainRow),
        projects=table("demand/projects.csv", ProjectRow, required=False),
        project_towns=table("demand/project_towns.csv", ProjectTownRow, required=False),
        observed=table("demand/observed_use.csv", ObservedRow, required=False),
        places=table("demand/places.csv", PlaceRow, required=False),
        routes=table("routes.csv", RouteRow, required=False),
        outline=outline,
        files=tuple(files),
    )


def density_by_block(plan: Document, *tables: Table[BlockRow]) -> Density:
    """Return what turns the volumes of a row that names a block into masses, t/m³.

    Of a mineral that is measured in 10⁴ m³ these stand where masses do: its factor is 1.
    """
    minerals = {row.block: row.mineral for table in tables for row in table.rows}

    def density(raw: dict[str, str]) -> float | None:
        mineral = _of_mineral(plan, minerals.get(raw.get("block", "").strip(), ""))
        figure = 1.0 if mineral.get("unit") == "10km3" else mineral.get("density_t_m3")
        return float(figure) if isinstance(figure, int | float) else None

    return density


def _of_mineral(plan: Document, mineral: str) -> dict[str, Any]:
    """Return what the plan says of a mineral, nothing where it says nothing that can be read."""
    minerals = plan.values.get("minerals")
    entry = minerals.get(mineral) if isinstance(minerals, dict) else None
    return entry if isinstance(entry, dict) else {}


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
