"""The figures that a model is told, by name: demand, limits, resources, prices.

A figure enters the model as a number, or as a symbol that the compiler takes for data: so the same formulation gives a
model of one case, and the map from the figures of any like case to the entries of its matrix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Block, Case
from mineralplan.economics import Economics
from mineralplan.formulation.flows import Link, demanded, links, yield_of
from mineralplan.inputs.scenario import SolveOptions
from mineralplan.inputs.schedule import constant
from mineralplan.rules import registry
from mineralplan.rules.rule import Requirement, Rule

Key = tuple[Any, ...]
PRICES = frozenset({
    "annuity", "carbon", "closure", "concession", "fixed", "green_upgrade", "haul", "haul_carbon", "loading", "mining",
    "mining_carbon", "penalty", "price", "resource_tax", "restoration", "unserved",
})
"""Figures that stand before a quantity: where one is 0 the quantity stays out of the model."""


class Given:
    """The figures of a case, as numbers or as symbols.

    Parameters
    ----------
    case : Case
    model : pyomo.environ.ConcreteModel, optional
        Gets a variable for every figure, which then stands for it; without it numbers stand.
    over : iterable of Link, optional
        The links that the model has; every one otherwise.

    Attributes
    ----------
    numbers : dict
        Name → number.
    symbols : dict
        Name → variable; empty where numbers stand.
    uppers : list of (variable, name)
        The columns whose upper bound is a figure.
    """

    def __init__(self, case: Case, model: Any = None, over: Iterable[Link] | None = None) -> None:
        self.numbers = dict(figures(case, over))
        self.symbols: dict[Key, Any] = {}
        self.uppers: list[tuple[Any, Key]] = []
        if model is not None:
            names = symbolic(self.numbers)
            model.symbol = pyo.Var(range(len(names)))
            self.symbols = dict(zip(names, model.symbol.values(), strict=True))

    def __getitem__(self, name: Key) -> Any:
        return self.symbols[name] if name in self.symbols else self.numbers[name]

    def bound(self, column: Any, name: Key) -> None:
        """Let a figure be the upper bound of a column."""
        column.setub(self.numbers[name])
        self.uppers.append((column, name))


def symbolic(numbers: dict[Key, float]) -> list[Key]:
    """Return the names of the figures that a symbol can stand for: all but prices of 0."""
    return [name for name, number in numbers.items() if number or name[0] not in PRICES]


def figures(case: Case, over: Iterable[Link] | None = None) -> Iterator[tuple[Key, float]]:
    """Yield every figure of a case that a model over some links, or over every one, is told, with its name."""
    yield from _of_demand(case, links(case) if over is None else over)
    yield from _of_blocks(case)
    yield from _of_rules(case)
    for code, supply in case.supplies.items():
        yield from ((("supply", code, year), limit) for year, limit in supply.limit.items())
        yield from ((("price", code, year), price) for year, price in supply.price.items())
    money = case.economics
    for mineral in case.minerals:
        yield ("resource_tax", mineral), money.resource_tax.get(mineral, 0.0)
        yield ("concession", mineral), money.concession.get(mineral, 0.0)
        yield ("restoration", mineral), money.restoration.get(mineral, 0.0)
        yield ("mining_carbon", mineral), money.mining_carbon.get(mineral, 0.0)
    yield ("haul",), money.haul
    yield ("loading",), money.loading
    yield ("carbon",), money.carbon_price
    yield ("haul_carbon",), money.haul_carbon
    yield ("green_upgrade",), money.capital_recovery_factor * money.green_upgrade


def _of_demand(case: Case, over: Iterable[Link]) -> Iterator[tuple[Key, float]]:
    """Yield demand, its value, and for the strong links what a capacity can serve of it."""
    scales: dict[tuple[str, str], set[float]] = {}
    for block, use, zone in over:
        gain = yield_of(case, block, use)
        scales.setdefault((use, zone), set()).update(gain * o.capacity for o in case.blocks[block].options)
    for use, zone, year in demanded(case):
        demand = case.demand[use, zone, year]
        yield ("demand", use, zone, year), demand
        yield ("unserved", use, zone, year), case.unserved_cost.get((use, zone, year), 0.0)
        for scale in sorted(scales.get((use, zone), ())):
            yield ("reach", use, zone, year, scale), min(demand, scale)


def _of_blocks(case: Case) -> Iterator[tuple[Key, float]]:
    factor = case.economics.capital_recovery_factor
    for code, block in case.blocks.items():
        yield ("mining", code), block.operating_cost
        yield ("fixed", code), block.fixed_cost
        yield ("closure", code), block.closure_cost
        for k, option in enumerate(block.options, start=1):
            yield ("annuity", code, k), factor * option.capital
        for year in case.years:
            yield ("allowed", code, year), float(block.allowed(year))
            yield ("available", code, year), block.available.get(year, 1.0)
            there, more = _resource(case, block, year)
            yield ("resource", code, year), there
            yield ("of_parents", code, year), more
            yield ("added", code, year), block.resource_by(year) - block.resource
        yield ("own", code), block.resource


def _resource(case: Case, block: Block, year: int) -> tuple[float, float]:
    """Return the resource that a block and its parents may draw on by ``year``, and what more if it never starts."""
    parents = [case.blocks[parent] for parent in block.parents]
    added = sum(parent.resource_by(year) - parent.resource for parent in parents)
    there = max(0.0, block.resource_by(year) + block.surprise) + added
    return there, max(0.0, sum(parent.resource_by(year) + parent.surprise for parent in parents) - there)


def _of_rules(case: Case) -> Iterator[tuple[Key, float]]:
    for rule, requirement in in_force(case):
        yield ("limit", rule.name, requirement.item, requirement.year), requirement.limit
        yield ("penalty", rule.name, requirement.item), requirement.indicator.penalty


def in_force(case: Case) -> Iterator[tuple[Rule, Requirement]]:
    """Yield every requirement that the model holds to: hard where it binds, at a price where it is expected.

    What binds does not in an observed year, where nothing is decided any more.
    """
    for rule in registry().values():
        for requirement in rule.requirements(case):
            if requirement.nature == "binding" and requirement.year in case.observed_years:
                continue
            if requirement.nature != "expected" or requirement.indicator.penalty > 0:
                yield rule, requirement


def structure(case: Case) -> tuple[Any, ...]:
    """Return everything of a case but the figures: cases with the same structure have the same symbols and rows."""
    numbers = dict(figures(case))
    rows = [
        (rule.name, requirement.item, requirement.year, requirement.nature,
         [name for name, _, _ in rule.rows(_Nothing(), case, requirement)])
        for rule, requirement in in_force(case)
    ]
    rules = {
        name: {item: i.model_copy(update={"limit": constant(0.0), "penalty": 0.0}) for item, i in items.items()}
        for name, items in case.rules.items()
    }
    bare = replace(
        case, name="", title=case.district, objective=(), options=SolveOptions(), inputs=(), provenance=(),
        scenario_file="", overrides={}, outline=(), observed_from="",
        demand=dict.fromkeys(demanded(case), 1.0), unserved_cost={},
        economics=Economics(detour=case.economics.detour, working_rate=case.economics.working_rate), rules=rules,
        blocks={code: _bare(block) for code, block in case.blocks.items()},
        supplies={code: replace(supply, price={}, limit={}) for code, supply in case.supplies.items()},
    )
    return bare, symbolic(numbers), rows


def _bare(block: Block) -> Block:
    return replace(
        block, options=tuple(replace(option, capital=0.0) for option in block.options), operating_cost=0.0,
        fixed_cost=0.0, closure_cost=0.0, earliest=None, latest=None, available={}, surprise=0.0, resource=0.0,
        additions=tuple((year, 0.0) for year, _ in block.additions),
    )


class _Nothing:
    """Stands for a model where only the names of rows are asked for."""

    def __getattr__(self, _: str) -> _Nothing:
        return self

    def __getitem__(self, _: Any) -> float:
        return 0.0
