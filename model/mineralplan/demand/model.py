"""The demand model: drivers → floor stock and projects → materials → uses, for one or many points of its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mineralplan.demand import chain, curve, stock
from mineralplan.demand.parameters import Array, Parameter
from mineralplan.demand.projects import Project
from mineralplan.demand.reconciliation import headline
from mineralplan.inputs.plan import Label

PATTERNS = ("population", "urban", "rural")
WORKS, SPOIL = "works", "spoil"
FLOOR = tuple(f"{flow}_{place}" for flow in ("new_floor", "demolished_floor") for place in stock.PLACES)
PEOPLE = {"population": "population", "urban_population": "urban", "rural_population": "rural"}
GIVEN = (*PEOPLE, *FLOOR, WORKS, SPOIL)
"""What the chain begins with: people (10⁴), floor (10⁴ m²), aggregate of projects and stone of their works (10⁴ t)."""
NEEDED = (*stock.DRIVERS, *stock.LIVES, stock.SHAPE, *curve.CURVE)


@dataclass(frozen=True)
class Quantity:
    """A quantity's name and unit."""

    label: Label
    unit: str


@dataclass(frozen=True)
class Point:
    """Values of everything uncertain, ``n`` of them at once.

    Attributes
    ----------
    parameters : mapping of str to ndarray, shape (n, years) or (n, 1)
    delays : mapping of str to ndarray, shape (n,)
        By project, years.
    cancelled : mapping of str to ndarray, shape (n,)
        By project, 1 where it is cancelled, 0 elsewhere.
    """

    parameters: Mapping[str, Array]
    delays: Mapping[str, Array]
    cancelled: Mapping[str, Array]

    def but(self, name: str, value: Array) -> Point:
        """Return the point with one parameter replaced."""
        return Point({**self.parameters, name: value}, self.delays, self.cancelled)


@dataclass(frozen=True)
class DemandModel:
    """The demand model of a district.

    Attributes
    ----------
    years : range
        From the base year to the last planned year.
    history : range
        From the first year of the stock's drivers to the last planned year.
    terms : tuple of Term
    uses : tuple of str
        The uses of the plan, each a quantity of the chain.
    people : mapping of str to ndarray, shape (zones,)
        ``population``, ``urban``, ``rural`` → share of each township.
    places : mapping of str to ndarray, shape (zones,)
        Uses consumed at plants → share of each township.
    estimator : str
        The one that drives the scenario.
    """

    years: range
    history: range
    parameters: Mapping[str, Parameter]
    projects: tuple[Project, ...]
    terms: tuple[chain.Term, ...]
    quantities: Mapping[str, Quantity]
    uses: tuple[str, ...]
    zones: tuple[str, ...]
    people: Mapping[str, Array]
    places: Mapping[str, Array] = field(default_factory=dict)
    estimator: str = chain.BOTTOM_UP

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """How demand can spread over the townships."""
        return (*PATTERNS, *(project.name for project in self.projects))

    @cached_property
    def spread(self) -> Array:
        """Share of each township in each pattern, shape (patterns, zones); rows sum to one."""
        rows = [self.people[name] for name in PATTERNS]
        rows += [np.array([project.towns.get(zone, 0.0) for zone in self.zones]) for project in self.projects]
        return np.array(rows)

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """What every estimator computes by rows of its own: the first is the one that is calibrated and taken apart."""
        return headline(self.terms)

    def terms_of(self, estimator: str) -> tuple[chain.Term, ...]:
        """Return the terms an estimator uses."""
        return chain.of_estimator(self.terms, estimator)

    def states(self, estimator: str, quantity: str) -> bool:
        """Whether an estimator computes a quantity."""
        return quantity in chain.reachable(self.terms_of(estimator), GIVEN)

    def has_own_way(self, estimator: str, quantity: str) -> bool:
        """Whether an estimator comes to a quantity through rows of its own, not those of the bottom-up one."""
        terms = self.terms_of(estimator)
        own = {term.quantity for term in terms if term.estimator == estimator}
        for term in terms:
            if term.of in own:
                own.add(term.quantity)
        return quantity in own and self.states(estimator, quantity)

    def stocks(self, point: Point) -> dict[str, stock.Stock]:
        """Return the urban and rural floor stock, 10⁴ m², over the whole history."""
        at = point.parameters
        urban = at[stock.POPULATION] * at[stock.URBAN_SHARE]
        heads = {"urban": urban, "rural": at[stock.POPULATION] - urban}
        return {
            place: stock.follow(heads[place] * at[f"floor_per_head_{place}"], at[f"building_life_{place}"],
                                at[stock.SHAPE])
            for place in stock.PLACES
        }

    def evaluate(
        self, point: Point, estimator: str | None = None, *, given: Mapping[str, Array] | None = None,
        wanted: Iterable[str] | None = None,
    ) -> dict[str, Array]:
        """Return every quantity that an estimator computes, shape (n, years, patterns).

        Parameters
        ----------
        point : Point
        estimator : str, optional
            The one that drives the scenario otherwise.
        given : mapping, optional
            What `given` returned for this point, where it is known already.
        wanted : iterable of str, optional
            Compute no more than these and what they follow from.
        """
        return chain.evaluate(self.terms_of(estimator or self.estimator), given or self.given(point),
                              self.factors(point), self.patterns, wanted)

    def by_estimator(self, point: Point, wanted: Iterable[str] | None = None) -> dict[str, dict[str, Array]]:
        """Return what every estimator computes."""
        given = self.given(point)
        return {name: self.evaluate(point, name, given=given, wanted=wanted) for name in chain.ESTIMATORS}

    def demand(self, point: Point) -> dict[str, Array]:
        """Return the demand of every use, shape (n, years, patterns)."""
        found = self.by_estimator(point, self.uses)
        return {use: self.of_driver(found, use) for use in self.uses}

    def of_driver(self, found: Mapping[str, Mapping[str, Array]], quantity: str) -> Array:
        """Return a quantity as the driving estimator has it, as the bottom-up one does where it has none."""
        own = found[self.estimator]
        return own[quantity] if quantity in own else found[chain.BOTTOM_UP][quantity]

    def by_zone(self, use: str, quantity: Array) -> Array:
        """Return a use's demand by township, shape (n, years, zones)."""
        if use in self.places:
            return np.asarray(quantity.sum(axis=-1, keepdims=True) * self.places[use])
        return np.asarray(quantity @ self.spread)

    def given(self, point: Point) -> dict[str, Array]:
        """Return what the chain begins with, each quantity in its pattern."""
        own = slice(len(self.history) - len(self.years), None)
        population = point.parameters[stock.POPULATION][:, own]
        urban = population * point.parameters[stock.URBAN_SHARE][:, own]
        heads = {"population": population, "urban_population": urban, "rural_population": population - urban}
        floors = self.stocks(point)
        flows = {f"new_floor_{place}": floors[place].inflow[:, own] for place in stock.PLACES}
        flows |= {f"demolished_floor_{place}": floors[place].outflow[:, own] for place in stock.PLACES}
        count = max(len(values) for values in point.parameters.values())
        shape = (count, len(self.years), len(self.patterns))
        result = {}
        for name, values in {**heads, **flows}.items():
            result[name] = np.zeros(shape)
            result[name][..., PATTERNS.index(PEOPLE.get(name, name.rpartition("_")[2]))] = values
        works, spoil = np.zeros(shape), np.zeros(shape)
        for column, project in enumerate(self.projects, start=len(PATTERNS)):
            done = project.schedule(self.years, point.delays[project.name])
            going = 1.0 - point.cancelled[project.name][:, None]
            works[..., column] = project.size * point.parameters[project.intensity] * done * going
            if project.spoil:
                spoil[..., column] = works[..., column] * point.parameters[project.spoil]
        return {**result, WORKS: works, SPOIL: spoil}

    def factors(self, point: Point) -> dict[str, Array]:
        """Return the factors of the chain by name: the parameters, and what is computed from them."""
        rate = curve.per_head(self.years, *(point.parameters[name] for name in curve.CURVE))
        return {**point.parameters, curve.PER_HEAD: rate}
