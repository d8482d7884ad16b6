import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
import shapely
from ingest_files import SQUARE, written
from shapely import Point, Polygon

from layers.errors import ImportRefusedError
from layers.ingest.base import LayerReader, RawLayer, ReadOptions
from layers.ingest.drawing import DxfReader
from layers.ingest.readers import READERS
from layers.ingest.vector_file import GeoPackageReader

ROWS = [(Polygon(SQUARE), "兴隆"), (shapely.affinity.translate(Polygon(SQUARE), 1), "党家")]


def read(reader: LayerReader, path: Path, layer: str | None = None) -> RawLayer:
    return reader.read(path, layer, ReadOptions())


def codes(layer: RawLayer) -> set[str]:
    return {one.code for one in layer.findings}


@pytest.mark.parametrize(
    ("kind", "name", "driver"),
    [
        ("geopackage", "a.gpkg", "GPKG"),
        ("flatgeobuf", "a.fgb", "FlatGeobuf"),
        ("filegdb", "a.gdb", "OpenFileGDB"),
    ],
)
def test_what_fiona_writes_is_read_with_equal_shapes_and_texts(
    tmp_path: Path, kind: str, name: str, driver: str
) -> None:
    reader = READERS[kind]  # type: ignore[index]
    rows = [(shapely.MultiPolygon([shape]), text) for shape, text in ROWS]
    path = written(tmp_path / name, driver, rows, "MultiPolygon")
    layer = read(reader, path, reader.sublayers(path)[0])
    by_name = dict(zip(layer.frame["name"], layer.frame.geometry, strict=True))
    assert layer.crs == "EPSG:4490"
    assert len(by_name) == 2
    # a geodatabase keeps whole multiples of a billionth of a degree
    assert all(shape.hausdorff_distance(by_name[text]) < 1e-8 for shape, text in ROWS)


@pytest.mark.parametrize("kind", sorted(set(READERS) - {"shapefile"}))
def test_what_is_no_file_of_a_kind_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "upload.bin"
    path.write_bytes(b"SQLite format 3\0" + bytes(200))
    with pytest.raises(ImportRefusedError):
        read(READERS[kind], path)  # type: ignore[index]


def test_a_layer_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", "GPKG", ROWS)
    with pytest.raises(ImportRefusedError) as caught:
        read(GeoPackageReader(), path, "roads")
    assert caught.value.cause == "no-such-layer"


def geopackage(tmp_path: Path, *statements: str | tuple[str, Sequence[object]]) -> Path:
    """A GeoPackage whose schema and rows were then changed behind its back."""
    path = written(tmp_path / "zones.gpkg", "GPKG", ROWS)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type='trigger'"
        for (name,) in connection.execute(query).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(*((statement, ()) if isinstance(statement, str) else statement))
        connection.commit()
    return path


def blob(tmp_path: Path, data: object) -> Path:
    return geopackage(tmp_path, ("UPDATE zones SET geom = ? WHERE fid = 1", (data,)))


def good_blob() -> bytes:
    return b"GP\0\1" + struct.pack("<i", 4490) + shapely.to_wkb(Polygon(SQUARE))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GP",
        "text",
        good_blob()[:40],
        good_blob()[8:],
        good_blob()[:13] + struct.pack("<I", 2**31 - 1),
        good_blob()[:9] + struct.pack("<I", 99) + good_blob()[13:],
    ],
)
def test_a_damaged_geometry_is_refused_by_row_and_the_others_are_kept(
    tmp_path: Path, data: object
) -> None:
    layer = read(GeoPackageReader(), blob(tmp_path, data))
    assert list(layer.frame["name"]) == ["党家"]
    assert {(one.code, one.row) for one in layer.findings if one.severity == "refusal"} == {
        ("row-refused", 1)
    }


def test_a_geometry_in_another_system_than_its_column_is_asked(tmp_path: Path) -> None:
    data = b"GP\0\1" + struct.pack("<i", 4326) + good_blob()[8:]
    assert "crs-contradicts" in codes(read(GeoPackageReader(), blob(tmp_path, data)))


def test_bounds_that_lie_are_found(tmp_path: Path) -> None:
    data = b"GP\0\3" + struct.pack("<i4d", 4490, 0, 1, 0, 1) + good_blob()[8:]
    assert "envelope-lies" in codes(read(GeoPackageReader(), blob(tmp_path, data)))


def test_nan_in_a_geometry_is_refused_by_row(tmp_path: Path) -> None:
    data = good_blob()[:-40] + struct.pack("<d", float("nan")) + good_blob()[-32:]
    assert "coordinate-not-finite" in codes(read(GeoPackageReader(), blob(tmp_path, data)))


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("UPDATE gpkg_geometry_columns SET srs_id = 99999", "crs-unknown"),
        ("DELETE FROM gpkg_contents", "gpkg-not"),
        ("DROP TABLE gpkg_geometry_columns", "gpkg-not"),
    ],
)
def test_a_catalogue_that_is_wrong_is_refused(tmp_path: Path, statement: str, cause: str) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        read(GeoPackageReader(), geopackage(tmp_path, statement))
    assert caught.value.cause == cause


def test_a_table_that_reads_other_files_is_refused(tmp_path: Path) -> None:
    path = geopackage(
        tmp_path,
        "PRAGMA writable_schema=ON",
        "INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0,"
        " 'CREATE VIRTUAL TABLE v USING VirtualText(''/etc/passwd'')')",
    )
    with pytest.raises(ImportRefusedError) as caught:
        read(GeoPackageReader(), path)
    assert caught.value.cause == "gpkg-virtual"


def test_triggers_names_and_marks_are_reported_and_nothing_runs(tmp_path: Path) -> None:
    path = geopackage(
        tmp_path,
        "CREATE TRIGGER t AFTER INSERT ON zones BEGIN DELETE FROM zones; END",
        "PRAGMA application_id = 0",
    )
    layer = read(GeoPackageReader(), path)
    assert codes(layer) >= {"triggers-left-out", "application-id"}
    assert len(layer.frame) == 2


def test_reading_leaves_no_file_beside_what_was_sent(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", "GPKG", ROWS)
    read(GeoPackageReader(), path)
    assert [one.name for one in tmp_path.iterdir()] == ["a.gpkg"]


def drawing(tmp_path: Path, *points: tuple[float, float], text: str = "二类居住用地") -> Path:
    pairs = "".join(f"10\n{x}\n20\n{y}\n" for x, y in points)
    path = tmp_path / "plan.dxf"
    path.write_bytes(
        (
            "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n9\n$DWGCODEPAGE\n3\nANSI_936\n"
            "0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n5\n2A\n100\nAcDbEntity\n8\n规划\n"
            f"100\nAcDbPolyline\n90\n{len(points)}\n70\n0\n{pairs}"
            f"0\nTEXT\n8\n注记\n10\n0\n20\n0\n40\n1\n1\n{text}\n0\nENDSEC\n0\nEOF\n"
        ).encode("gbk")
    )
    return path


METRES = [(448000.0, 4417000.0), (448000.0, 4417100.0), (448100.0, 4417100.0)]


def test_a_drawing_keeps_its_chinese_and_says_that_it_has_no_system(tmp_path: Path) -> None:
    layer = read(DxfReader(), drawing(tmp_path, *METRES))
    assert layer.frame["Layer"].tolist() == ["规划", "注记"]
    assert layer.frame["Text"].tolist()[1] == "二类居住用地"
    assert layer.crs is None
    assert codes(layer) >= {"crs-missing", "line-open"}


@pytest.mark.parametrize(("gap", "code"), [(0.0, "line-closed"), (0.001, "line-snapped")])
def test_a_closed_line_becomes_a_polygon_on_demand_only(
    tmp_path: Path, gap: float, code: str
) -> None:
    path = drawing(tmp_path, *METRES, (448000.0 + gap, 4417000.0))
    asked = read(DxfReader(), path)
    assert asked.frame.geometry[1].geom_type == "LineString"
    assert "lines-closed-exist" in codes(asked)
    closed = DxfReader().read(path, None, ReadOptions(close_lines=True))
    assert closed.frame.geometry[1].area == pytest.approx(5000)
    assert code in codes(closed)


def test_a_coordinate_beyond_the_earth_is_refused_by_row(tmp_path: Path) -> None:
    layer = read(DxfReader(), drawing(tmp_path, (1e300, 1e300), (2e300, 1e300), (2e300, 2e300)))
    assert codes(layer) >= {"coordinate-too-large"}
    assert len(layer.frame) == 1


def test_points_and_polygons_in_one_table_are_both_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", "GPKG", [*ROWS, (Point(117, 36), "点")], "Unknown")
    kinds = read(GeoPackageReader(), path).frame.geometry.geom_type
    assert set(kinds) == {"Polygon", "Point"}


def test_entities_that_gdal_skips_without_a_word_are_reported(tmp_path: Path) -> None:
    path = drawing(tmp_path, *METRES)
    path.write_bytes(path.read_bytes().replace(b"0\nTEXT\n", b"0\n3DSOLID\n"))
    [one] = [one for one in read(DxfReader(), path).findings if one.code == "features-left-out"]
    assert one.facts["kinds"] == {"3DSOLID": 1}


def test_a_drawing_of_which_nothing_can_be_drawn_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loop.dxf"
    path.write_text(
        "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n8\n0\n2\nA\n0\nINSERT\n8\n0\n2\nA\n10\n1\n20\n1\n"
        "0\nENDBLK\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nINSERT\n8\n0\n2\nA\n10\n0\n20\n0\n"
        "0\nENDSEC\n0\nEOF\n"
    )
    with pytest.raises(ImportRefusedError) as caught:
        read(DxfReader(), path)
    assert caught.value.cause == "no-rows"
