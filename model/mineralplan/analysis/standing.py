"""A plan that is half over, as things stand: what was seen, then what the plan still has to come, nothing repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mineralplan.allocation import Allocation
from mineralplan.assembly.actuals import below_rate
from mineralplan.case import Block, Case
from mineralplan.formulation.objectives import COST, lines
from mineralplan.outputs import extract
from mineralplan.rules.rule import under
from mineralplan.simulation.settling import gives_way
from mineralplan.simulation.window import Mask, held
from mineralplan.solving.highs import Settings, SolverFailure
from mineralplan.solving.optimise import TIE_BREAK
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, search

Scales = Mapping[tuple[str, int], float]
"""Licensed capacity by (block, year), 10⁴ t/a; a block that holds none has no entry."""
DECIDED = ("at_least", "upgraded")


def as_published(case: Case) -> Case:
    """Return the case without what was observed, as the plan was made for it."""
    seen: dict[str, set[int]] = {}
    for code, year, _ in below_rate(case.observed, case.economics.working_rate):
        seen.setdefault(code, set()).add(year)
    blocks = {
        code: replace(block, available={y: share for y, share in block.available.items() if y not in seen[code]})
        if code in seen else block
        for code, block in case.blocks.items()
    }
    return replace(case, blocks=blocks, observed={}, observed_from="")


def as_things_stand(case: Case, plan: Allocation) -> dict[tuple[str, int], float]:
    """Return the scales that come of it when what the plan still announces is done, and nothing else.

    What the plan had for observed years and did not happen is not made up for: only its changes after them are carried
    out. A mine that is not there is not expanded, one that has closed does not come back, and a merger whose parents
    are not all at work does not happen: its parents go on.

    Parameters
    ----------
    case : Case
        With its observed years.
    plan : Allocation
        As published.
    """
    last = case.observed_years[-1]
    found = {mine: seen.capacity for mine, seen in case.observed.items() if seen.capacity}
    now = {code: held for (code, year), held in found.items() if year == last}
    gone = {code for code, block in case.blocks.items()
            if code not in now and (block.existing or any(code == seen for seen, _ in found))}
    for year in (year for year in case.years if year > last):
        merging = {code for code in case.blocks if _merges(case, plan, now, gone, code, year)}
        then = {code: _next(case, plan, block, year, now.get(code, 0.0), code in gone, merging)
                for code, block in case.blocks.items()}
        gone |= {code for code in now if not then[code]}
        now = {code: held for code, held in then.items() if held}
        found |= {(code, year): held for code, held in now.items()}
    return found


def _announced(plan: Allocation, code: str, year: int) -> tuple[float, float]:
    """Return the scale of the year before and of the year in the plan."""
    return plan.capacity.get((code, year - 1), 0.0), plan.capacity.get((code, year), 0.0)


def _merges(
    case: Case, plan: Allocation, now: Mapping[str, float], gone: set[str], code: str, year: int
) -> bool:
    """Return whether a merger that is announced for the year can happen."""
    parents = case.blocks[code].parents
    before, will = _announced(plan, code, year)
    return bool(parents and will and not before and code not in gone and all(parent in now for parent in parents))


def _next(
    case: Case, plan: Allocation, block: Block, year: int, held: float, gone: bool, merging: set[str]
) -> float:
    """Return the scale of a block in a year: what it was, with the change that the plan announces for the year."""
    before, will = _announced(plan, block.code, year)
    if not block.allowed(year) or gone:
        return 0.0
    if will > before and (held or (not before and (not block.parents or block.code in merging))):
        return max(held, _offered(block, will))
    if before and not will:
        mergers = [code for code, other in case.blocks.items()
                   if block.code in other.parents and _announced(plan, code, year)[1]]
        return held if mergers and not merging & set(mergers) else 0.0
    return held


def _offered(block: Block, capacity: float) -> float:
    """Return the largest scale of a block that is no larger; 0 where there is none."""
    return max((o.capacity for o in block.options if not under(capacity, o.capacity)), default=0.0)


def decisions(case: Case, program: Program, scales: Scales, plan: Allocation) -> Vector:
    """Return scales as a point of the program, with the green upgrades of the plan where the mine is as it was.

    Upgrades are not observed: in observed years those of the plan count as made.
    """
    x = np.zeros(len(program.columns))
    green = _upgraded(case, scales, plan)
    for column, (name, index) in enumerate(program.columns):
        if name == "at_least":
            block, k, year = index
            x[column] = not under(scales.get((block, year), 0.0), case.blocks[block].options[k - 1].capacity)
        elif name == "upgraded":
            x[column] = index in green
    return x


def _upgraded(case: Case, scales: Scales, plan: Allocation) -> set[tuple[str, int]]:
    """Return the (block, year) of the mines that meet the green standard by an upgrade: it stays as the mine does."""
    found: set[tuple[str, int]] = set()
    for code, block in case.blocks.items():
        first, made = block.options[0].capacity, False
        for year in case.years:
            as_it_is = scales.get((code, year)) == first
            by_plan = (code, year) in plan.green and plan.capacity.get((code, year)) == first
            made = as_it_is and not block.green and (made or by_plan)
            found |= {(code, year)} if made else set()
    return found


def deciding(program: Program) -> Mask:
    """Return which columns are decisions: scales and upgrades, shape (columns,)."""
    return np.array([name in DECIDED for name, _ in program.columns], dtype=bool)


def carried_out(case: Case, program: Program, decided: Vector, settings: Settings) -> Allocation:
    """Return what comes of decisions: output and deliveries at least cost, no clause and no working rate holding back.

    Raises
    ------
    SolverFailure
        When not even the laws leave a way.
    """
    free = np.array([gives_way(name) for name, _ in program.rows], dtype=bool)
    standing = held(program, decided, deciding(program)).freed(free)
    found = search(standing, [Aim(COST, lines(COST, case))], Aim(TIE_BREAK, lines(TIE_BREAK, case)), settings)
    if found.x is None:
        raise SolverFailure(f"{case.name}: what stands leaves no way to be carried out")
    return extract.allocation(case, program, found.x)
