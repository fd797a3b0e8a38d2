"""Dated projects: the share of the works in each year, in time and late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_demand import RAILWAY, TRACKS

from mineralplan.demand.parameters import Z95
from mineralplan.demand.projects import Project

YEARS = range(2020, 2026)


def works(project: Project, delay: float = 0.0, years: range = YEARS) -> list[float]:
    return [float(share) for share in project.schedule(years, np.array([delay]))[0]]


def test_even_works() -> None:
    """Two years, 2021 and 2022: half in each."""
    assert works(TRACKS) == pytest.approx([0, 0.5, 0.5, 0, 0, 0])


def test_peaked_works() -> None:
    """Three years: ``3 x² - 2 x³`` at thirds is 0, 3/9 - 2/27 = 7/27, 12/9 - 16/27 = 20/27, 1; so 7, 13 and 7 of 27."""
    assert works(RAILWAY) == pytest.approx([7 / 27, 13 / 27, 7 / 27, 0, 0, 0])


def test_works_of_one_year() -> None:
    """Begun and ended in 2022, peaked: all of it in that year."""
    assert works(replace(RAILWAY, start=2022)) == pytest.approx([0, 0, 1, 0, 0, 0])


def test_works_begun_before_the_first_year() -> None:
    """Four even years from 2018: half was done before 2020, a quarter is done in 2020 and in 2021."""
    assert works(replace(TRACKS, start=2018, end=2021)) == pytest.approx([0.25, 0.25, 0, 0, 0, 0])


def test_works_ending_after_the_last_year() -> None:
    """Four even years from 2024: a quarter in 2024 and in 2025, half is left."""
    assert works(replace(TRACKS, start=2024, end=2027)) == pytest.approx([0, 0, 0, 0, 0.25, 0.25])


def test_a_delay_moves_what_is_planned() -> None:
    """A year late: 2022 and 2023; stretched it would be a third in each of 2021, 2022 and 2023."""
    assert works(TRACKS, 1) == pytest.approx([0, 0, 0.5, 0.5, 0, 0])


def test_a_delay_stretches_what_is_under_way() -> None:
    """Even from 2020 to 2022, three years late: a sixth in each of six years. Moved it would begin in 2023."""
    assert works(replace(RAILWAY, profile="even"), 3) == pytest.approx([1 / 6] * 6)


def test_a_delay_stretches_peaked_works() -> None:
    """A year late, four years: ``3 x² - 2 x³`` at quarters is 10/64, 32/64, 54/64, so 10, 22, 22 and 10 of 64."""
    assert works(RAILWAY, 1) == pytest.approx([10 / 64, 22 / 64, 22 / 64, 10 / 64, 0, 0])


def test_half_a_year_late() -> None:
    """Planned, from the middle of 2021: a quarter, a half, a quarter.

    Under way, 2021 and 2022 in two and a half years: 0.4, 0.4 and, in half a year, 0.2.
    """
    assert works(TRACKS, 0.5) == pytest.approx([0, 0.25, 0.5, 0.25, 0, 0])
    assert works(replace(TRACKS, moves=False), 0.5) == pytest.approx([0, 0.4, 0.4, 0.2, 0, 0])


def test_delays_side_by_side() -> None:
    found = TRACKS.schedule(YEARS, np.array([0.0, 1.0, 0.5]))

    assert found == pytest.approx(np.array([works(TRACKS, delay) for delay in (0, 1, 0.5)]))


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.integers(2000, 2040), st.integers(0, 20), st.floats(0, 10), st.booleans(),
       st.sampled_from(["even", "peaked"]))
def test_all_works_are_done_once(start: int, length: int, delay: float, moves: bool, profile: str) -> None:
    """Whatever the delay, the shares sum to one over years that hold the works, and none is negative."""
    project = replace(TRACKS, start=start, end=start + length, moves=moves, profile=profile)
    shares = works(project, delay, range(2000, 2080))

    assert sum(shares) == pytest.approx(1, rel=1e-12)
    assert min(shares) >= 0


def test_the_delay_of_a_project() -> None:
    """Bounds 0, 1 and 3 years: half way up 2; a delay that is certain is the same everywhere."""
    z = np.array([-Z95, 0, Z95 / 2, Z95])

    assert replace(TRACKS, delay=(0.0, 1.0, 3.0)).delays(z) == pytest.approx([0, 1, 2, 3])
    assert replace(TRACKS, delay=(1.5, 1.5, 1.5)).delays(z) == pytest.approx([1.5] * 4)
    assert TRACKS.delays(z) == pytest.approx([0] * 4)
