"""When every block works, and at what licensed scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mineralplan.case import Block, Case
from mineralplan.outputs.tables import WORKING, Tables
from mineralplan.report.figures import style
from mineralplan.report.figures.placing import text_size

ROW = 0.147
"""Least height of a row, inches."""
THICK = 0.76
"""Thickness of a bar, rows."""
NAMES = 3.25
"""Room for the names of the blocks, inches."""
EVENTS = {"opened": ">", "merged": "D", "expanded": "^", "closed": "X"}
"""Markers that tell the steps apart without colour."""


@dataclass(frozen=True)
class Span:
    """A stretch of years at one licensed scale; ``step`` says what began it."""

    first: int
    last: int
    capacity: float
    step: str


def gantt(case: Case, tables: Tables, lang: str = "en") -> Figure:
    """Return one row per block that ever works, grouped by mineral, from the base year to the last."""
    rows = timeline(case, tables.production)
    years = [case.base_year, *case.years]
    edge = style.HEADER + style.FOOTER + 0.77
    height = max(style.HEIGHT if len(rows) > 20 else 0.7 * style.HEIGHT, edge + ROW * len(rows))
    with style.sheet(case, lang, height) as page:
        page.title("gantt", first=years[0], last=years[-1])
        if not rows:
            page.empty()
            return page.figure
        axes = page.axes(NAMES, style.FOOTER + 0.72, style.WIDTH - NAMES - 1.45, height - edge - 0.05)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        style.year_axis(axes, years, years if len(years) <= 20 else style.few_years(case, years), page.word("year"))
        if len(years) <= 20:
            axes.set_xticklabels([page.word("base_year", year=years[0]), *map(str, years[1:])])
        axes.set_yticks(range(len(rows)), [_row_label(case.blocks[code], lang=page.lang) for code in rows])
        axes.set_ylabel(page.word("gantt.axis"), rotation=0, ha="right", va="bottom", color=style.QUIET)
        axes.yaxis.set_label_coords(-0.008, 1.004)
        axes.set_title(page.word("gantt.scale", unit=_units(page, list(rows))), fontsize=style.NORMAL,
                       color=style.QUIET)
        axes.tick_params(axis="y", length=0)
        axes.vlines([year - 0.5 for year in years], -0.6, len(rows) - 0.4, color=style.FAINT, linewidth=0.4, zorder=0)
        _bars(axes, case, rows)
        _events(axes, case, rows)
        _groups(page, axes, list(rows))
        _legend(page)
    return page.figure


def timeline(case: Case, production: pd.DataFrame) -> dict[str, list[Span]]:
    """Return the spans of each block that works in the base year or later, by mineral and then by first year."""
    working = production[production["state"].isin(WORKING)]
    held: dict[str, dict[int, float]] = {str(code): dict(zip(group["year"], group["capacity_10kt_a"], strict=True))
                                         for code, group in working.groupby("block")}
    found: dict[str, list[Span]] = {}
    for mineral in case.minerals:
        rows = {block.code: _spans(case, block, held.get(block.code, {})) for block in case.blocks_of(mineral)}
        order = sorted((spans[0].first, code) for code, spans in rows.items() if spans)
        found |= {code: rows[code] for _, code in order}
    return found


def _spans(case: Case, block: Block, held: dict[int, float]) -> list[Span]:
    start = {case.base_year: block.options[0].capacity} if block.existing else {}
    spans: list[Span] = []
    before = 0.0
    for year in (case.base_year, *case.years):
        now = (start | held).get(year, 0.0)
        if now and now == before:
            spans[-1] = Span(spans[-1].first, year, now, spans[-1].step)
        elif now:
            step = "expanded" if before else "kept" if year == case.base_year else (
                "merged" if block.status == "merged" else "opened")
            spans.append(Span(year, year, now, step))
        before = now
    return spans


def _row_label(block: Block, lang: str) -> str:
    name = block.label.text(lang)
    # The width of a text is estimated on the safe side, by a tenth or so.
    size, room = style.SMALL + 0.5, 72 * NAMES * 1.08
    while name and text_size(f"{name}…  {block.code}", size)[0] > room:
        name = name[:-1]
    whole = block.label.text(lang)
    return f"{name if name == whole else f'{name.rstrip()}…'}  {block.code}" if whole else block.code


def _units(page: style.Sheet, codes: list[str]) -> str:
    """Return the unit of the licensed scales, and what is measured in another."""
    shown = {page.case.blocks[code].mineral for code in codes}
    return page.word("list").join([page.unit(style.MASS_PER_YEAR), *style.other_units(page, shown)])


def _bars(axes: Axes, case: Case, rows: dict[str, list[Span]]) -> None:
    """Draw mines of the base year full and new ones light with a rim, so that grey print tells them apart."""
    boxes, faces, rims = [], [], []
    unit = _space(case)
    for i, (code, spans) in enumerate(rows.items()):
        block = case.blocks[code]
        tone = style.colour(case, block.mineral)
        for span in spans:
            left, right = span.first - 0.5, span.last + 0.5
            boxes.append([(left, i - THICK / 2), (right, i - THICK / 2), (right, i + THICK / 2), (left, i + THICK / 2)])
            faces.append(tone if block.existing else style.tint(tone, 0.65))
            rims.append(tone)
            ink = style.legible_on(faces[-1])
            # After a marker the figure stands clear of it.
            axes.text(left + unit * (0.12 if span.step == "kept" else 0.3), i, f"{span.capacity:g}", va="center",
                      color=ink, fontsize=style.SMALL, clip_on=True)
    axes.add_collection(PolyCollection(boxes, facecolors=faces, edgecolors=rims, linewidths=0.8, gid="spans"),
                        autolim=False)


def _events(axes: Axes, case: Case, rows: dict[str, list[Span]]) -> None:
    last, unit = case.years[-1], _space(case)
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in EVENTS}
    for i, spans in enumerate(rows.values()):
        for span, after in zip(spans, [*spans[1:], None], strict=True):
            if span.step != "kept":
                found[span.step].append((span.first - 0.5 + 0.14 * unit, i))
            if span.last < last and (after is None or after.first > span.last + 1):
                found["closed"].append((span.last + 0.5, i))
    for name, places in found.items():
        if places:
            x, y = zip(*places, strict=True)
            axes.scatter(x, y, marker=EVENTS[name], s=_size(name), color=_tone(name), edgecolor="white", linewidth=0.5,
                         zorder=4, gid=name)


def _space(case: Case) -> float:
    """Return what takes as much room on the page as a year does of sixteen."""
    return (len(case.years) + 1) / 16


def _size(name: str) -> float:
    return {"closed": 34.0, "merged": 20.0}.get(name, 30.0)


def _tone(name: str) -> str:
    return style.WARNING if name == "closed" else style.INK


def _groups(page: style.Sheet, axes: Axes, codes: list[str]) -> None:
    """Name the minerals at the right of their rows and rule a line between them."""
    case = page.case
    x = axes.get_xlim()[1]
    for mineral in style.worked(case):
        rows = [i for i, code in enumerate(codes) if case.blocks[code].mineral == mineral]
        if not rows:
            continue
        tone = style.colour(case, mineral)
        axes.plot([x + 0.12, x + 0.12], [rows[0] - 0.36, rows[-1] + 0.36], color=tone, linewidth=3, clip_on=False,
                  solid_capstyle="butt")
        axes.text(x + 0.27, (rows[0] + rows[-1]) / 2, case.minerals[mineral].text(page.lang), va="center",
                  fontsize=style.NORMAL)
        if rows[0]:
            axes.axhline(rows[0] - 0.5, color=style.QUIET, linewidth=0.4)


def _legend(page: style.Sheet) -> None:
    tone = "#555555"
    handles: Iterable[object] = [
        style.swatch(style.Paint(tone)), style.swatch(style.Paint(style.tint(tone, 0.65), tone)),
        *(Line2D([], [], linestyle="", marker=shape, color=_tone(name), markeredgecolor="white", markersize=7)
          for name, shape in EVENTS.items()),
    ]
    names = [page.word(f"gantt.{name}") for name in ("existing", "new", *EVENTS)]
    page.legend([*handles], names)
