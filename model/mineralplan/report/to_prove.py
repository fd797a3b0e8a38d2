"""New resources that exploration has to prove, as page and annex list them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mineralplan.report.notices import unit_text

if TYPE_CHECKING:
    from mineralplan.report.record import Record


def to_prove(record: Record, lang: str) -> Iterator[tuple[int, list[str]]]:
    """Yield year, then code, name, mineral, new resource, unit and the block it adds to, of every row of the plan."""
    case, table = record.case, record.tables.annual_plan
    prospects = {prospect.code: prospect for prospect in case.prospects}
    for row in table[table["kind"] == "prove"].to_dict("records"):
        code: Any = row["block"]
        found = prospects.get(code)
        label = found.label if found else case.blocks[code].label
        yield int(row["year"]), [
            code, label.text(lang), case.minerals[row["mineral"]].text(lang), f"{row['quantity_10kt']:,g}",
            unit_text(row["unit"], lang), (found.block if found else code) or "–",
        ]
