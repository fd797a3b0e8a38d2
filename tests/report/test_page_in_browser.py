"""The report page in a browser: it draws, answers, speaks both languages, and asks nobody for anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mineralplan.case import Case
from mineralplan.loading import load
from mineralplan.planning import solve
from mineralplan.report.page import write_page
from mineralplan.report.record import Record
from mineralplan.words import say
from small_region import write_small_region
from tiny import case, mine

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: the page is not opened")
CHARTS = ("supply", "map", "gantt", "mines", "share", "landbank", "costs")
DRAWN = "html[data-ready]"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return solve(load(write_small_region(tmp_path_factory.mktemp("page")).scenario)).record()


@pytest.fixture(scope="module")
def file(record: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(record, tmp_path_factory.mktemp("page") / "report.html", "en")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, file: Path) -> Iterator[Any]:
    """Give the page as drawn; on leaving, nothing may have gone wrong and nothing may have been fetched."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    page.wait_for_selector(DRAWN)
    yield page
    page.close()
    assert heard == []


@pytest.fixture
def page(browser: Any, file: Path) -> Iterator[Any]:
    with opened(browser, file) as page:
        yield page


@pytest.mark.parametrize("given", [case([], 5.0), case([mine("A")], 0.0)], ids=["no block", "no demand"])
def test_a_plan_with_next_to_nothing_in_it(browser: Any, tmp_path: Path, given: Case) -> None:
    """Charts that have nothing to show are left out or stay empty, without a complaint."""
    path = write_page(solve(given).record(), tmp_path / "report.html", "en")

    with opened(browser, path) as page:
        assert page.locator("section").count() == 14


def tooltip(page: Any, mark: str) -> str:
    """Return what is shown where the pointer rests on a mark."""
    page.locator(mark).first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    return str(page.inner_text("#vg-tooltip-element"))


def test_every_chart_is_drawn_and_described(page: Any, tmp_path: Path) -> None:
    for name in CHARTS:
        drawing = page.locator(f"#chart-{name} svg")
        assert drawing.count() == 1
        assert drawing.bounding_box()["height"] > 100
        assert page.locator(f"#chart-{name}").evaluate("e => e.innerText.includes('undefined')") is False
        assert page.locator(f"#chart-{name} [aria-label]").count() > 0
    page.screenshot(path=tmp_path / "page.png", full_page=True)


def test_the_switch_changes_every_word_and_keeps_the_place(page: Any, record: Record) -> None:
    page.evaluate("document.getElementById('landbank').scrollIntoView()")
    top = page.evaluate("document.getElementById('landbank').getBoundingClientRect().top")
    # A pointer's click would scroll first.
    page.dispatch_event("button[data-lang=zh]", "click")
    page.wait_for_selector(DRAWN)

    assert "一号" in page.text_content("#chart-gantt svg")
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.title().startswith(record.case.title.zh)
    assert page.locator("h2:visible").all_inner_texts()[0].endswith(say("page.asked.title", "zh"))
    assert page.locator(".in-en:visible").count() == 0
    assert abs(page.evaluate("document.getElementById('landbank').getBoundingClientRect().top") - top) < 5


def test_the_year_of_the_map(page: Any, record: Record) -> None:
    """Point at L1: the tooltip shows its row of production.csv, of the year chosen; in the other language too."""
    production = record.tables.production.set_index(["block", "year"])
    first, last = record.case.years[0], record.case.years[-1]
    slider = page.locator("#choices-map input[type=range]")
    for year, state in ((first, production.loc[("L1", first)]), (last, production.loc[("L1", last)])):
        slider.fill(str(year))
        shown = tooltip(page, '#chart-map path[aria-label*="L1 One"]')
        assert "L1 One" in shown
        assert say(f"page.states.{state['state']}", "en") in shown
        assert f"{state['output_10kt']:,.2f}" in shown
        assert f"{state['resource_left_10kt']:,.1f}" in shown
        page.mouse.move(1, 1)
    page.click("button[data-lang=zh]")
    page.wait_for_selector(DRAWN)

    assert "甲镇" in page.text_content("#chart-map svg")
    assert page.input_value("#choices-map input[type=range]") == str(last)


def test_flows_can_be_switched_off(page: Any, record: Record) -> None:
    flows = record.tables.flows
    drawn = flows[flows["year"] == record.case.target_year].groupby(["source", "zone"]).ngroups
    lines = page.locator("#chart-map .layer_0_marks line")
    assert lines.count() == drawn > 0
    page.locator("#choices-map input[type=checkbox]").uncheck()
    page.wait_for_function("!document.querySelector('#chart-map .layer_0_marks line')")


def test_a_use_that_is_chosen_is_shown(page: Any, record: Record) -> None:
    balance = record.tables.balance
    row = balance[(balance["use"] == "bricks") & (balance["year"] == record.case.years[0])].iloc[0]
    page.select_option("#choices-supply select >> nth=0", label="Bricks")
    shown = tooltip(page, "#chart-supply .layer_0_marks path")

    assert f"{row['demand_10kt']:g}" in shown


def test_the_annual_plan_shows_one_year(page: Any, record: Record) -> None:
    last = str(record.case.years[-1])
    page.locator("#annual select:visible").select_option(last)

    assert set(page.locator("[data-year]:visible").evaluate_all("all => all.map(e => e.dataset.year)")) == {last}


def test_a_phone_needs_no_sideways_scrolling(browser: Any, file: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(file.as_uri())
    page.wait_for_selector(DRAWN)
    for lang in ("en", "zh"):
        page.click(f"button[data-lang={lang}]")
        page.wait_for_selector(DRAWN)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


def test_paper_shows_every_year_and_every_fold(page: Any, record: Record) -> None:
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert page.locator("[data-year]:visible").count() == len(record.case.years)
    assert page.locator("details:not([open])").count() == 0
    assert not page.locator("header").is_visible()
