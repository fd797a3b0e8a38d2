"""How a plan does in many futures, in the planner's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices
from mineralplan.rules.rule import item_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
PLAN, DECIDE = "plan", "decide"
MOST = 12
"""Rows of a table on the page; the CSV files hold them all."""
SURE = 1.0 - 1e-9


def page(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the page as Markdown."""
    parts = [f"# {say('ensemble.heading', lang)}", f"{case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('ensemble.asked', lang)}", markdown.bullets(_asked(said, lang))]
    parts += [f"## {say('ensemble.answer', lang)}", markdown.bullets(sentences(case, tables, said, lang))]
    parts += [markdown.table(*summary_rows(tables["summary"], lang))]
    parts += [f"## {say('ensemble.met', lang)}", markdown.table(*met_rows(case, tables["demand_met"], lang))]
    parts += [f"## {say('ensemble.indicators', lang)}", *_indicators(case, tables["indicators"], lang)]
    if len(tables["decisions"]):
        parts += [f"## {say('ensemble.decided', lang)}", markdown.table(*decision_rows(case, tables, lang))]
    parts += [f"## {say('ensemble.proof', lang)}", markdown.bullets(_proof(tables, said, lang))]
    return "\n\n".join(parts) + "\n"


def html(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows of an ensemble."""
    header, rows = summary_rows(tables["summary"], lang)
    lines = [*sentences(case, tables, said, lang), *notices(case, lang)]
    return (
        f"<h4>{escape(say('ensemble.heading', lang))} · {escape(case.title.text(lang))}</h4>"
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    )


def _asked(said: Mapping[str, Any], lang: str) -> Iterator[str]:
    plan = said["plan"]
    yield say("ensemble.question_plan", lang, draws=said["draws"], seed=said["seed"])
    if said["decided"]:
        yield say("ensemble.question_decide", lang, count=said["decided"], gap=f"{said['wanted_gap']:.2%}")
    yield say("ensemble.tried_plan", lang, objective=f"{plan['objective']:,.0f}", bound=f"{plan['bound']:,.0f}",
              gap=f"{plan['gap']:.3%}")
    if said["demand_drawn"]:
        yield say("ensemble.demand_drawn", lang)
    for name, entry in said["uncertain"].items():
        figures = ", ".join(f"{key} {value}" for key, value in entry.items() if key != "distribution")
        yield say("ensemble.input_drawn", lang, name=name, distribution=entry["distribution"], figures=figures)


def sentences(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield the answer in sentences with their numbers."""
    summary = {(str(row["question"]), str(row["quantity"])): row for _, row in tables["summary"].iterrows()}
    for quantity in ("cost_10kcny", "shortage_10kt"):
        if (PLAN, quantity) in summary:
            yield say(f"ensemble.says.{quantity}", lang, **_figures(summary[PLAN, quantity]))
    met = tables["demand_met"]
    last = met[met["year"] == case.target_year]
    if len(last):
        worst = last.sort_values("probability_met", kind="stable").iloc[0]
        yield say("ensemble.says.worst_met", lang, year=case.target_year, use=case.uses[str(worst["use"])].text(lang),
                  share=_share(worst["probability_met"]), error=_share(worst["standard_error"]),
                  short=f"{worst['expected_shortage_10kt']:,.1f}", cvar=f"{worst['cvar95_shortage_10kt']:,.1f}")
    counts = said["statuses"]["plan"]
    missed = counts.get("missed", 0)
    if missed:
        often = tables["misses"].groupby("row")["draw"].nunique().sort_values(ascending=False)
        yield say("ensemble.says.missed", lang, count=missed, draws=said["draws"], row=law(str(often.index[0]), lang),
                  often=int(often.iloc[0]))
    lost = sum(number for status, number in counts.items() if status not in ("optimal", "missed"))
    if lost:
        yield say("ensemble.says.lost", lang, count=lost, draws=said["draws"])
    if said["decided"]:
        share = tables["decisions"]["share_of_draws"]
        always, never = int((share > SURE).sum()), int((share == 0).sum())
        yield say("ensemble.says.decided", lang, count=said["decided"], always=always,
                  sometimes=len(share) - always - never, never=never)


def law(row: str, lang: str) -> str:
    """Return what people call a row that gave way."""
    return say("ensemble.working_rate", lang) if row == "working_rate" else say(f"rules.{row}.name", lang)


def _figures(row: pd.Series) -> dict[str, str]:
    names = ("p10", "p50", "p90", "mean", "standard_error", "cvar95")
    return {name: f"{row[name]:,.1f}" for name in names}


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.1%}"


def summary_rows(summary: pd.DataFrame, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the headline quantities."""
    columns = ("p10", "p50", "p90", "mean", "standard_error", "cvar95")
    header = [say("ensemble.column.question", lang), say("ensemble.column.quantity", lang),
              *(say(f"ensemble.column.{name}", lang) for name in columns)]
    rows = [
        [say(f"ensemble.question.{row['question']}", lang), say(f"ensemble.quantity.{row['quantity']}", lang),
         *(f"{row[name]:,.1f}" for name in columns)]
        for _, row in summary.iterrows()
    ]
    return header, rows


def met_rows(case: Case, met: pd.DataFrame, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: one row per use and year of report."""
    columns = ("use", "year", "probability_met", "standard_error", "expected_shortage_10kt", "p90_shortage_10kt",
               "cvar95_shortage_10kt")
    rows = [
        [case.uses[str(row["use"])].text(lang), str(int(row["year"])), _share(row["probability_met"]),
         _share(row["standard_error"]), *(f"{row[name]:,.1f}" for name in columns[4:])]
        for _, row in met[met["year"].isin(case.report_years)].iterrows()
    ]
    return [say(f"ensemble.column.{name}", lang) for name in columns], rows


def _indicators(case: Case, table: pd.DataFrame, lang: str) -> Iterator[str]:
    unsure = table[table["probability"] < SURE]
    yield say("ensemble.says.indicators", lang, all=len(table), sure=len(table) - len(unsure), unsure=len(unsure))
    if len(unsure):
        columns = ("rule", "item", "year", "nature", "limit", "p10", "p50", "p90", "probability", "standard_error")
        shown = unsure.sort_values("probability", kind="stable").head(MOST)
        yield markdown.table([say(f"ensemble.column.{name}", lang) for name in columns], (
            [say(f"rules.{row['rule']}.name", lang), item_label(case, str(row["item"]), lang), str(int(row["year"])),
             say(f"figures.nature.{row['nature']}", lang), *(f"{row[name]:,.2f}" for name in columns[4:8]),
             _share(row["probability"]), _share(row["standard_error"])]
            for _, row in shown.iterrows()
        ))


def decision_rows(case: Case, tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the blocks, those that depend on the draw first."""
    table = tables["decisions"]
    order = (table["share_of_draws"] - 0.5).abs().sort_values(kind="stable").index
    columns = ("block", "share_of_draws", "earliest", "median", "latest")
    rows = [
        [f"{row['block']} {case.blocks[str(row['block'])].label.text(lang)}", _share(row["share_of_draws"]),
         *("–" if np.isnan(row[name]) else f"{row[name]:.0f}" for name in columns[2:])]
        for _, row in table.loc[order].head(MOST).iterrows()
    ]
    return [say(f"ensemble.column.{name}", lang) for name in columns], rows


def _proof(tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield say("ensemble.proven.plan", lang)
    if said["decided"]:
        gaps = tables["draws"].loc[tables["draws"]["question"] == DECIDE, "gap"].dropna()
        if len(gaps):
            yield say("ensemble.proven.decide", lang, count=len(gaps), most=f"{gaps.max():.3%}",
                      wanted=f"{said['wanted_gap']:.2%}")
    yield say("ensemble.proven.sample", lang)
    yield say("ensemble.proven.model", lang)
