"""What works, at which scale, when: the tight form with nested options.

``at_least[b,k,y]`` says that block b works in y with *at least* option k. Nested so, a fraction of a large option
cannot pass for a whole small one, and an expansion is one more variable and not another mine.

The rest of the model and the rules know only the vocabulary set here:

=========================  ==========================================================================
``at_least[b,k,y]``        works with at least option k
``exactly[b,k,y]``         works with option k
``works[b,y]``             works
``capacity[b,y]``          licensed capacity, 10⁴ t/a
``in_class[b,c,y]``        works and is of size class c
``starts[b,y]``            starts in y (0 for a mine of the base year)
``stops[b,y]``             worked in y − 1 and no longer in y
``green[b,y]``             works and meets the green standard
``green_in_class[b,c,y]``  the same, in size class c
=========================  ==========================================================================
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from mineralplan.case import Block, Case
from mineralplan.formulation.observed import held
from mineralplan.inputs.plan import SIZE_CLASSES


def before(model: Any, case: Case, block: Block, k: int, year: int) -> Any:
    """Return ``at_least`` of the year before: a constant in the first year."""
    if year > case.years[0]:
        return model.at_least[block.code, k, year - 1]
    return 1 if block.existing and k == 1 else 0


def levels(case: Case) -> list[tuple[str, int, int]]:
    """Return the index (block, option, year) of the states."""
    return [(b.code, k, y) for b in case.blocks.values() for k in range(1, len(b.options) + 1) for y in case.years]


def add_states(model: Any, case: Case) -> None:
    """Add the state variables, their order over options and years, and the vocabulary."""
    model.at_least = pyo.Var(levels(case), domain=pyo.Binary)
    for (code, k, year), state in model.at_least.items():
        if year in case.observed_years:
            state.setlb(held(case, code, k, year))
            state.setub(held(case, code, k, year))
        else:
            model.given.bound(state, ("allowed", code, year))
    model.nested = pyo.Constraint(
        [key for key in levels(case) if key[1] > 1],
        rule=lambda m, b, k, y: m.at_least[b, k, y] <= m.at_least[b, k - 1, y],
    )
    add_vocabulary(model, case)
    add_expansions(model, case)


def add_vocabulary(model: Any, case: Case) -> None:
    """Add what the rules and costs speak of, over ``model.at_least``."""
    add_scales(model, case)
    add_life(model, case)
    add_green(model, case)


def add_scales(model: Any, case: Case) -> None:
    """Add what follows from ``at_least`` in one year: option, capacity and size class."""
    blocks, years = case.blocks, case.years
    mines = [(b, y) for b in blocks for y in years]

    def exactly(m: Any, b: str, k: int, y: int) -> Any:
        above = m.at_least[b, k + 1, y] if k < len(blocks[b].options) else 0
        return m.at_least[b, k, y] - above

    def capacity(m: Any, b: str, y: int) -> Any:
        steps = zip((0.0, *(o.capacity for o in blocks[b].options)), blocks[b].options, strict=False)
        return sum((o.capacity - low) * m.at_least[b, k, y] for k, (low, o) in enumerate(steps, start=1))

    model.exactly = pyo.Expression(levels(case), rule=exactly)
    model.works = pyo.Expression(mines, rule=lambda m, b, y: m.at_least[b, 1, y])
    model.capacity = pyo.Expression(mines, rule=capacity)
    model.in_class = pyo.Expression(
        [(b, c, y) for b, y in mines for c in SIZE_CLASSES],
        rule=lambda m, b, c, y: sum(m.exactly[b, k, y] for k in options_of(case, blocks[b], c)),
    )


def options_of(case: Case, block: Block, size: str) -> list[int]:
    """Return the numbers of the block's options that are of a size class."""
    return [k for k, o in enumerate(block.options, start=1) if case.size_class(block.mineral, o.capacity) == size]


def add_life(model: Any, case: Case) -> None:
    """A mine starts once and stops once; what was begun stays begun.

    ``begun[b,k,y]`` says that option k was taken up by y, whether or not the mine still works: capital is sunk, so it
    is what capital cost is paid on. It only rises, so ``starts`` is its rise and a mine starts once; what was begun
    and no longer works only grows, so a mine stops once. It is integral wherever ``at_least`` is.
    """
    model.begun = pyo.Var(taken_up(case), bounds=(0, 1))
    model.begun_if_held = pyo.Constraint(
        list(model.begun), rule=lambda m, b, k, y: m.at_least[b, k, y] <= m.begun[b, k, y]
    )
    model.begun_stays = pyo.Constraint(list(model.begun), rule=lambda m, b, k, y: taken(m, case, b, k, y) >= 0)
    model.begun_when_held = pyo.Constraint(
        list(model.begun), rule=lambda m, b, k, y: taken(m, case, b, k, y) <= m.at_least[b, k, y]
    )

    def rise(m: Any, b: str, y: int) -> Any:
        return m.works[b, y] - before(m, case, case.blocks[b], 1, y)

    mines = [(b, y) for b in case.blocks for y in case.years]
    model.starts = pyo.Expression(
        mines, rule=lambda m, b, y: taken(m, case, b, 1, y) if (b, 1, y) in m.begun else 0.0
    )
    model.stops = pyo.Expression(mines, rule=lambda m, b, y: m.starts[b, y] - rise(m, b, y))
    model.stops_not_negative = pyo.Constraint(mines, rule=lambda m, b, y: m.stops[b, y] >= 0)
    add_mergers(model, case)


def taken_up(case: Case) -> list[tuple[str, int, int]]:
    """Return the index of the options that were not held in the base year."""
    return [(b, k, y) for b, k, y in levels(case) if k > 1 or not case.blocks[b].existing]


def taken(model: Any, case: Case, block: str, k: int, year: int) -> Any:
    """Return whether an option is taken up in ``year``: the rise of ``begun``."""
    if year == case.years[0]:
        return model.begun[block, k, year]
    return model.begun[block, k, year] - model.begun[block, k, year - 1]


def add_expansions(model: Any, case: Case) -> None:
    """An expansion stays as long as the mine works."""
    model.expansion_stays = pyo.Constraint(
        [(b, k, y) for b, k, y in levels(case) if k > 1 and y > case.years[0]],
        rule=lambda m, b, k, y: m.at_least[b, k, y - 1] - m.at_least[b, k, y] <= m.stops[b, y],
    )


def add_mergers(model: Any, case: Case) -> None:
    """A merged mine (整合) replaces mines that worked until the year before; they do not come back."""
    pairs = [(b.code, parent) for b in case.blocks.values() for parent in b.parents]
    index = [(b, parent, y) for b, parent in pairs for y in case.years]
    model.merger_replaces = pyo.Constraint(
        index, rule=lambda m, b, parent, y: m.works[b, y] + m.works[parent, y] <= 1
    )

    def follows(m: Any, b: str, parent: str, y: int) -> Any:
        return m.starts[b, y] <= before(m, case, case.blocks[parent], 1, y)

    model.merger_follows = pyo.Constraint(index, rule=follows)


def add_green(model: Any, case: Case) -> None:
    """The green standard: met by new, merged and expanded mines, else by an upgrade of the mine as it is.

    ``upgraded[b,y]`` is only needed where a rule asks for green mines.
    """
    asked = "green_share" in case.rules
    grey = [b.code for b in case.blocks.values() if asked and not b.green]
    model.upgraded = pyo.Var([(b, y) for b in grey for y in case.years], domain=pyo.Binary)
    model.upgraded_as_it_is = pyo.Constraint(
        [(b, y) for b in grey for y in case.years], rule=lambda m, b, y: m.upgraded[b, y] <= m.exactly[b, 1, y]
    )
    model.upgrade_stays = pyo.Constraint(
        [(b, y) for b in grey for y in case.years[1:]],
        rule=lambda m, b, y: m.upgraded[b, y - 1] - m.upgraded[b, y] <= m.exactly[b, 1, y - 1] - m.exactly[b, 1, y],
    )

    def green_in_class(m: Any, b: str, c: str, y: int) -> Any:
        block = case.blocks[b]
        if block.green:
            return m.in_class[b, c, y]
        options = options_of(case, block, c)
        upgraded = m.upgraded[b, y] if 1 in options and (b, y) in m.upgraded else 0
        return upgraded + sum(m.exactly[b, k, y] for k in options if k > 1)

    index = [(b, c, y) for b in case.blocks for c in SIZE_CLASSES for y in case.years]
    model.green_in_class = pyo.Expression(index, rule=green_in_class)
    model.green = pyo.Expression(
        [(b, y) for b in case.blocks for y in case.years],
        rule=lambda m, b, y: sum(m.green_in_class[b, c, y] for c in SIZE_CLASSES),
    )
