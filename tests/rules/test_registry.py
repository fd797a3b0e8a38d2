"""Every rule is one file, knows its words, and has a test of its own."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from mineralplan import rules
from mineralplan.rules import registry, rule_items
from mineralplan.rules.rule import Rule
from mineralplan.words import LANGUAGES, vocabulary
from small_region import line_of, shown, write_small_region

HERE = Path(__file__).parent
MODULES = sorted(path.stem for path in Path(rules.__path__[0]).glob("*.py") if path.stem not in {"__init__", "rule"})
INHERITED = {"existing_first": "new_licences"}
"""The rules that take rows and value from another rule, and say so in their docstring."""


def classes(module: str) -> list[type[Rule]]:
    """Return the rules that a module defines."""
    members = vars(import_module(f"mineralplan.rules.{module}")).values()
    return [entry for entry in members if inspect.isclass(entry) and issubclass(entry, Rule)
            and entry.__module__ == f"mineralplan.rules.{module}"]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_registers_one_rule_of_its_own_name(module: str) -> None:
    (entry,) = classes(module)

    assert entry.name == module
    assert type(registry()[module]) is entry


def test_nothing_else_is_registered() -> None:
    assert list(registry()) == MODULES
    assert rule_items() == {name: rule.items for name, rule in registry().items()}


@pytest.mark.parametrize("name", MODULES)
def test_rows_and_value_are_its_own(name: str) -> None:
    """A rule without rows binds nothing, one without a value cannot be checked."""
    entry = type(registry()[name])
    own = {method for method in ("rows", "value") if method in vars(entry)}

    if name in INHERITED:
        assert own == set() and entry.__bases__ == (type(registry()[INHERITED[name]]),)
        assert entry.__doc__ and entry.__bases__[0].__name__ in entry.__doc__
    else:
        assert own == {"rows", "value"}


@pytest.mark.parametrize("name", MODULES)
def test_it_says_which_items_it_has_and_on_which_side_a_value_has_to_be(name: str) -> None:
    rule = registry()[name]

    assert rule.sense in {"<=", ">="}
    assert rule.items in {"mineral", "use", "area"} or all(f"items.{item}" in vocabulary("en")
                                                           for item in rule.items.split("|"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", MODULES)
def test_words(name: str, lang: str) -> None:
    """A name, and a sentence for holding and for failing that carries year and clause."""
    words = vocabulary(lang)

    assert words[f"rules.{name}.name"]
    for verdict in ("holds", "fails"):
        assert "{year}" in words[f"rules.{name}.{verdict}"] and "{clause}" in words[f"rules.{name}.{verdict}"]


@pytest.mark.parametrize("name", MODULES)
def test_a_test_file_of_its_own(name: str) -> None:
    text = (HERE / f"test_{name}.py").read_text("utf-8")

    assert text.count("\ndef test_") >= 3
    assert f'"{name}"' in text


def test_a_rule_that_does_not_exist_is_a_fault_of_the_plan(tmp_path: Path) -> None:
    """One letter short: the file, the line, and the name that was meant; nothing is silently left out."""
    region = write_small_region(tmp_path)
    region.swap("plan.yaml", "  mine_count:\n", "  mine_cont:\n")

    file, line, item, expected, _ = shown(region.fault())

    assert (file, line, item) == ("plan.yaml", line_of(region.plan, "  mine_cont:"), "rules.mine_cont")
    assert "mine_count" in expected
