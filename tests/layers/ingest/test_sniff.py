from pathlib import Path

import pytest
from ingest_files import SQUARE, geojson, packed, polygon, written
from shapely import Polygon

from layers.errors import ImportRefusedError
from layers.ingest.sniff import SUFFIXES, sniff

VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'


def of(tmp_path: Path, data: bytes | str, suffix: str) -> tuple[str, bool]:
    path = tmp_path / f"upload{suffix}"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return sniff(path, suffix)


def cause(tmp_path: Path, data: bytes | str, suffix: str) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        of(tmp_path, data, suffix)
    return caught.value.cause


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        ("\ufeff \n{}", ".geojson", "geojson"),
        ('\x1e{"type": "Feature"}', ".geojsonl", "geojson"),
        ("<kml/>", ".kml", "kml"),
        ("<?xml version='1.0'?><!-- x --><a:kml xmlns:a='b'>", ".kml", "kml"),
        ("<kml/>".encode("utf-16"), ".kml", "kml"),
        ("  0\r\nSECTION\r\n", ".dxf", "dxf"),
        ("999\nmade by hand\n  0\nSECTION\n", ".dxf", "dxf"),
        ("名称,经度,纬度\n".encode("gbk"), ".csv", "text"),
        ("[属性描述]\n坐标系=2000国家大地坐标系".encode("gbk"), ".txt", "text"),
    ],
)
def test_a_kind_is_known_by_its_beginning(
    tmp_path: Path, data: bytes | str, suffix: str, kind: str
) -> None:
    assert of(tmp_path, data, suffix) == (kind, True)


def test_files_of_real_drivers_are_known(tmp_path: Path) -> None:
    square = (Polygon(SQUARE), "a")
    for suffix, driver, kind in (
        (".gpkg", "GPKG", "geopackage"),
        (".fgb", "FlatGeobuf", "flatgeobuf"),
        (".shp", "ESRI Shapefile", "shapefile"),
    ):
        path = written(tmp_path / f"a{suffix}", driver, [square])
        assert sniff(path, suffix) == (kind, True)
    assert sniff(geojson(tmp_path / "a.json", {"g": polygon()}), ".json") == ("geojson", True)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_text_that_describes_other_data_is_refused_under_every_suffix(
    tmp_path: Path, suffix: str
) -> None:
    for text in (VRT, f"\ufeff  {VRT}", f"<?xml version='1.0'?>\n{VRT}", "PG:dbname=x"):
        assert cause(tmp_path, text, suffix) == "points-elsewhere"


def test_a_pyramid_of_remote_pictures_is_refused(tmp_path: Path) -> None:
    text = '{"type": "Feature", "stac_version": "1.0.0", "assets": {}}'
    assert cause(tmp_path, text, ".geojson") == "points-elsewhere"


@pytest.mark.parametrize(
    ("data", "suffix", "expected"),
    [
        (b"", ".kml", "empty-file"),
        (b"%PDF-1.7", ".geojson", "unknown-content"),
        (b"7z\xbc\xaf'\x1c\x00", ".zip", "unknown-content"),
        ("<gpx/>", ".kml", "unknown-content"),
        ("<osm/>", ".kml", "unknown-content"),
        (b"PAR1", ".zip", "parquet"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", ".dxf", "dxf-binary"),
        (b"fgb\x03fgb\x00", ".geojson", "name-and-content-differ"),
        ("{}", ".kml", "name-and-content-differ"),
        ("{}", ".exe", "unknown-content"),
    ],
)
def test_other_content_is_refused_with_its_cause(
    tmp_path: Path, data: bytes | str, suffix: str, expected: str
) -> None:
    assert cause(tmp_path, data, suffix) == expected


def test_a_kmz_that_is_named_kml_is_known_and_said_to_be_misnamed(tmp_path: Path) -> None:
    data = packed({"doc.kml": "<kml/>"})
    assert of(tmp_path, data, ".kml") == ("archive", False)
    assert of(tmp_path, data, ".kmz") == ("archive", True)
