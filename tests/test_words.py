"""The sentences: both languages say the same things, and everything the program says exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from mineralplan.formulation.costs import TERMS
from mineralplan.formulation.objectives import OBJECTIVES
from mineralplan.inputs import faults
from mineralplan.rules import registry
from mineralplan.words import LANGUAGES, default_language, say, vocabulary

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


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a function by its name, with the file and line."""
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in names:
                    yield f"{file}:{node.lineno}", node


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


def test_everything_that_is_said_exists() -> None:
    said = [(place, key) for place, call in calls("say", "_fail") for key in literals(call.args[0])]

    assert len(said) > 50
    assert [entry for entry in said if not exists(entry[1])] == []


def test_every_message_of_a_fault_exists() -> None:
    """Messages by name, those of the validators' own error types, and what pydantic's types are translated to."""
    named = {key for _, call in calls("message") for key in literals(call.args[0]) if "*" not in key}
    raised = {key.removeprefix("fault_") for _, call in calls("PydanticCustomError") for key in literals(call.args[0])}
    translated = {*faults.PLAIN.values(), "valid", "bound", "literal"}

    assert {"column", "unit"} <= named
    assert {"thousands", "full_width"} <= raised
    assert [key for key in sorted(named | raised | translated) if f"faults.{key}" not in vocabulary("en")] == []


def test_every_fault_is_filled_in_with_what_it_asks_for() -> None:
    """The values given to a message are the gaps of its sentence."""
    wrong = []
    for place, call in calls("message"):
        for key in literals(call.args[0]):
            given = {keyword.arg for keyword in call.keywords}
            if "*" not in key and None not in given and placeholders(vocabulary("en")[f"faults.{key}"]) - given:
                wrong.append((place, key))

    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_that_are_put_together_exist(lang: str) -> None:
    """Rules, cost terms, objectives, size classes: what the program lists has a name."""
    words = vocabulary(lang)
    wanted = [f"rules.{rule}.{part}" for rule in registry() for part in ("name", "holds", "fails")]
    wanted += [f"terms.{term}" for term in TERMS]
    wanted += [f"objectives.{name}.{part}" for name in OBJECTIVES for part in ("name", "unit")]
    wanted += [f"items.{item}" for rule in registry().values() if "|" in rule.items or rule.items == "all"
               for item in rule.items.split("|")]
    wanted += [f"actions.{action}" for action in ("license", "expand", "merge", "close")]
    wanted += [f"certificate.{key}" for key in ("proven", "stopped_time", "stopped_interrupt")]

    assert [key for key in wanted if key not in words] == []


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
