"""A compiled model set to another case is the model that a fresh build of that case gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.economics import Economics
from mineralplan.formulation.given import PRICES, figures
from mineralplan.formulation.model import build
from mineralplan.formulation.objectives import COST
from mineralplan.formulation.objectives import lines as weights
from mineralplan.inputs.plan import Indicator
from mineralplan.inputs.schedule import constant
from mineralplan.planning import solve
from mineralplan.solving.compile import compile_model
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.program import Program
from mineralplan.solving.search import Aim
from mineralplan.unknowns import Observation
from small_region import write_small_region
from tiny import block, case, drawn, indicator, mine, solved, supply

few = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
NEAR = {"rel": 1e-11, "abs": 1e-11}
"""Products of the same figures in another order."""


def columns(program: Program) -> dict[Any, tuple[float, float, bool]]:
    bounds = zip(program.lower, program.upper, program.integer, strict=True)
    kinds = ((float(low), float(high), bool(whole)) for low, high, whole in bounds)
    return dict(zip(program.columns, kinds, strict=True))


def rows(program: Program) -> dict[Any, tuple[dict[Any, float], float, float]]:
    """Return every row by name; one that says 0 ≤ limit, and so nothing, is left out."""
    found = {}
    matrix = program.matrix.tocsr()
    for i, name in enumerate(program.rows):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        entries = {program.columns[j]: float(v) for j, v in zip(matrix.indices[part], matrix.data[part], strict=True)}
        low, high = float(program.row_lower[i]), float(program.row_upper[i])
        if {column for column, _ in entries} <= {"nothing"} and low <= 0 <= high:
            continue
        found[name] = entries, low, high
    return found


def lines(program: Program) -> dict[Any, tuple[dict[Any, float], float]]:
    found = {}
    for i, name in enumerate(program.line_names):
        part = slice(program.lines.indptr[i], program.lines.indptr[i + 1])
        entries = zip(program.lines.indices[part], program.lines.data[part], strict=True)
        found[name] = {program.columns[j]: float(v) for j, v in entries if v}, float(program.line_offset[i])
    return found


def assert_same(got: Program, fresh: Program) -> None:
    assert columns(got) == columns(fresh)
    for view in (rows, lines):
        one, other = view(got), view(fresh)
        assert one.keys() == other.keys()
        for name, (entries, *sides) in one.items():
            assert entries == pytest.approx(other[name][0], **NEAR), name
            assert sides == pytest.approx(list(other[name][1:]), **NEAR), name


def fresh(case_: Case) -> Program:
    return compile_model(build(case_))


CHANGES: dict[str, Callable[[random.Random, float], Any]] = {
    "caps.limestone": lambda dice, _: dice.randint(5, 90),
    "caps.shale": lambda dice, _: dice.randint(1, 30),
    "mines": lambda dice, _: dice.randint(0, 6),
    "rules.area_capacity.quarry": lambda dice, _: {2021: dice.randint(20, 90), 2023: dice.randint(20, 90)},
    "rules.supply_guarantee.aggregate": lambda _, draw: draw,
    "rules.minimum_scale.limestone": lambda dice, _: dice.choice((8, 10, 15, 30)),
    "rules.output_cap.shale.penalty": lambda _, draw: 5 + 50 * draw,
    "demand.scale.all": lambda _, draw: 0.3 + 2 * draw,
    "supplies.import_aggregate.price_scale": lambda _, draw: 0.5 + draw,
    "supplies.import_aggregate.limit_scale": lambda _, draw: 2 * draw,
    "economics.discount_rate": lambda _, draw: 0.01 + draw / 10,
    "economics.haul": lambda _, draw: 0.1 + draw,
    "economics.shortage.aggregate": lambda _, draw: 100 + 400 * draw,
    "blocks.L1.operating_cny_t": lambda _, draw: 1 + 40 * draw,
    "blocks.L2.capital_10kcny": lambda _, draw: 100 + 5000 * draw,
    "blocks.L2.earliest_year": lambda dice, _: dice.choice((2021, 2022, 2023)),
    "blocks.L3.resource_10kt": lambda dice, _: dice.randint(20, 400),
    "blocks.S1.latest_year": lambda dice, _: dice.choice((2021, 2022)),
}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Every rule of the plan holds in it, so that none can read an input past the compiled figures unseen."""
    text = "rules.supply_guarantee.aggregate: {nature: binding, limit: 0.4}\n"
    return write_small_region(tmp_path_factory.mktemp("region")).case(text)


@pytest.fixture(scope="module")
def model(region: Case) -> Compiled:
    return Compiled(region)


@few
@given(seed=st.integers(0, 10_000))
def test_changed_inputs_give_the_program_of_a_fresh_build(seed: int, region: Case, model: Compiled) -> None:
    """Any handful of named inputs of a scenario, drawn: nothing is rebuilt and nothing differs."""
    dice = random.Random(seed)
    names = dice.sample(sorted(CHANGES), dice.randint(1, 6))
    changed = region.change({name: CHANGES[name](dice, dice.random()) for name in names})

    assert_same(model.program(changed), fresh(changed))


@few
@given(seed=st.integers(0, 10_000), other=st.integers(0, 10_000))
def test_a_case_that_differs_in_anything_gives_the_program_of_a_fresh_build(seed: int, other: int) -> None:
    """Two cases drawn at random differ in blocks, options and years of arrival, so that most are built afresh."""
    assert_same(Compiled(drawn(seed)).program(drawn(other)), fresh(drawn(other)))


@few
@given(seed=st.integers(0, 10_000))
def test_figures_of_a_drawn_case_can_all_change_at_once(seed: int) -> None:
    """Demand, resources, prices, limits of a case with merged mines: the map is taken, not a fresh build."""
    dice, one = random.Random(seed + 1), drawn(seed)
    more = {key: quantity * dice.uniform(0.5, 2) for key, quantity in one.demand.items()}
    blocks = {
        code: replace(b, resource=b.resource * dice.uniform(0.3, 2), operating_cost=b.operating_cost + 1,
                      closure_cost=b.closure_cost * 2, fixed_cost=b.fixed_cost + 0.5,
                      options=tuple(replace(o, capital=o.capital * 1.5) for o in b.options))
        for code, b in one.blocks.items()
    }
    other = replace(one, demand=more, blocks=blocks, unserved_cost=dict.fromkeys(more, dice.uniform(20, 200)),
                    rules={**one.rules, "mine_count": {"all": indicator(dice.randint(1, 6), unit="mines")}},
                    economics=replace(one.economics, discount_rate=0.08, haul=0.9, concession={"stone": 4.0}))
    compiled = Compiled(one)

    assert compiled.like(other)
    assert_same(compiled.program(other), fresh(other))


def test_every_figure_is_one_of_the_program(model: Compiled) -> None:
    """A figure that no entry knows would be changed in vain; the limit of a rule that chooses rows is known by none."""
    blueprint = model.blueprint
    parts = (blueprint.matrix, blueprint.rhs, blueprint.lines, blueprint.offsets)
    known = {int(i) for part in parts for i in part.symbols.ravel()} | set(map(int, blueprint.upper_figures))
    unused = {name[0] for i, name in enumerate(blueprint.figures) if i not in known}
    chosen = {name[1] for i, name in enumerate(blueprint.figures) if i not in known and name[0] == "limit"}

    # Resources are asked for by year, and most years have no row of their own; a mine of the base year pays no capital.
    of_blocks = {"resource", "of_parents", "own", "added", "annuity"}
    assert unused <= {*of_blocks, "reach", "limit", "mining_carbon", "price", "supply"}
    assert chosen == {"minimum_scale"}


@pytest.mark.parametrize("entry", [entry.name for entry in fields(Economics)])
def test_every_economic_parameter_is_a_figure_or_part_of_the_structure(entry: str) -> None:
    """One that was neither would be overlooked: the compiled model would keep its old value."""
    one = case([block("A", 10, capital=10, closure_cost=1), mine("B", 5)], 12, years=(2021, 2022),
               economics=Economics(discount_rate=0.05, capital_life=10, haul=1, loading=1, detour=1.2, working_rate=0.1,
                                   green_upgrade=2, carbon_price=50, haul_carbon=0.1, mining_carbon={"stone": 3.0},
                                   resource_tax={"stone": 1.0}, concession={"stone": 1.0}, restoration={"stone": 1.0},
                                   shortage={"works": 90.0}))
    old = getattr(one.economics, entry)
    other = replace(one, economics=replace(
        one.economics, **{entry: {k: v * 2 for k, v in old.items()} if isinstance(old, dict) else old * 2}))
    compiled = Compiled(one)

    # The value of unserved demand reaches the model through `unserved_cost`, and the rate through the annuities.
    seen = dict(figures(one)) != dict(figures(other)) or not compiled.like(other)
    assert seen or entry == "shortage"


@pytest.mark.parametrize("change", [
    {"area_km2": 2.0}, {"usable_share": 0.5}, {"place": replace(block("X").place, lon=1.0)}, {"green": False},
    {"status": "existing"},
])
def test_what_is_no_figure_is_built_afresh(change: dict[str, Any]) -> None:
    one = case([block("A", 10, resource=30), mine("B", 5)], 12)
    other = replace(one, blocks={**one.blocks, "A": replace(one.blocks["A"], **change)})
    compiled = Compiled(one)

    assert not compiled.like(other)
    assert_same(compiled.program(other), fresh(other))


def test_a_resource_that_a_rule_weighs_is_a_figure_too() -> None:
    """The rule on small mines sets added resource against states: another addition is another coefficient."""
    def with_added(amount: float) -> Case:
        small = mine("A", 10, resource=20, additions=((2021, amount),))
        return case([small], 12, rules={"small_resource": {"all": indicator(0.0, unit="10kt")}})

    compiled = Compiled(with_added(5))

    assert compiled.like(with_added(8))
    assert_same(compiled.program(with_added(8)), fresh(with_added(8)))


def test_a_stoppage_and_a_surprise_are_figures() -> None:
    """A mine that stands still for a part of a year, and a deposit that holds other than it was reported to hold."""
    def turned_out(available: dict[int, float], surprise: float) -> Case:
        return case([block("A", 10, resource=50, available=available, surprise=surprise)], 12, years=(2021, 2022),
                    economics=Economics(working_rate=0.3))

    compiled, other = Compiled(turned_out({}, 0.0)), turned_out({2022: 0.4}, -35.0)

    assert compiled.like(other)
    assert_same(compiled.program(other), fresh(other))


def test_observed_years_are_no_figures() -> None:
    """Demand, a stoppage, the years of arrival change; what was seen stays pinned, whatever a figure would allow.

    Seen otherwise, the case is built afresh.
    """
    def known(output: float, demand: float, available: float, earliest: int | None) -> Case:
        return case(
            [mine("A", 10, available={2021: available}), block("B", 6, earliest=earliest)], demand, years=(2021, 2022),
            economics=Economics(working_rate=0.3), rules={"output_cap": {"stone": indicator(5)}},
            observed={("A", 2021): Observation(10.0, output), ("B", 2021): Observation(6.0, 4.0)},
        )

    one, other, apart = known(2.0, 12.0, 0.2, None), known(2.0, 3.0, 0.25, 2022), known(1.0, 12.0, 0.1, None)
    compiled = Compiled(one)

    assert compiled.like(other) and not compiled.like(apart)
    for changed in (one, other, apart):
        assert_same(compiled.program(changed), fresh(changed))


def test_a_price_that_appears_is_built_afresh() -> None:
    """A price of 0 has no entry in the model, so a closure that begins to cost something needs a new one."""
    one, other = (case([block("A", 10, closure_cost=cost)], 12, years=(2021, 2022)) for cost in (0.0, 4.0))

    assert not Compiled(one).like(other)
    assert_same(Compiled(one).program(other), fresh(other))


def test_prices_are_the_figures_that_may_be_left_out(region: Case) -> None:
    """Every name in PRICES is one that a figure has: a misspelt one would keep its zeros as symbols."""
    assert {name[0] for name, _ in figures(region)} >= PRICES


def _indicators(given: Case) -> Iterator[tuple[str, str, Indicator]]:
    for rule, items in given.rules.items():
        for item, entry in items.items():
            yield rule, item, entry


def test_every_limit_of_the_plan_can_change(region: Case, model: Compiled) -> None:
    """Each indicator in turn: the same program as a fresh build, whichever way its rule reads the limit."""
    for rule, item, entry in _indicators(region):
        limit = 0.9 if entry.unit == "share" else 7.0
        changed = entry.model_copy(update={"limit": constant(limit)})
        other = replace(region, rules={**region.rules, rule: {**region.rules[rule], item: changed}})

        assert_same(model.program(other), fresh(other))


def test_a_changed_case_has_the_optimum_of_a_fresh_solve() -> None:
    """Ten are wanted: A gives 6 for 1 each, the import is 5 each, 6 + 20 = 26.

    At a cap of 4: 4 + 30 = 34; keeping the old cap would say 26, and losing it 10 (A gives 10).
    """
    one = case([block("A", 10, operating_cost=1.0)], 10, supplies={"I": supply("I", 5.0, 20.0)},
               rules={"output_cap": {"stone": indicator(6)}})
    other = replace(one, rules={"output_cap": {"stone": indicator(4)}})
    compiled, plan = Compiled(one), solved(one)

    again = solve(other, gap=0.0, compiled=compiled, start=plan.allocation)

    assert plan.certificate.objective == pytest.approx(26)
    assert again.certificate.objective == pytest.approx(34)
    assert again.certificate.gap == 0


def test_a_start_that_is_not_possible_misleads_nobody() -> None:
    """The plan of a case without a limit works both mines, which a limit of one mine forbids.

    The better one is left: A gives 8 for 8, and 2 are missed for 200. B alone would cost 5 + 500.
    """
    one = case([mine("A", 8, operating_cost=1.0), mine("B", 5, operating_cost=1.0)], 10)
    plan = solved(one)
    other = replace(one, rules={"mine_count": {"all": indicator(1, unit="mines")}})

    assert set(plan.allocation.working(2021)) == {"A", "B"}
    assert solve(other, gap=0.0, start=plan.allocation).certificate.objective == pytest.approx(208)


def test_the_basis_of_the_compiled_case_is_what_another_begins_from() -> None:
    """The same figures leave it nothing to do, and it is the same whatever was asked before."""
    one = case([block("A", 10, operating_cost=1.0), block("B", 5, capital=3.0)], 12, years=(2021, 2022))
    asked, fresh_one = Compiled(one), Compiled(one)
    asked.basis(replace(one, demand=dict.fromkeys(one.demand, 20.0)), Aim(COST, weights(COST, one)))
    here, there = (c.basis(one, Aim(COST, weights(COST, one))) for c in (asked, fresh_one))

    assert here is not None and there is not None
    assert all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))
