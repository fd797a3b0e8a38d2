"""What is known when: what has come is known as it came, what is to come is a forecast, and nothing leaks back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mineralplan.case import Case
from mineralplan.simulation.courses import forecasts_table
from mineralplan.simulation.futures import Future, certain, draw_futures
from mineralplan.simulation.knowledge import Knowledge
from mineralplan.unknowns import Futures
from played import happens, troubled
from tiny import case, mine, supply

YEARS = (2021, 2022, 2023, 2024)
few = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def growing() -> Knowledge:
    """Return a demand expected at 10 a year that comes as 11, 12, 13, 14."""
    shown = case([mine("A")], 10, years=YEARS)
    return Knowledge(shown, happens(shown, demand={("works", "town", y): 11.0 + y - 2021 for y in YEARS}))


def demand(of: Case) -> list[float]:
    return [of.demand["works", "town", year] for year in YEARS]


def test_before_the_first_year_nothing_is_known() -> None:
    assert demand(growing().by(2020)) == [10, 10, 10, 10]


def test_the_forecast_follows_what_the_last_three_years_were_of_their_projection() -> None:
    """After 2021: 11 ÷ 10 = 1.1, so 11 a year. After 2023: (11 + 12 + 13) ÷ 30 = 1.2.

    A forecast that followed the last year alone would say 13 after 2023.
    """
    assert demand(growing().by(2021)) == pytest.approx([11, 11, 11, 11])
    assert demand(growing().by(2023)) == pytest.approx([11, 12, 13, 12])


def test_only_the_last_three_years_count() -> None:
    """Twice the projection in 2021, as projected in 2022 to 2024: after 2024 nothing of 2021 is left."""
    years = (*YEARS, 2025)
    shown = case([mine("A")], 10, years=years)
    one = Knowledge(shown, happens(shown, demand={**shown.demand, ("works", "town", 2021): 20.0}))

    assert one.by(2023).demand["works", "town", 2025] == pytest.approx(10 * 40 / 30)
    assert one.by(2024).demand["works", "town", 2025] == pytest.approx(10)


def test_a_forecast_errs_the_more_the_further_it_looks() -> None:
    """After 2021 the forecast is 11 a year; 12, 13, 14 come: off by 1/12, 2/13, 3/14.

    One year ahead there are four forecasts: 1/11 (10 of 11), 1/12 (11 of 12), 13 − 11.5 of 13, 14 − 12 of 14.
    """
    table = forecasts_table(growing().case, [growing().future]).set_index("ahead")

    assert table["count"].tolist() == [4, 3, 2, 1]
    assert table.loc[1, "mean_error"] == pytest.approx((1 / 11 + 1 / 12 + 1.5 / 13 + 2 / 14) / 4)
    assert table.loc[4, "mean_error"] == pytest.approx(4 / 14)
    assert table["mean_error"].is_monotonic_increasing


def test_the_error_grows_where_demand_drifts_away() -> None:
    """Every year 5 % more than the year before, or 5 % less: the mean error grows with every year ahead."""
    shown = case([mine("A")], 10, years=YEARS)
    ways = [happens(shown, demand={("works", "town", y): 10 * factor ** (y - 2020) for y in YEARS})
            for factor in (1.05, 0.95)]

    errors = forecasts_table(shown, ways)["mean_error"]

    assert errors.is_monotonic_increasing and errors.iloc[-1] > 2 * errors.iloc[0]


def test_a_deviation_of_the_import_price_is_expected_to_fade() -> None:
    """The price is 1.21 times the expected one in 2021; half of a deviation goes each year: 1.1, then 1.21 ^ ¼.

    What it will truly be, 3 times as much, is not known. Recycled material has no such price.
    """
    supplies = {"I": supply("I", 100.0, 5.0, years=YEARS), "R": supply("R", 20.0, 5.0, kind="recycled", years=YEARS)}
    shown = case([mine("A")], 10, years=YEARS, supplies=supplies, futures=Futures(import_price_reversion=0.5))
    one = Knowledge(shown, happens(shown, price={2021: 1.21, 2022: 3.0, 2023: 3.0, 2024: 3.0}))

    prices = one.by(2021).supplies["I"].price

    assert [prices[year] for year in YEARS] == pytest.approx([121, 110, 100 * 1.21**0.25, 100 * 1.21**0.125])
    assert set(one.by(2021).supplies["R"].price.values()) == {20}


def test_what_is_learnt_by_working_by_asking_and_by_drilling() -> None:
    """A deposit's surprise is known once it is worked, a delay once the licence was sought, a find when it was due."""
    block = mine("A", resource=50.0, additions=((2022, 20.0),))
    shown = case([replace(block, status="new")], 10, years=YEARS)
    one = Knowledge(shown, happens(shown, surprise={"A": -9.0}, ready={"A": 2023}, additions={("A", 2022): 5.0}))

    def known(year: int, **what: object) -> tuple[float, int | None, float]:
        seen = one.by(year, **what).blocks["A"]  # type: ignore[arg-type]
        return seen.surprise, seen.earliest, seen.additions[0][1]

    assert known(2021) == (0.0, None, 20.0)
    assert known(2021, worked=("A",)) == (-9.0, None, 20.0)
    assert known(2021, tried=("A",)) == (0.0, 2023, 20.0)
    assert known(2021, explored=2022) == (0.0, None, 5.0)
    assert known(2022) == (0.0, None, 5.0)


@few
@given(st.integers(0, 10_000))
def test_when_all_is_over_all_is_known(seed: int) -> None:
    shown = troubled(seed)
    (future,) = draw_futures(shown, 1, seed)
    one = Knowledge(shown, future)

    assert one.by(shown.years[-1], worked=shown.blocks, tried=shown.blocks) == one.true


@few
@given(st.integers(0, 10_000))
def test_where_nothing_is_uncertain_all_is_known_from_the_start(seed: int) -> None:
    shown = troubled(seed)
    one = Knowledge(shown, certain(shown))

    assert one.by(shown.base_year) == shown == one.true


@few
@given(st.integers(0, 10_000), st.integers(2020, 2023), st.sets(st.sampled_from(["P1", "P2", "M", "N0"])),
       st.sets(st.sampled_from(["P1", "P2", "M", "N0"])))
def test_what_comes_later_shows_in_nothing_that_is_known(
    seed: int, year: int, worked: set[str], tried: set[str]
) -> None:
    """Another future, the same up to the year and for what was worked and asked: what is known is the same.

    A forecast that looked at any later figure, even by a mean over all years, would differ.
    """
    shown = troubled(seed)
    one, other = draw_futures(shown, 2, seed)
    twin = _joined(one, other, year, worked, tried)

    assert Knowledge(shown, twin).by(year, worked=worked, tried=tried) \
        == Knowledge(shown, one).by(year, worked=worked, tried=tried)


def _joined(one: Future, other: Future, year: int, worked: set[str], tried: set[str]) -> Future:
    """Return a future that is ``one`` in all that can be known by the year, and ``other`` in the rest."""
    def by_year(own: Mapping[object, float], rest: Mapping[object, float]) -> dict[object, float]:
        def when(key: object) -> int:
            return int(key[-1] if isinstance(key, tuple) else key)  # type: ignore[call-overload]

        return {key: value for key, value in own.items() if when(key) <= year} \
            | {key: value for key, value in rest.items() if when(key) > year}

    def by_code(own: Mapping[str, float], rest: Mapping[str, float], known: set[str]) -> dict[str, float]:
        return {code: value for code, value in own.items() if code in known} \
            | {code: value for code, value in rest.items() if code not in known}

    years = ("demand", "limits", "price", "available", "additions")
    return replace(
        one, **{name: by_year(getattr(one, name), getattr(other, name)) for name in years},  # type: ignore[arg-type]
        ready=by_code(one.ready, other.ready, tried), surprise=by_code(one.surprise, other.surprise, worked),  # type: ignore[arg-type]
        found=other.found,
    )
