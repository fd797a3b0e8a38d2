"""What the annex is written on: headings, paragraphs, places to fill in, tables, figures, contents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from mineralplan.report.annex.layout import (
    BODY,
    HEADING,
    HEIGHT,
    LEVELS,
    WIDTH,
    add_bookmark,
    add_field,
    begin_field,
    element,
    run_of,
    set_font,
    set_page,
    set_styles,
)
from mineralplan.report.standing import plain
from mineralplan.words import say

RED = RGBColor(0xC0, 0, 0)
SHADE = "DDE6EE"
INDENT = Cm(0.85)
"""Two letters of the body."""


class Paper:
    """A document in the making.

    Attributes
    ----------
    document : docx.document.Document
    lang : str
    lying : bool
        Whether the page in hand is landscape.
    """

    def __init__(self, lang: str) -> None:
        self.document, self.lang, self.lying = Document(), lang, False
        set_styles(self.document)
        set_page(self.document.sections[0], lying=False)
        self._headings: list[tuple[int, str, str]] = []
        self._contents: Paragraph | None = None

    def heading(self, text: str, level: int) -> None:
        """Add a heading that the contents list."""
        paragraph = self.document.add_heading(plain(text), level)
        self._headings.append((level, plain(text), add_bookmark(paragraph, len(self._headings) + 1)))

    def text(self, text: str, *, red: bool = False) -> Paragraph:
        """Add a paragraph of the body."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = INDENT
        run = paragraph.add_run(plain(text))
        if red:
            run.font.color.rgb, run.font.bold = RED, True
        return paragraph

    def fill_in(self, what: str) -> None:
        """Add a marked place for what only a person can say."""
        marked(self.text("").add_run(say("annex.fill", self.lang, what=what)))

    def caption(self, text: str) -> None:
        """Add the title of a table, above it."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(8), True
        run = paragraph.add_run(plain(text))
        set_font(run._r.get_or_add_rPr(), HEADING)
        run.font.size = Pt(11)

    def note(self, text: str) -> None:
        """Add a small remark, below a table or figure."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.add_run(plain(text)).font.size = Pt(9)

    def table(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], shares: Sequence[float], *,
        figures: Iterable[int] = (), points: float = 9,
    ) -> Table:
        """Add a table over the width of the page, its header repeated on every page.

        Parameters
        ----------
        header, rows : sequences of str
        shares : sequence of float
            Widths of the columns, in any unit.
        figures : iterable of int
            Columns that are set to the right.
        points : float
            Size of its letters.
        """
        listed, right = [list(header), *map(list, rows)], set(figures)
        table: Table = self.document.add_table(len(listed), len(header), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [Cm(WIDTH[self.lying] * share / sum(shares)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, (row, cells) in enumerate(zip(table.rows, listed, strict=True)):
            row._tr.get_or_add_trPr().append(element("cantSplit"))
            if number == 0:
                row._tr.get_or_add_trPr().append(element("tblHeader"))
            for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                cell.width = widths[place]
                align = WD_ALIGN_PARAGRAPH.RIGHT if place in right else WD_ALIGN_PARAGRAPH.LEFT
                _fill(cell, text, points, WD_ALIGN_PARAGRAPH.CENTER if number == 0 else align, head=number == 0)
        self.document.add_paragraph().paragraph_format.line_spacing = 0.7
        return table

    def figure(self, png: bytes, caption: str) -> None:
        """Add a picture as large as the page lets it be, its title below."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(BytesIO(png))
        scale = min(Cm(WIDTH[self.lying]) / shape.width, Cm(HEIGHT) / shape.height)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        below = self.document.add_paragraph()
        below.alignment, below.paragraph_format.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(10)
        below.add_run(plain(caption)).font.size = Pt(10)

    def new_section(self, *, lying: bool) -> None:
        """Begin a new page, upright or lying; header and footer go on."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        set_page(section, lying=lying)
        section.different_first_page_header_footer = False
        self.lying = lying

    def new_page(self) -> None:
        """Begin a new page."""
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def margins(self, above: str, below: str) -> None:
        """Write header and footer of every page but the first: what it is, how good it is, the page's number."""
        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        top, bottom = section.header.paragraphs[0], section.footer.paragraphs[0]
        top.alignment = bottom.alignment = WD_ALIGN_PARAGRAPH.CENTER
        top.add_run(plain(above)).font.size = Pt(9)
        bottom.add_run(plain(below)).font.size = Pt(8)
        number = section.footer.add_paragraph()
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_field(number._p, "PAGE", "1")

    def place_contents(self) -> None:
        """Leave a place for the contents, which are written when all headings are known."""
        self._contents = self.document.add_paragraph()

    def write_contents(self) -> None:
        """Write the contents as a field: its entries stand there already, and Word finds their pages."""
        place = self._contents
        assert place is not None
        for number, (level, text, mark) in enumerate(self._headings):
            entry = place.insert_paragraph_before(style=f"toc {level}")
            if number == 0:
                begin_field(entry._p, f'TOC \\o "1-{LEVELS}" \\h \\z \\u', stale=True)
            link, said = element("hyperlink", anchor=mark, history="1"), element("t")
            said.text = text
            run_of(link, said)
            run_of(link, element("tab"))
            add_field(link, f"PAGEREF {mark} \\h")
            entry._p.append(link)
        run_of(place._p, element("fldChar", fldCharType="end"))


def marked(run: Run) -> None:
    """Mark what is still to be filled in."""
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _fill(cell: _Cell, text: str, points: float, align: WD_ALIGN_PARAGRAPH, *, head: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment, paragraph.paragraph_format.line_spacing = align, 1.0
    run = paragraph.add_run(plain(text))
    run.font.size = Pt(points)
    if head:
        set_font(run._r.get_or_add_rPr(), HEADING)
        cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=SHADE))
    else:
        set_font(run._r.get_or_add_rPr(), BODY)
