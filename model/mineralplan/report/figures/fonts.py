"""Which fonts can write a language; matplotlib ships none with Chinese glyphs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from matplotlib.font_manager import fontManager

from mineralplan.words import say

LATIN = "DejaVu Sans"
"""Ships with matplotlib."""

CHINESE = (
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "STHeiti",
    "Arial Unicode MS",
    "Noto Sans CJK JP",  # the only face of the .ttc file that older matplotlib sees; it has the same glyphs
    "SimSun",
    "Songti SC",
)
"""Fonts with Chinese glyphs that systems come with, the best in print first."""

PACKAGED = ("mplfonts", "fonts/NotoSansCJKsc-Regular.otf")
"""The optional package that brings a font, and where it lies in it."""


def installed() -> set[str]:
    """Return the names of the fonts that matplotlib finds."""
    return {entry.name for entry in fontManager.ttflist}


def packaged() -> Path | None:
    """Return the font file of the optional package; None where that is not installed."""
    package, path = PACKAGED
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    files = [Path(place) / path for place in places or ()]
    return next((file for file in files if file.is_file()), None)


def chinese_font() -> str | None:
    """Return the name of a font with Chinese glyphs, or None."""
    names = installed()
    found = next((name for name in CHINESE if name in names), None)
    if found:
        return found
    file = packaged()
    if file is None:
        return None
    fontManager.addfont(file)
    return fontManager.ttflist[-1].name


def usable_language(lang: str) -> tuple[str, str | None]:
    """Return the language that figures can be labelled in, and what to tell who asked for another.

    Parameters
    ----------
    lang : str
        The language asked for.

    Returns
    -------
    tuple of (str, str or None)
        ``lang`` and None; or ``"en"`` and one sentence, in the language asked for, on how to get Chinese labels.
    """
    if lang != "zh" or chinese_font():
        return lang, None
    return "en", say("figures.no_glyphs", lang)


def family(lang: str) -> list[str]:
    """Return the fonts to write ``lang`` with; each glyph is taken from the first that has it."""
    chinese = chinese_font()
    if chinese is None:
        return [LATIN]
    # English labels too may hold a name that exists in Chinese only: better its glyphs than empty boxes.
    return [chinese, LATIN] if lang == "zh" else [LATIN, chinese]
