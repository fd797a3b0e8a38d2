"""A sweep in words: what was asked, what the inputs are worth, what is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from typing import Any

import pandas as pd

from mineralplan.analysis.conflict import Collision
from mineralplan.analysis.impossible import Impossibility
from mineralplan.analysis.sweep_grid import Axis, Grid
from mineralplan.analysis.sweep_points import Point, cell
from mineralplan.case import Case
from mineralplan.inputs.schedule import spans_of
from mineralplan.report import markdown
from mineralplan.report.explanation_text import impossible_lines, member_label
from mineralplan.report.notices import notices
from mineralplan.words import LANGUAGES, say

Tables = Mapping[str, pd.DataFrame]
QUANTITIES = {"shortage_10kt": "shortage", "imports_10kt": "imports", "mines_at_work": "mines",
              "new_licences": "licences"}
"""Column of points.csv → its word."""


def page(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the page as Markdown."""
    parts = [f"# {case.title.text(lang)} · {case.district.text(lang)}", *(f"> {n}" for n in notices(case, lang))]
    parts += [f"## {say('sweep.asked', lang)}", markdown.bullets(_asked(case, said, lang))]
    parts += [f"## {say('sweep.answer', lang)}", markdown.bullets(sentences(case, tables, said, lang))]
    parts += [f"## {say('sweep.points', lang)}", markdown.table(*point_rows(tables, lang))]
    parts += [f"## {say('sweep.proof', lang)}", markdown.bullets(proven(tables, said, lang))]
    return "\n\n".join(parts) + "\n"


def html(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    header, rows = point_rows(tables, lang)
    lines = [*sentences(case, tables, said, lang), *proven(tables, said, lang), *notices(case, lang)]
    body = str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    return body + "".join(f"<p>{escape(line)}</p>" for line in lines)


def sentences(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return the answer: one sentence for each step along an axis from the base, and each point without a plan."""
    table = tables["points"].set_index("point", drop=False)
    grid, number = _grid(tables, said), int(table.index[table["base"]][0])
    lines = [say("sweep.count", lang, points=said["points"], proven=said["proven"], gap=f"{said['wanted_gap']:.3%}",
                 missing=said["without_plan"])]
    for axis, entry in enumerate(grid.axes):
        own = cell(entry.values[grid.base[axis]])
        for i, value in enumerate(entry.values):
            row = table.loc[grid.number[(*grid.base[:axis], i, *grid.base[axis + 1 :])]]
            if row["point"] != number and pd.notna(row["difference"]):
                lines.append(_step(case, row, lang, axis=entry.name, value=cell(value), base=own))
    gone = table[table["objective"].isna()]
    return lines + [say("sweep.missing", lang, point=point, reason=told)
                    for point, told in zip(gone["point"], gone[f"reason_{lang}"], strict=True)]


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


def proven(tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return what was proven, in sentences."""
    table = tables["points"]
    lines = []
    if table["objective"].notna().any():
        lines.append(say("sweep.worst", lang, gap=f"{table['gap'].max():.3%}"))
    lines.append(say("sweep.law", lang, plans=said["plans_taken_over"], bounds=said["bounds_taken_over"]))
    broken = [str(point) for point in table["point"][table["audit"] == "broken"]]
    lines.append(say("sweep.broken", lang, points=", ".join(broken)) if broken else say("sweep.audited", lang))
    return lines


def point_rows(tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the points in words."""
    table = tables["points"]
    axes = list(table.columns[1 : table.columns.get_loc("base")])
    shown = [name for name in QUANTITIES if name in table]
    header = [say("sweep.point", lang), *axes,
              *(say(f"columns.{name}", lang) for name in ("objective", "bound", "gap")), say("sweep.difference", lang),
              *(say(f"sweep.{QUANTITIES[name]}", lang) for name in shown)]
    rows = []
    for _, row in table.iterrows():
        known = pd.notna(row["objective"])
        apart = f"{row['difference']:+,.1f} ({_figure(row['difference_low'])} … {_figure(row['difference_high'])})"
        rows.append([
            f"{row['point']} ({say('sweep.base', lang)})" if row["base"] else str(row["point"]),
            *(_value(row[axis]) for axis in axes), _figure(row["objective"]), _figure(row["bound"]),
            f"{row['gap']:.3%}" if known else "–",
            apart if pd.notna(row["difference"]) and not row["base"] else "–",
            *(_figure(row[name]) for name in shown),
        ])
    return header, rows


def _asked(case: Case, said: Mapping[str, Any], lang: str) -> list[str]:
    lines = [say("sweep.axis", lang, axis=name, values=", ".join(str(cell(value)) for value in values),
                 base=cell(said["base"][name])) for name, values in said["axes"].items()]
    return [say("sweep.question", lang, name=case.name, points=said["points"]), *lines]


def _step(case: Case, row: Any, lang: str, **words: Any) -> str:
    """Return what another value of one axis saves or costs, or that its sign is not proven."""
    unit, name = (say(f"objectives.{case.objective[0]}.{part}", lang) for part in ("unit", "name"))
    low, high = row["difference_low"], row["difference_high"]
    key = "saves" if high <= 0 else "costs" if low >= 0 else "open"
    least, most = (-high, -low) if key == "saves" else (low, high)
    return say(f"sweep.{key}", lang, **words, unit=unit, name=name, difference=_figure(abs(row["difference"])),
               signed=f"{row['difference']:+,.1f}", low=_figure(least), high=_figure(most))


def _grid(tables: Tables, said: Mapping[str, Any]) -> Grid:
    """Return the grid as the manifest tells it: tables keep figures by year as one text."""
    axes = tuple(Axis(name, tuple(values)) for name, values in said["axes"].items())
    number = int(tables["points"]["point"][tables["points"]["base"]].iloc[0])
    return Grid(axes, Grid(axes, ()).points[number - 1])


def _value(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _figure(value: float) -> str:
    if not isfinite(value):
        return "–"
    text = f"{round(value, 1) + 0.0:,.1f}"  # no -0.0
    return text.removesuffix(".0")
