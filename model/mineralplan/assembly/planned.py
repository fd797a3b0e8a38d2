"""The published plan with a scenario's rules laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mineralplan.assembly.sources import Sources
from mineralplan.inputs.documents import Document, Key, Origin
from mineralplan.inputs.faults import Faults, from_validation, message, one_of
from mineralplan.inputs.plan import Indicator, PublishedPlan, item_names
from mineralplan.inputs.scenario import dotted
from mineralplan.inputs.schedule import fold
from mineralplan.inputs.units import UnitError, factor
from mineralplan.inputs.validation import validated


def published_plan(sources: Sources, faults: Faults) -> PublishedPlan | None:
    """Lay the scenario's rules over the published plan and validate the result."""
    document = sources.region.plan
    values = _copy(document.values)
    rules = values.get("rules")
    if isinstance(rules, dict):
        for path, value in sources.layers.values.items():
            if path[:1] == ("rules",) and len(path) == 4:
                _override(values, path, value, sources, faults)
            elif path[:1] == ("rules",) and len(path) > 1 and path[1] not in rules:
                origin = sources.layers.origin(path, sources.scenario_file)
                faults.add(origin.file, origin.line, dotted(path[:2]), one_of(rules, path[1]), repr(path[1]))
    if ("size_class_reading",) in sources.layers.values:
        values["size_class_reading"] = sources.layers.values["size_class_reading",]

    def report(detail: dict[str, Any]) -> None:
        location = tuple(detail["loc"])
        origin = sources.layers.origins.get(location) or document.origin(location)
        known = PublishedPlan.model_fields if len(location) == 1 else Indicator.model_fields
        expected, found = from_validation(detail, known)
        faults.add(origin.file, origin.line, dotted(location), expected, found)

    plan = validated(PublishedPlan, values, report)
    if plan is None:
        return None
    _check_plan(plan, sources, document, faults)
    return plan


def _copy(node: Any) -> Any:
    return {key: _copy(value) for key, value in node.items()} if isinstance(node, dict) else node


def _override(values: dict[str, Any], path: Key, value: Any, sources: Sources, faults: Faults) -> None:
    """Change one field of one indicator; a cap for a mineral that had none is a new indicator."""
    _, rule, item, field = (str(part) for part in path)
    origin = sources.layers.origin(path, sources.scenario_file)
    items = values["rules"].get(rule)
    if not isinstance(items, dict):
        faults.add(origin.file, origin.line, dotted(path[:2]), one_of(values["rules"], rule), repr(rule))
        return
    if item not in items:
        addable = item_names(values, sources.rule_items.get(rule, ""))
        if item not in addable:
            known = sorted({*items, *(name for name in addable if name)})
            faults.add(origin.file, origin.line, dotted(path), one_of(known, item), repr(item))
            return
        pattern: dict[str, Any] = next(iter(items.values()), {})
        items[item] = {"limit": value, "unit": pattern.get("unit", ""), "nature": "binding", "basis": "scenario",
                       "clause": sources.scenario_file}
    indicator = items[item]
    if field == "limit":
        converted = _in_unit(value, str(indicator.get("unit", "")), origin, dotted(path), faults)
        value = fold(indicator.get(field), converted)
    indicator[field] = value


def _in_unit(value: Any, unit: str, origin: Origin, item: str, faults: Faults) -> Any:
    """Return a figure or figures by year in ``unit``; text such as ``"9 Mt/a"`` is converted."""
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


def _check_plan(plan: PublishedPlan, sources: Sources, document: Document, faults: Faults) -> None:
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
        need(("rules", rule), sources.rule_items, rule)
        known = item_names(items, sources.rule_items[rule]) if rule in sources.rule_items else tuple(indicators)
        for item in indicators:
            need(("rules", rule, item), known, item)
    readings = {name for mineral in plan.minerals.values() for name in mineral.size_classes}
    if plan.size_class_reading not in readings:
        origin = sources.layers.origins.get(("size_class_reading",)) or document.origin(("size_class_reading",))
        faults.add(
            origin.file, origin.line, "size_class_reading", one_of(readings, plan.size_class_reading),
            repr(plan.size_class_reading),
        )
