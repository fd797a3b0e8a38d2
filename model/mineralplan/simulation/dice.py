"""Random numbers by the name of what they decide, and what they decide of a case.

Every unknown has a stream of random numbers of its own name. So a future is the same however many are drawn, and
another block, or another year, changes nothing for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.special import ndtri

from mineralplan.case import Block, Case
from mineralplan.simulation.draws import DIGITS, DemandDraws, DemandKey, LimitKey
from mineralplan.solving.program import Vector

BlockYear = tuple[str, int]


@dataclass(frozen=True)
class Dice:
    """Random numbers of a case by the name of what they decide."""

    case: Case
    count: int
    seed: int

    def uniform(self, stream: str, each: int = 1) -> Vector:
        """Return numbers in (0, 1), shape (count, each): a row per future, whatever ``count`` is."""
        source = np.random.default_rng([self.seed, crc32(stream.encode("utf-8"))])
        return np.clip(source.random((self.count, each)), 1e-12, 1 - 1e-12)

    def lognormal(self, stream: str, deviation: float) -> Vector:
        """Return factors of mean 1, shape (count,)."""
        return _mean_one(self.uniform(stream)[:, 0], deviation)


def _mean_one(u: Vector, deviation: float) -> Vector:
    return np.asarray(np.exp(deviation * ndtri(u) - deviation**2 / 2))


def first_open(case: Case) -> int:
    """Return the first year that is not observed."""
    return case.observed_years[-1] + 1 if case.observed_years else case.years[0]


def expected_start(case: Case, block: Block) -> int:
    """Return the year in which a block could work at first if it were not late."""
    return max(block.earliest or case.years[0], first_open(case))


def true_demand(dice: Dice, drawn: DemandDraws | None) -> list[dict[DemandKey, float]]:
    """Return the demand of every future: as drawn, scattered by one factor for each use and year of the district."""
    case, scatter = dice.case, dice.case.futures.demand_scatter
    column = {key: n for n, key in enumerate(drawn.keys)} if drawn is not None else {}
    factors: dict[tuple[str, int], Vector] = {}
    found: list[dict[DemandKey, float]] = [dict(case.demand) for _ in range(dice.count)]
    for key, projected in case.demand.items():
        use, zone, year = key
        if case.exported(zone) or year < first_open(case):
            continue
        values = np.full(dice.count, projected)
        if drawn is not None and key in column:
            values = drawn.quantity[:, column[key]]
        if scatter:
            if (use, year) not in factors:
                factors[use, year] = dice.lognormal(f"demand.{use}.{year}", scatter)
            values = np.round(values * factors[use, year], DIGITS)
        for own, value in zip(found, values.tolist(), strict=True):
            own[key] = value
    return found


def true_limits(dice: Dice, drawn: DemandDraws | None) -> list[dict[LimitKey, float]]:
    """Return the limits that the demand model states, as the draw of the same future has them."""
    if drawn is None:
        return [{} for _ in range(dice.count)]
    first = first_open(dice.case)
    return [{key: most for key, most in zip(drawn.limit_keys, row, strict=True) if key[1] >= first}
            for row in drawn.limit.tolist()]


def price_factors(dice: Dice) -> list[dict[int, float]]:
    """Return the factors on import prices: a deviation that grows with each year's news and wears off."""
    case, given = dice.case, dice.case.futures
    deviation, factors = np.zeros(dice.count), {}
    for year in case.years:
        if year >= first_open(case):
            news = ndtri(dice.uniform(f"import_price.{year}")[:, 0])
            deviation = (1 - given.import_price_reversion) * deviation + given.import_price_volatility * news
        factors[year] = np.exp(deviation)
    return [{year: float(values[n]) for year, values in factors.items()} for n in range(dice.count)]


def shares_left(dice: Dice) -> list[dict[BlockYear, float]]:
    """Return the share of the year that is left of a mine that stands still, where one does."""
    case, given = dice.case, dice.case.futures
    found: list[dict[BlockYear, float]] = [{} for _ in range(dice.count)]
    if not given.stoppage_probability * given.stoppage_most:
        return found
    for code, block in case.blocks.items():
        for year in filter(block.allowed, range(first_open(case), case.years[-1] + 1)):
            happens, how_long = dice.uniform(f"stoppage.{code}.{year}", 2).T
            lost = given.stoppage_least + (given.stoppage_most - given.stoppage_least) * how_long
            for n in np.flatnonzero(happens < given.stoppage_probability):
                found[n][code, year] = round(1.0 - float(lost[n]), DIGITS)
    return found


def late_starts(dice: Dice) -> list[dict[str, int]]:
    """Return the first year of the blocks that are late, of those that have not worked yet."""
    case, given = dice.case, dice.case.futures
    worked = {code for (code, _), seen in case.observed.items() if seen.capacity > 0}
    found: list[dict[str, int]] = [{} for _ in range(dice.count)]
    if not given.delay_probability * given.delay_most:
        return found
    for code, block in case.blocks.items():
        if block.existing or code in worked:
            continue
        happens, how_late = dice.uniform(f"delay.{code}", 2).T
        late = 1 + np.floor(how_late * given.delay_most).astype(int)
        for n in np.flatnonzero(happens < given.delay_probability):
            found[n][code] = expected_start(case, block) + int(late[n])
    return found


def surprises(dice: Dice) -> list[dict[str, float]]:
    """Return what the deposits hold more than reported; a merged mine's stone is that of its parents."""
    case, spread = dice.case, dice.case.futures.resource_spread
    if not spread:
        return [{} for _ in range(dice.count)]
    more: dict[str, Vector] = {}
    for code, block in sorted(case.blocks.items(), key=lambda entry: bool(entry[1].parents)):
        if block.parents:
            reported = sum(case.blocks[parent].resource for parent in block.parents)
            drawn = np.stack([more[parent] for parent in block.parents]).sum(axis=0) * (block.resource / reported)
        else:
            drawn = block.resource * (dice.lognormal(f"resource.{code}", spread) - 1)
        more[code] = np.asarray(np.round(np.maximum(drawn, _least_surprise(case, block)), DIGITS), dtype=float)
    return [{code: float(more[code][n]) for code in case.blocks} for n in range(dice.count)]


def _least_surprise(case: Case, block: Block) -> float:
    """Return the surprise under which less would be there than was seen to be mined, 10⁴ t."""
    last = first_open(case) - 1
    drawn = [seen.output / case.blocks[code].recoverable_share for (code, _), seen in case.observed.items()
             if code in (block.code, *block.parents)]
    added = sum(amount for code in (block.code, *block.parents) for year, amount in case.blocks[code].additions
                if year <= last)
    # Rounded up, as surprises are rounded: not a hundredth of a tonne less than was mined.
    short = sum(drawn) - added - block.resource
    return min(0.0, math.ceil(short * 10.0**DIGITS) / 10.0**DIGITS)


def successes(dice: Dice) -> dict[str, Vector]:
    """Return of every exploration block what it finds ÷ its target, by future."""
    return {prospect.code: _success(dice, f"exploration.{prospect.code}", prospect.year)
            for prospect in dice.case.prospects}


def true_additions(dice: Dice, found: Mapping[str, Vector]) -> list[dict[BlockYear, float]]:
    """Return the true additions: what its exploration block finds of one that has one, a draw of its own otherwise."""
    case = dice.case
    explored = {(prospect.block, prospect.year): found[prospect.code] for prospect in case.prospects}
    true: dict[BlockYear, Vector] = {}
    for block in case.blocks.values():
        for year, amount in block.additions:
            factor = explored.get((block.code, year))
            if factor is None:
                factor = _success(dice, f"addition.{block.code}.{year}", year)
            true[block.code, year] = np.where(factor == 1.0, amount, np.round(amount * factor, DIGITS))
    return [{key: float(values[n]) for key, values in true.items()} for n in range(dice.count)]


def _success(dice: Dice, stream: str, year: int) -> Vector:
    """Return found ÷ expected, by future; what was due in an observed year is known and as expected."""
    given = dice.case.futures
    if year < first_open(dice.case):
        return np.ones(dice.count)
    luck, size = dice.uniform(stream, 2).T
    return np.asarray(np.where(luck < given.exploration_success, _mean_one(size, given.exploration_spread), 0.0))
