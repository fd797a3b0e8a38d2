"""The dated projects of a case, as the tables give them and the scenario changes them."""

from __future__ import annotations

from mineralplan.assembly.context import Context
from mineralplan.demand.projects import Project
from mineralplan.inputs.faults import message, one_of
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import ProjectRow
from mineralplan.inputs.scenario import ProjectChange
from mineralplan.inputs.tables import Placed

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
    towns = _towns(ctx)
    projects = []
    for placed in table.placed:
        row = placed.row
        known = ctx.known(table, placed, "intensity", parameters)
        known &= not row.spoil or ctx.known(table, placed, "spoil", parameters)
        own = towns.get(row.project, {}) if row.spread == TOWNS else people[row.spread]
        if (row.spread == TOWNS) != (row.project in towns) and row.project not in ctx.region.project_towns.refused:
            key = "rows_of" if row.spread == TOWNS else "no_rows_of"
            ctx.faults.add(table.file, placed.line, f"spread ({row.project})",
                           message(key, file=ctx.region.project_towns.file), repr(row.spread))
        project = _project(ctx, placed, changes.get(row.project, ProjectChange()), own)
        if known and project is not None:
            projects.append(project)
    return tuple(projects)


def _towns(ctx: Context) -> dict[str, dict[str, float]]:
    """Return the shares of the townships by project; those that do not sum to one are faults."""
    table = ctx.region.project_towns
    shares: dict[str, dict[str, float]] = {}
    for placed in table.placed:
        town = ctx.known(table, placed, "zone", ctx.zones_of("township"))
        if ctx.known(table, placed, "project", ctx.region.projects.names) and town:
            shares.setdefault(placed.row.project, {})[placed.row.zone] = placed.row.share
        else:
            shares.setdefault(placed.row.project, {})
    sum_to_one(ctx, table.file, {p: s for p, s in shares.items() if s and p not in table.refused})
    return shares


def sum_to_one(ctx: Context, file: str, shares: dict[str, dict[str, float]]) -> None:
    """Report every item whose shares do not sum to one."""
    for name, parts in shares.items():
        total = sum(parts.values())
        if abs(total - 1) > WHOLE:
            ctx.faults.add(file, None, f"share ({name})", message("sum_to_one"), f"{total:g}")


def _project(
    ctx: Context, placed: Placed[ProjectRow], change: ProjectChange, towns: dict[str, float]
) -> Project | None:
    row, file = placed.row, ctx.region.projects.file
    start = row.start_year if change.start_year is None else change.start_year
    end = row.end_year if change.end_year is None else change.end_year
    if end < start:
        ctx.fault(("demand", "projects", row.project, "end_year"), message("bound", sign="≥", value=start), end)
        return None
    first, last = ctx.plan.base_year, ctx.plan.horizon
    if end < first or start > last:
        ctx.faults.add(file, placed.line, f"start_year ({row.project})",
                       message("within_horizon", first=first, last=last), f"{start}–{end}")
        return None
    delay = (row.delay_low, row.delay_central, row.delay_high)
    if change.delay_years is not None:
        delay = (change.delay_years,) * 3
        if row.status == BUILT and change.delay_years:
            ctx.fault(("demand", "projects", row.project, "delay_years"), message("built"), change.delay_years)
    return Project(
        row.project, Label(zh=row.name_zh, en=row.name_en), row.size if change.size is None else change.size,
        row.size_unit, row.intensity, start, end, towns, row.spoil, row.profile, row.status == PLANNED, delay,
        row.cancel_probability, change.cancelled, row,
    )
