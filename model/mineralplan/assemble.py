"""From what the files say to a `Case`: the scenario laid over the plan, every reference checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mineralplan.case import Block, Case, Economics, InputFile, Option, Place, Supply, Zone
from mineralplan.demand import chain
from mineralplan.inputs.documents import Document, Key, Origin
from mineralplan.inputs.faults import Faults, from_validation, message, one_of
from mineralplan.inputs.plan import Indicator, Label, PublishedPlan, item_names
from mineralplan.inputs.region import Region, find_region, read_region, sha256
from mineralplan.inputs.rows import BlockRow
from mineralplan.inputs.scenario import Layers, Scenario, changes, dotted, read_scenario, validate
from mineralplan.inputs.schedule import constant, fold
from mineralplan.inputs.tables import Placed, Table

NOT_COST = {"discount_rate", "capital_life", "haul", "loading", "detour", "working_rate", "green_upgrade",
            "carbon_price", "haul_carbon"}
"""Economic parameters that are one figure; the others are by mineral or use."""
IN_PYTHON, ON_COMMAND_LINE = CHANGED = ("change", "--set")
"""How reports call the layers that come from no file."""


@dataclass(frozen=True)
class Recipe:
    """What a case was read from; makes the case again with changes laid over it.

    Attributes
    ----------
    rule_items : mapping of str to str
        Known rules and the kind of their items.
    """

    region: Region
    layers: Layers
    scenario_file: str
    rule_items: Mapping[str, str]

    def change(self, values: Mapping[str, Any]) -> Case:
        """Return the case with ``values`` laid over the scenario."""
        faults = Faults()
        layers = changes(dict(values), IN_PYTHON).over(self.layers)
        case = build(replace(self, layers=layers), faults)
        faults.raise_if_any()
        assert case is not None
        return case


def read_case(path: Path, rule_items: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Case:
    """Read a scenario file, its region and all its tables into a case.

    Parameters
    ----------
    path : pathlib.Path
        A scenario file.
    rule_items : mapping of str to str
        Rule name → kind of its items.
    overrides : mapping, optional
        Changes laid over the scenario, by dotted name.

    Raises
    ------
    InputFaults
        With every fault of every file.
    """
    faults = Faults()
    name = path.as_posix()
    layers = read_scenario(path, name, faults)
    if overrides:
        layers = changes(dict(overrides), ON_COMMAND_LINE).over(layers)
    origin = layers.origins.get(("region",), Origin(name))
    region_name = str(layers.values.get(("region",), ""))
    folder = find_region(region_name, path.parent, origin.file, origin.line, faults)
    if folder is None:
        validate(layers, name, faults)
        faults.raise_if_any()
    assert folder is not None
    region = read_region(folder.name, folder, faults)
    case = build(Recipe(region, layers, name, rule_items), faults)
    faults.raise_if_any()
    assert case is not None
    return case


def build(recipe: Recipe, faults: Faults) -> Case | None:
    """Return the case, or None when anything was at fault (all of it is in ``faults``)."""
    scenario = validate(recipe.layers, recipe.scenario_file, faults)
    plan = _plan(recipe, faults)
    if plan is None:
        _other_tables(recipe, scenario, faults)
        return None
    return _Assembly(recipe, scenario, plan, faults).case()


def _other_tables(recipe: Recipe, scenario: Scenario, faults: Faults) -> None:
    """When the plan itself is at fault, still say what is wrong with the blocks a scenario names."""
    known = {row.block for row in (*recipe.region.blocks.rows, *recipe.region.merges.rows)}
    for block in scenario.blocks:
        if block not in known:
            origin = recipe.layers.origin(("blocks", block), recipe.scenario_file)
            faults.add(origin.file, origin.line, f"blocks.{block}", one_of(known, block), repr(block))


def _plan(recipe: Recipe, faults: Faults) -> PublishedPlan | None:
    """Lay the scenario's rules over the published plan and validate the result."""
    document = recipe.region.plan
    values = _copy(document.values)
    rules = values.get("rules")
    if isinstance(rules, dict):
        for path, value in recipe.layers.values.items():
            if path[:1] == ("rules",) and len(path) == 4:
                _override(values, path, value, recipe, faults)
    for key in ("size_class_reading",):
        if (key,) in recipe.layers.values:
            values[key] = recipe.layers.values[(key,)]
    try:
        plan = PublishedPlan.model_validate(values)
    except ValidationError as error:
        for detail in error.errors():
            location = tuple(detail["loc"])
            origin = recipe.layers.origins.get(location) or document.origin(location)
            known = PublishedPlan.model_fields if len(location) == 1 else Indicator.model_fields
            expected, found = from_validation(dict(detail), known)
            faults.add(origin.file, origin.line, dotted(location), expected, found)
        return None
    _check_plan(plan, recipe, document, faults)
    return plan


def _copy(node: Any) -> Any:
    return {key: _copy(value) for key, value in node.items()} if isinstance(node, dict) else node


def _override(values: dict[str, Any], path: Key, value: Any, recipe: Recipe, faults: Faults) -> None:
    """Change one field of one indicator; a cap for a mineral that had none is a new indicator."""
    _, rule, item, field = (str(part) for part in path)
    origin = recipe.layers.origin(path, recipe.scenario_file)
    items = values["rules"].get(rule)
    if not isinstance(items, dict):
        faults.add(origin.file, origin.line, dotted(path[:2]), one_of(values["rules"], rule), repr(rule))
        return
    if item not in items:
        addable = item_names(values, recipe.rule_items.get(rule, ""))
        if item not in addable:
            known = sorted({*items, *(name for name in addable if name)})
            faults.add(origin.file, origin.line, dotted(path), one_of(known, item), repr(item))
            return
        pattern = next(iter(items.values()), {})
        items[item] = {"limit": value, "unit": pattern.get("unit", ""), "nature": "binding", "basis": "scenario",
                       "clause": recipe.scenario_file}
    indicator = items[item]
    converted = _in_unit(value, str(indicator.get("unit", "")), origin, dotted(path), faults) if field == "limit" else value
    indicator[field] = fold(indicator.get(field), converted) if field == "limit" else converted


def _in_unit(value: Any, unit: str, origin: Origin, item: str, faults: Faults) -> Any:
    """Return a figure or figures by year in ``unit``; text such as ``"9 Mt/a"`` is converted."""
    from mineralplan.inputs.units import UnitError, factor

    if isinstance(value, dict):
        return {year: _in_unit(figure, unit, origin, item, faults) for year, figure in value.items()}
    if isinstance(value, str):
        figure, _, given = value.strip().partition(" ")
        try:
            return float(figure) * factor(given.strip(), unit) if given else value
        except UnitError:
            faults.add(origin.file, origin.line, item, message("unit", unit=unit), repr(value))
            return 0.0
        except ValueError:
            return value
    return value


def _check_plan(plan: PublishedPlan, recipe: Recipe, document: Document, faults: Faults) -> None:
    """Check that everything the plan names exists."""

    def need(path: Key, known: Iterable[str], found: str) -> None:
        if found not in set(known):
            origin = document.origin(path)
            faults.add(origin.file, origin.line, dotted(path), one_of(known, found), repr(found))

    for use, entry in plan.uses.items():
        for mineral in entry.served_by:
            need(("uses", use, "served_by", mineral), plan.minerals, mineral)
    for code, area in plan.areas.items():
        need(("areas", code, "mineral"), plan.minerals, area.mineral)
    items = {"minerals": plan.minerals, "uses": plan.uses, "areas": plan.areas}
    for rule, indicators in plan.rules.items():
        need(("rules", rule), recipe.rule_items, rule)
        known = item_names(items, recipe.rule_items[rule]) if rule in recipe.rule_items else tuple(indicators)
        for item in indicators:
            need(("rules", rule, item), known, item)
    readings = {name for mineral in plan.minerals.values() for name in mineral.size_classes}
    if plan.size_class_reading not in readings:
        origin = recipe.layers.origins.get(("size_class_reading",)) or document.origin(("size_class_reading",))
        faults.add(
            origin.file, origin.line, "size_class_reading", one_of(readings, plan.size_class_reading),
            repr(plan.size_class_reading),
        )


class _Assembly:
    """Builds the parts of a case in turn, noting every fault."""

    def __init__(self, recipe: Recipe, scenario: Scenario, plan: PublishedPlan, faults: Faults) -> None:
        self.recipe, self.region, self.scenario, self.plan, self.faults = (
            recipe, recipe.region, scenario, plan, faults,
        )
        first, last = scenario.years or (plan.base_year + 1, plan.horizon)
        if first <= plan.base_year:
            self._fault(("years",), message("after_base", year=plan.base_year), first)
        self.years = tuple(range(first, last + 1))
        self.zones = {
            row.zone: Zone(row.zone, Label(zh=row.name_zh, en=row.name_en), Place(row.lon, row.lat), row.kind,
                           row.population)
            for row in self.region.zones.rows
        }

    def _fault(self, path: Key, expected: Any, found: object) -> None:
        origin = self.recipe.layers.origin(path, self.recipe.scenario_file)
        self.faults.add(origin.file, origin.line, dotted(path), expected, found)

    def _known(self, table: Table[Any], placed: Placed[Any], column: str, known: Iterable[str]) -> bool:
        """Check that a cell names something that exists."""
        names, found = set(known), getattr(placed.row, column)
        if found in names:
            return True
        self.faults.add(table.file, placed.line, column, one_of(names, found), repr(found))
        return False

    def case(self) -> Case | None:
        """Return the case, or None when there were faults."""
        blocks, economics, supplies = self.blocks(), self.economics(), self.supplies()
        demand, unserved = self.demand(economics)
        routes = self.routes({*blocks, *supplies})
        if self.faults.found:
            return None
        title = self.scenario.title or Label(zh=Path(self.recipe.scenario_file).stem,
                                             en=Path(self.recipe.scenario_file).stem)
        files = {**dict(self.region.files), **dict(self.recipe.layers.files)}
        return Case(
            name=Path(self.recipe.scenario_file).stem,
            title=title,
            district=self.plan.district,
            document=self.plan.document,
            base_year=self.plan.base_year,
            target_year=self.plan.target_year,
            report_years=tuple(year for year in self.plan.report_years if year in self.years),
            years=self.years,
            minerals=self.plan.minerals,
            uses=self.plan.uses,
            areas=self.plan.areas,
            zones=self.zones,
            blocks=blocks,
            supplies=supplies,
            demand=demand,
            unserved_cost=unserved,
            routes=routes,
            rules=self.plan.rules,
            economics=economics,
            size_class_reading=self.plan.size_class_reading,
            objective=self.scenario.objective,
            options=self.scenario.solve,
            inputs=tuple(InputFile(name, sha256(path)) for name, path in files.items()),
            changes=tuple(
                f"{dotted(path)} = {self.recipe.layers.values[path]}"
                for path, origin in self.recipe.layers.origins.items()
                if origin.file in CHANGED
            ),
            recipe=self.recipe,
        )

    # --- blocks -----------------------------------------------------------------------------------------------

    def blocks(self) -> dict[str, Block]:
        """Return the candidate blocks and merges, with the scenario's changes."""
        region = self.region
        codes = {row.block for row in (*region.blocks.rows, *region.merges.rows)}
        for code in self.scenario.blocks:
            if code not in codes:
                self._fault(("blocks", code), one_of(codes, code), repr(code))
        additions: dict[str, list[tuple[int, float]]] = {}
        for placed in region.additions.placed:
            if self._known(region.additions, placed, "block", codes):
                additions.setdefault(placed.row.block, []).append((placed.row.year, placed.row.resource_10kt))
        result = {}
        for table in (region.blocks, region.merges):
            for placed in table.placed:
                row = self._changed(placed.row)
                if self._sound(table, placed, row, codes):
                    result[row.block] = _block(row, tuple(sorted(additions.get(row.block, ()))))
        return result

    def _changed(self, row: BlockRow) -> BlockRow:
        change = self.scenario.blocks.get(row.block)
        if not change:
            return row
        try:
            return BlockRow.model_validate({**row.model_dump(), **change})
        except ValidationError as error:
            for detail in error.errors():
                expected, found = from_validation(dict(detail), BlockRow.model_fields)
                self._fault(("blocks", row.block, str(detail["loc"][0])), expected, found)
            return row

    def _sound(self, table: Table[BlockRow], placed: Placed[BlockRow], row: BlockRow, codes: set[str]) -> bool:
        """Check what a block names, and its scale against the plan's minimum."""
        sound = self._known(table, placed, "mineral", self.plan.minerals)
        sound &= self._known(table, placed, "zone", self.zones)
        if row.area:
            sound &= self._known(table, placed, "area", self.plan.areas)
        lands = self.plan.rules.get("excluded_land", {})
        if row.overlap and row.overlap not in lands:
            self._fault(("blocks", row.block, "overlap"), one_of(lands, row.overlap), repr(row.overlap))
            sound = False
        for parent in filter(None, row.parents.split("+")):
            if parent not in codes:
                self.faults.add(table.file, placed.line, f"parents ({row.block})", one_of(codes, parent), repr(parent))
                sound = False
        # A scenario may raise a minimum scale and so rule blocks out; the region's own table must agree with its plan.
        published = self.region.plan.values.get("rules", {}).get("minimum_scale", {}).get(row.mineral)
        largest = row.expanded_capacity_10kt_a or row.capacity_10kt_a
        if row.status != "existing" and isinstance(published, dict):
            minimum = published.get("limit")
            if isinstance(minimum, int | float) and largest < minimum:
                self.faults.add(
                    table.file, placed.line, f"capacity_10kt_a ({row.block})",
                    message("minimum_scale", value=minimum, clause=published.get("clause", "")), row.capacity_10kt_a,
                )
                sound = False
        return sound

    # --- economics and supply ---------------------------------------------------------------------------------

    def economics(self) -> Economics:
        """Return the economic parameters with the scenario's changes."""
        table, known = self.region.economics, {entry.name for entry in fields(Economics)}
        figures: dict[str, Any] = {name: {} for name in known - NOT_COST}
        items = {*self.plan.minerals, *self.plan.uses}
        for placed in table.placed:
            row = placed.row
            if not self._known(table, placed, "parameter", known):
                continue
            if row.parameter in NOT_COST:
                figures[row.parameter] = row.value
            elif self._known(table, placed, "item", items):
                figures[row.parameter][row.item] = row.value
        for path, value in self.recipe.layers.values.items():
            if path[0] == "economics":
                self._economic_change(figures, path, value, known)
        return Economics(**figures)

    def _economic_change(self, figures: dict[str, Any], path: Key, value: Any, known: set[str]) -> None:
        name = str(path[1]) if len(path) > 1 else ""
        if name not in known:
            self._fault(path[:2], one_of(known, name), repr(name))
        elif not isinstance(value, int | float) or isinstance(value, bool):
            self._fault(path, message("number"), repr(value))
        elif name in NOT_COST and len(path) == 2:
            figures[name] = float(value)
        elif name not in NOT_COST and len(path) == 3 and path[2] in figures[name]:
            figures[name][path[2]] = float(value)
        else:
            names = [name] if name in NOT_COST else [f"{name}.{item}" for item in figures[name]]
            self._fault(path, one_of(names, ".".join(map(str, path[1:]))), ".".join(map(str, path)))

    def supplies(self) -> dict[str, Supply]:
        """Return imports and recycled material, switched and scaled by the scenario."""
        table, steps = self.region.supplies, {}
        for placed in table.placed:
            uses = self._known(table, placed, "use", self.plan.uses)
            if self._known(table, placed, "zone", self.zones) and uses:
                steps.setdefault(placed.row.supply, []).append(placed.row)
        for code in self.scenario.supplies:
            if code not in {row.supply for row in table.rows}:
                self._fault(("supplies", code), one_of(steps, code), repr(code))
        result = {}
        for code, rows in steps.items():
            rows.sort(key=lambda row: row.from_year)
            first, change = rows[0], self.scenario.supplies.get(code)
            if first.kind == "import" and not self.scenario.trade.imports:
                continue
            price, limit = {}, {}
            for year in self.years:
                valid = [row for row in rows if row.from_year <= year]
                scale_price = change.price_scale.at(year) if change and change.price_scale else 1.0
                scale_limit = change.limit_scale.at(year) if change and change.limit_scale else 1.0
                price[year] = (valid[-1] if valid else first).price_cny_t * (1.0 if scale_price is None else scale_price)
                limit[year] = (valid[-1].limit_10kt_a if valid else 0.0) * (1.0 if scale_limit is None else scale_limit)
            result[code] = Supply(code, first.kind, first.use, first.zone, self.zones[first.zone].place, price, limit,
                                  Label(zh=first.name_zh, en=first.name_en))
        return result

    # --- demand and distance ----------------------------------------------------------------------------------

    def demand(self, economics: Economics) -> tuple[dict[tuple[str, str, int], float], dict[tuple[str, str, int], float]]:
        """Return the demand by use, zone and year, and what it costs not to meet it."""
        totals = self._totals()
        shares = self._shares()
        demand: dict[tuple[str, str, int], float] = {}
        unserved: dict[tuple[str, str, int], float] = {}
        for use in self.plan.uses:
            if use not in totals:
                continue
            scaled = {year: quantity * self._scale(use, year) for year, quantity in totals[use].items()}
            for (zone, year), quantity in chain.split(scaled, shares[use]).items():
                # A hundredth of a tonne: exact decimals, so that the audit's arithmetic closes.
                demand[use, zone, year] = round(quantity, 6)
                unserved[use, zone, year] = economics.shortage.get(use, 0.0)
        self._exports(demand, unserved)
        return demand, unserved

    def _totals(self) -> dict[str, dict[int, float]]:
        table, names = self.region.chain, set()
        sound = True
        for placed in table.placed:
            if placed.row.of and placed.row.of not in names:
                sound &= self._known(table, placed, "of", names)
            names.add(placed.row.quantity)
        for quantity in self.scenario.demand.factors:
            if quantity not in names:
                self._fault(("demand", "factors", quantity), one_of(names, quantity), repr(quantity))
        for use in self.scenario.demand.scale:
            if use != "all" and use not in self.plan.uses:
                self._fault(("demand", "scale", use), one_of(["all", *self.plan.uses], use), repr(use))
        return chain.evaluate(table.rows, self.years, self.scenario.demand.factors) if sound else {}

    def _scale(self, use: str, year: int) -> float:
        scale = self.scenario.demand.scale
        factor = 1.0
        for name in ("all", use):
            factor *= scale.get(name, constant(1.0)).at(year) or (1.0 if name not in scale else 0.0)
        return factor

    def _shares(self) -> dict[str, dict[str, float]]:
        people = {code: zone.population for code, zone in self.zones.items() if zone.kind == "township"}
        table, shares = self.region.places, {}
        for placed in table.placed:
            if self._known(table, placed, "use", self.plan.uses) and self._known(table, placed, "zone", self.zones):
                shares.setdefault(placed.row.use, {})[placed.row.zone] = placed.row.share
        return {use: shares.get(use, people) for use in self.plan.uses}

    def _exports(self, demand: dict[Any, float], unserved: dict[Any, float]) -> None:
        if not self.scenario.trade.exports:
            return
        table = self.region.exports
        for placed in sorted(table.placed, key=lambda placed: placed.row.from_year):
            row = placed.row
            if not (self._known(table, placed, "use", self.plan.uses) & self._known(table, placed, "zone", self.zones)):
                continue
            for year in self.years:
                if year >= row.from_year:
                    demand[row.use, row.zone, year] = row.quantity_10kt_a
                    unserved[row.use, row.zone, year] = row.value_cny_t

    def routes(self, sources: set[str]) -> dict[tuple[str, str], float]:
        """Return the road distances that replace the estimate."""
        table, result = self.region.routes, {}
        for placed in table.placed:
            if self._known(table, placed, "source", sources) & self._known(table, placed, "zone", self.zones):
                result[placed.row.source, placed.row.zone] = placed.row.distance_km
        return result


def _block(row: BlockRow, additions: tuple[tuple[int, float], ...]) -> Block:
    options = [Option(row.capacity_10kt_a, row.capital_10kcny)]
    if row.expanded_capacity_10kt_a is not None:
        options.append(Option(row.expanded_capacity_10kt_a, row.expansion_capital_10kcny or 0.0))
    return Block(
        code=row.block, mineral=row.mineral, options=tuple(options), resource=row.resource_10kt, status=row.status,
        label=Label(zh=row.name_zh, en=row.name_en), zone=row.zone, place=Place(row.lon, row.lat),
        area_km2=row.area_km2, usable_share=row.usable_share, recovery=row.recovery, method=row.method,
        earliest=row.earliest_year, latest=row.latest_year, area=row.area, overlap=row.overlap,
        green=row.green == "yes" or row.status != "existing", additions=additions,
        fixed_cost=row.fixed_10kcny_a / row.capacity_10kt_a, operating_cost=row.operating_cny_t,
        closure_cost=row.closure_10kcny, parents=tuple(filter(None, row.parents.split("+"))),
        basis=row.basis, source=row.source,
    )


