"""The main job, from the command line to the files: what a planner would check by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mineralplan.auditing.certificate import certified
from mineralplan.cli import app
from mineralplan.loading import load
from plain import check_results, rows

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "results" / "reference"


def _run(scenario: Path, out: Path) -> str:
    result = CliRunner().invoke(app, ["run", str(scenario), "--out", str(out), "--lang", "en"])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
def test_the_reference_run_comes_out_again(tmp_path: Path) -> None:
    """Three years solved to the last digit give the committed tables; the files alone show that every rule holds."""
    _run(ROOT / "tests" / "reference.yaml", tmp_path)

    check_results(tmp_path / "reference")
    new, old = (json.loads((f / "manifest.json").read_text("utf-8")) for f in (tmp_path / "reference", REFERENCE))
    assert new["objective"] == pytest.approx(old["objective"], rel=1e-9)
    assert new["gap"] == pytest.approx(0, abs=1e-9)
    assert rows(tmp_path / "reference" / "actions.csv") == rows(REFERENCE / "actions.csv")


def test_the_certificate_of_the_committed_run_holds() -> None:
    """Files and inputs are those that were certified: whoever changes an input of the baseline runs it again.

    Figures and pages are not committed: what lies there may be left from an earlier run.
    """
    sealed = certified(REFERENCE, load(ROOT / "tests" / "reference.yaml").inputs)

    assert sealed is not None
    assert [name for name in sealed.altered if name.endswith((".csv", ".md"))] == []
    assert (sealed.intact, sealed.missing, sealed.changed_inputs) == (True, (), ())


@pytest.mark.slow
def test_baseline_keeps_the_published_plan(tmp_path: Path) -> None:
    """The whole baseline: the table at the end, and every acceptance line from the CSV files alone."""
    output = _run(ROOT / "scenarios" / "baseline.yaml", tmp_path)

    for word in ("Bound", "Gap", "2025", "2030", "2035", "专栏1"):
        assert word in output
    check_results(tmp_path / "baseline")
