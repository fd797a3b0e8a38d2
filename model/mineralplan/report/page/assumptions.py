"""What the plan rests on: how much is illustrative, prices and costs, parameters of the demand, with their sources."""

from __future__ import annotations

from collections.abc import Iterator

from mineralplan.assembly.sources import Sources
from mineralplan.case import Case
from mineralplan.demand.parameters import Parameter
from mineralplan.report.page.charts import BASES
from mineralplan.report.page.parts import Folded, Part, Section, Table, Text
from mineralplan.report.record import Record
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return every assumption with source, basis and grade."""
    case = record.case
    rows = [[say(f"tables.{p.table}", lang), str(p.illustrative), str(p.rows)] for p in case.provenance]
    header = [say(f"page.assumptions.{name}", lang) for name in ("table", "illustrative", "rows")]
    parts: list[Part] = []
    if rows:
        parts.append(Table(say("page.assumptions.grade", lang), header, rows, figures=frozenset({1, 2})))
    prices = [*_economics(case, lang)]
    if prices:
        header = [say(f"page.assumptions.{name}", lang) for name in ("parameter", "value", "unit", "basis", "source")]
        title = say("page.assumptions.economics", lang, count=len(prices))
        parts.append(Folded(title, [Table(title, header, prices, figures=frozenset({1}))]))
    if case.outlook is not None:
        drivers = [line for parameter in case.outlook.model.parameters.values() for line in _anchors(parameter, lang)]
        names = ("parameter", "year", "figures", "unit", "basis", "grade_letter", "source")
        header = [say(f"page.assumptions.{name}", lang) for name in names]
        title = say("page.assumptions.demand", lang, count=len(case.outlook.model.parameters))
        parts.append(Folded(title, [Text(say("methods.grades", lang), "quiet"),
                                    Table(title, header, drivers, figures=frozenset({1, 2}))]))
    if not parts:
        parts.append(Text(say("page.assumptions.none", lang)))
    return Section("assumptions", say("page.assumptions.title", lang), parts)


def _basis(basis: str, lang: str) -> str:
    return say(f"page.basis.{basis}", lang) if basis in BASES else basis


def _economics(case: Case, lang: str) -> Iterator[list[str]]:
    """Yield the rows of the table of prices and costs; what the scenario changes stands with what was asked."""
    if not isinstance(case.recipe, Sources):
        return
    known = {**case.minerals, **case.uses}
    for line in case.recipe.region.economics.rows:
        item = known[line.item].text(lang) if line.item in known else line.item
        name = say(f"page.economics.{line.parameter}", lang)
        yield [say("page.scorecard.indicator", lang, rule=name, item=item) if item else name, f"{line.value:,g}",
               line.unit, _basis(line.basis, lang), line.source]


def _anchors(parameter: Parameter, lang: str) -> Iterator[list[str]]:
    """Yield the figures of a parameter as the tables give them; as used, where the scenario set them."""
    always, name = say("methods.always", lang), parameter.label.text(lang)
    if parameter.changed:
        for t in dict.fromkeys((0, len(parameter.central) - 1)):
            year = str(parameter.years[t]) if parameter.years else always
            yield [name, year, _figures(parameter.low[t], parameter.central[t], parameter.high[t]), parameter.unit,
                   _basis("scenario", lang), "", ""]
        return
    for line in parameter.anchors:
        low, high = (line.central if bound is None else bound for bound in (line.low, line.high))
        yield [name, str(line.year or always), _figures(low, line.central, high), parameter.unit,
               _basis(line.basis, lang), line.grade, line.source]


def _figures(low: float, central: float, high: float) -> str:
    return f"{central:,.6g}" if low == high else f"{central:,.6g} ({low:,.6g}–{high:,.6g})"
