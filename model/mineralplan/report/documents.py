"""Every document of a run, each made from its record alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mineralplan.report.figures import FIGURES
from mineralplan.report.record import Record

Writer = Callable[[Record, Path, str], Any]


def _summary(record: Record, path: Path, lang: str) -> None:
    from mineralplan.report.summary import summary

    path.write_text(summary(record, lang), encoding="utf-8")


def _figures(record: Record, path: Path, lang: str) -> None:
    path.mkdir(exist_ok=True)
    for name in FIGURES:
        for form, content in record.pictures(name, lang).items():
            (path / f"{name}.{form}").write_bytes(content)


def _page(record: Record, path: Path, lang: str) -> None:
    from mineralplan.report.page import write_page

    write_page(record, path, lang)


def _workbook(record: Record, path: Path, lang: str) -> None:
    from mineralplan.report.workbook import write_workbook

    write_workbook(record, path, lang)


def _annex(record: Record, path: Path, lang: str) -> None:
    from mineralplan.report.annex import write_annex

    write_annex(record, path, lang)


DOCUMENTS: dict[str, Writer] = {
    "summary.md": _summary,
    "figures": _figures,
    "plan.xlsx": _workbook,
    "annex.docx": _annex,
    "report.html": _page,
}
"""What a results folder holds besides its tables and manifest: name → what writes it. Imported when it is written."""


def write_documents(record: Record, folder: Path, lang: str) -> None:
    """Write every document of a run into an existing folder.

    Parameters
    ----------
    record : Record
        With the sealed manifest, so that the documents can name the certificate.
    folder : pathlib.Path
    lang : str
        ``"en"`` or ``"zh"``; report.html speaks both and begins with this one.
    """
    for name, write in DOCUMENTS.items():
        write(record, folder / name, lang)
