"""A case in words: how much of everything it holds, and what a reader must know of its data."""

from __future__ import annotations

from html import escape

import pandas as pd

from mineralplan.case import Case
from mineralplan.report.notices import notices
from mineralplan.words import say


def facts(case: Case, lang: str) -> dict[str, str]:
    """Return what there is in a case: name → figures, both in words."""
    existing = sum(block.existing for block in case.blocks.values())
    indicators = [i for items in case.rules.values() for i in items.values()]
    found = {
        "years": f"{case.years[0]}–{case.years[-1]} ({case.base_year})",
        "blocks": f"{len(case.blocks)} ({existing})",
        "zones": str(len(case.zones)),
        "supplies": str(len(case.supplies)),
        "indicators": f"{len(indicators)} ({sum(i.nature == 'binding' for i in indicators)})",
        "demand": " → ".join(f"{demand_in(case, year):,.0f}" for year in (case.years[0], case.years[-1])),
    }
    return {say(f"check.{name}", lang): value for name, value in found.items()}


def demand_in(case: Case, year: int) -> float:
    """Return the demand of a year with exports, in the uses' own units."""
    return sum(quantity for (_, _, when), quantity in case.demand.items() if when == year)


def html(case: Case, lang: str) -> str:
    """Return what a notebook shows of a case: its facts and the notices."""
    table = pd.DataFrame(facts(case, lang).items())
    changes = "".join(f"<p><code>{escape(change)}</code></p>" for change in case.changes)
    return (
        f"<h4>{escape(case.title.text(lang))} · {escape(case.district.text(lang))}</h4>"
        + str(table.to_html(index=False, header=False, border=0)) + changes
        + "".join(f"<p><em>{escape(notice)}</em></p>" for notice in notices(case, lang))
    )
