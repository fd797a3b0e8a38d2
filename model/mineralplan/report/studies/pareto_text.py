"""What a front says: what was asked, which plans there are, what a step costs, and what is proven of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
MOST_ACTIONS = 12
"""Blocks that the page names for a point; actions.csv holds them all."""


def page(case: Case, objectives: Sequence[str], tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the page as Markdown."""
    title = say("pareto.heading", lang, objectives=_list([_name(n, lang) for n in objectives], lang))
    parts = [f"# {title}", f"{case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('pareto.asked', lang)}", _asked(objectives, lang)]
    parts += [f"## {say('pareto.answer', lang)}", markdown.bullets(sentences(objectives, tables, said, lang))]
    parts += [markdown.table(*points(objectives, tables, lang))]
    if len(tables["steps"]):
        parts += [f"## {say('pareto.steps', lang)}", markdown.bullets(_step_lines(objectives, tables, lang))]
    parts += [f"## {say('pareto.blocks', lang)}", markdown.bullets(_action_lines(tables, lang))]
    parts += [f"## {say('pareto.proof', lang)}", markdown.bullets(_proof(objectives, tables, said, lang))]
    return "\n\n".join(parts) + "\n"


def sentences(objectives: Sequence[str], tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return the answer in sentences with numbers."""
    table, first = tables["front"], objectives[0]
    least, most = table.iloc[0], table.iloc[-1]
    lines = [say("pareto.count", lang, points=len(table), removed=len(tables["removed"]), searches=said["searches"])]
    lines.append(say("pareto.ends", lang, name=_name(first, lang), unit=_unit(first, lang), least=_figure(least[first]),
                     others=_others(objectives, least, lang), most=_figure(most[first]),
                     most_others=_others(objectives, most, lang)))
    return lines


def points(objectives: Sequence[str], tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the points in words."""
    header = [say("pareto.columns.point", lang), *(f"{_name(n, lang)} ({_unit(n, lang)})" for n in objectives),
              say("columns.bound", lang), say("columns.gap", lang), say("pareto.columns.proven", lang)]
    rows = [
        [str(row["point"]), *(_figure(row[n]) for n in objectives), _figure(row["bound"]), f"{row['gap']:.3%}",
         say(f"pareto.proven.{row['proven']}", lang)]
        for _, row in tables["front"].iterrows()
    ]
    return header, rows


def html(case: Case, objectives: Sequence[str], tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    header, rows = points(objectives, tables, lang)
    lines = [*sentences(objectives, tables, said, lang), *_proof(objectives, tables, said, lang), *notices(case, lang)]
    body = str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    return body + "".join(f"<p>{escape(line)}</p>" for line in lines)


def _asked(objectives: Sequence[str], lang: str) -> str:
    first, *rest = objectives
    return say("pareto.question", lang, first=_name(first, lang), others=_list([_name(n, lang) for n in rest], lang))


def _step_lines(objectives: Sequence[str], tables: Tables, lang: str) -> list[str]:
    first, second = objectives
    lines = []
    for _, row in tables["steps"].iterrows():
        lines.append(say(
            "pareto.step", lang, here=int(row["from_point"]), there=int(row["to_point"]), given=_figure(row["given"]),
            second=_name(second, lang), second_unit=_unit(second, lang), taken=_figure(row["taken"]),
            least=_figure(row["taken_least"]), most=_figure(row["taken_most"]), first=_name(first, lang),
            first_unit=_unit(first, lang), per=_figure(row["per_unit"]),
        ))
        if row["taken_least"] <= 0:
            lines[-1] += say("pareto.step_open", lang)
    return lines


def _action_lines(tables: Tables, lang: str) -> list[str]:
    lines = []
    for point in tables["front"]["point"]:
        mine = tables["actions"][tables["actions"]["point"] == point]
        named = [f"{row['block']} ({row['year']})" for _, row in mine[mine["action"] != "close"].iterrows()]
        shown = _list(named[:MOST_ACTIONS], lang) + (" …" if len(named) > MOST_ACTIONS else "")
        counts = {name: int((mine["action"] == name).sum()) for name in ("license", "expand", "merge", "close")}
        lines.append(say("pareto.actions", lang, point=point, **counts, blocks=shown or "–"))
    return lines


def _proof(objectives: Sequence[str], tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    table = tables["front"]
    lines = []
    if said["efficient"] == len(table):
        lines.append(say("pareto.all_efficient", lang))
    else:
        lines.append(say("pareto.some_efficient", lang, count=said["efficient"], points=len(table),
                         gap=f"{table['gap'].max():.3%}", first=_name(objectives[0], lang)))
    lines.append(say(f"pareto.{'complete' if said['complete'] else 'not_complete'}", lang,
                     name=_name(objectives[1], lang)))
    if said["impossible"]:
        lines.append(say("pareto.impossible", lang, count=len(said["impossible"])))
    if said["unanswered"]:
        lines.append(say("pareto.unanswered", lang, count=len(said["unanswered"])))
    broken = [str(row["point"]) for _, row in table.iterrows() if row["audit"] == "broken"]
    lines.append(say("pareto.broken", lang, points=_list(broken, lang)) if broken else say("pareto.audited", lang))
    return lines


def _others(objectives: Sequence[str], row: Any, lang: str) -> str:
    return _list([f"{_name(n, lang)} {_figure(row[n])} {_unit(n, lang)}" for n in objectives[1:]], lang)


def _list(parts: Sequence[str], lang: str) -> str:
    return say("pareto.between", lang).join(parts)


def _name(objective: str, lang: str) -> str:
    return say(f"objectives.{objective}.name", lang)


def _unit(objective: str, lang: str) -> str:
    return say(f"objectives.{objective}.unit", lang)


def _figure(value: float) -> str:
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
