"""What the page of a simulation says: figures derived by hand, both languages, nothing said that is not so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from artists import chinese
from hypothesis import given
from hypothesis import strategies as st
from pages import Page
from simulate_tables import ACTIONS, EVENTS, FORECASTS, POLICIES, POLICY_COLUMNS, made, said

from mineralplan.outputs.study import write_study
from mineralplan.planning import solve
from mineralplan.report.page import write_page
from mineralplan.report.studies import simulate_text as text
from mineralplan.report.studies.simulate_parts import clause_part, event_part, forecast_part, missed_clauses
from mineralplan.report.studies.study_documents import FIGURES, write_documents
from mineralplan.results import read_results
from mineralplan.words import say
from small_region import write_small_region
from tiny import case, indicator, mine

LANGUAGES = ("en", "zh")
TINY = case([mine("A")], 5.0, rules={"mine_count": {"all": indicator(1.0, unit="mines")}})
SMALL = made(TINY, futures=3)
NAN = float("nan")


def policies(costs: Mapping[str, Sequence[float]], **others: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Return the table of some policies from their cost in future 0, 1, …; other columns are 0 unless given."""
    best = costs.get("perfect", [NAN] * 9)
    rows = []
    for policy, values in costs.items():
        for future, cost in enumerate(values):
            row: dict[str, Any] = dict.fromkeys(POLICY_COLUMNS, 0) | {
                "future": future, "policy": policy, "cost_10kcny": cost, "regret_10kcny": cost - best[future],
                "audit": "holds", "gap": NAN}
            rows.append(row | {name: column[policy][future] for name, column in others.items() if policy in column})
    return pd.DataFrame(rows)


def with_policies(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {**SMALL, "policies": table}


def answer(table: pd.DataFrame, futures: int = 2) -> str:
    names = list(dict.fromkeys(table["policy"]))
    return "\n".join(text.sentences(TINY, with_policies(table), said(names, futures), "en"))


COSTS = {"perfect": [100.0, 200.0], "rolling": [110.0, 230.0], "rule": [105.0, 260.0]}


def test_what_perfect_foresight_hides() -> None:
    """Rolling costs 170 on average, the rule 182.5: rolling is the best that can be carried out.

    It costs 10 and 30 more than perfect foresight: 20, of 150 the 13.33 %; P10 is 12, P90 28. The mean of the shares
    of each future (12.5 %) would weigh cheap futures as much as dear ones; the cheapest of each future, which nobody
    can choose beforehand, would give 5 and 30.
    """
    told = answer(policies(COSTS))

    assert "(Rolling, look-ahead 5 a) costs 20 × 10⁴ CNY more on average, 13.33% (P10–P90 12 to 28)" in told


def test_who_is_cheapest_counts_only_policies_that_can_be_carried_out() -> None:
    """The rule is in future 0, rolling in future 1; perfect foresight would be in both."""
    told = answer(policies(COSTS))

    assert "of 2 futures (ties count for each): Rolling, look-ahead 5 a: 1; Simple rule: 1." in told


def test_a_future_that_one_policy_did_not_end_compares_nobody() -> None:
    """Without future 1, where the rule has no cost, rolling is 10 above; with it, 20 would be set against nothing."""
    table = policies({**COSTS, "rule": [105.0, NAN]})
    told = answer(table)

    assert "(Simple rule) costs 5 × 10⁴ CNY more on average, 5.00%" in told
    assert "1 courses have no figures" in told


def test_the_price_of_announced_actions() -> None:
    """Keeping to them costs 110 − 104 and 230 − 216: 10 on average, of 160 the 6.25 %; 1 change instead of 4."""
    table = policies({"rolling": [110.0, 230.0], "rolling_free": [104.0, 216.0]},
                     changes={"rolling": [1, 1], "rolling_free": [3, 5]})

    told = answer(table)

    assert "costs 10 × 10⁴ CNY on average (6.25%; P10–P90 7 to 13)" in told
    assert "1.0 actions are changed in a future instead of 4.0" in told


def test_keeping_to_announced_actions_can_be_cheaper() -> None:
    """A look-ahead errs: who keeps to the plan may be lucky. That is said, not called a price."""
    table = policies({"rolling": [100.0, 200.0], "rolling_free": [104.0, 216.0]})

    assert "costs nothing on average; the plan that keeps to them is 10 × 10⁴ CNY cheaper" in answer(table)


def test_without_perfect_foresight_there_is_no_regret() -> None:
    told = answer(policies({name: COSTS[name] for name in ("rolling", "rule")}))

    assert "perfect foresight" not in told.lower()
    assert "Cheapest without knowing the future" in told


def test_one_policy_is_compared_with_nobody() -> None:
    told = answer(policies({"rolling": [110.0, 230.0]}))

    assert "Cheapest" not in told
    assert "Shortage of the district over all years on average: 0.0" in told


def test_a_cheap_policy_that_misses_clauses_is_told_with_them() -> None:
    told = answer(policies(COSTS, missed={"rolling": [0, 2]}))

    assert "It misses a binding clause in 1 futures." in told
    assert "Binding clauses are missed (in so many of 2 futures): Rolling, look-ahead 5 a: 1." in told
    assert "Every policy keeps every binding clause" in answer(policies(COSTS))


def test_a_broken_course_is_named() -> None:
    table = policies(COSTS, audit={"rule": ["holds", "broken"]})

    assert "found 1 of 6 courses broken: Simple rule, future 1." in answer(table)
    assert "passes each of the 6 courses" in answer(policies(COSTS))


def test_names_of_policies() -> None:
    assert text.policy_label("rolling", "en", 7) == text.policy_label("rolling7", "en") == "Rolling, look-ahead 7 a"
    assert text.policy_label("rolling", "en") == "Rolling"
    assert text.policy_label("mine:own_rule", "zh", 7) == "mine:own_rule"
    assert len({text.policy_label(name, "zh") for name in POLICIES}) == len(POLICIES)


@given(st.lists(st.lists(st.floats(1.0, 1e6), min_size=3, max_size=3), min_size=1, max_size=8), st.permutations("abc"))
def test_someone_is_cheapest_in_every_future(costs: list[list[float]], order: list[str]) -> None:
    """Each future has at least one cheapest policy; the order of the policies changes nothing."""
    table = pd.DataFrame(costs, columns=list("abc"))
    counts = text.best_counts(table)

    assert len(costs) <= sum(counts.values())
    assert max(counts.values()) <= len(costs)
    assert text.best_counts(table[order]) == counts
    assert all(first >= second for first, second in pairwise(counts.values()))


def test_clauses_are_told_with_the_year_in_which_they_are_missed_by_most() -> None:
    """One mine is allowed: 3 work in future 0, 2 in future 1, 1 in future 2; an expected miss is no breach."""
    rows = [("rolling", future, TINY.years[0], rule, "all", nature, "mines", "<=", 1.0, value, value <= 1)
            for rule, nature in (("mine_count", "binding"), ("new_small", "expected"))
            for future, value in enumerate((3.0, 2.0, 1.0))]
    tables = {**SMALL, "indicators": pd.DataFrame(rows, columns=SMALL["indicators"].columns)}
    found = missed_clauses(tables)
    _, table = clause_part(TINY, tables, {"rolling": "Rolling"}, "en")

    assert [(row.rule, row.futures, row.value) for row in found.itertuples()] == [("mine_count", 2, 3.0)]
    assert table is not None
    assert table[1] == [["Rolling", "Number of mines", "all mines", "2", str(TINY.years[0]), "3 against 1 mines"]]


def test_a_share_is_written_in_per_cent() -> None:
    rows = [("rule", 0, TINY.years[0], "size_share", "all", "binding", "share", ">=", 0.6, 0.45, False)]
    tables = {**SMALL, "indicators": pd.DataFrame(rows, columns=SMALL["indicators"].columns)}
    _, table = clause_part(TINY, tables, {"rule": "Rule"}, "en")

    assert table is not None
    assert table[1][0][-1] == "45.0% against 60.0%"


def test_forecast_errors_stand_by_use_and_years_ahead() -> None:
    rows = [(ahead, "works", 0.01 * ahead, 0.03 * ahead, 9) for ahead in range(1, 13)]
    _, table = forecast_part(TINY, {**SMALL, "forecasts": pd.DataFrame(rows, columns=FORECASTS)}, "en")

    assert table is not None
    assert table[0] == ["Use", *(f"{years} a ahead" for years in (1, 2, 3, 4, 5, 12))]
    assert table[1] == [["works", "1.0% (3.0%)", "2.0% (6.0%)", "3.0% (9.0%)", "4.0% (12.0%)", "5.0% (15.0%)",
                         "12.0% (36.0%)"]]


def test_events_are_counted_by_future_and_not_by_policy() -> None:
    """Two delays in three futures: 0.7 in each. Counted once per policy they would be 3.3."""
    rows = [(future, TINY.years[0], "delay", "A", 2.0) for future in (0, 2)]
    _, table = event_part({**SMALL, "events": pd.DataFrame(rows, columns=EVENTS)}, "en")

    assert table is not None
    assert table[1] == [["Delays", "0.7", "2.0", "2.0", "2.0"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_one_language_and_holds_every_part(lang: str) -> None:
    found = text.page(TINY, SMALL, said(futures=3), lang)

    assert chinese(found) == (lang == "zh")
    assert found.count("\n## ") == len(("asked", "answer", "policies", "clauses", "forecasts", "events", "proven"))
    assert all(text.policy_label(policy, lang, 5) in found for policy in POLICIES)
    assert say("simulate.few", lang) in found
    assert "nan" not in found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_simulation_in_which_nothing_happens_says_so(lang: str) -> None:
    tables = {**made(TINY, ["perfect"], 1),
              **{name: pd.DataFrame(columns=columns)
                 for name, columns in (("events", EVENTS), ("actions", ACTIONS), ("forecasts", FORECASTS))}}
    found = text.page(TINY, tables, said(["perfect"], 1) | {"keep_10kcny": 0.0}, lang)

    for key in ("no_events", "no_forecasts", "clauses_kept"):
        assert say(f"simulate.{key}", lang) in found


def test_the_summary_shows_spread_only_where_futures_differ() -> None:
    rows = [("rule", "licences", 2.0, 2.0, 2.0, 2.0, 3), ("rule", "cost_10kcny", 1500.0, 1000.0, 1400.0, 2200.0, 3)]
    summary = pd.DataFrame(rows, columns=SMALL["summary"].columns)
    header, body = text.summary_rows({**with_policies(policies({"rule": [1.0]})), "summary": summary},
                                     said(["rule"], 1), "en")

    assert header == ["Policy", "Cost, 10⁴ CNY", "Licences"]
    assert body == [["Simple rule", "1,500 (1,000–2,200)", "2.0"]]


def test_what_a_notebook_shows_is_escaped() -> None:
    table = with_policies(policies({"<b>:own": [1.0]}))
    shown = text.html(TINY, table, said(["<b>:own"], 1), "en")

    assert "<b>:own" not in shown.replace("&lt;b&gt;", "")


@pytest.mark.slow
def test_a_simulation_beside_a_run_is_told_on_its_page(tmp_path: Path) -> None:
    """Read back from its folder: the tables as CSV, the sentences the same as on its own page."""
    region = write_small_region(tmp_path)
    given_case, results = region.case(), tmp_path / "results"
    solve(given_case).report(results / "small", lang="en")
    tables, manifest = made(given_case, futures=2), said(futures=2) | {"scenario": given_case.name}
    page = text.page(given_case, tables, manifest, "en")
    write_study(results / "small_simulate", given_case, "simulate", tables, manifest,
                lambda new: write_documents(new, "simulate", given_case, tables, page, "en", look_ahead=5))
    record = read_results(results / "small")
    report = Page(write_page(record, tmp_path / "report.html", "en").read_text("utf-8"))

    for lang in LANGUAGES:
        told = report.texts["uncertainty", lang]
        assert say("page.uncertainty.simulate", lang) in told
        assert all(line in told for line in text.sentences(given_case, tables, manifest, lang))
        header, *rows = report.tables["uncertainty", lang][0]
        assert (header, rows) == text.summary_rows(tables, manifest, lang)
    written = {path.name for path in (results / "small_simulate" / "figures").iterdir()}
    assert written == {f"{name}.{ending}" for name in FIGURES["simulate"] for ending in ("png", "svg")}


def test_the_made_tables_hang_together() -> None:
    """What the tests draw is a simulation that could be: demand is met or short, nobody beats perfect foresight."""
    balance = SMALL["balance"]
    met = balance[["local_10kt", "recycled_10kt", "imported_10kt", "shortage_10kt"]].sum(axis=1)

    assert np.allclose(met, balance["demand_10kt"])
    assert (SMALL["policies"]["regret_10kcny"] >= 0).all()
