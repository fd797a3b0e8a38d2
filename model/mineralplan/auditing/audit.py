"""The audit: every law, every rule, every cost, and what could not be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.auditing.claim import Claim, Known
from mineralplan.auditing.costs import costs, discounted
from mineralplan.auditing.entries import ENTRIES, sound
from mineralplan.auditing.law import Breach, part_of
from mineralplan.auditing.laws import LAWS, breaches_of
from mineralplan.auditing.ledger import Ledger
from mineralplan.auditing.measures import MEASURES, by_year
from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.auditing.reading import read_claim
from mineralplan.auditing.stated import misstatements
from mineralplan.auditing.undecided import Undecided, decided, undecided
from mineralplan.case import Case
from mineralplan.rules import broken, check
from mineralplan.rules.rule import Finding
from mineralplan.words import default_language

COST = "cost"


@dataclass(frozen=True)
class Audit:
    """What exact arithmetic says of a plan.

    Attributes
    ----------
    case : Case
    allocation : Allocation
        As audited: without entries that say nothing.
    checks : mapping of str to int
        How many statements of each law were checked.
    breaches : tuple of Breach
        Of laws, of binding rules, and of what is stated beside the tables; the worst first.
    findings : tuple of Finding
        Of every rule, item and year that could be decided.
    undecided : tuple of Undecided
    costs : mapping of (term, year) to Fraction
        10⁴ CNY of the year; empty where the tables do not say enough.
    objectives : mapping of str to Fraction
        Cost and every other measure over all years; empty where the tables do not say enough.
    stated : mapping of str to float
        What the plan says that its objectives are.
    conflicts : tuple of Finding
        Binding rules that were missed in observed years: no breach of the plan, which decides nothing there.
    """

    case: Case
    allocation: Allocation
    checks: Mapping[str, int]
    breaches: tuple[Breach, ...]
    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    costs: Mapping[tuple[str, int], Fraction]
    objectives: Mapping[str, Fraction]
    stated: Mapping[str, float]
    conflicts: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> str:
        """``broken``, ``undecided``, or ``holds``: every law and every binding rule was decided and holds."""
        if self.breaches:
            return "broken"
        return "undecided" if self.undecided else "holds"

    @property
    def worst(self) -> Breach | None:
        """The breach that is largest against what it is measured by."""
        return self.breaches[0] if self.breaches else None

    def as_dict(self) -> dict[str, Any]:
        """Return what a manifest says of the audit."""
        worst, name = self.worst, self.case.objective[0]
        value = float(self.objectives[name]) if name in self.objectives else None
        return {
            "verdict": self.verdict,
            "law_checks": sum(self.checks.values()),
            "rule_checks": len(self.findings),
            "breaches": len(self.breaches),
            "observed_conflicts": len(self.conflicts),
            "worst": None if worst is None else {
                "name": worst.name, "where": list(worst.where), "year": worst.year, "amount": float(worst.amount),
                "unit": worst.unit, "clause": worst.clause,
            },
            "objective": value,
            "difference": None if value is None or name not in self.stated else self.stated[name] - value,
            "undecided": [{"why": gap.why, "what": list(gap.what), "years": list(gap.years)} for gap in self.undecided],
        }

    @property
    def table(self) -> pd.DataFrame:
        """Every breach and every finding, one row each."""
        rows: list[tuple[object, ...]] = [
            (b.kind, b.name, " ".join(b.where), b.year, "binding", b.unit, None, None, float(b.amount), False, b.clause)
            for b in self.breaches if b.kind != "rule"
        ]
        rows += [
            ("rule", f.rule, f.item, f.year, f.nature, f.unit, float(f.limit),
             None if f.value is None else float(f.value),
             None if f.margin is None else float(max(Fraction(0), -f.margin)), f.holds, f.clause)
            for f in self.findings
        ]
        names = ["kind", "name", "where", "year", "nature", "unit", "limit", "value", "missed", "holds", "clause"]
        return pd.DataFrame(rows, columns=names)

    def _repr_html_(self) -> str:
        failing = self.table[~self.table["holds"].astype(bool)]
        head = f"<p>{escape(verdict_sentence(self, default_language()))}</p>"
        return head if failing.empty else head + str(failing.to_html(index=False, border=0))


def audit(case: Case, tables: Allocation | str | Path) -> Audit:
    """Check a plan against every law and rule of a case and compute its cost again, exactly.

    Parameters
    ----------
    case : Case
    tables : Allocation, str or pathlib.Path
        An allocation, the folder of a run's results, or a sheet (``.csv``, ``.xlsx``) with block, year, capacity and
        output.

    Raises
    ------
    InputFaults
        With every fault of the tables.
    """
    if isinstance(tables, Allocation):
        return audit_claim(case, Claim(tables, Known(case.years)))
    return audit_claim(case, read_claim(case, Path(tables)))


def audit_claim(case: Case, claim: Claim) -> Audit:
    """Audit what is claimed; what it says too little of is left undecided."""
    allocation, breaches = sound(case, claim.allocation)
    ledger = Ledger(case, allocation, claim.known, claim.states)
    checks: dict[str, int] = {}
    for law in LAWS.values():
        if law.needs != "flows" or claim.known.flows:
            found, checks[law.name] = breaches_of(law, ledger)
            breaches += found
    findings: list[Finding] = []
    left_open: list[Finding] = []
    for finding in check(case, allocation):
        (findings if decided(finding, ledger) else left_open).append(finding)
    breaches += [_of_rule(finding) for finding in findings if broken(case, finding)]
    conflicts = tuple(f for f in findings if f.nature == "binding" and not f.holds and not broken(case, f))
    gaps = undecided(ledger, left_open)
    terms: dict[tuple[str, int], Fraction] = {}
    objectives: dict[str, Fraction] = {}
    if claim.known.flows and not gaps:
        terms = costs(ledger)
        objectives = {COST: discounted(case, terms)}
        objectives |= {name: sum(by_year(term, ledger).values(), Fraction(0)) for name, term in MEASURES.items()}
        breaches += misstatements(case, claim, terms, objectives)
    # What an entry without sense took with it is its fault: it comes first.
    breaches.sort(key=lambda breach: (breach.name != ENTRIES, -breach.relative, -breach.amount, breach.year))
    return Audit(case, allocation, checks, tuple(breaches), tuple(findings), gaps, terms, objectives, claim.objectives,
                 conflicts)


def _of_rule(finding: Finding) -> Breach:
    assert finding.margin is not None
    return Breach(finding.rule, "rule", (finding.item,), finding.year, -finding.margin, finding.unit,
                  part_of(-finding.margin, finding.limit), finding.clause)
