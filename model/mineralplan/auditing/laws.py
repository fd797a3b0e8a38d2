"""Every law that a plan has to keep, by its name, whoever made the plan."""

from __future__ import annotations

from mineralplan.auditing import flow_laws, mine_laws
from mineralplan.auditing.law import Breach, Check, Law, part_of
from mineralplan.auditing.ledger import Ledger

MASS, RATE, MINES, YEARS = "10kt", "10kt/a", "mines", "a"

LAWS: dict[str, Law] = {
    law.name: law
    for law in (
        Law(mine_laws.option, RATE),
        Law(mine_laws.allowed_years, YEARS),
        Law(mine_laws.capacity, MASS),
        Law(mine_laws.working_rate, MASS),
        Law(mine_laws.resource, MASS, between_years=True),
        Law(mine_laws.life, YEARS, between_years=True),
        Law(mine_laws.expansion, RATE, between_years=True),
        Law(mine_laws.merger, MINES, between_years=True),
        Law(mine_laws.green, MINES, needs="green", between_years=True),
        Law(mine_laws.states, MINES),
        Law(mine_laws.observed, MASS),
        Law(mine_laws.observed_scale, RATE),
        Law(flow_laws.not_negative, MASS),
        Law(flow_laws.balance, MASS, needs="flows"),
        Law(flow_laws.shortage, MASS, needs="flows"),
        Law(flow_laws.shipped, MASS, needs="flows"),
        Law(flow_laws.serves, MASS, needs="flows"),
        Law(flow_laws.supply_limit, MASS, needs="flows"),
        Law(flow_laws.reach, MASS, needs="flows"),
    )
}
"""In the order of reports."""


def breaches_of(law: Law, ledger: Ledger) -> tuple[list[Breach], int]:
    """Return the breaches of a law and how many statements of it were checked."""
    found, count = [], 0
    for count, check in enumerate(law.find(ledger), start=1):  # noqa: B007 - the last count is the number
        # The sign first: it costs next to nothing, and most statements hold.
        if check.excess.numerator > 0 and check.excess > check.allowed:
            found.append(_breach(law, check))
    return found, count


def _breach(law: Law, check: Check) -> Breach:
    return Breach(law.name, "law", check.where, check.year, check.excess, law.unit, part_of(check.excess, check.of))
