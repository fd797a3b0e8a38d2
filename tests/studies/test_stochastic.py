"""Deciding before the future is known: values derived by hand, and what must hold of every two-stage program.

Futures of the case of `two_by_two`: demand 12 and 20, as there, or 4 in both years, each with probability ½. In the low
one A alone meets all: discounted 0.8 (10 + 2·4) + 0.64 (10 + 2·4) = 25.92; nothing licensed costs 12·4·1.44 = 69.12;
B from 2022 beside A only costs, 0.64 · 20 = 12.8: 38.72.

====================  ======  =====  ======
licences              high    low    mean
====================  ======  =====  ======
A 2021, B 2022        125.12  38.72  81.92
A 2021                139.2   25.92  82.56
A 2021, B 2021        129.92  54.72  92.32
====================  ======  =====  ======

The mean demand is 8 and 12. A 2021 alone leaves 2 short there: 0.8 (10 + 16) + 0.64 (10 + 20 + 24) = 55.36; B in 2022
would save 7·2 = 14 of stone for 20. So RP = 81.92, EEV = 82.56, WS = (125.12 + 25.92) ÷ 2 = 75.52: VSS = 0.64 and
EVPI = 6.4. Who takes the optimum of the mean for RP finds VSS 0; who averages the costs of own plans finds EVPI 0.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from two_by_two import COST, two_by_two

import mineralplan as mp
from mineralplan.analysis.stochastic import CannotBeMet
from mineralplan.simulation.representatives import representatives
from mineralplan.solving.together import Attitude, cvar
from small_region import write_small_region
from tiny import ALL_MET, drawn, solved

HIGH, LOW = two_by_two(), two_by_two({2021: 4.0, 2022: 4.0})
HALVES = [(0.5, HIGH), (0.5, LOW)]


def years(table: mp.Stochastic) -> list[float]:
    return table.tables["blocks"]["stochastic"].tolist()


def test_two_futures() -> None:
    found = mp.stochastic(HIGH, HALVES, gap=0.0)
    table = found.tables["futures"]

    assert found.vss == pytest.approx((0.64, 0.64))
    assert found.evpi == pytest.approx((6.4, 6.4))
    assert years(found) == [2021, 2022]
    assert table["cost_10kcny"].tolist() == pytest.approx([125.12, 38.72])
    assert table["mean_value_10kcny"].tolist() == pytest.approx([139.2, 25.92])
    assert table["own_10kcny"].tolist() == pytest.approx([125.12, 25.92])


@pytest.mark.parametrize(("risk", "value", "of_b"), [(0.0, 55.872, None), (0.5, 92.864, 2022), (1.0, 125.12, 2022)])
def test_who_minds_the_worst_decides_otherwise(risk: float, value: float, of_b: int | None) -> None:
    """High with 0.3, and 2 in both years with 0.7; the worst 30 % are the high future.

    A alone: 139.2 and 20.16, mean 55.872. With B in 2022: 125.12 and 32.96, mean 60.608. Half and half with the worst:
    A (55.872 + 139.2) ÷ 2 = 97.536, with B (60.608 + 125.12) ÷ 2 = 92.864.
    """
    futures = [(0.3, HIGH), (0.7, two_by_two({2021: 2.0, 2022: 2.0}))]
    found = mp.stochastic(HIGH, futures, risk=risk, alpha=0.7, gap=0.0)

    assert found.solution.objective == pytest.approx(value)
    assert found.solution.rp == pytest.approx((value, value))
    assert [None if np.isnan(year) else year for year in years(found)] == [2021, of_b]


def test_one_future_is_the_deterministic_plan() -> None:
    found = mp.stochastic(HIGH, [(1.0, HIGH)], gap=0.0)

    assert found.solution.objective == pytest.approx(COST)
    assert found.vss == pytest.approx((0, 0), abs=1e-6)
    assert found.evpi == pytest.approx((0, 0), abs=1e-6)


def test_licences_of_the_mean_that_cannot_be_held() -> None:
    """All demand must be met: 12 in the first year takes both blocks, and 8, the mean, only A. VSS is infinite."""
    met = two_by_two(cap=99.0)
    rules = {**met.rules, "supply_guarantee": ALL_MET}
    high, low = replace(met, rules=rules), replace(two_by_two({2021: 4.0, 2022: 4.0}, cap=99.0), rules=rules)
    found = mp.stochastic(high, [(0.5, high), (0.5, low)], gap=0.0)

    assert years(found) == [2021, 2021]
    assert found.vss == (np.inf, np.inf)
    assert "| VSS = EEV − RP | ∞ |" in found.text("en")
    assert found.manifest()["unserved_by_mean"] == [0]
    assert "cannot be held in future 0" in found.text("en")


def test_a_future_that_cannot_be_met_is_named() -> None:
    """21 is more than both blocks can mine."""
    case = two_by_two(cap=99.0)
    rules = {**case.rules, "supply_guarantee": ALL_MET}
    fine, much = replace(case, rules=rules), replace(two_by_two({2021: 21.0, 2022: 21.0}, cap=99.0), rules=rules)

    with pytest.raises(CannotBeMet) as caught:
        mp.stochastic(fine, [(0.9, fine), (0.1, much)], gap=0.0)

    assert caught.value.futures == (1,)


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_order_of_the_values(seed: int) -> None:
    """WS ≤ RP ≤ EEV (Madansky 1960), for any case: whoever knows more does no worse."""
    case = drawn(seed)
    other = replace(case, demand={key: quantity * 1.4 for key, quantity in case.demand.items()})
    found = mp.stochastic(case, [(0.4, case), (0.6, other)], gap=0.0).solution

    assert found.ws[1] <= found.rp[1] + 1e-6 <= found.eev + 2e-6
    assert found.waited.tolist() == pytest.approx([solved(one).certificate.objective for one in (case, other)])


def test_cvar_by_hand() -> None:
    """Worst 30 % of 10 (0.2), 4 (0.3), 1 (0.5): 0.2 · 10 + 0.1 · 4 = 2.4, over 0.3: 8."""
    costs, probability = np.array([1.0, 10.0, 4.0]), np.array([0.5, 0.2, 0.3])

    assert cvar(costs, probability, 0.7) == pytest.approx(8.0)
    assert Attitude(0.5, 0.7).of(costs, probability) == pytest.approx((3.7 + 8) / 2)


def test_representatives_are_taken_one_after_the_other() -> None:
    """Draws at 0, 1, 2, 10, 11: alone, 2 is nearest to all (2 + 1 + 8 + 9 = 20; 1: 1 + 1 + 9 + 10 = 21; 10: 28).

    Beside it 10 and 11 both leave 2 + 1 + 1 = 4, and the first is taken: 2 stands for three draws, 10 for two. The best
    pair of all, 1 and 10, would leave 3: one after the other is quick and near, not best.
    """
    points = np.array([[0.0], [1], [2], [10], [11]])
    chosen, share = representatives(points, 2)

    assert chosen.tolist() == [2, 3]
    assert share.tolist() == [0.6, 0.4]


def test_equal_draws_are_one_future() -> None:
    chosen, share = representatives(np.ones((4, 2)), 3)

    assert (chosen.tolist(), share.tolist()) == ([0], [1.0])


@pytest.mark.parametrize("futures", [[], [(0.5, HIGH)], [(1.5, HIGH), (-0.5, LOW)]])
def test_probabilities_that_are_none(futures: list[tuple[float, mp.Case]]) -> None:
    with pytest.raises(ValueError, match="probabilities"):
        mp.stochastic(HIGH, futures)


@pytest.mark.parametrize(("lang", "word"), [("en", "value of the stochastic solution"), ("zh", "随机解的价值")])
def test_the_folder(tmp_path: Path, lang: str, word: str) -> None:
    """Three futures of a region's own demand: probabilities of the draws they stand for add up to 1."""
    case = mp.load(write_small_region(tmp_path).scenario)
    found = mp.stochastic(case, mp.drawn_futures(case, 3, draws=64), gap=0.0)
    folder = found.report(tmp_path / "out", lang=lang)

    assert found.tables["futures"]["probability"].sum() == pytest.approx(1)
    assert {path.name for path in folder.iterdir()} \
        == {"futures.csv", "values.csv", "blocks.csv", "figures", "stochastic.md", "manifest.json"}
    assert word in (folder / "stochastic.md").read_text("utf-8")
