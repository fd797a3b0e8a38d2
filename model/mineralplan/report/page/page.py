"""The page put together: every section in both languages, data once, scripts and style within."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from mineralplan.report.notices import notices
from mineralplan.report.page import (
    annual,
    asked,
    assumptions,
    clauses,
    costs,
    district,
    gantt,
    inputs,
    landbank,
    mines,
    observed,
    proof,
    scorecard,
    supply,
    uncertainty,
)
from mineralplan.report.page.charts import columns, names
from mineralplan.report.page.parts import Chart, Section
from mineralplan.report.record import Record
from mineralplan.words import LANGUAGES, say

SECTIONS: tuple[Callable[[Record, str], Section], ...] = (
    asked.section, observed.section, proof.section, scorecard.section, supply.section, district.section,
    gantt.section, mines.section,
    landbank.section, annual.section, costs.section, uncertainty.section, clauses.section, assumptions.section,
    inputs.section,
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What HTML does not allow in a text."""
FRAME = ("skip", "contents", "language", "languages", "no_script")
TAGS = {"en": "en", "zh": "zh-CN"}


def write_page(record: Record, path: Path, lang: str) -> Path:
    """Write a run as one HTML file that needs no network: both languages, every chart and its data.

    Parameters
    ----------
    record : Record
    path : pathlib.Path
        The file.
    lang : str
        The language that the page begins with: ``"en"`` or ``"zh"``.

    Returns
    -------
    pathlib.Path
        ``path``.
    """
    import vl_convert
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # A section without parts is none: nothing of its kind is in this run.
    sections = {spoken: [made for make in SECTIONS if (made := make(record, spoken)).parts] for spoken in LANGUAGES}
    environment = Environment(loader=PackageLoader("mineralplan.report", "page"), autoescape=True, finalize=_clean,
                              undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    case = record.case
    text = environment.get_template("template.html.jinja").render(
        lang=lang, tags=TAGS, sections=sections,
        words={spoken: {name: say(f"page.frame.{name}", spoken) for name in FRAME} for spoken in LANGUAGES},
        pairs=[{"sections": several, "parts": [*zip(*(one.parts for one in several), strict=True)]}
               for several in zip(*sections.values(), strict=True)],
        titles=_titles(record),
        warnings={spoken: record.warnings(spoken) for spoken in LANGUAGES},
        notices={spoken: notices(case, spoken) for spoken in LANGUAGES},
        embedded=_script(_embedded(record, sections)), style=_file("page.css"), script=_file("page.js"),
        vega=Markup(vl_convert.javascript_bundle()),  # type: ignore[call-arg]  # without a snippet: all three libraries
    )
    path.write_text(text, encoding="utf-8")
    return path


def _embedded(record: Record, sections: dict[str, list[Section]]) -> dict[str, Any]:
    """Return what the script draws from: the data of all charts once, their specifications by language."""
    charts = {
        spoken: [part for section in made for part in section.parts if isinstance(part, Chart)]
        for spoken, made in sections.items()
    }
    tables = {name: table for chart in charts[LANGUAGES[0]] for name, table in chart.data.items()}
    return {
        "tags": TAGS,
        "titles": _titles(record),
        "names": {spoken: names(record.case, spoken) for spoken in LANGUAGES},
        "data": {name: columns(table) for name, table in tables.items()},
        "charts": {
            chart.name: {"data": [*chart.data], "alt": {s: c.alt for s, c in spoken.items()},
                         "spec": {s: c.spec for s, c in spoken.items()}}
            for chart, spoken in (
                (several[0], dict(zip(charts, several, strict=True))) for several in zip(*charts.values(), strict=True)
            )
        },
    }


def _titles(record: Record) -> dict[str, str]:
    case = record.case
    return {spoken: f"{case.title.text(spoken)} · {case.district.text(spoken)}" for spoken in LANGUAGES}


def _script(value: Any) -> Markup:
    """Return a value as JSON that no text in it can end or leave."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(CONTROL.sub("\ufffd", text).replace("<", "\\u003c").replace("&", "\\u0026"))


def _clean(value: Any) -> Any:
    return CONTROL.sub("\ufffd", value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _file(name: str) -> Markup:
    assert __package__ is not None
    return Markup((resources.files(__package__) / name).read_text("utf-8"))
