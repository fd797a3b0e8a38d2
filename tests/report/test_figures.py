"""Every figure of a small plan worked out by hand.

Two towns and a neighbour. Stone: mine A works from the base year at 10, is expanded to 30 in 2022 and closes after
2023; block B opens in 2022 at 60; C never works; M replaces D, which works in the base year and 2021. Water: block W
opens in 2023 at 5 (10⁴ m³/a).
"""

from __future__ import annotations

import copy
import dataclasses
import io
import math
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from mineralplan.allocation import FLOWS, MINES, SHORTAGE, Allocation
from mineralplan.case import Block, Case, Option, Place, Supply, Zone
from mineralplan.inputs.plan import Indicator, Label, Mineral, SizeRow, Use
from mineralplan.inputs.schedule import Schedule, constant
from mineralplan.outputs.tables import Tables, tables
from mineralplan.report.figures import (
    FIGURES,
    FORMATS,
    cartography,
    costs,
    district_map,
    draw,
    fonts,
    gantt,
    landbank,
    pictures,
    save,
    style,
)
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.figures.placing import Placer
from mineralplan.results import read_results

REFERENCE = Path(__file__).parents[2] / "results" / "reference"
YEARS = (2021, 2022, 2023, 2024)
CAP, FAR_CAP, MINE_LIMIT = 80.0, 500.0, 4
SIZES = {"standard": SizeRow(large=50, medium=20, source="test")}


def block(code: str, *capacities: float, at: tuple[float, float], **values: Any) -> Block:
    defaults = {"mineral": "stone", "resource": 1000.0, "basis": "measured", "label": Label(zh=f"区块{code}", en=code)}
    options = tuple(Option(capacity) for capacity in capacities)
    return Block(code=code, options=options, place=Place(*at), **{**defaults, **values})


def indicator(limit: Schedule, nature: str, unit: str = "10kt/a") -> Indicator:
    return Indicator(limit=limit, unit=unit, nature=nature, clause="test", between=limit.between)


def make_case(**changes: Any) -> Case:
    blocks = [
        block("A", 10, 30, at=(108.0, 31.0), status="existing"),
        block("B", 60, at=(108.2, 31.1)),
        block("C", 20, at=(108.3, 31.2)),
        block("D", 5, at=(108.1, 31.3), status="existing"),
        block("M", 15, at=(108.1, 31.31), status="merged", parents=("D",)),
        block("W", 5, at=(108.4, 31.3), mineral="water"),
    ]
    zones = [
        Zone("t1", Label(zh="甲镇", en="Alpha"), Place(108.05, 31.05), population=1000),
        Zone("t2", Label(zh="乙镇", en="Beta"), Place(108.35, 31.25), population=500),
        Zone("n1", Label(zh="邻县", en="Next door"), Place(109.5, 31.1), "neighbour"),
    ]
    flat = dict.fromkeys(YEARS, 100.0)
    supplies = [
        Supply("buy", "import", "works", "n1", zones[2].place, flat, flat, Label(zh="外购", en="Bought")),
        Supply("reuse", "recycled", "works", "t1", zones[0].place, flat, flat, Label(zh="再生", en="Reused")),
    ]
    demand = {("works", zone, year): amount for zone, amount in (("t1", 40.0), ("t2", 20.0), ("n1", 15.0))
              for year in YEARS} | {("spa", "t2", year): 4.0 for year in YEARS}
    values: dict[str, Any] = {
        "name": "small", "title": Label(zh="小例", en="Small"), "district": Label(zh="某区", en="Somewhere"),
        "document": Label(zh="某区规划", en="Plan of Somewhere"), "base_year": 2020, "target_year": 2023,
        "report_years": (2023, 2024), "years": YEARS,
        "minerals": {"stone": Mineral(zh="石料", en="Stone", size_classes=SIZES),
                     "salt": Mineral(zh="盐", en="Salt"),
                     "water": Mineral(zh="地下水", en="Water", unit="10km3", size_classes=SIZES)},
        "uses": {"works": Use(zh="建设", en="Works", served_by={"stone": 1.0}),
                 "spa": Use(zh="温泉", en="Spa", served_by={"water": 1.0}, unit="10km3")},
        "zones": {zone.code: zone for zone in zones}, "blocks": {b.code: b for b in blocks}, "demand": demand,
        "supplies": {supply.code: supply for supply in supplies},
        "rules": {
            "output_cap": {"stone": indicator(constant(CAP), "binding"),
                           "water": indicator(constant(FAR_CAP), "expected")},
            "mine_count": {"all": indicator(constant(MINE_LIMIT), "binding", "mines")},
            "size_share": {"all": indicator(Schedule(((2020, 0.4), (2022, 0.6)), "linear"), "binding", "share")},
        },
    }
    return Case(**{**values, **changes})


def make_tables(case: Case) -> Tables:
    mines = pd.DataFrame(
        [(2021, "A", 10, 8, False), (2022, "A", 30, 20, True), (2023, "A", 30, 20, True),
         (2022, "B", 60, 30, True), (2023, "B", 60, 30, True), (2024, "B", 60, 50, True),
         (2021, "D", 5, 5, False), (2022, "M", 15, 10, True), (2023, "M", 15, 10, True), (2024, "M", 15, 10, True),
         (2023, "W", 5, 4, True), (2024, "W", 5, 4, True)], columns=MINES)
    flows = pd.DataFrame(
        [(2021, "A", "works", "t1", 8.0), (2021, "D", "works", "t1", 5.0), (2021, "buy", "works", "t2", 20.0),
         (2023, "A", "works", "t1", 20.0), (2023, "B", "works", "t2", 20.0), (2023, "B", "works", "n1", 10.0),
         (2023, "M", "works", "t1", 10.0), (2023, "reuse", "works", "t1", 10.0), (2023, "W", "spa", "t2", 4.0)],
        columns=FLOWS)
    short = pd.DataFrame([(2021, "works", "t1", 27.0), (2021, "spa", "t2", 4.0)], columns=SHORTAGE)
    money = pd.DataFrame(
        [(year, term, cost, cost / 2) for year in YEARS
         for term, cost in (("mining", 9000.0), ("shortage", 5000.0), ("haulage", 7000.0), ("closure", 30.0),
                            ("penalties", 0.0))],
        columns=["year", "term", "cost_10kcny", "discounted_10kcny"])
    return tables(case, Allocation(mines, flows, short), [], money)


CASE = make_case()
TABLES = make_tables(CASE)


def words(figure: Figure) -> list[matplotlib.text.Text]:
    return [t for t in figure.findobj(matplotlib.text.Text) if t.get_text().strip() and t.get_visible()]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


def chinese(text: str) -> bool:
    return any("\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" for letter in text)


def lines(figure: Figure, gid: str) -> list[Any]:
    return figure.findobj(lambda artist: artist.get_gid() == gid)


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: {"DejaVu Sans"})
    monkeypatch.setattr(fonts, "packaged", lambda: None)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FIGURES)
def test_draws_without_a_warning_and_leaves_the_settings_alone(name: str, lang: str) -> None:
    before = dict(mpl.rcParams)
    figure = draw(name, CASE, TABLES, lang)
    for form in FORMATS:
        figure.savefig(io.BytesIO(), format=form, dpi=60)
    assert dict(mpl.rcParams) == before
    # It speaks one language, in letters that can be read.
    spoken, _ = fonts.usable_language(lang)
    assert CASE.document.text(spoken) in " ".join(texts(figure))
    assert any(chinese(text) for text in texts(figure)) == (spoken == "zh")
    assert min(text.get_fontsize() for text in words(figure)) >= style.SMALL


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "map"])
def test_axes_say_what_they_measure(name: str) -> None:
    figure = draw(name, CASE, TABLES)
    assert all(axes.get_ylabel() for axes in figure.axes)
    assert any(axes.get_xlabel() == "Year" for axes in figure.axes)


def test_panels_carry_the_unit_of_what_they_show() -> None:
    for name in ("supply_demand", "output_caps"):
        assert [axes.get_ylabel() for axes in draw(name, CASE, TABLES).axes] == ["10⁴ t/a", "10⁴ m³/a"]


def test_every_figure_comes_as_a_picture_to_look_at_and_one_to_print() -> None:
    for name in FIGURES:
        files = pictures(name, CASE, TABLES)
        assert tuple(files) == FORMATS
        assert files["png"].startswith(b"\x89PNG")
        assert files["svg"].startswith(b"<?xml")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_letter_of_the_shipped_region_has_a_glyph(lang: str) -> None:
    """A letter without one would be printed as an empty box; matplotlib warns of it, and a warning is an error here."""
    record = read_results(REFERENCE)
    for name in FIGURES:
        getattr(record.figures, name)(lang).savefig(io.BytesIO(), format="png", dpi=30)


def test_a_letter_without_a_glyph_is_an_error_here() -> None:
    nobody = make_case(district=Label(zh="\ue000", en="\ue000"))
    with pytest.warns(UserWarning, match="missing from font"):
        draw("costs", nobody, TABLES).savefig(io.BytesIO(), format="png", dpi=30)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_figure_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        save(draw("mines", CASE, TABLES), tmp_path / folder / f"mines.{form}")
    one, two = ((tmp_path / folder / f"mines.{form}").read_bytes() for folder in ("one", "two"))
    assert one == two


def test_letters_of_an_svg_are_outlines_so_that_no_reader_needs_the_font(tmp_path: Path) -> None:
    save(draw("costs", CASE, TABLES, "zh"), tmp_path / "costs.svg")
    root = ElementTree.parse(tmp_path / "costs.svg").getroot()
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "path" in kinds
    assert kinds.isdisjoint({"text", "image"})


def test_every_figure_is_at_hand_by_its_name() -> None:
    gallery = Gallery(FIGURES, CASE, TABLES)
    assert dir(gallery) == sorted(FIGURES)
    assert all("Return" in (getattr(gallery, name).__doc__ or "") for name in FIGURES)
    assert "乙镇" in texts(gallery.map(year=2022, lang="zh")) or fonts.chinese_font() is None
    assert any("2022" in text for text in texts(gallery.map(year=2022)))
    with pytest.raises(AttributeError, match=r"no figure 'mine'.*landbank"):
        gallery.mine()
    assert not hasattr(copy.copy(gallery), "__len__")


def test_unknown_figures_and_years_are_refused() -> None:
    with pytest.raises(ValueError, match="landbank"):
        draw("mine", CASE, TABLES)
    with pytest.raises(ValueError, match="2021 to 2024"):
        draw("map", CASE, TABLES, year=2031)


def test_the_package_is_imported_without_matplotlib() -> None:
    code = "import sys, mineralplan.report.figures; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_cap_is_drawn_at_its_value_or_named_at_the_edge() -> None:
    """Stone is licensed for at most 105, so its cap of 80 is drawn; water for 5: one of 500 would squash its bars."""
    figure = draw("output_caps", CASE, TABLES)
    stone, water = figure.axes
    (cap,) = lines(figure, "cap")
    assert cap.axes is stone
    assert set(cap.get_ydata()) == {CAP}
    assert stone.get_ylim()[1] > CAP
    (above,) = lines(figure, "cap-above")
    assert above.axes is water
    assert above.get_text() == "↑ cap 500 (expected)"
    assert water.get_ylim()[1] < 10


def test_a_cap_that_changes_is_drawn_as_a_step() -> None:
    cap = indicator(Schedule(((0, 80.0), (2023, 95.0))), "binding")
    case = make_case(rules={"output_cap": {"stone": cap}})
    figure = draw("output_caps", case, make_tables(case))
    (line,) = lines(figure, "cap")
    assert list(zip(line.get_xdata(), line.get_ydata(), strict=True)) == [
        (2020.5, 80), (2021.5, 80), (2021.5, 80), (2022.5, 80), (2022.5, 95), (2023.5, 95), (2023.5, 95), (2024.5, 95)]
    assert "cap 80 → 95 (binding)" in texts(figure)


def test_a_cap_that_a_scenario_takes_away_is_not_drawn() -> None:
    case = make_case(rules={"output_cap": {"stone": indicator(constant(CAP), "off")}})
    figure = draw("output_caps", case, make_tables(case))
    assert not lines(figure, "cap")
    assert not lines(figure, "cap-above")


def test_mines_and_their_limits() -> None:
    """2020: A (10) and D (5) are small. 2022: A medium, B large, M small. 2023: W besides, small."""
    figure = draw("mines", CASE, TABLES)
    numbers, share = [axes.lines for axes in figure.axes[::-1]]
    (limit,) = numbers
    assert np.isnan(limit.get_ydata()[:2]).all()  # the plan limits the years it plans, not the base year
    assert set(limit.get_ydata()[2:]) == {MINE_LIMIT}
    (drawn,) = [line for line in share if line.get_gid() == "share"]
    assert list(drawn.get_ydata()) == pytest.approx([0, 0, 200 / 3, 50, 100 / 3])
    (required,) = [line for line in share if line.get_gid() == "cap"]
    assert np.isnan(required.get_ydata()[:2]).all()
    assert list(required.get_ydata()[2::2]) == pytest.approx([50, 60, 60, 60])
    # A limit is a step of a year in both panels.
    assert list(required.get_xdata()) == list(limit.get_xdata())


def test_gantt_shows_each_working_block_once_with_its_steps() -> None:
    rows = gantt.timeline(CASE, TABLES.production)
    assert {code: [dataclasses.astuple(span) for span in spans] for code, spans in rows.items()} == {
        "A": [(2020, 2021, 10, "kept"), (2022, 2023, 30, "expanded")],
        "D": [(2020, 2021, 5, "kept")],
        "B": [(2022, 2024, 60, "opened")],
        "M": [(2022, 2024, 15, "merged")],
        "W": [(2023, 2024, 5, "opened")],
    }
    figure = draw("gantt", CASE, TABLES)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert [label.split()[-1] for label in labels] == ["A", "D", "B", "M", "W"]
    (spans,) = lines(figure, "spans")
    assert len(spans.get_paths()) == 6
    (closed,) = lines(figure, "closed")
    assert [tuple(point) for point in closed.get_offsets()] == [(2023.5, 0), (2021.5, 1)]


def test_a_name_too_long_for_its_row_is_cut_and_the_code_kept() -> None:
    long = dataclasses.replace(CASE.blocks["B"], label=Label(zh="名", en="A name that goes on and on " * 4))
    case = make_case(blocks={**CASE.blocks, "B": long})
    labels = [label.get_text() for label in draw("gantt", case, TABLES).axes[0].get_yticklabels()]
    assert labels[2].endswith("…  B")


def test_the_map_keeps_proportions_and_tells_working_blocks_from_others() -> None:
    figure = draw("map", CASE, TABLES)
    axes = figure.axes[0]
    latitude = sum(axes.get_ylim()) / 2
    assert axes.get_aspect() == pytest.approx(1 / math.cos(math.radians(latitude)))
    (working,), (idle,) = lines(figure, "stone-working"), lines(figure, "stone-idle")
    assert len(working.get_offsets()) == 3
    assert len(idle.get_offsets()) == 2
    assert len(working.get_facecolor()) and not len(idle.get_facecolor())
    assert "GeoNames, CC BY 4.0" in " ".join(texts(figure))
    assert "Next door" in texts(figure)


def test_flows_are_as_wide_as_they_carry() -> None:
    """In 2023: B→t2 and A→t1 carry 20, B→n1, M→t1 and reuse→t1 carry 10, W→t2 carries 4."""
    figure = draw("map", CASE, TABLES)
    (local,) = lines(figure, "flows-")
    assert sorted(local.get_linewidths()) == pytest.approx([style_width * district_map.WIDEST_LINE
                                                            for style_width in (0.2, 0.5, 0.5, 1, 1)])
    assert not lines(draw("map", CASE, TABLES, year=2024), "flows-")


def test_a_neighbour_beyond_the_edge_is_shown_on_it() -> None:
    frame = cartography.Frame(west=100, east=102, south=30, north=32)
    assert frame.towards(Place(105, 31)) == pytest.approx((102, 31))
    assert frame.towards(Place(103, 33)) == pytest.approx((102, 32))
    assert frame.towards(Place(101, 20)) == pytest.approx((101, 30))
    assert frame.towards(Place(100.5, 31.5)) == (100.5, 31.5)


def test_cost_terms_add_up_and_what_is_not_paid_stands_on_top() -> None:
    """Per year 9,000 + 7,000 + 30 + 5,000 = 21,030 of 10⁴ CNY are 2.103 of 10⁸; closure is under 1 % of it."""
    parts = costs.by_term(TABLES.costs, CASE)
    assert list(parts) == ["mining", "haulage", "other", "shortage"]
    assert np.sum(list(parts.values()), axis=0) == pytest.approx([2.103] * 4)
    assert any("Total 8.4" in text and "4.2" in text for text in texts(draw("costs", CASE, TABLES)))


def test_landbank_says_when_its_axis_is_logarithmic() -> None:
    """Stone lasts some 15 to 60 years; water (1,000 at 4 a year) some 250."""
    axes = draw("landbank", CASE, TABLES).axes[0]
    assert axes.get_yscale() == "log"
    assert "logarithmic" in axes.get_ylabel()
    level = dataclasses.replace(TABLES, minerals=TABLES.minerals.assign(landbank_years=20.0))
    axes = draw("landbank", CASE, level).axes[0]
    assert axes.get_yscale() == "linear"
    assert axes.get_ylabel() == "Landbank, years of output"


def test_illustrative_block_data_are_named_on_every_figure_and_only_then() -> None:
    example = dataclasses.replace(CASE.blocks["C"], basis="illustrative")
    case = make_case(blocks={**CASE.blocks, "C": example})
    for name in FIGURES:
        assert "Illustrative data" in texts(draw(name, case, TABLES))
        assert "Illustrative data" not in texts(draw(name, CASE, TABLES))


@pytest.mark.parametrize("name", FIGURES)
def test_a_plan_in_which_nothing_happens_is_drawn_too(name: str) -> None:
    blocks = {code: dataclasses.replace(b, status="new", parents=()) for code, b in CASE.blocks.items()}
    case = make_case(blocks=blocks, demand={}, rules={})
    money = pd.DataFrame(columns=["year", "term", "cost_10kcny", "discounted_10kcny"]).astype(
        {"cost_10kcny": float, "discounted_10kcny": float})
    idle = tables(case, Allocation(pd.DataFrame(columns=MINES)), [], money)
    draw(name, case, idle).savefig(io.BytesIO(), format="png", dpi=30)


def test_many_panels_make_the_page_longer_not_the_panels_smaller() -> None:
    with style.sheet(CASE, "en") as page:
        grid = style.panels(page, 30)
    heights = [axes.get_position().height * page.height for axes in grid]
    assert len(grid) == 30
    assert min(heights) > 1.3
    assert min(axes.get_position().y0 for axes in grid) * page.height > style.FOOTER


def test_a_mineral_keeps_its_colour_when_another_is_not_worked() -> None:
    """Salt has no block; water is the second mineral that has."""
    assert style.colour(CASE, "water") == style.MINERALS[1]
    assert style.marker(CASE, "water") == style.MARKERS[1]
    assert len(set(style.MINERALS)) == len(style.MINERALS)


@pytest.mark.usefixtures("no_chinese_font")
@pytest.mark.parametrize("name", FIGURES)
def test_without_a_chinese_font_figures_are_english_and_say_why(name: str) -> None:
    figure = draw(name, CASE, TABLES, "zh")
    figure.savefig(io.BytesIO(), format="png", dpi=30)
    assert not any(chinese(text) for text in texts(figure))
    assert any("no Chinese font" in text for text in texts(figure))


@pytest.mark.usefixtures("no_chinese_font")
def test_without_a_chinese_font_a_sentence_says_how_to_get_one() -> None:
    lang, sentence = fonts.usable_language("zh")
    assert lang == "en"
    assert sentence is not None
    assert "mplfonts" in sentence
    assert chinese(sentence)
    assert fonts.usable_language("en") == ("en", None)


def test_the_optional_package_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"
    monkeypatch.setattr(fontManager, "ttflist", list(fontManager.ttflist))
    monkeypatch.setattr(fonts, "packaged", lambda: file)
    monkeypatch.setattr(fonts, "installed", lambda: {"DejaVu Sans", "SimHei"})
    assert fonts.chinese_font() == "SimHei"
    monkeypatch.setattr(fonts, "installed", lambda: {"DejaVu Sans"})
    assert fonts.chinese_font() == "DejaVu Serif"


def test_labels_at_a_line_end_keep_their_distance_and_order() -> None:
    assert landbank.spread([0.1, 0.5, 0.9], 0.2) == pytest.approx([0.1, 0.5, 0.9])
    assert landbank.spread([0.5, 0.5, 0.5], 0.1) == pytest.approx([0.4, 0.5, 0.6])
    assert landbank.spread([0.0, 0.02], 0.1) == pytest.approx([0.0, 0.1])
    placed = landbank.spread([0.9, 0.97, 0.99, 1.0], 0.1)
    assert placed == pytest.approx([0.7, 0.8, 0.9, 1.0])


def test_names_on_the_map_find_room_or_are_left_out() -> None:
    """On a map of one inch a second name beside the same point goes to its other side, and the tenth nowhere."""
    placer = Placer(0, 1, 0, 1, 1.0, 1.0)
    first, second = placer.place(0.5, 0.5, "Name", 7), placer.place(0.5, 0.5, "Name", 7)
    assert first is not None and first.ha == "left"
    assert second is not None and second.ha == "right"
    assert [placer.place(0.5, 0.5, "Name", 7) for _ in range(8)][-1] is None


@pytest.mark.parametrize(("value", "rounded"), [(34, 20), (0.7, 0.5), (10, 10), (99.9, 50)])
def test_the_scale_bar_is_a_round_length(value: float, rounded: float) -> None:
    assert cartography.nice(value) == pytest.approx(rounded)
