"""Runs without the documents that take seconds to draw: they are tested where they are made."""

from __future__ import annotations

import pytest

from mineralplan.report import documents

ONLY_SUMMARY = ("from mineralplan.report import documents as d; "
                "d.DOCUMENTS = {'summary.md': d.DOCUMENTS['summary.md']}; ")
"""The same for a program of its own."""


def only_summary(patch: pytest.MonkeyPatch) -> None:
    """Let a run write its tables, the summary and the manifest."""
    patch.setattr(documents, "DOCUMENTS", {"summary.md": documents.DOCUMENTS["summary.md"]})
