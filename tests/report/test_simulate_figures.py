"""The figures of a simulation: what is drawn, read off and compared with what was derived by hand."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from artists import by_gid, chinese, said, texts, words
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from simulate_tables import ACTIONS, BALANCE, EVENTS, INDICATORS, LANDBANK, POLICIES, made

from mineralplan.case import Case
from mineralplan.loading import load
from mineralplan.report.figures import fonts, policy_lines, style
from mineralplan.report.figures.simulate_figures import (
    KEPT,
    fan,
    indicators,
    landbank,
    main_indicators,
    one_future,
    regret,
)
from mineralplan.report.studies.simulate_text import policy_label
from mineralplan.report.studies.study_documents import FIGURES, figures_of
from tiny import case, indicator, mine

BASELINE = load("scenarios/baseline.yaml")
TABLES = made(BASELINE, futures=5)
MANY = ("perfect", "rolling1", "rolling3", "rolling", "rolling5", "rolling_free", "published", "rule",
        "policies_of_mine:license_when_imports_are_dear")
LONG = made(BASELINE, MANY, 3)
YEARS = (1, 2, 3)
TINY = case([mine("A", resource=200.0)], 5.0, years=YEARS, base_year=0,
            rules={"mine_count": {"all": indicator(1.0, unit="mines")}})
LONE = made(TINY, ["rolling"], 1)
DRAWN: Mapping[str, tuple[Case, Mapping[str, pd.DataFrame]]] = {
    "baseline": (BASELINE, TABLES), "many policies": (BASELINE, LONG), "one of each": (TINY, LONE),
}


def draw(name: str, which: str, lang: str) -> Figure:
    given_case, tables = DRAWN[which]
    figure: Figure = getattr(figures_of("simulate", given_case, tables, look_ahead=5), name)(lang)
    return figure


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("which", [pytest.param(which, marks=[pytest.mark.slow] if which == "many policies" else [])
                                   for which in DRAWN])
@pytest.mark.parametrize("name", FIGURES["simulate"])
def test_draws_in_one_language_within_the_page_and_no_panel_is_empty(name: str, which: str, lang: str) -> None:
    """A glyph that no font has would be a warning, and a warning is an error here."""
    before = dict(mpl.rcParams)
    figure = draw(name, which, lang)
    FigureCanvasAgg(figure).draw()
    figure.savefig(io.BytesIO(), format="svg")
    assert dict(mpl.rcParams) == before
    spoken, _ = fonts.usable_language(lang)
    assert any(chinese(text) for text in texts(figure)) == (spoken == "zh")
    assert min(text.get_fontsize() for text in words(figure)) >= style.SMALL
    assert all(axes.lines or axes.collections or axes.texts for axes in figure.axes)
    around = figure.get_tightbbox()
    wide, high = figure.get_size_inches()
    assert around.x0 >= 0 and around.x1 <= wide, around
    assert around.y0 >= 0 and around.y1 <= high, around


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FIGURES["simulate"])
def test_what_is_illustrative_is_called_so(name: str, lang: str) -> None:
    label = "示意数据" if fonts.usable_language(lang)[0] == "zh" else "Illustrative data"

    assert label in texts(draw(name, "baseline", lang))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FIGURES["simulate"])
def test_no_legend_lies_on_a_panel(name: str, lang: str) -> None:
    figure = draw(name, "many policies", lang)
    FigureCanvasAgg(figure).draw()
    for legend in figure.legends:
        box = legend.get_window_extent()
        assert not any(box.overlaps(axes.get_window_extent()) for axes in figure.axes)


def balance(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return the balance under ``rolling`` from rows of future, year, demand, local, recycled, imported."""
    return pd.DataFrame([("rolling", future, year, "works", demand, *parts, demand - sum(parts))
                         for future, year, demand, *parts in rows], columns=BALANCE)


def test_the_fan_shows_demand_supply_and_shortage_of_all_futures() -> None:
    """Demand 10, 20, 60: median 20. Own supply 4 + 1: 5. From outside 5, 10, 15: median 10. Short 0, 5, 40: median 5.

    With what is imported the supply would be 15, without what is recycled 4; the mean of demand would be 30.
    """
    rows = [(future, year, demand, 4.0, 1.0, bought) for year in YEARS
            for future, (demand, bought) in enumerate(((10.0, 5.0), (20.0, 10.0), (60.0, 15.0)))]
    figure = fan(TINY, {**LONE, "balance": balance(rows)})

    for column, median in (("demand_10kt", 20.0), ("supply_10kt", 5.0), ("imported_10kt", 10.0)):
        (line,) = by_gid(figure, column)
        assert list(line.get_ydata()) == [median] * 3
    _, under = figure.axes
    assert max(path.vertices[:, 1].max() for path in under.collections[0].get_paths()) == 5.0


def test_a_use_without_shortage_says_so() -> None:
    rows = [(0, year, 10.0, 10.0, 0.0, 0.0) for year in YEARS]

    assert "no shortage" in texts(fan(TINY, {**LONE, "balance": balance(rows)}))


def test_the_fan_shows_the_policy_asked_for() -> None:
    assert policy_label("published", "en") in said(fan(BASELINE, TABLES, policy="published"))
    assert "Rolling, look-ahead 3 a" in said(fan(BASELINE, TABLES, look_ahead=3))
    assert policy_label("rule", "en") in said(fan(BASELINE, made(BASELINE, ["perfect", "rule"], 2)))
    with pytest.raises(ValueError, match="no policy 'best'; there are: perfect, rolling, "):
        fan(BASELINE, TABLES, policy="best")


def held(policy: str, landbank_years: float, future: int = 0) -> list[tuple[Any, ...]]:
    return [(policy, future, year, "stone", 2.0, 10.0, 1, landbank_years) for year in YEARS]


def test_landbank_is_a_line_per_policy_and_the_years_that_the_rule_keeps() -> None:
    """In two futures rolling holds 8 and 12 years: median 10; the rule 11 in both."""
    rows = held("rolling", 8.0) + held("rolling", 12.0, 1) + held("rule", 11.0) + held("rule", 11.0, 1)
    tables = {**made(TINY, ["rolling", "rule"], 2), "landbank": pd.DataFrame(rows, columns=LANDBANK)}
    figure = landbank(TINY, tables)

    for policy, value in (("rolling", 10.0), ("rule", 11.0)):
        (line,) = by_gid(figure, policy)
        assert list(line.get_ydata()) == [value] * 3
    (kept,) = by_gid(figure, "kept")
    assert set(kept.get_ydata()) == {KEPT}


def test_a_mineral_that_is_not_mined_has_no_panel() -> None:
    rows = held("rolling", 8.0) + [("rolling", 0, year, "clay", 0.0, 0.0, 0, np.nan) for year in YEARS]

    assert len(landbank(TINY, {**LONE, "landbank": pd.DataFrame(rows, columns=LANDBANK)}).axes) == 1


def found(rule: str, item: str, value: float, *, nature: str = "binding", holds: bool = True) -> tuple[Any, ...]:
    return ("rolling", 0, 1, rule, item, nature, "10kt/a", "<=", 10.0, value, holds)


def test_the_indicators_that_matter() -> None:
    """Number and structure first, the largest caps next, then what is missed; expected ones and kept others not."""
    rows = [found("recovery", "kept", 1.0), found("life_match", "broken", 1.0, holds=False),
            *(found("output_cap", item, size) for item, size in zip("abcde", (1.0, 5.0, 4.0, 2.0, 3.0), strict=True)),
            found("output_cap", "wish", 9.0, nature="expected"), found("mine_count", "all", 1.0)]

    assert main_indicators(pd.DataFrame(rows, columns=INDICATORS)) == [
        ("mine_count", "all"), *(("output_cap", item) for item in "bced"), ("life_match", "broken")]


def test_paths_are_drawn_against_the_limit_and_shares_in_per_cent() -> None:
    rows = [("rolling", future, year, "size_share", "all", "binding", "share", ">=", 0.6, value, value >= 0.6)
            for future, value in enumerate((0.5, 0.7)) for year in YEARS]
    figure = indicators(TINY, {**LONE, "indicators": pd.DataFrame(rows, columns=INDICATORS)})
    (path,), (limit,) = by_gid(figure, "rolling"), by_gid(figure, "cap")

    assert list(path.get_ydata()) == pytest.approx([60.0] * 3)
    assert set(limit.get_ydata()) == {60.0}
    assert {"≥ 60", "%"} <= set(texts(figure))


def test_without_binding_indicators_the_figure_says_so() -> None:
    rows = [("rolling", 0, 1, "new_small", "all", "expected", "mines", "<=", 0.0, 0.0, True)]
    nothing = indicators(TINY, {**LONE, "indicators": pd.DataFrame(rows, columns=INDICATORS)})

    assert "No binding indicator has a value." in texts(nothing)


def test_regret_is_sorted_by_its_median_and_has_a_point_for_each_future() -> None:
    figure = regret(BASELINE, TABLES, look_ahead=5)
    left, right = figure.axes
    medians = TABLES["policies"].groupby("policy")["regret_10kcny"].median().sort_values(kind="stable")

    assert left.get_yticklabels()[0].get_text() == policy_label("perfect", "en")
    drawn = [by_gid(figure, policy)[0].get_xdata()[0] for policy in POLICIES]
    assert drawn == pytest.approx([medians[policy] * 1e-4 for policy in POLICIES])
    for axes in (left, right):
        assert sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == "o") == 5 * len(POLICIES)
    order = [line.get_gid() for line in left.lines if line.get_marker() == "|"]
    assert order == list(medians.index)


def test_without_perfect_foresight_costs_are_drawn() -> None:
    assert "What each policy costs, future by future" in texts(regret(TINY, LONE))


def test_one_future_has_a_column_for_each_policy_on_one_scale() -> None:
    """Events, supply, capacity, mines, landbank: five rows. Every row has the same ends in all columns."""
    figure = one_future(BASELINE, TABLES, number=3)
    rows = [figure.axes[i * len(POLICIES): (i + 1) * len(POLICIES)] for i in range(5)]

    assert len(figure.axes) == 5 * len(POLICIES)
    assert all(len({axes.get_ylim() for axes in row}) == 1 for row in rows)
    assert "Future 3 under all policies" in texts(figure)
    mines = by_gid(figure, "mines")
    table = TABLES["landbank"].query("future == 3").groupby(["policy", "year"])["mines"].sum()
    for line, policy in zip(mines, POLICIES, strict=True):
        assert list(line.get_ydata()) == list(table[policy])


def test_a_future_that_was_not_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="no future 9; there are 0 to 4"):
        one_future(BASELINE, TABLES, number=9)


def test_a_future_in_which_nothing_happens_is_drawn() -> None:
    tables = {**LONE, "events": pd.DataFrame(columns=EVENTS), "actions": pd.DataFrame(columns=ACTIONS)}

    assert "nothing unexpected" in texts(one_future(TINY, tables))


def test_more_policies_than_can_be_told_apart_are_named_as_left_out() -> None:
    assert "The first 6 of 9 policies are drawn." in texts(one_future(BASELINE, LONG))
    assert "The first 8 of 9 policies are drawn." in texts(landbank(BASELINE, LONG))


def test_a_policy_looks_the_same_in_every_figure() -> None:
    """Also where others stand beside it."""
    for tables in (TABLES, LONG):
        for figure in (landbank(BASELINE, tables), indicators(BASELINE, tables)):
            assert {to_hex(line.get_color()) for line in by_gid(figure, "published")} == {"#d55e00"}


@given(st.lists(st.text("abc ", min_size=1, max_size=34), min_size=1, max_size=9))
def test_a_legend_has_as_many_lines_as_it_needs(labels: list[str]) -> None:
    """Never more lines than names; one more name never needs fewer lines."""
    rows = policy_lines.legend_rows(labels)

    assert 1 <= rows <= len(labels)
    assert policy_lines.legend_rows([*labels, "a" * 34]) >= rows
