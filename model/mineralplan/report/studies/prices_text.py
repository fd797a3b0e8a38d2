"""What the limits of a plan are worth, in the planner's words, and what of it may be quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices, unit_label
from mineralplan.rules.rule import item_label
from mineralplan.solving.highs import relative_gap
from mineralplan.words import say

Tables = Mapping[str, pd.DataFrame]
MOST = 15
"""Rows of a table on the page; the CSV files hold them all."""
LARGE = 1000.0
"""Money from which on it is written without decimals."""
RULE, PRICED, DECIDED = "rule", "priced", "decided"
PRICE, LEAST, SURE = "discounted_10kcny_per_unit", "saving_least_10kcny", "saving_most_10kcny"


def page(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the page as Markdown."""
    duals = tables["duals"]
    parts = [f"# {say('prices.heading', lang)}", f"{case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('prices.asked', lang)}", say("prices.question", lang, **_plan(said))]
    parts += [f"## {say('prices.answer', lang)}", markdown.bullets(sentences(case, tables, said, lang))]
    if len(tables["ranking"]):
        parts += [f"## {say('prices.ranking', lang)}", markdown.table(*interval_rows(case, tables["ranking"], lang))]
        parts.append(unsaid(tables["ranking"], lang))
    parts += [f"## {say('prices.steps', lang)}", markdown.table(*interval_rows(case, tables["differences"], lang))]
    parts.append(unsaid(tables["differences"], lang))
    parts += [f"## {say('prices.duals', lang)}", say("prices.with_these_mines", lang),
              markdown.table(*dual_rows(case, duals[duals["kind"] == RULE], lang)), _decided(duals, lang)]
    parts += [f"## {say('prices.outside', lang)}",
              markdown.table(*dual_rows(case, duals[duals["kind"] != RULE], lang))]
    parts += [f"## {say('prices.stone', lang)}", markdown.table(*_stone(case, tables["marginal_costs"], lang))]
    parts += [f"## {say('prices.proof', lang)}", markdown.bullets(_proof(said, lang))]
    parts += [f"## {say('prices.quote', lang)}", markdown.bullets(
        say(f"prices.quotes.{key}", lang) for key in ("interval", "open", "dual", "never"))]
    return "\n\n".join(part for part in parts if part) + "\n"


def sentences(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return the answer in sentences with numbers: the dearest clause, and the dearest price with these mines."""
    lines = []
    ranking = tables["ranking"]
    proven = ranking[ranking["verdict"] == "saves"] if len(ranking) else ranking
    if len(proven):
        row = proven.iloc[0]
        lines.append(say("prices.dearest", lang, clause=clause_label(case, row, lang), cited=row["clause"],
                         least=_money(row[LEAST]), most=_money(row[SURE]), count=len(proven), all=len(ranking)))
    elif len(ranking):
        lines.append(say("prices.none_proven", lang, all=len(ranking), most=_money(ranking[SURE].max())))
    duals = tables["duals"]
    rules = duals[(duals["kind"] == RULE) & (duals["state"] == PRICED) & (duals[PRICE] > 0)]
    if len(rules):
        row = rules.iloc[int(rules[PRICE].to_numpy().argmax())]
        lines.append(say("prices.dearest_year", lang, clause=clause_label(case, row, lang), year=row["year"],
                         unit=_unit(row, lang), price=_money(row[PRICE]),
                         now=_money(row["in_year_10kcny_per_unit"])))
    else:
        lines.append(say("prices.no_price", lang))
    return lines


def interval_rows(case: Case, table: pd.DataFrame, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of what a change of clauses saves; those of which nothing can be said are left out."""
    stepped = "step" in table.columns
    names = ["change", "saving", "foretold", "verdict"] if stepped else ["saving", "verdict"]
    header = [say("prices.columns.clause", lang), *(say(f"prices.columns.{name}", lang) for name in names)]
    rows = []
    for _, row in told(table).head(MOST).iterrows():
        entry = [f"{clause_label(case, row, lang)} ({row['clause']})"]
        if stepped:
            entry.append(change_text(row, lang))
        entry.append(interval_text(row, lang))
        if stepped:
            entry.append("–" if pd.isna(row["by_duals_10kcny"]) else _money(row["by_duals_10kcny"]))
        rows.append([*entry, say(f"prices.verdicts.{row['verdict']}", lang)])
    return header, rows


def dual_rows(case: Case, table: pd.DataFrame, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the dearest prices with the mines of the plan."""
    header = [say(f"prices.columns.{name}", lang) for name in (
        "clause", "year", "price", "now", "looser", "tighter", "step")]
    priced = table[(table["state"] == PRICED) & (table[PRICE] > 0)].sort_values(PRICE, ascending=False, kind="stable")
    rows = [
        [clause_label(case, row, lang), str(row["year"]), *(_price(row[name]) for name in (
            PRICE, "in_year_10kcny_per_unit", "one_step_looser_10kcny_per_unit", "one_step_tighter_10kcny_per_unit")),
         f"{_figure(row['step'])} {_unit(row, lang)}".strip()]
        for _, row in priced.head(MOST).iterrows()
    ]
    return header, rows


def html(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    shown = tables["ranking"] if len(tables["ranking"]) else tables["differences"]
    header, rows = interval_rows(case, shown, lang)
    lines = [*sentences(case, tables, said, lang), say("prices.with_these_mines", lang), *_proof(said, lang),
             *notices(case, lang)]
    body = str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    return body + "".join(f"<p>{escape(line)}</p>" for line in lines)


def clause_label(case: Case, row: Any, lang: str) -> str:
    """Return what people call a limit: an indicator and its item, an outside supply, or the resource of a block."""
    kind = row.get("kind", RULE)
    if kind == RULE:
        return say("explanation.member", lang, name=say(f"rules.{row['rule']}.name", lang),
                   item=item_label(case, row["item"], lang))
    if kind == "supply":
        return say("prices.supply", lang, name=case.supplies[row["item"]].label.text(lang))
    return say("prices.resource", lang, name=case.blocks[row["item"]].label.text(lang) or row["item"],
               code=row["item"])


def change_text(row: Any, lang: str) -> str:
    """Return by how much a limit was changed."""
    return say(f"prices.changes.{row['change']}", lang, step=_figure(row["step"]), unit=_unit(row, lang)).strip()


def told(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a change that was searched and shows something."""
    return table[table["verdict"].isin(("saves", "costs", "impossible")) | (table["how"] == "searched")]


def unsaid(table: pd.DataFrame, lang: str) -> str:
    """Return what is known of the changes that the page leaves out."""
    rest = table.drop(told(table).index)
    if not len(rest):
        return ""
    nothing = int((rest["verdict"] == "nothing").sum())
    weak = rest[rest["verdict"] != "nothing"]
    most = _money(weak[SURE].abs().max()) if len(weak) else "0"
    return say("prices.unsaid", lang, nothing=nothing, weak=len(weak), most=most)


def _decided(table: pd.DataFrame, lang: str) -> str:
    """Return which limits have no price because decisions alone stand in them."""
    decided = table[table["state"] == DECIDED]
    if not len(decided):
        return ""
    names = dict.fromkeys(say(f"rules.{rule}.name", lang) for rule in decided["rule"])
    return say("prices.decided", lang, names=say("prices.between", lang).join(names))


def _stone(case: Case, table: pd.DataFrame, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return what one more tonne costs, by use, in the years of report."""
    header = [say(f"prices.columns.{name}", lang) for name in ("use", "year", "zones", "least", "median", "most")]
    rows = [
        [case.uses[row["use"]].text(lang), str(row["year"]), str(row["zones"]),
         *(_figure(row[name]) for name in ("least_cny_t", "median_cny_t", "most_cny_t"))]
        for _, row in table.iterrows() if row["year"] in case.report_years
    ]
    return header, rows


def _proof(said: Mapping[str, Any], lang: str) -> Iterable[str]:
    yield say("prices.certified", lang, **_plan(said))
    yield say("prices.searched", lang, searches=said["searches"], gap=f"{said['wanted_gap']:.3%}")


def _plan(said: Mapping[str, Any]) -> dict[str, str]:
    return {"objective": _money(said["objective"]), "bound": _money(said["bound"]),
            "plan_gap": f"{relative_gap(said['objective'], said['bound']):.3%}"}


def interval_text(row: Any, lang: str) -> str:
    """Return the interval of a saving; one figure where both ends are written the same."""
    if pd.isna(row[LEAST]):
        return "–"
    least, most = _money(row[LEAST]), _money(row[SURE])
    return least if least == most else say("prices.interval", lang, least=least, most=most)


def _unit(row: Any, lang: str) -> str:
    return unit_label(row["unit"], lang)


def _price(value: Any) -> str:
    return "–" if pd.isna(value) else _money(value)


def _money(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _figure(value: float) -> str:
    return f"{value:,.4g}"
