"""How the annex is set: A4, the typefaces of official documents, and fields that Word fills in."""

from __future__ import annotations

from typing import Any

from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

LATIN, BODY, HEADING, SUBHEADING = "Times New Roman", "FangSong", "SimHei", "KaiTi"
"""Typefaces; the Chinese ones by the names that every system knows them by."""
SHORT_SIDE, LONG_SIDE, MARGIN = 21.0, 29.7, 2.5
"""A4 and its margins, cm."""
WIDTH = {False: SHORT_SIDE - 2 * MARGIN, True: LONG_SIDE - 2 * MARGIN}
"""Of the text, by whether the page lies on its side, cm."""
HEIGHT = LONG_SIDE - 2 * MARGIN - 4.0
"""Of a picture at most, on an upright page below a heading and above its title, cm."""
LEVELS = 3
STYLES = {"Normal": (12, BODY, False), "Title": (22, HEADING, False), "Heading 1": (18, HEADING, False),
          "Heading 2": (15, HEADING, False), "Heading 3": (13, SUBHEADING, True)}
"""Style → size in points, Chinese typeface, bold."""


def set_styles(document: DocumentType) -> None:
    """Give the styles their typefaces, and the contents theirs."""
    for name, (size, east, bold) in STYLES.items():
        style: Any = document.styles[name]
        set_font(style.element.get_or_add_rPr(), east)
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, RGBColor(0, 0, 0)
    # Without it the signs of punctuation take the shapes of another Chinese script.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    title: Any = document.styles["Title"]
    for line in title.element.pPr.findall(qn("w:pBdr")):
        title.element.pPr.remove(line)
    normal: Any = document.styles["Normal"]
    normal.paragraph_format.line_spacing, normal.paragraph_format.space_after = 1.4, Pt(0)
    for level in range(1, LEVELS + 1):
        heading: Any = document.styles[f"Heading {level}"]
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(6)
        entry: Any = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        entry.base_style = document.styles["Normal"]
        entry.paragraph_format.left_indent = Cm(0.75 * (level - 1))
        entry.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH[False]), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def set_font(properties: Any, east: str) -> None:
    """Set the Latin and the Chinese typeface of a run or style; a theme's would stand above them."""
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script, face in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east)):
        fonts.set(qn(f"w:{script}"), face)


def set_page(section: Section, *, lying: bool) -> None:
    """Make a section A4, upright or lying."""
    from docx.enum.section import WD_ORIENT

    section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    width, height = (LONG_SIDE, SHORT_SIDE) if lying else (SHORT_SIDE, LONG_SIDE)
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)


def element(name: str, /, **attributes: str) -> Any:
    """Return an element of the format with its attributes."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def run_of(parent: Any, *children: Any) -> None:
    """Append a run with some children."""
    run = element("r")
    run.extend(children)
    parent.append(run)


def add_field(parent: Any, code: str, shown: str = "") -> None:
    """Append a field that Word computes, with what is shown until then."""
    begin_field(parent, code)
    text = element("t")
    text.text = shown
    run_of(parent, text)
    run_of(parent, element("fldChar", fldCharType="end"))


def begin_field(parent: Any, code: str, *, stale: bool = False) -> None:
    """Open a field whose result follows; a stale one is computed anew when the file is opened."""
    mark = element("fldChar", fldCharType="begin", **({"dirty": "true"} if stale else {}))
    said = element("instrText")
    said.set(qn("xml:space"), "preserve")
    said.text = f" {code} "
    run_of(parent, mark)
    run_of(parent, said)
    run_of(parent, element("fldChar", fldCharType="separate"))


def add_bookmark(paragraph: Paragraph, number: int) -> str:
    """Mark a heading, so that the contents can point at it; return the mark's name."""
    name = f"_Toc{number:09d}"
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, element("bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("bookmarkEnd", id=str(number)))
    return name
