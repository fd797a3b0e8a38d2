"""Comparisons: exactly what was changed, with file and line; what of a difference in cost is proven and what is not."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from mineralplan.analysis.dominance import Place
from mineralplan.analysis.input_differences import input_differences
from mineralplan.analysis.run_differences import Result, actions, pairs, proven
from mineralplan.cli import app
from mineralplan.inputs.faults import InputFaults
from mineralplan.loading import load
from mineralplan.outputs.result import write_result
from mineralplan.planning import Plan
from mineralplan.studies.compare import NoCommonYear, compare
from small_region import SmallRegion, line_of, write_small_region
from tiny import block, case, indicator, solved


@pytest.fixture
def small(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def written(table: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str, Any]]:
    """Return (input, run) → value, name of the file, line."""
    return {(row.input, row.run): (row.value, Path(row.file).name, None if pd.isna(row.line) else row.line)
            for row in table.itertuples()}


def test_a_changed_limit_is_named_with_file_and_line(small: SmallRegion) -> None:
    """The plan says 60 in its own file, the other scenario 50 in its third line; its title is no difference."""
    other = small.says("extends: small.yaml\ntitle: {en: Tight, zh: 收紧}\ncaps.limestone: 50\n", "tight.yaml")

    found = written(input_differences({"a": load(small.scenario), "b": load(other)}))

    assert found == {
        ("caps.limestone", "a"): ("60", "plan.yaml", line_of(small.plan, "limestone: {limit: 60")),
        ("caps.limestone", "b"): ("50", "tight.yaml", 3),
    }


def test_what_was_typed_comes_from_the_command_line(small: SmallRegion) -> None:
    found = written(input_differences({"a": load(small.scenario), "b": load(small.scenario, {"mines": 3})}))

    assert found["mines", "b"] == ("3", "--set", None)
    assert {name for name, _ in found} == {"mines"}


def test_a_parameter_that_one_run_sets_has_the_figure_of_the_table_in_the_other(small: SmallRegion) -> None:
    """Kappa is 1 in the table: shown as "not given" the reader would not know what was changed."""
    changed = load(small.scenario).change({"demand.parameters.kappa": 1.1})

    found = written(input_differences({"a": load(small.scenario), "b": changed}))

    row = line_of(small.folder / "demand/parameters.csv", "kappa,")
    assert found == {("demand.parameters.kappa", "a"): ("1.0", "parameters.csv", row),
                     ("demand.parameters.kappa", "b"): ("1.1", "change", None)}


def test_regions_are_compared_cell_by_cell(small: SmallRegion, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = write_small_region(tmp_path / "elsewhere")
    other.cell("blocks.csv", 3, "operating_cny_t", 21)

    found = written(input_differences({"a": load(small.scenario), "b": load(other.scenario)}))

    assert found == {("blocks.csv[L2].operating_cny_t", "a"): ("18.0", "blocks.csv", 3),
                     ("blocks.csv[L2].operating_cny_t", "b"): ("21.0", "blocks.csv", 3)}


def test_cases_built_in_python_are_compared_by_their_fields() -> None:
    one, two = (case([block("A", operating_cost=cost)], demand) for cost, demand in ((5.0, 10.0), (6.0, 9.0)))

    found = written(input_differences({"a": one, "b": two}))

    assert found == {
        ("blocks.A.operating_cost", "a"): ("5.0", "", None), ("blocks.A.operating_cost", "b"): ("6.0", "", None),
        ("demand.works.town.2021", "a"): ("10.0", "", None), ("demand.works.town.2021", "b"): ("9.0", "", None),
    }


def test_a_difference_of_proven_optima_is_the_difference() -> None:
    """10 t at 5 cost 50, at 6 they cost 60: the difference is 10, and both ends of its interval are."""
    cheap, dear = (solved(case([block("A", operating_cost=cost)], 10.0)) for cost in (5.0, 6.0))

    found = cheap.compare(dear)
    row = found.pairs.iloc[0]

    assert (row["difference"], row["least"], row["most"]) == pytest.approx((10.0, 10.0, 10.0))
    assert row["verdict"] == "more"
    assert dear.compare(cheap).pairs["verdict"].tolist() == ["less"]
    assert cheap.compare(cheap).pairs["verdict"].tolist() == ["same"]


def result(value: float, bound: float, *, room: float | None = None, years: tuple[int, ...] = (2021,),
           **values: Any) -> Result:
    """Return a result; those with a room differ in it alone, the others in something else."""
    where = Place("one" if room is not None else f"{value} {bound}", (room or 0.0,))
    return Result(**{"objective": "cost", "value": value, "bound": bound, "gap": 0.0, "years": years,
                     "base_year": 2020, "certified": True, "place": where, **values})


@pytest.mark.parametrize(
    ("second", "least", "most", "verdict"),
    [(result(105, 95), -5, 15, "open"), (result(120, 101), 1, 30, "more"), (result(89, 80), -20, -1, "less")],
)
def test_a_difference_is_proven_where_the_intervals_are_disjoint(
    second: Result, least: float, most: float, verdict: str
) -> None:
    """The first optimum lies in [90, 100]. Comparing the plans alone, 105 would be "more" than 100."""
    assert proven(result(100, 90), second)[1:4] == (least, most, verdict)


def test_looser_limits_cannot_cost_more() -> None:
    """Both optima lie in [90, 100], and the loose one is not above.

    The tight plan of 100 holds in the loose run, which found 130 only; the loose bound of 90 holds in the tight run.
    """
    tight, loose = result(100, 80, room=1.0), result(130, 90, room=2.0)

    assert proven(tight, loose) == (30, -10, 0, "open", "looser")
    assert proven(loose, tight) == (-30, 0, 10, "open", "tighter")


@pytest.mark.parametrize(
    ("change", "verdict"),
    [({"years": (2021, 2022)}, "years"), ({"objective": "haul"}, "objective"), ({"base_year": 2019}, "base_year"),
     ({"certified": False}, "not_certified")],
)
def test_what_cannot_be_compared_proves_nothing(change: Mapping[str, Any], verdict: str) -> None:
    row = pairs({"a": result(100, 100), "b": result(200, 200, **change)}).iloc[0]

    assert row["verdict"] == verdict
    assert pd.isna(row["least"])
    assert pd.isna(row["most"])


def test_a_cap_is_looser_in_cases_of_other_names() -> None:
    """Both need 10 t: with a cap of 10 the block gives all of it, 50; with a cap of 6 the rest is not met, at 100."""

    def capped(cap: float, name: str) -> Plan:
        return solved(case([block("A", operating_cost=5.0)], 10.0, name=name,
                           rules={"output_cap": {"stone": indicator(cap)}}))

    row = capped(6, "tight").compare(capped(10, "loose")).pairs.iloc[0]

    assert (row["difference"], row["limits"], row["verdict"]) == (pytest.approx(50 - 430), "looser", "less")


def test_only_common_years_are_compared() -> None:
    short, long = (solved(case([block("A", operating_cost=5.0)], 10.0, years=years))
                   for years in ((2021,), (2021, 2022)))

    found = compare([short, long])

    assert not found.said["all_years"]
    assert all(set(found.tables[name]["year"]) == {2021} for name in ("indicators", "balance", "costs")
               if len(found.tables[name]))
    assert found.pairs["verdict"].tolist() == ["years"]
    assert "2021–2021" in found.text("en")


def test_actions_tell_who_opens_when() -> None:
    """A is licensed in another year, B in one run only, C alike: A and B differ."""
    columns = ["year", "block", "mineral", "action", "capacity_10kt_a"]

    class Made:
        def __init__(self, *rows: tuple[int, str]) -> None:
            self.actions = pd.DataFrame([(y, code, "stone", "license", 10.0) for y, code in rows], columns=columns)

    found = actions({"a": Made((2021, "A"), (2021, "B"), (2021, "C")), "b": Made((2022, "A"), (2021, "C"))},  # type: ignore[dict-item]
                    [2021, 2022])
    years = {(row.block, row.run): row.year for row in found.itertuples()}

    assert (years["A", "a"], years["A", "b"]) == (2021, 2022)
    assert pd.isna(years["B", "b"])
    assert {block for block, differs in zip(found["block"], found["differs"], strict=True) if differs} == {"A", "B"}


def test_runs_of_one_name_are_numbered() -> None:
    plan = solved(case([block("A")], 10.0))

    assert list(compare([plan, plan.record(), plan]).runs) == ["tiny", "tiny (2)", "tiny (3)"]


def test_too_few_runs() -> None:
    with pytest.raises(ValueError, match="two"):
        compare([solved(case([block("A")], 10.0))])


def test_no_common_year() -> None:
    early, late = (solved(case([block("A")], 10.0, years=(year,))) for year in (2021, 2022))

    with pytest.raises(NoCommonYear):
        compare([early, late])


def test_every_folder_that_is_no_result_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as caught:
        compare([tmp_path / "here", tmp_path / "there"])

    assert {Path(fault.file).name for fault in caught.value.faults} == {"here", "there"}


def test_folders_their_pages_and_one_that_was_altered(small: SmallRegion, tmp_path: Path) -> None:
    """The command on two folders gives the same tables as the plans themselves; altered results prove nothing."""
    tight = small.says("extends: small.yaml\ncaps.limestone: 50\n", "tight.yaml")
    plans = [solved(load(file)) for file in (small.scenario, tight)]
    results = tmp_path / "results"
    folders = [write_result(results / plan.case.name, plan.case, plan.tables, plan.manifest(), lambda new, said: None)
               for plan in plans]
    direct = compare(plans)

    ran = CliRunner().invoke(app, ["compare", *map(str, folders), "--out", str(results / "compare"), "--lang", "zh"])

    assert ran.exit_code == 0, ran.output
    assert {path.name for path in (results / "compare").iterdir()} == {
        "compare.md", "manifest.json", "figures", *(f"{name}.csv" for name in direct.tables)}
    again = compare(folders)
    pd.testing.assert_frame_equal(again.pairs, direct.pairs, check_exact=False)
    pd.testing.assert_frame_equal(again.tables["actions"], direct.tables["actions"])
    assert "caps.limestone" in again.text("en")
    page = (results / "compare" / "compare.md").read_text("utf-8")
    assert "caps.limestone" in page
    assert "tight.yaml 第 2 行" in page

    shutil.copytree(folders[1], results / "altered")
    costs = results / "altered" / "costs.csv"
    costs.write_text(costs.read_text("utf-8-sig").replace("2021,", "2021,", 1) + "\n", "utf-8")
    altered = compare([folders[0], results / "altered"])
    assert altered.pairs["verdict"].tolist() == ["not_certified"]
    assert "costs.csv" in altered.text("en")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_figure_names_every_run(lang: str) -> None:
    plans = [solved(case([block("A", operating_cost=cost, fixed_cost=1.0), block("B", operating_cost=7.0,
                                                                                 fixed_cost=1.0)], 10.0, name=name))
             for cost, name in ((5.0, "first_run"), (9.0, "second_run"))]

    figure = compare(plans).figures.compare(lang=lang)
    named = [text.get_text() for legend in figure.legends for text in legend.get_texts()]

    assert named == ["first_run", "second_run"]
    # One block is enough: A in the first run, B, which is then the cheaper one, in the second.
    assert [label.get_text() for label in figure.axes[3].get_yticklabels()] == ["A", "B"]
