"""The result tables of a plan, computed from the case and the allocation alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.case import Block, Case
from mineralplan.outputs.annual_plan import annual_plan
from mineralplan.rules.rule import Finding

WORKING = ("kept", "opened", "expanded", "closing")


@dataclass(frozen=True)
class Tables:
    """The result tables of a plan, named as the files they are written to."""

    production: pd.DataFrame
    balance: pd.DataFrame
    minerals: pd.DataFrame
    flows: pd.DataFrame
    scorecard: pd.DataFrame
    actions: pd.DataFrame
    annual_plan: pd.DataFrame
    costs: pd.DataFrame


def tables(case: Case, allocation: Allocation, findings: Iterable[Finding], costs: pd.DataFrame) -> Tables:
    """Return every result table of an allocation."""
    done = actions(case, allocation)
    return Tables(
        production=production(case, allocation),
        balance=balance(case, allocation),
        minerals=minerals(case, allocation),
        flows=flows(case, allocation),
        scorecard=scorecard(findings),
        actions=done,
        annual_plan=annual_plan(case, allocation, done),
        costs=costs,
    )


def production(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return every block and year: state, licensed capacity, size class, output, resource left.

    States: ``kept``, ``opened`` (first year of a new or merged mine), ``expanded`` (first year at a higher scale),
    ``closing`` (last year before it stops), ``closed``, ``idle`` (never licensed yet). ``observed`` says whether the
    year was seen, and not decided.
    """
    drawn = _drawn(case, allocation)
    rows = []
    for year in case.years:
        for code, block in case.blocks.items():
            capacity = allocation.capacity.get((code, year), 0.0)
            rows.append(
                (
                    year, code, block.mineral, state(case, allocation, block, year), capacity,
                    case.size_class(block.mineral, capacity) if capacity else "",
                    allocation.output.get((code, year), 0.0), (code, year) in allocation.green,
                    round(_known(case, block, year) - drawn[code, year], 6), block.basis,
                    year in case.observed_years,
                )
            )
    columns = ["year", "block", "mineral", "state", "capacity_10kt_a", "size_class", "output_10kt", "green",
               "resource_left_10kt", "basis", "observed"]
    return pd.DataFrame(rows, columns=columns)


def state(case: Case, allocation: Allocation, block: Block, year: int) -> str:
    """Return the state of a block in a year."""
    capacity = allocation.capacity
    now, previous = capacity.get((block.code, year), 0.0), capacity_before(case, allocation, block, year)
    if not now:
        was = block.existing or any(code == block.code and y < year for code, y in capacity)
        return "closed" if was else "idle"
    if not previous:
        return "opened"
    if now > previous:
        return "expanded"
    last = year < case.years[-1] and not capacity.get((block.code, year + 1), 0.0)
    return "closing" if last else "kept"


def capacity_before(case: Case, allocation: Allocation, block: Block, year: int) -> float:
    """Return the licensed capacity of the year before; in the first year, of the base year."""
    if year == case.years[0]:
        return block.options[0].capacity if block.existing else 0.0
    return allocation.capacity.get((block.code, year - 1), 0.0)


def _known(case: Case, block: Block, year: int) -> float:
    """Return the resource known by ``year``; what is added to a merged mine's parents is added to it too."""
    parents = (case.blocks[parent] for parent in block.parents)
    return block.resource_by(year) + sum(parent.resource_by(year) - parent.resource for parent in parents)


def _drawn(case: Case, allocation: Allocation) -> dict[tuple[str, int], float]:
    """Return the resource consumed by the end of each year; a merged mine's parents count on it too."""
    own: dict[tuple[str, int], float] = {}
    for code, block in case.blocks.items():
        total = 0.0
        for year in case.years:
            total += allocation.output.get((code, year), 0.0) / block.recoverable_share
            own[code, year] = total
    return {
        (code, year): own[code, year] + sum(own[parent, year] for parent in case.blocks[code].parents)
        for code, year in own
    }


def balance(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return demand and where it was met from, by year, use and market (the district, or exports)."""
    flows = allocation.flows
    kinds = {code: supply.kind for code, supply in case.supplies.items()}
    met: dict[tuple[int, str, str, str], float] = {}
    for year, source, use, zone, quantity in flows.itertuples(index=False):
        key = (int(year), str(use), _market(case, str(zone)), kinds.get(str(source), "local"))
        met[key] = met.get(key, 0.0) + quantity
    wanted: dict[tuple[int, str, str], float] = {}
    for (use, zone, year), quantity in case.demand.items():
        if year in case.years:
            key3 = (year, use, _market(case, zone))
            wanted[key3] = wanted.get(key3, 0.0) + quantity
    short: dict[tuple[int, str, str], float] = {}
    for year, use, zone, quantity in allocation.shortage.itertuples(index=False):
        key3 = (int(year), str(use), _market(case, str(zone)))
        short[key3] = short.get(key3, 0.0) + quantity
    rows = []
    for (year, use, market), demand in sorted(wanted.items(), key=lambda entry: _order(case, entry[0])):
        parts = [met.get((year, use, market, kind), 0.0) for kind in ("local", "recycled", "spoil", "import")]
        own = sum(parts[:3]) / demand if demand else float("nan")
        rows.append((year, use, market, demand, *parts, short.get((year, use, market), 0.0), own))
    columns = ["year", "use", "market", "demand_10kt", "local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt",
               "shortage_10kt", "self_sufficiency"]
    return pd.DataFrame(rows, columns=columns)


def _market(case: Case, zone: str) -> str:
    return "export" if case.exported(zone) else "district"


def _order(case: Case, key: tuple[int, str, str]) -> tuple[int, int, str]:
    return key[0], list(case.uses).index(key[1]), key[2]


def minerals(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return output, cap, mines, capacity and landbank by year and mineral.

    The landbank (保障年限) is what can still be won from the mines that work, divided by the year's output.
    """
    made = production(case, allocation)
    made = made[made["state"].isin(WORKING)]
    shares = {code: block.recoverable_share for code, block in case.blocks.items()}
    rows = []
    for year in case.years:
        for mineral in case.minerals:
            if not case.blocks_of(mineral):
                continue
            here = made[(made["year"] == year) & (made["mineral"] == mineral)]
            output = float(here["output_10kt"].sum())
            left = sum(r * shares[b] for b, r in zip(here["block"], here["resource_left_10kt"], strict=True))
            indicator = case.rules.get("output_cap", {}).get(mineral)
            cap = indicator.schedule.at(year) if indicator else None
            rows.append(
                (year, mineral, output, cap, indicator.nature_in(year) if indicator else "", len(here),
                 float(here["capacity_10kt_a"].sum()), left / output if output else float("nan"))
            )
    columns = ["year", "mineral", "output_10kt", "cap_10kt", "cap_nature", "mines", "capacity_10kt_a",
               "landbank_years"]
    return pd.DataFrame(rows, columns=columns)


def flows(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return every shipment with its road distance and haulage price."""
    table = allocation.flows.copy()
    pairs = list(zip(table["source"], table["zone"], strict=True))
    table["distance_km"] = [round(case.distance_km(source, zone), 3) for source, zone in pairs]
    price = case.economics
    table["haul_cny_t"] = [round(price.loading + price.haul * case.distance_km(s, z), 4) for s, z in pairs]
    return table


def scorecard(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return every requirement with limit, value, margin and clause."""
    rows = [
        (
            f.year, f.rule, f.item, f.nature, f.unit, f.sense, float(f.limit),
            float("nan") if f.value is None else float(f.value),
            float("nan") if f.margin is None else float(f.margin), f.holds, f.clause,
        )
        for f in findings
    ]
    columns = ["year", "rule", "item", "nature", "unit", "sense", "limit", "value", "margin", "holds", "clause"]
    return pd.DataFrame(rows, columns=columns).sort_values(["year", "rule", "item"], ignore_index=True)


def actions(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return what has to be licensed, expanded, merged or closed in each year."""
    rows = []
    for year in case.years:
        for code, block in case.blocks.items():
            now = allocation.capacity.get((code, year), 0.0)
            previous = capacity_before(case, allocation, block, year)
            if now and not previous:
                rows.append((year, code, block.mineral, "merge" if block.status == "merged" else "license", now))
            elif now > previous:
                rows.append((year, code, block.mineral, "expand", now))
            elif previous and not now:
                rows.append((year, code, block.mineral, "close", previous))
    return pd.DataFrame(rows, columns=["year", "block", "mineral", "action", "capacity_10kt_a"])
