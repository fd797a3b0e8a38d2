"""The first page: what the annex belongs to, how good the plan is, what stands against it; and the contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from mineralplan.report.annex.paper import Paper, marked
from mineralplan.report.standing import plain, short_line, statements
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.report.record import Record


LARGE = 20
"""From which size a line of the first page is its title, points."""


def write_front(paper: Paper, record: Record) -> None:
    """Write the title page, header and footer, and leave room for the contents."""
    case, lang = record.case, paper.lang
    title = say("annex.title", lang, document=case.document.text(lang))
    paper.margins(title, short_line(record, lang))
    for warning in record.warnings(lang):
        paper.text(warning, red=True)
    for _ in range(3):
        paper.document.add_paragraph()
    lines = (case.document.text(lang), say("annex.kind", lang), say("annex.subtitle", lang), case.title.text(lang))
    for line, points in zip(lines, (20, 22, 15, 15), strict=True):
        paragraph = paper.document.add_paragraph(style="Title" if points >= LARGE else "Normal")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(plain(line)).font.size = Pt(points)
    for what in ("office", "date"):
        paragraph = paper.document.add_paragraph()
        paragraph.alignment, paragraph.paragraph_format.space_before = WD_ALIGN_PARAGRAPH.CENTER, Pt(18)
        marked(paragraph.add_run(say("annex.fill", lang, what=say(f"annex.missing.{what}", lang))))
    paper.document.add_paragraph()
    for sentence in statements(record, lang):
        paper.text(sentence).runs[0].font.size = Pt(10.5)
    paper.new_page()
    paper.caption(say("annex.contents", lang))
    paper.place_contents()
