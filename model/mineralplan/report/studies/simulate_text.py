"""How ways to decide fare when the years turn out otherwise, in the planner's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import pandas as pd

from mineralplan.case import Case
from mineralplan.report import markdown
from mineralplan.report.notices import notices
from mineralplan.report.studies.robust_text import rows_of
from mineralplan.report.studies.simulate_parts import Part, clause_part, event_part, forecast_part
from mineralplan.words import say, vocabulary

Tables = Mapping[str, pd.DataFrame]
PERFECT, ROLLING, FREE = "perfect", "rolling", "rolling_free"
FEW = 10
"""Futures under which tenths of them say little."""
SAME = 1e-9
"""Costs that differ by no more than so much of them are the same."""
MONEY = ("cost_10kcny", "regret_10kcny", "shortage_10kt", "export_short_10kt")
COUNTS = ("licences", "expansions", "merges", "closures", "changes", "missed")
COLUMNS = ("cost_10kcny", "regret_10kcny", "regret_share", "shortage_10kt", "export_short_10kt", "licences",
           "expansions", "closures", "changes", "missed")


def page(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the whole page as Markdown."""
    parts = [f"# {say('simulate.title', lang)} · {case.district.text(lang)} · {case.title.text(lang)}"]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += [f"## {say('simulate.asked', lang)}", markdown.bullets(asked(tables, said, lang))]
    parts += [f"## {say('simulate.answer', lang)}", markdown.bullets(sentences(case, tables, said, lang))]
    parts += [f"## {say('simulate.policies', lang)}", say("simulate.policies_are", lang),
              markdown.table(*summary_rows(tables, said, lang)), markdown.bullets(meanings(tables, said, lang))]
    names = {policy: policy_label(policy, lang, said["look_ahead"]) for policy in policies_of(tables)}
    for key, part in (("clauses", clause_part(case, tables, names, lang)),
                      ("forecasts", forecast_part(case, tables, lang)), ("events", event_part(tables, lang))):
        parts += [f"## {say(f'simulate.{key}', lang)}", *_shown(part)]
    parts += [f"## {say('simulate.proven', lang)}", markdown.bullets(proven(tables, said, lang))]
    return "\n\n".join(parts) + "\n"


def html(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return what a notebook shows."""
    header, rows = summary_rows(tables, said, lang)
    lines = (*sentences(case, tables, said, lang), *proven(tables, said, lang))
    return (
        f"<h4>{escape(say('simulate.title', lang))} · {escape(case.title.text(lang))}</h4>"
        + "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
        + str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0))
    )


def _shown(part: Part) -> Iterator[str]:
    sentence, table = part
    yield sentence
    if table:
        yield markdown.table(*table)


def policies_of(tables: Tables) -> list[str]:
    """Return the policies in the order in which they were asked for."""
    return list(dict.fromkeys(tables["policies"]["policy"].astype(str)))


def policy_label(policy: str, lang: str, look_ahead: int | None = None) -> str:
    """Return what people call a policy; one of the user's own keeps its name.

    Parameters
    ----------
    look_ahead : int, optional
        Years that the policy ``rolling`` looks ahead, where it is known.
    """
    numbered = re.fullmatch(rf"{ROLLING}(\d+)", policy)
    if numbered:
        return say("simulate.rolling_ahead", lang, years=numbered[1])
    if policy == ROLLING and look_ahead:
        return say("simulate.rolling_ahead", lang, years=look_ahead)
    return say(f"simulate.policy.{policy}", lang) if f"simulate.policy.{policy}" in vocabulary(lang) else policy


def asked(tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield what was asked, sentence by sentence."""
    policies = policies_of(tables)
    names = say("figures.list", lang).join(policy_label(policy, lang, said["look_ahead"]) for policy in policies)
    yield say("simulate.question", lang, count=len(policies), futures=said["futures"], seed=said["seed"], names=names)
    yield say("simulate.year_by_year", lang)
    if any(policy.startswith(ROLLING) for policy in policies):
        yield say("simulate.keeps" if said["keep_10kcny"] else "simulate.keeps_nothing", lang,
                  keep=f"{said['keep_10kcny']:,.4g}")
    yield say("simulate.gap_is", lang, gap=f"{said['wanted_gap']:.2%}")


def sentences(case: Case, tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield the answer in sentences with their numbers."""
    costs = common_costs(tables)
    ahead = said["look_ahead"]
    # Perfect foresight is what the others are measured against, and nobody has it.
    real = [str(policy) for policy in costs if policy != PERFECT]
    if len(costs) and len(real) > 1:
        best = best_counts(costs[real])
        told = [say("simulate.times", lang, policy=policy_label(policy, lang, ahead), count=count)
                for policy, count in best.items() if count]
        yield say("simulate.best", lang, futures=len(costs), counts=say("figures.list", lang).join(told))
    if len(costs) and real and PERFECT in costs:
        yield _hidden(tables, costs, real, ahead, lang)
    if len(costs) and FREE in costs and ROLLING in costs:
        yield _kept(tables, costs, lang)
    yield from _short(tables, said, lang)
    yield from _missed(tables, said, lang)
    lost = len(policies_of(tables)) * said["futures"] - int(tables["policies"]["cost_10kcny"].notna().sum())
    if lost:
        yield say("simulate.lost", lang, count=lost)
    yield audit_sentence(tables, said, lang)
    idle = tables["policies"].loc[tables["policies"]["below_rate"] > 0, "below_rate"]
    if len(idle):
        yield say("simulate.below_rate", lang, count=int(idle.sum()), courses=len(idle), all=len(tables["policies"]))


def common_costs(tables: Tables) -> pd.DataFrame:
    """Return the cost of every policy (columns) in the futures (rows) of which all have one, 10⁴ CNY."""
    wide = tables["policies"].pivot(index="future", columns="policy", values="cost_10kcny")
    return wide[policies_of(tables)].dropna()


def best_counts(costs: pd.DataFrame) -> dict[str, int]:
    """Return in how many futures each policy is the cheapest, most often first; those that tie count each."""
    least = costs.min(axis=1)
    cheapest = costs.sub(least, axis=0).le(SAME * least.abs(), axis=0).sum()
    ranked = cheapest.sort_values(ascending=False, kind="stable")
    return {str(policy): int(count) for policy, count in ranked.items()}


def _hidden(tables: Tables, costs: pd.DataFrame, real: list[str], ahead: int, lang: str) -> str:
    """Say what the best policy that can be carried out costs more than perfect foresight, future by future."""
    best = str(costs[real].mean().idxmin())
    regret = costs[best] - costs[PERFECT]
    sentence = say("simulate.hidden", lang, policy=policy_label(best, lang, ahead), mean=f"{regret.mean():,.0f}",
                   share=f"{regret.mean() / costs[PERFECT].mean():.2%}", **_tenths(regret))
    misses = _missing(tables).get(best, 0)
    return sentence + say("simulate.though_missed", lang, count=misses) if misses else sentence


def _kept(tables: Tables, costs: pd.DataFrame, lang: str) -> str:
    """Say what not changing announced actions costs, and how many changes it spares."""
    more = costs[ROLLING] - costs[FREE]
    changes = tables["policies"].pivot(index="future", columns="policy", values="changes").loc[costs.index]
    with_it, without = float(changes[ROLLING].mean()), float(changes[FREE].mean())
    return say("simulate.kept_price" if more.mean() > 0 else "simulate.kept_free", lang,
               price=f"{abs(more.mean()):,.0f}", share=f"{abs(more.mean()) / costs[FREE].mean():.2%}",
               kept=f"{with_it:,.1f}", free=f"{without:,.1f}", **_tenths(more))


def _tenths(values: pd.Series[float]) -> dict[str, str]:
    return {name: f"{values.quantile(share):,.0f}" for name, share in (("p10", 0.1), ("p90", 0.9))}


def _short(tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    mean = tables["policies"].groupby("policy", sort=False)["shortage_10kt"].mean().dropna()
    if len(mean):
        least, most = str(mean.idxmin()), str(mean.idxmax())
        yield say("simulate.short" if len(mean) > 1 else "simulate.short_alone", lang,
                  least=f"{mean[least]:,.1f}", of_least=policy_label(least, lang, said["look_ahead"]),
                  most=f"{mean[most]:,.1f}", of_most=policy_label(most, lang, said["look_ahead"]))


def _missing(tables: Tables) -> dict[str, int]:
    """Return in how many futures each policy misses a binding clause, those that never do left out."""
    found = tables["policies"]
    counts = found[found["missed"] > 0].groupby("policy", sort=False)["future"].nunique()
    return {str(policy): int(count) for policy, count in counts.items()}


def _missed(tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    missing = _missing(tables)
    if not missing:
        yield say("simulate.none_missed", lang)
        return
    told = [say("simulate.times", lang, policy=policy_label(policy, lang, said["look_ahead"]), count=count)
            for policy, count in missing.items()]
    yield say("simulate.missed", lang, counts=say("figures.list", lang).join(told), futures=said["futures"])


def audit_sentence(tables: Tables, said: Mapping[str, Any], lang: str) -> str:
    """Return the verdict of the exact audit on every course that was simulated."""
    found = tables["policies"]
    broken = found[found["audit"] != "holds"]
    if broken.empty:
        return say("simulate.audited", lang, count=len(found))
    told = [say("simulate.course", lang, policy=policy_label(str(row.policy), lang, said["look_ahead"]),
                future=row.future) for row in rows_of(broken)]
    return say("simulate.broken", lang, count=len(broken), all=len(found),
               names=say("figures.list", lang).join(told[:FEW] + ["…"] * (len(told) > FEW)))


def summary_rows(tables: Tables, said: Mapping[str, Any], lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the policies: means, and where 80 % of the futures lie."""
    known = {(str(row.policy), str(row.measure)): row for row in rows_of(tables["summary"])}
    shown = [name for name in COLUMNS if any(
        (policy, name) in known and not pd.isna(known[policy, name].mean) for policy in policies_of(tables))]
    rows = [
        [policy_label(policy, lang, said["look_ahead"]), *(_cell(known.get((policy, name)), name) for name in shown)]
        for policy in policies_of(tables)
    ]
    return [say("simulate.column.policy", lang), *(say(f"simulate.column.{name}", lang) for name in shown)], rows


def _cell(row: Any, measure: str) -> str:
    if row is None or pd.isna(row.mean):
        return "–"
    form = "{:,.0f}" if measure in MONEY else "{:,.1f}" if measure in COUNTS else "{:.2%}"
    mean, low, high = (form.format(value) for value in (row.mean, row.p10, row.p90))
    return mean if low == high == mean else f"{mean} ({low}–{high})"


def meanings(tables: Tables, said: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield what each policy does."""
    for policy in policies_of(tables):
        stem = ROLLING if re.fullmatch(rf"{ROLLING}\d*", policy) else policy
        known = f"simulate.policy.{stem}" in vocabulary(lang)
        yield say("simulate.meaning", lang, policy=policy_label(policy, lang, said["look_ahead"]),
                  meaning=say(f"simulate.means.{stem}" if known else "simulate.means.own", lang))


def proven(tables: Tables, said: Mapping[str, Any], lang: str) -> list[str]:
    """Return what was proven, and what was not."""
    gaps = tables["policies"].loc[tables["policies"]["policy"] == PERFECT, "gap"].dropna()
    lines = [say("simulate.perfect_gap", lang, gap=f"{gaps.max():.2%}")] if len(gaps) else []
    lines += [say("simulate.not_best", lang), say("simulate.sample", lang, futures=said["futures"])]
    if said["futures"] < FEW:
        lines.append(say("simulate.few", lang))
    return [*lines, say("simulate.judged", lang)]
