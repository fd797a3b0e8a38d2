"""docs/reliability.md is true of the tests: each that it names exists, and each of ours is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| \d", line)]
NAMED = [name for row in ROWS for name in re.findall(r"`(tests/[^`]+)`", row)]


def functions_of(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_the_rows_are_counted() -> None:
    """They are numbered from one, and the page says how many there are."""
    assert [int(row.split("|")[1]) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 40
    assert f"\n{len(ROWS)} faults, " in PAGE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_a_row_names_a_test(row: str) -> None:
    assert row.replace("\\|", "").count("|") == 5
    assert re.search(r"`tests/[^`]+::test_\w+`", row)


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_what_is_named_exists(name: str) -> None:
    file, _, test = name.partition("::")

    assert test in functions_of(ROOT / file)


def test_no_test_of_ours_is_left_out() -> None:
    """What is promised beside the table stands on the page too: these two are of the project and of typed paths."""
    ours = {f"{file.relative_to(ROOT).as_posix()}::{test}" for file in Path(__file__).parent.glob("test_*.py")
            if file != Path(__file__) for test in functions_of(file)}

    assert {name.partition("::test_")[2] for name in ours - set(NAMED)} \
        == {"scenarios_and_regions_may_lie_beside_each_other", "what_is_typed_may_lie_anywhere"}
