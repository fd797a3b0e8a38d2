"""Published optima of location problems, found again through the public door."""

from __future__ import annotations

import pytest
from incremental import incremental
from instances import FOLDER, agrees, capacitated, median, needs_instances, optima, wide

from mineralplan.planning import solve
from tiny import solved

pytestmark = needs_instances

SMALL = (
    "cap41", "cap42", "cap43", "cap44", "cap51", "cap61", "cap62", "cap64", "cap71", "cap72", "cap73", "cap74", "cap81",
    "cap82", "cap83", "cap84", "cap91", "cap92", "cap93", "cap101", "cap102", "cap103", "cap104", "cap111", "cap112",
    "cap114", "cap121", "cap122", "cap123", "cap131", "cap132", "cap133", "cap134",
)
MEDIANS = ("pmed1", "pmed2", "pmed5")
INCREMENTAL = ("I10_J50_T3_0", "I10_J50_T3_1", "I20_J100_T4_0", "I20_J100_T4_1")
WIDE = ("p1", "p6", "p11", "p16")
LARGE = ("capa_14000", "capb_5000", "capc_5000", "capc_7250")


@pytest.mark.parametrize("name", SMALL)
def test_capacitated_location(name: str) -> None:
    """OR-Library's value, to its last printed digit; from 16 facilities and 50 customers to 50 and 50.

    A capacity row per customer, or demand that may not be split, would give a dearer plan; shipments without their
    share of the fixed cost a cheaper one.
    """
    plan = solved(capacitated(name))

    agrees(plan, name)
    assert plan.allocation.shortage.empty


@pytest.mark.parametrize("name", MEDIANS)
def test_the_p_median(name: str) -> None:
    """The mine limit does the work here: at most p of 100 mines, each of which could serve everybody."""
    plan = solved(median(name))

    agrees(plan, name)
    assert plan.allocation.shortage.empty


@pytest.mark.parametrize("name", INCREMENTAL)
def test_incremental_service_location(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which year a facility opens in, and three rules that the package has never seen.

    Paid in every year in which a facility is open, its price would give 57,224 instead of 34,325 for I10_J50_T3_0.
    """
    agrees(solved(incremental(name, monkeypatch)), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*WIDE, *LARGE])
def test_a_large_optimum_is_proven(name: str) -> None:
    """300 × 300 with unequal capacities and 100 × 1000, to the end: prices settle most of it, HiGHS proves the rest.

    The bound that prices alone prove in exact arithmetic lies below the optimum, by a percent at the most.
    """
    plan = solve((wide if name in WIDE else capacitated)(name), gap=1e-6)
    safe = plan.certificate.safe_bound

    agrees(plan, name)
    assert safe is not None and 0.99 * optima()[name] <= safe <= optima()[name] * (1 + 1e-9)


@pytest.mark.parametrize("name", ["cap41", "cap81", "cap131"])
def test_the_instances_are_read_whole(name: str) -> None:
    """The demand of every small file adds up to 58,268."""
    assert sum(capacitated(name).demand.values()) == pytest.approx(58_268)


def test_every_published_value_is_tried() -> None:
    """No name is misspelt, and no instance of the folder is forgotten."""
    tried = [*SMALL, *MEDIANS, *INCREMENTAL, *WIDE, *LARGE]

    assert sorted(tried) == sorted(optima())
    assert {path.stem for path in (FOLDER / "orlib_cap").iterdir()} == {
        name.partition("_")[0] for name in (*SMALL, *LARGE)}
