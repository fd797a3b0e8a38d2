"""annex.docx: what an adjustment of a mineral resources plan has to be submitted with, as far as the run knows it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from mineralplan.report.packing import pack

if TYPE_CHECKING:
    from mineralplan.report.record import Record


def write_annex(record: Record, path: Path, lang: str = "zh") -> Path:
    """Write the annex of a run: adjustment of the plan, and apart from it, adjustment of the mining blocks.

    What only a person can argue is a marked place to fill in.

    Parameters
    ----------
    record : Record
    path : pathlib.Path
        A .docx file, replaced when it exists; the same record gives the same bytes.
    lang : str
        ``"en"`` or ``"zh"``.
    """
    from mineralplan.report.annex.block_part import write_block_part
    from mineralplan.report.annex.front import write_front
    from mineralplan.report.annex.paper import Paper
    from mineralplan.report.annex.plan_part import write_plan_part

    paper = Paper(lang)
    write_front(paper, record)
    write_plan_part(paper, record)
    write_block_part(paper, record)
    paper.write_contents()
    out = io.BytesIO()
    paper.document.save(out)
    return pack(out.getvalue(), path)
