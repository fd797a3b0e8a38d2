"""The dated projects of a case, as the tables give them and the scenario changes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mineralplan.assembly.context import Context
from mineralplan.demand.projects import Project
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import ProjectRow
from mineralplan.inputs.scenario import ProjectChange
from mineralplan.inputs.tables import Placed, Table

WHOLE = 1e-6
"""How far shares may sum from one."""
TOWNS, BUILT, PLANNED = "towns", "built", "planned"


def assemble_projects(ctx: Context, parameters: set[str], people: dict[str, dict[str, float]]) -> tuple[Project, ...]:
    """Return every project with the shares of its townships.

    Parameters
    ----------
    people : dict of str to dict
        ``population``, ``urban``, ``rural`` → township → share.
    """
    table, changes = ctx.region.projects, ctx.scenario.demand.projects
    for name in changes:
        if name not in table.names:
            ctx.fault(("demand", "projects", name), one_of(table.names, name), repr(name))
    towns = assemble_shares(ctx, ctx.region.project_towns, "project", table.names)
    projects = []
    for placed in table.placed:
        row = placed.row
        known = ctx.known(table, placed, "intensity", parameters)
        known &= not row.spoil or ctx.known(table, placed, "spoil", parameters)
        own = towns.get(row.project, {}) if row.spread == TOWNS else people[row.spread]
        if (row.spread == TOWNS) != (row.project in towns) and row.project not in ctx.region.project_towns.refused:
            file = ctx.region.project_towns.file
            expected = message("rows_of", file=file) if row.spread == TOWNS else message("no_rows_of", file=file)
            ctx.faults.add(table.file, placed.line, f"spread ({row.project})", expected, repr(row.spread))
        project = _project(ctx, placed, changes.get(row.project, ProjectChange()), own)
        if known and project is not None:
            projects.append(project)
    return tuple(projects)


def assemble_shares(
    ctx: Context, table: Table[Any], column: str, names: Collection[str]
) -> dict[str, dict[str, float]]:
    """Return the shares of the townships by what ``column`` names; those that do not sum to one are faults."""
    shares: dict[str, dict[str, float]] = {}
    lines: dict[str, int] = {}
    # The sum is no fault of its own where a row of it is.
    sound = {getattr(row, column) for row in table.rows} - table.refused
    for placed in table.placed:
        name = getattr(placed.row, column)
        # What neighbours take are exports: a share of theirs would count as one.
        if not ctx.known(table, placed, "zone", ctx.zones_of("township")) & ctx.known(table, placed, column, names):
            sound.discard(name)
        shares.setdefault(name, {})[placed.row.zone] = placed.row.share
        lines.setdefault(name, placed.line)
    for name in (name for name in shares if name in sound):
        total = sum(shares[name].values())
        if abs(total - 1) > WHOLE:
            ctx.faults.add(table.file, lines[name], f"share ({name})", message("sum_to_one"), f"{total:g}")
    return shares


def _project(
    ctx: Context, placed: Placed[ProjectRow], change: ProjectChange, towns: dict[str, float]
) -> Project | None:
    row, path = placed.row, ("demand", "projects", placed.row.project)
    start = row.start_year if change.start_year is None else change.start_year
    end = row.end_year if change.end_year is None else change.end_year
    if end < start:
        if change.end_year is None:
            ctx.fault((*path, "start_year"), message("bound", sign="≤", value=end), start)
        else:
            ctx.fault((*path, "end_year"), message("bound", sign="≥", value=start), end)
        return None
    first, last = ctx.plan.base_year, ctx.plan.horizon
    if end < first or start > last:
        expected, found = message("within_horizon", first=first, last=last), f"{start}–{end}"
        if change.start_year is None and change.end_year is None:
            ctx.faults.add(ctx.region.projects.file, placed.line, f"start_year ({row.project})", expected, found)
        else:
            ctx.fault((*path, "end_year" if change.start_year is None else "start_year"), expected, found)
        return None
    delay = (row.delay_low, row.delay_central, row.delay_high)
    if change.delay_years is not None:
        delay = (change.delay_years,) * 3
    for key in ("delay_years", "cancelled"):
        if row.status == BUILT and getattr(change, key):
            ctx.fault((*path, key), message("built"), getattr(change, key))
    return Project(
        row.project, Label(zh=row.name_zh, en=row.name_en), row.size if change.size is None else change.size,
        row.size_unit, row.intensity, start, end, towns, row.spoil, row.profile, row.status == PLANNED, delay,
        row.cancel_probability, change.cancelled, row,
    )
