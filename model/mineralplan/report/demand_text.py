"""A demand projection in words: which estimator drives, how far apart they are, how well the model is calibrated."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from mineralplan.case import Case
from mineralplan.demand.parameters import KAPPA
from mineralplan.demand.reconciliation import AGREE_WITHIN
from mineralplan.demand.sampling import SHARED
from mineralplan.inputs.schedule import spans_of
from mineralplan.report.notices import notices, unit_label, unit_text
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.outputs.demand_tables import DemandTables

MASS = "10kt"


def quantity_label(case: Case, quantity: str, lang: str) -> str:
    """Return a quantity's name, with its unit where that is not 10⁴ t."""
    entry = case.projected().model.quantities[quantity]
    return entry.label.text(lang) + ("" if entry.unit == MASS else f" ({unit_text(entry.unit, lang)})")


def input_label(case: Case, name: str, lang: str) -> str:
    """Return what people call an uncertain input: a parameter, the shared factor, a project's delay or cancellation."""
    model = case.projected().model
    project, _, fate = name.rpartition(".")
    if name in (SHARED, KAPPA):
        return say(f"demand.inputs.{name}", lang)
    if not project:
        return model.parameters[name].label.text(lang)
    label = next(entry.label for entry in model.projects if entry.name == project)
    return say(f"demand.fates.{fate}", lang, project=label.text(lang))


def driver_sentence(case: Case, lang: str) -> str:
    """Return which estimator drives the scenario and why."""
    outlook = case.projected()
    name = outlook.model.estimator
    reason = outlook.reason.text(lang) if outlook.reason else say(f"demand.reasons.{name}", lang)
    return say("demand.driver", lang, estimator=say(f"estimators.{name}", lang), reason=reason)


def back_test_lines(case: Case, tables: DemandTables, lang: str) -> list[str]:
    """Return one line per observation: what was observed and what the model says."""
    return [
        say("demand.back_test", lang, year=row.year, quantity=quantity_label(case, str(row.quantity), lang),
            observed=f"{row.observed:,.1f}", modelled=f"{row.modelled:,.1f}", error=f"{row.error:+.1%}",
            role=say(f"demand.{row.role}", lang))
        for row in tables.calibration.itertuples()
    ]


def apart_sentence(case: Case, tables: DemandTables, lang: str) -> str:
    """Return in which years the estimators are too far apart, by quantity."""
    flagged = tables.estimators[tables.estimators["flagged"] & tables.estimators["drives"]]
    within = f"{AGREE_WITHIN:.0%}"
    if flagged.empty:
        return say("demand.agree", lang, within=within)
    spans = [
        f"{quantity_label(case, str(quantity), lang)} {spans_of([int(year) for year in rows['year']])}"
        for quantity, rows in flagged.groupby("quantity", sort=False)
    ]
    return say("demand.apart", lang, within=within, spans=say("figures.list", lang).join(spans))


def shown_years(case: Case) -> tuple[int, ...]:
    """Return the base year and the years of report."""
    return (case.base_year, *case.report_years)


def estimator_table(case: Case, tables: DemandTables, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: one row per quantity and estimator, one column per year, flags where they are apart."""
    years = shown_years(case)
    header = [say("demand.quantity", lang), say("demand.estimator", lang), *map(str, years), ""]
    rows = []
    for quantity, table in tables.estimators.groupby("quantity", sort=False):
        for number, (estimator, own) in enumerate(table.groupby("estimator", sort=False)):
            by_year = {int(row["year"]): row for _, row in own.iterrows()}
            drives = bool(own["drives"].iloc[0])
            rows.append([
                quantity_label(case, str(quantity), lang) if number == 0 else "",
                say(f"estimators.{estimator}", lang),
                *(_cell(by_year[year], flag=drives) for year in years),
                say("demand.drives", lang) if drives else "",
            ])
    return header, rows


def _cell(row: pd.Series, *, flag: bool) -> str:
    """Return central (10–90 %), with a mark where the estimators are apart."""
    mark = " !" if flag and row["flagged"] else ""
    if row["p10"] == row["p90"]:
        return f"{row['central']:,.1f}{mark}"
    return f"{row['central']:,.1f} ({row['p10']:,.0f}–{row['p90']:,.0f}){mark}"


def sentences(case: Case, tables: DemandTables, lang: str) -> Iterator[str]:
    """Yield what stands under the table: flags, what drives, calibration, notices."""
    yield apart_sentence(case, tables, lang)
    yield driver_sentence(case, lang)
    yield from back_test_lines(case, tables, lang)
    yield from notices(case, lang)


def html(case: Case, tables: DemandTables, lang: str) -> str:
    """Return what a notebook shows of a projection."""
    header, rows = estimator_table(case, tables, lang)
    lines = "".join(f"<p>{escape(line)}</p>" for line in sentences(case, tables, lang))
    return (
        f"<h4>{escape(case.title.text(lang))} · {escape(case.district.text(lang))}</h4>"
        f"<p>{escape(say('demand.title', lang, unit=unit_label(MASS, lang)))}</p>"
        + str(pd.DataFrame(rows, columns=header).to_html(index=False, border=0)) + lines
    )
