"""The layers of a plan: what a GIS reads of them is what the tables say."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import mineralplan as mp
from mineralplan.cli import app
from mineralplan.inputs import extras
from mineralplan.inputs.faults import InputFaults
from mineralplan.outputs.folder import ForeignFolder
from mineralplan.report.record import Record
from small_region import write_small_region

LAYERS = {"blocks", "block_years", "zones", "flows"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("mineralplan.report.documents.DOCUMENTS", {})
        plan = mp.solve(write_small_region(tmp_path_factory.mktemp("county")).case())
        yield plan.report(tmp_path_factory.mktemp("results") / "small")


@pytest.fixture(scope="module")
def record(results: Path) -> Record:
    return mp.read_results(results)


@pytest.fixture(scope="module")
def written(record: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("geopandas")
    return mp.write_gis(record, tmp_path_factory.mktemp("gis") / "layers", lang="en")


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def layer(folder: Path, name: str) -> Any:
    return pytest.importorskip("geopandas").read_file(folder / "plan.gpkg", layer=name)


def test_every_layer_is_there_in_cgcs2000(written: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")

    assert set(pyogrio.list_layers(written / "plan.gpkg")[:, 0]) == LAYERS
    assert {layer(written, name).crs.to_epsg() for name in LAYERS} == {4490}
    assert {path.stem for path in written.glob("*.geojson")} == LAYERS


def test_every_block_has_one_feature_with_its_place_and_its_years_of_report(written: Path, record: Record) -> None:
    blocks = layer(written, "blocks").set_index("block")

    assert set(blocks.index) == set(record.case.blocks)
    for code, block in record.case.blocks.items():
        row = blocks.loc[code]
        assert (row.geometry.x, row.geometry.y) == (block.place.lon, block.place.lat)
        assert (row["name_zh"], row["mineral"], row["basis"]) == (block.label.zh, block.mineral, block.basis)
        for year in record.case.report_years:
            made = record.tables.production.query("block == @code and year == @year").iloc[0]
            assert row[f"state_{year}"] == made["state"]
            assert row[f"capacity_{year}"] == made["capacity_10kt_a"]
            assert row[f"output_{year}"] == pytest.approx(made["output_10kt"])


def test_years_and_flows_keep_every_row_and_tonne(written: Path, record: Record) -> None:
    years, flows = layer(written, "block_years"), layer(written, "flows")

    assert len(years) == len(record.tables.production)
    assert years["output_10kt"].sum() == pytest.approx(record.tables.production["output_10kt"].sum())
    assert len(flows) == len(record.tables.flows)
    assert flows["quantity_10kt"].sum() == pytest.approx(record.tables.flows["quantity_10kt"].sum())


def test_a_flow_goes_from_its_source_to_its_zone(written: Path, record: Record) -> None:
    """Recycled stone arises where it is used: it has a quantity and no line."""
    case = record.case
    for row in layer(written, "flows").itertuples():
        start = {**case.blocks, **case.supplies}[row.source].place
        end = case.zones[row.zone].place
        ends = None if row.geometry is None else list(row.geometry.coords)
        assert ends == (None if start == end else [(start.lon, start.lat), (end.lon, end.lat)])
        assert row.kind == ("block" if row.source in case.blocks else case.supplies[row.source].kind)


def test_geojson_is_that_of_rfc_7946(written: Path, record: Record) -> None:
    """Longitude and latitude of WGS84, with no member that names a system."""
    content = json.loads((written / "zones.geojson").read_text("utf-8"))
    there = {feature["properties"]["zone"]: feature["geometry"]["coordinates"] for feature in content["features"]}

    assert "crs" not in content
    assert there == {zone.code: [zone.place.lon, zone.place.lat] for zone in record.case.zones.values()}


def test_another_system_moves_the_package_and_not_the_geojson(record: Record, written: Path, tmp_path: Path) -> None:
    """In the 3° zone 36 of Gauss-Krüger the false easting is 36,500 km; back in degrees the places are the same."""
    other = record.to_gis(tmp_path / "metres", crs="EPSG:4524")
    blocks = layer(other, "blocks")

    assert blocks.geometry.x.between(36.4e6, 36.7e6).all()
    back = blocks.to_crs("EPSG:4490").geometry
    assert list(back.x) == pytest.approx([block.place.lon for block in record.case.blocks.values()], abs=1e-8)
    assert (other / "zones.geojson").read_bytes() == (written / "zones.geojson").read_bytes()


@pytest.mark.parametrize(("crs", "expected"), [("x", "crs_epsg"), ("gcj02", "crs_epsg"), ("EPSG:4610", "crs_exact")])
def test_a_system_that_is_none_writes_nothing(crs: str, expected: str, record: Record, tmp_path: Path) -> None:
    pytest.importorskip("geopandas")
    with pytest.raises(InputFaults) as caught:
        record.to_gis(tmp_path / "layers", crs=crs)

    assert [fault.expected.key for fault in caught.value.faults] == [expected]
    assert not (tmp_path / "layers").exists()


def test_the_page_says_what_stands_in_the_layers(written: Path, record: Record, tmp_path: Path) -> None:
    page = (written / "readme.md").read_text("utf-8")

    assert "Illustrative data" in page
    assert "EPSG:4490" in page
    assert all(f"| {name} |" in page for name in LAYERS)
    assert "图层" in (record.to_gis(tmp_path / "zh", lang="zh") / "readme.md").read_text("utf-8")
    manifest = json.loads((written / "manifest.json").read_text("utf-8"))
    assert manifest["certificate"] == record.manifest["certificate"]


def test_layers_replace_layers_and_nothing_else(written: Path, record: Record, tmp_path: Path) -> None:
    assert record.to_gis(written) == written
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", "utf-8")
    with pytest.raises(ForeignFolder):
        record.to_gis(tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text("utf-8") == "keep"


def test_the_command_writes_beside_the_results(results: Path) -> None:
    pytest.importorskip("geopandas")
    done = call("gis", results)

    assert done.exit_code == 0, done.output
    assert (results.with_name("small_gis") / "plan.gpkg").is_file()


def test_places_of_a_table_by_the_command(tmp_path: Path) -> None:
    pytest.importorskip("pyproj")
    (tmp_path / "sites.csv").write_text("id,lon,lat\nB1,108.4,31.2\n", "utf-8")
    target = tmp_path / "places.csv"

    assert call("places", tmp_path / "sites.csv", "--code", "id", "--out", target).exit_code == 2
    assert not target.exists()
    done = call("places", tmp_path / "sites.csv", "--code", "id", "--crs", "EPSG:4490", "--out", target)
    assert done.exit_code == 0, done.output
    assert target.read_text("utf-8-sig") == "block,lon,lat,area_km2\nB1,108.4,31.2,\n"


def test_without_the_extra_the_commands_say_which_one_to_install(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(extras, "import_module", absent)
    (tmp_path / "sites.csv").write_text("block,lon,lat\nB1,108.4,31.2\n", "utf-8")
    for done in (call("gis", results, "--out", tmp_path / "gis"),
                 call("places", tmp_path / "sites.csv", "--crs", "gcj02", "--out", tmp_path / "places.csv")):
        assert done.exit_code == 3
        assert "mineralplan[gis]" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["sites.csv"]


def test_nothing_but_the_gis_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the program imports none of its packages."""
    real = builtins.__import__

    def guarded(name: str, *rest: Any, **more: Any) -> Any:
        assert name.split(".")[0] not in ("geopandas", "pyogrio", "pyproj", "shapely"), name
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", guarded)
    for module in ("mineralplan.report.gis", "mineralplan.inputs.gis", "mineralplan.outputs.gis"):
        __import__(module)
