"""The rules of a plan, one file each; every module here that defines a `Rule` is in force where a plan names it."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.rules.rule import Finding, Rule


@cache
def registry() -> dict[str, Rule]:
    """Return every rule by its name."""
    found: dict[str, Rule] = {}
    for info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for entry in vars(module).values():
            own = isinstance(entry, type) and issubclass(entry, Rule) and entry.__module__ == module.__name__
            if own and entry is not Rule:
                found[entry.name] = entry()
    return dict(sorted(found.items()))


def check(case: Case, allocation: Allocation) -> list[Finding]:
    """Return what every rule of the case finds in an allocation."""
    return [finding for name in case.rules for finding in registry()[name].check(case, allocation)]


def broken(case: Case, finding: Finding) -> bool:
    """Return whether a finding breaks the plan: it binds, it is missed, and its year is still decided.

    What was missed in an observed year is a fact about the plan, and no fault of it.
    """
    return finding.nature == "binding" and not finding.holds and finding.year not in case.observed_years


def rule_items() -> dict[str, str]:
    """Return the kind of items of every rule."""
    return {name: rule.items for name, rule in registry().items()}
