"""At most so many mines."""

from __future__ import annotations

from fractions import Fraction

from mineralplan.rules import registry
from tiny import ALL_MET, block, by_hand, capacities, case, indicator, least_missed, refused, solved, verdicts


def test_one_large_mine_instead_of_two_cheap_ones() -> None:
    """Demand 20. A and B (10 each) run at 1 CNY/t, C (20) at 3 CNY/t; at most one mine.

    Without the rule A and B serve all: 20 × 1 = 20. With one mine: A alone leaves 10 short at 100, 10 + 1000;
    C serves all, 20 × 3 = 60. The optimum is 60. A rule written over fractions of mines would allow half of A
    and half of B and short 10.
    """
    blocks = [block("A", operating_cost=1), block("B", operating_cost=1), block("C", 20, operating_cost=3)]
    rules = {"mine_count": {"all": indicator(1, unit="mines")}}

    free, limited = solved(case(blocks, 20)), solved(case(blocks, 20, rules=rules))

    assert free.certificate.objective == 20
    assert limited.certificate.objective == 60
    assert capacities(limited) == {("C", 2021): 20}
    (finding,) = limited.findings
    assert (finding.value, finding.margin, finding.holds) == (1, 0, True)


def test_check_counts_every_working_mine() -> None:
    """Two mines work under a limit of one: value 2, margin −1, whatever the solver says."""
    blocks = [block("A", operating_cost=1), block("B", operating_cost=1)]
    plan = solved(case(blocks, 20))
    strict = case(blocks, 20, rules={"mine_count": {"all": indicator(1, unit="mines")}})

    (finding,) = registry()["mine_count"].check(strict, plan.allocation)

    assert (finding.value, finding.margin, finding.holds) == (Fraction(2), Fraction(-1), False)
    assert "2 mines" in registry()["mine_count"].phrase(finding, strict, "en")
    assert "2" in registry()["mine_count"].phrase(finding, strict, "zh")


def test_expected_it_is_a_price_per_mine_too_many() -> None:
    """The same three blocks, the limit of one expected at 5 per mine and year.

    A and B: 20 + 5 × (2 − 1) = 25, under the 60 of C. A hard limit would give 60, one that is never paid 20, one
    paid on every mine 30.
    """
    blocks = [block("A", operating_cost=1), block("B", operating_cost=1), block("C", 20, operating_cost=3)]
    plan = solved(case(blocks, 20, rules={"mine_count": {"all": indicator(1, "expected", unit="mines", penalty=5)}}))

    assert plan.certificate.objective == 25
    (finding,) = plan.findings
    assert (finding.nature, finding.value, finding.holds) == ("expected", 2, False)


def test_an_idle_mine_counts() -> None:
    """A licence is a mine, whether or not it is used: A idle and B at work are two."""
    given = case([block("A"), block("B")], 10, rules={"mine_count": {"all": indicator(1, unit="mines")}})

    assert verdicts("mine_count", given, by_hand({("A", 2021): (10, 0), ("B", 2021): 10})) == [(2, False)]
    assert verdicts("mine_count", given, by_hand({})) == [(0, True)]


def test_relaxed_it_says_how_many_mines_too_many() -> None:
    """Demand 30 in full from three mines of 10, one allowed: two too many."""
    given = case([block("A"), block("B"), block("C")], 30, rules={
        "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(1, unit="mines")}})

    assert refused(given)
    assert least_missed(given, "mine_count") == {("all", 2021, ""): 2}
