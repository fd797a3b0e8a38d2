"""annex.docx: two parts, what changed beside the plan in force, places to fill in, and a file that Word opens."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from matplotlib.figure import Figure

from mineralplan.inputs.plan import Label
from mineralplan.loading import load
from mineralplan.outputs.tables import tables as result_tables
from mineralplan.planning import solve
from mineralplan.report.annex import write_annex
from mineralplan.report.annex.comparison import block_changes, rule_changes
from mineralplan.report.figures import picture
from mineralplan.report.record import Record
from mineralplan.unknowns import Observation
from mineralplan.words import LANGUAGES, say
from small_region import write_small_region
from tiny import case, mine

CHANGES = {"caps.limestone": 55, "rules.mine_count.all.nature": "expected", "blocks.L2.earliest_year": 2023,
           "rules.minimum_scale.limestone": 10}
"""Three changes of the plan or its data, and one that says what the plan says anyway."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return solve(load(write_small_region(tmp_path_factory.mktemp("region")).scenario, CHANGES)).record()


@pytest.fixture
def _blank_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave figures blank where they are not what is asked about: drawing them takes a second."""
    blank = picture(Figure(figsize=(4, 3)), "blank", "png")
    monkeypatch.setattr("mineralplan.report.record.pictures", lambda *_: {"png": blank})


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def tables(path: Path) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables]


def rows_under(path: Path, header: str) -> list[list[str]]:
    """Return the rows of every table that has a column of that name."""
    return [row for table in tables(path) if header in table[0] for row in table[1:]]


@pytest.mark.usefixtures("_blank_figures")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_part_argues_compares_and_explains(record: Record, tmp_path: Path, lang: str) -> None:
    """Two parts, each with reasons in three respects, a scheme and an explanation; the contents list every heading."""
    document = docx.Document(str(write_annex(record, tmp_path / "annex.docx", lang)))
    styled = [(str(p.style.name), p.text) for p in document.paragraphs if p.style is not None]
    headings = [text for style, text in styled if style.startswith("Heading")]
    wanted = [say(f"annex.{key}", lang) for key in ("reasons", "necessity", "reasonableness", "compliance.title",
                                                    "scheme", "explanation")]
    second = headings.index(say("annex.b.title", lang))

    assert headings[:7] == [say("annex.a.title", lang), *wanted]
    assert headings[second + 1 : second + 7] == wanted
    assert [text.rstrip("\t") for style, text in styled if style.startswith("toc")] == headings


@pytest.mark.usefixtures("_blank_figures")
def test_the_scheme_says_what_was_and_what_will_be(record: Record, tmp_path: Path) -> None:
    """Only what differs: a limit set to what the plan says anyway is no change."""
    path = write_annex(record, tmp_path / "annex.docx", "en")
    rows = {row[0]: row[1:4] for row in rows_under(path, "Plan in force") if len(row) == 5}

    assert rows["Output cap, Limestone"] == ["≤ 60 10⁴ t/a; binding", "≤ 55 10⁴ t/a; binding", "box 1"]
    assert rows["Number of mines, all mines"][:2] == ["≤ 4 mines; binding", "≤ 4 mines; expected"]
    assert not any("Minimum scale" in name for name in rows)
    assert ["L2 Two: earliest year", "2022", "2023"] in rows_under(path, "Plan in force")


def test_without_changes_there_is_nothing_to_compare(tmp_path: Path) -> None:
    plain = write_small_region(tmp_path).case()

    assert rule_changes(plain) == []
    assert block_changes(plain) == []
    assert rule_changes(plain.change({"caps.limestone": 60})) == []
    assert [change.item for change in rule_changes(plain.change({"caps.limestone": 61}))] == ["limestone"]


@pytest.mark.usefixtures("_blank_figures")
def test_a_case_built_in_python_has_no_plan_in_force(tmp_path: Path) -> None:
    built = solve(case([mine("E", 10)], 8.0)).record()

    assert say("annex.no_source", "en") in texts(write_annex(built, tmp_path / "annex.docx", "en"))


@pytest.mark.usefixtures("_blank_figures")
def test_the_annual_plan_lists_every_action(record: Record, tmp_path: Path) -> None:
    path = write_annex(record, tmp_path / "annex.docx", "en")
    actions = record.tables.actions

    listed = [row[:3] for table in tables(path) if table[0][:3] == ["Year", "Action", "Block"] for row in table[1:]]

    assert listed == [[str(row["year"]), say(f"actions.{row['action']}", "en"), row["block"]]
                      for row in actions.to_dict("records")]


@pytest.mark.usefixtures("_blank_figures")
def test_observed_years_are_left_out_of_the_annual_plan(record: Record, tmp_path: Path) -> None:
    """All but the last year were observed: its own actions are left, and nothing of what was to be proven in 2022."""
    made, years = record.audit.allocation, record.case.years[:-1]
    seen = {(code, year): Observation(made.capacity.get((code, year), 0.0), made.output.get((code, year), 0.0))
            for code in record.case.blocks for year in years}
    case = replace(record.case, observed=seen)
    written = replace(record, case=case,
                      tables=result_tables(case, made, record.audit.findings, record.tables.costs))
    before, after = (write_annex(one, tmp_path / f"{i}.docx", "en") for i, one in enumerate((record, written)))

    header = say("annex.columns.new_resource", "en")
    assert rows_under(before, header) == [["2022", "L1", "One", "Limestone", "200", "10⁴ t", "L1"]]
    assert rows_under(after, header) == []
    assert say("annex.b.observed", "en", years=f"{years[0]}–{years[-1]}") in texts(after)
    listed = [row[0] for table in tables(after) if table[0][:3] == ["Year", "Action", "Block"] for row in table[1:]]
    planned = record.tables.actions["year"][~record.tables.actions["year"].isin(years)]
    assert listed == [str(year) for year in planned]


@pytest.mark.usefixtures("_blank_figures")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_only_a_person_can_say_is_marked(record: Record, tmp_path: Path, lang: str) -> None:
    document = docx.Document(str(write_annex(record, tmp_path / "annex.docx", lang)))
    start = say("annex.fill", lang, what="\0").partition("\0")[0]
    places = [run for p in document.paragraphs for run in p.runs if run.text.startswith(start)]

    assert len(places) == len({run.text for run in places}) == 12
    assert all(run.font.highlight_color is not None for run in places)


@pytest.mark.usefixtures("_blank_figures")
def test_the_first_page_and_the_footer_say_how_good_it_is(record: Record, tmp_path: Path) -> None:
    """A plan that was stopped says so before its title, in red; the footer has seal, gap, verdict and the notice."""
    stopped = replace(record, manifest={**record.manifest, "status": "feasible", "stopped": "time", "gap": 0.25,
                                        "certificate": "0123456789abcdef"})
    document = docx.Document(str(write_annex(stopped, tmp_path / "annex.docx", "en")))
    paragraphs, footer = document.paragraphs, document.sections[0].footer.paragraphs[0].text
    title = next(i for i, p in enumerate(paragraphs) if p.text == "Plan of Small County")

    warnings = [p for p in paragraphs[:title] if p.text]
    assert [p.text for p in warnings] == stopped.warnings("en")
    assert {str(p.runs[0].font.color.rgb) for p in warnings} == {"C00000"}
    assert all(part in footer for part in ("0123456789ab", "25.000%", "audit: holds", "illustrative data"))
    assert all(section.footer.is_linked_to_previous for section in list(document.sections)[1:])


@pytest.mark.usefixtures("_blank_figures")
def test_tables_repeat_their_header_and_wide_ones_lie(record: Record, tmp_path: Path) -> None:
    document = docx.Document(str(write_annex(record, tmp_path / "annex.docx", "zh")))

    for table in document.tables:
        heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == [True, *[False] * (len(heads) - 1)]
    sizes = {(round(s.page_width.cm, 1), round(s.page_height.cm, 1)) for s in document.sections  # type: ignore[union-attr]
             if s.page_width is not None}
    assert sizes == {(21.0, 29.7), (29.7, 21.0)}


@pytest.mark.usefixtures("_blank_figures")
def test_chinese_is_set_in_the_typefaces_of_official_documents(record: Record, tmp_path: Path) -> None:
    document = docx.Document(str(write_annex(record, tmp_path / "annex.docx", "zh")))

    faces = {}
    for name in ("Normal", "Heading 1", "Heading 3"):
        style: Any = document.styles[name]
        faces[name] = style.element.rPr.rFonts.get(qn("w:eastAsia"))
        assert not any("heme" in key for key in style.element.rPr.rFonts.attrib)
    assert faces == {"Normal": "FangSong", "Heading 1": "SimHei", "Heading 3": "KaiTi"}


@pytest.mark.usefixtures("_blank_figures")
def test_a_name_that_xml_cannot_hold(record: Record, tmp_path: Path) -> None:
    blocks = {code: replace(block, label=Label.model_construct(zh="矿\x01山\ufffe", en="m")) for code, block in
              record.case.blocks.items()}
    document = Label.model_construct(zh="规\x0b划", en="p")
    named = replace(record, case=replace(record.case, blocks=blocks, document=document))
    path = write_annex(named, tmp_path / "annex.docx", "zh")

    assert "规划" in texts(path)
    assert {row[3] for table in tables(path) if table[0][2:3] == ["区块编号"] for row in table[1:]} == {"矿山"}


def test_the_same_record_gives_the_same_bytes(record: Record, tmp_path: Path) -> None:
    """With the figures of the run in it, and without any moment that would differ on another day."""
    first, second = (write_annex(record, tmp_path / name, "zh") for name in ("a.docx", "b.docx"))

    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as archive:
        shown = {archive.read(name) for name in archive.namelist() if name.startswith("word/media/")}
        names = ("supply_demand", "output_caps", "mines", "landbank", "map", "gantt")
        assert shown == {record.pictures(name, "zh")["png"] for name in names}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:" not in re.sub(rb'xmlns:\w+="[^"]*"', b"", archive.read("docProps/core.xml"))
