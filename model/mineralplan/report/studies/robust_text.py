"""Which blocks whatever happens, in the planner's words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices
from mineralplan.words import say

NAMED = 8
"""Decisions named in a sentence; the table names them all."""
STANDINGS = ("whatever_happens", "depends", "not_settled", "never")


def page(case: Case, tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any], lang: str) -> str:
    """Return the whole page as Markdown."""
    parts = [f"# {say('robust.title', lang)} · {case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('robust.answer', lang)}", markdown.bullets(sentences(case, tables, said, lang))]
    blocks = tables["blocks"]
    for standing in STANDINGS:
        rows = blocks[blocks["standing"] == standing]
        if len(rows):
            parts += [f"## {say(f'robust.standing.{standing}', lang)}",
                      say(f"robust.means.{standing}", lang), _block_table(case, rows, lang)]
    parts += [f"## {say('robust.plans', lang)}", say("robust.plans_are", lang), _plan_table(case, tables, lang)]
    parts += [f"## {say('robust.proven', lang)}", markdown.bullets(proven(said, lang))]
    return "\n\n".join(parts) + "\n"


def sentences(case: Case, tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any], lang: str) -> list[str]:
    """Return the answer in sentences."""
    counts = tables["blocks"]["standing"].value_counts()
    lines = [say("robust.asked", lang, slack=f"{said['slack']:.2%}", best=f"{said['best_10kcny']:,.0f}",
                 limit=f"{said['limit_10kcny']:,.0f}", futures=said["futures"], scenarios=len(said["scenarios"]))]
    for standing in STANDINGS:
        rows = tables["blocks"][tables["blocks"]["standing"] == standing]
        if not len(rows):
            continue
        told = [f"{row.block} ({say(f'robust.event.{row.event}', lang)})" for row in rows_of(rows)]
        names = say("figures.list", lang).join(told[:NAMED] + ["…"] * (len(told) > NAMED))
        lines.append(say("robust.count", lang, count=int(counts[standing]), names=names,
                         standing=say(f"robust.standing.{standing}", lang)))
    return lines


def proven(said: Mapping[str, Any], lang: str) -> list[str]:
    """Return what was proven and what was not."""
    certificate, verdicts = said["proof"], said["verdicts"]
    by_bound = verdicts.get("always", 0) + verdicts.get("never", 0)
    by_plan = verdicts.get("can_be_left_out", 0) + verdicts.get("can_come_in", 0)
    lines = [
        say("robust.best_is", lang, best=f"{said['best_10kcny']:,.0f}", bound=f"{certificate['bound']:,.0f}",
            gap=f"{certificate['gap']:.2%}"),
        say("robust.by_bound", lang, count=by_bound), say("robust.by_plan", lang, count=by_plan),
        say("robust.open", lang, count=verdicts.get("not_settled", 0)),
    ]
    return lines if said["futures"] or said["scenarios"] else [*lines, say("robust.only_slack", lang)]


def html(case: Case, tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    title = f"<h4>{escape(say('robust.title', lang))} · {escape(case.title.text(lang))}</h4>"
    lines = (*sentences(case, tables, said, lang), *proven(said, lang))
    return title + "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, its columns as attributes."""
    return list(table.itertuples())


def otherwise_text(row: Any, lang: str) -> str:
    """Return what it costs to decide otherwise than the best plan: an interval, or a bound alone."""
    low, high = row.otherwise_at_least_10kcny, row.otherwise_at_most_10kcny
    if pd.isna(low):
        return say("robust.impossible", lang)
    if pd.isna(high):
        return f"≥ {max(0.0, low):,.0f}"
    return f"{max(0.0, low):,.0f}–{high:,.0f}"


def years_text(row: Any) -> str:
    """Return the earliest and the latest year."""
    if pd.isna(row.earliest):
        return "–"
    first, last = int(row.earliest), int(row.latest)
    return str(first) if first == last else f"{first}–{last}"


def share_text(share: float) -> str:
    """Return a share, or a dash where there is none."""
    return "–" if pd.isna(share) else f"{share:.0%}"


def _block_table(case: Case, rows: pd.DataFrame, lang: str) -> str:
    columns = ("block", "name", "mineral", "event", "near", "otherwise", "share_alternatives", "share_futures",
               "share_scenarios", "years", "depends_on")
    body = [
        [row.block, case.blocks[row.block].label.text(lang), case.minerals[row.mineral].text(lang),
         say(f"robust.event.{row.event}", lang), say(f"robust.near.{row.near_optimal}", lang),
         otherwise_text(row, lang), share_text(row.share_alternatives), share_text(row.share_futures),
         share_text(row.share_scenarios), years_text(row), depends_text(row.depends_on, lang)]
        for row in rows_of(rows)
    ]
    return markdown.table([say(f"robust.column.{name}", lang) for name in columns], body)


def depends_text(drivers: str, lang: str) -> str:
    """Return what a decision depends on, in words where there are words."""
    words = {name: say(f"robust.part.{name}", lang) for name in PARTS}
    return "; ".join(_worded(driver, words) for driver in drivers.split("; ")) if drivers else "–"


PARTS = ("slack", "futures", "blocks", "demand", "economics", "minerals", "routes", "rules", "size_class_reading",
         "supplies", "unserved_cost", "uses", "years", "zones")


def _worded(driver: str, words: Mapping[str, str]) -> str:
    head, bracket, names = driver.partition(" (")
    return " + ".join(words.get(word, word) for word in head.split(" ")) + bracket + names if bracket \
        else words.get(driver, driver)


def _plan_table(case: Case, tables: Mapping[str, pd.DataFrame], lang: str) -> str:
    columns = ("plan", "cost", "above", "asked", "changes", "holds")
    body = [
        [str(row.plan), f"{row.cost_10kcny:,.0f}", f"{row.above_best:+.2%}",
         f"{row.asked_block} {say(f'robust.event.{row.asked_event}', lang)}" if row.asked_block else "–",
         _changes(row.changes, lang), say("robust.yes" if row.rules_hold else "robust.no", lang)]
        for row in rows_of(tables["alternatives"])
    ]
    return markdown.table([say(f"robust.column.{name}", lang) for name in columns], body)


def _changes(changes: str, lang: str) -> str:
    found = [change.partition(":") for change in changes.split()]
    return say("figures.list", lang).join(
        f"{block} ({say(f'robust.event.{event}', lang)})" for block, _, event in found) or "–"
