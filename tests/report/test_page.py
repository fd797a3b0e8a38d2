"""The report page without a browser: whole, in both languages, its figures those of the tables, names harmless."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from pages import LANGUAGES, Page

from mineralplan.economics import Economics
from mineralplan.inputs.plan import Label
from mineralplan.inputs.rows import Basis
from mineralplan.loading import load
from mineralplan.outputs.tables import WORKING, tables
from mineralplan.planning import solve
from mineralplan.report.page import annual, write_page
from mineralplan.report.page.charts import RESTING, STATES
from mineralplan.report.page.gantt import runs
from mineralplan.report.page.parts import Table, Years
from mineralplan.report.record import Record
from mineralplan.results import read_results
from mineralplan.rules.rule import figure
from mineralplan.unknowns import Observation
from mineralplan.words import say, vocabulary
from small_region import write_small_region
from tiny import block, by_hand, case, mine

REFERENCE = Path(__file__).parents[2] / "results" / "reference"
ORDER = ["asked", "proof", "scorecard", "supply", "map", "gantt", "mines", "landbank", "annual", "costs",
         "uncertainty", "clauses", "assumptions", "inputs"]
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    region = write_small_region(tmp_path_factory.mktemp("page"))
    return solve(load(region.scenario)).record("mineralplan run small.yaml")


def page_of(record: Record, folder: Path, lang: str = "en") -> Page:
    return Page(write_page(record, folder / "report.html", lang).read_text("utf-8"))


@pytest.fixture(scope="module")
def page(record: Record, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return page_of(record, tmp_path_factory.mktemp("page"))


def test_every_section_stands_in_its_place_and_speaks_both_languages(page: Page) -> None:
    assert page.sections == ORDER
    for section in ORDER:
        english, chinese = (page.texts[section, lang] for lang in LANGUAGES)
        assert english.strip()
        assert re.search(r"[\u4e00-\u9fff]", chinese)


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-CN")])
def test_it_begins_with_the_language_asked_for(record: Record, tmp_path: Path, lang: str, tag: str) -> None:
    begun = page_of(record, tmp_path, lang)

    assert next(attrs for name, attrs in begun.tags if name == "html")["lang"] == tag
    assert [a["data-lang"] for n, a in begun.tags if n == "button" and a["aria-pressed"] == "true"] == [lang]


def test_it_needs_nothing_from_elsewhere(page: Page) -> None:
    """No element names another file, and the page forbids the browser to fetch any."""
    named = [attrs[key] for _, attrs in page.tags for key in ("src", "href", "data", "action") if key in attrs]

    assert named
    assert [name for name in named if not str(name).startswith("#")] == []
    assert any("default-src 'none'" in str(attrs.get("content")) for name, attrs in page.tags if name == "meta")


def test_every_anchor_leads_to_a_section(page: Page) -> None:
    anchors = {str(attrs["href"])[1:] for name, attrs in page.tags if name == "a"}

    assert anchors == {"page", *ORDER}


def test_the_same_record_gives_the_same_bytes(record: Record, page: Page, tmp_path: Path) -> None:
    assert page_of(record, tmp_path).source == page.source


def test_charts_draw_from_the_tables(record: Record, page: Page) -> None:
    """What the page embeds is what the CSV files hold, to the sixth decimal."""
    for name, table in (("balance", record.tables.balance), ("production", record.tables.production),
                        ("costs", record.tables.costs), ("minerals", record.tables.minerals)):
        held = page.embedded["data"][name]
        embedded = pd.DataFrame(held["rows"], columns=held["columns"])
        pd.testing.assert_frame_equal(embedded, table, check_dtype=False, rtol=0, atol=1e-6, check_like=False)


def test_flows_on_the_map_are_all_that_is_shipped(record: Record, page: Page) -> None:
    held = page.embedded["data"]["flows"]
    drawn = pd.DataFrame(held["rows"], columns=held["columns"]).groupby("year")["quantity"].sum()

    assert drawn.to_dict() == pytest.approx(record.tables.flows.groupby("year")["quantity_10kt"].sum().to_dict())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_scorecard_is_the_table_of_indicators(record: Record, page: Page, lang: str) -> None:
    """Name, unit, target, nature, a value for each year of report: as the scorecard has them, shares in percent."""
    header, *rows = page.tables["scorecard", lang][0]
    years = record.case.report_years
    table = record.tables.scorecard
    table = table[table["year"].isin(years)]

    assert len(rows) == len(table.groupby(["rule", "item"]))
    assert [cell for cell in header if str(years[0]) in cell or str(years[-1]) in cell][1:] == header[4:4 + len(years)]
    cap = table[(table["rule"] == "output_cap") & (table["item"] == "limestone")].sort_values("year")
    name = say("page.scorecard.indicator", lang, rule=say("rules.output_cap.name", lang),
               item=record.case.minerals["limestone"].text(lang))
    row = next(row for row in rows if row[0] == name)
    assert row[2] == "≤ 60"
    assert row[3] == say("figures.nature.binding", lang)
    assert [float(cell) for cell in row[4:4 + len(years)]] == pytest.approx(cap["value"].tolist(), abs=5e-5)
    assert float(row[-3]) == pytest.approx(cap["margin"].min(), abs=5e-5)
    share = next(row for row in rows if row[2] == "≥ 100")
    assert share[1] == "%"


def test_a_year_shows_its_own_actions_and_quotas(record: Record, page: Page) -> None:
    found = page.tables["annual", "en"]
    changes = sum(len(table) - 1 for table in found if table[0][0] == say("columns.action", "en"))
    offers = sum(len(table) - 1 for table in found if say("page.annual.place", "en") in table[0])
    quotas = [table[1:] for table in found if table[0][0] == say("page.annual.mineral", "en")]

    assert min(changes, offers) > 0
    assert changes + offers == len(record.tables.actions)
    assert len(quotas) == len(record.case.years)
    outputs = [float(row[1].replace(",", "")) for year in quotas for row in year]
    assert outputs == pytest.approx(record.tables.minerals["output_10kt"].tolist(), abs=0.005)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_quotas_of_mines_add_up_as_the_page_prints_them(record: Record, page: Page, lang: str) -> None:
    found = page.tables["annual", lang]
    of_minerals = [row for table in found if table[0][0] == say("page.annual.mineral", lang) for row in table[1:]]
    of_mines = [row for table in found if say("page.annual.licensed", lang) in table[0] for row in table[1:]]

    assert len(of_mines) > len(of_minerals) == 2 * len(record.case.years)
    assert sum(Decimal(row[3]) for row in of_mines) == sum(Decimal(row[1]) for row in of_minerals)


def test_new_resources_to_be_proven_stand_in_their_year(record: Record, page: Page) -> None:
    """The small region knows of no exploration blocks, but of 200 to be added to L1 in 2022."""
    found = [table for table in page.tables["annual", "en"] if say("page.annual.new_resource", "en") in table[0]]

    assert [table[1:] for table in found] == [[["L1", "One", "Limestone", "200", "10⁴ t", "L1"]]]


def test_a_merger_says_what_goes_into_it(record: Record) -> None:
    """A and B become M; C closes for good, and nothing is said of it."""
    given = case([mine("A"), mine("B"), mine("C"), block("M", 20, status="merged", parents=("A", "B"))], 20)
    made = by_hand({("M", 2021): 20})
    merged = replace(record, case=given, tables=tables(given, made, (), record.tables.costs))
    years = next(part for part in annual.section(merged, "en").parts if isinstance(part, Years))
    shown = next(part for part in years.years[2021] if isinstance(part, Table))

    assert [(row[0], row[1], row[-1]) for row in shown.rows] == [
        ("merge", "M", "replaces A, B"), ("close", "A", "goes into M"), ("close", "B", "goes into M"),
        ("close", "C", "")]


def test_what_was_observed_is_no_plan(record: Record, tmp_path: Path) -> None:
    """The first year was observed: the page says so, shows none of it, and begins with the second."""
    first, second, *_ = record.case.years
    made = record.audit.allocation
    seen = {(code, first): Observation(made.capacity.get((code, first), 0.0), made.output.get((code, first), 0.0))
            for code in record.case.blocks}
    given = replace(record.case, observed=seen)
    written = tables(given, made, record.audit.findings, record.tables.costs)
    page = page_of(replace(record, case=given, tables=written), tmp_path)

    assert say("page.annual.observed_year", "en", year=first) in page.texts["annual", "en"]
    assert say("page.annual.quotas", "en", year=first) not in page.texts["annual", "en"]
    assert say("page.annual.quotas", "en", year=second) in page.texts["annual", "en"]
    assert f"<option selected>{second}</option>" in page.source


def test_costs_add_up_to_the_objective(record: Record, page: Page) -> None:
    *_, total = page.tables["costs", "en"][0]

    assert total[2] == f"{record.manifest['objective']:,.0f}"


def test_a_binding_clause_shows_its_least_room(record: Record, page: Page) -> None:
    table = record.tables.scorecard
    table = table[(table["nature"] == "binding") & table["margin"].notna() & (table["limit"] != 0)]
    least = table.groupby(["rule", "item"])["margin"].min()
    header, *rows = page.tables["clauses", "en"][0]

    assert "Room left" in header
    assert sorted(float(row[3]) for row in rows) == pytest.approx(sorted(least), abs=5e-5)
    for row in rows:
        assert (int(row[5]) > 0) == (float(row[3]) == 0)


def test_inputs_are_those_of_the_manifest(record: Record, page: Page) -> None:
    files = page.tables["inputs", "en"][1][1:]

    assert files == [[entry["file"], entry["sha256"]] for entry in record.manifest["inputs"]]


def test_what_stands_against_a_run_comes_first_and_in_red(record: Record, tmp_path: Path) -> None:
    stopped = replace(record, manifest={**record.manifest, "status": "feasible", "stopped": "time", "gap": 0.25,
                                        "certificate": "0" * 64})
    page = page_of(stopped, tmp_path)
    shown = [(name, attrs.get("class")) for name, attrs in page.tags if name in ("p", "section")]

    assert shown[0] == ("p", "warning")
    assert say("record.stopped_time", "en", gap="25.000%") in page.texts["", "en"]
    assert "25.000%" in page.texts["proof", "en"]


def test_illustrative_data_are_called_so(record: Record, page: Page) -> None:
    assert [p.illustrative for p in record.case.provenance if p.table == "blocks"] == [1]
    assert "Illustrative" in page.texts["", "en"]
    assert "示意" in page.texts["", "zh"]


def test_names_are_only_ever_text(record: Record, tmp_path: Path) -> None:
    """A title, a block and a clause that hold HTML are shown as they are and add no element."""
    given = record.case
    code, hostile = "L1", Label(zh=HOSTILE, en=HOSTILE)
    rules = {name: {item: one.model_copy(update={"clause": HOSTILE}) for item, one in items.items()}
             for name, items in given.rules.items()}
    changed = replace(given, title=hostile, rules=rules,
                      blocks={**given.blocks, code: replace(given.blocks[code], label=hostile)})
    page = page_of(replace(record, case=changed), tmp_path)

    assert "<script>alert" not in page.source
    assert sum(name == "script" for name, _ in page.tags) == 3
    assert HOSTILE in page.texts["scorecard", "en"]
    assert HOSTILE in page.texts["asked", "zh"]
    assert page.embedded["names"]["en"]["block"][code] == f"{code} {HOSTILE}"


def test_control_characters_are_replaced(record: Record, tmp_path: Path) -> None:
    odd = Label.model_construct(zh="甲\x00\x1b乙", en="a\x00\ud800b")
    page = page_of(replace(record, case=replace(record.case, title=odd)), tmp_path)

    assert not re.search("[\x00\x1b]", page.source.partition('<script type="application/json"')[0])
    assert "a\ufffd\ufffdb" in page.texts["", "en"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_a_page_may_name_has_a_name(lang: str) -> None:
    """Prices and costs, what a row rests on, states of a block."""
    wanted = [f"page.economics.{field.name}" for field in fields(Economics)]
    wanted += [f"page.basis.{basis}" for basis in get_args(Basis)]
    wanted += [f"page.states.{state}" for state in (*WORKING, *RESTING)]

    assert [key for key in wanted if key not in vocabulary(lang)] == []
    assert set(WORKING) == set(STATES)


def test_a_run_of_years_in_one_state_is_one_bar() -> None:
    """A works at 10, is expanded to 20 in the second year, keeps it, and has its last year in the fourth."""
    states = ["kept", "expanded", "kept", "closing", "closed"]
    scales = [10.0, 20.0, 20.0, 20.0, 0.0]
    production = pd.DataFrame({"year": range(2021, 2026), "block": "A", "mineral": "stone", "state": states,
                               "capacity_10kt_a": scales})

    found = runs(case([mine("A", 10, expanded=20)], 0.0), production)

    assert found[["state", "first", "last", "capacity", "label"]].to_numpy().tolist() == [
        ["kept", 2021, 2021, 10.0, True], ["expanded", 2022, 2022, 20.0, True],
        ["kept", 2023, 2023, 20.0, False], ["closing", 2024, 2024, 20.0, False],
    ]


def test_a_figure_as_planners_write_it_is_kept(record: Record, page: Page) -> None:
    """The mines of the last year of report stand in the scorecard as the audit found them."""
    finding = next(f for f in record.audit.findings
                   if f.rule == "mine_count" and f.year == record.case.report_years[-1])
    assert finding.value is not None
    row = next(row for row in page.tables["scorecard", "en"][0] if row[1] == say("units.mines", "en"))

    assert row[5] == figure(finding.value)


def test_a_district_s_page_can_be_mailed(tmp_path: Path) -> None:
    path = write_page(read_results(REFERENCE), tmp_path / "report.html", "zh")

    assert path.stat().st_size < 3e6
