"""How somebody decides year by year: by a plan that was published, by a rule, by a function of a user's own."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mineralplan.allocation import Allocation
from mineralplan.case import Block, Case
from mineralplan.solving.program import Vector

ENOUGH_YEARS = 10.0
"""Landbank under which the simple rule licenses another block, years."""


@dataclass(frozen=True)
class Look:
    """What is known when the decisions of a year are made.

    Attributes
    ----------
    year : int
    case : Case
        As it is known: true up to the year before, forecast from this year on.
    capacity : mapping of block to float
        Licensed capacity of the mines that worked the year before, 10⁴ t/a.
    output : mapping of block to float
        Output of the year before, 10⁴ t; nothing in the base year.
    left : mapping of block to float
        Resource of every block that can still be won, as it is known, 10⁴ t of output.
    stopped : frozenset of str
        Blocks that have worked and closed: they do not come back.
    point : numpy.ndarray
        The years so far as a point of the model's program.
    """

    year: int
    case: Case
    capacity: Mapping[str, float]
    output: Mapping[str, float]
    left: Mapping[str, float]
    stopped: frozenset[str]
    point: Vector = field(repr=False)

    def landbank(self, mineral: str) -> float:
        """Return how many years the licensed mines of a mineral last at the output of the year before.

        Without any output, at their capacity; without any mine 0.
        """
        mines = [block.code for block in self.case.blocks_of(mineral) if block.code in self.capacity]
        pace = sum(self.output.get(code, 0.0) for code in mines) or sum(self.capacity[code] for code in mines)
        return sum(self.left[code] for code in mines) / pace if pace else 0.0

    def demand(self, mineral: str) -> float:
        """Return what the year's demand would take of a mineral if it alone served it, 10⁴ t."""
        return sum(
            quantity / use.served_by[mineral]
            for name, use in self.case.uses.items() if mineral in use.served_by
            for (wanted, _, year), quantity in self.case.demand.items() if wanted == name and year == self.year
        )

    def open_blocks(self, mineral: str) -> list[Block]:
        """Return the blocks without a licence that may be licensed this year, mergers apart."""
        return [
            block for block in self.case.blocks_of(mineral)
            if block.code not in self.capacity and block.code not in self.stopped and block.allowed(self.year)
            and not block.parents
        ]

    def cost(self, block: Block) -> float:
        """Return what a tonne of a block costs at the lowest scale and full use, hauled an average way, CNY/t."""
        option, money = block.options[0], self.case.economics
        yearly = money.capital_recovery_factor * option.capital / option.capacity + block.fixed_cost
        taxes = sum(rates.get(block.mineral, 0.0) for rates in (money.resource_tax, money.restoration))
        taxes += money.concession.get(block.mineral, 0.0) / block.recoverable_share
        return yearly + block.operating_cost + taxes + money.loading + money.haul * self._way(block)

    def _way(self, block: Block) -> float:
        """Return the mean distance to the demand that a block can serve, km."""
        served = [
            (quantity, self.case.distance_km(block.code, zone))
            for (use, zone, year), quantity in self.case.demand.items()
            if year == self.year and quantity > 0 and block.mineral in self.case.uses[use].served_by
        ]
        total = sum(quantity for quantity, _ in served)
        return sum(quantity * km for quantity, km in served) / total if total else 0.0


@dataclass(frozen=True)
class Proposal:
    """What is to be decided of a year.

    Attributes
    ----------
    capacity : mapping of block to float
        Licensed capacity of the mines that are to work, 10⁴ t/a; every other block does not.
    ahead : numpy.ndarray or None
        The decisions of the year and of those after it, as a point of the program.
    last : int or None
        The last year that ``ahead`` decides.
    """

    capacity: Mapping[str, float]
    ahead: Vector | None = None
    last: int | None = None


Decide = Callable[[Look], Mapping[str, float]]
"""A user's own policy: block → licensed capacity of the year, 10⁴ t/a; 0 closes, a block not named stays as it was."""


class Policy(ABC):
    """Somebody who decides; one for every course, so that it may remember."""

    @abstractmethod
    def propose(self, look: Look) -> Proposal:
        """Return what is to be decided of the year.

        What the plan's binding clauses, the mine's true state or a delay do not allow is changed as little as can be
        before it is carried out.
        """


@dataclass
class Published(Policy):
    """A plan executed to the letter, whatever comes.

    Attributes
    ----------
    plan : Allocation
    point : numpy.ndarray
        The same as a point of the model's program.
    """

    plan: Allocation
    point: Vector

    def propose(self, look: Look) -> Proposal:
        """Return the plan's own decisions of the year, and those to come."""
        held = self.plan.capacity
        now = {code: held[code, look.year] for code in look.case.blocks if (code, look.year) in held}
        return Proposal(now, self.point, look.case.years[-1])


class Rule(Policy):
    """Keep every mine; where a mineral's landbank falls under ten years, license its cheapest blocks."""

    def propose(self, look: Look) -> Proposal:
        """Return last year's mines, and new ones by their cost until the landbank is long enough."""
        capacity = {code: held for code, held in look.capacity.items() if look.case.blocks[code].allowed(look.year)}
        for mineral in look.case.minerals:
            mines = [block.code for block in look.case.blocks_of(mineral) if block.code in look.capacity]
            pace = sum(look.output.get(code, 0.0) for code in mines) or look.demand(mineral)
            left = sum(look.left[code] for code in mines)
            for block in sorted(look.open_blocks(mineral), key=look.cost):
                if left >= ENOUGH_YEARS * pace:
                    break
                capacity[block.code] = block.options[0].capacity
                left += look.left[block.code]
        return Proposal(capacity)


class PolicyError(ValueError):
    """A user's function that fails, or says what cannot be a decision.

    Attributes
    ----------
    function : str
    year : int
        Whose decisions it was asked for.
    what : str
        What is wrong.
    """

    def __init__(self, function: str, year: int, what: str) -> None:
        super().__init__(function, year, what)
        self.function, self.year, self.what = function, year, what

    def __str__(self) -> str:
        return f"{self.function}, {self.year}: {self.what}"


@dataclass
class Own(Policy):
    """A user's function: from a `Look` to block → licensed capacity."""

    decide: Decide

    def propose(self, look: Look) -> Proposal:
        """Return what the function says; blocks that it does not name stay as they were.

        Raises
        ------
        PolicyError
            When it names blocks that do not exist, says what is no capacity, or fails itself.
        """
        name = getattr(self.decide, "__name__", repr(self.decide))
        try:
            said = {str(code): float(held) for code, held in self.decide(look).items()}
        except Exception as error:
            raise PolicyError(name, look.year, f"{type(error).__name__}: {error}") from error
        wrong = [code for code in said if code not in look.case.blocks]
        wrong += [f"{code} = {held}" for code, held in said.items() if not (math.isfinite(held) and held >= 0)]
        if wrong:
            raise PolicyError(name, look.year, ", ".join(wrong))
        return Proposal({code: held for code, held in {**look.capacity, **said}.items() if held > 0})


def function_of(name: str) -> Decide:
    """Return a user's policy by its name: ``module:function`` or ``folder/file.py:function``.

    Raises
    ------
    ImportError
        When there is no such file, module or function, or it does not load.
    """
    source, _, function = name.rpartition(":")
    try:
        found: Any = getattr(_module(source), function)
    except Exception as error:
        raise ImportError(f"{name} ({error})") from error
    if not callable(found):
        raise ImportError(name)
    return found  # type: ignore[no-any-return]


def source_of(function: Callable[..., Any]) -> str:
    """Return the text of what a function stands in: an answer that is kept holds only as long as it is the same."""
    try:
        return inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        return repr(function)


def _module(source: str) -> Any:
    path = Path(source)
    if path.suffix != ".py":
        return importlib.import_module(source)
    name = f"policy_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
