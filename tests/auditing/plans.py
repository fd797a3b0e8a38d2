"""Plans made by hand that are whole: everything mined goes to the town, and what is missing is short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from mineralplan.allocation import FLOWS, SHORTAGE, Allocation
from mineralplan.auditing.audit import Audit, audit_claim
from mineralplan.auditing.claim import Claim, Known
from mineralplan.case import Case
from tiny import by_hand

Mines = Mapping[tuple[str, int], float | tuple[float, float]]
Flow = tuple[int, str, str, str, float]
YEARS = (2021, 2022, 2023)


def whole(
    case: Case, mines: Mines, *, more: Iterable[Flow] = (), without: Iterable[tuple[str, int]] = (),
    green: Iterable[tuple[str, int]] | None = None,
) -> Allocation:
    """Return an allocation in which each mine's output goes to the town.

    Parameters
    ----------
    mines : mapping of (block, year)
        Capacity, or capacity and output.
    more : iterable of (year, source, use, zone, quantity)
        Deliveries besides.
    without : iterable of (block, year)
        Mines whose output is not delivered.
    green : iterable of (block, year), optional
        All mines where it is not given.
    """
    held = by_hand(mines, green=mines if green is None else green)
    out = set(without)
    flows = [(year, code, "works", "town", mined) for (code, year), mined in held.output.items()
             if (code, year) not in out and mined]
    flows += more
    arrived = pd.DataFrame(flows, columns=FLOWS).groupby(["use", "zone", "year"])["quantity_10kt"].sum().to_dict()
    short = [(year, use, zone, wanted - arrived.get((use, zone, year), 0.0))
             for (use, zone, year), wanted in case.demand.items() if wanted]
    return Allocation(held.mines, pd.DataFrame(flows, columns=FLOWS), pd.DataFrame(short, columns=SHORTAGE))


def audited(case: Case, allocation: Allocation) -> Audit:
    """Return the audit of an allocation that says everything."""
    return audit_claim(case, Claim(allocation, Known(case.years)))


def found(case: Case, allocation: Allocation) -> list[tuple[str, tuple[str, ...], int, float]]:
    """Return every breach as (law or rule, where, year, amount), sorted."""
    return sorted((b.name, b.where, b.year, float(b.amount)) for b in audited(case, allocation).breaches)
