"""Scenario files that went wrong, or were made to do harm: each is refused with a fault, or read safely."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import call, refused

from small_region import SCENARIO, SmallRegion, write_small_region

LINE = len(SCENARIO.splitlines()) + 1
"""The line of what a test appends."""
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)
"""Ten thousand million words in a few lines."""
LAUGHING_KEYS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{{', '.join(f'k{j}: *a{i - 1}' for j in range(10))}}}\n" for i in range(1, 10)
)


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        pytest.param("caps:\n\tlimestone: 5\n", LINE + 1, "valid YAML", id="tab"),
        pytest.param("caps:\n  limestone: 5\n shale: 5\n", LINE + 2, "valid YAML", id="indentation"),
        pytest.param("caps: {limestone: 5\n", LINE + 1, "valid YAML", id="unclosed"),
        pytest.param("region: county\n", LINE, "region: expected each name once", id="duplicate"),
        pytest.param("---\nmines: 3\n", LINE, "valid YAML; found another document", id="two documents"),
        pytest.param("caps: \0\n", LINE, r"no control characters; found '\x00'", id="NUL"),
        pytest.param('caps: {"\\e[31mred": 5}\n', LINE, r"caps: expected no control characters; found '\x1b'",
                     id="escape code"),
        pytest.param(LAUGHS, LINE, "at most 50000 values, with every alias written out", id="billion laughs"),
        pytest.param(LAUGHING_KEYS, LINE, "at most 50000 values, with every alias written out", id="billion keys"),
        pytest.param("caps: &me {limestone: *me}\n", LINE, "nested at most 30 deep, none of them inside itself",
                     id="alias of itself"),
        pytest.param("caps: " + "{a: " * 100 + "1" + "}" * 100 + "\n", LINE, "nested at most 30 deep", id="deep"),
        pytest.param("rules: &r {mine_count: {all: 3}}\ntrade: {<<: *r}\n", LINE + 1,
                     "trade: expected plain values: no tags, no merge keys; found <<", id="merge key"),
        pytest.param("caps: !mine {limestone: 5}\n", LINE, "no tags, no merge keys; found !mine", id="tag"),
        pytest.param("mines: !!binary Mw==\n", LINE, "no tags", id="binary tag"),
        pytest.param("? [a, b]\n: 5\n", LINE, "expected text", id="list as key"),
        pytest.param("caps: {limestone: .nan}\n", LINE, "caps.limestone: expected a finite number", id="nan"),
        pytest.param("caps: {limestone: -.inf}\n", LINE, "caps.limestone: expected a finite number", id="infinity"),
        pytest.param("caps: {limestone: 1e400}\n", LINE, "caps.limestone: expected a finite number", id="1e400"),
        pytest.param("caps: {limestone: " + "9" * 5000 + "}\n", LINE, "caps.limestone: expected a finite number",
                     id="5000 digits"),
        pytest.param("caps: {limestone: 1e13}\n", LINE, "a figure of at most 1e+12", id="1e13"),
        pytest.param("economics: {haul: .nan}\n", LINE, "economics.haul: expected a finite number", id="economics nan"),
        pytest.param("economics: {haul: .inf}\n", LINE, "economics.haul: expected a finite number", id="economics inf"),
        pytest.param("caps: {limestone: 2026-01-01}\n", LINE, "a number, not a date", id="date"),
        pytest.param("caps: {limestone: 2026-13-45}\n", LINE, "a number, not a date", id="date that is none"),
        pytest.param("caps: {limestone: yes}\n", LINE, "caps.limestone: expected a number; found 'yes'", id="yes"),
        pytest.param("years: [2021, 99999999]\n", LINE, "years.1: expected a year of four digits", id="far year"),
        pytest.param("caps: {limestone: {20222: 5}}\n", LINE, "a year of four digits", id="year of five digits"),
        pytest.param("caps: {limestone: null}\n", LINE, "caps.limestone: expected a number; found None", id="null"),
        pytest.param("null: 5\n", LINE, "null: expected one of", id="null as key"),
        pytest.param("solve.threads: 100000\n", LINE, "solve.threads: expected a value ≤ 256", id="threads"),
        pytest.param("demand.draws: 2147483647\n", LINE, "demand.draws: expected a value ≤ 1048576", id="draws"),
        pytest.param("title.en: \"a\\n# b\"\n", LINE, "title.en: expected one value only", id="title twice"),
    ],
)
def test_what_a_scenario_cannot_say(region: SmallRegion, text: str, line: int, expected: str) -> None:
    """One line of the report names the file, the line and what is wrong; the billion laughs end in no time."""
    region.adds(text)

    assert [fault for fault in refused(region.scenario) if f"small.yaml, line {line}: " in fault and expected in fault]


def test_a_python_object_is_never_made(region: SmallRegion) -> None:
    """The tag asks to run a command that would make a file."""
    made = region.scenario.with_name("made")
    region.adds(f"mines: !!python/object/apply:os.system ['touch {made}']\n")

    assert "no tags" in refused(region.scenario)[0]
    assert not made.exists()


def test_a_title_of_two_lines(region: SmallRegion) -> None:
    """It would begin a heading of its own in the summary."""
    region.swap("scenario", "en: Small,", 'en: "Small\\n# Big",')

    assert refused(region.scenario) == [
        rf"{region.scenario.as_posix()}, line 1: title.en: expected one line; found 'Small\n# Big'"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", "region: expected to be given", id="empty"),
        pytest.param(b"- a\n- b\n", "line 1: {file}: expected keys with values; found ['a', 'b']", id="list"),
        pytest.param(b"hello\n", "line 1: {file}: expected keys with values; found 'hello'", id="text"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "line 1: {file}: expected a text file in UTF-8", id="picture"),
        pytest.param(SCENARIO.encode("gb18030"), "line 1: {file}: expected a text file in UTF-8", id="GB18030"),
        pytest.param(SCENARIO.encode("utf-16"), "expected a text file in UTF-8; found UTF-16", id="UTF-16"),
        pytest.param(b"caps: " + b"[" * 20_000, "nested at most 30 deep", id="20000 brackets"),
        pytest.param(SCENARIO.encode() + b"# " + b"x" * 600_000, "a file of at most 0.5 MB; found 0.6 MB", id="size"),
    ],
)
def test_a_file_that_is_no_scenario(region: SmallRegion, content: bytes, expected: str) -> None:
    region.scenario.write_bytes(content)

    assert expected.format(file=region.scenario.as_posix()) in refused(region.scenario)[0]


def test_a_hundred_megabytes_are_not_read(region: SmallRegion) -> None:
    """A sparse file takes no room; only its first half megabyte is looked at."""
    with region.scenario.open("ab") as file:
        file.truncate(100_000_000)

    assert "a file of at most 0.5 MB; found 100.0 MB" in refused(region.scenario)[0]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
def test_what_never_ends_is_not_read(region: SmallRegion, make: object) -> None:
    region.scenario.unlink()
    make(region.scenario)  # type: ignore[operator]

    assert "a file, not a pipe or device" in refused(region.scenario)[0]


@pytest.mark.parametrize(
    ("text", "cap"),
    [("1_000", 1000.0), ("0o17", 15.0), ("017", 17.0), ("1e3", 1000.0), ("'50'", 50.0), ("-0.0", 0.0),
     ("&a 50", 50.0), ("!!float 50", 50.0)],
)
def test_a_number_that_yaml_knows(region: SmallRegion, text: str, cap: float) -> None:
    """YAML 1.2: underscores part digits, octal begins with 0o, and 017 is seventeen."""
    limit = region.case(f"caps: {{limestone: {text}}}\n").rules["output_cap"]["limestone"].schedule.at(2022)

    assert str(limit) == str(cap)


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text],
                         ids=["Windows line ends", "byte order mark"])
def test_a_scenario_of_windows(region: SmallRegion, change: object) -> None:
    region.scenario.write_bytes(change(SCENARIO).encode())  # type: ignore[operator]

    assert call("check", region.scenario).exit_code == 0


@pytest.mark.parametrize("value", ["*a", "{a: ", "2026-13-45", "!!python/object:os.x {}", "\x1b[31m"])
def test_a_change_on_the_command_line(region: SmallRegion, value: str) -> None:
    """What is typed after ``--set`` is read with the same care."""
    result = call("check", region.scenario, "--set", f"caps.limestone={value}")

    assert result.exit_code == 2
    assert "\x1b[31m" not in result.output
