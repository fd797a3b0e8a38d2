"""What every office document says of its run before anything else; and text that its format can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.report.certificate_text import SHORT
from mineralplan.report.notices import illustrative_sentence, notices
from mineralplan.report.summary import certificate_sentence
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.report.record import Record

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, whatever it is escaped as."""


def plain(text: str) -> str:
    """Return a text without the characters that XML 1.0 forbids."""
    return FORBIDDEN.sub("", text)


def statements(record: Record, lang: str) -> list[str]:
    """Return how good the plan is, what the audit says, and what is illustrative in it, a sentence each."""
    return [certificate_sentence(record.manifest, lang), verdict_sentence(record.audit, lang),
            *notices(record.case, lang)]


def short_line(record: Record, lang: str) -> str:
    """Return the same for a footer: scenario, certificate, gap, verdict, whether data are illustrative."""
    seal = record.manifest.get("certificate")
    parts = [record.case.title.text(lang)]
    if seal:
        parts.append(say("standing.certificate", lang, seal=str(seal)[:SHORT]))
    parts.append(say("standing.gap", lang, gap=f"{record.manifest['gap']:.3%}"))
    parts.append(say(f"standing.{record.audit.verdict}", lang))
    if illustrative_sentence(record.case, lang):
        parts.append(say("standing.illustrative", lang))
    if record.warnings(lang):
        parts.append(say("standing.warned", lang))
    return " · ".join(parts)
