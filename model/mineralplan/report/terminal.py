"""What the command line prints of cases, plans and conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.inputs.schedule import spans_of
from mineralplan.report.audit_text import audit_parts
from mineralplan.report.case_text import facts
from mineralplan.report.demand_text import MASS, estimator_table, sentences
from mineralplan.report.explanation_text import conflict_rows, impossible_lines
from mineralplan.report.notices import notices, unit_label
from mineralplan.report.summary import certificate_sentence, indicator_table
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.analysis.conflict import Collision
    from mineralplan.analysis.impossible import Impossibility
    from mineralplan.case import Case
    from mineralplan.outputs.demand_tables import DemandTables
    from mineralplan.report.record import Record


def _table(title: str, columns: Iterable[str], right: frozenset[int] = frozenset()) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in right else "left", overflow="fold")
    return table


def result_tables(record: Record, lang: str) -> Iterator[Table | str]:
    """Yield what `run` ends with: the certificate, the binding indicators, the notices."""
    head = _table(record.case.title.text(lang), [say(f"columns.{name}", lang) for name in (
        "objective", "value", "bound", "gap")], frozenset({1, 2, 3}))
    for stage in record.manifest["objectives"]:
        name, unit = (say(f"objectives.{stage['name']}.{word}", lang) for word in ("name", "unit"))
        head.add_row(f"{name} ({unit})", f"{stage['value']:,.1f}", f"{stage['bound']:,.1f}", f"{stage['gap']:.3%}")
    yield head
    columns, rows = indicator_table(record, lang)
    body = _table(say("summary.scorecard", lang), columns, frozenset(range(2, len(columns) - 2)))
    for row in rows:
        body.add_row(*row)
    yield body
    yield certificate_sentence(record.manifest, lang)
    if record.audit.verdict == "broken":
        yield from audit_parts(record.audit, lang)
        return
    yield verdict_sentence(record.audit, lang)
    yield from notices(record.case, lang)


def case_table(case: Case, lang: str) -> Table:
    """Return what `check` prints of a case that is without fault."""
    table = _table(f"{case.title.text(lang)} · {case.district.text(lang)}", ["", ""])
    for name, value in facts(case, lang).items():
        table.add_row(name, value)
    table.caption = " ".join((say("check.sound", lang), *notices(case, lang)))
    table.caption_justify = "left"
    return table


def demand_parts(case: Case, tables: DemandTables, lang: str) -> Iterator[Table | str]:
    """Yield what `demand` ends with: the estimators side by side, what drives, calibration, notices."""
    columns, rows = estimator_table(case, tables, lang)
    title = say("demand.title", lang, unit=unit_label(MASS, lang))
    body = _table(f"{case.title.text(lang)} · {title}", columns, frozenset(range(2, len(columns) - 1)))
    for row in rows:
        body.add_row(*row)
    yield body
    yield from sentences(case, tables, lang)


def reasons(
    case: Case, impossible: Iterable[Impossibility], conflict: Collision | None, lang: str
) -> Iterator[Table | str]:
    """Yield what `run` says of a case that cannot be met: what is impossible, who collides, where to read more."""
    yield from impossible_lines(case, impossible, lang)
    if conflict is None:
        yield say("run.infeasible_data", lang)
        return
    columns, rows = conflict_rows(case, conflict.members, conflict.years, lang)
    table = _table(say("explanation.collide", lang, years=spans_of(conflict.years)), columns)
    for row in rows:
        table.add_row(*row)
    yield table
    yield say("run.conflict", lang)
    yield say("explanation.see", lang, file=case.scenario_file or case.name)
