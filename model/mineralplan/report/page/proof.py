"""How good the plan is proven to be."""

from __future__ import annotations

from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.report.certificate_text import SHORT
from mineralplan.report.page.parts import Section, Table, Text
from mineralplan.report.record import Record
from mineralplan.report.summary import bound_source, certificate_sentence
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return the certificate and what it means in a sentence."""
    said = record.manifest
    rows = []
    for stage in said["objectives"]:
        name = stage["name"]
        unit = say(f"objectives.{name}.unit", lang)
        rows.append([f"{say(f'objectives.{name}.name', lang)} ({unit})", f"{stage['value']:,.1f}"])
    rows += [
        [f"{say('page.proof.bound', lang)} ({bound_source(said, lang)})", f"{said['bound']:,.1f}"],
        [say("page.proof.gap", lang), f"{said['gap']:.3%} ({said['wanted_gap']:.3%})"],
    ]
    if said["safe_bound"] is not None:
        rows.append([say("page.proof.safe", lang), f"{said['safe_bound']:,.1f} ({said['safe_gap']:.3%})"])
    rows.append([say("page.proof.seal", lang), str(said.get("certificate", "–"))[:SHORT]])
    return Section("proof", say("page.proof.title", lang), [
        Text(certificate_sentence(said, lang), "strong"),
        Text(verdict_sentence(record.audit, lang), "bad" if record.audit.verdict == "broken" else "strong"),
        Table(say("page.proof.title", lang), [say("page.proof.what", lang), say("columns.value", lang)], rows,
              figures=frozenset({1})),
    ])
