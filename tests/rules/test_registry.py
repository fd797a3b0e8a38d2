"""Every rule is one file, knows its words, and has a test of its own."""

from __future__ import annotations

import inspect
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from mineralplan import rules
from mineralplan.rules import registry, rule_items
from mineralplan.rules.rule import Finding, Rule
from mineralplan.solving.highs import Settings, solve
from mineralplan.words import LANGUAGES, vocabulary
from small_region import line_of, shown, write_small_region
from tiny import ALL_MET, block, case, compiled, indicator, is_feasible

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
    assert rule.items in {"mineral", "use", "area"} or all(
        f"items.{item}" in vocabulary(lang) for item in rule.items.split("|") for lang in LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", MODULES)
def test_words(name: str, lang: str) -> None:
    """A name, and a sentence for holding and for failing that carries year and clause."""
    words = vocabulary(lang)

    assert words[f"rules.{name}.name"]
    for verdict in ("holds", "fails"):
        assert "{year}" in words[f"rules.{name}.{verdict}"] and "{clause}" in words[f"rules.{name}.{verdict}"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_a_finding_is_a_whole_sentence(name: str, holds: bool, lang: str) -> None:
    """Year and clause are in it, no blank is left open, and no value at all is a dash."""
    rule = registry()[name]
    item = "stone" if rule.items in {"mineral", "use", "area"} else rule.items.split("|")[0]
    margin = Fraction(1 if holds else -1)
    finding = Finding(name, item, 2021, "binding", "u", rule.sense, Fraction(2), Fraction(3), margin, holds, "one (2)")
    nothing = Finding(name, item, 2021, "binding", "u", rule.sense, Fraction(2), None, None, holds, "one (2)")

    said = rule.phrase(finding, case([], 0), lang)

    assert "2021" in said and "one (2)" in said
    assert not set("{}") & set(said)
    assert ("3" in said) is ("–" in rule.phrase(nothing, case([], 0), lang))


ELASTIC = {"output_cap": ("stone", 12), "mine_count": ("all", 1), "size_share": ("all", 1)}
"""By how much three rules are missed in `test_relaxed_rules_give_way_and_the_others_stay_hard`, and for which item."""


@pytest.mark.parametrize("alone", ELASTIC)
def test_relaxed_rules_give_way_and_the_others_stay_hard(alone: str) -> None:
    """30 in full needs both blocks of 20: 30 mined of 18 allowed, 2 mines of 1, 1/2 × 2 − 0 = 1 medium mine missing.

    With one of the three relaxed, the other two still refuse; with all three, each is missed by its own amount.
    """
    given = case([block("A", 20), block("B", 20)], 30, rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(18)}, "mine_count": {"all": indicator(1)},
        "size_share": {"all": indicator(0.5)}})
    settings = Settings(gap=0.0)

    assert not is_feasible(compiled(given))
    assert not is_feasible(compiled(given, elastic={alone}))
    program = compiled(given, elastic=set(ELASTIC))
    missed = np.array([name.endswith(".missed") for name, _ in program.columns])
    outcome = solve(replace(program, cost=missed.astype(float), offset=0.0), settings)
    assert outcome.x is not None
    item, amount = ELASTIC[alone]
    assert program.column_values(outcome.x)[f"rule_{alone}.missed"] == {(item, 2021, ""): pytest.approx(amount)}


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
