"""The libraries within the page are the same whether they were kept or put together afresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from mineralplan.report.page.libraries import vega


def test_what_was_kept_is_what_would_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page takes the script from the folder: with nothing to make it of, it is still there."""
    made = vega(tmp_path / "new")
    monkeypatch.setattr("vl_convert.javascript_bundle", None)

    assert "vegaEmbed" in made
    assert vega(tmp_path / "new") == made
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_another_version_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda: "first")
    vega(tmp_path)
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda: "second")
    monkeypatch.setattr("mineralplan.report.page.libraries.version", lambda _: "0")

    assert vega(tmp_path) == "second"


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda: "script")
    (tmp_path / "file").touch()

    assert vega(tmp_path / "file") == "script"
