"""Why a case cannot be met and what would change that, in the planner's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.analysis.amounts import Amount
from mineralplan.analysis.diagnosis import Conflict, Diagnosis
from mineralplan.analysis.impossible import Impossibility
from mineralplan.analysis.members import OUTSIDE, WORKING_RATE, Member
from mineralplan.analysis.questions import Question
from mineralplan.analysis.remedy import Remedy
from mineralplan.case import Case
from mineralplan.inputs.schedule import ALWAYS, fold, is_yearly, spans_of
from mineralplan.report import markdown
from mineralplan.report.notices import notices, unit_label, unit_text
from mineralplan.rules import registry
from mineralplan.rules.rule import item_label
from mineralplan.words import say

RUNS = 3
"""Figures that are written out one by one; more are a range."""


def explanation(case: Case, diagnosis: Diagnosis, lang: str) -> str:
    """Return the whole explanation as Markdown."""
    parts = [f"# {case.title.text(lang)} · {case.district.text(lang)}"]
    if diagnosis.feasible:
        return "\n\n".join([*parts, say("explanation.feasible", lang, name=case.name)]) + "\n"
    parts.append(say("explanation.infeasible", lang, name=case.name))
    parts += [f"> {notice}" for notice in notices(case, lang)]
    if diagnosis.impossibilities:
        parts.append(f"## {say('explanation.impossible', lang)}")
        parts.append(markdown.bullets(impossible_lines(case, diagnosis.impossibilities, lang)))
    for number, conflict in enumerate(diagnosis.conflicts, start=1):
        parts += _conflict(case, conflict, number, len(diagnosis.conflicts), lang)
    if not diagnosis.conflicts:
        parts.append(say("run.infeasible_data", lang))
    elif not diagnosis.solvable:
        parts.append(say("explanation.incomplete", lang))
    if diagnosis.combined:
        parts.append(f"## {say('explanation.combined', lang)}")
        parts += _remedy(case, diagnosis.combined, lang)
    return "\n\n".join(parts) + "\n"


def impossible_lines(case: Case, found: Iterable[Impossibility], lang: str) -> list[str]:
    """Return one sentence for each simple impossibility, with the figures of its worst year."""
    lines = []
    for entry in found:
        worst = max(range(len(entry.needed)), key=lambda i, e=entry: e.needed[i] - e.available[i])  # type: ignore[misc]
        years = say("explanation.worst" if len(entry.needed) > 1 else "explanation.span", lang,
                    years=spans_of(entry.years), year=entry.years[worst])
        sentence = say(
            f"explanation.kinds.{entry.kind}", lang, years=years, needed=_figure(entry.needed[worst]),
            available=_figure(entry.available[worst]), short=_figure(entry.needed[worst] - entry.available[worst]),
            uses=say("explanation.between", lang).join(case.uses[use].text(lang) for use in entry.uses),
            unit=unit_label(case.uses[entry.uses[0]].unit, lang),
        )
        because = [say("explanation.cited", lang, member=member_label(case, member, lang),
                       source=source(case, member, lang)) for member in entry.members]
        lines.append(f"{sentence} {say('explanation.because', lang, members=say('figures.list', lang).join(because))}")
    return lines


def html(case: Case, diagnosis: Diagnosis, lang: str) -> str:
    """Return what a notebook shows of an explanation."""
    title = f"<h4>{escape(case.title.text(lang))} · {escape(case.district.text(lang))}</h4>"
    if diagnosis.feasible:
        return f"{title}<p>{escape(say('explanation.feasible', lang, name=case.name))}</p>"
    parts = [title, f"<p>{escape(say('explanation.infeasible', lang, name=case.name))}</p>"]
    parts += [_list(impossible_lines(case, diagnosis.impossibilities, lang))]
    for conflict in diagnosis.conflicts:
        header, rows = conflict_rows(case, conflict.members, conflict.years, lang)
        parts.append(f"<p>{escape(_collide(conflict, lang))}</p>")
        parts.append(str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0)))
        parts += [_list(remedy_lines(case, remedy, lang)) for remedy in conflict.remedies]
    if diagnosis.combined:
        parts.append(f"<p>{escape(say('explanation.combined', lang))}</p>")
        parts.append(_list(remedy_lines(case, diagnosis.combined, lang)))
    return "".join(parts)


def conflict_rows(
    case: Case, members: Iterable[Member], years: Sequence[int], lang: str
) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the members of a conflict: what they ask in its years, and where that stands."""
    header = [say(f"columns.{name}", lang) for name in ("rule", "item", "limit", "clause")]
    rows = [[_name(member, lang), item_label(case, member.item, lang),
             limit_text(case, member, years, lang), source(case, member, lang)] for member in members]
    return header, rows


def member_label(case: Case, member: Member, lang: str) -> str:
    """Return what people call a member."""
    return say("explanation.member", lang, name=_name(member, lang), item=item_label(case, member.item, lang))


def source(case: Case, member: Member, lang: str) -> str:
    """Return the clause that a member stands in, or that it is data."""
    return member.clause(case) if member.is_rule else say("explanation.data", lang)


def limit_text(case: Case, member: Member, years: Sequence[int], lang: str) -> str:
    """Return what a member allows or asks in some years, with its unit."""
    if member.is_rule:
        indicator = case.rules[member.name][member.item]
        binding = [indicator.schedule.at(y) for y in years if indicator.nature_in(y) == "binding"]
        sign = "≤" if registry()[member.name].sense == "<=" else "≥"
        figures, unit = [limit for limit in binding if limit is not None], unit_label(indicator.unit, lang)
    elif member.name in OUTSIDE:
        supplies = [s for s in case.supplies.values() if s.kind == member.name and s.use == member.item]
        figures, sign = [sum(s.limit[year] for s in supplies) for year in years], "≤"
        unit = unit_text(f"{case.uses[member.item].unit}/a", lang)
    elif member.name == WORKING_RATE:
        figures, sign, unit = [case.economics.working_rate], "≥", ""
    else:
        figures, sign = [sum(block.resource for block in case.blocks_of(member.item))], "≤"
        unit = unit_label(case.minerals[member.item].unit, lang)
    return f"{sign} {_range(figures)} {unit}".strip()


def question_text(case: Case, question: Question, lang: str) -> str:
    """Return what is being asked, for the one who waits."""
    members = say("figures.list", lang).join(member_label(case, member, lang) for member in question.members)
    asked = say(f"explanation.asks.{question.kind}", lang, members=members)
    return say("explanation.question", lang, number=question.number, asked=asked, seconds=f"{question.seconds:.0f}")


def remedy_lines(case: Case, remedy: Remedy, lang: str) -> list[str]:
    """Return what a remedy changes, one sentence each, and what is known of it."""
    if remedy.status != "found":
        members = say("figures.list", lang).join(member_label(case, member, lang) for member in remedy.members)
        return [say("explanation.none" if remedy.status == "none" else "explanation.unknown", lang, members=members,
                    bound=_figure(remedy.bound))]
    lines = [amount_text(case, amount, lang) for amount in remedy.amounts]
    lines += [say("explanation.nameless", lang, what=member_label(case, amount.member, lang))
              for amount in remedy.amounts if not amount.name]
    if not remedy.proven:
        lines.append(say("explanation.bounded", lang, bound=_figure(remedy.bound), total=_figure(remedy.total)))
    if not remedy.verified:
        lines.append(say("explanation.unverified", lang))
    return lines


def amount_text(case: Case, amount: Amount, lang: str) -> str:
    """Return one sentence: which figure changes, from what to what, and in which years."""
    runs = [list(run) for _, run in groupby(zip(amount.years, amount.old, amount.new, strict=True),
                                            key=lambda entry: entry[1:])] if amount.years else []
    if len(runs) > RUNS:
        runs = [[entry for run in runs for entry in run]]
    unit = unit_text(amount.unit, lang)
    if not runs:
        runs = [[(0, amount.old[0], amount.new[0])]]
    moves = say("figures.list", lang).join(_move(run, f" {unit}" if unit else "", lang) for run in runs)
    name = amount.codes[0] if amount.member.name == "resource" else amount.member.item
    item = case.blocks[name].label.text(lang) if name in case.blocks else item_label(case, name, lang)
    if amount.member.is_rule:
        return say(f"rules.{amount.member.name}.change", lang, item=item, moves=moves,
                   clause=source(case, amount.member, lang))
    return say(f"data.{amount.member.name}.change", lang, item=item, moves=moves)


def snippet(case: Case, remedy: Remedy) -> str:
    """Return a scenario file that changes as a remedy says: it extends the scenario and keeps what was overridden."""
    values: dict[str, Any] = dict(case.overrides)
    for name, value in remedy.changes.items():
        values[name] = fold(values.get(name), value)
        if is_yearly(values[name]) and min(value) <= case.years[0]:
            values[name].pop(ALWAYS, None)
    lines = [f"extends: {Path(case.scenario_file).name}"] if case.scenario_file else []
    return "\n".join([*lines, *(f"{name}: {yaml_value(value)}" for name, value in values.items())])


def yaml_value(value: Any) -> str:
    """Return a value as one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml_value(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _conflict(case: Case, conflict: Conflict, number: int, count: int, lang: str) -> list[str]:
    title = say("explanation.conflict", lang, number=number, count=count)
    parts = [f"## {title}", _collide(conflict, lang),
             markdown.table(*conflict_rows(case, conflict.members, conflict.years, lang))]
    if not conflict.proven:
        parts.append(say("explanation.perhaps_smaller", lang))
    if conflict.released:
        parts.append(say("explanation.released", lang))
    parts.append(f"### {say('explanation.remedies', lang)}")
    for remedy in conflict.remedies:
        parts += _remedy(case, remedy, lang)
    return parts


def _collide(conflict: Conflict, lang: str) -> str:
    return say("explanation.collide", lang, years=spans_of(conflict.years))


def _list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _remedy(case: Case, remedy: Remedy, lang: str) -> list[str]:
    parts = [markdown.bullets(remedy_lines(case, remedy, lang))]
    if remedy.changes:
        parts.append(f"```yaml\n{snippet(case, remedy)}\n```")
    return parts


def _move(run: list[tuple[int, float, float]], unit: str, lang: str) -> str:
    """Return how a figure moves in some years, and by how much; year 0 stands for the whole horizon."""
    years, old, new = zip(*run, strict=True)
    by = [after - before for before, after in zip(old, new, strict=True)]
    step = f"{'+' if by[0] > 0 else '−'}{_range([abs(amount) for amount in by])}"
    if years == (0,):
        return say("explanation.move_throughout", lang, old=_range(old), new=_range(new), unit=unit, by=step)
    return say("explanation.move", lang, old=_range(old), new=_range(new), unit=unit, years=spans_of(years), by=step)


def _range(figures: Sequence[float]) -> str:
    low, high = _figure(min(figures)), _figure(max(figures))
    return low if low == high else f"{low}–{high}"


def _figure(value: float) -> str:
    """Return a figure with as many digits as mean something."""
    return f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:,.2f}".rstrip("0").rstrip(".")


def _name(member: Member, lang: str) -> str:
    return say(f"rules.{member.name}.name", lang) if member.is_rule else say(f"data.{member.name}.name", lang)
