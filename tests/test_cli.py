"""The command line on a small region: exit codes, what is printed, what is written and what is not."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mineralplan import planning
from mineralplan.case import Case
from mineralplan.cli import app
from mineralplan.solving.highs import SolverFailure
from quick import only_summary
from small_region import SmallRegion, write_small_region

COLLIDING = """\
demand: {scale: {all: 0.9}}
trade: {imports: false, exports: false}
supplies: {old_concrete: {limit_scale: 0}}
rules:
  supply_guarantee: {aggregate: {nature: binding}}
  mine_count: {all: 1}
"""


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are tested elsewhere and take seconds."""
    only_summary(monkeypatch)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_help_waits_for_nothing_heavy() -> None:
    """``--help`` must not import the solver, the modeller or pandas."""
    shown = _python(
        "import sys\n"
        "sys.argv = ['mineralplan', '--help']\n"
        "from mineralplan.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    print('code', end.code)\n"
        "heavy = {'pyomo', 'highspy', 'pandas', 'numpy', 'scipy', 'matplotlib', 'pint'}\n"
        "print('heavy', sorted(heavy & set(sys.modules)))\n"
    )

    assert "code 0" in shown
    assert "heavy []" in shown
    assert "run" in shown
    assert "check" in shown


def test_importing_the_package_waits_for_nothing_heavy() -> None:
    assert _python("import sys, mineralplan; print([m for m in ('pyomo', 'highspy', 'pandas') if m in sys.modules])") \
        == "[]\n"


def test_version() -> None:
    result = call("--version")

    assert (result.exit_code, result.output) == (0, f"mineralplan {version('mineralplan')}\n")


def test_a_word_that_is_no_option() -> None:
    assert call("run", "--gapp", "0").exit_code == 2


@pytest.mark.parametrize("option", ["--gap", "--time-limit", "--threads", "--seed"])
def test_nothing_of_the_search_is_negative(region: SmallRegion, results: Path, option: str) -> None:
    """A gap of −1 could never be reached, and the solver would ignore a negative number of threads."""
    result = call("run", region.scenario, "--out", results, option, "-1")

    assert result.exit_code == 2
    assert option.strip("-").replace("-", "_") in result.stderr.replace("-", "_")
    assert not results.exists()


@pytest.mark.parametrize(("lang", "words"), [("en", ["Small · Small County", "No fault found.", "2021–2023 (2020)",
                                                       "5 (3)", "illustrative"]),
                                             ("zh", ["小情景 · 小县", "2021–2023 (2020)", "5 (3)"])])
def test_check(region: SmallRegion, lang: str, words: list[str]) -> None:
    """Five blocks, three of them existing; planned years and base year."""
    result = call("check", region.scenario, "--lang", lang)

    assert result.exit_code == 0
    for word in words:
        assert word.lower() in result.output.lower()


def test_run_writes_everything_and_shows_how_good_it_is(region: SmallRegion, results: Path) -> None:
    """The one run with figures: every file of the house, and the table with objective, bound, gap and indicators."""
    result = call("run", region.scenario, "--out", results, "--lang", "en")

    assert result.exit_code == 0, result.output
    folder = results / "small"
    names = {path.name for path in folder.iterdir()}
    assert names == {"production.csv", "balance.csv", "minerals.csv", "flows.csv", "scorecard.csv", "actions.csv",
                     "annual_plan.csv", "costs.csv", "summary.md", "manifest.json", "figures", "report.html",
                     "plan.xlsx", "annex.docx"}
    assert list((folder / "figures").iterdir())
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert f"{manifest['objective']:,.1f}" in result.stdout
    assert f"{manifest['bound']:,.1f}" in result.stdout
    assert "0.000%" in result.stdout
    for word in ("Objective", "Bound", "Gap", "Limit", "Output cap", "Limestone", "≤ 60", "Number of mines", "box 1",
                 "part 4", "holds", "2022", "2023", "Proven", "Illustrative", str(folder)):
        assert word in result.stdout, word
    assert "small: Small" in result.stderr
    assert [path.name for path in results.iterdir()] == ["small"]


@pytest.mark.usefixtures("_no_figures")
def test_run_in_chinese(region: SmallRegion, results: Path) -> None:
    result = call("run", region.scenario, "--out", results, "--lang", "zh")

    assert result.exit_code == 0
    for word in ("小情景", "石灰岩", "开采总量", "矿山数量", "已证明"):
        assert word in result.output, word
    assert "# 小情景 · 小县" in (results / "small" / "summary.md").read_text("utf-8")


@pytest.mark.usefixtures("_no_figures")
def test_the_language_of_the_environment(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINERALPLAN_LANG", "zh_CN.UTF-8")

    assert "小情景" in call("run", region.scenario, "--out", results).output


@pytest.mark.usefixtures("_no_figures")
def test_set_changes_an_input_and_is_written_down(region: SmallRegion, results: Path) -> None:
    """A cap of 40 with a minimum of one more change; both stand in the manifest, with the command."""
    result = call("run", region.scenario, "--out", results, "--set", "caps.limestone=40", "--set", "mines={2022: 3}")

    assert result.exit_code == 0
    assert "≤ 40" in result.output
    assert "≤ 3" in result.output
    manifest = json.loads((results / "small" / "manifest.json").read_text("utf-8"))
    assert set(manifest["changes"]) == {"caps.limestone = 40", "mines = {2022: 3}"}


@pytest.mark.parametrize("change", ["caps.limestone", "caps.limestone=[1", "caps.gold=5", "caps.limestone=many", "=5"])
def test_a_change_that_cannot_be(region: SmallRegion, results: Path, change: str) -> None:
    result = call("run", region.scenario, "--out", results, "--set", change)

    assert result.exit_code == 2
    assert "--set" in result.output
    assert not results.exists()


@pytest.mark.usefixtures("_no_figures")
@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_strict_asks_for_the_expected_targets_too(
    region: SmallRegion, results: Path, options: list[str], code: int
) -> None:
    """Without trade and under a cap of 20, 16 of 41 of aggregate are met: expected 100 %, missed."""
    region.adds("trade: {imports: false, exports: false}\ncaps: {limestone: 20}\n")

    assert call("run", region.scenario, "--out", results, *options).exit_code == code
    assert (results / "small").is_dir()


@pytest.mark.usefixtures("_no_figures")
def test_strict_is_content_when_all_is_met(region: SmallRegion, results: Path) -> None:
    assert call("run", region.scenario, "--out", results, "--strict").exit_code == 0


@pytest.mark.usefixtures("_no_figures")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_stands_in_brackets_is_printed_as_it_is(region: SmallRegion, results: Path, lang: str) -> None:
    """A title is text: ``[draft]`` is not a style to be swallowed and ``[/red]`` no reason to stop."""
    region.swap("scenario", "{en: Small, zh: 小情景}", "{en: 'Small [draft] [/red]', zh: '小情景[草案][/red]'}")

    result = call("run", region.scenario, "--out", results, "--lang", lang)

    assert result.exit_code == 0, result.output
    assert {"en": "Small [draft] [/red]", "zh": "小情景[草案][/red]"}[lang] in result.stdout


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["no plan exists", "cannot hold together", "Demand met", "Aggregate", "part 2", "Number of mines",
            "part 4"]),
    ("zh", ["需求保障", "骨料", "矿山数量"]),
])
def test_no_plan_names_the_rules_that_collide(
    region: SmallRegion, results: Path, lang: str, words: list[str]
) -> None:
    """In 2021 aggregate is asked for in full, 0.9 × 40.8 = 36.7, and one mine is allowed.

    The largest that may work then gives 40 × 0.8 = 32; two give 50 × 0.8 = 40. So each of the two rules can be met
    without the other, and the caps and scales have no part in it.
    """
    region.adds(COLLIDING)

    result = call("run", region.scenario, "--out", results, "--lang", lang)

    assert result.exit_code == 1
    for word in words:
        assert word in result.stdout, word
    for other in ("Output cap", "Minimum licensed scale", "开采总量", "最低开采规模"):
        assert other not in result.stdout
    assert not results.exists()


@pytest.mark.usefixtures("_no_figures")
def test_the_worst_code_of_several_scenarios(region: SmallRegion, results: Path) -> None:
    """One has no plan, the other is solved and written all the same."""
    other = region.says(region.scenario.read_text("utf-8") + COLLIDING, "collide.yaml")

    result = call("run", other, region.scenario, "--out", results)

    assert result.exit_code == 1
    assert [path.name for path in results.iterdir()] == ["small"]


def test_two_scenarios_of_one_name(region: SmallRegion, results: Path) -> None:
    other = region.scenario.parent / "again" / "small.yaml"
    other.parent.mkdir()
    other.write_text("extends: ../small.yaml\nregion: ../county\n", "utf-8")

    result = call("run", region.scenario, other, "--out", results)

    assert result.exit_code == 2
    assert "two scenarios are named small" in result.stderr
    assert not results.exists()


def test_bad_input(region: SmallRegion, results: Path) -> None:
    region.cell("blocks.csv", 3, "resource_10kt", "-5")

    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == 2
    assert "blocks.csv, line 3" in result.stderr
    assert not results.exists()


def _raising(error: BaseException) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(("lang", "words"), [("en", "Interrupted before a plan was found; nothing was written."),
                                             ("zh", "中断")])
def test_ctrl_c_before_a_plan(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    monkeypatch.setattr(planning, "optimise", _raising(KeyboardInterrupt()))

    result = call("run", region.scenario, "--out", results, "--lang", lang)

    assert result.exit_code == 3
    assert words in result.stderr
    assert not results.exists()


@pytest.mark.usefixtures("_no_figures")
def test_ctrl_c_keeps_the_best_plan_so_far(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan found is written and not called proven; the scenario that was still to come is named, code 3."""
    solve = planning.solve

    def interrupted(case: Case, **options: Any) -> planning.Plan:
        plan = solve(case, **options)
        certificate = replace(plan.certificate, status="feasible", stopped="interrupt")
        return replace(plan, certificate=certificate)

    monkeypatch.setattr(planning, "solve", interrupted)
    other = region.says(region.scenario.read_text("utf-8"), "other.yaml")

    alone = call("run", region.scenario, "--out", results)
    both = call("run", region.scenario, other, "--out", results)

    assert alone.exit_code == 0
    assert "Not proven to the wanted 0.000%: interrupted." in alone.stdout
    assert json.loads((results / "small" / "manifest.json").read_text("utf-8"))["stopped"] == "interrupt"
    assert both.exit_code == 3
    assert "not solved are other" in both.stderr
    assert [path.name for path in results.iterdir()] == ["small"]


@pytest.mark.usefixtures("_no_figures")
def test_how_to_search_is_said_on_the_command_line(region: SmallRegion, results: Path) -> None:
    result = call("run", region.scenario, "--out", results, "--gap", "0.5", "--seed", "7", "--threads", "2",
                  "--time-limit", "60")

    assert result.exit_code == 0
    manifest = json.loads((results / "small" / "manifest.json").read_text("utf-8"))
    assert (manifest["wanted_gap"], manifest["seed"], manifest["threads"]) == (0.5, 7, 2)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "production.csv"),
         "production.csv: No space left on device; earlier results are as they were."),
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied; earlier results are as they were."),
    ],
)
def test_a_disk_that_fails_leaves_the_old_results(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    old = results / "small"
    old.mkdir(parents=True)
    (old / "production.csv").write_text("old", "utf-8")
    (old / "manifest.json").write_text('{"versions": {"mineralplan": "0"}}', "utf-8")
    monkeypatch.setattr("mineralplan.outputs.files.write_tables", _raising(error))

    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == 3
    assert words in result.stderr
    assert (old / "production.csv").read_text("utf-8") == "old"
    assert [path.name for path in results.iterdir()] == ["small"]


def test_a_solver_that_fails(region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "optimise", _raising(SolverFailure("HiGHS ended with status Solve error")))

    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == 3
    assert "HiGHS ended with status Solve error" in result.stderr
    assert "Traceback" not in result.output


def test_a_fault_of_the_program_is_not_hidden(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the machine's failures are sentences; an error of the program keeps its traceback."""
    monkeypatch.setattr(planning, "optimise", _raising(RuntimeError("a bug")))

    result = call("run", region.scenario, "--out", results)

    assert isinstance(result.exception, RuntimeError)


def test_nothing_found_in_time_is_no_answer(
    region: SmallRegion, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a plan nor a proof that there is none: code 3, and the rules are not accused."""
    def nothing(case: Any, **_: object) -> None:
        raise planning.NoPlan("no plan", case)

    monkeypatch.setattr(planning, "solve", nothing)

    result = call("run", region.scenario, "--out", results)

    assert result.exit_code == 3
    assert "no plan was found in the time given" in result.stdout
    assert not results.exists()
