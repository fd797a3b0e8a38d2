"""How the years really turn out: futures drawn from the parameters of a case, the same for whoever plans in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mineralplan.case import Block, Case
from mineralplan.simulation.dice import (
    BlockYear,
    Dice,
    expected_start,
    first_open,
    late_starts,
    price_factors,
    shares_left,
    successes,
    surprises,
    true_additions,
    true_demand,
    true_limits,
)
from mineralplan.simulation.draws import DIGITS, DemandKey, LimitKey, demand_draws

Event = tuple[int, int, str, str, float]
"""Future, year, kind, item, value."""
STOPPAGE, DELAY, RESOURCE, EXPLORATION, IMPORT_PRICE = KINDS = (
    "stoppage", "delay", "resource", "exploration", "import_price")


@dataclass(frozen=True)
class Future:
    """One way in which the years may turn out.

    Attributes
    ----------
    number : int
        Which of the draws it is, from 0.
    demand : mapping of (use, zone, year) to float
        10⁴ t of product; exports as in the case.
    limits : mapping of (supply, year) to float
        10⁴ t, of the supplies whose limit the demand model states.
    price : mapping of int to float
        Factor on every import price of the year; 1 as expected.
    available : mapping of (block, year) to float
        Share of the year in which the mine can work, where it is not the whole year.
    ready : mapping of str to int
        The first year in which a block can work, where it is late.
    surprise : mapping of str to float
        What a deposit holds more than is reported, less where negative, 10⁴ t.
    additions : mapping of (block, year) to float
        What every addition really amounts to, 10⁴ t.
    found : mapping of str to float
        What every exploration block finds, in its unit.
    """

    number: int
    demand: Mapping[DemandKey, float]
    limits: Mapping[LimitKey, float]
    price: Mapping[int, float]
    available: Mapping[BlockYear, float]
    ready: Mapping[str, int]
    surprise: Mapping[str, float]
    additions: Mapping[BlockYear, float]
    found: Mapping[str, float]

    def case(self, case: Case) -> Case:
        """Return the case as it truly is in this future."""
        supplies = {}
        for code, supply in case.supplies.items():
            limit = {year: self.limits.get((code, year), most) for year, most in supply.limit.items()}
            price = {year: self._price(year, expected) for year, expected in supply.price.items()}
            supplies[code] = replace(supply, limit=limit, price=price if supply.kind == "import" else supply.price)
        return replace(case, demand={**case.demand, **self.demand}, supplies=supplies,
                       blocks={code: self._block(block) for code, block in case.blocks.items()})

    def _price(self, year: int, expected: float) -> float:
        factor = self.price.get(year, 1.0)
        return expected if factor == 1.0 else round(expected * factor, DIGITS)

    def _block(self, block: Block) -> Block:
        lost = {year: share * block.available.get(year, 1.0)
                for (code, year), share in self.available.items() if code == block.code}
        return replace(
            block, available={**block.available, **lost}, earliest=self.ready.get(block.code, block.earliest),
            surprise=block.surprise + self.surprise.get(block.code, 0.0),
            additions=tuple((year, self.additions.get((block.code, year), amount)) for year, amount in block.additions),
        )


def certain(case: Case) -> Future:
    """Return the future in which everything comes as expected."""
    return Future(
        0, dict(case.demand), {}, dict.fromkeys(case.years, 1.0), {}, {}, {},
        {(block.code, year): amount for block in case.blocks.values() for year, amount in block.additions},
        {prospect.code: prospect.target for prospect in case.prospects},
    )


def draw_futures(case: Case, count: int, seed: int) -> tuple[Future, ...]:
    """Draw futures from the parameters of a case; the first ones are the same however many are drawn.

    Nothing is drawn of the years that were observed: what happened in them is known.

    Parameters
    ----------
    case : Case
    count : int
        At least 1.
    seed : int
        Not negative.

    Raises
    ------
    ValueError
        When demand is to be drawn and the case was built in Python, not read from files.
    """
    dice = Dice(case, count, seed)
    drawn = demand_draws(case, count, seed) if case.futures.demand else None
    demand, limits, prices = true_demand(dice, drawn), true_limits(dice, drawn), price_factors(dice)
    available, ready, surprise = shares_left(dice), late_starts(dice), surprises(dice)
    success = successes(dice)
    additions = true_additions(dice, success)
    targets = {prospect.code: prospect.target for prospect in case.prospects}
    return tuple(
        Future(
            n, demand[n], limits[n], prices[n], available[n], ready[n], surprise[n], additions[n],
            {code: target * float(success[code][n]) for code, target in targets.items()},
        )
        for n in range(count)
    )


def widest(case: Case, futures: Sequence[Future]) -> Case:
    """Return a case whose model has every row and column that one of the futures needs.

    Demand, limits and additions are the largest of all futures and of the case itself.
    """
    every = (certain(case), *futures)
    driven = dict.fromkeys(key for future in futures for key in future.limits)
    limits = {key: max(future.limits.get(key, case.supplies[key[0]].limit[key[1]]) for future in every)
              for key in driven}
    largest = replace(
        every[0],
        demand={key: max(future.demand.get(key, 0.0) for future in every) for key in case.demand},
        additions={key: max(future.additions[key] for future in every) for key in every[0].additions},
        limits=limits,
    )
    return largest.case(case)


def events(case: Case, futures: Sequence[Future]) -> list[Event]:
    """Return what comes otherwise than expected, future by future.

    Returns
    -------
    list of (future, year, kind, item, value)
        ``stoppage``: share of the year that is lost to a block, whether it is licensed then or not. ``delay``: years
        by which a block is late, in the year from which it was expected. ``resource``: surprise as a share of the
        resource, in the first year that is not observed. ``exploration``: what is found ÷ what was to be found, of an
        exploration block, or of a block whose addition has none. ``import_price``: the year's factor; it has no item.
    """
    return [(future.number, *event) for future in futures for event in _events(case, future)]


def _events(case: Case, future: Future) -> Iterator[tuple[int, str, str, float]]:
    for (code, year), share in future.available.items():
        yield year, STOPPAGE, code, round(1.0 - share, DIGITS)
    for code, year in future.ready.items():
        expected = expected_start(case, case.blocks[code])
        yield expected, DELAY, code, float(year - expected)
    for code, amount in future.surprise.items():
        if amount:
            yield first_open(case), RESOURCE, code, amount / case.blocks[code].resource
    explored = {(prospect.block, prospect.year) for prospect in case.prospects}
    for prospect in case.prospects:
        if future.found[prospect.code] != prospect.target:
            yield prospect.year, EXPLORATION, prospect.code, future.found[prospect.code] / prospect.target
    for block in case.blocks.values():
        for year, amount in block.additions:
            true = future.additions[block.code, year]
            if (block.code, year) not in explored and true != amount:
                yield year, EXPLORATION, block.code, true / amount
    for year, factor in future.price.items():
        if factor != 1.0:
            yield year, IMPORT_PRICE, "", factor
