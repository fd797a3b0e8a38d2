"""The command simulate: what it refuses before anything is done, and what it writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from mineralplan.cli import app
from mineralplan.report.studies import study_documents
from small_region import SmallRegion, write_small_region

QUICK = ("--futures", 2, "--policies", "perfect,rolling1,rule", "--gap", 0)


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


def call(region: SmallRegion, out: Path, *words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in ("simulate", region.scenario, "--out", out, *words)])


def told(result: Any) -> str:
    """Return what was said, in one line."""
    return " ".join(result.output.split())


def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are tested elsewhere and take seconds."""
    monkeypatch.setitem(study_documents.FIGURES, "simulate", ())


def test_help_waits_for_no_solver() -> None:
    shown = subprocess.run(
        [sys.executable, "-c",
         "import sys\nsys.argv = ['mineralplan', 'simulate', '--help']\nfrom mineralplan.cli import main\n"
         "try:\n    main()\nexcept SystemExit as end:\n    print('code', end.code)\n"
         "print('heavy', sorted({'pyomo', 'highspy', 'pandas', 'numpy', 'scipy', 'matplotlib'} & set(sys.modules)))\n"],
        capture_output=True, text=True, check=True).stdout

    assert "code 0" in shown and "heavy []" in shown
    assert "--look-ahead" in shown and "--policies" in shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_policy_that_is_none_is_named_at_once_and_nothing_is_done(
    region: SmallRegion, tmp_path: Path, lang: str
) -> None:
    (tmp_path / "own.py").write_text("def f(look: pass\n")

    result = call(region, tmp_path / "out", "--lang", lang, "--policies",
                  f"perfect,wise,rolling0,rule,rule,{tmp_path}/own.py:f,there_is_none:f")

    assert result.exit_code == 2
    for name in ("wise", "rolling0", "rule", "own.py:f", "there_is_none:f", "invalid syntax"):
        assert name in told(result)
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "what"),
    [("def f(look):\n    return {'L1': 20, 'Q7': 5, 'Q8': 5}\n", "f cannot be followed in 2021: Q7, Q8"),
     ("def f(look):\n    return {'L1': -1}\n", "f cannot be followed in 2021: L1 = -1.0"),
     ("def f(look):\n    return look.nothing\n", "has no attribute 'nothing'"),
     ("def f(look):\n    return 3\n", "f cannot be followed in 2021: AttributeError")],
)
def test_a_users_function_that_cannot_be_followed(
    region: SmallRegion, tmp_path: Path, text: str, what: str
) -> None:
    """One sentence with function, year and reason; exit code 2; no result."""
    (tmp_path / "own.py").write_text(text)

    result = call(region, tmp_path / "out", "--policies", f"{tmp_path}/own.py:f", "--futures", 1)

    assert result.exit_code == 2
    assert what in told(result)
    assert "Traceback" not in result.output and result.exception.__class__ is SystemExit
    assert not (tmp_path / "out" / "small_simulate").exists()


def test_a_scenario_that_does_not_minimise_cost(region: SmallRegion, tmp_path: Path) -> None:
    result = call(region, tmp_path / "out", *QUICK, "--set", "objective=[haul, cost]")

    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("--look-ahead", 0), ("--futures", 0), ("--seed", -1), ("--gap", -0.1)])
def test_nothing_of_it_is_negative(region: SmallRegion, tmp_path: Path, words: tuple[object, ...]) -> None:
    assert call(region, tmp_path / "out", *words).exit_code == 2


def test_every_fault_of_the_futures_at_once(region: SmallRegion, tmp_path: Path) -> None:
    result = call(region, tmp_path / "out", *QUICK, "--set", "futures.stoppage_probability=3",
                  "--set", "futures.keep=-1", "--set", "futures.luck=1")

    assert result.exit_code == 2
    assert [name for name in ("stoppage_probability", "keep", "luck") if name not in told(result)] == []


def test_it_writes_tables_and_says_what_is_proven(
    region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_figures(monkeypatch)
    result = call(region, tmp_path / "out", *QUICK, "--set", "futures.demand_scatter=0.1")

    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / "small_simulate"
    tables = {path.stem for path in folder.glob("*.csv")}
    assert tables >= {"policies", "summary", "balance", "landbank", "indicators", "actions", "events", "bands",
                      "forecasts"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["study"], manifest["futures"], manifest["seed"]) == ("simulate", 2, 1)
    assert manifest["policies"] == ["perfect", "rolling1", "rule"]
    policies = pd.read_csv(folder / "policies.csv", encoding="utf-8-sig")
    assert len(policies) == 6 and (policies["audit"] == "holds").all()
    assert policies["regret_10kcny"].min() >= -1e-6
    assert not (tmp_path / "out" / ".small_simulate.parts").exists()


def test_as_expected_rolling_over_all_years_is_the_plan(
    region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One future, in which the published plan, a full look-ahead and perfect foresight cost the same."""
    no_figures(monkeypatch)
    result = call(region, tmp_path / "out", "--expected", "--look-ahead", 5, "--policies", "perfect,rolling,published",
                  "--gap", 0)

    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / "small_simulate"
    policies = pd.read_csv(folder / "policies.csv", encoding="utf-8-sig")
    assert policies["regret_10kcny"].tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["seed"] is None and manifest["futures"] == 1
