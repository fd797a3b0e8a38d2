"""Why no plan exists: a set of rules that cannot hold together and cannot be made smaller."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mineralplan.case import Case
from mineralplan.formulation.model import build
from mineralplan.rules import registry
from mineralplan.solving.compile import compile_model
from mineralplan.solving.highs import Settings
from mineralplan.solving.program import Program
from mineralplan.solving.search import is_feasible

T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Member:
    """A rule, with its item, that takes part in a conflict."""

    rule: str
    item: str

    def clause(self, case: Case) -> str:
        """Return where the plan says it."""
        return registry()[self.rule].clause(case, self.item)


def conflict(case: Case, settings: Settings | None = None) -> tuple[Member, ...]:
    """Return rules and items that collide, none to spare: give up any one and the others can be met.

    A deletion filter, first over whole rules, then over the items of those that are left: what can be dropped while
    the rest still cannot be met takes no part. Empty when a plan exists, or when none exists without any rule.

    Parameters
    ----------
    case : Case
    settings : Settings, optional
        The time limit holds for each single question.
    """
    settings = settings or Settings()
    program = compile_model(build(case))
    rows = _Rows(program)
    everything = rows.members
    if is_feasible(program, settings) or not rows.possible(everything, (), settings):
        return ()

    def still_impossible(kept: Iterable[Member]) -> bool:
        return not rows.possible(everything, kept, settings)

    rules = _filter(sorted({m.rule for m in everything}), lambda kept: still_impossible(
        m for m in everything if m.rule in kept))
    members = [m for m in everything if m.rule in rules]
    return tuple(_filter(members, still_impossible))


def _filter(candidates: list[T], impossible: Callable[[list[T]], bool]) -> list[T]:
    kept = list(candidates)
    for candidate in candidates:
        rest = [other for other in kept if other != candidate]
        if impossible(rest):
            kept = rest
    return kept


class _Rows:
    """Which rows of a program belong to which rule and item."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.owner = [
            Member(name.removeprefix("rule_").removesuffix(".hard"), index[0])
            if name.startswith("rule_") and name.endswith(".hard") else None
            for name, index in program.rows
        ]
        self.members = sorted({member for member in self.owner if member})

    def possible(self, everything: Iterable[Member], kept: Iterable[Member], settings: Settings) -> bool:
        """Return whether a plan exists when only some members hold."""
        dropped = set(everything) - set(kept)
        return is_feasible(self.program.freed(np.array([owner in dropped for owner in self.owner])), settings)
