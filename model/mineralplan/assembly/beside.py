"""Tables that a scenario names in place of the region's own: they lie beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from mineralplan.assembly.context import Context
from mineralplan.inputs.documents import Key
from mineralplan.inputs.faults import message
from mineralplan.inputs.paths import beside, project_of
from mineralplan.inputs.region import sha256
from mineralplan.inputs.rows import Row
from mineralplan.inputs.tables import Density, Table, read_table

R = TypeVar("R", bound=Row)


def own_file(ctx: Context, path: Key, name: str) -> tuple[str, Path | None] | None:
    """Return the file that a scenario names at a path: how reports call it, and where it is if it may be read.

    Returns
    -------
    tuple or None
        None where it names none.
    """
    if not name:
        return None
    written = Path(ctx.sources.layers.origin(path, ctx.sources.scenario_file).file)
    # What is typed, on the command line or in Python, is seen from the user's folder and may lie anywhere.
    typed = not written.suffix
    project = None if typed else project_of(Path(ctx.sources.scenario_file))
    file = (written.parent / name.replace("\\", "/")).as_posix()
    return file, beside(written, name, within=project)


def own_table(
    ctx: Context, path: Key, name: str, model: type[R], shipped: Table[R], *, density: Density = lambda _: None
) -> Table[R]:
    """Return the table that a scenario names at a path, or the region's where it names none.

    Parameters
    ----------
    path : tuple
        Where the scenario names it.
    name : str
        What stands there; empty where nothing does.
    model : type
        The row model.
    shipped : Table
        The region's.
    density : callable, optional
        As of `read_table`.
    """
    given = own_file(ctx, path, name)
    if given is None:
        return shipped
    file, place = given
    if place is None:
        ctx.fault(path, message("inside", folder=project_of(Path(ctx.sources.scenario_file))), repr(name))
        return Table(file)
    if not place.is_file():
        ctx.fault(path, message("readable"), repr(file))
    return read_table(place, file, model, ctx.faults, density=density, required=place.is_file())


def own_input(ctx: Context, path: Key, name: str) -> tuple[tuple[str, str], ...]:
    """Return name and sha256 of the file that a scenario names at a path."""
    given = own_file(ctx, path, name)
    return ((given[0], sha256(given[1])),) if given and given[1] and given[1].is_file() else ()
