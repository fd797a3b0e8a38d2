"""What differs between runs, in the planner's words, and what of it is proven."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from mineralplan.assembly.recipe import CHANGED, IN_PYTHON
from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices, unit_text
from mineralplan.report.record import Record
from mineralplan.rules.rule import item_label
from mineralplan.words import say, vocabulary

Tables = Mapping[str, pd.DataFrame]
Runs = Mapping[str, Record]
MOST = 30
"""Rows of a table on the page; the CSV files hold them all."""
FEW = 3
"""Inputs that the answer names."""
LARGE = 1000.0
"""Figures from which on they are written without decimals."""
MEASURED = ("more", "less", "same", "open")
"""Verdicts on the difference of two objectives that have an interval."""
CLEAR = 1e-6
SUPPLIED = ("demand_10kt", "local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt", "shortage_10kt")


def page(runs: Runs, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the page as Markdown."""
    case = next(iter(runs.values())).case
    parts = [f"# {say('compare.heading', lang)}", case.district.text(lang)]
    parts += [f"> {warning}" for warning in warnings(runs, said, lang)]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('compare.asked', lang)}",
              say("compare.question", lang, count=len(runs), first=next(iter(runs))),
              markdown.bullets(f"{name}: {record.case.title.text(lang)}" for name, record in runs.items())]
    parts += [f"## {say('compare.answer', lang)}", markdown.bullets(sentences(runs, tables, said, lang))]
    for name, made in (
        ("inputs", input_rows(tables, lang)), ("objective", objective_rows(tables, lang)),
        ("costs", cost_rows(tables, lang)), ("balance", balance_rows(case, tables, lang)),
        ("indicators", indicator_rows(case, tables, lang)), ("actions", action_rows(runs, tables, lang)),
    ):
        header, rows = made
        parts += [f"## {say(f'compare.tables.{name}', lang)}",
                  markdown.table(header, rows[:MOST]) if rows else say("compare.nothing", lang)]
        if len(rows) > MOST:
            parts.append(say("compare.cut", lang, shown=MOST, all=len(rows), file=f"{name}.csv"))
    parts += [f"## {say('compare.proof', lang)}", markdown.bullets(_proof(tables, lang))]
    return "\n\n".join(parts) + "\n"


def html(runs: Runs, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    header, rows = objective_rows(tables, lang)
    lines = [*warnings(runs, said, lang), *sentences(runs, tables, said, lang),
             *notices(next(iter(runs.values())).case, lang)]
    body = str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    return body + "".join(f"<p>{escape(line)}</p>" for line in lines)


def warnings(runs: Runs, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return what stands against each run, and that not all years or plans are the same."""
    found = []
    for entry in said["runs"]:
        record = runs[entry["run"]]
        if not entry["solved_here"]:
            found += [say("compare.of_run", lang, run=entry["run"], sentence=line) for line in record.warnings(lang)]
    if not said["all_years"]:
        found.append(say("compare.common_years", lang, first=said["years"][0], last=said["years"][-1]))
    if len({record.case.document for record in runs.values()}) > 1:
        found.append(say("compare.other_plans", lang))
    return found


def sentences(runs: Runs, tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return the answer in sentences with numbers."""
    first = next(iter(runs))
    lines = [_inputs(tables["inputs"], lang)]
    lines += [pair_sentence(row, tables, lang)
              for _, row in tables["pairs"].iterrows() if row["first"] == first]
    lines += _kept(runs, tables["indicators"], lang)
    lines += _supply(tables["balance"], said, lang)
    differing = tables["actions"][tables["actions"]["differs"]]
    key = "blocks" if len(differing) else "no_blocks"
    lines.append(say(f"compare.{key}", lang, count=differing["block"].nunique(),
                     all=tables["actions"]["block"].nunique()))
    return lines


def pair_sentence(row: Any, tables: Tables, lang: str) -> str:
    """Return whether the difference of two objectives is proven."""
    objective = tables["objective"].set_index("run")["objective"][row["first"]]
    verdict = row["verdict"]
    names = {"first": row["first"], "second": row["second"], "name": say(f"objectives.{objective}.name", lang)}
    if verdict not in MEASURED:
        return say(f"compare.unproven.{verdict}", lang, **names)
    found = say(f"compare.verdicts.{verdict}", lang, **names, unit=say(f"objectives.{objective}.unit", lang),
                difference=_figure(abs(row["difference"])), signed=_signed(row["difference"]),
                **dict(zip(("least", "most"), _ends(row), strict=True)))
    if not row["limits"]:
        return found
    return say("compare.and_limits", lang, found=found, limits=say(f"compare.limits.{row['limits']}", lang, **names))


def input_rows(tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the inputs that differ: the value in each run and where it was written."""
    table = tables["inputs"]
    runs = list(tables["objective"]["run"])
    rows = [[str(name), *(_value_at(row, lang) for _, row in group.iterrows())]
            for (_, name), group in table.groupby(["kind", "input"], sort=False)]
    return [say("compare.columns.input", lang), *runs], rows


def objective_rows(tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of objective, bound and gap."""
    header = [say("compare.columns.run", lang), *(say(f"columns.{name}", lang) for name in ("objective", "value",
                                                                                          "bound", "gap"))]
    rows = [
        [row["run"], say("compare.unit", lang, name=say(f"objectives.{row['objective']}.name", lang),
                         unit=say(f"objectives.{row['objective']}.unit", lang)),
         _figure(row["value"]), _figure(row["bound"]), f"{row['gap']:.3%}"]
        for _, row in tables["objective"].iterrows()
    ]
    return header, rows


def cost_rows(tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the discounted cost by term in the common years."""
    wide = _wide(tables["costs"], ["term"], "discounted_10kcny", list(tables["objective"]["run"]))
    wide = wide.loc[wide.abs().max(axis=1).sort_values(ascending=False, kind="stable").index]
    rows = [[say(f"terms.{term}", lang), *_beside(row)] for term, row in wide.iterrows() if row.abs().max() > CLEAR]
    rows.append([say("compare.columns.total", lang), *_beside(wide.sum())])
    return [say("columns.term", lang), *_beside_header(wide, lang)], rows


def balance_rows(case: Case, tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of demand and supply by use, summed over the common years, where they differ."""
    runs, rows = list(tables["objective"]["run"]), []
    wides = {name: _wide(at_home(tables["balance"]), ["use"], name, runs) for name in SUPPLIED}
    for use in wides[SUPPLIED[0]].index:
        for name in SUPPLIED:
            figures = wides[name].loc[use]
            if _differ(figures):
                label = case.uses[use].text(lang) if use in case.uses else use
                rows.append([label, say(f"columns.{name}", lang), *_beside(figures)])
    wide = wides[SUPPLIED[0]]
    return [say("columns.use", lang), say("compare.columns.quantity", lang), *_beside_header(wide, lang)], rows


def indicator_rows(case: Case, tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the requirements whose value or verdict differs in the years of report."""
    table, runs, rows = tables["indicators"], list(tables["objective"]["run"]), []
    shown = table[table["year"].isin(case.report_years)]
    for (year, *named), group in shown.groupby(["year", "rule", "item", "unit"], sort=False):
        rule, item, unit = map(str, named)
        if _differ(group["value"]) or group["limit"].nunique(dropna=False) > 1 or group["holds"].nunique(False) > 1:
            rows.append([f"{indicator_label(case, rule, item, lang)} ({unit_text(unit, lang)})".replace(" ()", ""),
                         str(year), *(_indicator(row, lang) for _, row in group.iterrows())])
    return [say("columns.rule", lang), say("columns.year", lang), *runs], rows


def action_rows(runs: Runs, tables: Tables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of what is done with a block in other years, or in some runs only."""
    table = tables["actions"]
    rows = []
    for number in range(0, len(table), len(runs)):
        group = table.iloc[number : number + len(runs)]
        row = group.iloc[0]
        if row["differs"]:
            cells = ["–" if pd.isna(year) else say("compare.at_scale", lang, year=year, scale=_figure(scale))
                     for year, scale in zip(group["year"], group["capacity_10kt_a"], strict=True)]
            rows.append([block_label(next(iter(runs.values())).case, row["block"], lang),
                         say(f"actions.{row['action']}", lang), *cells])
    return [say("columns.block", lang), say("columns.action", lang), *runs], rows


def indicator_label(case: Case, rule: str, item: str, lang: str) -> str:
    """Return what people call an indicator and its item; an item that the first run does not know stays a code."""
    known = any(item in names for names in (case.minerals, case.uses, case.areas))
    known = known or f"items.{item}" in vocabulary(lang)
    return say("explanation.member", lang, name=say(f"rules.{rule}.name", lang),
               item=item_label(case, item, lang) if known else item)


def block_label(case: Case, code: str, lang: str) -> str:
    """Return the name and code of a block."""
    name = case.blocks[code].label.text(lang) if code in case.blocks else ""
    return f"{name} {code}".strip()


def _inputs(table: pd.DataFrame, lang: str) -> str:
    groups = list(table.groupby(["kind", "input"], sort=False))
    if not groups:
        return say("compare.no_inputs", lang)
    named = []
    for (_, name), group in groups[:FEW]:
        of_value: dict[str, list[str]] = {}
        for _, row in group.iterrows():
            of_value.setdefault(_value_at(row, lang), []).append(row["run"])
        values = say("compare.between", lang).join(
            say("compare.in_run", lang, run=say("compare.and", lang).join(names), value=value)
            for value, names in of_value.items())
        named.append(say("compare.input", lang, name=name, values=values))
    key = "inputs_more" if len(groups) > FEW else "inputs"
    return say(f"compare.{key}", lang, count=len(groups), named=say("compare.between", lang).join(named))


def _value_at(row: Any, lang: str) -> str:
    """Return a value and where it was written."""
    if not row["value"]:
        return say("compare.not_given", lang)
    if not row["file"]:
        return str(row["value"])
    if row["file"] in CHANGED:
        where = say("compare.in_python" if row["file"] == IN_PYTHON else "compare.command_line", lang)
    elif pd.isna(row["line"]):
        where = row["file"]
    else:
        where = say("faults.at_line", lang, file=row["file"], line=row["line"])
    return say("compare.where", lang, value=row["value"], where=where)


def _kept(runs: Runs, table: pd.DataFrame, lang: str) -> list[str]:
    """Return which requirements one run keeps and another misses."""
    held = table.assign(missed=table["holds"].eq(False)).groupby("run", sort=False)["missed"].sum()
    counts = say("compare.between", lang).join(
        say("compare.in_run", lang, run=run, value=int(held.get(run, 0))) for run in runs)
    return [say("compare.missed", lang, counts=counts)]


def _supply(table: pd.DataFrame, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return what comes from outside and what is short in each run."""
    totals = at_home(table).groupby("run", sort=False)[["imported_10kt", "shortage_10kt"]].sum()
    joined = {
        name: say("compare.between", lang).join(
            say("compare.in_run", lang, run=run, value=_figure(value)) for run, value in totals[column].items())
        for name, column in (("imported", "imported_10kt"), ("short", "shortage_10kt"))
    }
    return [say("compare.supply", lang, first=said["years"][0], last=said["years"][-1], **joined)]


def at_home(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balances of the district's own demand: exports have no right to be met."""
    return balance[balance["market"] == "district"]


def _proof(tables: Tables, lang: str) -> list[str]:
    return [say("compare.law", lang), *(pair_sentence(row, tables, lang) for _, row in tables["pairs"].iterrows()),
            say("compare.plans_only", lang)]


def _wide(table: pd.DataFrame, index: list[str], name: str, runs: list[str]) -> pd.DataFrame:
    """Return the sums by run, one column each."""
    return table.pivot_table(index=index[0], columns="run", values=name, aggfunc="sum", sort=False)[runs].fillna(0.0)


def _beside_header(wide: pd.DataFrame, lang: str) -> list[str]:
    first, *others = wide.columns
    return [first, *(part for run in others for part in (run, say("compare.columns.difference", lang)))]


def _beside(row: pd.Series) -> list[str]:
    first, *others = row
    return [_figure(first), *(part for value in others for part in (_figure(value), _signed(value - first)))]


def _indicator(row: Any, lang: str) -> str:
    if pd.isna(row["limit"]):
        return "–"
    sign = "≤" if row["sense"] == "<=" else "≥"
    value = "–" if pd.isna(row["value"]) else f"{row['value']:,.4g}"
    key = "holds" if row["holds"] else "fails"
    return say(f"compare.{key}", lang, value=value, limit=f"{sign} {row['limit']:,.4g}")


def _differ(figures: pd.Series) -> bool:
    known = figures.dropna()
    if len(known) != len(figures):
        return len(known) > 0
    return bool(known.max() - known.min() > CLEAR * max(1.0, known.abs().max()))


def _ends(row: Any) -> tuple[str, str]:
    """Return the ends of a pair's interval; of what costs less, how much less."""
    if row["verdict"] == "less":
        return _figure(-row["most"]), _figure(-row["least"])
    return (_signed(row["least"]), _signed(row["most"])) if row["verdict"] == "open" else (
        _figure(row["least"]), _figure(row["most"]))


def _figure(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _signed(value: float) -> str:
    text = _figure(value)
    return text if text.startswith("-") or text == "0" else f"+{text}"
