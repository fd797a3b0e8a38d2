"""What a case is read from, and the order in which its parts are put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mineralplan.assembly.actuals import Actuals, actuals_input, assemble_actuals
from mineralplan.assembly.blocks import assemble_blocks, check_block_names
from mineralplan.assembly.context import Context, context
from mineralplan.assembly.demand import assemble_demand, assemble_routes
from mineralplan.assembly.economics import assemble_economics
from mineralplan.assembly.futures import assemble_futures
from mineralplan.assembly.observed import observed_input
from mineralplan.assembly.outlook import assemble_outlook
from mineralplan.assembly.planned import published_plan
from mineralplan.assembly.prospects import assemble_prospects
from mineralplan.assembly.sources import Sources
from mineralplan.assembly.supplies import assemble_supplies
from mineralplan.case import Case, InputFile, Provenance
from mineralplan.inputs.documents import Origin
from mineralplan.inputs.faults import Faults, message, one_of
from mineralplan.inputs.paths import is_file_name
from mineralplan.inputs.plan import Label
from mineralplan.inputs.region import Region, find_region, read_region, sha256
from mineralplan.inputs.scenario import changes, dotted, read_scenario, validate

IN_PYTHON, ON_COMMAND_LINE = CHANGED = ("change", "--set")
"""How reports call the layers that come from no file."""
UNPROVEN = ("illustrative", "judgement")


class Recipe(Sources):
    """The sources of a case, able to make it again with changes laid over them."""

    def change(self, values: Mapping[str, Any]) -> Case:
        """Return the case with ``values`` laid over the scenario."""
        faults = Faults()
        layers = changes(dict(values), IN_PYTHON).over(self.layers)
        case = build(replace(self, layers=layers), faults)
        faults.raise_if_any()
        assert case is not None
        return case


def read_case(
    path: Path,
    rule_items: Mapping[str, str],
    objectives: tuple[str, ...],
    overrides: Mapping[str, Any] | None = None,
) -> Case:
    """Read a scenario file, its region and all its tables into a case.

    Parameters
    ----------
    path : pathlib.Path
        A scenario file.
    rule_items : mapping of str to str
        Rule name → kind of its items.
    objectives : tuple of str
        What a scenario may minimise.
    overrides : mapping, optional
        Changes laid over the scenario, by dotted name.

    Raises
    ------
    InputFaults
        With every fault of every file.
    """
    faults = Faults()
    name = path.as_posix()
    if not is_file_name(path.stem):
        faults.add(name, None, name, message("file_name"), repr(path.stem))
    layers = read_scenario(path, name, faults)
    if overrides:
        layers = changes(dict(overrides), ON_COMMAND_LINE).over(layers)
    origin = layers.origins.get(("region",), Origin(name))
    folder = find_region(str(layers.values.get(("region",), "")), path, origin, faults, trusted=origin.file in CHANGED)
    if folder is None:
        validate(layers, name, faults)
        faults.raise_if_any()
    assert folder is not None
    region = read_region(folder.name, folder, faults)
    case = build(Recipe(region, layers, name, rule_items, objectives), faults)
    faults.raise_if_any()
    assert case is not None
    return case


def build(recipe: Recipe, faults: Faults) -> Case | None:
    """Return the case, or None when anything was at fault (all of it is in ``faults``)."""
    scenario = validate(recipe.layers, recipe.scenario_file, faults)
    plan = published_plan(recipe, faults)
    if plan is None:
        check_block_names(recipe, scenario, faults)
        return None
    begun = context(recipe, scenario, plan, faults)
    for wanted in scenario.objective:
        if wanted not in recipe.objectives:
            begun.fault(("objective",), one_of(recipe.objectives, wanted), repr(wanted))
    blocks, economics, outlook = assemble_blocks(begun), assemble_economics(begun), assemble_outlook(begun)
    prospects, futures = assemble_prospects(begun), assemble_futures(begun)
    actuals = assemble_actuals(begun, blocks, economics.working_rate)
    supplies = assemble_supplies(begun, outlook)
    routes = assemble_routes(begun, {*blocks, *supplies})
    if faults.found or outlook is None:
        return None
    demand, unserved = assemble_demand(begun, outlook, economics)
    return replace(
        _frame(begun, actuals), blocks=actuals.blocks, economics=economics, supplies=supplies, demand=demand,
        unserved_cost=unserved, routes=routes, prospects=prospects, futures=futures, outlook=outlook, recipe=recipe,
    )


def _frame(begun: Context, actuals: Actuals) -> Case:
    """Return the case without its parts: names, years, plan, options, provenance, what was observed."""
    sources, scenario, plan = begun.sources, begun.scenario, begun.plan
    stem = Path(sources.scenario_file).stem
    files = {**dict(sources.region.files), **dict(sources.layers.files)}
    return Case(
        name=stem,
        title=scenario.title or Label(zh=stem, en=stem),
        district=plan.district,
        document=plan.document,
        base_year=plan.base_year,
        target_year=plan.target_year,
        report_years=tuple(year for year in plan.report_years if year in begun.years) or begun.years[-1:],
        years=begun.years,
        minerals=plan.minerals,
        uses=plan.uses,
        areas=plan.areas,
        zones=begun.zones,
        outline=sources.region.outline,
        blocks={},
        demand={},
        rules=plan.rules,
        size_class_reading=plan.size_class_reading,
        objective=scenario.objective,
        options=scenario.solve,
        inputs=(*(InputFile(name, sha256(path)) for name, path in files.items()),
                *(InputFile(name, digest) for name, digest in (*observed_input(begun), *actuals_input(begun)))),
        provenance=_provenance(sources.region, actuals),
        observed=actuals.seen,
        observed_from=actuals.file,
        scenario_file=sources.scenario_file,
        overrides={
            dotted(path): sources.layers.values[path]
            for path, origin in sources.layers.origins.items()
            if origin.file in CHANGED
        },
    )


def _provenance(region: Region, actuals: Actuals) -> tuple[Provenance, ...]:
    tables = {"blocks": (*region.blocks.rows, *region.merges.rows),
              "demand": (*region.parameters.rows, *region.chain.rows, *region.projects.rows,
                         *region.project_towns.rows, *region.places.rows),
              "supplies": (*region.supplies.rows, *region.exports.rows), "economics": region.economics.rows,
              "exploration": region.exploration.rows, "futures": region.futures.rows,
              "actuals": actuals.rows}
    return tuple(
        Provenance(name, sum(row.basis in UNPROVEN for row in rows), len(rows)) for name, rows in tables.items() if rows
    )
