"""The methods page of a projection: every parameter, value, source and grade, and how the figures follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mineralplan.case import Case
from mineralplan.demand import sampling
from mineralplan.demand.chain import Term
from mineralplan.demand.parameters import Parameter
from mineralplan.report import markdown
from mineralplan.report.demand_text import (
    MASS,
    back_test_lines,
    estimator_table,
    input_label,
    quantity_label,
    sentences,
)
from mineralplan.report.notices import calibration_sentence, unit_text
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.outputs.demand_tables import DemandTables

STEPS = ("stock", "materials", "chain", "others", "calibration", "bands", "zones", "stone")
MOST = 15
"""Inputs to name under sensitivity."""


def methods(case: Case, tables: DemandTables, lang: str, draws: int) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    draws : int
        How many the bands come from.
    """
    outlook = case.projected()
    years = outlook.model.years
    parts = [
        f"# {say('methods.title', lang, district=case.district.text(lang), scenario=case.title.text(lang))}",
        say("methods.years", lang, first=years[0], last=years[-1], draws=draws,
              count=len(sampling.inputs(outlook.model))),
        *(f"> {line}" for line in sentences(case, tables, lang)),
        f"## {say('methods.result', lang)}",
        say("demand.title", lang, unit=unit_text(MASS, lang)),
        markdown.table(*estimator_table(case, tables, lang)),
        f"## {say('methods.method', lang)}",
        markdown.bullets(say(f"methods.text.{step}", lang) for step in STEPS),
        f"## {say('methods.calibration', lang)}",
        markdown.bullets([calibration_sentence(case, lang), *back_test_lines(case, tables, lang)]),
        f"## {say('methods.projects', lang)}",
        markdown.table(_columns("project", lang), _projects(case, tables, lang)),
        f"## {say('methods.exports', lang)}",
        markdown.table(_columns("export", lang), _exports(case, lang)),
        f"## {say('methods.parameters', lang)}",
        say("methods.grades", lang),
        markdown.table(_columns("parameter", lang), _parameters(outlook.model.parameters.values(), lang)),
        f"## {say('methods.chain', lang)}",
        markdown.table(_columns("chain", lang), _chain(case, lang)),
        *_sensitivity(case, tables, lang),
    ]
    return "\n\n".join(parts) + "\n"


COLUMNS = {
    "project": ("name", "size", "years", "status", "delay", "cancel", "amount", "source"),
    "export": ("name", "amount", "on", "source"),
    "parameter": ("name", "year", "figures", "unit", "shared", "basis", "grade", "source"),
    "chain": ("quantity", "is", "estimator", "source"),
    "sensitivity": ("input", "low", "high", "total"),
}


def _columns(table: str, lang: str) -> list[str]:
    return [say(f"methods.{table}_columns.{name}", lang) for name in COLUMNS[table]]


def _projects(case: Case, tables: DemandTables, lang: str) -> Iterator[list[str]]:
    total = tables.projects.groupby("project")["aggregate_10kt"].sum()
    for project in case.projected().model.projects:
        row = project.row
        yield [
            project.label.text(lang), f"{project.size:g} {project.size_unit}", f"{project.start}–{project.end}",
            say(f"methods.status.{'cancelled' if project.cancelled else row.status}", lang),
            "–".join(f"{figure:g}" for figure in dict.fromkeys(project.delay)), f"{project.cancel_probability:.0%}",
            f"{total.get(project.name, 0.0):,.1f}", f"{row.grade} · {row.source}",
        ]


def _exports(case: Case, lang: str) -> Iterator[list[str]]:
    for export in case.projected().exports:
        amounts = dict.fromkeys(f"{amount:g}" for amount in export.quantity.values())
        yield [export.label.text(lang), " → ".join(amounts), say("methods.yes" if export.on else "methods.no", lang),
               f"{export.basis} · {export.source}"]


def _parameters(parameters: Iterable[Parameter], lang: str) -> Iterator[list[str]]:
    """Yield every anchor as the tables give it; of a parameter that the scenario set, first and last year as used."""
    for parameter in parameters:
        shared = say("methods.yes", lang) if parameter.shared else ""
        if parameter.changed:
            ends = dict.fromkeys((0, len(parameter.central) - 1))
            for t in ends:
                year = str(parameter.years[t]) if parameter.years else say("methods.always", lang)
                figures = _figures(parameter.low[t], parameter.central[t], parameter.high[t])
                yield [_named(parameter, lang), year, figures, parameter.unit, shared,
                       say("methods.scenario", lang), "", ""]
            continue
        for row in parameter.anchors:
            low, high = (row.central if bound is None else bound for bound in (row.low, row.high))
            year = str(row.year or say("methods.always", lang))
            yield [_named(parameter, lang), year, _figures(low, row.central, high), parameter.unit, shared, row.basis,
                   row.grade, row.source]


def _named(parameter: Parameter, lang: str) -> str:
    """Return what people call a parameter, and how scenarios name it."""
    return f"{parameter.label.text(lang)} `{parameter.name}`"


def _figures(low: float, central: float, high: float) -> str:
    return f"{central:,.6g}" if low == high else f"{central:,.6g} ({low:,.6g}–{high:,.6g})"


def _chain(case: Case, lang: str) -> Iterator[list[str]]:
    model = case.projected().model
    groups: dict[tuple[str, str], list[Term]] = {}
    for term in model.terms:
        groups.setdefault((term.estimator, term.quantity), []).append(term)
    for (estimator, quantity), terms in groups.items():
        unit = unit_text(model.quantities[quantity].unit, lang)
        yield [f"{model.quantities[quantity].label.text(lang)} `{quantity}`, {unit}",
               " + ".join(f"{term.factor} × {term.of}" if term.of else f"{term.factor}" for term in terms),
               say(f"estimators.{estimator}", lang) if estimator else "",
               "; ".join(dict.fromkeys(term.source for term in terms))]


def _sensitivity(case: Case, tables: DemandTables, lang: str) -> Iterator[str]:
    yield f"## {say('methods.sensitivity', lang)}"
    quantity = case.projected().model.headline[0]
    for year, rows in tables.sensitivity.groupby("year"):
        yield say("methods.sensitivity_text", lang, year=year, quantity=quantity_label(case, quantity, lang))
        yield markdown.table(_columns("sensitivity", lang), [
            [input_label(case, str(row.input), lang), f"{row.low:,.1f}", f"{row.high:,.1f}",
             f"{row.total_order:.2f} ± {row.total_order_error:.2f}"]
            for row in rows.head(MOST).itertuples()
        ])
