"""What is known of a future in which year: what has come is known, what is to come is forecast from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from mineralplan.case import Block, Case, Supply
from mineralplan.simulation.futures import Future

REMEMBERED = 3
"""Years whose use the demand model is set to again: one year alone is as much chance as trend."""


@dataclass(frozen=True)
class Knowledge:
    """A future, and what a planner knows of it.

    Attributes
    ----------
    case : Case
        As everything was expected in the base year.
    future : Future
        As it comes.
    """

    case: Case
    future: Future

    @cached_property
    def true(self) -> Case:
        """The case as everything comes."""
        return self.future.case(self.case)

    def by(
        self, year: int, *, worked: Collection[str] = (), tried: Collection[str] = (), explored: int | None = None
    ) -> Case:
        """Return the case as it is known when ``year`` has ended.

        Demand and import prices are known up to the year. Later demand is what the model projects, times what the
        use of the last `REMEMBERED` years was of its projection; so a forecast errs the more, the further it looks
        ahead. A deviation of the import price is expected to fade as the prices' own reversion has it. Stoppages
        are foreseen by nobody. What exploration was to have found by the year is known, what is due later is expected
        as planned.

        Parameters
        ----------
        worked : collection of str
            Blocks that have worked, whose true resource is known.
        tried : collection of str
            Blocks for which a licence was sought, whose true first year is known.
        explored : int, optional
            The year up to which the results of exploration are known; ``year`` otherwise.
        """
        results = year if explored is None else explored
        blocks = {code: self._block(block, year, results, code in worked, code in tried)
                  for code, block in self.case.blocks.items()}
        supplies = {code: self._supply(supply, year) for code, supply in self.case.supplies.items()}
        return replace(self.case, demand=self._demand(year), blocks=blocks, supplies=supplies)

    def _demand(self, year: int) -> dict[tuple[str, str, int], float]:
        drift = dict(self._drift(year))
        true, expected = self.true.demand, self.case.demand
        known = {key: true[key] for key in true if key[2] <= year}
        return known | {
            (use, zone, later): quantity * (1.0 if self.case.exported(zone) else drift.get(use, 1.0))
            for (use, zone, later), quantity in expected.items() if later > year
        }

    def _drift(self, year: int) -> Iterator[tuple[str, float]]:
        """Yield what the use of the last years was, as a factor on its projection."""
        years = {y for y in self.case.years if year - REMEMBERED < y <= year}
        totals: dict[str, list[float]] = {}
        for sums, demand in enumerate((self.true.demand, self.case.demand)):
            for (use, zone, y), quantity in demand.items():
                if y in years and not self.case.exported(zone):
                    totals.setdefault(use, [0.0, 0.0])[sums] += quantity
        for use, (true, expected) in totals.items():
            if expected > 0:
                yield use, true / expected

    def _supply(self, supply: Supply, year: int) -> Supply:
        true = self.true.supplies[supply.code]
        limit = {y: true.limit[y] if y <= year else most for y, most in supply.limit.items()}
        if supply.kind != "import":
            return replace(supply, limit=limit)
        fade = 1 - self.case.futures.import_price_reversion
        now = self.future.price.get(year, 1.0)
        price = {y: true.price[y] if y <= year else value * now ** (fade ** (y - year))
                 for y, value in supply.price.items()}
        return replace(supply, limit=limit, price=price)

    def _block(self, block: Block, year: int, explored: int, worked: bool, tried: bool) -> Block:
        true = self.true.blocks[block.code]
        later = {y: share for y, share in block.available.items() if y > year}
        return replace(
            block, available={**{y: share for y, share in true.available.items() if y <= year}, **later},
            earliest=true.earliest if tried else block.earliest, surprise=true.surprise if worked else block.surprise,
            additions=tuple(sorted((true_one if due[0] <= explored else due)
                                   for due, true_one in zip(block.additions, true.additions, strict=True))),
        )
