"""Policies: the simple rule, a user's function, what is announced, and the fewest changes to what is impossible."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mineralplan.case import Case
from mineralplan.economics import Economics
from mineralplan.simulation.policies import Look, Own, PolicyError, Rule, function_of
from mineralplan.unknowns import Futures
from played import bench, go, happens
from tiny import block, case, indicator, km, mine

YEARS = (2021, 2022)
GUIDE = Path(__file__).parents[2] / "docs" / "simulate.md"


def look(shown: Case, **values: Any) -> Look:
    """Return what is known in the first year where nothing is."""
    base = Look(2021, shown, {b.code: b.options[0].capacity for b in shown.blocks.values() if b.existing}, {},
                {code: b.resource * b.recoverable_share for code, b in shown.blocks.items()}, frozenset(),
                bench(shown).forward.empty)
    return replace(base, **values)


# --- the simple rule ------------------------------------------------------------------------------------------


def sites() -> list[Any]:
    """Return a mine with 60 left, N1 at 5 CNY/t on the spot, N2 at 3 CNY/t but 30 km away at 0.1 CNY/t/km."""
    return [mine("A", 10, resource=60.0), block("N1", 10, operating_cost=5.0, resource=30.0),
            block("N2", 10, operating_cost=3.0, resource=100.0, place=km(30.0))]


def ruled(output: float, haul: float = 0.1) -> dict[str, float]:
    """Return what the rule licenses where the mine gave ``output`` the year before."""
    shown = case(sites(), 10, years=YEARS, economics=Economics(haul=haul, detour=1.0))
    return dict(Rule().propose(look(shown, output={"A": output})).capacity)


def test_the_rule_licenses_the_cheapest_until_ten_years_are_at_hand() -> None:
    """60 left at 9 a year are 6⅔ years. N1 costs 5, N2 3 + 0.1 · 30 = 6: N1 first, and 90 are ten years: enough.

    A rule that forgot the way would license N2, one that licensed once for every year that is missing both.
    """
    assert ruled(9.0) == {"A": 10, "N1": 10}


def test_the_rule_goes_on_while_the_cheapest_is_not_enough() -> None:
    """At 10 a year 60 + 30 are nine years: N2 too."""
    assert ruled(10.0) == {"A": 10, "N1": 10, "N2": 10}


def test_the_rule_counts_the_way() -> None:
    """At 0.05 CNY/t/km N2 costs 3 + 1.5 = 4.5, less than N1: its 100 are enough alone."""
    assert ruled(9.0, haul=0.05) == {"A": 10, "N2": 10}


def test_the_rule_does_nothing_at_ten_years() -> None:
    """60 left at 6 a year: exactly ten years are enough."""
    assert ruled(6.0) == {"A": 10}


def test_without_any_output_the_rule_goes_by_demand() -> None:
    """Nothing was mined yet, 10 a year are wanted: 60 are six years."""
    shown = case(sites(), 10, years=YEARS)

    assert "N2" in Rule().propose(look(shown)).capacity


def test_the_rule_licenses_no_block_too_early_nor_one_that_has_closed() -> None:
    one, near, far = sites()
    shown = case([one, replace(near, earliest=2022), far], 10, years=YEARS)

    assert dict(Rule().propose(look(shown, output={"A": 9.0}, stopped=frozenset({"N2"}))).capacity) == {"A": 10}


def test_the_rule_played() -> None:
    """The mine's 30 serve 10 a year; three years are under ten, so both blocks are licensed at once, at 20 a year each.

    10 · 2 a year of fixed cost, two blocks, two years: 80, though the mine alone serves both years for nothing.
    """
    blocks = [mine("A", 10, resource=30.0), *(block(code, 10, resource=20.0, fixed_cost=2.0) for code in ("N1", "N2"))]
    table = bench(case(blocks, 10, years=YEARS))

    assert go(table, "rule").cost == pytest.approx(80)
    assert go(table, "rolling1").cost == pytest.approx(0)


# --- a user's own ---------------------------------------------------------------------------------------------


def test_what_a_function_does_not_name_stays_and_nought_closes() -> None:
    shown = case([mine("A", 10), mine("B", 4), block("N", 6)], 10, years=YEARS)

    said = Own(lambda _: {"B": 0, "N": 6}).propose(look(shown))

    assert dict(said.capacity) == {"A": 10, "N": 6}


@pytest.mark.parametrize(
    ("said", "what"),
    [({"Z": 1, "A": 2, "Y": 3}, "Z, Y"), ({"A": float("nan"), "B": -1}, "A = nan, B = -1.0"),
     ({"A": "much"}, "ValueError: could not convert string to float: 'much'"),
     (None, "AttributeError: 'NoneType' object has no attribute 'items'")],
)
def test_what_is_no_decision_is_said_with_function_and_year(said: Any, what: str) -> None:
    shown = case([mine("A", 10), mine("B", 4)], 10, years=YEARS)

    def decide(_: Look) -> Mapping[str, float]:
        return said  # type: ignore[no-any-return]

    with pytest.raises(PolicyError) as caught:
        Own(decide).propose(look(shown))

    assert str(caught.value) == f"decide, 2021: {what}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_function_that_fails_is_said_with_its_reason() -> None:
    def decide(known: Look) -> Mapping[str, float]:
        return {"A": 1 / known.output.get("A", 0)}

    with pytest.raises(PolicyError, match="decide, 2021: ZeroDivisionError: division by zero"):
        Own(decide).propose(look(case([mine("A", 10)], 10, years=YEARS)))


def test_a_function_by_its_file_and_by_its_module(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def close_all(look):\n    return {code: 0 for code in look.capacity}\nno = 3\n")

    assert function_of(f"{tmp_path}/mine.py:close_all").__name__ == "close_all"
    assert function_of("math:floor").__name__ == "floor"


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [(None, "mine.py:f", "No such file or directory"), ("def g(: pass", "mine.py:f", "invalid syntax"),
     ("1 / 0", "mine.py:f", "division by zero"), ("x = 1", "mine.py:f", "no attribute 'f'"),
     ("f = 1", "mine.py:f", "f"), (None, "there_is_no_such_module:f", "No module named"),
     (None, "nonsense", "Empty module name")],
)
def test_a_name_that_is_no_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, name: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("mine.py").write_text(text)

    with pytest.raises(ImportError, match=re.escape(why)) as caught:
        function_of(name)
    assert str(caught.value).startswith(name)


def test_the_example_of_the_guide_runs_and_does_what_it_says(tmp_path: Path) -> None:
    """It keeps what there is and opens the block with most left where the landbank is under five years.

    The mine's 20 are two years at 10: N2 with 90 is opened, N1 with 40 is not.
    """
    (example,) = re.findall(r"```python\n(def \w+\(look\):\n.*?)```", GUIDE.read_text("utf-8"), re.S)
    (tmp_path / "own.py").write_text(example)
    blocks = [mine("A", 10, resource=20.0), block("N1", 6, resource=40.0), block("N2", 6, resource=90.0)]
    table = bench(case(blocks, 10, years=YEARS))
    (name,) = re.findall(r"def (\w+)\(", example)

    played = go(table, function_of(f"{tmp_path}/own.py:{name}"))

    assert played.licensed == {("A", 2021): 10, ("N2", 2021): 6, ("A", 2022): 10, ("N2", 2022): 6}
    assert played.answer["audit"] == "holds"


# --- what is impossible is changed by the least -----------------------------------------------------------------


def test_too_many_mines_are_one_fewer_and_the_dearest_goes() -> None:
    """Two mines at most; A works on and N1 and N2 are proposed beside it. One of the three has to go: one change.

    A costs 9 a tonne, N1 5 and N2 3: A closes, the others give 10 each for 80. A correction that gave up all that is
    new would keep A alone: two changes, 90 and 10 short.
    """
    blocks = [mine("A", 10, operating_cost=9.0), block("N1", 10, operating_cost=5.0),
              block("N2", 10, operating_cost=3.0)]
    table = bench(case(blocks, 20, rules={"mine_count": {"all": indicator(2, unit="mines")}}))

    played = go(table, lambda _: {"N1": 10, "N2": 10})

    assert played.licensed == {("N1", 2021): 10, ("N2", 2021): 10}
    assert played.course.changes == 1
    assert played.cost == pytest.approx(80)


def test_fewer_changes_go_before_less_cost() -> None:
    """No mine at all is proposed, and the 8 that are wanted have to be met.

    A meets them alone: one change, at 9 a tonne 72. N1 and N2 with 4 each meet them together: two changes, 16. The
    nearest is taken, not the cheapest.
    """
    blocks = [mine("A", 8, operating_cost=9.0), block("N1", 4, operating_cost=2.0), block("N2", 4, operating_cost=2.0)]
    table = bench(case(blocks, 8, rules={"supply_guarantee": {"works": indicator(1.0, unit="share")}}))

    played = go(table, lambda _: {"A": 0})

    assert played.licensed == {("A", 2021): 8}
    assert (played.course.changes, played.cost) == (1, pytest.approx(72))


def test_a_scale_between_two_is_the_lower_one() -> None:
    """A can have 10 or 20: 15 is proposed, which reaches 10 and not 20."""
    table = bench(case([mine("A", 10, expanded=20)], 20))

    assert go(table, lambda _: {"A": 15}).licensed == {("A", 2021): 10}


def test_a_block_that_has_closed_does_not_come_back() -> None:
    """Closed in 2021, wanted again in 2022: changed to what is possible, and counted."""
    table = bench(case([mine("A", 10)], 10, years=YEARS))

    played = go(table, lambda known: {"A": 0 if known.year == 2021 else 10})

    assert played.licensed == {}
    assert played.course.changes == 1
    assert played.answer["audit"] == "holds"


# --- what was announced -----------------------------------------------------------------------------------------


def announcing(keep: float) -> Any:
    """Play a block that was announced for 2022 and that half the demand would not pay for.

    N gives 10 from 2022 at 60 a year; a tonne short costs 10. Expected are 10 a year: N saves 100 for 60 and is
    announced in 2021. In 2021 only 5 are wanted (50 short), so 5 are expected for 2022: N saves 50 for 60.
    """
    shown = case([block("N", 10, fixed_cost=6.0, earliest=2022)], 10, years=YEARS, unserved=10.0,
                 futures=Futures(keep=keep))
    half = {("works", "town", year): 5.0 for year in YEARS}
    return bench(shown, happens(shown, demand=half), ahead=2)


def test_what_was_announced_is_kept_where_a_change_saves_less() -> None:
    """Giving N up saves 60 − 50 = 10, keeping it is worth 12: it stays, at 50 + 60."""
    played = go(announcing(12.0), "rolling")

    assert played.licensed == {("N", 2022): 10}
    assert (played.cost, played.course.changes) == (pytest.approx(110), 0)


def test_what_was_announced_is_changed_where_that_saves_more() -> None:
    """Keeping it is worth 8, giving it up saves 10: it goes, at 50 + 50. The worth itself is no cost."""
    played = go(announcing(8.0), "rolling")

    assert played.licensed == {}
    assert (played.cost, played.course.changes) == (pytest.approx(100), 1)


def test_free_to_change_it_changes_whatever_keeping_is_worth() -> None:
    assert go(announcing(12.0), "rolling_free").cost == pytest.approx(100)


def test_the_published_plan_keeps_to_the_letter() -> None:
    """N was published for 2022: half the demand changes nothing of it."""
    played = go(announcing(0.0), "published")

    assert (played.cost, played.course.changes) == (pytest.approx(110), 0)


def test_a_policy_remembers_nothing_of_another_course() -> None:
    table = announcing(12.0)

    assert table.policy("rolling") is not table.policy("rolling")
    assert go(table, "rolling").cost == go(table, "rolling").cost
