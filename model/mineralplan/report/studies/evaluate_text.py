"""The evaluation of a plan that is half over, as a bureau would write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.inputs.schedule import spans_of
from mineralplan.report import markdown
from mineralplan.report.notices import notices, unit_text
from mineralplan.report.observed_text import about
from mineralplan.report.studies.robust_text import rows_of
from mineralplan.rules.rule import item_label
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
Said = Mapping[str, Any]
MOST_REASONS, MOST_CONFLICTS = 8, 15
"""Rows on the page; the CSV files hold them all."""
SHARE = "share"
COLUMNS = ("indicator", "nature", "year", "limit", "achieved", "planned", "forecast", "replanned", "verdict", "clause")
KEEP = "keep"


def page(case: Case, tables: Tables, said: Said, lang: str) -> str:
    """Return the whole page as Markdown."""
    parts = [f"# {title(said, lang)} · {case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('evaluate.asked', lang)}", markdown.bullets(asked(case, said, lang))]
    parts += [f"## {say('evaluate.answer', lang)}", markdown.bullets(sentences(case, tables, said, lang))]
    parts += [f"## {say('evaluate.indicators', lang)}", say("evaluate.indicators_are", lang),
              markdown.table(*indicator_rows(case, tables, lang))]
    parts += [f"## {say('evaluate.why', lang)}", *_why(case, tables, lang)]
    parts += [f"## {say('evaluate.adjust', lang)}", *_adjustments(case, tables, lang)]
    parts += [f"## {say('evaluate.least', lang)}", *_least(case, tables, said, lang)]
    parts += [f"## {say('evaluate.conflicts', lang)}", *_conflicts(case, tables, lang)]
    parts += [f"## {say('evaluate.proven', lang)}", markdown.bullets(proven(said, lang))]
    return "\n\n".join(parts) + "\n"


def html(case: Case, tables: Tables, said: Said, lang: str) -> str:
    """Return what a notebook shows."""
    header, rows = indicator_rows(case, tables, lang)
    lines = (*sentences(case, tables, said, lang), *proven(said, lang))
    return (
        f"<h4>{escape(title(said, lang))} · {escape(case.title.text(lang))}</h4>"
        + "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
        + str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    )


def title(said: Said, lang: str) -> str:
    """Return which evaluation it is."""
    return say("evaluate.title_final" if said["final"] else "evaluate.title_midterm", lang)


def asked(case: Case, said: Said, lang: str) -> Iterator[str]:
    """Yield what was evaluated against what, sentence by sentence."""
    yield say("evaluate.observed", lang, years=spans_of(case.observed_years), target=said["target_year"],
              file=said["actuals"].rpartition("/")[2] or "–")
    plan = said["plan"]
    yield say("evaluate.published", lang, scenario=plan["scenario"],
              cost="–" if plan["objective"] is None else f"{plan['objective']:,.0f}",
              gap="–" if plan["gap"] is None else f"{plan['gap']:.2%}")
    yield say("evaluate.stands", lang)
    yield say("evaluate.again", lang, keep=f"{said['keep_10kcny']:,.4g}")


def sentences(case: Case, tables: Tables, said: Said, lang: str) -> Iterator[str]:
    """Yield the answer: what is off course first, then why, what is to be done, and what it costs."""
    table = tables["evaluation"]
    off = _first_first(table[~table["on_course"].astype(bool)])
    for row in rows_of(off):
        yield _off_course(case, tables, row, lang)
    yield say("evaluate.on_course", lang, count=len(table) - len(off), all=len(table))
    left = int((~table["on_course_replanned"].astype(bool)).sum())
    if len(off):
        yield say("evaluate.left" if left else "evaluate.none_left", lang, count=left)
    yield from _costs(said, lang)
    yield say(f"evaluate.audit_{said['audit']['verdict']}", lang, conflicts=said["audit"]["observed_conflicts"])


def _first_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return what binds before what is expected, and of each the nearest year first."""
    return table.sort_values(["nature", "target_year"], kind="stable")


def _off_course(case: Case, tables: Tables, row: Any, lang: str) -> str:
    found = tables["reasons"]
    own = found[(found["rule"] == row.rule) & (found["item"] == row.item) & (found["year"] == row.target_year)]
    limit = value_text(row.limit, row.unit, lang)
    name, passed = indicator_name(case, row, lang), pd.isna(row.forecast)
    sentence = say(
        "evaluate.missed" if passed else f"evaluate.off_{row.nature}", lang, name=name, year=row.target_year,
        limit=f"{_sign(row)} {limit}", achieved=value_text(row.achieved, row.unit, lang), seen=row.observed_year,
        forecast=value_text(row.forecast, row.unit, lang), replanned=value_text(row.replanned, row.unit, lang),
        clause=row.clause)
    worse = rows_of(own[own["effect"] * (1 if row.sense == "<=" else -1) > 0])
    if worse and not passed:
        sentence += say("evaluate.because", lang, reasons=say("figures.list", lang).join(
            [_briefly(case, reason, lang) for reason in worse[:MOST_REASONS]] + ["…"] * (len(worse) > MOST_REASONS)))
    elif not passed:
        sentence += say("evaluate.planned_so" if row.planned == row.forecast else "evaluate.no_reason", lang)
    return sentence


def _briefly(case: Case, reason: Any, lang: str) -> str:
    name = reason.name if reason.kind == "block" else _source(case, reason, lang)
    return say("evaluate.brief", lang, name=name, what=say(f"evaluate.what.{reason.what}", lang))


def _source(case: Case, reason: Any, lang: str) -> str:
    """Return the name of a block, an outside supply, or a use."""
    code = str(reason.name)
    label = case.uses[code].text(lang) if reason.kind == "demand" else (
        case.blocks[code].label if reason.kind == "block" else case.supplies[code].label).text(lang)
    return label if reason.kind == "demand" else f"{code} {label}".strip()


def _costs(said: Said, lang: str) -> Iterator[str]:
    again, free = said["replanned"], said["without_preference"]
    yield say("evaluate.costs", lang, cost=f"{again['cost_10kcny']:,.0f}", gap=f"{again['gap']:.2%}")
    yield say("evaluate.price", lang, price=f"{said['price_10kcny']:,.0f}", free=f"{free['cost_10kcny']:,.0f}",
              gap=f"{free['gap']:.2%}", most=f"{said['price_at_most_10kcny']:,.0f}")


def value_text(value: float, unit: str, lang: str) -> str:
    """Return a figure with its unit, shares in per cent; a dash where there is none."""
    if pd.isna(value):
        return "–"
    if unit == SHARE:
        return f"{value:.1%}"
    return f"{value:,.4g} {unit_text(unit, lang)}".strip()


def indicator_name(case: Case, row: Any, lang: str) -> str:
    """Return the name of an indicator and of its item."""
    return f"{say(f'rules.{row.rule}.name', lang)} · {item_label(case, str(row.item), lang)}"


def _sign(row: Any) -> str:
    return "≤" if row.sense == "<=" else "≥"


def indicator_rows(case: Case, tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: what is off course in any year, then every indicator in its first year of report."""
    table = tables["evaluation"]
    said = table[["achieved", "planned", "forecast", "replanned"]].notna().any(axis=1)
    off = ~table["on_course"].astype(bool)
    first = ~table[said].duplicated(["rule", "item"]).reindex(table.index, fill_value=True)
    shown = pd.concat([_first_first(table[off]), table[said & first & ~off]])
    rows = []
    for row in rows_of(shown):
        figures = [value_text(getattr(row, name), row.unit, lang) for name in (
            "achieved", "planned", "forecast", "replanned")]
        verdict = say("evaluate.verdict_on" if row.on_course else "evaluate.verdict_off", lang)
        rows.append([indicator_name(case, row, lang), say(f"figures.nature.{row.nature}", lang), str(row.target_year),
                     f"{_sign(row)} {value_text(row.limit, row.unit, lang)}", *figures, verdict, row.clause])
    return [say(f"evaluate.column.{name}", lang) for name in COLUMNS], rows


def _why(case: Case, tables: Tables, lang: str) -> Iterator[str]:
    table, found = tables["evaluation"], tables["reasons"]
    off = _first_first(table[~table["on_course"].astype(bool) & table["forecast"].notna()])
    any_reason = False
    for row in rows_of(off):
        own = found[(found["rule"] == row.rule) & (found["item"] == row.item) & (found["year"] == row.target_year)]
        if own.empty:
            continue
        any_reason = True
        yield f"### {indicator_name(case, row, lang)}, {row.target_year}"
        yield markdown.table(
            [say(f"evaluate.column.{name}", lang) for name in ("source", "what", "was_planned", "comes", "effect")],
            [[_source(case, reason, lang), say(f"evaluate.what.{reason.what}", lang),
              value_text(reason.planned, reason.unit, lang), value_text(reason.forecast, reason.unit, lang),
              _effect(reason.effect, row.unit, lang)] for reason in rows_of(own.head(MOST_REASONS))])
        if len(own) > MOST_REASONS:
            yield say("evaluate.more_reasons", lang, count=len(own) - MOST_REASONS)
    yield say("evaluate.effects_are" if any_reason else "evaluate.no_reasons", lang)


def _effect(effect: float, unit: str, lang: str) -> str:
    if pd.isna(effect):
        return "–"
    return say("evaluate.points", lang, points=f"{100 * effect:+.1f}") if unit == SHARE else (
        f"{effect:+,.4g} {unit_text(unit, lang)}".strip())


def _adjustments(case: Case, tables: Tables, lang: str) -> Iterator[str]:
    table = tables["adjustments"]
    changed = table[table["action"] != KEEP]
    yield say("evaluate.adjust_are", lang, kept=len(table) - len(changed), count=len(changed))
    if len(changed):
        names = ("block", "year", "action", "was_published", "standing", "again", "needed", "reason")
        yield markdown.table([say(f"evaluate.column.{name}", lang) for name in names], [
            [f"{row.block} {case.blocks[row.block].label.text(lang)}".strip(), _when(row), _action(row, lang),
             f"{row.published:g}", f"{row.as_things_stand:g}", f"{row.replanned:g}",
             say("evaluate.yes" if row.least_change else "evaluate.no", lang), reason_text(case, row.reason, lang)]
            for row in rows_of(changed)])


def _when(row: Any) -> str:
    """Return the year of a step; where it was announced for another, both."""
    other = not pd.isna(row.published_year) and int(row.published_year) != row.year
    return f"{int(row.published_year)} → {row.year}" if other else str(row.year)


def _action(row: Any, lang: str) -> str:
    step = say(f"evaluate.step.{row.step}", lang)
    return step if row.action == row.step else say(f"evaluate.action.{row.action}", lang, step=step)


def reason_text(case: Case, reason: str, lang: str) -> str:
    """Return which indicators a step serves."""
    if reason in ("cost", "law", ""):
        return say(f"evaluate.reason.{reason}", lang) if reason else "–"
    pairs = [entry.split(" ", 1) for entry in reason.split("; ")]
    return say("figures.list", lang).join(
        f"{say(f'rules.{rule}.name', lang)} · {item_label(case, item, lang)}" for rule, item in pairs)


def _least(case: Case, tables: Tables, said: Said, lang: str) -> Iterator[str]:
    table, least = tables["least_change"], said["least_change"]
    if table.empty:
        yield say("evaluate.least_none", lang)
        return
    yield say("evaluate.least_is", lang, count=least["departures"],
              proof=say("evaluate.least_proven" if least["proven"] else "evaluate.least_open", lang,
                        bound=f"{least['at_least']:,.1f}"))
    names = ("block", "year", "action", "standing", "least_change", "without")
    yield markdown.table([say(f"evaluate.column.{name}", lang) for name in names], [
        [f"{row.block} {case.blocks[row.block].label.text(lang)}".strip(), str(row.year), _action(row, lang),
         f"{row.as_things_stand:g}", f"{row.least_change:g}", reason_text(case, row.reason, lang)]
        for row in rows_of(table)])


def _conflicts(case: Case, tables: Tables, lang: str) -> Iterator[str]:
    table = tables["conflicts"]
    if table.empty:
        yield say("observed.none", lang)
        return
    yield say("evaluate.conflicts_are", lang, count=min(len(table), MOST_CONFLICTS), all=len(table))
    yield markdown.table(
        [say(f"observed.columns.{name}", lang) for name in ("year", "what", "about", "limit", "value")],
        [[str(row["year"]), say(f"observed.kinds.{row['nature'] or row['kind']}", lang), about(case, row, lang),
          value_text(row["limit"], row["unit"], lang), value_text(row["value"], row["unit"], lang)]
         for row in table.head(MOST_CONFLICTS).to_dict("records")])


def proven(said: Said, lang: str) -> list[str]:
    """Return what was proven, and what was not."""
    again, free, least = said["replanned"], said["without_preference"], said["least_change"]
    return [
        say("evaluate.gap_again", lang, objective=f"{again['objective']:,.0f}", bound=f"{again['bound']:,.0f}",
            gap=f"{again['gap']:.2%}"),
        say("evaluate.gap_free", lang, cost=f"{free['cost_10kcny']:,.0f}", bound=f"{free['bound']:,.0f}",
            gap=f"{free['gap']:.2%}"),
        say("evaluate.gap_least", lang, count=least["departures"], bound=f"{least['at_least']:,.1f}"),
        say("evaluate.not_forecast", lang), say("evaluate.effects_alone", lang),
    ]
