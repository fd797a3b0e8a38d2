"""The figures of a demand projection: what their artists show, against the tables and by hand.

By hand: a small region with 10, 10.2, 10.4 and 10.6 × 10⁴ people from 2020 to 2023, 60 % of them in First, and 4 t of
aggregate a head. Farm tracks take 20 km × 0.2 over 2019 and 2020: 2 × 10⁴ t in 2020. So bottom-up 42, 40.8, 41.6, 42.4.
"""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from artists import by_gid, chinese, said, tables_with, texts, words
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection

from mineralplan.case import Provenance
from mineralplan.demand.calibration import Calibration, Observation
from mineralplan.loading import load
from mineralplan.projection import Projection, project_demand
from mineralplan.report.demand_text import input_label
from mineralplan.report.figures import (
    DEMAND_FIGURES,
    FORMATS,
    demand_drivers,
    demand_estimators,
    demand_sensitivity,
    draw_demand,
    fonts,
    save_all_demand,
    style,
)
from small_region import write_small_region

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def baseline() -> Projection:
    projection = project_demand(load(ROOT / "scenarios" / "baseline.yaml"), draws=64)
    assert not projection.tables.sensitivity.empty
    return projection


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Projection:
    return project_demand(load(write_small_region(tmp_path_factory.mktemp("small")).scenario), draws=64)


def heights(axes: Axes) -> Iterator[dict[int, float]]:
    """Yield the heights of stacked bars by year, from the lowest part to the highest."""
    for part in axes.collections:
        assert isinstance(part, PolyCollection)
        corners = [path.vertices for path in part.get_paths()]
        yield {round(float(c[:4, 0].mean())): float(c[:, 1].max() - c[:, 1].min()) for c in corners}


def labels(axes: Axes) -> list[str]:
    """Return the names of a panel's legend, from the lowest part of the stack to the highest."""
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()][::-1]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", DEMAND_FIGURES)
def test_draws_without_a_warning_in_one_language_and_says_what_it_rests_on(
    name: str, lang: str, baseline: Projection
) -> None:
    """A glyph that no font has would be a warning; the district has observed nothing and its data are examples."""
    before = dict(mpl.rcParams)
    figure = getattr(baseline.figures, name)(lang)
    figure.savefig(io.BytesIO(), format="png", dpi=60)
    assert dict(mpl.rcParams) == before
    spoken, _ = fonts.usable_language(lang)
    assert any(chinese(text) for text in texts(figure)) == (spoken == "zh")
    assert min(text.get_fontsize() for text in words(figure)) >= style.SMALL
    assert ("需求模型未校准" if spoken == "zh" else "demand model uncalibrated") in said(figure)
    assert ("示意数据" if spoken == "zh" else "Illustrative data") in texts(figure)


@pytest.mark.parametrize("name", DEMAND_FIGURES)
def test_nothing_stands_beyond_the_page(name: str, baseline: Projection) -> None:
    for lang in ("en", "zh"):
        figure = getattr(baseline.figures, name)(lang)
        FigureCanvasAgg(figure).draw()
        page = figure.bbox
        for text in words(figure):
            box = text.get_window_extent()
            assert page.x0 - 1 <= box.x0 and box.x1 <= page.x1 + 1, (lang, text.get_text())
            assert page.y0 - 1 <= box.y0 and box.y1 <= page.y1 + 1, (lang, text.get_text())


def test_a_calibrated_model_is_called_calibrated(small: Projection) -> None:
    """50 × 10⁴ t of aggregate observed in the base year 2020 calibrate the model; observed in 2021 they do not."""
    outlook = small.outlook

    def subtitle(year: int) -> str:
        calibration = Calibration((Observation(year, "aggregate", 50.0),), outlook.calibration.base_year)
        case = dataclasses.replace(small.case, outlook=dataclasses.replace(outlook, calibration=calibration))
        return said(draw_demand("demand_drivers", case, small.tables))

    assert "demand model calibrated" in subtitle(2020)
    assert "demand model uncalibrated" in subtitle(2021)


def test_a_case_built_in_python_says_nothing_of_calibration(small: Projection) -> None:
    with style.sheet(dataclasses.replace(small.case, outlook=None), "en") as page:
        page.title("map", year=1)
    assert "Small County · Small" in texts(page.figure)


@pytest.mark.parametrize(("count", "shown"), [(0, False), (1, True)])
def test_the_badge_also_speaks_of_the_demand_tables(count: int, shown: bool, small: Projection) -> None:
    """No block of the case is an example; one of three rows of the demand tables is, or none."""
    case = dataclasses.replace(small.case, blocks={}, provenance=(Provenance("demand", count, 3),))
    assert ("Illustrative data" in texts(draw_demand("demand_drivers", case, small.tables))) == shown


@pytest.mark.parametrize("name", DEMAND_FIGURES)
def test_without_a_chinese_font_figures_are_english_and_say_why(
    name: str, small: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: {"DejaVu Sans"})
    monkeypatch.setattr(fonts, "packaged", lambda: None)
    figure = getattr(small.figures, name)("zh")
    figure.savefig(io.BytesIO(), format="png", dpi=30)
    assert not any(chinese(text) for text in texts(figure))
    assert "no Chinese font" in said(figure)


def test_every_figure_is_saved_under_its_name(small: Projection, tmp_path: Path) -> None:
    save_all_demand(tmp_path, small.case, small.tables)
    assert {path.name for path in tmp_path.iterdir()} \
        == {f"{name}.{form}" for name in DEMAND_FIGURES for form in FORMATS}


def test_an_unknown_figure_is_refused_with_the_names_of_those_that_exist(small: Projection) -> None:
    """A figure of a plan is none of a projection."""
    with pytest.raises(AttributeError, match=r"no figure 'costs'.*demand_drivers"):
        small.figures.costs()


def test_the_parts_of_the_demand_add_up_to_the_bottom_up_estimate(baseline: Projection) -> None:
    tables, model = baseline.tables, baseline.outlook.model
    axes = baseline.figures.demand_drivers().axes[0]
    parts = list(dict.fromkeys(tables.components["component"]))
    bars = list(heights(axes))
    assert labels(axes) == [model.quantities[part].label.en for part in parts]
    assert len(bars) == len(parts) > 3
    for part, drawn in zip(parts, bars, strict=True):
        rows = tables.components[tables.components["component"] == part]
        assert drawn == pytest.approx(dict(zip(rows["year"], rows["amount"], strict=True)))
    rows = tables.estimators
    rows = rows[(rows["quantity"] == model.headline[0]) & (rows["estimator"] == "bottom_up")]
    for year, total in zip(rows["year"], rows["central"], strict=True):
        assert sum(drawn[year] for drawn in bars) == pytest.approx(total)


def test_projects_are_told_apart_and_the_smallest_gathered(baseline: Projection) -> None:
    """Eleven projects have a colour of their own; what is left of the thirteen stands together on top."""
    table = baseline.tables.projects
    axes = baseline.figures.demand_drivers().axes[1]
    bars, names = list(heights(axes)), labels(axes)
    total = table.groupby("project")["aggregate_10kt"].sum().sort_values()
    assert len(total) == 13
    assert len(names) == len(bars) == 12
    assert names[-1] == "Other projects"
    assert sum(bars[-1].values()) == pytest.approx(total.iloc[:2].sum())
    for project, drawn in zip([p for p in dict.fromkeys(table["project"]) if p in total.index[2:]], bars, strict=False):
        rows = table[(table["project"] == project) & (table["aggregate_10kt"] > 0)]
        assert drawn == pytest.approx(dict(zip(rows["year"], rows["aggregate_10kt"], strict=True)))


def test_parts_and_projects_of_the_small_region(small: Projection) -> None:
    """Farm tracks take 2 in 2020 and nothing later; a part that is nothing has no bar."""
    parts, projects = small.figures.demand_drivers("zh").axes
    people, works = heights(parts)
    assert list(people) == [2020, 2021, 2022, 2023]
    assert list(works) == [2020]
    assert list(heights(projects)) == [pytest.approx({2020: 2.0})]
    if fonts.usable_language("zh")[0] == "zh":
        assert labels(projects) == ["机耕道"]


def test_the_largest_keep_their_order_and_the_others_are_summed() -> None:
    """Totals 3, 9, 0, 2, 5: the two largest are b and e; a and d sum to 1 + 1 and 2 + 1, and c, nothing, goes."""
    wide = pd.DataFrame({"a": [1, 2], "b": [4, 5], "c": [0, 0], "d": [1, 1], "e": [2, 3]})
    assert demand_drivers.gathered(wide, 2).to_dict("list") == {"b": [4, 5], "e": [2, 3], demand_drivers.OTHER: [2, 3]}
    assert list(demand_drivers.gathered(wide, 4)) == ["a", "b", "d", "e"]


def test_without_projects_there_is_one_panel_and_without_demand_none(small: Projection) -> None:
    none = small.tables.projects.assign(aggregate_10kt=0.0)
    (axes,) = draw_demand("demand_drivers", small.case, tables_with(small, projects=none)).axes
    assert len(list(heights(axes))) == 2
    nothing = tables_with(small, projects=none, components=small.tables.components.assign(amount=0.0))
    figure = draw_demand("demand_drivers", small.case, nothing)
    assert not figure.axes
    assert "Nothing to show" in said(figure)


CURVE = [4 + 2 / (1 + math.exp(year - 2022)) for year in range(2020, 2024)]
PEOPLE = [10.0, 10.2, 10.4, 10.6]
CENTRAL = {
    "bottom_up": [42.0, 40.8, 41.6, 42.4],
    "per_head": [people * rate for people, rate in zip(PEOPLE, CURVE, strict=True)],
    "cement": [10.0 * 0.5 * 6, 10.2 * 0.6 * 6, 10.4 * 0.7 * 6, 10.6 * 0.8 * 6],
}


def test_three_estimators_of_the_small_region(small: Projection) -> None:
    """Per head 4 + (6 - 4) ÷ (1 + e^(year - 2022)) t; cement 0.5 to 0.8 t a head, straight, times 6 t of aggregate.

    57.6 over 30 (92 %), 55.7 over 36.7 (52 %), 52 over 41.6 (25 %), 50.9 over 42.4 (20 %): the first two years lie more
    than 30 % apart. Bricks have one estimator only, so there is one panel.
    """
    figure = small.figures.demand_estimators()
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "Aggregate"
    for estimator, values in CENTRAL.items():
        (line,) = by_gid(figure, estimator)
        assert list(line.get_xdata()) == [2020, 2021, 2022, 2023]
        assert list(line.get_ydata()) == pytest.approx(values)
    (flagged,) = by_gid(figure, "flagged")
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in flagged.get_paths()]
    assert spans == [(2019.5, 2020.5), (2020.5, 2021.5)]


def test_the_band_runs_from_the_10_to_the_90_percent_quantile(baseline: Projection) -> None:
    rows = baseline.tables.estimators
    figure = baseline.figures.demand_estimators()
    for number, quantity in enumerate(baseline.outlook.model.headline):
        for estimator in CENTRAL:
            own = rows[(rows["quantity"] == quantity) & (rows["estimator"] == estimator)]
            corners = by_gid(figure, f"{estimator}-band")[number].get_paths()[0].vertices
            for year, low, high in zip(own["year"], own["p10"], own["p90"], strict=True):
                there = corners[corners[:, 0] == year, 1]
                assert (there.min(), there.max()) == pytest.approx((low, high))


def test_headlines_and_uses_of_more_than_one_estimator_have_a_panel(baseline: Projection) -> None:
    model, rows = baseline.outlook.model, baseline.tables.estimators
    stated = rows.groupby("quantity")["estimator"].nunique()
    wanted = [*model.headline, *(use for use in model.uses if stated[use] > 1)]
    assert 0 < len(wanted) - len(model.headline) < len(model.uses)
    assert [axes.get_title(loc="left") for axes in baseline.figures.demand_estimators().axes] \
        == [model.quantities[name].label.en for name in wanted]


@pytest.mark.parametrize(("estimator", "name", "chinese_name"), [("bottom_up", "Bottom-up", "自下而上法"),
                                                                ("per_head", "Per head", "人均曲线法")])
def test_the_estimator_that_drives_is_named_and_drawn_strongest(
    estimator: str, name: str, chinese_name: str, small: Projection
) -> None:
    case = small.case.change({"demand.estimator": estimator})
    projection = project_demand(case, draws=8)
    figure = projection.figures.demand_estimators()
    widths = {e: by_gid(figure, e)[0].get_linewidth() for e in CENTRAL}
    assert max(widths, key=lambda e: widths[e]) == estimator
    assert sorted(widths.values())[1] < widths[estimator]
    assert any(text.endswith(f"driving: {name}") for text in texts(figure))
    if fonts.usable_language("zh")[0] == "zh":
        assert f"采用：{chinese_name}" in said(projection.figures.demand_estimators("zh"))


def test_a_cap_stands_in_terms_of_the_use(small: Projection) -> None:
    """60 of limestone give 60 × 0.8 = 48 of aggregate; dividing by the yield would draw 75."""
    figure = small.figures.demand_estimators()
    (cap,) = by_gid(figure, "cap")
    assert list(cap.get_ydata()) == pytest.approx([48.0] * 8)
    assert "cap 48" in texts(figure)


def test_a_cap_that_uses_share_is_not_drawn(small: Projection) -> None:
    """With bricks of limestone too, no part of the 60 is the aggregate's own."""
    bricks = small.case.uses["bricks"].model_copy(update={"served_by": {"limestone": 1.0}})
    case = dataclasses.replace(small.case, uses={**small.case.uses, "bricks": bricks})
    assert not by_gid(draw_demand("demand_estimators", case, small.tables), "cap")
    assert demand_estimators.cap_of(small.case, small.tables, "bricks").tolist() == [20.0] * 4
    assert demand_estimators.cap_of(small.case, small.tables, "cement").empty


def test_no_estimate_is_no_panel(small: Projection) -> None:
    none = tables_with(small, estimators=small.tables.estimators.iloc[:0])
    figure = draw_demand("demand_estimators", small.case, none)
    assert not figure.axes
    assert "Nothing to show" in said(figure)


def test_the_tornado_of_the_small_region(small: Projection) -> None:
    """Of 42.4 in 2023, κ from 0.8 to 1.25 makes 33.92 to 53.0: bars of -8.48 and 10.6 around the centre.

    People ±5 % make 40.28 to 44.52. Aggregate a head, 3 to 5 around 4, moves by √0.5 of that with the common factor and
    by √0.5 alone: 42.4 × 0.75^√0.5 = 34.60 to 42.4 × 1.25^√0.5 = 49.65, twice.
    """
    figure = small.figures.demand_sensitivity()
    axes = figure.axes[-1]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == "Calibration factor κ"
    assert set(names[1:3]) == {"Common factor of the shared inputs", "stone per head"}
    assert names[3:] == ["population"]
    root = math.sqrt(0.5)
    ends = [(33.92, 53.0), *[(42.4 * 0.75**root, 42.4 * 1.25**root)] * 2, (40.28, 44.52)]
    low, high = ([bar for bar in axes.patches if bar.get_gid() == end] for end in ("low", "high"))
    for place, (least, most) in enumerate(ends):
        assert low[place].get_x() == pytest.approx(42.4)
        assert low[place].get_width() == pytest.approx(least - 42.4)
        assert high[place].get_width() == pytest.approx(most - 42.4)
    assert "2023: central figure 42" in texts(figure)


def test_bars_start_from_what_the_driving_estimator_says(small: Projection) -> None:
    """Per head drives: 10.6 × 4.54 = 48.1 in 2023, where the bottom-up estimate has 42.4."""
    projection = project_demand(small.case.change({"demand.estimator": "per_head"}), draws=8)
    centre = demand_sensitivity.centre_of(projection.tables, "aggregate", 2023)
    assert centre == pytest.approx(CENTRAL["per_head"][-1])
    assert "2023: central figure 48" in texts(projection.figures.demand_sensitivity())


def test_each_year_of_report_has_a_panel_on_one_scale_with_the_widest_swings_and_their_index(
    baseline: Projection,
) -> None:
    table, years = baseline.tables.sensitivity, baseline.case.report_years
    figure = baseline.figures.demand_sensitivity()
    assert len(figure.axes) == len(years) > 1
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    for year, axes in zip(years, figure.axes, strict=True):
        rows = table[table["year"] == year].sort_values("total_order")
        widest = (table.loc[table["year"] == year, "high"] - table.loc[table["year"] == year, "low"]).abs().nlargest(
            demand_sensitivity.MOST)
        drawn = [abs(high.get_x() + high.get_width() - low.get_x() - low.get_width())
                 for low, high in zip(*([bar for bar in axes.patches if bar.get_gid() == end]
                                        for end in ("low", "high")), strict=True)]
        assert drawn == pytest.approx(list(widest))
        assert f"{rows['total_order'].iloc[-1]:.3f}" in " ".join(text.get_text() for text in axes.texts)
        (low, high), reached = axes.get_xlim(), table.loc[widest.index, ["low", "high"]].to_numpy()
        assert low < reached.min() and reached.max() < high


@pytest.mark.parametrize(("name", "en", "zh"), [
    ("shared", "Common factor of the shared inputs", "共享参数的公共因子"),
    ("kappa", "Calibration factor κ", "校准系数 κ"),
    ("bypass.delay", "Bypass: delay", "绕城路：延误"),
    ("bypass.cancelled", "Bypass: cancelled", "绕城路：取消"),
    ("stone_per_head", "stone per head", "stone per head"),
])
def test_what_inputs_are_called(name: str, en: str, zh: str, small: Projection) -> None:
    for lang, expected in (("en", en), ("zh", zh)):
        assert input_label(small.case, name, lang) == expected


def test_inputs_that_move_nothing_are_left_out(small: Projection) -> None:
    still = small.tables.sensitivity
    still = still.assign(high=still["high"].where(still["input"] != "population", still["low"]))
    figure = draw_demand("demand_sensitivity", small.case, tables_with(small, sensitivity=still))
    assert "population" not in texts(figure)
    nothing = draw_demand("demand_sensitivity", small.case, tables_with(small, sensitivity=still.iloc[:0]))
    assert not nothing.axes
    assert "Nothing to show: no input is uncertain." in texts(nothing)
