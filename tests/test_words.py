"""The sentences: both languages say the same things, and everything the program says exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import pandas as pd
import pytest
from ruamel.yaml import YAML

from mineralplan.allocation import MINES, Allocation
from mineralplan.demand.chain import ESTIMATORS
from mineralplan.formulation.costs import TERMS
from mineralplan.formulation.objectives import OBJECTIVES
from mineralplan.inputs import faults
from mineralplan.inputs.plan import SIZE_CLASSES, Indicator, Mineral, Use, unit_key
from mineralplan.inputs.rows import ProjectRow, SupplyRow
from mineralplan.loading import load
from mineralplan.outputs import tables
from mineralplan.report import methods
from mineralplan.report.figures import DEMAND_FIGURES, FIGURES, style
from mineralplan.report.figures.district_map import OUTSIDE
from mineralplan.report.figures.gantt import EVENTS
from mineralplan.rules import registry
from mineralplan.words import LANGUAGES, default_language, say, vocabulary
from small_region import write_small_region
from tiny import case

PACKAGE = Path(__file__).parents[1] / "model" / "mineralplan"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_there_are_two_languages() -> None:
    assert {path.stem for path in (PACKAGE / "words").glob("*.yaml")} == set(LANGUAGES) == {"en", "zh"}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(vocabulary("en")) == list(vocabulary("zh"))


@pytest.mark.parametrize("key", sorted(vocabulary("en")))
def test_a_sentence_has_the_same_gaps_in_both(key: str) -> None:
    """What one language fills in, the other may leave out only where it is nothing but a unit or a name."""
    english, chinese = (placeholders(vocabulary(lang)[key]) for lang in ("en", "zh"))

    assert english == chinese
    assert all(name.isidentifier() for name in english)


# A share has no unit to write behind it.
NOTHING_TO_SAY = {"units.share"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty(lang: str) -> None:
    assert {key for key, text in vocabulary(lang).items() if not text.strip()} <= NOTHING_TO_SAY


def test_english_is_english() -> None:
    """Chinese stands in English sentences only where the plan's own unit is explained."""
    assert {key for key, text in vocabulary("en").items() if CHINESE.search(text)} <= {"summary.document"}


@cache
def called() -> list[tuple[str, str, ast.Call]]:
    """Return every call of the package with a place and the name of what is called."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.append((f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", name, node))
    return found


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a function by its name, with the file and line."""
    yield from ((place, node) for place, name, node in called() if name in names)


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the strings that an argument can be, formatted parts as ``*``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def exists(key: str) -> bool:
    pattern = re.compile(re.escape(key).replace(r"\*", r"[\w ]+(\.[\w ]+)*"))
    return any(pattern.fullmatch(known) for known in vocabulary("en"))


def spoken() -> Iterator[tuple[str, str]]:
    """Yield the place and key of everything that is said, also by a figure's page; formatted parts as ``*``."""
    for names, form in ((("say", "fail"), "{}"), (("word",), "figures.{}"), (("title",), "figures.{}.title"),
                        (("message",), "faults.{}")):
        for place, call in calls(*names):
            yield from ((place, form.format(key)) for key in literals(call.args[0]))


def test_everything_that_is_said_exists() -> None:
    said = list(spoken())

    assert len(said) > 100
    assert [entry for entry in said if not exists(entry[1])] == []


def test_every_sentence_is_said() -> None:
    """A sentence that nothing says any more is dead; faults are told apart by their own names, not as ``faults.*``."""
    said = {key for _, key in spoken() if key not in ("faults.*", "figures.*", "*")}
    said |= {f"faults.{key}" for key in messages()}
    patterns = [re.compile(re.escape(key).replace(r"\*", r"[\w ]+")) for key in said]

    assert [key for key in vocabulary("en") if not any(pattern.fullmatch(key) for pattern in patterns)] == []


def messages() -> set[str]:
    """Return every fault's message: by name, of the validators' own error types, and of pydantic's as translated."""
    named = {key for _, call in calls("message") for key in literals(call.args[0]) if "*" not in key}
    raised = {key.removeprefix("fault_") for _, call in calls("PydanticCustomError") for key in literals(call.args[0])}
    return named | raised | set(faults.PLAIN.values()) | {"valid"}


def test_every_message_of_a_fault_exists() -> None:
    assert {"column", "unit", "bound", "thousands", "full_width", "whole"} <= messages()
    assert [key for key in sorted(messages()) if f"faults.{key}" not in vocabulary("en")] == []


def test_every_fault_is_filled_in_with_what_it_asks_for() -> None:
    """The values given to a message are the gaps of its sentence."""
    wrong = []
    for place, call in calls("message"):
        for key in literals(call.args[0]):
            given = {keyword.arg for keyword in call.keywords}
            if "*" not in key and None not in given and placeholders(vocabulary("en")[f"faults.{key}"]) - given:
                wrong.append((place, key))

    assert wrong == []


NOTHING = Allocation(pd.DataFrame(columns=MINES))
SPOKEN_COLUMNS = ("rule", "item", "limit", "holds", "clause", "objective", "value", "bound", "gap", "action", "block",
                  "name", "capacity_10kt_a", "term", "discounted_10kcny")


def units() -> set[str]:
    """Return the units of minerals and uses, a year's too, and those of the shipped plan's indicators."""
    base = {*get_args(Mineral.model_fields["unit"].annotation), *get_args(Use.model_fields["unit"].annotation)}
    plan = YAML(typ="safe").load(PACKAGE / "regions" / "kaizhou" / "plan.yaml")
    stated = {entry["unit"] for items in plan["rules"].values() for entry in items.values()}
    return base | {f"{unit}/a" for unit in base} | stated | {style.MASS_PER_YEAR}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_that_are_put_together_exist(lang: str, tmp_path: Path) -> None:
    """Rules, cost terms, objectives, units, tables, columns, states: what the program lists has a name."""
    words = vocabulary(lang)
    wanted = [f"rules.{rule}.{part}" for rule in registry() for part in ("name", "holds", "fails")]
    wanted += [f"terms.{term}" for term in TERMS]
    wanted += [f"objectives.{name}.{part}" for name in OBJECTIVES for part in ("name", "unit")]
    wanted += [f"items.{item}" for rule in registry().values() if "|" in rule.items or rule.items == "all"
               for item in rule.items.split("|")]
    wanted += [f"actions.{action}" for action in ("license", "expand", "merge", "close")]
    wanted += [f"certificate.{key}" for key in ("proven", "stopped_time", "stopped_interrupt", "stopped_reach")]
    wanted += [f"tables.{entry.table}" for entry in load(write_small_region(tmp_path).scenario).provenance]
    wanted += [f"columns.{column}" for column in (*SPOKEN_COLUMNS, *tables.balance(case([], 0), NOTHING).columns)
               if column not in ("market",)]
    wanted += [f"units.{unit_key(unit)}" for unit in units()]
    wanted += [f"figures.nature.{nature}" for nature in get_args(Indicator.model_fields["nature"].annotation)]
    wanted += [f"figures.{name}.title" for name in (*FIGURES, *DEMAND_FIGURES)]
    wanted += [f"figures.sources.{name}" for name in (*style.SOURCES, "demand", "with_exports")]
    wanted += [f"figures.mines.{name}" for name in (*SIZE_CLASSES, "mine_count", "size_share")]
    wanted += [f"figures.gantt.{name}" for name in ("existing", "new", *EVENTS)]
    wanted += [f"figures.map.{name}" for name in ("idle", "township", "neighbour", "local", *OUTSIDE)]
    wanted += [f"figures.output_caps.{name}" for name in ("existing_mines", "new_mines", "licensed", "cap")]

    assert [key for key in wanted if key not in words] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_of_the_demand_that_are_put_together_exist(lang: str) -> None:
    """Estimators, the state of the calibration, roles of observations, fates of projects, columns of the methods."""
    statuses = (*get_args(ProjectRow.model_fields["status"].annotation), "cancelled")
    wanted = [f"{group}.{name}" for group in ("estimators", "demand.reasons") for name in ESTIMATORS]
    wanted += [f"calibration.{status}" for status in ("calibrated", "uncalibrated")]
    wanted += [f"demand.{role}" for role in ("fit", "test")]
    wanted += [f"demand.fates.{fate}" for fate in ("delay", "cancelled")]
    wanted += [f"demand.inputs.{name}" for name in ("shared", "kappa")]
    wanted += [f"methods.text.{step}" for step in methods.STEPS]
    wanted += [f"methods.{table}_columns.{name}" for table, names in methods.COLUMNS.items() for name in names]
    wanted += [f"methods.status.{status}" for status in statuses]
    wanted += [f"figures.sources.{kind}" for kind in get_args(SupplyRow.model_fields["kind"].annotation)
               if kind != "import"]

    assert [key for key in wanted if key not in vocabulary(lang)] == []


def test_a_sentence_that_does_not_exist_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        say("no.such.sentence", "en")


@pytest.mark.parametrize(
    ("environment", "lang"),
    [("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("ZH", "zh"), ("Chinese (Simplified)_China.936", "zh"), ("en", "en"),
     ("de_DE.UTF-8", "en")],
)
def test_the_language_of_the_user(monkeypatch: pytest.MonkeyPatch, environment: str, lang: str) -> None:
    monkeypatch.setenv("MINERALPLAN_LANG", environment)

    assert default_language() == lang


@pytest.mark.parametrize(("locale", "lang"), [(("zh_CN", "UTF-8"), "zh"), (("Chinese_China", "936"), "zh"),
                                               ((None, None), "en"), (("en_GB", "UTF-8"), "en")])
def test_the_language_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, locale: tuple[str | None, str | None], lang: str
) -> None:
    monkeypatch.delenv("MINERALPLAN_LANG")
    monkeypatch.setattr("locale.getlocale", lambda: locale)

    assert default_language() == lang
