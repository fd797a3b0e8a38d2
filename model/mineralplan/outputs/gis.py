"""A plan as layers for a geographic information system: blocks, their years, zones, flows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.case import Block, Case, Place, Supply
from mineralplan.inputs.coordinates import EXTRA, system_of
from mineralplan.inputs.extras import optional
from mineralplan.outputs.tables import Tables

CGCS2000 = "EPSG:4490"
"""In which places are held: the tables' degrees are CGCS2000 or WGS84, which agree within centimetres."""
PACKAGE = "plan.gpkg"
DIGITS = 7
"""Decimals of a degree in GeoJSON: a centimetre."""


def layers(case: Case, tables: Tables) -> dict[str, pd.DataFrame]:
    """Return every layer as a table with a column ``geometry`` of shapely points and lines, degrees.

    blocks has one feature per block, with state, capacity and output in each year of report; block_years one per block
    and year; flows one line per shipment, and none where the stone is used where it arises.
    """
    return {
        "blocks": _blocks(case, tables.production),
        "block_years": _block_years(case, tables.production),
        "zones": _zones(case),
        "flows": _flows(case, tables.flows),
    }


def write_layers(found: dict[str, pd.DataFrame], folder: Path, crs: str = CGCS2000) -> None:
    """Write layers into an existing folder: all into one GeoPackage, and each as GeoJSON.

    Parameters
    ----------
    crs : str
        Of the GeoPackage. GeoJSON has longitude and latitude of WGS84, since RFC 7946 knows no other.

    Raises
    ------
    ValueError
        When there is no such coordinate system.
    MissingExtra
        Where the packages that write such files are not installed.
    """
    geopandas = optional("geopandas", EXTRA)
    wanted = system_of(crs)
    for name, table in found.items():
        frame = geopandas.GeoDataFrame(table, geometry="geometry", crs=CGCS2000)
        frame.to_crs(wanted).to_file(folder / PACKAGE, layer=name, driver="GPKG", engine="pyogrio")
        plain = frame.set_crs("EPSG:4326", allow_override=True)
        plain.to_file(folder / f"{name}.geojson", driver="GeoJSON", engine="pyogrio", RFC7946="YES",
                      COORDINATE_PRECISION=DIGITS, WRITE_NAME="NO")


def _point(place: Place) -> Any:
    return optional("shapely", EXTRA).Point(place.lon, place.lat)


def _line(start: Place, end: Place) -> Any:
    """Return the line between two places; None where they are one."""
    shapely = optional("shapely", EXTRA)
    return None if start == end else shapely.LineString([(start.lon, start.lat), (end.lon, end.lat)])


def _blocks(case: Case, production: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "block": block.code, "name_zh": block.label.zh, "name_en": block.label.en, "mineral": block.mineral,
            "mineral_zh": case.minerals[block.mineral].zh, "mineral_en": case.minerals[block.mineral].en,
            "unit": case.minerals[block.mineral].unit, "status": block.status, "zone": block.zone,
            "area_km2": block.area_km2, "resource_10kt": block.resource, "method": block.method,
            "basis": block.basis, "source": block.source, "geometry": _point(block.place),
        }
        for block in case.blocks.values()
    ]
    table = pd.DataFrame(rows)
    for year in case.report_years:
        there = production[production["year"] == year].set_index("block")
        for column, short in (("state", "state"), ("capacity_10kt_a", "capacity"), ("output_10kt", "output")):
            table[f"{short}_{year}"] = table["block"].map(there[column])
    return table


def _block_years(case: Case, production: pd.DataFrame) -> pd.DataFrame:
    names = {code: block.label for code, block in case.blocks.items()}
    return production.assign(
        name_zh=production["block"].map(lambda code: names[code].zh),
        name_en=production["block"].map(lambda code: names[code].en),
        geometry=production["block"].map(lambda code: _point(case.blocks[code].place)),
    )


def _zones(case: Case) -> pd.DataFrame:
    return pd.DataFrame([
        {"zone": zone.code, "name_zh": zone.label.zh, "name_en": zone.label.en, "kind": zone.kind,
         "population": zone.population, "urban_population": zone.urban_population, "geometry": _point(zone.place)}
        for zone in case.zones.values()
    ])


def _flows(case: Case, flows: pd.DataFrame) -> pd.DataFrame:
    """Return the shipments with what they come from: a block, or the kind of an outside supply."""
    sources: dict[str, Block | Supply] = {**case.blocks, **case.supplies}
    lines = [_line(sources[s].place, case.zones[z].place) for s, z in zip(flows["source"], flows["zone"], strict=True)]
    return flows.assign(
        kind=["block" if source in case.blocks else case.supplies[source].kind for source in flows["source"]],
        unit=[case.uses[use].unit for use in flows["use"]],
        basis=[case.blocks[source].basis if source in case.blocks else "" for source in flows["source"]],
        geometry=pd.Series(lines, index=flows.index, dtype=object),
    )
