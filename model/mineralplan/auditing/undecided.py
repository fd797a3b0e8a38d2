"""What tables that say only a part of a plan leave open, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mineralplan.auditing.laws import LAWS
from mineralplan.auditing.ledger import Ledger
from mineralplan.rules import registry
from mineralplan.rules.rule import Finding

OBJECTIVE = "objective"


@dataclass(frozen=True)
class Undecided:
    """Laws and rules that could not be decided for one reason.

    Attributes
    ----------
    why : {"years", "before", "flows", "green"}
        Years that do not appear; years before those that do; no flows; not said which mines are green.
    what : tuple of str
        Names of laws and rules; empty where it is all of them.
    years : tuple of int
        The years concerned; empty where it is all that appear.
    """

    why: str
    what: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


def decided(finding: Finding, ledger: Ledger) -> bool:
    """Return whether what is known settles a finding.

    Outputs of years that do not appear can only add to what a mine has drawn, and a mine of which it is not said that
    it is green can only add to the share: so a limit already passed is broken, and a share already reached holds.
    """
    known, needs = ledger.known, registry()[finding.rule].needs
    if finding.year not in known.years:
        return False
    if needs == "flows":
        return known.flows
    if needs == "green":
        return known.green or finding.holds
    if needs == "year before":
        return finding.year not in known.after_gap(ledger.case)
    if needs == "years before":
        return not finding.holds or not any(year < finding.year for year in known.missing(ledger.case))
    return True


def undecided(ledger: Ledger, open_findings: Iterable[Finding]) -> tuple[Undecided, ...]:
    """Return what could not be decided, one entry per reason."""
    case, known = ledger.case, ledger.known
    rules = [f for f in open_findings if f.year in known.years]
    found = []
    if missing := known.missing(case):
        found.append(Undecided("years", years=missing))
    if after := tuple(year for year in known.years if any(gap < year for gap in missing)):
        laws = [law.name for law in LAWS.values() if law.between_years and (law.needs != "green" or known.green)]
        names = [f.rule for f in rules if registry()[f.rule].needs in ("year before", "years before")]
        found.append(Undecided("before", (*laws, *dict.fromkeys(names)), after))
    if not known.flows:
        laws = [law.name for law in LAWS.values() if law.needs == "flows"]
        names = [f.rule for f in rules if registry()[f.rule].needs == "flows"]
        found.append(Undecided("flows", (*laws, *dict.fromkeys(names), OBJECTIVE)))
    if not known.green and (grey := _grey_years(ledger)):
        names = [f.rule for f in rules if registry()[f.rule].needs == "green"]
        found.append(Undecided("green", ("green", *dict.fromkeys(names)), grey))
    return tuple(found)


def _grey_years(ledger: Ledger) -> tuple[int, ...]:
    """Return the years in which mines work that are green neither by the case nor by an expansion."""
    blocks = ledger.case.blocks
    return tuple(sorted({
        year for (code, year), option in ledger.option.items() if option == 1 and not blocks[code].green
    }))
