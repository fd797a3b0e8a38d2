"""A sweep in words: what was asked, what the inputs are worth, what is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from typing import Any

from mineralplan.analysis.conflict import Collision
from mineralplan.analysis.impossible import Impossibility
from mineralplan.analysis.sweep_grid import Grid
from mineralplan.analysis.sweep_points import Point, cell
from mineralplan.case import Case
from mineralplan.inputs.schedule import spans_of
from mineralplan.report import markdown
from mineralplan.report.explanation_text import impossible_lines, member_label
from mineralplan.report.notices import notices
from mineralplan.words import LANGUAGES, say


def page(case: Case, grid: Grid, points: Sequence[Point], said: Mapping[str, Any], lang: str) -> str:
    """Return the page as Markdown."""
    parts = [f"# {case.title.text(lang)} · {case.district.text(lang)}", *(f"> {n}" for n in notices(case, lang))]
    parts += [f"## {say('sweep.asked', lang)}", markdown.bullets(_asked(case, grid, said, lang))]
    parts += [f"## {say('sweep.answer', lang)}", markdown.bullets(sentences(case, grid, points, said, lang))]
    parts += [f"## {say('sweep.points', lang)}", markdown.table(*_rows(case, grid, points, lang))]
    parts += [f"## {say('sweep.proof', lang)}", markdown.bullets(_proof(points, said, lang))]
    return "\n\n".join(parts) + "\n"


def html(case: Case, grid: Grid, points: Sequence[Point], said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in sentences(case, grid, points, said, lang))
    return f"<h4>{escape(case.title.text(lang))}</h4><ul>{lines}</ul>"


def sentences(
    case: Case, grid: Grid, points: Sequence[Point], said: Mapping[str, Any], lang: str
) -> list[str]:
    """Return the answer: one sentence for each step along an axis from the base, and each point without a plan."""
    base = points[grid.number[grid.base] - 1]
    lines = [say("sweep.count", lang, points=said["points"], proven=said["proven"], gap=f"{said['wanted_gap']:.3%}",
                 missing=said["without_plan"])]
    unit, cost = (say(f"objectives.{case.objective[0]}.{part}", lang) for part in ("unit", "name"))
    for axis, entry in enumerate(grid.axes):
        for i, value in enumerate(entry.values):
            point = points[grid.number[(*grid.base[:axis], i, *grid.base[axis + 1 :])] - 1]
            if point.number == base.number or not (point.found and base.found):
                continue
            middle, low, high = point.difference(base)
            key = "saves" if high <= 0 else "costs" if low >= 0 else "open"
            first, last = (-high, -low) if key == "saves" else (low, high)
            lines.append(say(f"sweep.{key}", lang, axis=entry.name, value=cell(value), unit=unit, name=cost,
                             base=cell(entry.values[grid.base[axis]]), difference=_figure(abs(middle)),
                             signed=f"{middle:+,.1f}", low=_figure(first), high=_figure(last)))
    return lines + [say("sweep.missing", lang, point=point.number, reason=reason(point, lang))
                    for point in points if not point.found]


def reason(point: Point, lang: str) -> str:
    """Return why a point has no plan."""
    answer = point.answer
    if answer.implied_by:
        return say("sweep.implied", lang, point=answer.implied_by)
    if answer.status == "failed":
        return say("sweep.failed", lang, reason=answer.ended)
    if answer.status != "infeasible":
        if point.standing.impossible:
            return say("sweep.implied", lang, point=point.bound_of)
        return say("sweep.unknown", lang)
    return answer.reasons[lang]


def reasons(
    case: Case, impossible: Sequence[Impossibility], conflict: Collision | None
) -> dict[str, str]:
    """Return why a point's case has no plan, by language."""
    found = {}
    for lang in LANGUAGES:
        lines = impossible_lines(case, impossible, lang)
        if conflict:
            members = say("figures.list", lang).join(member_label(case, m, lang) for m in conflict.members)
            lines.append(say("sweep.conflict", lang, members=members, years=spans_of(conflict.years)))
        found[lang] = " ".join(lines) or say("sweep.impossible", lang)
    return found


def _asked(case: Case, grid: Grid, said: Mapping[str, Any], lang: str) -> list[str]:
    lines = [say("sweep.axis", lang, axis=axis.name, values=", ".join(str(cell(v)) for v in axis.values),
                 base=cell(axis.values[i])) for axis, i in zip(grid.axes, grid.base, strict=True)]
    return [say("sweep.question", lang, name=case.name, points=grid.size), *lines]


def _proof(points: Sequence[Point], said: Mapping[str, Any], lang: str) -> list[str]:
    worst = max((point.gap for point in points if point.found), default=0.0)
    lines = [say("sweep.worst", lang, gap=f"{worst:.3%}"),
             say("sweep.law", lang, plans=said["plans_taken_over"], bounds=said["bounds_taken_over"])]
    broken = [str(point.number) for point in points if point.found and point.found.audit == "broken"]
    lines.append(say("sweep.broken", lang, points=", ".join(broken)) if broken else say("sweep.audited", lang))
    return lines


def _rows(case: Case, grid: Grid, points: Sequence[Point], lang: str) -> tuple[list[str], list[list[str]]]:
    header = [say("sweep.point", lang), *(axis.name for axis in grid.axes),
              *(say(f"columns.{name}", lang) for name in ("objective", "bound", "gap")),
              *(say(f"sweep.{name}", lang) for name in ("shortage", "imports", "mines", "licences"))]
    rows = []
    for point in points:
        mark = f"**{point.number}**" if point.index == grid.base else str(point.number)
        told = point.found.quantities if point.found else {}
        names = ("shortage_10kt", "imports_10kt", "mines_at_work", "new_licences")
        rows.append([mark, *(str(cell(value)) for value in grid.values(point.index).values()),
                     _figure(point.standing.objective), _figure(point.standing.bound),
                     f"{point.gap:.3%}" if point.found else "–",
                     *(f"{told[name]:,.10g}" if name in told else "–" for name in names)])
    return header, rows


def _figure(value: float) -> str:
    return f"{value:,.1f}" if isfinite(value) else "–"
