"""A small region on disk for every test of the inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_region import SmallRegion, write_small_region


@pytest.fixture
def region(tmp_path: Path) -> SmallRegion:
    return write_small_region(tmp_path)
