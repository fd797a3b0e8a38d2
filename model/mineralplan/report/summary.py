"""A plan in words: the certificate, the scorecard, where the stone comes from, what to do."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.case import Case
from mineralplan.report import markdown, observed_text
from mineralplan.report.notices import notices, unit_label
from mineralplan.rules.rule import Finding, figure, item_label
from mineralplan.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mineralplan.report.record import Record


def certificate_sentence(manifest: Mapping[str, Any], lang: str) -> str:
    """Return in one sentence how good the plan is proven to be."""
    key = "proven" if manifest["status"] == "optimal" else f"stopped_{manifest['stopped']}"
    first = manifest["objectives"][0]["name"]
    sentence = say(f"certificate.{key}", lang, gap=f"{manifest['gap']:.3%}", wanted=f"{manifest['wanted_gap']:.3%}",
                   bound_is=bound_source(manifest, lang),
                   objective=f"{manifest['objective']:,.1f}", bound=f"{manifest['bound']:,.1f}",
                   unit=say(f"objectives.{first}.unit", lang), name=say(f"objectives.{first}.name", lang))
    if manifest.get("reach"):
        return f"{sentence} {_reach_sentence(manifest, lang)}"
    if manifest["safe_bound"] is None:
        return sentence
    safe = say("certificate.safe", lang, bound=f"{manifest['safe_bound']:,.1f}", gap=f"{manifest['safe_gap']:.3%}")
    return f"{sentence} {safe}"


def _reach_sentence(manifest: Mapping[str, Any], lang: str) -> str:
    """Return how many links were left out and what that costs at most."""
    reach, first = manifest["reach"], manifest["objectives"][0]["name"]
    return say("certificate.reach", lang, left_out=f"{reach['left_out']:,}", links=f"{reach['links']:,}",
               km=f"{reach['km']:g}", loss=f"{reach['most_loss']:,.1f}", near=f"{reach['near_bound']:,.1f}",
               gap=f"{manifest['gap']:.3%}", unit=say(f"objectives.{first}.unit", lang))


def bound_source(manifest: Mapping[str, Any], lang: str) -> str:
    """Return whose bound it is, in words."""
    return say(f"audit.certificate.{'safe' if manifest['bound_is'] == 'safe bound' else 'solver'}", lang)


def headline(findings: Iterable[Finding], years: Sequence[int]) -> list[Finding]:
    """Return the binding findings in the years of report, one row per indicator with something to compare."""
    return [f for f in findings if f.nature == "binding" and f.year in years and f.value is not None]


def indicator_table(record: Record, lang: str, *, only_asked: bool = True) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the binding indicators: one row each, one column per year of report.

    Parameters
    ----------
    only_asked : bool
        Leave out rules whose limit and value are 0 throughout: nothing was asked for and nothing happened.
    """
    years = record.case.report_years
    groups: dict[tuple[str, str], dict[int, Finding]] = {}
    for f in headline(record.audit.findings, years):
        groups.setdefault((f.rule, f.item), {})[f.year] = f
    rows = []
    for (rule, item), found in groups.items():
        if only_asked and not any(f.limit or f.value for f in found.values()):
            continue
        one = next(iter(found.values()))
        limits = dict.fromkeys(figure(f.limit) for f in found.values())
        rows.append(
            [say(f"rules.{rule}.name", lang), item_label(record.case, item, lang),
             f"{'≤' if one.sense == '<=' else '≥'} {' → '.join(limits)} {unit_label(one.unit, lang)}".strip(),
             *(_value(found.get(year)) for year in years),
             say("verdict.holds" if all(f.holds for f in found.values()) else "verdict.fails", lang), one.clause]
        )
    names = [say(f"columns.{name}", lang) for name in ("rule", "item", "limit", "holds", "clause")]
    return [*names[:3], *map(str, years), *names[3:]], rows


def _value(finding: Finding | None) -> str:
    """Return a finding's value; a dash where nothing fell under the rule that year."""
    return "–" if finding is None or finding.value is None else figure(finding.value)


def summary(record: Record, lang: str) -> str:
    """Return the summary as Markdown."""
    case = record.case
    parts = [
        f"# {case.title.text(lang)} · {case.district.text(lang)}",
        say("summary.document", lang, document=case.document.text(lang), first=case.years[0], last=case.years[-1]),
        f"**{certificate_sentence(record.manifest, lang)}**",
        f"**{verdict_sentence(record.audit, lang)}**",
    ]
    parts[1:1] = [f"**{warning}**" for warning in record.warnings(lang)]
    parts += [f"> {notice}" for notice in notices(case, lang)]
    parts += _observed(record, lang)
    parts += [f"## {say('summary.scorecard', lang)}", markdown.table(*indicator_table(record, lang, only_asked=False))]
    missed = [f for f in record.audit.findings if f.nature == "expected" and not f.holds]
    parts.append(f"## {say('summary.expected', lang)}")
    parts.append(markdown.bullets(_spans(missed, case, lang)) if missed else say("summary.none_missed", lang))
    parts += [f"## {say('summary.balance', lang)}", _balance(record, lang)]
    parts += [f"## {say('summary.actions', lang)}", _actions(record, lang)]
    parts += [f"## {say('summary.costs', lang)}", _costs(record, lang)]
    return "\n\n".join(parts) + "\n"


def _observed(record: Record, lang: str) -> list[str]:
    """Return the section on observed years, nothing where there are none."""
    if not record.case.observed_years:
        return []
    lines = observed_text.bullets(record, lang)
    return [f"## {say('observed.title', lang)}", observed_text.sentence(record.case, lang),
            markdown.bullets(lines) if lines else say("observed.none", lang)]


def _spans(findings: Iterable[Finding], case: Case, lang: str) -> list[str]:
    """Return one line per missed indicator: the years, and the worst of them in words."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for f in findings:
        groups.setdefault((f.rule, f.item), []).append(f)
    lines = []
    for (rule, item), group in groups.items():
        worst = min(group, key=lambda f: f.margin or 0)
        assert worst.value is not None
        lines.append(
            say("summary.missed", lang, rule=say(f"rules.{rule}.name", lang), item=item_label(case, item, lang),
                years=", ".join(str(f.year) for f in group), value=figure(worst.value), limit=figure(worst.limit),
                year=worst.year, unit=unit_label(worst.unit, lang), clause=worst.clause)
        )
    return lines


def _balance(record: Record, lang: str) -> str:
    table, case = record.tables.balance, record.case
    table = table[(table["market"] == "district") & table["year"].isin(case.report_years)]
    names = ["demand_10kt", "local_10kt", "recycled_10kt", "spoil_10kt", "imported_10kt", "shortage_10kt"]
    rows = [
        (str(row["year"]), _use_name(case, row["use"], lang), *(f"{row[name]:,.1f}" for name in names),
         f"{row['self_sufficiency']:.0%}" if row["demand_10kt"] else "–")
        for _, row in table.iterrows()
    ]
    header = [say(f"columns.{name}", lang) for name in ("year", "use", *names, "self_sufficiency")]
    return markdown.table(header, rows)


def _use_name(case: Case, use: str, lang: str) -> str:
    """Return a use's name, with its unit where that is not the table's 10⁴ t."""
    unit = case.uses[use].unit
    return case.uses[use].text(lang) + ("" if unit == "10kt" else f" ({unit_label(unit, lang)})")


def _actions(record: Record, lang: str) -> str:
    table, blocks = record.tables.actions, record.case.blocks
    rows = [
        (str(row["year"]), say(f"actions.{row['action']}", lang), row["block"], blocks[row["block"]].label.text(lang),
         f"{row['capacity_10kt_a']:g}")
        for _, row in table.iterrows()
    ]
    names = ("year", "action", "block", "name", "capacity_10kt_a")
    return markdown.table([say(f"columns.{name}", lang) for name in names], rows)


def _costs(record: Record, lang: str) -> str:
    total = record.tables.costs.groupby("term", sort=False)["discounted_10kcny"].sum()
    rows = [(say(f"terms.{term}", lang), f"{value:,.0f}") for term, value in total.items() if abs(value) >= 0.5]
    rows.append((say("summary.total", lang), f"{total.sum():,.0f}"))
    return markdown.table([say("columns.term", lang), say("columns.discounted_10kcny", lang)], rows)


def html(record: Record, lang: str) -> str:
    """Return what a notebook shows of a plan: what stands against it, the certificate line and the scorecard."""
    # That a plan in hand has no file to be certified goes without saying.
    against = record.warnings(lang) if record.certified is not None else []
    return (
        f"<h4>{escape(record.case.title.text(lang))} · {escape(record.case.district.text(lang))}</h4>"
        + "".join(f'<p style="color: #a33000"><strong>{escape(warning)}</strong></p>' for warning in against)
        + f"<p>{escape(certificate_sentence(record.manifest, lang))}</p>"
        f"<p>{escape(verdict_sentence(record.audit, lang))}</p>"
        + "".join(f"<p><em>{escape(notice)}</em></p>" for notice in notices(record.case, lang))
        + str(record.indicators(lang).to_html(index=False, border=0))
    )
