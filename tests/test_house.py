"""The house rules: who may import whom, what may not stand in code, how large a file or function may be."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

MODEL = Path(__file__).parents[1] / "model"
PACKAGE = MODEL / "mineralplan"
KAIZHOU = PACKAGE / "regions" / "kaizhou"
ROOMS = ("words", "inputs", "demand", "economics", "unknowns", "case", "assembly", "allocation", "rules", "formulation",
         "loading", "solving", "auditing", "simulation", "outputs", "analysis", "report", "planning", "results",
         "projection", "explanation", "province", "studies", "commands", "study_commands",
         "forward_commands", "cli")
"""A room imports only itself and rooms before it; regions are free, and the package's own file loads on demand."""
FREE = {"regions", "__init__"}
ALLOWED: dict[tuple[str, str], str] = {
    ("case.py", "report"): "a notebook shows a case in the report's words: imported when it is shown, by nothing else",
    ("planning.py", "studies"): "a plan offers prices and comparison in a notebook: imported when they are asked for",
}
"""(file, room): the reason why this file may import a later room."""
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
CODE = [file for file in FILES if not file.startswith(("regions/", "words/"))]


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((PACKAGE / file).read_text("utf-8"))


def room(file: str) -> str:
    return file.partition("/")[0].removesuffix(".py")


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that is not under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from at_run_time(other)
            continue
        yield child
        yield from at_run_time(child)


@cache
def imports(file: str) -> tuple[str, ...]:
    """Return the dotted names that a file imports, also inside functions and by name."""
    return tuple(_imports(file))


def _imports(file: str) -> Iterator[str]:
    for node in at_run_time(tree(file)):
        if isinstance(node, ast.Import):
            yield from (entry.name for entry in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{entry.name}" for entry in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (str(word.value) for word in node.args if isinstance(word, ast.Constant))


def rooms_of(file: str) -> set[str]:
    """Return the rooms of the package that a file imports."""
    names = {name.split(".")[1] for name in imports(file) if name.startswith("mineralplan.")}
    return {name for name in names if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}


def test_every_room_is_in_the_list() -> None:
    assert {room(file) for file in FILES} <= {*ROOMS, *FREE}


@pytest.mark.parametrize("file", [file for file in FILES if room(file) not in FREE])
def test_imports_go_up_the_list(file: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room(file)) + 1], *(other for name, other in ALLOWED if name == file)}

    assert rooms_of(file) <= allowed


def test_what_is_allowed_is_needed() -> None:
    assert [entry for entry in ALLOWED if entry[1] not in rooms_of(entry[0])] == []


def test_only_one_room_talks_to_the_solver() -> None:
    talking = [file for file in FILES if any(name.split(".")[0] == "highspy" for name in imports(file))]

    assert talking and all(file.startswith("solving/highs/") for file in talking)


def test_the_modeller_stays_where_the_algebra_is() -> None:
    """Pyomo is imported by the formulation and the compiler, and nowhere else: rules are checked without it."""
    users = {room(file) for file in FILES if any(name.split(".")[0] == "pyomo" for name in imports(file))}

    assert users == {"formulation", "solving"}


def docstrings(module: ast.Module) -> set[int]:
    """Return the ids of the nodes that are documentation."""
    found = set()
    for node in ast.walk(module):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def constants(file: str) -> Iterator[tuple[int, object]]:
    """Yield the line and value of every constant in code, without documentation."""
    module = tree(file)
    written = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and id(node) not in written:
            yield node.lineno, node.value


def names(file: str) -> Iterator[tuple[int, str]]:
    """Yield every identifier in code."""
    for node in ast.walk(tree(file)):
        for field in ("id", "attr", "name", "arg"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield getattr(node, "lineno", 0), value


def table(name: str) -> list[dict[str, str]]:
    with (KAIZHOU / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def local_words() -> set[str]:
    """Return everything that has a name in Kaizhou: minerals, uses, areas, places, blocks, supplies, the district."""
    plan = YAML(typ="safe").load(KAIZHOU / "plan.yaml")
    words = {"Kaizhou", "kaizhou", "开州", "Chongqing", "重庆"}
    for group in ("minerals", "uses", "areas"):
        for code, entry in plan[group].items():
            words |= {code, entry["zh"], entry["en"]}
    for row in table("zones.csv"):
        words |= {row["zone"], row["name_zh"], row["name_en"]}
    words |= {row["block"] for row in table("blocks.csv")}
    words |= {row["supply"] for row in table("supplies.csv")}
    return words


@pytest.mark.parametrize("file", CODE)
def test_nothing_about_the_district_stands_in_code(file: str) -> None:
    """No mineral, use, place or block of the shipped region, as a whole word of any string or as a name."""
    words = local_words()
    latin = re.compile(r"\b(" + "|".join(re.escape(word) for word in words if word.isascii()) + r")\b")
    chinese = [word for word in words if not word.isascii()]
    texts = [(line, value) for line, value in constants(file) if isinstance(value, str)]

    found = [(line, text) for line, text in [*texts, *names(file)]
             if latin.search(text) or any(word in text for word in chinese)]

    assert found == []


@pytest.mark.parametrize("file", CODE)
def test_no_year_of_the_plan_stands_in_code(file: str) -> None:
    """Base year, target years and horizon are data: no number from 2019 to 2036, nor such a year in a string."""
    found = [
        (line, value) for line, value in constants(file)
        if (isinstance(value, int | float) and 2019 <= value <= 2036)
        or (isinstance(value, str) and re.search(r"(?<!\d)20(19|2\d|3[0-6])(?!\d)", value))
    ]

    assert found == []


@pytest.mark.parametrize("file", CODE)
def test_no_chinese_stands_in_code(file: str) -> None:
    """What a person reads stands in the words files; the spellings of units are data of their own."""
    found = [(line, value) for line, value in constants(file)
             if isinstance(value, str) and re.search(r"[\u4e00-\u9fff]", value)]

    assert file == "inputs/units.py" or found == []


def test_words_name_no_mineral_or_place() -> None:
    """The sentences serve any county."""
    places = {row[key] for row in table("zones.csv") for key in ("name_zh", "name_en")} | {"Kaizhou", "开州"}
    text = "".join((PACKAGE / "words" / f"{lang}.yaml").read_text("utf-8") for lang in ("en", "zh"))

    assert [place for place in sorted(places) if re.search(rf"(?<![A-Za-z]){re.escape(place)}(?![A-Za-z])", text)] == []


def test_no_file_is_too_long() -> None:
    lengths = {file: len((PACKAGE / file).read_text("utf-8").splitlines()) for file in FILES}

    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    long = {}
    for file in FILES:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{file}:{node.name}"] = length

    assert long == {}
