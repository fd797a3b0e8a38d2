"""The layers of a run in a folder, with a page that says what they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mineralplan.inputs.coordinates import exact, system_of
from mineralplan.inputs.faults import Faults, message
from mineralplan.outputs.files import write_manifest
from mineralplan.outputs.folder import MANIFEST, whole_folder
from mineralplan.outputs.gis import CGCS2000, layers, write_layers
from mineralplan.outputs.manifest import made_from
from mineralplan.report import markdown
from mineralplan.report.notices import notices
from mineralplan.report.summary import certificate_sentence
from mineralplan.words import default_language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mineralplan.report.record import Record

PAGE = "readme.md"


def write_gis(record: Record, folder: str | Path, *, crs: str = CGCS2000, lang: str | None = None) -> Path:
    """Write blocks, their years, zones and flows as GeoPackage and GeoJSON into ``folder``, whole or not at all.

    Parameters
    ----------
    record : Record
    folder : str or pathlib.Path
        Replaced when it holds such layers; nothing else is.
    crs : str
        Coordinate system of the GeoPackage; GeoJSON is always longitude and latitude of WGS84.
    lang : str, optional
        Language of the page beside the layers; names stand in both in the layers.

    Raises
    ------
    InputFaults
        When there is no such coordinate system, or none that the places can be converted to exactly.
    MissingExtra
        Where geopandas is not installed.
    """
    target, spoken = Path(folder), lang or default_language()
    _check(crs)
    found = layers(record.case, record.tables)
    counts = {name: len(table) for name, table in found.items()}
    with whole_folder(target) as new:
        write_layers(found, new, crs)
        (new / PAGE).write_text(_page(record, counts, crs, spoken), encoding="utf-8")
        write_manifest(new / MANIFEST, {
            "scenario": record.case.name, "layers": counts, "crs": {"plan.gpkg": crs, "geojson": "WGS84 (RFC 7946)"},
            "certificate": record.manifest.get("certificate", ""), **made_from(record.case),
        })
    return target


def _check(crs: str) -> None:
    faults = Faults()
    try:
        wanted = system_of(crs)
    except ValueError:
        faults.add("--crs", None, "crs", message("crs_epsg"), repr(crs))
    else:
        if not exact(wanted):
            faults.add("--crs", None, "crs", message("crs_exact"), wanted.name)
    faults.raise_if_any()


def _page(record: Record, counts: Mapping[str, int], crs: str, lang: str) -> str:
    """Return what the layers are, in which units and systems, and what must be known of the run."""
    case = record.case
    rows = [(name, str(count), say(f"gis.layers.{name}", lang)) for name, count in counts.items()]
    header = [say(f"gis.columns.{column}", lang) for column in ("layer", "features", "meaning")]
    parts = [
        f"# {say('gis.title', lang, title=case.title.text(lang), district=case.district.text(lang))}",
        *(f"**{warning}**" for warning in record.warnings(lang) if record.certified is not None),
        f"**{certificate_sentence(record.manifest, lang)}**",
        *(f"> {notice}" for notice in notices(case, lang)),
        markdown.table(header, rows),
        say("gis.systems", lang, crs=crs),
        say("gis.units", lang),
        say("gis.lines", lang),
    ]
    return "\n\n".join(parts) + "\n"
