"""What the studies beside a run say of it: the same sentences as on their own pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mineralplan.outputs.study import Study
from mineralplan.report.page.parts import Part, Section, Table, Text
from mineralplan.report.record import Record
from mineralplan.words import say

Told = tuple[Iterable[str], tuple[list[str], list[list[str]]] | None]
"""Sentences, and a table of header and rows."""


def section(record: Record, lang: str) -> Section:
    """Return, for every study of the same inputs, its answer in sentences, and how to make those that are missing."""
    parts: list[Part] = []
    for study in record.studies:
        if study.kind not in TELLERS:
            continue
        sentences, table = TELLERS[study.kind](record, study, lang)
        title = say(f"page.uncertainty.{study.kind}", lang)
        parts.append(Text(f"{title} ({study.folder.name})", "strong"))
        parts.append(Text(" ".join(sentences)))
        if table:
            header, rows = table
            parts.append(Table(title, header, rows))
    if not parts:
        parts.append(Text(say("page.uncertainty.none", lang), "quiet"))
    return Section("uncertainty", say("page.uncertainty.title", lang), parts)


def _ensemble(record: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import ensemble_text as text

    return text.sentences(record.case, study.tables, study.said, lang), text.summary_rows(study.tables["summary"], lang)


def _evaluate(record: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import evaluate_text as text

    lines = (*text.sentences(record.case, study.tables, study.said, lang), *text.proven(study.said, lang))
    return lines, text.indicator_rows(record.case, study.tables, lang)


def _pareto(_: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import pareto_text as text

    objectives = study.said["objectives"]
    return (text.sentences(objectives, study.tables, study.said, lang), text.points(objectives, study.tables, lang))


def _prices(record: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import prices_text as text

    shown = study.tables["ranking"] if len(study.tables["ranking"]) else study.tables["differences"]
    return text.sentences(record.case, study.tables, study.said, lang), text.interval_rows(record.case, shown, lang)


def _robust(record: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import robust_text as text

    return (*text.sentences(record.case, study.tables, study.said, lang), *text.proven(study.said, lang)), None


def _simulate(record: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import simulate_text as text

    lines = (*text.sentences(record.case, study.tables, study.said, lang), *text.proven(study.tables, study.said, lang))
    return lines, text.summary_rows(study.tables, study.said, lang)


def _stochastic(_: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import stochastic_text as text

    return (*text.sentences(study.tables, study.said, lang), *text.proven(study.said, lang)), None


def _sweep(record: Record, study: Study, lang: str) -> Told:
    from mineralplan.report.studies import sweep_text as text

    lines = (*text.sentences(record.case, study.tables, study.said, lang), *text.proven(study.tables, study.said, lang))
    return lines, text.point_rows(study.tables, lang)


TELLERS: dict[str, Callable[[Record, Study, str], Told]] = {
    "ensemble": _ensemble, "evaluate": _evaluate, "pareto": _pareto, "prices": _prices, "robust": _robust,
    "simulate": _simulate, "stochastic": _stochastic, "sweep": _sweep,
}
"""What each study says, by its kind. Imported when there is one."""
