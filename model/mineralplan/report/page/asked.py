"""What was asked: the scenario, its years, its objective, and what it sets."""

from __future__ import annotations

from collections.abc import Iterator

from mineralplan.assembly.sources import Sources
from mineralplan.case import Case
from mineralplan.inputs.scenario import dotted
from mineralplan.report.page.parts import Part, Section, Table, Text
from mineralplan.report.record import Record
from mineralplan.words import say

ELSEWHERE = frozenset({"title", "region", "solve", "years", "objective"})
"""Names that the page shows in places of their own."""


def section(record: Record, lang: str) -> Section:
    """Return the section: scenario, plan, years, objective, and every setting that is not the published plan's."""
    case = record.case
    rows = [
        [say("page.asked.scenario", lang), f"{case.title.text(lang)} ({case.name})"],
        [say("page.asked.district", lang), case.district.text(lang)],
        [say("page.asked.document", lang), case.document.text(lang)],
        [say("page.asked.years", lang),
         say("page.asked.span", lang, first=case.years[0], last=case.years[-1], base=case.base_year)],
        [say("page.asked.objective", lang),
         " → ".join(say(f"objectives.{name}.name", lang) for name in case.objective)],
    ]
    if case.outlook is not None:
        rows.append([say("page.asked.demand", lang), say(f"estimators.{case.outlook.model.estimator}", lang)])
    parts: list[Part] = [Table(say("page.asked.title", lang), [say("page.asked.what", lang), ""], rows)]
    settings = [*_settings(case)]
    if settings:
        header = [say(f"page.asked.{name}", lang) for name in ("name", "value", "place")]
        parts.append(Table(say("page.asked.settings", lang), header, settings, codes=frozenset({0, 2})))
    else:
        parts.append(Text(say("page.asked.plain", lang)))
    return Section("asked", say("page.asked.title", lang), parts)


def _settings(case: Case) -> Iterator[list[str]]:
    """Yield every name that the scenario sets, its value, and where it is set."""
    if not isinstance(case.recipe, Sources):
        return
    layers = case.recipe.layers
    for path, value in layers.values.items():
        if path[0] not in ELSEWHERE:
            origin = layers.origins[path]
            yield [dotted(path), str(value), origin.file.rpartition("/")[2]]
