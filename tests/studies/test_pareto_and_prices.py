"""Fronts and prices as studies: the hand case in tables, pages, figures, folders and commands."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from two_by_two import CAP, COST, NOTHING_LICENSED, two_by_two
from typer.testing import CliRunner

from mineralplan.cli import app
from mineralplan.inputs.faults import InputFaults
from mineralplan.outputs.files import read_csv
from mineralplan.planning import Plan
from mineralplan.studies.pareto import Pareto, pareto
from mineralplan.studies.prices import Prices, prices, read_prices
from small_region import write_small_region
from tiny import indicator, solved


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solved(two_by_two(rules={"output_cap": {"stone": indicator(CAP)}, "mine_count": {
        "all": indicator(2, unit="mines")}}))


@pytest.fixture(scope="module")
def priced(plan: Plan) -> Prices:
    return plan.prices(tighten=True)


@pytest.fixture(scope="module")
def licences() -> Pareto:
    return pareto(two_by_two(), ["cost", "new_blocks"])


def test_the_front_of_cost_and_licences(licences: Pareto) -> None:
    """Two licences 125.12, one 139.2, none 268.8: the second is worth 14.08, the first 129.6."""
    front, steps = licences.tables["front"], licences.tables["steps"]

    assert front["cost"].tolist() == pytest.approx([COST, 139.2, NOTHING_LICENSED])
    assert front["new_blocks"].tolist() == [2, 1, 0]
    assert set(front["proven"]) == {"efficient"}
    assert set(front["audit"]) == {"holds"}
    assert licences.said["complete"]
    for column in ("taken", "taken_least", "taken_most", "per_unit"):
        assert steps[column].tolist() == pytest.approx([14.08, 129.6], abs=1e-5)
    first = licences.tables["actions"].query("point == 1")
    assert list(zip(first["block"], first["year"], strict=True)) == [("A", 2021), ("B", 2022)]


def test_the_front_of_cost_and_shortage() -> None:
    """Short 6 for 125.12; the least, 4, for 129.92; what is found between them is one of these."""
    front = pareto(two_by_two(), ["cost", "shortage"], points=4).tables["front"]

    assert front["cost"].tolist() == pytest.approx([COST, 129.92])
    assert front["shortage"].tolist() == pytest.approx([6, 4])


def test_the_price_of_the_cap(priced: Prices) -> None:
    """In 2022 0.64 · 7 = 4.48 today; in 2021 the cap is slack, and a limit on the number of mines has no price."""
    table = priced.duals.set_index(["rule", "year"])

    assert table.loc[("output_cap", 2022), "discounted_10kcny_per_unit"] == pytest.approx(4.48)
    assert table.loc[("output_cap", 2022), "in_year_10kcny_per_unit"] == pytest.approx(7)
    assert table.loc[("output_cap", 2021), "discounted_10kcny_per_unit"] == 0
    assert table.loc[("mine_count", 2022), "state"] == "decided"


def test_how_far_the_price_holds(plan: Plan) -> None:
    """From 10 to 20: four more, six less; at ten more only four of them are worth anything, 4 · 4.48 ÷ 10.

    Ten less take 6 from B and 4 from A: 0.64 · (6 · 7 + 4 · 10) ÷ 10 = 5.248 with these mines.
    """
    def row(step: float) -> pd.Series:  # type: ignore[type-arg]
        table = plan.prices(step=step, rank=False).duals
        return table[(table["rule"] == "output_cap") & (table["year"] == 2022)].iloc[0]

    assert bool(row(4)["holds_looser"])
    assert bool(row(6)["holds_tighter"])
    assert not row(7)["holds_tighter"]
    assert row(10)["one_step_looser_10kcny_per_unit"] == pytest.approx(1.792)
    assert row(10)["one_step_tighter_10kcny_per_unit"] == pytest.approx(5.248)


def test_a_step_decided_anew(priced: Prices) -> None:
    """Ten more save 17.92 and not the 44.8 that the price foretells; ten less cost 71.68: B is given up."""
    table = priced.differences.query("rule == 'output_cap'").set_index("change")

    for side in ("saving_least_10kcny", "saving_most_10kcny"):
        assert table[side].tolist() == pytest.approx([17.92, -71.68], abs=1e-5)
    assert table["by_duals_10kcny"].tolist() == pytest.approx([44.8, -44.8])
    assert table["verdict"].tolist() == ["saves", "costs"]


def test_the_dearest_clause(priced: Prices) -> None:
    """Without the cap 17.92 are saved, without the limit of two mines nothing: there are but two."""
    assert priced.ranking["rule"].tolist() == ["output_cap", "mine_count"]
    assert priced.ranking["verdict"].tolist() == ["saves", "nothing"]
    assert priced.ranking["saving_least_10kcny"].tolist() == pytest.approx([17.92, 0], abs=1e-5)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_written(tmp_path: Path, licences: Pareto, priced: Prices, plan: Plan, lang: str) -> None:
    """Tables, figures, page, manifest; the prices read back say the same."""
    for study, name in ((licences, "pareto"), (priced, "prices")):
        folder = study.report(tmp_path / name, lang=lang)  # type: ignore[attr-defined]
        assert json.loads((folder / "manifest.json").read_text("utf-8"))["study"] == name
        assert (folder / f"{name}.md").read_text("utf-8") == study.text(lang)  # type: ignore[attr-defined]
    assert {path.name for path in (tmp_path / "pareto" / "figures").iterdir()} == {"front.png", "front.svg"}
    assert "125.12" in licences.text(lang)
    assert "17.92" in priced.text(lang)

    again = read_prices(tmp_path / "prices", plan.case)

    assert again.text(lang) == priced.text(lang)


def test_a_notebook_shows_them(licences: Pareto, priced: Prices) -> None:
    assert "139.2" in licences._repr_html_()
    assert "17.92" in priced._repr_html_()
    assert dir(licences.figures) == ["front"]
    assert priced.figures.ranking(lang="en").axes


def test_what_is_no_front() -> None:
    with pytest.raises(InputFaults, match="speed") as caught:
        pareto(two_by_two(), ["speed", "costs"])
    assert len(caught.value.faults) == 2
    with pytest.raises(ValueError, match="two or three"):
        pareto(two_by_two(), ["cost"])
    with pytest.raises(ValueError, match="two or three"):
        pareto(two_by_two(), ["cost", "cost"])


def test_prices_are_of_cost(plan: Plan) -> None:
    with pytest.raises(ValueError, match="shortage"):
        prices(solved(two_by_two(objective=("shortage", "cost"))))
    with pytest.raises(ValueError, match="more than 0"):
        plan.prices(step=0)


@pytest.mark.slow
def test_the_commands(tmp_path: Path) -> None:
    """A front and prices from files; a second run with the plan's folder; a folder that was changed is refused."""
    scenario, out = str(write_small_region(tmp_path).scenario), tmp_path / "out"
    run = CliRunner().invoke
    assert run(app, ["run", scenario, "--out", str(out), "--lang", "en"]).exit_code == 0
    name = Path(scenario).stem

    front = run(app, ["pareto", scenario, "--objectives", "cost,mines", "--out", str(out), "--lang", "en"])
    priced = run(app, ["prices", scenario, "--plan", str(out / name), "--out", str(out), "--lang", "zh"])

    assert (front.exit_code, priced.exit_code) == (0, 0), front.output + priced.output
    assert read_csv(out / f"{name}_pareto" / "compared.csv")["scenario"].tolist() == [name]
    assert {"saves", "nothing"} & set(read_csv(out / f"{name}_prices" / "ranking.csv")["verdict"])
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
    (out / name / "flows.csv").write_text((out / name / "flows.csv").read_text("utf-8-sig") + "\n", "utf-8")
    assert run(app, ["prices", scenario, "--plan", str(out / name), "--out", str(out)]).exit_code == 2
    assert run(app, ["pareto", scenario, "--objectives", "cost,speed", "--out", str(out)]).exit_code == 2
    assert run(app, ["pareto", scenario, "--objectives", "cost", "--out", str(out)]).exit_code == 2
