"""An audit in words: the verdict, and a breach with what it is about and by how much."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mineralplan.auditing.law import Breach
from mineralplan.case import Case
from mineralplan.inputs.plan import unit_key
from mineralplan.rules.rule import item_label
from mineralplan.words import say

if TYPE_CHECKING:
    from mineralplan.auditing.audit import Audit

SMALL = {"10kt": "t", "10kt/a": "t_per_a"}
"""What less than one of a unit is told in."""
OWN = frozenset({"rows", "10kcny"})
"""Units that no indicator of a plan has."""
OBJECTIVE = "objective:"


def verdict_sentence(audit: Audit, lang: str) -> str:
    """Return the verdict, with the worst breach where there is one, and how much was missed in observed years."""
    title = audit.case.title.text(lang)
    if audit.worst is not None:
        found = say("audit.broken", lang, name=title, count=len(audit.breaches),
                    worst=breach_phrase(audit.case, audit.worst, lang))
    else:
        found = say(f"audit.{audit.verdict}", lang, name=title, laws=f"{sum(audit.checks.values()):,}",
                    rules=f"{len(audit.findings):,}")
    if not audit.conflicts:
        return found
    missed = say("observed.conflicts", lang, count=len(audit.conflicts))
    return say("observed.after", lang, verdict=found, conflicts=missed)


def breach_phrase(case: Case, breach: Breach, lang: str) -> str:
    """Return what is broken, where, when, by how much, and the clause."""
    key = "audit.breach_clause" if breach.clause else "audit.breach"
    return say(key, lang, what=breach_name(breach, lang), where=where_label(case, breach, lang), year=breach.year,
               amount=amount_text(breach, lang), clause=breach.clause)


def breach_name(breach: Breach, lang: str) -> str:
    """Return the name of the law or rule, or of what was stated."""
    if breach.kind == "rule":
        return say(f"rules.{breach.name}.name", lang)
    return say(f"laws.{breach.name}", lang)


def where_label(case: Case, breach: Breach, lang: str) -> str:
    """Return what a breach is about, with the names of blocks, uses and zones."""
    if breach.kind == "rule":
        return item_label(case, breach.where[0], lang)
    if breach.kind == "stated":
        return _stated_label(breach, lang)
    return " → ".join(_label(case, code, lang) for code in breach.where)


def _stated_label(breach: Breach, lang: str) -> str:
    name = breach.where[0]
    if breach.unit.startswith(OBJECTIVE):
        return say(f"objectives.{name}.name", lang)
    return say(f"terms.{name}", lang)


def _label(case: Case, code: str, lang: str) -> str:
    """Return the name of a use, zone, block or supply; a block's with its code."""
    if code in case.uses:
        return case.uses[code].text(lang)
    if code in case.blocks:
        return f"{code} {case.blocks[code].label.text(lang)}".strip()
    place = case.zones.get(code) or case.supplies.get(code)
    return code if place is None else place.label.text(lang) or code


def amount_text(breach: Breach, lang: str) -> str:
    """Return the amount with its unit; less than 10⁴ t in tonnes."""
    if breach.unit.startswith(OBJECTIVE):
        return f"{number_text(breach.amount)} {say(f'objectives.{breach.where[0]}.unit', lang)}"
    if breach.unit in SMALL and breach.amount < 1:
        return f"{number_text(breach.amount * 10**4)} {say(f'audit.units.{SMALL[breach.unit]}', lang)}"
    if breach.unit in OWN:
        return f"{number_text(breach.amount)} {say(f'audit.units.{breach.unit}', lang)}"
    return f"{number_text(breach.amount)} {say(f'units.{unit_key(breach.unit)}', lang)}".strip()


def number_text(value: Fraction) -> str:
    """Return a figure with six digits that count, as planners write it."""
    number = float(value)
    if abs(number) >= 10**6:
        return f"{number:,.0f}"
    return f"{number:,.6g}"
