"""Deciding before the future is known, in the planner's words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices
from mineralplan.report.studies.robust_text import rows_of
from mineralplan.words import say

VALUES = ("ws", "rp", "eev", "vss", "evpi")


def page(case: Case, tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any], lang: str) -> str:
    """Return the whole page as Markdown."""
    parts = [f"# {say('stochastic.title', lang)} · {case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('stochastic.answer', lang)}", markdown.bullets(sentences(tables, said, lang))]
    parts += [f"## {say('stochastic.values', lang)}", _value_table(tables["values"], lang)]
    parts += [f"## {say('stochastic.licences', lang)}", say("stochastic.licences_are", lang),
              _block_table(case, tables["blocks"], lang)]
    parts += [f"## {say('stochastic.futures', lang)}", _future_table(tables["futures"], lang)]
    parts += [f"## {say('stochastic.proven', lang)}", markdown.bullets(proven(said, lang))]
    return "\n\n".join(parts) + "\n"


def sentences(tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any], lang: str) -> list[str]:
    """Return the answer in sentences."""
    values = intervals(tables["values"])
    mind = say("stochastic.minds_mean", lang) if not said["risk"] else say(
        "stochastic.minds_risk", lang, risk=f"{said['risk']:.0%}", tail=f"{1 - said['alpha']:.0%}")
    lines = [say("stochastic.asked_drawn" if said["draws"] else "stochastic.asked", lang, futures=said["futures"],
                 draws=said["draws"], seed=said["seed"]), mind,
             say("stochastic.plan", lang, objective=f"{said['objective']:,.0f}", bound=f"{said['bound']:,.0f}",
                 gap=f"{said['gap']:.2%}")]
    if said["unserved_by_mean"]:
        futures = say("figures.list", lang).join(str(i) for i in said["unserved_by_mean"])
        lines.append(say("stochastic.mean_fails", lang, futures=futures))
    else:
        lines.append(say("stochastic.vss" if values["vss"][0] > 0 else "stochastic.vss_unproven", lang,
                         interval=interval_text(values["vss"])))
    lines.append(say("stochastic.evpi" if values["evpi"][0] > 0 else "stochastic.evpi_unproven", lang,
                     interval=interval_text(values["evpi"])))
    return lines


def proven(said: Mapping[str, Any], lang: str) -> list[str]:
    """Return what was proven and what was not."""
    lines = [say("stochastic.bound_is", lang, gap=f"{said['gap']:.2%}", wanted=f"{said['wanted_gap']:.2%}"),
             say("stochastic.intervals", lang), say("stochastic.only_these", lang)]
    return [*lines, say("stochastic.was_stopped", lang)] if said["stopped"] else lines


def html(case: Case, tables: Mapping[str, pd.DataFrame], said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    title = f"<h4>{escape(say('stochastic.title', lang))} · {escape(case.title.text(lang))}</h4>"
    lines = (*sentences(tables, said, lang), *proven(said, lang))
    return title + "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def intervals(values: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the interval of every quantity; an end that is missing is infinite."""
    filled = values.fillna(float("inf"))
    return {row.quantity: (row.low_10kcny, row.high_10kcny) for row in rows_of(filled)}


def interval_text(interval: tuple[float, float]) -> str:
    """Return an interval, as one figure where its ends are the same to the digit."""
    low, high = (f"{end:,.0f}" if end < float("inf") else "∞" for end in interval)
    return low if low == high else f"{low}–{high}"


def _value_table(values: pd.DataFrame, lang: str) -> str:
    found = intervals(values)
    rows = [[say(f"stochastic.value.{name}", lang), interval_text(found[name])] for name in VALUES]
    return markdown.table([say(f"stochastic.column.{name}", lang) for name in ("quantity", "interval")], rows)


def _block_table(case: Case, blocks: pd.DataFrame, lang: str) -> str:
    rows = [
        [row.block, case.blocks[row.block].label.text(lang), say(f"robust.event.{row.event}", lang),
         year_text(row.stochastic, lang), year_text(row.mean_value, lang), f"{row.share_own:.0%}"]
        for row in rows_of(blocks)
        if not (pd.isna(row.stochastic) and pd.isna(row.mean_value) and row.share_own == 0)
    ]
    columns = ("block", "name", "event", "stochastic", "mean_value", "share_own")
    return markdown.table([say(f"stochastic.column.{name}", lang) for name in columns], rows)


def year_text(year: Any, lang: str) -> str:
    """Return a year, or that there is none."""
    return say("stochastic.not_at_all", lang) if pd.isna(year) else str(int(year))


def _future_table(futures: pd.DataFrame, lang: str) -> str:
    columns = ("future", "probability", "demand", "cost", "mean_value_cost", "own", "shortage")
    rows = [
        [str(row.future), f"{row.probability:.1%}", f"{row.demand_target_10kt:,.0f}", f"{row.cost_10kcny:,.0f}",
         "–" if pd.isna(row.mean_value_10kcny) else f"{row.mean_value_10kcny:,.0f}",
         interval_text((row.own_bound_10kcny, row.own_10kcny)), f"{row.shortage_10kt:,.0f}"]
        for row in rows_of(futures)
    ]
    return markdown.table([say(f"stochastic.column.{name}", lang) for name in columns], rows)
