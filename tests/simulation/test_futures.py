"""Futures: nothing where nothing is uncertain, the same for everybody, and as wide as their parameters say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mineralplan.case import Case, Zone
from mineralplan.loading import load
from mineralplan.simulation.futures import KINDS, Future, certain, draw_futures, events, widest
from mineralplan.unknowns import Futures, Observation, Prospect
from small_region import SmallRegion, write_small_region
from tiny import block, case, drawn, km, label, mine, supply

MANY = 2000
YEARS = (2021, 2022, 2023)
TROUBLED = Futures(
    demand_scatter=0.1, stoppage_probability=0.2, stoppage_least=0.1, stoppage_most=0.5, delay_probability=0.4,
    delay_most=3.0, resource_spread=0.2, exploration_success=0.6, exploration_spread=0.3, import_price_volatility=0.1,
    import_price_reversion=0.3, keep=5.0,
)


def uncertain(futures: Futures = TROUBLED, **values: Any) -> Case:
    """Return an existing mine, a new block from 2022, a merger, an import, an export and two exploration blocks."""
    blocks = [
        mine("A", resource=200.0, additions=((2022, 50.0),)), mine("B", resource=100.0),
        block("N", earliest=2022, resource=300.0, additions=((2023, 80.0),)),
        block("M", status="merged", parents=("A", "B"), resource=330.0),
    ]
    zones = {name: Zone(name, label(name), km(at), kind)  # type: ignore[arg-type]
             for name, at, kind in (("town", 0.0, "township"), ("abroad", 70.0, "neighbour"))}
    demand = {("works", zone, year): quantity for zone, quantity in (("town", 12.0), ("abroad", 4.0))
              for year in YEARS}
    prospects = (Prospect("E1", "stone", 2023, 80.0, "10kt", block="N"), Prospect("E2", "stone", 2023, 20.0, "10kt"))
    supplies = {"I": supply("I", 40.0, 6.0, years=YEARS), "R": supply("R", 20.0, 2.0, kind="recycled", years=YEARS)}
    return case(blocks, demand, years=YEARS, zones=zones, supplies=supplies,
                **{"prospects": prospects, "futures": futures, **values})


def only(**figures: float) -> Case:
    """Return the case with some figures of its trouble and no other."""
    return uncertain(Futures(**figures))


# --- nothing happens ------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000))
def test_the_certain_future_is_the_case(seed: int) -> None:
    shown = drawn(seed)

    assert certain(shown).case(shown) == shown


@given(st.integers(0, 2**31 - 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 5))
def test_without_probability_nothing_happens(seed: int, least: float, reversion: float, late: int) -> None:
    """How much would be lost, and for how long, is without effect where nothing can happen."""
    shown = only(stoppage_least=least, stoppage_most=1.0, import_price_reversion=reversion, delay_most=float(late))

    futures = draw_futures(shown, 3, seed)

    assert [future.case(shown) for future in futures] == [shown] * 3
    assert futures == tuple(replace(certain(shown), number=n) for n in range(3))
    assert events(shown, futures) == []


def test_with_probability_but_nothing_to_lose_nothing_happens() -> None:
    shown = only(stoppage_probability=1.0, delay_probability=1.0)

    assert events(shown, draw_futures(shown, 20, 0)) == []


# --- the same for everybody -----------------------------------------------------------------------------------


@given(st.integers(0, 2**31 - 1), st.integers(1, 6), st.integers(6, 40))
def test_more_futures_leave_the_first_ones_as_they_are(seed: int, few: int, many: int) -> None:
    shown = uncertain()

    assert draw_futures(shown, many, seed)[:few] == draw_futures(shown, few, seed)


def test_another_seed_gives_other_futures() -> None:
    assert draw_futures(uncertain(), 5, 0) != draw_futures(uncertain(), 5, 1)


def without(future: Future, code: str) -> Future:
    """Return what a future says of all blocks but one."""
    return replace(
        future, available={key: v for key, v in future.available.items() if key[0] != code},
        ready={key: v for key, v in future.ready.items() if key != code},
        surprise={key: v for key, v in future.surprise.items() if key != code},
        additions={key: v for key, v in future.additions.items() if key[0] != code},
    )


@given(st.integers(0, 2**31 - 1))
def test_another_block_changes_nothing_of_the_others(seed: int) -> None:
    """Wherever it stands among them: one stream of numbers for all would give every later block other draws."""
    shown = uncertain()
    more = replace(shown, blocks={"0": block("0", additions=((2022, 5.0),)), **shown.blocks})

    assert [without(future, "0") for future in draw_futures(more, 4, seed)] == list(draw_futures(shown, 4, seed))


@given(st.integers(0, 2**31 - 1))
def test_one_unknown_changes_nothing_of_the_others(seed: int) -> None:
    shown = uncertain()
    calm = replace(shown, futures=replace(TROUBLED, stoppage_probability=0.0))

    assert [replace(future, available={}) for future in draw_futures(shown, 4, seed)] \
        == list(draw_futures(calm, 4, seed))


@given(st.integers(0, 2**31 - 1))
def test_a_longer_horizon_leaves_the_first_years_as_they_are(seed: int) -> None:
    shown = uncertain()
    short = replace(shown, years=YEARS[:2], demand={k: v for k, v in shown.demand.items() if k[2] < YEARS[2]})

    for long, cut in zip(draw_futures(shown, 4, seed), draw_futures(short, 4, seed), strict=True):
        assert {k: v for k, v in long.available.items() if k[1] < YEARS[2]} == cut.available
        assert {k: v for k, v in long.demand.items() if k[2] < YEARS[2]} == cut.demand
        assert {k: v for k, v in long.price.items() if k < YEARS[2]} == cut.price
        assert (long.ready, long.surprise, long.additions, long.found) \
            == (cut.ready, cut.surprise, cut.additions, cut.found)


# --- as the parameters say --------------------------------------------------------------------------------------


def values(shown: Case, what: Callable[[Future], float], count: int = MANY) -> list[float]:
    return [what(future) for future in draw_futures(shown, count, 0)]


def test_mines_stand_still_as_often_and_as_long_as_they_are_said_to() -> None:
    """Probability 0.2, between 0.1 and 0.5 of the year: 0.3 on average; the new block only from 2022 on."""
    futures = draw_futures(only(stoppage_probability=0.2, stoppage_least=0.1, stoppage_most=0.5), MANY, 0)
    lost = [1 - share for future in futures for share in future.available.values()]

    assert len(lost) / MANY / 11 == pytest.approx(0.2, abs=0.01)  # four blocks, three years, but N not in 2021
    assert fmean(lost) == pytest.approx(0.3, abs=0.005)
    assert 0.1 <= min(lost) < 0.105
    assert 0.495 < max(lost) <= 0.5
    assert ("N", 2021) not in {key for future in futures for key in future.available}


def test_blocks_are_late_as_often_and_as_much_as_they_are_said_to_be() -> None:
    """N is expected in 2022 and so ready from 2023 to 2025, each as often; M in 2021. Mines at work are not late."""
    futures = draw_futures(only(delay_probability=0.4, delay_most=3.0), MANY, 0)
    late = [future.ready["N"] for future in futures if "N" in future.ready]

    assert {code for future in futures for code in future.ready} == {"N", "M"}
    assert len(late) / MANY == pytest.approx(0.4, abs=0.03)
    assert [late.count(year) / len(late) for year in (2023, 2024, 2025)] == pytest.approx([1 / 3] * 3, abs=0.05)
    assert {future.ready["M"] for future in futures if "M" in future.ready} == {2022, 2023, 2024}


@pytest.mark.parametrize(
    ("figure", "what", "mean"),
    [
        ("demand_scatter", lambda future: future.demand["works", "town", 2022], 12.0),
        ("resource_spread", lambda future: 200.0 + future.surprise.get("A", 0.0), 200.0),
        ("exploration_spread", lambda future: future.additions["A", 2022], 50.0),
        ("exploration_spread", lambda future: future.found["E2"], 20.0),
    ],
)
def test_the_mean_stays_and_the_spread_grows(figure: str, what: Callable[[Future], float], mean: float) -> None:
    """A factor e^(σz) without the correction of σ²/2 would give a mean 4.6 % too high at σ = 0.3."""
    narrow, wide = (values(only(**{figure: deviation}), what) for deviation in (0.1, 0.3))

    assert fmean(narrow) == pytest.approx(mean, rel=0.01)
    assert fmean(wide) == pytest.approx(mean, rel=0.025)
    assert pstdev(np.log(wide)) == pytest.approx(0.3, rel=0.06)
    assert pstdev(np.log(narrow)) == pytest.approx(0.1, rel=0.06)


def test_the_price_goes_up_and_down_around_what_was_expected() -> None:
    """Volatility 0.1, of which 0.3 is gone a year later: the logarithm's deviation is 0.1, then 0.1·√(1 + 0.49).

    Without the reversion it would be 0.1·√2, with a draw of its own each year 0.1 again.
    """
    futures = draw_futures(only(import_price_volatility=0.1, import_price_reversion=0.3), MANY, 0)
    path = np.log([[future.price[year] for year in YEARS] for future in futures])

    assert path.mean(axis=0) == pytest.approx([0.0] * 3, abs=0.01)
    assert path.std(axis=0) == pytest.approx([0.1, 0.1 * 1.49**0.5, 0.1 * (1.49 + 0.7**4) ** 0.5], rel=0.05)


def test_exploration_finds_something_as_often_as_it_is_said_to() -> None:
    found = values(only(exploration_success=0.6), lambda future: future.found["E2"])

    assert set(found) == {0.0, 20.0}
    assert found.count(20.0) / MANY == pytest.approx(0.6, abs=0.03)


def test_an_addition_is_what_its_exploration_block_finds() -> None:
    """E1 adds to N: all of its 80, or as much more or less. A's addition has no such block and a luck of its own."""
    futures = draw_futures(only(exploration_success=0.5, exploration_spread=0.3), 200, 0)

    assert all(future.additions["N", 2023] == pytest.approx(future.found["E1"], abs=1e-6) for future in futures)
    assert {(future.additions["A", 2022] > 0, future.found["E1"] > 0) for future in futures} \
        == {(a, b) for a in (True, False) for b in (True, False)}


def test_what_a_merged_mine_holds_is_what_its_parents_hold() -> None:
    """330 reported of 200 + 100: whatever the two hold more, the merger holds 1.1 times as much more."""
    for future in draw_futures(only(resource_spread=0.2), 50, 0):
        assert future.surprise["M"] == pytest.approx(1.1 * (future.surprise["A"] + future.surprise["B"]), abs=1e-5)


# --- the true case ----------------------------------------------------------------------------------------------


def test_the_true_case_by_hand() -> None:
    """A works 0.9 of 2022 as it is and loses half of that; the import costs 40 · 1.2 in 2022, the recycled stone 20."""
    base = uncertain()
    a = replace(base.blocks["A"], available={2022: 0.9, 2023: 0.8})
    shown = replace(base, blocks={**base.blocks, "A": a})
    future = replace(
        certain(shown), demand={**shown.demand, ("works", "town", 2022): 15.0}, limits={("R", 2023): 1.0},
        price={2021: 1.0, 2022: 1.2, 2023: 1.0}, available={("A", 2022): 0.5}, ready={"N": 2024},
        surprise={"A": -20.0}, additions={("A", 2022): 0.0, ("N", 2023): 90.0},
    )

    true = future.case(shown)

    assert true.blocks["A"] == replace(a, available={2022: 0.45, 2023: 0.8}, surprise=-20.0, additions=((2022, 0.0),))
    assert true.blocks["N"] == replace(shown.blocks["N"], earliest=2024, additions=((2023, 90.0),))
    assert (true.blocks["B"], true.blocks["M"]) == (shown.blocks["B"], shown.blocks["M"])
    assert true.supplies["I"].price == {2021: 40.0, 2022: 48.0, 2023: 40.0}
    assert true.supplies["R"].price == shown.supplies["R"].price
    assert true.supplies["R"].limit == {2021: 2.0, 2022: 2.0, 2023: 1.0}
    assert {key: true.demand[key] for key in true.demand if true.demand[key] != shown.demand[key]} \
        == {("works", "town", 2022): 15.0}


def test_exports_come_as_in_the_case() -> None:
    futures = draw_futures(uncertain(), 20, 0)

    assert {future.demand["works", "abroad", year] for future in futures for year in YEARS} == {4.0}


def test_a_year_scatters_as_a_whole() -> None:
    """One factor for all townships of a use and year: shares stay, and do not even out over the district."""
    base = only(demand_scatter=0.2)
    zones = {**base.zones, "village": Zone("village", label("village"), km(5.0))}
    shown = replace(base, zones=zones, demand={**base.demand, ("works", "village", 2022): 3.0})

    for future in draw_futures(shown, 20, 0):
        assert future.demand["works", "town", 2022] == pytest.approx(4 * future.demand["works", "village", 2022], 1e-6)


@given(st.integers(0, 2**31 - 1))
def test_the_widest_case_holds_all_of_them(seed: int) -> None:
    shown = uncertain()
    futures = draw_futures(shown, 8, seed)
    wide = widest(shown, futures)

    for true in (shown, *(future.case(shown) for future in futures)):
        assert all(wide.demand[key] >= quantity for key, quantity in true.demand.items())
        for code, own in true.blocks.items():
            assert all(most[0] == one[0] and most[1] >= one[1]
                       for most, one in zip(wide.blocks[code].additions, own.additions, strict=True))
    assert wide.supplies == shown.supplies


# --- what was observed --------------------------------------------------------------------------------------------


def seen(**values: Any) -> Case:
    """Return the case after 2021 and 2022 were observed: A mined 150 in all, N opened, B closed."""
    observed = {("A", 2021): Observation(80.0, 70.0), ("A", 2022): Observation(80.0, 80.0),
                ("B", 2021): Observation(10.0, 0.0), ("N", 2022): Observation(10.0, 1.0)}
    return uncertain(observed=observed, **values)


@given(st.integers(0, 2**31 - 1))
def test_nothing_more_happens_in_an_observed_year(seed: int) -> None:
    shown = seen()

    for future in draw_futures(shown, 4, seed):
        assert {year for _, year in future.available} <= {2023}
        assert {key: v for key, v in future.demand.items() if key[2] < 2023} \
            == {key: v for key, v in shown.demand.items() if key[2] < 2023}
        assert (future.price[2021], future.price[2022]) == (1.0, 1.0)
        assert future.additions["A", 2022] == 50.0
        assert set(future.ready) <= {"M"}
        assert all(ready > 2023 for ready in future.ready.values())


def test_the_price_goes_astray_only_after_what_was_observed() -> None:
    """One year's news: a path begun in 2021 would have spread to 0.1·√(1 + 0.49 + 0.24) by 2023."""
    prices = values(seen(), lambda future: future.price[2023])

    assert pstdev(np.log(prices)) == pytest.approx(0.1, rel=0.05)


@given(st.integers(0, 2**31 - 1))
def test_a_deposit_holds_at_least_what_was_mined(seed: int) -> None:
    """A gave 150 of 200 reported and 50 proven in 2022: a deposit half as large would still hold 100 + 50."""
    wild = seen(futures=Futures(resource_spread=2.0))

    for future in draw_futures(wild, 20, seed):
        assert 200.0 + 50.0 + future.surprise["A"] >= 150.0
        assert 330.0 + 50.0 + future.surprise["M"] >= 150.0


# --- events -------------------------------------------------------------------------------------------------------


def test_events_by_hand() -> None:
    """A loses 0.4 of 2022, holds 20 of 200 less and nothing of its 50; N comes in 2024 instead of 2022.

    E1 finds 40 of its 80 for N, which is told once; the import costs a quarter more in 2023.
    """
    shown = uncertain()
    future = replace(
        certain(shown), number=7, available={("A", 2022): 0.6}, ready={"N": 2024}, surprise={"A": -20.0, "B": 0.0},
        additions={("A", 2022): 0.0, ("N", 2023): 40.0}, found={"E1": 40.0, "E2": 20.0},
        price={2021: 1.0, 2022: 1.0, 2023: 1.25},
    )

    assert events(shown, [certain(shown), future]) == [
        (7, 2022, "stoppage", "A", 0.4), (7, 2022, "delay", "N", 2.0), (7, 2021, "resource", "A", -0.1),
        (7, 2023, "exploration", "E1", 0.5), (7, 2022, "exploration", "A", 0.0), (7, 2023, "import_price", "", 1.25),
    ]


def test_every_kind_of_event_is_drawn() -> None:
    shown = uncertain()

    assert {kind for _, _, kind, _, _ in events(shown, draw_futures(shown, 20, 0))} == set(KINDS)


# --- demand of the demand model --------------------------------------------------------------------------------------


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    found = write_small_region(tmp_path)
    found.builds_the_bypass()
    return found


def test_demand_is_drawn_with_what_projects_supply(region: SmallRegion) -> None:
    """The bypass's stone and its demand go together; the first futures stay, also over a power of two."""
    shown = region.case("futures: {demand: 1}\n")
    futures = draw_futures(shown, 65, 3)

    assert draw_futures(shown, 5, 3) == futures[:5]
    assert len({future.demand["aggregate", "T1", 2023] for future in futures}) > 60
    assert {key[0] for key in futures[0].limits} == {"old_concrete", "own_stone_bypass"}
    assert {future.demand["aggregate", "N1", 2023] for future in futures} == {shown.demand["aggregate", "N1", 2023]}
    late = [future for future in futures if not future.limits["own_stone_bypass", 2022]]
    assert late
    assert fmean(f.demand["aggregate", "T2", 2022] for f in late) < shown.demand["aggregate", "T2", 2022]
    true, most = futures[0].case(shown), widest(shown, futures)
    assert true.supplies["own_stone_bypass"].limit[2023] == futures[0].limits["own_stone_bypass", 2023]
    assert most.supplies["own_stone_bypass"].limit[2023] \
        == max(shown.supplies["own_stone_bypass"].limit[2023],
               *(future.limits["own_stone_bypass", 2023] for future in futures))


def test_demand_that_was_observed_is_as_projected(region: SmallRegion) -> None:
    base = region.case("futures: {demand: 1, demand_scatter: 0.1}\n")
    shown = replace(base, observed={("L1", 2021): Observation(20.0, 15.0)})

    for future in draw_futures(shown, 5, 0):
        assert all(future.demand[key] == quantity for key, quantity in shown.demand.items() if key[2] == 2021)
        assert 2021 not in {year for _, year in future.limits}


def test_demand_of_a_case_built_in_python_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="not read from files"):
        draw_futures(only(demand=1.0), 2, 0)


def test_the_shipped_region_draws_whatever_is_uncertain() -> None:
    """All kinds of events, 0.05 of the mine-years stopped; the same futures whatever their number."""
    shown = load(Path(__file__).parents[2] / "scenarios" / "baseline.yaml")
    futures = draw_futures(shown, 12, 1)
    found = events(shown, futures)

    assert draw_futures(shown, 4, 1) == futures[:4]
    assert {kind for _, _, kind, _, _ in found} == set(KINDS)
    mine_years = sum(one.allowed(year) for one in shown.blocks.values() for year in shown.years)
    assert sum(kind == "stoppage" for _, _, kind, _, _ in found) / 12 / mine_years == pytest.approx(0.05, abs=0.01)
    assert {prospect.code for prospect in shown.prospects} == set(futures[0].found)
