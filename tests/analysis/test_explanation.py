"""``mineralplan explain`` and ``mp.explain`` on a small region: what is said, written, and ready to paste."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from analysis_cases import diagnosed
from ruamel.yaml import YAML
from typer.testing import CliRunner

import mineralplan as mp
from mineralplan.analysis.conflict import compiled
from mineralplan.analysis.diagnosis import Diagnosis, diagnose
from mineralplan.analysis.members import DATA, Member
from mineralplan.analysis.questions import Asker, Question
from mineralplan.analysis.remedy import Remedy
from mineralplan.cli import app
from mineralplan.explanation import Explanation
from mineralplan.outputs.files import read_csv
from mineralplan.report.explanation_text import amount_text, explanation, question_text, remedy_lines, snippet
from mineralplan.rules import registry
from mineralplan.solving.highs import Settings
from mineralplan.words import LANGUAGES, vocabulary
from small_region import SmallRegion, write_small_region
from tiny import ALL_MET, TWO_MINERALS, block, case, indicator, is_feasible, label, of_each, supply

COLLIDING = """\
trade: {imports: false, exports: false}
supplies: {old_concrete: {limit_scale: 0.8}}
rules: {supply_guarantee: {aggregate: {nature: binding, binding_from: 2022}}}
caps: {limestone: {2022: 40, 2023: 50}}
"""
"""Demand of aggregate is 40.8, 41.6 and 42.4; old concrete brings 0.8 × 5 = 4. From 2022 on 37.6 and 38.4 are left.

Under caps of 40 and 50 with a yield of 0.8 the mines give 32 and 40: in 2022 5.6 are missing. So the cap has to be
37.6 ÷ 0.8 = 47, or the share 36 ÷ 41.6 = 0.8653, or old concrete 9.6 ÷ 5 = 1.92 of what it was before it was scaled.
"""
CAP, GUARANTEE, OLD = ({"caps.limestone": {2022: 47, 2023: 50}},
                       {"rules.supply_guarantee.aggregate": {2022: 0.8653, 2023: 1}},
                       {"supplies.old_concrete.limit_scale": {2022: 1.92, 2023: 0.8}})


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    small = write_small_region(tmp_path)
    small.adds(COLLIDING)
    return small


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def plan_exists(given: mp.Case) -> bool:
    return is_feasible(compiled(given).program)


def test_what_is_said_in_python(region: SmallRegion) -> None:
    """Every change is laid over the scenario by its own names, and then there is a plan."""
    given = mp.load(region.scenario)

    found = mp.explain(given)

    assert not found.feasible
    (conflict,) = found.diagnosis.conflicts
    assert conflict.members == (Member("output_cap", "limestone"), Member("recycled", "aggregate"),
                                Member("supply_guarantee", "aggregate"))
    assert conflict.years == (2022,)
    assert conflict.released
    assert [dict(remedy.changes) for remedy in conflict.remedies] == [CAP, OLD, GUARANTEE]
    assert not plan_exists(given)
    for remedy in found.remedies:
        assert remedy.verified
        assert plan_exists(given.change(remedy.changes))
    assert found.questions > 10


def test_nothing_less_would_do(region: SmallRegion) -> None:
    """A cap of 46.99, a share of 0.8654 and 1.9199 of the old concrete are not enough."""
    given = mp.load(region.scenario)

    for changes in ({"caps.limestone": {2022: 46.99, 2023: 50}},
                    {"rules.supply_guarantee.aggregate": {2022: 0.8654, 2023: 1}},
                    {"supplies.old_concrete.limit_scale": {2022: 1.9199, 2023: 0.8}}):
        assert not plan_exists(given.change(changes))


def test_the_yaml_can_be_pasted(region: SmallRegion) -> None:
    """Saved beside the scenario each snippet is a scenario that has a plan; other years keep their cap."""
    given = mp.load(region.scenario)
    remedies = mp.explain(given).diagnosis.conflicts[0].remedies

    for number, remedy in enumerate(remedies):
        assert plan_exists(mp.load(region.says(snippet(given, remedy) + "\n", f"fixed_{number}.yaml")))
    fixed = mp.load(region.scenario.with_name("fixed_0.yaml"))
    cap = fixed.rules["output_cap"]["limestone"].schedule
    assert [cap.at(year) for year in (2021, 2022, 2023)] == [60, 47, 50]


def test_an_override_that_held_throughout(region: SmallRegion) -> None:
    """A cap of 40 in every year, set on the command line; 36.8 are needed in 2021, so it has to be 46 there.

    The steps begin in the first planned year and need no figure before it.
    """
    given = mp.load(region.scenario, {"caps.limestone": 40,
                                      "rules.supply_guarantee.aggregate.binding_from": 2021})
    remedy = mp.explain(given).diagnosis.conflicts[0].remedies[0]

    written = YAML(typ="safe").load(snippet(given, remedy))

    assert written["caps.limestone"] == {2021: 46, 2022: 47, 2023: 48}


def test_what_was_overridden_stays_in_the_yaml(region: SmallRegion) -> None:
    """A cap of 39 from 2022 on, set on the command line, is what the change begins from; the other override stays."""
    given = mp.load(region.scenario, {"caps.limestone": {2022: 39}, "economics.haul": 0.7})
    remedy = mp.explain(given).diagnosis.conflicts[0].remedies[0]

    written = YAML(typ="safe").load(snippet(given, remedy))

    assert written == {"extends": "small.yaml", "economics.haul": 0.7, "caps.limestone": {2022: 47, 2023: 48}}


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["no plan can meet everything", "Aggregate, 2022: 41.6 10⁴ t are needed", "at most 36: 5.6 too little",
            "Conflict 1 of 1", "These cannot hold together in 2022:",
            "| Output cap | Limestone | ≤ 40 10⁴ t/a | box 1 |",
            "| Demand met | Aggregate | ≥ 1 | part 2 |", "Verified: without any one of them a plan exists.",
            "Raise the output cap of Limestone: 40 → 47 10⁴ t/a in 2022 (+7) (box 1)",
            "caps.limestone: {2022: 47, 2023: 50}", "extends: small.yaml",
            "Guarantee less of the demand for Aggregate: 1 → 0.8653 in 2022 (−0.1347) (part 2)",
            "Recycle more for Aggregate: 4 → 9.6 10⁴ t/a in 2022 (+5.6)", "of all of them together"]),
    ("zh", ["没有任何方案能同时满足", "骨料，2022年：需要 41.6 万吨", "缺 5.6", "在 2022 年，下列各项不能同时满足",
            "| 开采总量 | 石灰岩 | ≤ 40 万吨/年 | box 1 |",
            "提高石灰岩开采总量：2022 年 40 → 47 万吨/年（+7）（box 1）",
            "已验证：放弃其中任何一项，即存在可行方案。",
            "降低骨料的需求保障比例：2022 年 1 → 0.8653（−0.1347）（part 2）"]),
])
def test_the_command(region: SmallRegion, tmp_path: Path, lang: str, words: list[str]) -> None:
    results = tmp_path / "results"

    result = call("explain", region.scenario, "--out", results, "--lang", lang)

    assert result.exit_code == 1, result.output
    for word in words:
        assert word in result.stdout, word
    folder = results / "small_explanation"
    assert {path.name for path in folder.iterdir()} \
        == {"explanation.md", "conflicts.csv", "remedies.csv", "manifest.json"}
    page = (folder / "explanation.md").read_text("utf-8")
    assert page.strip() in result.stdout
    assert re.search(r"(Question 1: |第 1 问：)", result.stderr)


def test_the_files(region: SmallRegion, tmp_path: Path) -> None:
    """A row per member, a row per figure changed, conflict 0 for the least change of all together."""
    folder = mp.explain(mp.load(region.scenario)).report(tmp_path / "out", lang="en", command="explain small.yaml")

    conflicts, remedies = (read_csv(folder / f"{name}.csv") for name in ("conflicts", "remedies"))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert list(conflicts["name"]) == ["output_cap", "recycled", "supply_guarantee"]
    assert set(conflicts["years"]) == {2022}
    assert list(zip(remedies["conflict"], remedies["year"], remedies["new"], strict=True)) == [
        (1, 2022, 47), (1, 2022, 9.6), (1, 2022, 0.8653), (0, 2022, 0.8653)]
    assert remedies["scenario_value"][0] == "{2022: 47, 2023: 50}"
    assert remedies["verified"].all()
    assert (manifest["conflicts"], manifest["remedies"], manifest["verified"], manifest["feasible"]) == (1, 4, 4, False)
    assert manifest["command"] == "explain small.yaml"
    assert set(manifest["files"]) == {"conflicts.csv", "remedies.csv"}
    assert set(manifest["documents"]) == {"explanation.md"}


def test_a_scenario_that_can_be_met(region: SmallRegion, tmp_path: Path) -> None:
    result = call("explain", region.scenario, "--out", tmp_path / "results", "--set", "caps.limestone=50")

    assert result.exit_code == 0
    assert "a plan exists" in result.stdout
    assert not (tmp_path / "results").exists()


def test_bad_input(region: SmallRegion, tmp_path: Path) -> None:
    region.cell("blocks.csv", 3, "resource_10kt", "-5")

    result = call("explain", region.scenario, "--out", tmp_path / "results")

    assert result.exit_code == 2
    assert "blocks.csv, line 3" in result.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(("lang", "words"), [("en", "the time was too short to tell"), ("zh", "时间不足，未能判定")])
def test_too_little_time(
    region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    monkeypatch.setattr(Asker, "possible", lambda *_: None)

    result = call("explain", region.scenario, "--out", tmp_path / "results", "--lang", lang)

    assert result.exit_code == 3
    assert words in result.stderr
    assert not (tmp_path / "results").exists()


def test_ctrl_c(region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Asker, "possible", interrupted)

    result = call("explain", region.scenario, "--out", tmp_path / "results")

    assert result.exit_code == 3
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["Aggregate, 2022: 41.6 10⁴ t are needed", "cannot hold together in 2022", "Limit of recycled material",
            "mineralplan explain"]),
    ("zh", ["骨料，2022年：需要 41.6 万吨", "不能同时满足", "再生料上限", "mineralplan explain"])])
def test_run_says_the_reasons_and_names_the_command(
    region: SmallRegion, tmp_path: Path, lang: str, words: list[str]
) -> None:
    """Quickly: what is impossible and who collides, but no change."""
    result = call("run", region.scenario, "--out", tmp_path / "results", "--lang", lang)

    assert result.exit_code == 1
    for word in words:
        assert word in result.stdout, word
    assert "→" not in result.stdout
    assert str(region.scenario) in result.stdout


def test_a_notebook_shows_it(region: SmallRegion) -> None:
    found = mp.explain(mp.load(region.scenario))

    html = found._repr_html_()

    assert "<td>Output cap</td>" in html
    assert "<li>Raise the output cap of Limestone: 40 → 47 10⁴ t/a in 2022 (+7) (box 1)</li>" in html
    assert list(found.impossible_table.itertuples(index=False, name=None)) == [
        ("cap", "aggregate", "2022", 2022, pytest.approx(41.6), pytest.approx(36), pytest.approx(5.6))]


def test_a_notebook_shows_that_there_is_a_plan() -> None:
    assert "a plan exists" in Explanation(case([block("A")], 5), Diagnosis(True), 1, 0.1)._repr_html_()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_member_has_words(lang: str) -> None:
    """What it is called and how its change is said, for every rule and every group of data."""
    wanted = [f"{group}.{name}.{part}" for group, names in (("rules", registry()), ("data", DATA)) for name in names
              for part in ("name", "change")]

    assert [key for key in wanted if key not in vocabulary(lang)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_has_words(lang: str) -> None:
    """Each kind has a sentence of its own, with its number and the seconds."""
    kinds = ("whole", "shortlist", "collide", "without", "relaxed", "settle", "years", "alone", "together",
             "check")
    given = case([block("A")], 5, rules={"supply_guarantee": ALL_MET})

    said = [question_text(given, Question(3, kind, (Member("supply_guarantee", "works"),), 7.4), lang)
            for kind in kinds]

    assert len(set(said)) == len(kinds)
    assert all("3" in line and "7" in line for line in said)


def test_every_kind_that_is_asked_has_words() -> None:
    heard: list[Question] = []
    given = case([block("A", 30)], 20, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(5)}})

    diagnose(given, Asker(Settings(), heard.append))

    assert {question.kind for question in heard} >= {"whole", "shortlist", "relaxed", "without", "alone", "together"}
    assert {f"explanation.asks.{question.kind}" for question in heard} <= set(vocabulary("en"))


def test_a_figure_of_the_whole_horizon() -> None:
    """25 known, half can be won; 40 are needed for two years of 10. The block is named, and no year is."""
    site = replace(block("A", resource=25, recovery=0.5), label=label("North pit"))
    given = case([site], 10, years=(2021, 2022), rules={"supply_guarantee": ALL_MET})

    remedy = diagnosed(given).conflicts[0].remedies[0]

    assert amount_text(given, remedy.amounts[0], "en") == "Prove more resource of North pit: 25 → 40 10⁴ t (+15)"
    assert amount_text(given, remedy.amounts[0], "zh") == "增加North pit的查明资源量：25 → 40 万吨（+15）"


def test_counts_have_their_unit() -> None:
    given = case([block(code) for code in "ABC"], 25, rules={
        "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(1, unit="mines")}})

    amount = diagnosed(given).conflicts[0].remedies[0].amounts[0]

    assert amount_text(given, amount, "en") == "Allow more mines: 1 → 3 mines in 2021 (+2) (test)"
    assert amount_text(given, amount, "zh") == "增加矿山数量：2021 年 1 → 3 个（+2）（test）"


def test_several_years_are_one_sentence() -> None:
    """Up to three figures are written out, more of them as a range; equal ones are one figure."""
    years = tuple(range(2021, 2026))
    given = case([block("A", 90)], {2021: 12, 2022: 12, 2023: 13, 2024: 14, 2025: 16}, years=years, rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})
    few = replace(given, rules={**given.rules, "output_cap": {"stone": indicator({2021: 10, 2023: 20})}})

    def sentence(of: mp.Case) -> str:
        return amount_text(of, diagnosed(of).conflicts[0].remedies[0].amounts[0], "en")

    assert sentence(given) == "Raise the output cap of stone: 10 → 12–16 10⁴ t/a in 2021–2025 (+2–6) (test)"
    assert sentence(few) == "Raise the output cap of stone: 10 → 12 10⁴ t/a in 2021–2022 (+2) (test)"


def test_what_is_not_known_is_said() -> None:
    """No change suffices; none found in time; not proven; not verified; no name in a scenario."""
    given = case([block("A", 30)], 15, supplies={"I": supply("I", 5, 0)},
                 rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})
    imports, cap = diagnosed(given).conflicts[0].remedies[:2]
    members = (Member("output_cap", "stone"),)

    assert "no change suffices" in remedy_lines(given, Remedy(members, "none"), "en")[0]
    assert "at least 3 is needed" in remedy_lines(given, Remedy(members, "unknown", bound=3.0), "en")[0]
    assert remedy_lines(given, cap, "en") == ["Raise the output cap of stone: 10 → 15 10⁴ t/a in 2021 (+5) (test)"]
    assert "at least 4 is needed in all, 5 suffices" in remedy_lines(given, replace(cap, bound=4.0), "en")[1]
    assert "Not verified" in remedy_lines(given, replace(cap, verified=False), "en")[1]
    assert "has no name for this change" in remedy_lines(given, imports, "en")[1]


def test_what_is_said_of_a_diagnosis() -> None:
    """Two conflicts are numbered, and neither claims that a plan exists without any one of its members."""
    given = case([block("A", 30), block("C", 30, mineral="clay")], of_each(15, 8), rules={
        "supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
        "output_cap": {"stone": indicator(10), "clay": indicator(4)}}, **TWO_MINERALS)
    found = diagnosed(given)

    text = explanation(given, found, "en")

    assert "## Conflict 2 of 2" in text
    assert "Verified: without any one" not in text
    assert "there may be further conflicts" not in text
    failed = tuple(replace(c, proven=False, remedies=tuple(Remedy(r.members, "none") for r in c.remedies))
                   for c in found.conflicts)
    unsolved = explanation(given, replace(found, conflicts=failed, combined=None), "en")
    assert "there may be further conflicts" in unsolved
    assert unsolved.count("too short to tell whether every one") == 2
    assert "the data contradict each other" in explanation(given, Diagnosis(False), "en")
