"""The page tells what was studied beside a run, and only of studies that are of that run and still whole."""

from __future__ import annotations

from shutil import rmtree

import pytest
from pages import Page

from mineralplan.planning import solve
from mineralplan.report.page import write_page
from mineralplan.report.studies.pareto_text import sentences
from mineralplan.results import read_results
from mineralplan.studies.pareto import pareto
from mineralplan.studies.robust import robust
from mineralplan.studies.stochastic import stochastic
from mineralplan.words import say
from small_region import SmallRegion, write_small_region

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> SmallRegion:
    """A solved scenario with a front of cost and mines beside it."""
    region = write_small_region(tmp_path_factory.mktemp("studied"))
    case = region.case()
    solve(case).report(region.folder.parent / "results" / "small", lang="en")
    pareto(case, ["cost", "mines"]).report(region.folder.parent / "results" / "small_pareto", lang="en")
    return region


def _page(region: SmallRegion, name: str = "report.html") -> Page:
    record = read_results(region.folder.parent / "results" / "small")
    return Page(write_page(record, region.folder.parent / name, "en").read_text("utf-8"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_study_of_the_same_inputs_is_told_in_both_languages(region: SmallRegion, lang: str) -> None:
    (study,) = read_results(region.folder.parent / "results" / "small").studies
    page = _page(region)
    said = sentences(study.said["objectives"], study.tables, study.said, lang)

    assert all(sentence in page.texts["uncertainty", lang] for sentence in said)
    header, *rows = page.tables["uncertainty", lang][0]
    assert len(rows) == len(study.tables["front"]) > 1
    assert say("pareto.columns.point", lang) in header


def test_every_study_is_told_as_it_is_read_back(region: SmallRegion) -> None:
    """Prices, robust decisions and two stages: their sentences come from the folder alone, the seal in its manifest."""
    case, results = region.case(), region.folder.parent / "results"
    plan = solve(case)
    made = {"prices": plan.prices(rank=False), "robust": robust(case, plan=plan),
            "stochastic": stochastic(case, [(0.5, case), (0.5, case.change({"demand.scale.all": 1.1}))])}
    for name, study in made.items():
        study.report(results / f"small_{name}", lang="en")
    try:
        texts = {lang: _page(region).texts["uncertainty", lang] for lang in LANGUAGES}
    finally:
        for name in made:
            rmtree(results / f"small_{name}")

    for lang in LANGUAGES:
        assert all(say(f"page.uncertainty.{name}", lang) in texts[lang] for name in made)


def test_a_study_that_was_altered_is_not_told(region: SmallRegion) -> None:
    """One figure of its table is another: the seal no longer holds, and nothing of it may be quoted."""
    front = region.folder.parent / "results" / "small_pareto" / "front.csv"
    kept = front.read_text("utf-8-sig")
    front.write_text(kept.replace("1", "2", 1), "utf-8-sig")
    try:
        page = _page(region, "altered.html")
    finally:
        front.write_text(kept, "utf-8-sig")

    assert page.tables.get(("uncertainty", "en"), []) == []
    assert say("page.uncertainty.none", "en") in page.texts["uncertainty", "en"]


def test_a_study_of_other_inputs_is_not_told(region: SmallRegion) -> None:
    """The same scenario with another cap is another question."""
    case = region.case("caps.limestone: 50\n")
    solve(case).report(region.folder.parent / "results" / "small", lang="en")

    assert read_results(region.folder.parent / "results" / "small").studies == ()
