"""plan.xlsx: every result table as a sheet to read, print, filter, and one to edit and have audited."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from mineralplan.report.packing import pack

if TYPE_CHECKING:
    from mineralplan.report.record import Record


def write_workbook(record: Record, path: Path, lang: str) -> Path:
    """Write the workbook of a run.

    Parameters
    ----------
    record : Record
    path : pathlib.Path
        An .xlsx file, replaced when it exists; the same record gives the same bytes.
    lang : str
        ``"en"`` or ``"zh"``.
    """
    from openpyxl import Workbook

    from mineralplan.report.workbook.box import add_box
    from mineralplan.report.workbook.by_hand import add_by_hand
    from mineralplan.report.workbook.cover import fill_cover
    from mineralplan.report.workbook.tables import add_tables

    book = Workbook()
    cover = book.worksheets[0]
    add_box(book, record, lang)
    add_by_hand(book, record, lang)
    add_tables(book, record, lang)
    fill_cover(cover, book, record, lang)
    out = io.BytesIO()
    book.save(out)
    return pack(out.getvalue(), path)
