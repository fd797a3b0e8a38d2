"""Tables as spreadsheets in China save them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mineralplan.inputs.tables import read_text
from mineralplan.loading import load
from small_region import SmallRegion, write_small_region

TEXT = "zone,name_zh\nT1,甲镇\n"


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_text_is_the_same(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "zones.csv"
    path.write_bytes(TEXT.encode(encoding))

    assert read_text(path) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_region_in_another_encoding_is_the_same_case(region: SmallRegion, encoding: str) -> None:
    """Every table with a BOM, or in GB18030 with the line ends of Windows: names and figures come out alike."""
    plain = load(region.scenario)
    for path in region.folder.rglob("*.csv"):
        text = path.read_text("utf-8").replace("\n", "\r\n")
        path.write_bytes(text.encode(encoding))

    again = load(region.scenario)

    assert again.zones["T1"].label.zh == "甲镇"
    assert replace(again, inputs=()) == replace(plain, inputs=())
    assert again.inputs != plain.inputs


def test_a_scenario_with_a_byte_order_mark(region: SmallRegion) -> None:
    text = region.scenario.read_text("utf-8")
    region.scenario.write_text(text, "utf-8-sig")

    assert load(region.scenario).title.zh == "小情景"


def test_bytes_that_are_no_text(region: SmallRegion) -> None:
    (region.folder / "exports.csv").write_bytes(b"\xff\xff\xff")

    fault = region.fault()
    assert (fault.file, fault.line) == ("county/exports.csv", 1)
    assert fault.expected.text("en") == "a text file in UTF-8 or GB18030 (Excel: CSV UTF-8)"
